/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Placement: which nodes each service runs on. In: the service's `nodes` and `placement`; out:
 * mode, node set and exclusions, as indices of the allocation's nodes:
 *
 *	one node, or a helper among several	primary, {0}
 *	the only service, or `nodes: N`		distributed, all nodes
 *	placement				by node_range, node_count, node_percent, share_with
 *	a copy					one of the nodes that the service has, all nodes if nothing is said
 *
 * What can't be worked out is left poisoned, with a finding that check_placement.c words.
 */
#include "passes/lower/copies.h"
#include "passes/lower/components.h"
#include "passes/lower/node_spans.h"

/* Beyond this, only sets without gaps are listed, and the set of all nodes not even then. */
enum {
	MAX_LISTED_NODES = 1 << 20,
	MAX_SCATTERED = 1 << 24, /* nodes in all different sets with gaps */
	MAX_SPANS = 1 << 22      /* gaps of all services: the script names what is between them */
};

/* Of nodes that Slurm chooses only the first one is known, and all of them together. */
static bool is_first_or_all(const struct placement *p)
{
	if (IS_SET(p->exclude) || (IS_SET(p->start_index) && p->start_index.v))
		return false;
	if (IS_SET(p->node_range))
		return p->node_range.n == 1 && p->node_range.items[0] == 0;
	return IS_SET(p->node_count) ? p->node_count.v == 1 : p->node_percent.v == 100;
}

static void find_own(struct unit *u, const struct placement *p, uint64_t n,
		     struct placement_finding *f)
{
	if (unit_nodes_are_auto(u) && !is_first_or_all(p)) {
		f->problem = PLACEMENT_AUTO;
		return;
	}
	uint32_t start = IS_SET(p->start_index) ? (uint32_t)p->start_index.v : 0;
	if (IS_SET(p->exclude)) {
		f->exclude = spans_from_set(u->arena, &p->exclude);
		if (f->exclude.n && f->exclude.items[f->exclude.n - 1].last >= n) {
			f->amount = f->exclude.items[f->exclude.n - 1].last;
			f->problem = PLACEMENT_EXCLUDE_INDEX;
			return;
		}
	}
	if (start >= n) {
		f->amount = start;
		f->problem = PLACEMENT_START_INDEX;
		return;
	}
	if (IS_SET(p->node_range)) {
		struct node_spans range = spans_from_set(u->arena, &p->node_range);
		if (range.n && range.items[range.n - 1].last >= n) {
			f->amount = range.items[range.n - 1].last;
			f->problem = PLACEMENT_RANGE_INDEX;
			return;
		}
		f->set = spans_minus(u->arena, &range, &f->exclude);
		f->problem = f->set.count ? PLACEMENT_OK : PLACEMENT_EMPTY;
		return;
	}
	struct node_spans eligible = spans_eligible(u->arena, n, start, &f->exclude);
	f->eligible = eligible.count;
	if (IS_SET(p->node_count)) {
		f->amount = p->node_count.v;
	} else {
		/* The share is one of the whole allocation, wherever it starts. */
		uint64_t all = n - f->exclude.count;
		f->amount = (all * p->node_percent.v + 99) / 100;
		f->amount = f->amount ? f->amount : 1;
	}
	if (f->amount > eligible.count)
		f->problem = PLACEMENT_TOO_FEW;
	else
		f->set = spans_take(u->arena, &eligible, f->amount);
}

static uint32_t part_of(const struct unit *u, uint32_t number)
{
	return service_part(u, u->pass_state->services[number]);
}

/* No other service runs in its part of the job. */
static bool is_alone(const struct unit *u, uint32_t number)
{
	return u->components ? u->components->items[part_of(u, number)].services == 1
			     : u->pass_state->n == 1;
}

static bool has_bad_number(const struct placement *p)
{
	return (IS_SET(p->node_count) && !p->node_count.v) ||
	       (IS_SET(p->node_percent) && (!p->node_percent.v || p->node_percent.v > 100)) ||
	       (IS_SET(p->share_with) && str_is_blank(p->share_with.v));
}

static unsigned selectors_of(const struct placement *p)
{
	return IS_GIVEN(p->node_range) + IS_GIVEN(p->node_count) + IS_GIVEN(p->node_percent) +
	       IS_GIVEN(p->share_with);
}

