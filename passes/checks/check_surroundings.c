/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Round the step: modules, Spack and variables of the host (R107 to R109), hooks (R110, R111), MPI
 * (R115, R116), failure policies (R117, R118).
 */
#include "passes/checks/check.h"

static const struct env_setup *setup_of(const struct subject *s)
{
	const struct env_setup *setup = s->service ? s->service->env_setup : s->u->job->env_setup;
	return HAS_RECORD(setup) ? setup : NULL;
}

static void check_modules(const struct subject *s)
{
	const struct env_setup *setup = setup_of(s);
	const struct modules *modules = setup ? setup->modules : NULL;
	if (!HAS_RECORD(modules))
		return;
	const char *list =
		modules->load.from.kind == ORIGIN_DERIVED ? "modules" : "x-env.modules.load";
	for (uint32_t i = 0; i < modules->load.n; i++) {
		const struct v_str *name = &modules->load.items[i];
		if (!IS_SET(*name) || name_is_module(name->v))
			continue;
		struct diag *d =
			subject_error(s, &name->from, RULE_R107, item_field(s, list, i, ""),
				      "'%.*s' is no name of a module", STR_ARG(name->v));
		if (str_has_prefix(name->v, "-"))
			diag_help(s->d, d,
				  "options of 'module' can't be given; x-env.modules.purge "
				  "unloads all modules first");
	}
}

static void check_spack(const struct subject *s)
{
	const struct env_setup *setup = setup_of(s);
	if (!setup || !HAS_RECORD(setup->spack) || !IS_SET(setup->spack->view))
		return;
	const struct v_str *view = &setup->spack->view;
	if (str_is_blank(view->v))
		subject_error(s, &view->from, RULE_R108, "x-env.spack.view", "can't be blank");
	else if (str_find(view->v, '\n') != STR_NONE || str_find(view->v, '\r') != STR_NONE)
		subject_error(s, &view->from, RULE_R108, "x-env.spack.view", "must be one line");
	else if (view->v.ptr[0] != '/')
		subject_error(s, &view->from, RULE_R108, "x-env.spack.view",
			      "must be an absolute path, not '%.*s'", STR_ARG(view->v));
}

static void check_host_env(const struct subject *s)
{
	const struct env_setup *setup = setup_of(s);
	for (uint32_t i = 0; setup && i < setup->env.n; i++) {
		const struct v_pair *pair = &setup->env.items[i];
		if (!IS_SET(pair->value))
			continue;
		const char *field = str_fmt(s->d->arena, "x-env.env.%.*s", STR_ARG(pair->key)).ptr;
		struct str v = pair->value.v;
		if (str_is_blank(v))
			subject_error(s, &pair->value.from, RULE_R109, field, "can't be blank");
		else if (str_find(v, '\n') != STR_NONE || str_find(v, '\r') != STR_NONE)
			subject_error(s, &pair->value.from, RULE_R109, field, "must be one line");
	}
}

static void check_hook_script(const struct subject *s, const struct v_str *script,
			      const char *field)
{
	if (IS_SET(*script) && str_is_blank(script->v))
		subject_error(s, &script->from, RULE_R110, field, "the hook has nothing to run");
}

static void check_hooks(const struct subject *s)
{
	const struct step *step = s->step;
	if (HAS_RECORD(step->prologue))
		check_hook_script(s, &step->prologue->script, "x-slurm.prologue");
	if (HAS_RECORD(step->epilogue))
		check_hook_script(s, &step->epilogue->script, "x-slurm.epilogue");
	for (uint32_t i = 0; i < step->hooks.n; i++) {
		const struct event_hook *hook = &step->hooks.items[i];
		check_hook_script(s, &hook->script, item_field(s, "x-slurm.hooks", i, "script"));
		if (!IS_SET(hook->context) || hook->context.v != EVENT_HOOK_CONTEXT_CONTAINER)
			continue;
		struct diag *d =
			subject_error(s, &hook->context.from, RULE_R111,
				      item_field(s, "x-slurm.hooks", i, "context"),
				      "hooks of restarts run on the host: the container is "
				      "gone by then");
		diag_help(s->d, d,
			  "write context: host, or use a prologue with context: container");
	}
}

