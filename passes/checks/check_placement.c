/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Placement: selectors make sense (R130 to R134), node sets lie in the allocation and hold what
 * they should (R135 to R140), share_with leads somewhere (R141, R142), and node sets meet only
 * where they may (R143). What placement.c found out is worded here.
 */
#include <stdlib.h>

#include "passes/checks/check.h"
#include "passes/lower/components.h"
#include "passes/lower/copies.h"
#include "passes/lower/node_spans.h"

/* "the allocation", or the service's part of it. */
static struct str allocation_of(const struct unit *u, struct arena *a, const struct service *s)
{
	return u->components
		       ? str_fmt(a, "component '%.*s'", STR_ARG(part_name(u, service_part(u, s))))
		       : STR("the allocation");
}

static void note_nodes(const struct unit *u, struct diags *d, struct diag *diag,
		       const struct service *s)
{
	uint64_t n = service_nodes(u, s);
	const struct slurm *slurm = service_slurm(u, s);
	struct span at = IS_GIVEN(slurm->nodes) ? slurm->nodes.from.at : SPAN_NONE;
	struct str what = allocation_of(u, d->arena, s);
	if (n == 1)
		diag_note(d, diag, at, "%.*s has one node, index 0", STR_ARG(what));
	else
		diag_note(d, diag, at, "%.*s has %llu nodes, indices 0 to %llu", STR_ARG(what),
			  (unsigned long long)n, (unsigned long long)n - 1);
}

/* R130, R132, R133, R134: what the block says, whatever the allocation. */
static void check_block(const struct service *s, const struct placement *p,
			const struct placement_finding *f, struct diags *d)
{
	const struct subject subject = {.d = d, .service = s};
	struct diag *diag;
	if (f->problem == PLACEMENT_SELECTORS) {
		const struct {
			const char *key;
			const struct origin *from;
		} given[] = {{"node_range", &p->node_range.from},
			     {"node_count", &p->node_count.from},
			     {"node_percent", &p->node_percent.from},
			     {"share_with", &p->share_with.from}};
		diag = subject_error(&subject, &p->head.from, RULE_R130, "x-slurm.placement",
				     "%s which nodes to take",
				     f->amount ? "says more than once" : "doesn't say");
		for (unsigned i = 0; i < 4 && f->amount; i++)
			if (given[i].from->kind > ORIGIN_DEFAULT)
				diag_note(d, diag, given[i].from->at, "%s is one", given[i].key);
		diag_help(d, diag,
			  "use exactly one of node_range, node_count, node_percent, share_with");
	}
	if (IS_SET(p->node_count) && !p->node_count.v)
		subject_error(&subject, &p->node_count.from, RULE_R132,
			      "x-slurm.placement.node_count", "must be at least 1");
	if (IS_SET(p->node_percent) && (!p->node_percent.v || p->node_percent.v > 100))
		subject_error(&subject, &p->node_percent.from, RULE_R132,
			      "x-slurm.placement.node_percent", "is %llu, expected 1 to 100",
			      (unsigned long long)p->node_percent.v);
	if (IS_SET(p->share_with) && str_is_blank(p->share_with.v))
		subject_error(&subject, &p->share_with.from, RULE_R133,
			      "x-slurm.placement.share_with",
			      "is blank: it names the service whose nodes to share");
	if (IS_GIVEN(p->share_with) && (IS_GIVEN(p->start_index) || IS_GIVEN(p->exclude))) {
		bool is_start = IS_GIVEN(p->start_index);
		diag = subject_error(
			&subject, is_start ? &p->start_index.from : &p->exclude.from, RULE_R133,
			is_start ? "x-slurm.placement.start_index" : "x-slurm.placement.exclude",
			"can't stand beside share_with, which takes another service's "
			"nodes as they are");
		diag_note(d, diag, p->share_with.from.at, "share_with is here");
	} else if (IS_GIVEN(p->start_index) && !IS_GIVEN(p->node_count) &&
		   !IS_GIVEN(p->node_percent)) {
		subject_error(&subject, &p->start_index.from, RULE_R134,
			      "x-slurm.placement.start_index",
			      "needs node_count or node_percent: without them nothing is "
			      "counted from it");
	}
}

