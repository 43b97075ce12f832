/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger: services that state CPUs, GPUs or memory get exactly those, disjoint from each other.
 * What services that can be alive at the same time state on one node must fit on it, as far as the
 * spec says what a node has; else their steps would silently wait for each other. GPUs and memory
 * are given as they are asked for (E07). CPUs are not: many sites give whole nodes or cores, so a
 * sum above what the job states, or above the one CPU a task has without, is warned of (A20).
 */
#include <stddef.h>
#include <stdlib.h>

#include "passes/checks/check.h"
#include "passes/lower/components.h"
#include "passes/lower/copies.h"
#include "passes/resources/antichain.h"
#include "passes/lower/node_spans.h"

enum {
	MAX_QUESTIONS = 64,
	MAX_SHOWN = 6
};

typedef unsigned long long ull;

struct resource {
	const char *unit, *one; /* "CPUs", "CPU" */
	uint64_t capacity;
	struct span at;
	struct str how;
	const uint64_t *weights; /* per service and node */
	const struct span *places;
	bool is_cpus;    /* advice: the scheduler may give more */
	bool is_implied; /* the capacity isn't stated */
	bool is_total;   /* of the allocation, not of a node */
	uint32_t part;   /* of the job; the others' services don't count */
};

struct weighted {
	uint64_t weight;
	uint32_t service;
};

static int by_weight(const void *x, const void *y)
{
	const struct weighted *a = x, *b = y;
	if (a->weight != b->weight)
		return a->weight > b->weight ? -1 : 1;
	return (a->service > b->service) - (a->service < b->service);
}

static struct diag *complain(struct diags *d, const struct resource *r, struct span at,
			     struct str text)
{
	return r->is_cpus ? diag_warning(d, at, RULE_A20, "%.*s", STR_ARG(text))
			  : diag_error(d, at, RULE_E07, "%.*s", STR_ARG(text));
}

static void note_capacity(struct diags *d, struct diag *diag, const struct resource *r)
{
	if (r->is_implied) {
		diag_note(d, diag, SPAN_NONE,
			  "the job states no CPUs; each of its tasks is given one, unless the site "
			  "gives more");
		return;
	}
	diag_note(d, diag, r->at,
		  r->is_cpus ? "%s has %llu %s: %.*s; more where the site gives whole nodes"
			     : "%s has %llu %s: %.*s",
		  r->is_total ? "the allocation" : "a node of the allocation", (ull)r->capacity,
		  r->capacity == 1 ? r->one : r->unit, STR_ARG(r->how));
}

/* Where the job's CPUs are stated, for one service that wants more of them. */
static void help_one(const struct unit *u, struct diags *d, struct diag *diag, uint32_t service)
{
	const struct v_uint *each = &service_step(u->pass_state->services[service])->cpus_per_task;
	uint64_t tasks = u->pass_state->demands[service].tasks;
	const char *key = service_nodes(u, u->pass_state->services[service]) == 1
				  ? "ntasks"
				  : "ntasks_per_node";
	struct str cpus = IS_SET(*each) ? str_fmt(d->arena, "cpus_per_task: %llu", (ull)each->v)
					: STR("cpus_per_task");
	if (tasks > 1)
		cpus = str_fmt(d->arena, "%s: %llu and %.*s", key, (ull)tasks, STR_ARG(cpus));
	diag_help(d, diag, "state %.*s under the job's x-slurm, or exclusive: true for whole nodes",
		  STR_ARG(cpus));
}

static void help_together(struct diags *d, struct diag *diag, const struct resource *r)
{
	if (r->is_cpus)
		diag_help(d, diag,
			  "state more under the job's x-slurm, by cpus_per_task or ntasks, let one "
			  "wait until the other has completed, or write exclusive: true for whole "
			  "nodes");
	else
		diag_help(d, diag,
			  "ask for less, allocate more, or let one wait until the other has "
			  "completed");
}

