/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Clashes of ports (E12): in Compose each container has ports of its own, here all services of a node
 * share its ports. Two that can be alive at the same time on one node can't listen on the same one:
 * the later fails, after its probe has passed by the earlier one's answer.
 *
 *	a: {ports: ["8001:80"]}		b: {ports: ["8002:80"]}		both listen on 80
 */
#include <stdlib.h>

#include "passes/checks/check.h"
#include "passes/lower/copies.h"
#include "passes/resources/antichain.h"
#include "passes/lower/node_spans.h"
#include "passes/ports/probe_host.h"

enum {
	MAX_WORK = 1 << 22 /* services looked at; beyond, what clashes isn't told */
};

struct claim {
	uint32_t first, last, service;
	enum port_protocol protocol;
	struct span at;
};
typedef LIST(struct claim) claim_list;

struct clashes {
	const struct unit *u;
	struct diags *d;
	struct arena scratch;
	uint64_t *weights;
	bool *in_set;
	bool waits_for_ends;
	struct map told; /* pairs of places */
	uint64_t work;
};

static void find_claims(struct clashes *c, claim_list *claims)
{
	const struct plan *plan = c->u->plan;
	for (uint32_t i = 0; i < plan->services.n; i++) {
		struct span at;
		if (!c->u->pass_state->placement[i].has_set)
			continue;
		for (uint32_t k = 0; k < plan->services.items[i].ports.n; k++) {
			const struct plan_port *p = &plan->services.items[i].ports.items[k];
			if (!IS_SET(p->first))
				continue; /* the job chooses one that nobody has */
			uint64_t last = IS_SET(p->last) ? p->last.v : p->first.v;
			*LIST_PUSH(&c->scratch, claims) =
				(struct claim){.first = (uint32_t)p->first.v,
					       .last = (uint32_t)last,
					       .service = i,
					       .protocol = (enum port_protocol)p->protocol.v,
					       .at = p->head.from.at};
		}
		const struct service *s = c->u->pass_state->services[i];
		struct readiness live = probe_of_liveness(s->liveness);
		uint32_t ready = probe_port(s->readiness, &at);
		if (ready)
			*LIST_PUSH(&c->scratch, claims) = (struct claim){
				.first = ready, .last = ready, .service = i, .at = at};
		uint32_t port = probe_port(&live, &at);
		if (port && port != ready)
			*LIST_PUSH(&c->scratch, claims) =
				(struct claim){.first = port, .last = port, .service = i, .at = at};
	}
}

static int by_port(const void *x, const void *y)
{
	const struct claim *a = x, *b = y;
	if (a->protocol != b->protocol)
		return a->protocol < b->protocol ? -1 : 1;
	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	return (a->at.begin > b->at.begin) - (a->at.begin < b->at.begin);
}

static struct str name_of(const struct clashes *c, const struct claim *claim)
{
	return c->u->pass_state->services[claim->service]->head.name;
}

/* Copies share what is written, so a pair of places may clash on many nodes. */
static bool is_told(struct clashes *c, const struct claim *later, const struct claim *earlier)
{
	struct str pair = str_fmt(&c->scratch, "%u %u", (unsigned)later->at.begin,
				  (unsigned)earlier->at.begin);
	return map_put(&c->told, &c->scratch, pair, 0) != MAP_NONE;
}

static void report_copies(struct clashes *c, const struct claim *claim, struct str where)
{
	const struct service *s = service_written(c->u, claim->service);
	struct diag *d =
		diag_error(c->d, claim->at, RULE_E12,
			   "copies of '%.*s' run at the same time%.*s and all listen on port %u",
			   STR_ARG(s->head.name), STR_ARG(where), (unsigned)claim->first);
	diag_note(c->d, d, s->scale.from.at, "%llu copies are asked for here",
		  (unsigned long long)service_scale(s));
	diag_help(c->d, d,
		  "let the job choose a port for each, x-slurm: {ports: {NAME: auto}}, or have no "
		  "more copies than nodes");
}

static void report(struct clashes *c, const struct claim *later, const struct claim *earlier,
		   const struct node_spans *nodes)
{
	struct arena *a = c->d->arena;
	struct str where = STR("");
	if (later->at.begin < earlier->at.begin) {
		const struct claim *other = later;
		later = earlier;
		earlier = other;
	}
	if (are_of_one_service(c->u, later->service, earlier->service)) {
		report_copies(c, later, where);
		return;
	}
	uint32_t port = later->first > earlier->first ? later->first : earlier->first;
	if (is_told(c, later, earlier))
		return;
	if (unit_nodes(c->u) > 1)
		where = str_fmt(a, nodes->count == 1 ? " on node %.*s" : " on nodes %.*s",
				STR_ARG(spans_text(a, nodes)));
	struct diag *d = diag_error(
		c->d, later->at, RULE_E12,
		"'%.*s' and '%.*s' can run at the same time%.*s and both listen on port %u%s",
		STR_ARG(name_of(c, earlier)), STR_ARG(name_of(c, later)), STR_ARG(where),
		(unsigned)port,
		later->protocol == PORT_PROTOCOL_UDP    ? "/udp"
		: later->protocol == PORT_PROTOCOL_SCTP ? "/sctp"
							: "");
	diag_note(c->d, d, earlier->at, "'%.*s' has it here", STR_ARG(name_of(c, earlier)));
	diag_help(
		c->d, d,
		"services share the ports of their node: give each a port of its own, place them on "
		"different nodes, or let one wait until the other has completed");
}