static void report_index(const struct unit *u, struct diags *d, const struct service *s,
			 const struct origin *from, const char *field, uint64_t index)
{
	const struct subject subject = {.d = d, .service = s};
	struct diag *diag = subject_error(&subject, from, RULE_R135, field,
					  "reaches node %llu, beyond the allocation",
					  (unsigned long long)index);
	note_nodes(u, d, diag, s);
}

static void report_too_few(const struct unit *u, struct diags *d, const struct service *s,
			   const struct placement *p, const struct placement_finding *f)
{
	bool is_count = IS_SET(p->node_count);
	const struct subject subject = {.d = d, .service = s};
	struct diag *diag = subject_error(
		&subject, is_count ? &p->node_count.from : &p->node_percent.from, RULE_R136,
		is_count ? "x-slurm.placement.node_count" : "x-slurm.placement.node_percent",
		"asks for %llu node%s, but only %llu can be taken", (unsigned long long)f->amount,
		plural(f->amount), (unsigned long long)f->eligible);
	if (IS_GIVEN(p->start_index))
		diag_note(d, diag, p->start_index.from.at, "counting starts at node %llu",
			  (unsigned long long)p->start_index.v);
	if (f->exclude.count)
		diag_note(d, diag, p->exclude.from.at, "%llu node%s excluded here",
			  (unsigned long long)f->exclude.count,
			  f->exclude.count == 1 ? " is" : "s are");
	note_nodes(u, d, diag, s);
}

static void report_circle(const struct unit *u, struct diags *d, uint32_t start, bool *is_reported)
{
	const struct pass_state *state = u->pass_state;
	uint32_t i = start;
	for (uint32_t k = 0; k < state->n && !is_reported[i]; k++)
		i = state->placement[i].shares;
	if (is_reported[i])
		return;
	const struct service *s = service_written(u, i);
	const struct subject subject = {.d = d, .service = s};
	struct diag *diag = subject_error(&subject, &service_step(s)->placement->share_with.from,
					  RULE_R142, "x-slurm.placement.share_with",
					  "'%.*s' shares nodes with itself", STR_ARG(s->head.name));
	for (uint32_t first = i, shown = 0; !is_reported[i]; i = state->placement[i].shares) {
		const struct service *x = service_written(u, i);
		is_reported[i] = true;
		if (i != first && shown++ < 24)
			diag_note(d, diag, service_step(x)->placement->share_with.from.at,
				  "'%.*s' takes the nodes of '%.*s' here", STR_ARG(x->head.name),
				  STR_ARG(service_step(x)->placement->share_with.v));
	}
	diag_help(d, diag, "one service of the circle needs nodes of its own");
	/* Those that lead into the circle have nothing to add. */
	for (i = start; !is_reported[i]; i = state->placement[i].shares)
		is_reported[i] = true;
}

static void report_unknown_share(const struct unit *u, struct diags *d, const struct service *s,
				 const struct placement *p)
{
	const struct subject subject = {.d = d, .service = s};
	struct diag *diag = subject_error(
		&subject, &p->share_with.from, RULE_R141, "x-slurm.placement.share_with",
		"'%.*s' shares the nodes of '%.*s', which is no service of "
		"this job",
		STR_ARG(s->head.name), STR_ARG(p->share_with.v));
	suggest_service(u, d, diag, s, p->share_with.v, p->share_with.from.at);
}

