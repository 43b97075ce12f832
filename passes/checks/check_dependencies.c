/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dependencies: they name services (R150), form no circle (R151), wait for what can happen (R119,
 * R153), and lifetimes that follow dependents have some, which don't wait for the end (E01).
 */
#include "passes/checks/check.h"
#include "passes/lower/copies.h"

enum {
	MAX_CIRCLES = 50,
	MAX_EDGES_SHOWN = 24
};

struct graph {
	const struct unit *u;
	struct diags *d;
	uint32_t *targets; /* per edge, all services in a row: position, or MAP_NONE */
	uint32_t *first;   /* per service: its first edge in targets */
	bool *is_depended_on;
	struct map names; /* of the spec's services, to positions */
};

static const struct service *service_of(const struct graph *g, uint32_t i)
{
	return &g->u->job->services.items[i];
}

static struct span edge_at(const struct dependency *d)
{
	return span_is_none(d->head.name_at) ? d->head.from.at : d->head.name_at;
}

static struct span condition_at(const struct dependency *d)
{
	return IS_GIVEN(d->condition) && !span_is_none(d->condition.from.at) ? d->condition.from.at
									     : edge_at(d);
}

/* A service, or the one that a copy is of: a copy waits for what its service waits for. */
static uint32_t target_of(const struct graph *g, struct str name)
{
	uint32_t i = map_get(&g->names, name);
	if (i != MAP_NONE || !g->u->pass_state || !g->u->pass_state->all)
		return i;
	uint32_t position = service_position(g->u, name);
	return position == MAP_NONE ? MAP_NONE : g->u->pass_state->all_copies[position].written;
}

static void build(struct graph *g)
{
	const struct job *job = g->u->job;
	uint32_t n_edges = 0, k = 0;
	map_reserve(&g->names, g->d->arena, job->services.n);
	for (uint32_t i = 0; i < job->services.n; i++) {
		n_edges += job->services.items[i].depends_on.n;
		map_put(&g->names, g->d->arena, job->services.items[i].head.name, i);
	}
	g->targets = ARENA_ARRAY(g->d->arena, n_edges, uint32_t);
	g->first = ARENA_ARRAY(g->d->arena, job->services.n, uint32_t);
	g->is_depended_on = ARENA_ARRAY(g->d->arena, job->services.n, bool);
	for (uint32_t i = 0; i < job->services.n; i++) {
		const struct service *s = &job->services.items[i];
		g->first[i] = k;
		for (uint32_t e = 0; e < s->depends_on.n; e++) {
			uint32_t target = target_of(g, s->depends_on.items[e].head.name);
			g->targets[k++] = target;
			if (target != MAP_NONE && service_scale(s))
				g->is_depended_on[target] = true;
		}
	}
}

/* "services.a.depends_on.b: text" at the name of the dependency, or what stands behind it. */
static struct diag *edge_error(struct graph *g, const struct service *s, const struct dependency *d,
			       struct span at, enum rule_id rule, struct str text)
{
	const struct subject subject = {.d = g->d, .service = s};
	struct str field = str_fmt(g->d->arena, "depends_on.%.*s%s", STR_ARG(d->head.name),
				   rule == RULE_R153 && IS_GIVEN(d->condition) ? ".condition" : "");
	return subject_error(&subject, &(struct origin){.at = at}, rule, field.ptr, "%.*s",
			     STR_ARG(text));
}

static void report_unknown(struct graph *g, const struct service *s, const struct dependency *d)
{
	struct diag *diag = edge_error(
		g, s, d, edge_at(d), RULE_R150,
		str_fmt(g->d->arena,
			"service '%.*s' depends on '%.*s', which is no service of this job",
			STR_ARG(s->head.name), STR_ARG(d->head.name)));
	const struct service *near = suggest_service(g->u, g->d, diag, s, d->head.name, edge_at(d));
	if (near)
		diag_note(g->d, diag, service_at(near), "'%.*s' is declared here",
			  STR_ARG(near->head.name));
}

