/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The heaviest set of services that can be alive at one moment, as a minimum cut.
 *
 * A moment is told by two sets: S, services started so far, and E, those ended so far. E lies in
 * S; whoever is in S has its dependencies in S, and those it needs completed in E. Alive is S
 * without E, so the heaviest moment maximises weight(S) - weight(E): a maximum closure, which is
 * the source side of a minimum cut in a network with two nodes per service:
 *
 *	source --w--> S(x)	E(x) --w--> sink
 *	S(x) --inf--> S(y)	x depends on y
 *	S(x) --inf--> E(y)	x needs y completed
 *	E(x) --inf--> S(x)
 *
 * The cut is found by Dinic's algorithm. Time is linear in services and dependencies for the usual
 * shapes; a budget bounds the rest.
 */
#include "passes/resources/antichain.h"

#define INFINITE (UINT64_MAX / 4)
#define NO_EDGE  UINT32_MAX

enum {
	BUDGET_PER_EDGE = 200
};

struct edge {
	uint32_t to, next; /* next edge of the same node */
	uint64_t room;
};

struct network {
	struct edge *edges; /* edge e and its reverse e ^ 1 stand together */
	uint32_t n_edges, n_nodes, source, sink;
	uint32_t *first;   /* per node */
	uint32_t *current; /* per node: the edge to try next */
	uint32_t *level;
	uint32_t *queue; /* nodes; also the edges of the path being followed */
	uint64_t budget;
};

static void connect(struct network *g, uint32_t from, uint32_t to, uint64_t room)
{
	g->edges[g->n_edges] = (struct edge){to, g->first[from], room};
	g->first[from] = g->n_edges++;
	g->edges[g->n_edges] = (struct edge){from, g->first[to], 0};
	g->first[to] = g->n_edges++;
}

/* Distances from the source along edges with room. True when the sink can be reached. */
static bool find_levels(struct network *g)
{
	for (uint32_t i = 0; i < g->n_nodes; i++)
		g->level[i] = UINT32_MAX;
	uint32_t head = 0, tail = 0;
	g->level[g->source] = 0;
	g->queue[tail++] = g->source;
	while (head < tail) {
		uint32_t x = g->queue[head++];
		for (uint32_t e = g->first[x]; e != NO_EDGE; e = g->edges[e].next) {
			uint32_t y = g->edges[e].to;
			if (!g->edges[e].room || g->level[y] != UINT32_MAX)
				continue;
			g->level[y] = g->level[x] + 1;
			g->queue[tail++] = y;
		}
	}
	return g->level[g->sink] != UINT32_MAX;
}

/* Sends as much as fits along the path in `path`, and returns the depth of the first full edge. */
static uint32_t send(struct network *g, const uint32_t *path, uint32_t depth)
{
	uint64_t room = INFINITE;
	uint32_t full = 0;
	for (uint32_t i = 0; i < depth; i++)
		room = g->edges[path[i]].room < room ? g->edges[path[i]].room : room;
	for (uint32_t i = depth; i-- > 0;) {
		g->edges[path[i]].room -= room;
		g->edges[path[i] ^ 1].room += room;
		if (!g->edges[path[i]].room)
			full = i;
	}
	return full;
}

/* Fills all paths that climb level by level. False when the budget is used up. */
static bool fill_paths(struct network *g)
{
	uint32_t *path = g->queue, depth = 0, x = g->source;
	for (uint32_t i = 0; i < g->n_nodes; i++)
		g->current[i] = g->first[i];
	for (;;) {
		if (!g->budget--)
			return false;
		if (x == g->sink) {
			depth = send(g, path, depth);
			x = depth ? g->edges[path[depth - 1]].to : g->source;
			continue;
		}
		uint32_t e = g->current[x];
		if (e == NO_EDGE) {
			if (x == g->source)
				return true;
			g->level[x] = UINT32_MAX; /* leads nowhere */
			x = g->edges[path[--depth] ^ 1].to;
			g->current[x] = g->edges[g->current[x]].next;
			continue;
		}
		if (g->edges[e].room && g->level[g->edges[e].to] == g->level[x] + 1) {
			path[depth++] = e;
			x = g->edges[e].to;
		} else {
			g->current[x] = g->edges[e].next;
		}
	}
}

static void build(struct network *g, struct arena *a, const struct plan *plan,
		  const uint64_t *weights)
{
	uint32_t n = plan->services.n;
	uint64_t n_edges = 3 * (uint64_t)n;
	for (uint32_t i = 0; i < n; i++)
		n_edges += 2 * (uint64_t)plan->services.items[i].dependencies.n;
	g->n_nodes = 2 * n + 2;
	g->source = 2 * n;
	g->sink = 2 * n + 1;
	g->edges = ARENA_ARRAY(a, 2 * n_edges, struct edge);
	g->first = ARENA_ARRAY(a, g->n_nodes, uint32_t);
	g->current = ARENA_ARRAY(a, g->n_nodes, uint32_t);
	g->level = ARENA_ARRAY(a, g->n_nodes, uint32_t);
	g->queue = ARENA_ARRAY(a, g->n_nodes, uint32_t);
	g->budget = n_edges * BUDGET_PER_EDGE;
	for (uint32_t i = 0; i < g->n_nodes; i++)
		g->first[i] = NO_EDGE;
	for (uint32_t i = 0; i < n; i++) {
		const struct plan_service *s = &plan->services.items[i];
		uint32_t started = 2 * i, ended = 2 * i + 1;
		if (weights[i]) {
			connect(g, g->source, started, weights[i]);
			connect(g, ended, g->sink, weights[i]);
		}
		connect(g, ended, started, INFINITE);
		for (uint32_t k = 0; k < s->dependencies.n; k++) {
			const struct plan_dependency *d = &s->dependencies.items[k];
			uint32_t y = (uint32_t)d->service.v;
			connect(g, started, 2 * y, INFINITE);
			if (d->condition.v == DEPENDENCY_CONDITION_SERVICE_COMPLETED_SUCCESSFULLY)
				connect(g, started, 2 * y + 1, INFINITE);
		}
	}
}

/* What the source still reaches is started, or ended, at the heaviest moment. */
static uint64_t read_cut(const struct network *g, const struct plan *plan, const uint64_t *weights,
			 bool *in_set)
{
	uint64_t sum = 0;
	for (uint32_t i = 0; i < plan->services.n; i++) {
		in_set[i] = weights[i] && g->level[2 * i] != UINT32_MAX &&
			    g->level[2 * i + 1] == UINT32_MAX;
		if (in_set[i])
			sum += weights[i];
	}
	return sum;
}

uint64_t heaviest_alive(const struct plan *plan, const uint64_t *weights, bool *in_set)
{
	struct network g = {0};
	struct arena scratch;
	arena_init(&scratch);
	build(&g, &scratch, plan, weights);
	bool is_done = true;
	while (is_done && find_levels(&g))
		is_done = fill_paths(&g);
	uint64_t sum = is_done ? read_cut(&g, plan, weights, in_set) : 0;
	arena_free(&scratch);
	return sum;
}

bool plan_waits_for_ends(const struct plan *plan)
{
	for (uint32_t i = 0; i < plan->services.n; i++)
		for (uint32_t k = 0; k < plan->services.items[i].dependencies.n; k++)
			if (plan->services.items[i].dependencies.items[k].condition.v ==
			    DEPENDENCY_CONDITION_SERVICE_COMPLETED_SUCCESSFULLY)
				return true;
	return false;
}