static void find_placed(struct unit *u, uint32_t number, const struct placement *p,
			struct placement_finding *f)
{
	unsigned selectors = selectors_of(p);
	if (IS_POISON(p->node_range) || IS_POISON(p->node_count) || IS_POISON(p->node_percent) ||
	    IS_POISON(p->share_with) || IS_POISON(p->exclude) || IS_POISON(p->start_index)) {
		f->problem = PLACEMENT_QUIET;
	} else if (selectors != 1) {
		f->amount = selectors;
		f->problem = PLACEMENT_SELECTORS;
	} else if (has_bad_number(p)) {
		f->problem = PLACEMENT_QUIET;
	} else if (IS_SET(p->share_with)) {
		f->shares = service_number(u, p->share_with.v);
		if (f->shares == MAP_NONE)
			f->problem = PLACEMENT_UNKNOWN;
		else if (part_of(u, f->shares) != part_of(u, number))
			f->problem = PLACEMENT_ELSEWHERE;
	} else {
		find_own(u, p, part_nodes(u, part_of(u, number)), f);
	}
}

static void find_plain(struct unit *u, uint32_t number, const struct v_uint *nodes, bool is_copy,
		       struct placement_finding *f)
{
	uint64_t n = part_nodes(u, part_of(u, number)), wanted = IS_SET(*nodes) ? nodes->v : 0;
	bool is_only = is_copy || is_alone(u, number);
	f->amount = wanted;
	if (IS_POISON(*nodes))
		f->problem = PLACEMENT_QUIET;
	else if (unit_nodes_are_auto(u))
		f->problem = wanted > 1 ? PLACEMENT_AUTO : PLACEMENT_OK;
	else if (n == 1)
		f->problem = wanted > 1 ? PLACEMENT_NODES_ONE : PLACEMENT_OK;
	else if (wanted > n)
		f->problem = PLACEMENT_BEYOND;
	else if (wanted > 1 && wanted != n)
		f->problem = PLACEMENT_NODES_NEITHER;
	if (f->problem != PLACEMENT_OK)
		return;
	bool is_full = n > 1 && (wanted == n || (!wanted && is_only));
	f->is_helper = !is_full || (is_copy && !wanted);
	f->set = spans_single(u->arena, 0, is_full ? (uint32_t)(n - 1) : 0);
}

/* Follows share_with to the service that has nodes of its own. Every service on the way gets the
   result, so each chain is walked once. */
static void resolve_share(struct unit *u, uint32_t number)
{
	struct placement_finding *all = u->pass_state->placement;
	uint32_t end = number, steps = 0;
	while (all[end].shares != MAP_NONE && all[end].problem == PLACEMENT_OK &&
	       !all[end].has_set && steps++ <= u->pass_state->n)
		end = all[end].shares;
	bool is_circle = steps > u->pass_state->n;
	for (uint32_t i = number;
	     all[i].shares != MAP_NONE && all[i].problem == PLACEMENT_OK && !all[i].has_set;) {
		uint32_t next = all[i].shares;
		if (is_circle) {
			all[i].problem = PLACEMENT_CIRCLE;
		} else if (all[end].has_set) {
			all[i].set = all[i].shared = all[end].shared;
			all[i].exclude = all[end].exclude;
			all[i].has_set = true;
		} else {
			all[i].problem = PLACEMENT_QUIET;
		}
		i = next;
	}
}

static void check_size(const struct unit *u, const struct service *s, struct placement_finding *f)
{
	const struct v_uint *nodes = &service_step(s)->nodes;
	if (f->has_set && unit_nodes_are_auto(u) && IS_SET(*nodes) && nodes->v > 1) {
		f->problem = PLACEMENT_AUTO;
		f->has_set = false;
	} else if (f->has_set && IS_SET(*nodes) && nodes->v != f->set.count) {
		f->problem = PLACEMENT_SIZE;
		f->amount = nodes->v;
		f->eligible = f->set.count;
	}
}

static void find_one(struct unit *u, uint32_t i)
{
	struct placement_finding *f = &u->pass_state->placement[i];
	const struct step *step = service_step(u->pass_state->services[i]);
	bool is_copy = u->pass_state->copies[i].count > 0;
	f->shares = MAP_NONE;
	if (step->placement && !HAS_RECORD(step->placement))
		f->problem = PLACEMENT_QUIET;
	else if (step->placement && (!is_copy || selectors_of(step->placement)))
		find_placed(u, i, step->placement, f);
	else
		find_plain(u, i, &step->nodes, is_copy, f);
	/* Of an allocation of unknown size nothing more can be said. */
	if (IS_POISON(part_slurm(u, part_of(u, i))->nodes) && f->problem != PLACEMENT_SELECTORS)
		f->problem = PLACEMENT_QUIET;
	f->has_set = f->set.n && f->problem == PLACEMENT_OK;
	if (f->has_set && f->set.count > MAX_LISTED_NODES &&
	    (u->components || f->set.count != unit_nodes(u))) {
		f->problem = PLACEMENT_TOO_LARGE;
		f->has_set = false;
	}
	f->shared = f->set;
}

