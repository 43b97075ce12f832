/* SPDX-License-Identifier: Apache-2.0 */
/* Host-side set-up: modules, Spack views, and the variables of services. */
#include "backends/writer.h"

static void emit_export(struct writer *w, const struct v_pair *pair, const char *indent)
{
	emit_verbatim(&w->out, str_c(indent));
	if (w->out.keeps_origins)
		emit_origin(&w->out, pair->value.from.at,
			    str_cat(w->out.text.arena, STR("environment."), pair->key));
	emit_lit(&w->out, "export ");
	emit_word(&w->out, pair->key);
	emit_lit(&w->out, "=");
	emit_word(&w->out, pair->value.v);
	emit_lit(&w->out, "\n");
}

bool setup_uses_modules(const struct plan_env_setup *setup)
{
	return setup && (setup->load.n || (IS_SET(setup->purge) && setup->purge.v));
}

static void emit_use_module(struct writer *w, struct str indent, const char *verb)
{
	emit_verbatim(&w->out, indent);
	emit_lit(&w->out, "use_module ");
	emit_verbatim(&w->out, str_c(verb));
}

void emit_modules(struct writer *w, const struct plan_env_setup *setup, struct str indent)
{
	if (IS_SET(setup->purge) && setup->purge.v) {
		emit_use_module(w, indent, "purge");
		emit_lit(&w->out, "\n");
	}
	for (uint32_t i = 0; i < setup->load.n; i++) {
		emit_verbatim(&w->out, indent);
		emit_origin(&w->out, setup->load.items[i].from.at, STR("x-env.modules"));
		emit_use_module(w, STR(""), "load ");
		emit_word(&w->out, setup->load.items[i].v);
		emit_lit(&w->out, "\n");
	}
}

void emit_view(struct writer *w, const struct plan_env_setup *setup, const char *indent)
{
	if (!setup || !IS_SET(setup->spack_view))
		return;
	emit_verbatim(&w->out, str_c(indent));
	emit_origin(&w->out, setup->spack_view.from.at, STR("x-env.spack.view"));
	emit_lit(&w->out, "use_view ");
	emit_word(&w->out, setup->spack_view.v);
	emit_lit(&w->out, "\n");
}

void emit_env_setup(struct writer *w, const struct plan_env_setup *setup, const char *indent)
{
	if (setup_uses_modules(setup))
		emit_modules(w, setup, str_c(indent));
	emit_view(w, setup, indent);
}

void emit_env_exports(struct writer *w, const struct v_map *env)
{
	for (uint32_t i = 0; i < env->n; i++)
		emit_export(w, &env->items[i], "");
}

/* Names that the launch line itself expands, or is found by. Their values are set on that line,
   where bash expands all words before it assigns. */
bool is_late(struct str name)
{
	static const char *const names[] = {
		"CACHE_ROOT", "HOME", "IFS",         "JOB_DIR",  "NODES",
		"PATH",       "PWD",  "SCRATCH_DIR", "SPEC_DIR", "SLURM_SUBMIT_DIR"};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq_c(name, names[i]))
			return true;
	return str_has_prefix(name, NAMES_PREFIX);
}

bool is_on_launch_line(const struct writer *w, const struct v_pair *pair)
{
	return is_late(pair->key) && (!w->emitter->is_apart || !w->emitter->is_apart(w, pair));
}

void emit_late_environment(struct writer *w, const struct plan_service *s)
{
	bool has_late = false;

	for (uint32_t i = 0; i < s->environment.n; i++) {
		const struct v_pair *pair = &s->environment.items[i];
		if (!is_on_launch_line(w, pair))
			continue;
		has_late = true;
		if (w->out.keeps_origins)
			emit_origin(&w->out, pair->value.from.at,
				    str_cat(w->out.text.arena, STR("environment."), pair->key));
		emit_word(&w->out, pair->key);
		emit_lit(&w->out, "=");
		emit_word(&w->out, pair->value.v);
		emit_lit(&w->out, " ");
	}
	if (has_late)
		emit_lit(&w->out, "\\\n    ");
}

