/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A GPU brings its share of the CPUs: a step that states GPUs and no CPUs gets that part of its
 * nodes' CPUs which its GPUs are of theirs, after what others state. What nodes have is known in the
 * job alone; here is found who has such a share, and how many CPUs services state that can be alive
 * at the same time on its nodes:
 *
 *	server: gpus 2				share beside 4 CPUs of others
 *	loader: cpus_per_task 4			none
 */
#include "passes/resources/antichain.h"
#include "passes/lower/node_spans.h"

enum {
	MAX_WORK = 1 << 22, /* pairs of services that are looked at */
	MAX_QUESTIONS = 64  /* about who can be alive together; beyond, all are taken to be */
};

/* Heavier than all that services can state together: it is in the heaviest set. */
#define HEAVIEST (UINT64_C(1) << 61)

struct shares {
	struct unit *u;
	struct arena scratch;
	uint64_t *weights;
	bool *in_set;
	bool waits_for_ends;
	uint32_t questions;
	uint64_t stated; /* by all services together */
};

static bool has_share(const struct unit *u, uint32_t i)
{
	const struct demand *d = &u->pass_state->demands[i];
	return d->gpus && d->is_cpu_per_task && u->plan->services.items[i].is_exact.v;
}

static uint64_t stated_cpus(const struct unit *u, uint32_t i)
{
	return has_share(u, i) ? 0 : u->pass_state->demands[i].cpus;
}

static uint64_t of_others(struct shares *s, uint32_t self)
{
	const struct pass_state *state = s->u->pass_state;
	const struct placement_finding *own = &state->placement[self];
	uint64_t sum = 0;
	for (uint32_t i = 0; i < state->n; i++) {
		uint64_t cpus = stated_cpus(s->u, i);
		const struct placement_finding *other = &state->placement[i];
		bool counts = cpus && own->has_set && other->has_set &&
			      spans_meet(&own->set, &other->set);
		s->weights[i] = counts ? cpus : 0;
		sum += s->weights[i];
	}
	if (!sum || !s->waits_for_ends || s->questions++ >= MAX_QUESTIONS)
		return sum;
	s->weights[self] = HEAVIEST;
	uint64_t most = heaviest_alive(s->u->plan, s->weights, s->in_set);
	return most > HEAVIEST ? most - HEAVIEST : most ? 0 : sum;
}

void lower_cpu_shares(struct unit *u)
{
	uint32_t n = u->pass_state->n, asking = 0;
	struct shares s = {.u = u, .waits_for_ends = plan_waits_for_ends(u->plan)};
	for (uint32_t i = 0; i < n; i++) {
		asking += has_share(u, i);
		s.stated += stated_cpus(u, i);
	}
	if (!asking)
		return;
	arena_init(&s.scratch);
	s.weights = ARENA_ARRAY(&s.scratch, n, uint64_t);
	s.in_set = ARENA_ARRAY(&s.scratch, n, bool);
	bool is_small = (uint64_t)asking * n <= MAX_WORK;
	for (uint32_t i = 0; i < n; i++) {
		struct plan_service *p = &u->plan->services.items[i];
		if (!has_share(u, i))
			continue;
		uint64_t cpus = is_small ? of_others(&s, i) : s.stated;
		p->cpus_of_others = plan_uint(p->gpus_per_node.from, cpus);
		p->cpus_per_node = (struct v_uint){0}; /* the job works it out */
	}
	arena_free(&s.scratch);
}