/* The nodes that copies run on: as many as there are copies, or as few as hold them all. */
static struct node_spans nodes_of_copies(struct unit *u, uint32_t i, uint64_t each)
{
	const struct placement_finding *f = &u->pass_state->placement[i];
	uint64_t n = u->pass_state->copies[i].count;
	if (each > 1)
		n = (n - 1) / each + 1;
	return spans_take(u->arena, &f->set, n < f->set.count ? n : f->set.count);
}

/* Copies on one node before the next is taken; 1: they go round. */
static uint64_t copies_each(struct unit *u, uint32_t i)
{
	const struct service *s = u->pass_state->services[i];
	const struct placement *p = service_step(s)->placement;
	if (!p || !IS_SET(p->copies) || p->copies.v != PLACEMENT_COPIES_PACK)
		return 1;
	return steps_on_node(u, s);
}

/* Each copy has one of the nodes. Of those that are packed the last node has all that are left over, which the
   ledger then complains about. Those whose nodes are another service's have to wait for these. */
static void place_copies(struct unit *u, bool of_others)
{
	struct pass_state *state = u->pass_state;
	struct node_spans shared = {0};
	uint64_t each = 1;
	uint32_t last = MAP_NONE; /* the service that these are of */
	for (uint32_t i = 0; i < state->n; i++) {
		struct placement_finding *f = &state->placement[i];
		const struct copy *copy = &state->copies[i];
		if (!copy->count || !f->has_set || (f->shares != MAP_NONE) != of_others)
			continue;
		if (last != copy->written) {
			each = copies_each(u, i);
			shared = nodes_of_copies(u, i, each);
		}
		last = copy->written;
		f->shared = shared;
		uint64_t n = f->shared.count;
		uint64_t k = each == 1 ? copy->index % n : copy->index / each;
		uint32_t node = spans_nth(&f->shared, k < n ? k : n - 1);
		f->set = spans_single(u->arena, node, node);
		if (f->shared.count > 1 && unit_nodes_are_auto(u)) {
			f->problem = PLACEMENT_AUTO;
			f->has_set = false;
		}
	}
}

/* Nodes of a part are counted behind those of the parts before it. */
static void put_behind(struct unit *u, struct placement_finding *f, uint32_t others)
{
	if (!f->has_set || f->problem != PLACEMENT_OK)
		return;
	f->set = spans_behind(u->arena, &f->set, others);
	f->shared = spans_behind(u->arena, &f->shared, others);
	f->exclude = spans_behind(u->arena, &f->exclude, others);
}

static void find_all(struct unit *u)
{
	struct pass_state *state = u->pass_state;
	state->placement = ARENA_ARRAY(u->arena, state->n, struct placement_finding);
	for (uint32_t i = 0; u->components && i < state->n; i++)
		u->components->items[part_of(u, i)].services++;
	for (uint32_t i = 0; i < state->n; i++)
		find_one(u, i);
	for (uint32_t i = 0; i < state->n; i++)
		if (state->placement[i].shares == MAP_NONE)
			check_size(u, state->services[i], &state->placement[i]);
	place_copies(u, false);
	for (uint32_t i = 0; i < state->n; i++)
		resolve_share(u, i);
	for (uint32_t i = 0; i < state->n; i++)
		if (state->placement[i].shares != MAP_NONE)
			check_size(u, state->services[i], &state->placement[i]);
	place_copies(u, true);
	for (uint32_t i = 0; u->components && i < state->n; i++)
		put_behind(u, &state->placement[i], (uint32_t)part_first(u, part_of(u, i)));
}

/* 0, 1, 2, …: sets without gaps are slices of it. Most services of a job have the same set, so the
   text of the last one is kept. Sets with gaps are found by their text. */
struct counting {
	uint32_t *items;
	uint64_t n;
	struct node_span last;
	struct str last_text;
	LIST(uint32_t *) scattered;
	struct map texts; /* to positions in `scattered` */
	uint64_t n_scattered, n_spans;
	bool is_beyond; /* said so of a service already */
	bool is_auto;   /* Slurm chooses the number of nodes */
};

static struct str text_of(struct arena *a, const struct node_spans *set, struct counting *counting)
{
	if (set->n != 1)
		return spans_text(a, set);
	if (!counting->last_text.len || set->items[0].first != counting->last.first ||
	    set->items[0].last != counting->last.last) {
		counting->last = set->items[0];
		counting->last_text = spans_text(a, set);
	}
	return counting->last_text;
}

