/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events become spans. The state that an event leads to says what a service does from then on; the table tells
 * apart what has one word there: a prologue from a start, an epilogue from an end, hooks from a pause.
 */
#include "driver/tale/tale.h"

#include <math.h>
#include <string.h>

#include "driver/jobs/status.h"
#include "runtime/core/notes.h"

enum {
	MAX_SETUP_S = 30 * 86400, /* a time of begin that lies further back is another one's */
	MAX_RUN_S = 10 * 365 * 86400
};

static const double SAME_MOMENT_S = 0.005;

static struct tale_service *add_service(struct tale *t, struct str name)
{
	struct arena *a = t->arena;
	struct tale_service *s = LIST_PUSH(a, &t->services);

	*s = (struct tale_service){
		.name = str_dup(a, name),
		.status = -1,
		.over_at = -1,
		.not_needed_at = -1,
		.cpu_seconds = -1,
		.max_memory_bytes = -1,
		.read_bytes = -1,
		.written_bytes = -1,
		.open = TALE_WAITING,
		.open_from = t->services_at,
	};
	map_put(&t->by_name, a, s->name, t->services.n - 1);
	return s;
}

static struct str joined(struct arena *a, const json_t *list)
{
	struct buf out;

	buf_init(&out, a);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);

		if (json_is_string(one))
			buf_add_fmt(&out, "%s%s", i ? " " : "", json_string_value(one));
	}
	return str_dup(a, buf_str(&out));
}

static void add_services(struct tale *t)
{
	const json_t *listed = json_object_get(t->source->state, "services");
	const json_t *recorded = json_object_get(t->source->record, "services");

	if (json_array_size(listed) == 0)
		listed = recorded;
	map_reserve(&t->by_name, t->arena, (uint32_t)json_array_size(listed));
	for (size_t i = 0; i < json_array_size(listed); i++) {
		const json_t *one = json_array_get(listed, i);
		struct str name = json_str(one, "name");

		if (tale_find(t, name) != TALE_JOB)
			continue;
		struct tale_service *s = add_service(t, name);
		s->nodes = joined(t->arena, json_object_get(one, "nodes"));
		s->has_probe = json_is_string(json_object_get(one, "readiness"));
	}
	for (size_t i = 0; i < json_array_size(recorded); i++) {
		const json_t *one = json_array_get(recorded, i);
		uint32_t k = tale_find(t, json_str(one, "name"));

		if (k != TALE_JOB)
			t->services.items[k].family = str_dup(t->arena, json_str(one, "copy_of"));
	}
}

void tale_open(struct tale *t, struct arena *a, const struct tale_source *source)
{
	const json_t *state = source->state, *code = json_object_get(state, "exit_code");

	*t = (struct tale){
		.arena = a,
		.source = source,
		.name = str_dup(a, json_str(source->record, "name")),
		.nodes = joined(a, json_object_get(state, "nodes")),
		.attempt = json_uint(state, "attempt"),
		.exit_status = json_is_integer(code) ? (int)json_integer_value(code) : -1,
		.begin_wall = state_time(state, "started_at"),
		.teardown_at = -1,
		.closed_at = -1,
		.decider = TALE_JOB,
		.ended = STR(""),
	};
	add_services(t);
	t->has_table = source->script.ptr && tale_read_table(t, source->script);
}

/* A requeued job goes on writing the same file: its last run counts. */
static void begin_run(struct tale *t, double wall, double mono)
{
	double started = state_time(t->source->state, "started_at");
	double setup = wall - started;

	t->begin_wall = wall;
	t->services_at = 0;
	if (started > 0 && setup > 0 && setup < MAX_SETUP_S) {
		t->begin_wall = started;
		t->services_at = setup;
	}
	t->mono_zero = mono - t->services_at;
	t->last = t->services_at;
	t->has_events = true;
	t->teardown_at = t->closed_at = -1;
	t->decider = TALE_JOB;
	t->decision = t->broken = t->ended = STR("");
	t->is_asked_to_end = false;
	for (uint32_t i = 0; i < t->services.n; i++) {
		struct tale_service *s = &t->services.items[i];

		s->spans.n = s->marks.n = s->moments.n = 0;
		s->open = TALE_WAITING;
		s->open_from = t->services_at;
		s->launches = s->restarts = 0;
		s->status = -1;
		s->verdict = s->state = STR("");
		s->over_at = s->not_needed_at = -1;
		s->is_probe_over = s->is_in_window_hooks = false;
	}
}

static void turn_to(struct tale *t, struct tale_service *s, enum tale_kind kind, double at)
{
	if (kind == s->open)
		return;
	if (at > s->open_from)
		*LIST_PUSH(t->arena, &s->spans) =
			(struct tale_span){s->open, s->launches, s->open_from, at};
	s->open = kind;
	s->open_from = at;
	s->over_at = kind == TALE_OVER ? at : -1;
}