/* E20: parts of a job never share a node. */
static void report_elsewhere(const struct unit *u, struct diags *d, const struct service *s,
			     const struct placement *p)
{
	const struct subject subject = {.d = d, .service = s};
	const struct service *other = &u->pass_state->all[service_position(u, p->share_with.v)];
	struct str own = part_name(u, service_part(u, s)),
		   its = part_name(u, service_part(u, other));
	struct diag *diag = subject_error(
		&subject, &p->share_with.from, RULE_E20, "x-slurm.placement.share_with",
		"'%.*s' runs in component '%.*s' and '%.*s' in '%.*s', which share no node",
		STR_ARG(s->head.name), STR_ARG(own), STR_ARG(p->share_with.v), STR_ARG(its));
	diag_help(d, diag, "put both into one component: x-slurm: {component: %.*s}", STR_ARG(its));
}

/* R138, R139, R140: `nodes` without placement. */
static void report_plain(const struct unit *u, struct diags *d, const struct service *s,
			 const struct placement_finding *f)
{
	const struct v_uint *nodes = &service_step(s)->nodes;
	const struct subject subject = {.d = d, .service = s};
	unsigned long long n = service_nodes(u, s), wanted = nodes->v;
	struct diag *diag;
	if (f->problem == PLACEMENT_NODES_NEITHER) {
		diag = subject_error(&subject, &nodes->from, RULE_R140, "x-slurm.nodes",
				     "'%.*s' wants %llu of %llu nodes without saying which",
				     STR_ARG(s->head.name), wanted, n);
		note_nodes(u, d, diag, s);
		diag_help(d, diag,
			  "use 1, or %llu for all, or say which by placement: "
			  "{node_count: %llu}",
			  n, wanted);
		return;
	}
	diag = subject_error(
		&subject, &nodes->from, f->problem == PLACEMENT_BEYOND ? RULE_R138 : RULE_R139,
		"x-slurm.nodes", "'%.*s' wants %llu nodes, %.*s has %llu", STR_ARG(s->head.name),
		wanted, STR_ARG(allocation_of(u, d->arena, s)), n);
	note_nodes(u, d, diag, s);
	diag_help(d, diag,
		  "a service selects nodes of the allocation and never adds any: set %s to %llu%s",
		  u->components ? "its component's nodes" : "x-slurm.nodes", wanted,
		  u->components ? "" : " at the root");
}

static void report_size(struct diags *d, const struct unit *u, const struct service *s,
			const struct placement_finding *f)
{
	const struct step *step = service_step(s);
	const struct subject subject = {.d = d, .service = s};
	struct diag *diag = subject_error(
		&subject, &step->nodes.from,
		step->nodes.v > service_nodes(u, s) ? RULE_R138 : RULE_R137, "x-slurm.nodes",
		"'%.*s' says %llu node%s, its placement has %llu", STR_ARG(s->head.name),
		(unsigned long long)f->amount, plural(f->amount), (unsigned long long)f->eligible);
	diag_note(d, diag, step->placement->head.from.at, "the placement takes node%s %.*s",
		  plural(f->eligible), STR_ARG(spans_text(d->arena, &f->set)));
	diag_help(d, diag, "leave nodes out: the placement says it already");
}

/* E38. */
static void report_auto(const struct unit *u, struct diags *d, const struct service *s)
{
	const struct step *step = service_step(s);
	const struct subject subject = {.d = d, .service = s};
	struct origin service = {.at = service_at(s)};
	struct diag *diag;
	if (IS_SET(step->nodes) && step->nodes.v > 1)
		diag = subject_error(
			&subject, &step->nodes.from, RULE_E38, "x-slurm.nodes",
			"'%.*s' wants %llu nodes, and how many there are Slurm chooses",
			STR_ARG(s->head.name), (unsigned long long)step->nodes.v);
	else if (HAS_RECORD(step->placement))
		diag = subject_error(&subject, &step->placement->head.from, RULE_E38,
				     "x-slurm.placement",
				     "takes a part of nodes whose number Slurm chooses");
	else
		diag = subject_error(&subject, &service, RULE_E38, "scale",
				     "copies spread over nodes whose number Slurm chooses");
	diag_note(d, diag, unit_slurm(u)->nodes.from.at, "nodes of the allocation: auto");
	diag_help(
		d, diag,
		"nodes: 1 is the first node, placement: {node_percent: 100} takes all; for anything "
		"else state the allocation's number of nodes");
}

