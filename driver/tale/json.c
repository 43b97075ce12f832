/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/tale/json.h"

#include <time.h>

const char *tale_condition_word(enum tale_condition condition)
{
	static const char *const words[] = {
		[TALE_STARTED] = "started",
		[TALE_HEALTHY] = "healthy",
		[TALE_COMPLETED] = "completed",
	};

	return words[condition];
}

/* A number that isn't known is below 0. */
static json_t *number(double value)
{
	return value < 0 ? json_null() : json_real(value);
}

static json_t *span_json(const struct tale_span *span)
{
	return json_pack("{s:s, s:i, s:o, s:o}", "kind", tale_words[span->kind].word, "launch",
			 (int)span->launch, "from", json_seconds(span->from), "to",
			 json_seconds(span->to));
}

static json_t *spans_json(const struct tale_span *spans, uint32_t n)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < n; i++)
		json_array_append_new(list, span_json(&spans[i]));
	return list;
}

static json_t *marks_json(const struct tale *t, const struct tale_service *s)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < s->marks.n; i++) {
		const struct tale_mark *m = &s->marks.items[i];

		json_array_append_new(
			list, json_pack("{s:o, s:o, s:b, s:o}", "at", json_seconds(m->at), "event",
					json_text(t->arena, m->word), "is_failure", m->is_failure,
					"text", json_visible(t->arena, m->text)));
	}
	return list;
}

static json_t *needs_json(const struct tale *t, const struct tale_service *s)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < s->needs.n; i++) {
		const struct tale_need *need = &s->needs.items[i];
		struct str name = t->services.items[need->service].name;

		json_array_append_new(list, json_pack("{s:o, s:s}", "service",
						      json_visible(t->arena, name), "condition",
						      tale_condition_word(need->condition)));
	}
	return list;
}

static json_t *service_json(const struct tale *t, const struct tale_service *s)
{
	json_t *one = json_object();
	struct arena *a = t->arena;

	json_object_set_new(one, "name", json_visible(a, s->name));
	json_object_set_new(one, "copy_of", json_text(a, s->family));
	json_object_set_new(one, "nodes", json_text(a, s->nodes));
	json_object_set_new(one, "state", json_text(a, s->state));
	json_object_set_new(one, "verdict", json_text(a, s->verdict));
	json_object_set_new(one, "status", s->status < 0 ? json_null() : json_integer(s->status));
	json_object_set_new(one, "outcome", json_text(a, tale_outcome(a, t, s)));
	json_object_set_new(one, "launches", json_integer(s->launches));
	json_object_set_new(one, "restarts", json_integer(s->restarts));
	json_object_set_new(one, "needs", needs_json(t, s));
	json_object_set_new(one, "spans", spans_json(s->spans.items, s->spans.n));
	json_object_set_new(one, "marks", marks_json(t, s));
	json_object_set_new(one, "cpu_seconds", number(s->cpu_seconds));
	json_object_set_new(one, "max_memory_bytes", number(s->max_memory_bytes));
	json_object_set_new(one, "read_bytes", number(s->read_bytes));
	json_object_set_new(one, "written_bytes", number(s->written_bytes));
	return one;
}

static json_t *chain_json(const struct tale *t)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < t->chain.n; i++) {
		const struct tale_link *link = &t->chain.items[i];
		json_t *name =
			link->service == TALE_JOB
				? json_null()
				: json_visible(t->arena, t->services.items[link->service].name);

		json_array_append_new(
			list, json_pack("{s:o, s:o, s:o, s:o, s:o}", "service", name, "from",
					json_seconds(link->from), "to", json_seconds(link->to),
					"since", json_text(t->arena, link->because), "spans",
					spans_json(link->spans.items, link->spans.n)));
	}
	return list;
}

/* Milliseconds are told, as in the job's own files. */
static json_t *time_json(struct arena *a, double wall)
{
	time_t seconds = (time_t)wall;
	struct tm tm;
	char text[40];

	if (wall <= 0 || !gmtime_r(&seconds, &tm) ||
	    !strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm))
		return json_null();
	return json_text(
		a, str_fmt(a, "%s.%03dZ", text, (int)((wall - (double)seconds) * 1000 + 0.5)));
}

json_t *tale_json(const struct tale *t)
{
	json_t *all = json_object(), *services = json_array();
	struct arena *a = t->arena;

	json_object_set_new(all, "schema_version", json_integer(1));
	json_object_set_new(all, "job_id", json_text(a, t->source->id));
	json_object_set_new(all, "name", json_text(a, t->name));
	json_object_set_new(all, "attempt", json_integer((json_int_t)t->attempt));
	json_object_set_new(all, "state", json_text(a, t->source->word));
	json_object_set_new(all, "is_over", json_boolean(t->source->is_over));
	json_object_set_new(all, "is_cut_off", json_boolean(t->is_cut_off));
	json_object_set_new(all, "exit_status",
			    t->exit_status < 0 ? json_null() : json_integer(t->exit_status));
	json_object_set_new(all, "began_at", time_json(a, t->begin_wall));
	json_object_set_new(all, "seconds", json_seconds(t->end));
	json_object_set_new(all, "ended_since", json_text(a, t->ended));
	json_object_set_new(all, "knows_needs", json_boolean(t->has_table));
	json_object_set_new(all, "job_spans", spans_json(t->job.spans.items, t->job.spans.n));
	for (uint32_t i = 0; i < t->services.n; i++)
		json_array_append_new(services, service_json(t, &t->services.items[i]));
	json_object_set_new(all, "services", services);
	json_object_set_new(all, "critical_chain", chain_json(t));
	return all;
}