static void check_ignored(struct graph *g, const struct service *s, const struct dependency *d,
			  const struct service *target)
{
	const struct failure_policy *policy = service_step(target)->failure_policy;
	if (!HAS_RECORD(policy) || !IS_SET(policy->mode) ||
	    policy->mode.v != FAILURE_POLICY_MODE_IGNORE)
		return;
	struct diag *diag =
		diag_error(g->d, edge_at(d), RULE_R119,
			   "service '%.*s' depends on '%.*s', whose failures are ignored",
			   STR_ARG(s->head.name), STR_ARG(target->head.name));
	diag_note(g->d, diag, policy->mode.from.at,
		  "mode ignore means that nobody needs '%.*s' to succeed",
		  STR_ARG(target->head.name));
	diag_help(g->d, diag,
		  "give '%.*s' mode fail_job or restart_on_failure, or drop the "
		  "dependency",
		  STR_ARG(target->head.name));
}

/* Nothing is said of a service whose readiness could not be understood. */
static bool lacks_readiness(const struct service *s)
{
	return !s->readiness && !IS_POISON(s->head) &&
	       (!s->healthcheck || (HAS_RECORD(s->healthcheck) && IS_SET(s->healthcheck->disable) &&
				    s->healthcheck->disable.v));
}

static void check_healthy(struct graph *g, const struct service *s, const struct dependency *d,
			  const struct service *target)
{
	if (!IS_SET(d->condition) || d->condition.v != DEPENDENCY_CONDITION_SERVICE_HEALTHY ||
	    !lacks_readiness(target))
		return;
	struct diag *diag = edge_error(
		g, s, d, condition_at(d), RULE_R153,
		str_fmt(g->d->arena, "service '%.*s' can't become healthy: it has no readiness",
			STR_ARG(target->head.name)));
	diag_note(g->d, diag, service_at(target), "'%.*s' is declared here",
		  STR_ARG(target->head.name));
	diag_help(g->d, diag,
		  "give '%.*s' a readiness (tcp, http, log or sleep), or wait for "
		  "service_started",
		  STR_ARG(target->head.name));
}

static bool follows_dependents(const struct service *s)
{
	const struct v_enum *lifetime = &service_step(s)->lifetime;
	return IS_SET(*lifetime) && lifetime->v == STEP_LIFETIME_DEPENDENTS;
}

static void check_completed(struct graph *g, const struct service *s, const struct dependency *d,
			    const struct service *target)
{
	if (!IS_SET(d->condition) ||
	    d->condition.v != DEPENDENCY_CONDITION_SERVICE_COMPLETED_SUCCESSFULLY ||
	    !follows_dependents(target))
		return;
	struct diag *diag = diag_error(
		g->d, condition_at(d), RULE_E01,
		"service '%.*s' waits for '%.*s' to end, which waits for '%.*s' to end",
		STR_ARG(s->head.name), STR_ARG(target->head.name), STR_ARG(s->head.name));
	diag_note(g->d, diag, service_step(target)->lifetime.from.at,
		  "'%.*s' lives until its dependents have ended", STR_ARG(target->head.name));
}

static void check_edges(struct graph *g)
{
	const struct job *job = g->u->job;
	for (uint32_t i = 0; i < job->services.n; i++) {
		const struct service *s = &job->services.items[i];
		for (uint32_t e = 0; e < s->depends_on.n; e++) {
			const struct dependency *d = &s->depends_on.items[e];
			uint32_t target = g->targets[g->first[i] + e];
			if (target == MAP_NONE) {
				report_unknown(g, s, d);
				continue;
			}
			check_ignored(g, s, d, service_of(g, target));
			check_healthy(g, s, d, service_of(g, target));
			if (target != i)
				check_completed(g, s, d, service_of(g, target));
		}
		if (follows_dependents(s) && !g->is_depended_on[i]) {
			struct diag *diag = diag_error(
				g->d, service_step(s)->lifetime.from.at, RULE_E01,
				"nothing depends on service '%.*s', so its lifetime can't follow "
				"its dependents",
				STR_ARG(s->head.name));
			diag_help(g->d, diag,
				  "let the services that use '%.*s' depend on it, or "
				  "leave lifetime out",
				  STR_ARG(s->head.name));
		}
	}
}