/* E38: what Slurm chooses by, and of services that run on all nodes their number of tasks. */
static void check_auto(const struct unit *u, struct diags *d)
{
	const struct slurm *slurm = unit_slurm(u);
	const struct subject root = {.u = u, .d = d, .slurm = slurm};
	if (!unit_nodes_are_auto(u))
		return;
	if (!IS_SET(slurm->ntasks) && !IS_POISON(slurm->ntasks))
		diag_help(
			d,
			subject_error(&root, &slurm->nodes.from, RULE_E38, "x-slurm.nodes",
				      "auto needs ntasks: by their number Slurm chooses the nodes"),
			"state ntasks beside it, and cpus_per_task where a task has several");
	for (uint32_t i = 0; i < u->pass_state->n; i++) {
		const struct service *s = u->pass_state->services[i];
		const struct plan_service *p = &u->plan->services.items[i];
		const struct step *step = service_step(s);
		const struct subject subject = {.u = u, .d = d, .service = s};
		if (p->node_set.n < 2 || !IS_GIVEN(step->ntasks_per_node) || IS_SET(step->ntasks))
			continue;
		struct diag *diag = subject_error(
			&subject, &step->ntasks_per_node.from, RULE_E38, "x-slurm.ntasks_per_node",
			"makes no number of tasks: how many nodes there are Slurm chooses");
		diag_note(d, diag, slurm->nodes.from.at, "nodes of the allocation: auto");
		diag_help(d, diag, "state ntasks of the service");
	}
}

static void check_one(const struct unit *u, struct diags *d, uint32_t i, bool *is_reported)
{
	const struct service *s = service_written(u, i);
	const struct placement *p = service_step(s)->placement;
	const struct placement_finding *f = &u->pass_state->placement[i];
	if (HAS_RECORD(p))
		check_block(s, p, f, d);
	switch (f->problem) {
	case PLACEMENT_OK:
	case PLACEMENT_QUIET:
	case PLACEMENT_SELECTORS:
		return;
	case PLACEMENT_RANGE_INDEX:
		report_index(u, d, s, &p->node_range.from, "x-slurm.placement.node_range",
			     f->amount);
		return;
	case PLACEMENT_EXCLUDE_INDEX:
		report_index(u, d, s, &p->exclude.from, "x-slurm.placement.exclude", f->amount);
		return;
	case PLACEMENT_START_INDEX:
		report_index(u, d, s, &p->start_index.from, "x-slurm.placement.start_index",
			     f->amount);
		return;
	case PLACEMENT_TOO_FEW:
		report_too_few(u, d, s, p, f);
		return;
	case PLACEMENT_EMPTY:
		diag_note(d,
			  subject_error(&(struct subject){.d = d, .service = s},
					&p->node_range.from, RULE_R136,
					"x-slurm.placement.node_range",
					"no node is left for '%.*s'", STR_ARG(s->head.name)),
			  p->exclude.from.at, "all of them are excluded here");
		return;
	case PLACEMENT_UNKNOWN:
		report_unknown_share(u, d, s, p);
		return;
	case PLACEMENT_ELSEWHERE:
		report_elsewhere(u, d, s, p);
		return;
	case PLACEMENT_CIRCLE:
		report_circle(u, d, i, is_reported);
		return;
	case PLACEMENT_BEYOND:
	case PLACEMENT_NODES_ONE:
	case PLACEMENT_NODES_NEITHER:
		report_plain(u, d, s, f);
		return;
	case PLACEMENT_SIZE:
		report_size(d, u, s, f);
		return;
	case PLACEMENT_AUTO:
		report_auto(u, d, s);
		return;
	case PLACEMENT_TOO_LARGE:
		diag_error(d, p->head.from.at, RULE_R016,
			   "'%.*s' takes %llu nodes; hpcc lists a million at most",
			   STR_ARG(s->head.name), (unsigned long long)f->set.count);
		return;
	case PLACEMENT_TOO_SCATTERED:
		diag_error(d, p->head.from.at, RULE_R016,
			   "the node sets of all services have more gaps than hpcc lists: with "
			   "'%.*s' they are too many",
			   STR_ARG(s->head.name));
		return;
	}
}