static const char *const profile_words[] = {
	[MPI_PROFILE_OPENMPI] = "openmpi",
	[MPI_PROFILE_MPICH] = "mpich",
	[MPI_PROFILE_INTEL_MPI] = "intel_mpi",
};
static const char *const implementation_words[] = {
	[MPI_IMPLEMENTATION_OPENMPI] = "openmpi",     [MPI_IMPLEMENTATION_MPICH] = "mpich",
	[MPI_IMPLEMENTATION_INTEL_MPI] = "intel_mpi", [MPI_IMPLEMENTATION_MVAPICH2] = "mvapich2",
	[MPI_IMPLEMENTATION_CRAY_MPI] = "cray_mpi",   [MPI_IMPLEMENTATION_HPE_MPI] = "hpe_mpi",
	[MPI_IMPLEMENTATION_UNKNOWN] = "unknown",
};

static void check_mpi(const struct subject *s)
{
	const struct mpi *mpi = s->step->mpi;
	if (!HAS_RECORD(mpi))
		return;
	if (IS_SET(mpi->type) && !name_is_mpi_type(mpi->type.v)) {
		struct diag *d = subject_error(s, &mpi->type.from, RULE_R115, "x-slurm.mpi.type",
					       "'%.*s' is no MPI type", STR_ARG(mpi->type.v));
		diag_help(s->d, d, "write a word that 'srun --mpi=list' prints, such as pmix");
	}
	if (!IS_GIVEN(mpi->profile) || !IS_GIVEN(mpi->implementation))
		return;
	const char *profile = profile_words[mpi->profile.v];
	const char *implementation = implementation_words[mpi->implementation.v];
	if (str_eq_c(str_c(profile), implementation))
		return;
	struct diag *d =
		subject_error(s, &mpi->implementation.from, RULE_R116, "x-slurm.mpi.implementation",
			      "is %s, but 'profile' says %s", implementation, profile);
	diag_note(s->d, d, mpi->profile.from.at, "'profile' is here");
	diag_help(s->d, d, "'profile' implies the implementation: drop one of the two");
}

static void check_policy(const struct subject *s)
{
	const struct failure_policy *p = s->step->failure_policy;
	if (!HAS_RECORD(p) || IS_POISON(p->mode))
		return;
	const struct {
		const struct v_uint *value;
		const char *field;
	} limits[] = {
		{&p->max_restarts, "x-slurm.failure_policy.max_restarts"},
		{&p->backoff_seconds, "x-slurm.failure_policy.backoff_seconds"},
		{&p->window_seconds, "x-slurm.failure_policy.window_seconds"},
		{&p->max_restarts_in_window, "x-slurm.failure_policy.max_restarts_in_window"},
		{&p->reset_after_seconds, "x-slurm.failure_policy.reset_after_seconds"},
	};
	bool restarts = IS_SET(p->mode) && p->mode.v == FAILURE_POLICY_MODE_RESTART_ON_FAILURE;
	for (size_t i = 0; i < N_CHECKS(limits); i++) {
		if (!IS_GIVEN(*limits[i].value))
			continue;
		const struct origin *from = &limits[i].value->from;
		if (!limits[i].value->v)
			subject_error(s, from, RULE_R118, limits[i].field,
				      "must be at least 1, not 0");
		if (restarts)
			continue;
		struct diag *d = subject_error(s, from, RULE_R117, limits[i].field,
					       "has no meaning without restarts");
		if (IS_GIVEN(p->mode))
			diag_note(s->d, d, p->mode.from.at, "'mode' is here");
		diag_help(s->d, d, "set mode: restart_on_failure, or drop it");
	}
}

static check_fn *const root_checks[] = {
	check_modules,
	check_spack,
	check_host_env,
};

static check_fn *const service_checks[] = {
	check_modules, check_spack, check_host_env, check_hooks, check_mpi, check_policy,
};

void check_surroundings(const struct unit *u, struct diags *d)
{
	run_root_checks(u, d, root_checks, N_CHECKS(root_checks));
	run_service_checks(u, d, service_checks, N_CHECKS(service_checks));
}