/* The first of the claims, all on one port, whose service can be alive beside this one's. */
static const struct claim *find_clash(struct clashes *c, const struct claim *claim,
				      const struct claim *const *others, uint32_t n)
{
	uint32_t n_services = c->u->plan->services.n;
	if (c->waits_for_ends) {
		c->work += n_services;
		if (c->work > MAX_WORK)
			return NULL;
		for (uint32_t i = 0; i < n; i++)
			c->weights[others[i]->service] = 1;
		c->weights[claim->service] = n_services;
		heaviest_alive(c->u->plan, c->weights, c->in_set);
		for (uint32_t i = 0; i < n; i++)
			c->weights[others[i]->service] = 0;
		c->weights[claim->service] = 0;
	}
	for (uint32_t i = 0; i < n; i++)
		if (!c->waits_for_ends || c->in_set[others[i]->service])
			return others[i];
	return NULL;
}

/* Looks at a claim beside those before it that hold its first port. */
static void check_claim(struct clashes *c, const struct claim *claim,
			const struct claim *const *open, uint32_t n)
{
	const struct placement_finding *placement = c->u->pass_state->placement;
	const struct node_spans *own = &placement[claim->service].set;
	const struct claim **others = ARENA_ARRAY(&c->scratch, n, const struct claim *);
	uint32_t n_others = 0;
	c->work += n;
	for (uint32_t i = 0; i < n && c->work <= MAX_WORK; i++)
		if (open[i]->service != claim->service &&
		    spans_meet(own, &placement[open[i]->service].set))
			others[n_others++] = open[i];
	const struct claim *other = n_others ? find_clash(c, claim, others, n_others) : NULL;
	if (!other)
		return;
	struct node_spans nodes = spans_common(&c->scratch, own, &placement[other->service].set);
	report(c, claim, other, &nodes);
}

static void check_claims(struct clashes *c, const claim_list *claims)
{
	const struct claim **open = ARENA_ARRAY(&c->scratch, claims->n, const struct claim *);
	uint32_t n = 0;
	for (uint32_t i = 0; i < claims->n && c->work <= MAX_WORK; i++) {
		const struct claim *claim = &claims->items[i];
		uint32_t kept = 0;
		bool is_known = false; /* the same port of the same service, by other words */
		for (uint32_t k = 0; k < n; k++) {
			if (open[k]->protocol != claim->protocol || open[k]->last < claim->first)
				continue;
			is_known |=
				open[k]->service == claim->service && open[k]->last >= claim->last;
			open[kept++] = open[k];
		}
		n = kept;
		c->work += n;
		if (is_known)
			continue;
		check_claim(c, claim, open, n);
		open[n++] = claim;
	}
}

/* Names of services and ports end up in variables, where other characters are '_'. */
static void check_variables(const struct unit *u, struct diags *d)
{
	struct map seen = {0};
	for (uint32_t i = 0; i < u->plan->addresses.n; i++) {
		const struct plan_address *one = &u->plan->addresses.items[i];
		uint32_t before = map_put(&seen, d->arena, one->variable.v, i);
		if (before == MAP_NONE ||
		    u->plan->addresses.items[before].service.v == one->service.v)
			continue; /* of one service, its own check says so */
		const struct plan_address *other = &u->plan->addresses.items[before];
		struct diag *diag =
			diag_error(d, one->head.from.at, RULE_E12,
				   "'%.*s' and '%.*s' would both be found in %.*s",
				   STR_ARG(u->plan->services.items[other->service.v].name.v),
				   STR_ARG(u->plan->services.items[one->service.v].name.v),
				   STR_ARG(one->variable.v));
		diag_note(d, diag, other->head.from.at, "the other one is here");
		diag_help(d, diag, "rename one of the two");
	}
}

void check_port_clashes(const struct unit *u, struct diags *d)
{
	check_variables(u, d);
	struct clashes c = {.u = u, .d = d, .waits_for_ends = plan_waits_for_ends(u->plan)};
	claim_list claims = {0};
	arena_init(&c.scratch);
	c.weights = ARENA_ARRAY(&c.scratch, u->plan->services.n, uint64_t);
	c.in_set = ARENA_ARRAY(&c.scratch, u->plan->services.n, bool);
	find_claims(&c, &claims);
	if (claims.n)
		qsort(claims.items, claims.n, sizeof(*claims.items), by_port);
	check_claims(&c, &claims);
	arena_free(&c.scratch);
}
