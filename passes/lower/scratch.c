/* SPDX-License-Identifier: Apache-2.0 */
/* Scratch: the job's own folder below a base, and which services see it. */
#include "passes/lower.h"

void lower_scratch(struct unit *u)
{
	const struct scratch *scratch = unit_slurm(u)->scratch;
	bool is_there = HAS_RECORD(scratch) && IS_SET(scratch->base) && IS_SET(scratch->mount);
	for (uint32_t i = 0; i < u->plan->services.n; i++) {
		const struct step *step = service_step(u->pass_state->services[i]);
		bool opted_out = HAS_RECORD(step->scratch) && IS_SET(step->scratch->enabled) &&
				 !step->scratch->enabled.v;
		struct origin from = opted_out  ? step->scratch->enabled.from
				     : is_there ? scratch->head.from
						: u->job->head.from;
		u->plan->services.items[i].has_scratch = plan_bool(from, is_there && !opted_out);
	}
	if (!is_there)
		return;
	struct plan_scratch *p = ARENA_NEW(u->arena, struct plan_scratch);
	p->head.from = scratch->head.from;
	p->base = scratch->base;
	p->mount = scratch->mount;
	struct str mount;
	if (path_fold(u->arena, str_trim(scratch->mount.v), &mount))
		p->mount.v = mount;
	p->scope = scratch->scope;
	p->cleanup = scratch->cleanup;
	u->plan->scratch = p;
}