/* ": 4 tasks x cpus_per_task 6" when the sum isn't the number that is written. */
static struct str how_asked(const struct unit *u, struct diags *d, const struct resource *r,
			    const struct weighted *w)
{
	const struct step *step = service_step(u->pass_state->services[w->service]);
	const struct demand *demand = &u->pass_state->demands[w->service];
	struct span at = r->places[w->service];
	const struct {
		const struct v_uint *field;
		const char *key;
		const char *times;
	} factors[] = {
		{&step->cpus_per_task, "cpus_per_task", "tasks"},
		{gpus_count(&step->gpus_per_task), "gpus_per_task", "tasks"},
		{&step->cpus_per_gpu, "cpus_per_gpu", "GPUs"},
	};
	for (unsigned i = 0; i < 3; i++) {
		const struct v_uint *f = factors[i].field;
		if (IS_SET(*f) && f->v && f->from.at.begin == at.begin && w->weight > f->v)
			return str_fmt(d->arena, ": %llu %s x %s %llu", (ull)(w->weight / f->v),
				       factors[i].times, factors[i].key, (ull)f->v);
	}
	if (demand->is_cpu_per_task && r->is_cpus)
		return str_fmt(d->arena, ": one for each task, since it states no CPUs");
	if (step->mem_per_gpu.from.at.begin == at.begin && demand->gpus > 1)
		return str_fmt(d->arena, ": %llu GPUs x mem_per_gpu %.*s", (ull)demand->gpus,
			       STR_ARG(step->mem_per_gpu.v));
	if (step->mem_per_cpu.from.at.begin == at.begin && demand->cpus > 1)
		return str_fmt(d->arena, ": %llu CPUs x mem_per_cpu %.*s", (ull)demand->cpus,
			       STR_ARG(step->mem_per_cpu.v));
	return STR("");
}

/* Who is alive at the heaviest moment, heaviest first: the first n are too much already. */
struct blame {
	struct weighted *alive;
	uint32_t n, n_alive;
	uint64_t sum_alive;
};

/* "'a', 'b' and 3 more" */
static struct str names_of(const struct unit *u, struct arena *a, const struct blame *blame)
{
	struct buf names;
	buf_init(&names, a);
	for (uint32_t i = 0; i < blame->n && i < MAX_SHOWN; i++)
		buf_add_fmt(&names, "%s'%.*s'",
			    !i                  ? ""
			    : i + 1 == blame->n ? " and "
						: ", ",
			    STR_ARG(u->pass_state->services[blame->alive[i].service]->head.name));
	if (blame->n > MAX_SHOWN)
		buf_add_fmt(&names, " and %u more", (unsigned)(blame->n - MAX_SHOWN));
	return buf_str(&names);
}

/* " on nodes 0-3", as the spec counts them: those of a component from 0 on. */
static struct str text_of_nodes(const struct unit *u, struct arena *a, uint32_t part,
				struct node_span where)
{
	uint32_t first = (uint32_t)part_first(u, part);
	struct node_span own = {where.first - first, where.last - first};
	struct node_spans spans = {.items = &own, .n = 1};
	struct str of = u->components
				? str_fmt(a, " of component '%.*s'", STR_ARG(part_name(u, part)))
				: STR("");
	return str_fmt(a, own.first == own.last ? " on node %.*s%.*s" : " on nodes %.*s%.*s",
		       STR_ARG(spans_text(a, &spans)), STR_ARG(of));
}

static void report_one(const struct unit *u, struct diags *d, const struct resource *r,
		       const struct blame *blame, struct str where)
{
	const struct weighted *w = &blame->alive[0];
	struct span at = r->places[w->service];
	struct str how = how_asked(u, d, r, w), name = service_written(u, w->service)->head.name;
	struct diag *diag = complain(
		d, r, at,
		str_fmt(d->arena, "'%.*s' asks for %llu %s%.*s, which has %llu", STR_ARG(name),
			(ull)w->weight, r->unit, STR_ARG(where), (ull)r->capacity));
	if (how.len)
		diag_note(d, diag, at, "it asks for%.*s", STR_ARG(str_from(how, 1)));
	note_capacity(d, diag, r);
	if (r->is_cpus)
		help_one(u, d, diag, w->service);
}

