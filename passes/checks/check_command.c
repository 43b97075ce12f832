/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the command that compiles can do with the job: sweeps on submission (R163, R164), and what
 * only a cluster can do on a local run (R165).
 */
#include "passes/lower.h"

typedef unsigned long long ull;

static void refuse_local(struct diags *d, struct span at, const char *what)
{
	struct diag *diag = diag_error(d, at, RULE_R165, "a local run can't do %s", what);
	diag_help(d, diag, "submit this job to Slurm, or leave it out");
}

static void check_local_service(const struct unit *u, struct diags *d, uint32_t i)
{
	const struct service *s = u->pass_state->services[i];
	const struct step *step = service_step(s);
	const struct plan_service *p = &u->plan->services.items[i];
	if (step->extra_srun_args.n)
		refuse_local(d, step->extra_srun_args.from.at, "srun's own arguments");
	if (HAS_RECORD(step->mpi))
		refuse_local(d, step->mpi->head.from.at, "MPI launches");
	const struct container *container = service_container(u, s);
	if (*container->no_local)
		refuse_local(d, service_backend_origin(u, s).at, container->no_local);
	if (*container->option_prefix && p->container_options.n)
		refuse_local(d, p->container_options.from.at, "options of srun for containers");
	if (IS_SET(p->mode) && p->mode.v != STEP_MODE_PRIMARY && unit_nodes(u) == 1)
		refuse_local(d, p->mode.from.at, "placement on other nodes");
}

static void check_local(const struct unit *u, struct diags *d)
{
	const struct slurm *slurm = unit_slurm(u);
	if (IS_SET(slurm->array))
		refuse_local(d, slurm->array.from.at, "job arrays");
	if (HAS_RECORD(slurm->after_job))
		refuse_local(d, slurm->after_job->head.from.at, "dependencies on other jobs");
	if (IS_SET(slurm->dependency))
		refuse_local(d, slurm->dependency.from.at, "dependencies on other jobs");
	if (u->components)
		refuse_local(d, slurm->components.from.at,
			     "components: each has an allocation of its own");
	else if (unit_nodes(u) > 1)
		refuse_local(d, slurm->nodes.from.at, "several nodes");
	for (uint32_t i = 0; i < u->pass_state->n; i++)
		check_local_service(u, d, i);
}

/* Combinations chosen x replicates; saturates. */
static uint64_t sweep_runs(const struct sweep *sweep)
{
	uint64_t runs = 1;
	const struct sweep_matrix *matrix = sweep->matrix;
	if (HAS_RECORD(matrix) && IS_SET(matrix->random)) {
		runs = matrix->random.v;
	} else {
		for (uint32_t i = 0; i < sweep->parameters.n; i++)
			if (__builtin_mul_overflow(runs, sweep->parameters.items[i].n, &runs))
				return UINT64_MAX;
	}
	uint64_t replicates = sweep->replicates.v;
	return __builtin_mul_overflow(runs, replicates, &runs) ? UINT64_MAX : runs;
}

static void check_sweep(const struct unit *u, struct diags *d)
{
	const struct sweep *sweep = u->job->sweep;
	const struct slurm *slurm = unit_slurm(u);
	if (!HAS_RECORD(sweep))
		return;
	if (IS_SET(slurm->array)) {
		struct diag *diag = diag_error(d, slurm->array.from.at, RULE_R163,
					       "a sweep submits jobs of its own and can't be an "
					       "array as well");
		diag_note(d, diag, sweep->head.from.at, "the sweep is here");
	}
	uint64_t runs = sweep_runs(sweep), limit = u->sweep_limit ? u->sweep_limit : SWEEP_LIMIT;
	if (!u->is_dry_run && runs > limit) {
		struct diag *diag = diag_error(d, sweep->head.from.at, RULE_R164,
					       "this sweep would submit %llu jobs, the ceiling is "
					       "%llu",
					       (ull)runs, (ull)limit);
		diag_help(d, diag, "choose matrix: {random: N}, or raise the ceiling");
	}
}

void check_command(const struct unit *u, struct diags *d)
{
	if (u->scheduler == PLAN_SCHEDULER_LOCAL)
		check_local(u, d);
	if (u->is_sweep)
		check_sweep(u, d);
}
