/* SPDX-License-Identifier: Apache-2.0 */
/* Host-side set-up: modules, Spack views, and the variables of services. */
#include "backends/writer.h"

static void emit_export(struct writer *w, const struct v_pair *pair, const char *indent)
{
	emit_verbatim(&w->out, str_c(indent));
	emit_origin(&w->out, pair->value.from.at, pair->key);
	emit_lit(&w->out, "export ");
	emit_word(&w->out, pair->key);
	emit_lit(&w->out, "=");
	emit_word(&w->out, pair->value.v);
	emit_lit(&w->out, "\n");
}

void emit_env_setup(struct writer *w, const struct plan_env_setup *setup, const char *indent)
{
	if (!setup)
		return;
	if (IS_SET(setup->purge) && setup->purge.v) {
		emit_verbatim(&w->out, str_c(indent));
		emit_lit(&w->out, "module purge\n");
	}
	for (uint32_t i = 0; i < setup->load.n; i++) {
		emit_verbatim(&w->out, str_c(indent));
		emit_origin(&w->out, setup->load.items[i].from.at, STR("modules"));
		emit_lit(&w->out, "module load ");
		emit_word(&w->out, setup->load.items[i].v);
		emit_lit(&w->out, "\n");
	}
	if (IS_SET(setup->spack_view)) {
		emit_verbatim(&w->out, str_c(indent));
		emit_origin(&w->out, setup->spack_view.from.at, STR("x-env.spack.view"));
		emit_lit(&w->out, "use_view ");
		emit_word(&w->out, setup->spack_view.v);
		emit_lit(&w->out, "\n");
	}
	for (uint32_t i = 0; i < setup->env.n; i++)
		emit_export(w, &setup->env.items[i], indent);
}

static bool sets(const struct plan_env_setup *setup, struct str name)
{
	for (uint32_t i = 0; setup && i < setup->env.n; i++)
		if (str_eq(setup->env.items[i].key, name))
			return true;
	return false;
}

/* x-env wins over environment: the root's variables are exported already. */
void emit_environment(struct writer *w, const struct plan_service *s)
{
	if (IS_SET(s->has_scratch) && s->has_scratch.v) {
		emit_lit(&w->out, "  export HPC_COMPOSE_SCRATCH_HOST_PATH=\"$SCRATCH_DIR\" "
				  "HPC_COMPOSE_SCRATCH_DIR=");
		if (w->container->is_contained)
			emit_word(&w->out, w->plan->scratch->mount.v);
		else
			emit_lit(&w->out, "\"$SCRATCH_DIR\"");
		emit_lit(&w->out, "\n");
	}
	for (uint32_t i = 0; i < s->environment.n; i++) {
		const struct v_pair *pair = &s->environment.items[i];
		if (!sets(w->plan->env_setup, pair->key) && !sets(s->env_setup, pair->key))
			emit_export(w, pair, "  ");
	}
}

static bool setup_uses_modules(const struct plan_env_setup *setup)
{
	return setup && (setup->load.n || (IS_SET(setup->purge) && setup->purge.v));
}

bool plan_uses_modules(const struct plan *plan)
{
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