static struct v_nodeset listed(struct arena *a, struct origin from, const struct node_spans *set,
			       struct counting *counting)
{
	struct v_nodeset result = {.from = origin_derived(from), .n = (uint32_t)set->count};
	if (!set->n)
		return (struct v_nodeset){0};
	if (counting->is_auto && set->count > 1) {
		result.text = STR("all");
		return result;
	}
	result.text = text_of(a, set, counting);
	if (set->count > MAX_LISTED_NODES)
		return result;
	if (set->n == 1) {
		uint64_t need = (uint64_t)set->items[0].last + 1;
		if (need > counting->n && need <= MAX_LISTED_NODES) {
			uint64_t n = counting->n * 2 > need ? counting->n * 2 : need;
			n = n < MAX_LISTED_NODES ? n : MAX_LISTED_NODES;
			counting->items = ARENA_ARRAY(a, n, uint32_t);
			for (counting->n = 0; counting->n < n; counting->n++)
				counting->items[counting->n] = (uint32_t)counting->n;
		}
		if (need <= counting->n) {
			result.items = counting->items + set->items[0].first;
			return result;
		}
	}
	uint32_t known = map_get(&counting->texts, result.text);
	if (known != MAP_NONE) {
		result.items = counting->scattered.items[known];
		return result;
	}
	result.items = ARENA_ARRAY(a, result.n, uint32_t);
	map_put(&counting->texts, a, result.text, counting->scattered.n);
	*LIST_PUSH(a, &counting->scattered) = result.items;
	counting->n_scattered += set->count;
	uint32_t k = 0;
	for (uint32_t i = 0; i < set->n; i++)
		for (uint64_t v = set->items[i].first; v <= set->items[i].last; v++)
			result.items[k++] = (uint32_t)v;
	return result;
}

/* What follows would list more nodes, or name more, than anybody wants. */
static bool is_beyond(struct counting *counting, const struct placement_finding *f)
{
	counting->n_spans += f->set.n + f->exclude.n;
	return f->set.n > 1 &&
	       (counting->n_scattered > MAX_SCATTERED || counting->n_spans > MAX_SPANS);
}

static void lower_one(struct unit *u, uint32_t i, struct counting *counting)
{
	struct placement_finding *f = &u->pass_state->placement[i];
	const struct step *step = service_step(u->pass_state->services[i]);
	struct plan_service *p = &u->plan->services.items[i];
	uint32_t part = part_of(u, i), first = (uint32_t)part_first(u, part);
	struct origin from = step->placement          ? step->placement->head.from
			     : IS_SET(step->nodes)    ? step->nodes.from
			     : unit_nodes_are_auto(u) ? unit_slurm(u)->nodes.from
			     : u->components          ? part_slurm(u, part)->nodes.from
						      : u->plan->nodes.from;
	if (u->components)
		p->component =
			plan_uint(IS_SET(step->component) ? step->component.from : from, part);
	if (f->has_set && is_beyond(counting, f)) {
		f->problem = counting->is_beyond ? PLACEMENT_QUIET : PLACEMENT_TOO_SCATTERED;
		counting->is_beyond = true;
		f->has_set = false;
	}
	if (!f->has_set) {
		p->node_set.from = (struct origin){.kind = ORIGIN_POISON, .at = from.at};
		return;
	}
	uint64_t n = part_nodes(u, part);
	enum step_mode mode = STEP_MODE_PARTITIONED;
	if (n > 1 && f->set.count == n && !f->exclude.n)
		mode = STEP_MODE_DISTRIBUTED;
	else if (spans_are(&f->set, first, first))
		mode = STEP_MODE_PRIMARY;
	const struct placement *placement = step->placement;
	bool may_overlap =
		f->is_helper || f->shares != MAP_NONE ||
		(placement && IS_SET(placement->allow_overlap) && placement->allow_overlap.v);
	p->mode = plan_enum(from, mode);
	p->node_set = listed(u->arena, from, &f->set, counting);
	p->exclude = listed(u->arena, from, &f->exclude, counting);
	p->is_pinned = plan_bool(from, n > 1 && mode != STEP_MODE_DISTRIBUTED);
	p->may_overlap = plan_bool(from, may_overlap);
}

void lower_placement(struct unit *u)
{
	find_all(u);
	struct counting counting = {.is_auto = unit_nodes_are_auto(u)};
	for (uint32_t i = 0; i < u->pass_state->n; i++)
		lower_one(u, i, &counting);
}