/* Names the fewest services that are too much together, the heaviest first. */
static void report(const struct unit *u, struct diags *d, const struct resource *r,
		   const struct blame *blame, struct node_span nodes)
{
	const struct weighted *w = blame->alive;
	uint32_t n = blame->n;
	struct str where = r->is_total ? STR(" of the allocation")
				       : text_of_nodes(u, d->arena, r->part, nodes);
	struct str names = names_of(u, d->arena, blame);
	uint64_t sum = 0;
	if (n == 1) {
		report_one(u, d, r, blame, where);
		return;
	}
	for (uint32_t i = 0; i < n; i++)
		sum += w[i].weight;
	struct diag *diag = complain(
		d, r, r->places[w[n - 1].service],
		str_fmt(d->arena,
			"%.*s can run at the same time%.*s and together ask for %llu %s of %llu",
			STR_ARG(names), STR_ARG(r->is_total ? STR("") : where), (ull)sum, r->unit,
			(ull)r->capacity));
	for (uint32_t i = 0; i < n && i < MAX_SHOWN; i++) {
		if (i && are_of_one_service(u, w[i].service, w[i - 1].service))
			continue;
		diag_note(d, diag, r->places[w[i].service], "%s'%.*s' asks for %llu %s %s%.*s",
			  u->pass_state->copies[w[i].service].count ? "each copy of " : "",
			  STR_ARG(service_written(u, w[i].service)->head.name), (ull)w[i].weight,
			  w[i].weight == 1 ? r->one : r->unit,
			  r->is_total ? "in all" : "on each node",
			  STR_ARG(how_asked(u, d, r, &w[i])));
	}
	if (blame->n_alive > n)
		diag_note(d, diag, SPAN_NONE, "with all %u that can run then the sum is %llu %s",
			  (unsigned)blame->n_alive, (ull)blame->sum_alive, r->unit);
	note_capacity(d, diag, r);
	help_together(d, diag, r);
}

static struct blame find_blame(struct arena *a, const struct resource *r, const bool *in_set,
			       uint32_t n)
{
	struct blame blame = {.alive = ARENA_ARRAY(a, n, struct weighted)};
	for (uint32_t i = 0; i < n; i++) {
		if (!in_set[i])
			continue;
		blame.alive[blame.n_alive++] = (struct weighted){r->weights[i], i};
		blame.sum_alive += r->weights[i];
	}
	qsort(blame.alive, blame.n_alive, sizeof(*blame.alive), by_weight);
	for (uint64_t sum = 0; blame.n < blame.n_alive && sum <= r->capacity; blame.n++)
		sum += blame.alive[blame.n].weight;
	return blame;
}

struct node_walk {
	const struct unit *u;
	struct diags *d;
	const struct resource *r;
	uint64_t *active; /* weights of the services on the present nodes, else 0 */
	bool *in_set;
	bool *is_reported; /* by position in the job: copies of a service are said once */
	uint32_t questions;
};

static void check_segment(struct node_walk *s, struct node_span where)
{
	uint32_t n = s->u->pass_state->n;
	if (s->questions++ >= MAX_QUESTIONS)
		return;
	if (heaviest_alive(s->u->plan, s->active, s->in_set) <= s->r->capacity)
		return;
	struct blame blame = find_blame(s->d->arena, s->r, s->in_set, n);
	bool is_known = true;
	for (uint32_t i = 0; i < blame.n; i++) {
		uint32_t written = s->u->pass_state->copies[blame.alive[i].service].written;
		is_known &= s->is_reported[written];
		s->is_reported[written] = true;
	}
	if (!is_known)
		report(s->u, s->d, s->r, &blame, where);
}

/* What all services together take of the whole allocation, where a node's share isn't known. */
static void check_total(const struct unit *u, struct diags *d, const struct resource *r)
{
	uint32_t n = u->pass_state->n;
	bool *in_set = ARENA_ARRAY(d->arena, n, bool);
	if (heaviest_alive(u->plan, r->weights, in_set) <= r->capacity)
		return;
	struct blame blame = find_blame(d->arena, r, in_set, n);
	report(u, d, r, &blame, (struct node_span){0, 0});
}

/* Walks over the nodes where some service's set begins or ends, with the sum of what is stated
   there; only where the sum exceeds the capacity the dependency graph is asked. */