/* Hooks of a restart come before the pause, whose length is known. */
static void part_backoff(struct tale *t, struct tale_service *s, double at)
{
	double pause = at - s->backoff_s;

	if (s->open == TALE_BACKOFF && s->has_restart_hooks && pause > s->open_from) {
		*LIST_PUSH(t->arena, &s->spans) =
			(struct tale_span){TALE_HOOK, s->launches, s->open_from, pause};
		s->open_from = pause;
	}
}

/* What a service does after an event, by the state that it leads to. */
static enum tale_kind kind_after(const struct tale_service *s, struct str word, struct str state)
{
	if (str_eq_c(state, "waiting"))
		return TALE_WAITING;
	if (str_eq_c(state, "starting"))
		return s->has_prologue && str_eq_c(word, "starting") ? TALE_HOOK : TALE_STARTING;
	if (str_eq_c(state, "running"))
		return s->has_probe && !s->is_probe_over ? TALE_PROBING : TALE_RUNNING;
	if (str_eq_c(state, "ready"))
		return TALE_READY;
	if (str_eq_c(state, "stopping"))
		return TALE_STOPPING;
	if (str_eq_c(state, "backoff"))
		return TALE_BACKOFF;
	if (s->is_in_window_hooks)
		return TALE_HOOK;
	if (str_eq_c(state, "exited"))
		return s->has_epilogue && str_eq_c(word, "exit") && s->open != TALE_HOOK
			       ? TALE_HOOK
			       : TALE_OVER;
	return str_eq_c(state, "skipped") ? TALE_OVER : s->open;
}

static void add_moment(struct tale *t, struct tale_service *s, double at, enum tale_condition c)
{
	*LIST_PUSH(t->arena, &s->moments) = (struct tale_moment){.at = at, .condition = c};
}

static void note_moment(struct tale *t, struct tale_service *s, struct str word, double at)
{
	if (str_eq_c(word, "launched"))
		add_moment(t, s, at, TALE_STARTED);
	else if (str_eq_c(word, "ready"))
		add_moment(t, s, at, TALE_HEALTHY);
	else if (str_eq_c(word, "completed"))
		add_moment(t, s, at, TALE_COMPLETED);
	else if (str_eq_c(word, "exit"))
		*LIST_PUSH(t->arena, &s->moments) = (struct tale_moment){.at = at, .is_gone = true};
	else if (str_eq_c(word, "dependents-done"))
		s->not_needed_at = at;
}

static bool is_note(const struct rt_note_row *row, enum rt_note note)
{
	return row == rt_note_row(note);
}

static void note_mark(struct tale *t, uint32_t service, const struct rt_note_row *row,
		      const json_t *event, double at)
{
	struct tale_service *s = &t->services.items[service];
	struct str text = str_dup(t->arena, json_str(event, "text"));
	bool is_bad = row->tone == RT_TONE_BAD;

	if (is_bad && t->teardown_at < 0) {
		t->decider = service;
		t->decision = text;
		t->broken = is_note(row, RT_NOTE_CONDITION_BROKEN) ? s->name : STR("");
	}
	if (!is_bad && row->tone != RT_TONE_BUSY)
		return;
	*LIST_PUSH(t->arena, &s->marks) = (struct tale_mark){
		.at = at,
		.is_failure =
			is_bad || is_note(row, RT_NOTE_RESTARTING) || is_note(row, RT_NOTE_IGNORED),
		.word = str_c(row->word),
		.text = text,
	};
}

static void note_end(struct tale *t, struct tale_service *s, const json_t *event)
{
	const json_t *status = json_object_get(event, "status");
	struct str verdict = json_str(event, "verdict");

	s->state = str_dup(t->arena, json_str(event, "state"));
	s->restarts = (uint32_t)json_uint(event, "restart_count");
	if (verdict.len > 0)
		s->verdict = str_dup(t->arena, verdict);
	if (json_is_integer(status))
		s->status = (int)json_integer_value(status);
}

static void take_service(struct tale *t, struct str name, struct str word, const json_t *event,
			 double at)
{
	uint32_t i = tale_find(t, name);
	struct tale_service *s = i == TALE_JOB ? add_service(t, name) : &t->services.items[i];
	const struct rt_note_row *row = rt_note_of_word(word.ptr);
	struct str state = json_str(event, "state");

	if (str_eq_c(word, "starting")) {
		part_backoff(t, s, at);
		s->is_probe_over = false;
	}
	if (str_eq_c(word, "readiness-timeout"))
		s->is_probe_over = true;
	s->is_in_window_hooks = s->has_window_hooks && str_eq_c(word, "window-cap");
	/* Looks at one that runs say nothing of whether it was ready before. */
	bool is_same = s->open == TALE_RUNNING || s->open == TALE_PROBING || s->open == TALE_READY;
	enum tale_kind kind = kind_after(s, word, state);
	if (!(is_same && kind == TALE_PROBING && !str_eq_c(word, "running")))
		turn_to(t, s, kind, at);
	if (json_uint(event, "launch") > 0 && str_eq_c(word, "launched"))
		s->launches = (uint32_t)json_uint(event, "launch");
	note_end(t, s, event);
	note_moment(t, s, word, at);
	if (row)
		note_mark(t, (uint32_t)(s - t->services.items), row, event, at);
}

