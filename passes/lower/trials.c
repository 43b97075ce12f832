/* SPDX-License-Identifier: Apache-2.0 */
/* Trials: what a sweep varies, how many combinations run how often, and what makes one better. */
#include "passes/lower.h"

uint64_t sweep_combinations(const struct sweep *sweep)
{
	uint64_t n = sweep->parameters.n && !IS_POISON(sweep->parameters) ? 1 : 0;
	for (uint32_t i = 0; i < sweep->parameters.n; i++) {
		uint64_t values = sweep->parameters.items[i].n;
		n = values && n > UINT64_MAX / values ? UINT64_MAX : n * values;
	}
	return n;
}

static void lower_parameters(struct unit *u, const struct sweep *sweep, struct plan_sweep *p)
{
	p->parameters.from = sweep->parameters.from;
	p->parameters.n = sweep->parameters.n;
	p->parameters.items = ARENA_ARRAY(u->arena, sweep->parameters.n, struct plan_parameter);
	for (uint32_t i = 0; i < sweep->parameters.n; i++) {
		const struct v_map *from = &sweep->parameters.items[i];
		struct plan_parameter *to = &p->parameters.items[i];
		to->head.from = from->from;
		to->head.name = from->n ? from->items[0].key : STR("");
		to->values.from = from->from;
		to->values.n = from->n;
		to->values.items = ARENA_ARRAY(u->arena, from->n, struct v_str);
		for (uint32_t k = 0; k < from->n; k++)
			to->values.items[k] = from->items[k].value;
	}
}

static void lower_objective(const struct sweep_objective *o, struct plan_sweep *p)
{
	p->direction = o->direction;
	p->log_pattern = o->log_pattern;
	if (IS_SET(o->log_pattern))
		p->group = IS_SET(o->group) ? o->group : plan_uint(o->head.from, 1);
	p->json_path = o->json_path;
	p->json_field = o->json_field;
	p->scaling_axis = o->scaling_axis;
}

void lower_trials(struct unit *u)
{
	const struct sweep *sweep = u->job->sweep;
	if (!HAS_RECORD(sweep))
		return;
	struct plan_sweep *p = ARENA_NEW(u->arena, struct plan_sweep);
	p->head.from = sweep->head.from;
	lower_parameters(u, sweep, p);
	p->combinations = plan_uint(sweep->parameters.from, sweep_combinations(sweep));
	if (HAS_RECORD(sweep->matrix)) {
		p->drawn = sweep->matrix->random;
		p->seed = sweep->matrix->seed;
	}
	p->replicates =
		IS_SET(sweep->replicates) ? sweep->replicates : plan_uint(sweep->head.from, 1);
	if (HAS_RECORD(sweep->objective))
		lower_objective(sweep->objective, p);
	u->plan->sweep = p;
}
