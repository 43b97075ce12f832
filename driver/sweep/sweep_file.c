/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/sweep/sweep_file.h"

#include <string.h>
#include <time.h>

#include "driver/system.h"

enum {
	SWEEP_VERSION = 1
};

const char *const sweep_form_words[] = {"jobs", "array", "packed", NULL};

static json_t *texts_json(const struct texts *texts)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < texts->list.n; i++)
		json_array_append_new(list, json_string(texts->list.items[i]));
	return list;
}

static json_t *paths_json(struct arena *a, const struct texts *texts, uint32_t from)
{
	json_t *list = json_array();

	for (uint32_t i = from; i < texts->list.n; i++)
		json_array_append_new(list,
				      json_from(path_absolute(a, str_c(texts->list.items[i]))));
	return list;
}

/* What the trials were compiled with, so that those that are run again are the same. */
static json_t *options_json(const struct compilation *c)
{
	const struct options *o = &c->inv->options;
	struct arena *a = c->inv->arena;

	return json_pack("{s:o, s:o, s:o, s:o, s:b}", "overlays", paths_json(a, &o->files, 1),
			 "env", texts_json(&o->env), "env_files", paths_json(a, &o->env_files, 0),
			 "profiles", texts_json(&o->profiles), "strict_env", o->strict_env);
}

static json_t *trials_json(const struct sweep_run *s)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < s->trials.n; i++) {
		const struct sweep_trial *t = &s->trials.items[i];
		json_t *variables = json_object();

		for (uint32_t k = 0; k < t->variables.n; k++)
			json_object_set_new(variables, t->variables.items[k].name.ptr,
					    json_from(t->variables.items[k].value));
		json_array_append_new(
			list, json_pack("{s:o, s:I, s:I, s:o, s:o, s:o}", "id", json_from(t->id),
					"index", (json_int_t)t->index, "replicate",
					(json_int_t)t->replicate, "config", json_from(t->config),
					"variables", variables, "seed", json_from(t->seed)));
	}
	return list;
}

/* The service whose log is looked at: the first that no other one waits for. */
static struct str primary_token(const struct plan *plan)
{
	for (uint32_t i = 0; i < plan->services.n; i++) {
		bool is_needed = false;

		for (uint32_t k = 0; k < plan->services.n; k++)
			for (uint32_t d = 0; d < plan->services.items[k].dependencies.n; d++)
				is_needed |=
					plan->services.items[k].dependencies.items[d].service.v ==
					i;
		if (!is_needed)
			return plan->services.items[i].token.v;
	}
	return plan->services.n ? plan->services.items[0].token.v : STR("");
}

static json_t *objective_json(const struct plan *plan)
{
	const struct plan_sweep *s = plan->sweep;
	json_t *o = json_object();

	if (!IS_SET(s->direction))
		return json_null();
	json_object_set_new(o, "direction",
			    json_string(s->direction.v == SWEEP_OBJECTIVE_DIRECTION_MINIMIZE
						? "minimize"
						: "maximize"));
	if (IS_SET(s->log_pattern)) {
		json_object_set_new(o, "log_pattern", json_from(s->log_pattern.v));
		json_object_set_new(o, "group", json_integer((json_int_t)s->group.v));
		json_object_set_new(o, "log", json_from(primary_token(plan)));
	} else {
		json_object_set_new(o, "json_path", json_from(s->json_path.v));
		json_object_set_new(o, "json_field", json_from(s->json_field.v));
	}
	if (IS_SET(s->scaling_axis))
		json_object_set_new(o, "scaling_axis", json_from(s->scaling_axis.v));
	return o;
}

json_t *sweep_file_new(const struct compilation *c, const struct sweep_run *s)
{
	struct arena *a = c->inv->arena;
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return json_pack("{s:i, s:o, s:o, s:s, s:I, s:o, s:o, s:o}", "schema_version",
			 SWEEP_VERSION, "id", json_from(s->id), "spec",
			 json_from(path_absolute(a, c->unit.path)), "as", sweep_form_words[s->form],
			 "created_ns", (json_int_t)now.tv_sec * 1000000000 + now.tv_nsec, "options",
			 options_json(c), "objective", objective_json(c->unit.plan), "trials",
			 trials_json(s));
}

/* It becomes part of paths and of options. */
static bool is_trial_id(struct str id)
{
	for (size_t i = 0; i < id.len; i++)
		if (!byte_is_in(id.ptr[i], "tr0123456789"))
			return false;
	return id.len > 1 && id.ptr[0] == 't';
}

static bool take_trial(struct arena *a, const json_t *from, struct sweep_trial *t)
{
	*t = (struct sweep_trial){.id = json_str(from, "id"),
				  .config = json_str(from, "config"),
				  .seed = json_str(from, "seed"),
				  .index = json_uint(from, "index"),
				  .replicate = json_uint(from, "replicate")};
	json_t *value;
	const char *name;
	json_object_foreach(json_object_get(from, "variables"), name, value) *
		LIST_PUSH(a, &t->variables) =
		(struct assignment){.name = str_c(name),
				    .value = {json_string_value(value), json_string_length(value)}};
	return is_trial_id(t->id);
}

bool sweep_file_take(struct arena *a, struct sweep_run *s)
{
	struct str form = json_str(s->file, "as");
	const json_t *trials = json_object_get(s->file, "trials");
	bool is_known = false;

	for (unsigned i = 0; i < N_SWEEP_FORMS; i++)
		if (str_eq_c(form, sweep_form_words[i])) {
			s->form = (enum sweep_form)i;
			is_known = true;
		}
	if (!is_known || !str_eq(json_str(s->file, "id"), s->id) || json_array_size(trials) == 0)
		return false;
	for (size_t i = 0; i < json_array_size(trials); i++)
		if (!take_trial(a, json_array_get(trials, i), LIST_PUSH(a, &s->trials)))
			return false;
	return true;
}

struct str sweep_spec(const struct sweep_run *s)
{
	return json_str(s->file, "spec");
}

static void take_texts(struct arena *a, const json_t *list, struct texts *texts)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		*LIST_PUSH(a, &texts->list) = json_string_value(json_array_get(list, i));
}

void sweep_take_options(const struct sweep_run *s, struct invocation *inv)
{
	const json_t *o = json_object_get(s->file, "options");
	struct options *to = &inv->options;

	memset(&to->files, 0, sizeof(to->files));
	*LIST_PUSH(inv->arena, &to->files.list) = str_to_c(inv->arena, sweep_spec(s));
	take_texts(inv->arena, json_object_get(o, "overlays"), &to->files);
	take_texts(inv->arena, json_object_get(o, "env"), &to->env);
	take_texts(inv->arena, json_object_get(o, "env_files"), &to->env_files);
	take_texts(inv->arena, json_object_get(o, "profiles"), &to->profiles);
	to->strict_env |= json_is_true(json_object_get(o, "strict_env"));
}