/* Nobody tells of their end. They are over when their job is stopped because of them; else, when nothing else that
   is told of explains the job's end. */
static void end_window_hooks(struct tale *t, double at, bool is_end)
{
	bool is_explained = false;

	for (uint32_t i = 0; i < t->services.n && is_end; i++)
		is_explained = is_explained || (t->services.items[i].open == TALE_OVER &&
						t->services.items[i].over_at > at - SAME_MOMENT_S);
	for (uint32_t i = 0; i < t->services.n; i++) {
		struct tale_service *s = &t->services.items[i];

		if (s->is_in_window_hooks && (is_end || t->decider == i))
			turn_to(t, s, TALE_OVER,
				is_explained ? fmax(s->open_from, t->teardown_at) : at);
	}
}

static void take_job(struct tale *t, struct str word, const json_t *event, double at)
{
	if (str_eq_c(word, "teardown") && t->teardown_at < 0) {
		t->teardown_at = at;
		t->ended = t->decision;
		end_window_hooks(t, at, false);
	} else if (str_eq_c(word, "signal") && t->teardown_at < 0) {
		t->is_asked_to_end = true;
		t->decider = TALE_JOB;
		t->decision = str_dup(t->arena, json_str(event, "text"));
	} else if (str_eq_c(word, "end")) {
		t->closed_at = at;
		end_window_hooks(t, at, true);
	}
}

void tale_take(void *tale, const json_t *event, struct citation place)
{
	struct tale *t = tale;
	struct str word = json_str(event, "event");
	const json_t *service = json_object_get(event, "service");
	double mono = json_number_value(json_object_get(event, "t_mono"));
	double wall = state_time(event, "t_wall");

	(void)place;
	if (word.len == 0 || !isfinite(mono))
		return;
	if (!json_is_string(service) && str_eq_c(word, "begin"))
		begin_run(t, wall, mono);
	if (!t->has_events) /* the events before are lost */
		begin_run(t, wall, mono);
	double at = mono - t->mono_zero;
	if (!(at > t->last))
		at = t->last;
	if (at > MAX_RUN_S)
		return;
	t->last = at;
	if (json_is_string(service))
		take_service(t, json_str(event, "service"), word, event, at);
	else
		take_job(t, word, event, at);
}

static double number_or_none(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_number(value) ? json_number_value(value) : -1;
}

/* The state knows of those that no event has told of. */
static void take_state(struct tale *t, struct tale_service *s)
{
	const json_t *one = json_named(json_object_get(t->source->state, "services"), s->name);
	const json_t *usage = json_object_get(one, "usage");
	const json_t *status = json_object_get(one, "last_exit_code");

	s->cpu_seconds = number_or_none(usage, "cpu_seconds");
	s->max_memory_bytes = number_or_none(usage, "max_memory_bytes");
	s->read_bytes = number_or_none(usage, "read_bytes");
	s->written_bytes = number_or_none(usage, "written_bytes");
	s->remark = one ? service_remark(t->arena, one) : STR("");
	if (s->state.len > 0 && !t->is_cut_off)
		return;
	s->state = str_dup(t->arena, json_str(one, "state"));
	s->verdict = str_dup(t->arena, json_str(one, "verdict"));
	s->launches = s->launches ? s->launches : (uint32_t)json_uint(one, "launches");
	if (json_is_integer(status))
		s->status = (int)json_integer_value(status);
}

static void close_service(struct tale *t, struct tale_service *s)
{
	take_state(t, s);
	if (!t->has_events)
		return;
	if (s->open != TALE_OVER && t->end > s->open_from)
		*LIST_PUSH(t->arena, &s->spans) =
			(struct tale_span){s->open, s->launches, s->open_from, t->end};
}

static void add_job_span(struct tale *t, enum tale_kind kind, double from, double to)
{
	if (to > from)
		*LIST_PUSH(t->arena, &t->job.spans) =
			(struct tale_span){.kind = kind, .from = from, .to = to};
}

static void tell_job(struct tale *t)
{
	double closed = t->closed_at >= 0 ? t->closed_at : t->end;
	double stops = t->teardown_at >= 0 ? t->teardown_at : closed;

	t->job = (struct tale_service){.name = STR("job"), .over_at = -1, .status = -1};
	add_job_span(t, TALE_SETUP, 0, t->services_at);
	add_job_span(t, TALE_RUNNING, t->services_at, stops);
	add_job_span(t, TALE_STOPPING, stops, closed);
	add_job_span(t, TALE_END, closed, t->end);
}

void tale_close(struct tale *t)
{
	const struct tale_source *source = t->source;
	double end = state_time(source->state, "ended_at") - t->begin_wall;

	if (!source->is_over)
		end = source->now - t->begin_wall;
	t->end = t->last;
	if (t->begin_wall > 0 && end > t->last && end < MAX_RUN_S)
		t->end = end;
	t->is_cut_off = source->is_over && t->has_events && t->closed_at < 0;
	for (uint32_t i = 0; i < t->services.n; i++)
		close_service(t, &t->services.items[i]);
	if (!t->has_events)
		return;
	tell_job(t);
	tale_find_chain(t);
}
