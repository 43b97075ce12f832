/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Occupancy: nodes grouped by who runs on them, with the most that services alive at the same time
 * state there. For people who ask who gets what on which node.
 *
 *	nodes 0: services 0-2, 24 CPUs at most		nodes 1-3: services 0, 16 CPUs at most
 */
#include <stddef.h>
#include <stdlib.h>

#include "passes/resources/antichain.h"
#include "passes/lower/node_spans.h"

/* Beyond these the table would be of use to nobody, and is left out or stays without sums. */
enum {
	MAX_ENTRIES = 1 << 20,
	MAX_WORK = 1 << 18 /* services looked at for sums */
};

typedef LIST(struct plan_node_group) group_list;

struct occupancy {
	struct unit *u;
	struct arena scratch;
	uint32_t *there; /* services on the present nodes, in no order; n_there of them */
	uint32_t *place; /* per service: its position in `there` */
	uint64_t *weights;
	bool *in_set;
	bool waits_for_ends; /* some service needs another one completed */
	uint32_t n_there;
	uint64_t entries, work;
};

static void find_edges(struct occupancy *o, struct span_edges *edges)
{
	const struct pass_state *state = o->u->pass_state;
	for (uint32_t i = 0; i < state->n; i++) {
		if (state->placement[i].has_set)
			span_edges_add(&o->scratch, edges, &state->placement[i].set, i);
	}
	span_edges_sort(edges);
}

static uint64_t demand_of(const struct occupancy *o, uint32_t service, size_t offset)
{
	const struct demand *d = &o->u->pass_state->demands[service];
	return *(const uint64_t *)(const void *)((const char *)d + offset);
}

/* The most that is stated at one moment; absent when nothing is, or too much asked already. */
static struct v_uint peak(struct occupancy *o, struct origin from, size_t offset)
{
	uint64_t sum = 0;
	uint32_t stating = 0;
	for (uint32_t i = 0; i < o->n_there; i++) {
		uint64_t weight = demand_of(o, o->there[i], offset);
		stating += weight > 0;
		sum += weight;
	}
	if (!sum)
		return (struct v_uint){0};
	if (stating == 1 || !o->waits_for_ends)
		return plan_uint(from, sum);
	o->work += o->u->pass_state->n;
	if (o->work > MAX_WORK)
		return (struct v_uint){0};
	for (uint32_t i = 0; i < o->n_there; i++)
		o->weights[o->there[i]] = demand_of(o, o->there[i], offset);
	uint64_t most = heaviest_alive(o->u->plan, o->weights, o->in_set);
	for (uint32_t i = 0; i < o->n_there; i++)
		o->weights[o->there[i]] = 0;
	return most ? plan_uint(from, most) : (struct v_uint){0};
}

static int by_number(const void *x, const void *y)
{
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
	return (a > b) - (a < b);
}

static struct v_nodeset services_there(struct occupancy *o, struct origin from)
{
	struct arena *a = o->u->arena;
	struct v_nodeset set = {.from = from, .n = o->n_there};
	set.items = ARENA_ARRAY(a, o->n_there, uint32_t);
	for (uint32_t i = 0; i < o->n_there; i++)
		set.items[i] = o->there[i];
	qsort(set.items, set.n, sizeof(*set.items), by_number);
	struct node_spans spans = spans_from_set(a, &set);
	set.text = spans_text(a, &spans);
	return set;
}

static void add_group(struct occupancy *o, group_list *groups, struct node_span nodes)
{
	struct origin from = origin_derived(o->u->plan->nodes.from);
	struct node_spans spans = {.items = &nodes, .n = 1};
	struct plan_node_group *g = LIST_PUSH(o->u->arena, groups);
	*g = (struct plan_node_group){.head.from = from};
	g->nodes = plan_str(from, spans_text(o->u->arena, &spans));
	g->services = services_there(o, from);
	g->cpus = peak(o, from, offsetof(struct demand, cpus));
	g->gpus = peak(o, from, offsetof(struct demand, gpus));
	g->memory_mib = peak(o, from, offsetof(struct demand, memory_mib));
	o->entries += o->n_there;
}

static void come(struct occupancy *o, uint32_t service)
{
	o->place[service] = o->n_there;
	o->there[o->n_there++] = service;
}

static void go(struct occupancy *o, uint32_t service)
{
	uint32_t last = o->there[--o->n_there];
	o->there[o->place[service]] = last;
	o->place[last] = o->place[service];
}

static void find_groups(struct occupancy *o, const struct span_edges *edges, group_list *groups)
{
	for (uint32_t i = 0; i < edges->list.n && o->entries <= MAX_ENTRIES; i++) {
		const struct span_edge *e = &edges->list.items[i];
		(e->is_end ? go : come)(o, e->owner);
		if (i + 1 == edges->list.n || e[1].node == e->node || !o->n_there)
			continue;
		add_group(o, groups,
			  (struct node_span){(uint32_t)e->node, (uint32_t)(e[1].node - 1)});
	}
}

void lower_occupancy(struct unit *u)
{
	struct occupancy o = {.u = u, .waits_for_ends = plan_waits_for_ends(u->plan)};
	/* Which nodes there are, and how tasks fall on them, is Slurm's choice. */
	if (unit_nodes_are_auto(u))
		return;
	arena_init(&o.scratch);
	o.there = ARENA_ARRAY(&o.scratch, u->pass_state->n, uint32_t);
	o.place = ARENA_ARRAY(&o.scratch, u->pass_state->n, uint32_t);
	o.weights = ARENA_ARRAY(&o.scratch, u->pass_state->n, uint64_t);
	o.in_set = ARENA_ARRAY(&o.scratch, u->pass_state->n, bool);
	struct span_edges edges = {0};
	group_list groups = {0};
	find_edges(&o, &edges);
	find_groups(&o, &edges, &groups);
	arena_free(&o.scratch);
	if (o.entries > MAX_ENTRIES)
		return;
	u->plan->node_groups.from = origin_derived(u->plan->nodes.from);
	u->plan->node_groups.items = groups.items;
	u->plan->node_groups.n = groups.n;
}