static void check_resource(const struct unit *u, struct diags *d, const struct resource *r)
{
	const struct pass_state *state = u->pass_state;
	struct span_edges edges = {0};
	uint64_t total = 0;
	for (uint32_t i = 0; i < state->n; i++) {
		const struct node_spans *set = &state->placement[i].set;
		if (!r->weights[i] || !state->placement[i].has_set)
			continue;
		total += r->weights[i];
		span_edges_add(d->arena, &edges, set, i);
	}
	if (total <= r->capacity)
		return;
	span_edges_sort(&edges);
	struct node_walk s = {.u = u, .d = d, .r = r};
	s.active = ARENA_ARRAY(d->arena, state->n, uint64_t);
	s.in_set = ARENA_ARRAY(d->arena, state->n, bool);
	s.is_reported = ARENA_ARRAY(d->arena, u->job->services.n, bool);
	uint64_t sum = 0;
	for (uint32_t i = 0; i < edges.list.n; i++) {
		const struct span_edge *e = &edges.list.items[i];
		uint64_t weight = r->weights[e->owner];
		s.active[e->owner] = e->is_end ? 0 : weight;
		sum = e->is_end ? sum - weight : sum + weight;
		if (i + 1 == edges.list.n || e[1].node == e->node || sum <= r->capacity)
			continue;
		check_segment(&s, (struct node_span){(uint32_t)e->node, (uint32_t)(e[1].node - 1)});
	}
}

/* A service above the allocation's own field has R147 or R148 already. */
static bool is_above_root(const struct unit *u, uint32_t i)
{
	const struct step *step = service_step(u->pass_state->services[i]);
	const struct slurm *slurm = service_slurm(u, u->pass_state->services[i]);
#define ABOVE(field) (IS_SET(step->field) && IS_SET(slurm->field) && step->field.v > slurm->field.v)
	return ABOVE(gpus_per_node) || ABOVE(gpus_per_task) || ABOVE(cpus_per_task) ||
	       ABOVE(cpus_per_gpu) || step_exceeds_gpus(u, i, NULL, NULL);
#undef ABOVE
}

/* What a node of the service's part has. */
static const struct capacity *capacity_of(const struct unit *u, uint32_t i)
{
	return &u->pass_state->capacities[service_part(u, u->pass_state->services[i])];
}

/* A step with more tasks than the job, or its node, has R146 or its own complaint already. */
static bool has_too_many_tasks(const struct unit *u, uint32_t i)
{
	const struct capacity *c = capacity_of(u, i);
	const struct demand *demand = &u->pass_state->demands[i];
	uint64_t total;
	return demand->is_cpu_per_task && (demand->tasks > (c->cpus ? c->cpus : c->implied_cpus) ||
					   step_exceeds_tasks(u, i, &total));
}

/* Each task runs on a CPU, also of a step that shares them: a step with more tasks is refused. */
static void check_tasks(const struct unit *u, struct diags *d, const struct resource *r, uint32_t i)
{
	const struct service *s = service_written(u, i);
	const struct step *step = service_step(s);
	const struct demand *demand = &u->pass_state->demands[i];
	uint64_t total;
	if (!r->capacity || (demand->cpus && !demand->is_cpu_per_task) ||
	    demand->tasks <= r->capacity || step_exceeds_tasks(u, i, &total))
		return;
	bool takes_over = !IS_SET(step->ntasks) && !IS_SET(step->ntasks_per_node);
	struct diag *diag =
		complain(d, r, u->plan->services.items[i].ranks.from.at,
			 str_fmt(d->arena, "'%.*s' has %llu tasks on a node, which has %llu %s",
				 STR_ARG(s->head.name), (ull)demand->tasks, (ull)r->capacity,
				 r->capacity == 1 ? r->one : r->unit));
	note_capacity(d, diag, r);
	if (takes_over)
		diag_help(d, diag,
			  "'%.*s' takes over the job's tasks: give it an ntasks of its own",
			  STR_ARG(s->head.name));
	else
		help_one(u, d, diag, i);
}

/* A step that asks for GPUs is refused in a job that has none. */
static void check_lack(const struct unit *u, struct diags *d)
{
	const struct pass_state *state = u->pass_state;
	for (uint32_t i = 0; i < state->n; i++) {
		uint64_t gpus = state->demands[i].gpus_total;
		if (!gpus || is_further_copy(u, i) || !capacity_of(u, i)->lacks_gpus)
			continue;
		struct diag *diag =
			diag_warning(d, state->demands[i].gpus_at, RULE_A20,
				     "'%.*s' asks for %llu %s, and the job asks for none",
				     STR_ARG(service_written(u, i)->head.name), (ull)gpus,
				     gpus == 1 ? "GPU" : "GPUs");
		diag_help(d, diag,
			  "state gpus, gpus_per_node or gres under the job's x-slurm, too");
	}
}