void emit_tool(struct writer *w, const struct plan_service *s, struct str tool)
{
	bool sets_path = false;

	for (uint32_t i = 0; i < s->environment.n; i++)
		sets_path |= str_eq_c(s->environment.items[i].key, "PATH") &&
			     is_on_launch_line(w, &s->environment.items[i]);
	if (sets_path)
		emit_lit(&w->out, "\"$(command -v ");
	emit_word(&w->out, tool);
	if (sets_path)
		emit_lit(&w->out, ")\"");
}

void emit_environment(struct writer *w, const struct plan_service *s)
{
	bool has_late = false;

	for (uint32_t i = 0; i < s->path_environment.n; i++) {
		const struct plan_variable *v = &s->path_environment.items[i];
		emit_lit(&w->out, "  export ");
		emit_word(&w->out, v->name.v);
		emit_lit(&w->out, "=");
		emit_path(w, v->value);
		emit_lit(&w->out, "\n");
	}
	for (uint32_t i = 0; i < s->environment.n; i++)
		if (!is_late(s->environment.items[i].key))
			emit_export(w, &s->environment.items[i], "  ");
		else
			has_late |= !str_eq_c(s->environment.items[i].key, "PATH") &&
				    is_on_launch_line(w, &s->environment.items[i]);
	if (w->emitter->environment)
		w->emitter->environment(w, s);
	if (has_late)
		emit_lit(&w->out,
			 "  # shellcheck disable=SC2097,SC2098 # words are expanded before "
			 "they are assigned\n");
}

bool plan_uses_modules(const struct plan *plan)
{
	if (setup_uses_modules(plan->env_setup))
		return true;
	for (uint32_t i = 0; i < plan->services.n; i++)
		if (setup_uses_modules(plan->services.items[i].env_setup))
			return true;
	return false;
}

bool plan_uses_views(const struct plan *plan)
{
	if (plan->env_setup && IS_SET(plan->env_setup->spack_view))
		return true;
	for (uint32_t i = 0; i < plan->services.n; i++)
		if (plan->services.items[i].env_setup &&
		    IS_SET(plan->services.items[i].env_setup->spack_view))
			return true;
	return false;
}

const struct plan_names *name_group(const struct writer *w, const struct v_str *word)
{
	const struct plan_names *group = w->plan->env_groups.items;
	while (!str_eq(group->group.v, word->v))
		group++;
	return group;
}

static bool has_name(const struct v_list *sorted, struct str name)
{
	uint32_t low = 0, high = sorted->n;
	if (!high || str_cmp(name, sorted->items[high - 1].v) > 0)
		return false;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		int order = str_cmp(name, sorted->items[middle].v);
		if (order == 0)
			return true;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

bool is_in_name_groups(const struct writer *w, const struct plan_service *s, struct str name)
{
	for (uint32_t i = 0; i < s->env_groups.n; i++)
		if (has_name(&name_group(w, &s->env_groups.items[i])->names, name))
			return true;
	return false;
}

bool plan_names_groups(const struct writer *w)
{
	if (w->scheduler != &scheduler_slurm)
		return false;
	for (enum runtime_backend i = 0; i < RUNTIME_BACKEND_N; i++)
		if (containers[i].is_srun_option && plan_uses_container(w->plan, i))
			return true;
	return false;
}

void emit_name_groups(struct writer *w)
{
	if (!plan_names_groups(w))
		return;
	emit_lit(&w->out, "# Names of variables that containers are given.\n");
	for (uint32_t i = 0; i < w->plan->env_groups.n; i++) {
		const struct plan_names *group = &w->plan->env_groups.items[i];

		emit_lit(&w->out, NAMES_PREFIX);
		emit_verbatim(&w->out, group->group.v);
		for (uint32_t k = 0; k < group->names.n; k++) {
			emit_verbatim(&w->out, k ? STR(",") : STR("="));
			emit_word(&w->out, group->names.items[k].v);
		}
		emit_lit(&w->out, "\n");
	}
}

void emit_name_group_variables(struct writer *w)
{
	if (!plan_names_groups(w))
		return;
	for (uint32_t i = 0; i < w->plan->env_groups.n; i++) {
		emit_lit(&w->out, " " NAMES_PREFIX);
		emit_verbatim(&w->out, w->plan->env_groups.items[i].group.v);
	}
}