/* One span of a node set that may not meet others. */
struct claim {
	struct node_span span;
	uint32_t service;
};

static int by_first(const void *x, const void *y)
{
	const struct claim *a = x, *b = y;
	if (a->span.first != b->span.first)
		return a->span.first < b->span.first ? -1 : 1;
	return a->service < b->service ? -1 : a->service > b->service;
}

static struct span set_at(const struct service *s)
{
	const struct step *step = service_step(s);
	return step->placement         ? step->placement->head.from.at
	       : IS_GIVEN(step->nodes) ? step->nodes.from.at
				       : service_at(s);
}

static void report_meeting(const struct unit *u, struct diags *d, uint32_t x, uint32_t y,
			   struct node_span where)
{
	const struct pass_state *state = u->pass_state;
	const struct service *a = service_written(u, x), *b = service_written(u, y);
	struct node_spans spans = {.items = &where, .n = 1};
	const struct subject subject = {.d = d, .service = b};
	struct diag *diag =
		subject_error(&subject, &(struct origin){.at = set_at(b)}, RULE_R143,
			      service_step(b)->placement ? "x-slurm.placement" : "x-slurm.nodes",
			      "'%.*s' and '%.*s' both take node%s %.*s", STR_ARG(b->head.name),
			      STR_ARG(a->head.name), where.first == where.last ? "" : "s",
			      STR_ARG(spans_text(d->arena, &spans)));
	diag_note(d, diag, set_at(a), "'%.*s' takes node%s %.*s here", STR_ARG(a->head.name),
		  plural(state->placement[x].shared.count),
		  STR_ARG(spans_text(d->arena, &state->placement[x].shared)));
	diag_help(d, diag,
		  "give them different nodes, or allow it by placement: {…, "
		  "allow_overlap: true} on either");
}

/* Sorted claims: each is compared with the one that reaches farthest so far. Services that may
   overlap claim nothing. One report per service; copies meet each other, and claim all of their nodes once. */
static void check_meetings(const struct unit *u, struct diags *d)
{
	const struct pass_state *state = u->pass_state;
	LIST(struct claim) claims = {0};
	for (uint32_t i = 0; i < state->n; i++) {
		const struct placement_finding *f = &state->placement[i];
		if (!f->has_set || u->plan->services.items[i].may_overlap.v ||
		    is_further_copy(u, i))
			continue;
		for (uint32_t k = 0; k < f->shared.n; k++)
			*LIST_PUSH(d->arena, &claims) = (struct claim){f->shared.items[k], i};
	}
	if (claims.n < 2)
		return;
	qsort(claims.items, claims.n, sizeof(*claims.items), by_first);
	bool *is_reported = ARENA_ARRAY(d->arena, state->n, bool);
	const struct claim *farthest = &claims.items[0];
	for (uint32_t i = 1; i < claims.n; i++) {
		const struct claim *c = &claims.items[i];
		if (c->span.first <= farthest->span.last && c->service != farthest->service) {
			uint32_t x = farthest->service, y = c->service;
			if (x > y) {
				x = c->service;
				y = farthest->service;
			}
			struct node_span where = {c->span.first, c->span.last < farthest->span.last
									 ? c->span.last
									 : farthest->span.last};
			if (!is_reported[y])
				report_meeting(u, d, x, y, where);
			is_reported[y] = true;
		}
		if (c->span.last > farthest->span.last)
			farthest = c;
	}
}

void check_placement(const struct unit *u, struct diags *d)
{
	bool *is_reported = ARENA_ARRAY(d->arena, u->pass_state->n, bool);
	for (uint32_t i = 0; i < u->pass_state->n; i++)
		if (!is_further_copy(u, i))
			check_one(u, d, i, is_reported);
	check_meetings(u, d);
	check_auto(u, d);
}