/* Slurm 22.05 takes cpus_per_gpu of a step into account beside gpus_per_task alone. */
static void check_cpus_per_gpu(const struct unit *u, struct diags *d, uint32_t i)
{
	const struct step *step = service_step(u->pass_state->services[i]);
	const struct v_uint *each = &step->cpus_per_gpu, *ranks = &u->plan->services.items[i].ranks;
	uint64_t cpus = u->pass_state->demands[i].cpus_total;
	if (!IS_SET(*each) || IS_SET(step->gpus_per_task) || !IS_SET(*ranks) || cpus <= ranks->v)
		return;
	struct diag *diag = diag_warning(
		d, each->from.at, RULE_A20,
		"some versions of Slurm give '%.*s' one CPU for each task all the same: in a step, "
		"they heed cpus_per_gpu beside gpus_per_task only",
		STR_ARG(service_written(u, i)->head.name));
	if (cpus % ranks->v == 0)
		diag_help(d, diag, "write cpus_per_task: %llu instead", (ull)(cpus / ranks->v));
}

static void check_weights(const struct unit *u, struct diags *d, struct resource *r, size_t weight,
			  size_t place)
{
	const struct pass_state *state = u->pass_state;
	uint64_t *weights = ARENA_ARRAY(d->arena, state->n, uint64_t);
	struct span *places = ARENA_ARRAY(d->arena, state->n, struct span);
	if (!r->capacity)
		return;
	for (uint32_t i = 0; i < state->n; i++) {
		const char *demand = (const char *)&state->demands[i];
		if (service_part(u, state->services[i]) != r->part || is_above_root(u, i) ||
		    (r->is_cpus && has_too_many_tasks(u, i)))
			continue;
		weights[i] = *(const uint64_t *)(const void *)(demand + weight);
		places[i] = *(const struct span *)(const void *)(demand + place);
	}
	r->weights = weights;
	r->places = places;
	(r->is_total ? check_total : check_resource)(u, d, r);
}

static struct resource resource(const char *unit, const char *one, uint64_t capacity,
				struct span at, struct str how)
{
	return (struct resource){
		.unit = unit, .one = one, .capacity = capacity, .at = at, .how = how};
}

static void check_part(const struct unit *u, struct diags *d, uint32_t part)
{
	const struct capacity *c = &u->pass_state->capacities[part];
	struct resource cpus = resource("CPUs", "CPU", c->cpus, c->cpus_at, c->cpus_how);
	struct resource gpus = resource("GPUs", "GPU", c->gpus, c->gpus_at, c->gpus_how);
	struct resource memory = resource("MiB", "MiB", c->memory_mib, c->memory_at, c->memory_how);
	cpus.is_cpus = true;
	cpus.part = gpus.part = memory.part = part;
	if (!c->cpus) {
		cpus.capacity = c->implied_cpus;
		cpus.is_implied = true;
	}
	for (uint32_t i = 0; i < u->pass_state->n; i++) {
		if (is_further_copy(u, i) || service_part(u, u->pass_state->services[i]) != part)
			continue;
		check_tasks(u, d, &cpus, i);
		check_cpus_per_gpu(u, d, i);
	}
#define CHECK(resource, amount, at)                                                                \
	check_weights(u, d, &resource, offsetof(struct demand, amount), offsetof(struct demand, at))
	CHECK(cpus, cpus, cpus_at);
	CHECK(gpus, gpus, gpus_at);
	CHECK(memory, memory_mib, memory_at);
	cpus.is_implied = false;
	cpus.is_total = gpus.is_total = true;
	cpus.capacity = c->cpus_total;
	gpus.capacity = c->gpus_total;
	CHECK(cpus, cpus_total, cpus_at);
	CHECK(gpus, gpus_total, gpus_at);
#undef CHECK
}

void check_ledger(const struct unit *u, struct diags *d)
{
	for (uint32_t i = 0; i < unit_parts(u); i++)
		check_part(u, d, i);
	check_lack(u, d);
}