struct frame {
	uint32_t service, next; /* next: the edge to look at; next - 1 is the one being followed */
};

/* stack[from] … stack[depth-1] wait for each other; the last one's edge leads back. */
static void report_circle(struct graph *g, const struct frame *stack, uint32_t from, uint32_t depth)
{
	const struct service *s = service_of(g, stack[from].service);
	const struct dependency *d = &s->depends_on.items[stack[from].next - 1];
	if (depth - from == 1) {
		struct diag *diag =
			edge_error(g, s, d, edge_at(d), RULE_R151,
				   str_fmt(g->d->arena, "service '%.*s' depends on itself",
					   STR_ARG(s->head.name)));
		diag_help(g->d, diag, "drop this dependency");
		return;
	}
	struct buf names;
	buf_init(&names, g->d->arena);
	for (uint32_t i = from; i < depth && i - from < MAX_EDGES_SHOWN; i++)
		buf_add_fmt(&names, "'%.*s' -> ",
			    STR_ARG(service_of(g, stack[i].service)->head.name));
	if (depth - from > MAX_EDGES_SHOWN)
		buf_add_fmt(&names, "%u more -> ", (unsigned)(depth - from - MAX_EDGES_SHOWN));
	struct diag *diag =
		edge_error(g, s, d, edge_at(d), RULE_R151,
			   str_fmt(g->d->arena, "dependencies form a circle: %.*s'%.*s'",
				   STR_ARG(buf_str(&names)), STR_ARG(s->head.name)));
	for (uint32_t i = from + 1; i < depth && i - from < MAX_EDGES_SHOWN; i++) {
		const struct service *x = service_of(g, stack[i].service);
		const struct dependency *edge = &x->depends_on.items[stack[i].next - 1];
		diag_note(g->d, diag, edge_at(edge), "'%.*s' waits for '%.*s' here",
			  STR_ARG(x->head.name), STR_ARG(edge->head.name));
	}
	diag_help(g->d, diag, "none of them could start: drop one of these dependencies");
}

enum colour {
	WHITE,
	GREY,
	BLACK
};

static void walk(struct graph *g, uint32_t root, enum colour *colours, struct frame *stack,
		 uint32_t *circles)
{
	uint32_t depth = 0;
	stack[depth++] = (struct frame){.service = root};
	colours[root] = GREY;
	while (depth) {
		struct frame *f = &stack[depth - 1];
		if (f->next == service_of(g, f->service)->depends_on.n) {
			colours[f->service] = BLACK;
			depth--;
			continue;
		}
		uint32_t target = g->targets[g->first[f->service] + f->next++];
		if (target == MAP_NONE || colours[target] == BLACK)
			continue;
		if (colours[target] == GREY) {
			uint32_t from = depth - 1;
			while (stack[from].service != target)
				from--;
			if ((*circles)++ < MAX_CIRCLES)
				report_circle(g, stack, from, depth);
			continue;
		}
		colours[target] = GREY;
		stack[depth++] = (struct frame){.service = target};
	}
}

void check_dependencies(const struct unit *u, struct diags *d)
{
	struct graph g = {.u = u, .d = d};
	build(&g);
	check_edges(&g);
	uint32_t n = u->job->services.n, circles = 0;
	enum colour *colours = ARENA_ARRAY(d->arena, n, enum colour);
	struct frame *stack = ARENA_ARRAY(d->arena, n, struct frame);
	for (uint32_t i = 0; i < n; i++)
		if (colours[i] == WHITE)
			walk(&g, i, colours, stack, &circles);
}
