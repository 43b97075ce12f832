/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Copies: a service with `scale` becomes as many services, which all later passes see as any others. The job
 * keeps what was written; copies share all of it but name and dependencies.
 *
 *	web: {scale: 2}				web-1, web-2
 *	api: {depends_on: [web]}		after web-1, after web-2
 *
 * What doesn't fit is left a service without copies, with a finding that check_copies.c words.
 */
#include "passes/lower/copies.h"

#include "ir/host_names.h"

uint64_t service_scale(const struct service *s)
{
	return IS_SET(s->scale) ? s->scale.v : 1;
}

const struct service *service_written(const struct unit *u, uint32_t number)
{
	return &u->job->services.items[u->pass_state->copies[number].written];
}

bool is_further_copy(const struct unit *u, uint32_t number)
{
	return u->pass_state->copies[number].index > 0;
}

bool are_of_one_service(const struct unit *u, uint32_t x, uint32_t y)
{
	return u->pass_state->copies[x].written == u->pass_state->copies[y].written;
}

struct expansion {
	struct unit *u;
	struct map written;    /* names of the spec to positions in the job */
	uint32_t *first;       /* per service of the job: its first copy */
	struct service *items; /* all copies, in the order of the job */
	uint32_t n;
};

static struct copies_finding *finding(const struct expansion *x, uint32_t i)
{
	return &x->u->pass_state->copied[i];
}

/* "web-12": the service before the number; MAP_NONE without one. */
static uint32_t family_of(const struct expansion *x, struct str name, uint64_t *k)
{
	struct str service;
	return name_is_numbered(name, &service, k) ? map_get(&x->written, service) : MAP_NONE;
}

static void find_taken(struct expansion *x)
{
	const struct job *job = x->u->job;
	for (uint32_t i = 0; i < job->services.n; i++) {
		uint64_t k;
		uint32_t family = family_of(x, job->services.items[i].head.name, &k);
		if (family == MAP_NONE || family == i ||
		    !IS_SET(job->services.items[family].scale) ||
		    k > job->services.items[family].scale.v ||
		    finding(x, family)->problem != COPIES_OK)
			continue;
		finding(x, family)->problem = COPIES_TAKEN;
		finding(x, family)->other = i;
	}
}

/* The service whose copies are more than a job has, all before it counted; and one where none is left. */
static void find_amounts(struct expansion *x)
{
	const struct job *job = x->u->job;
	uint64_t sum = 0;
	for (uint32_t i = 0; i < job->services.n; i++) {
		const struct service *s = &job->services.items[i];
		sum += service_scale(s);
		if (IS_SET(s->scale) && s->scale.v > 1 && sum > MOST_COPIED) {
			finding(x, i)->problem = COPIES_TOO_MANY;
			finding(x, i)->amount = sum;
			sum -= service_scale(s) - 1;
		}
	}
	if (sum == 0 && job->services.n)
		finding(x, 0)->problem = COPIES_NONE;
	for (uint32_t i = 1; sum == 0 && i < job->services.n; i++)
		finding(x, i)->problem = COPIES_QUIET;
}

/* Whether the service has copies, and how many; 1 for one that stays as it is. */
static bool has_copies(const struct expansion *x, uint32_t i, uint64_t *n)
{
	const struct service *s = &x->u->job->services.items[i];
	bool is_copied = IS_SET(s->scale) && finding(x, i)->problem == COPIES_OK;
	*n = is_copied ? s->scale.v : 1;
	return is_copied;
}

/* Dependencies between copies are as many as the product. */
static void find_edges(struct expansion *x)
{
	const struct job *job = x->u->job;
	uint64_t sum = 0, n;
	for (uint32_t i = 0; i < job->services.n; i++) {
		const struct service *s = &job->services.items[i];
		uint64_t own = 0;
		for (uint32_t k = 0; k < s->depends_on.n; k++) {
			uint32_t target = map_get(&x->written, s->depends_on.items[k].head.name);
			n = 1;
			if (target != MAP_NONE)
				has_copies(x, target, &n);
			own += n;
		}
		bool is_copied = has_copies(x, i, &n);
		sum += own * n;
		if (is_copied && n > 1 && sum > MOST_COPIED_EDGES) {
			finding(x, i)->problem = COPIES_EDGES;
			finding(x, i)->amount = sum;
			sum -= own * (n - 1);
		}
	}
}

/* Who waits for a service waits for all of its copies; for one without any, for nobody. */
static void expand_dependencies(const struct expansion *x, struct service *s)
{
	LIST(struct dependency) list = {0};
	uint64_t n;
	for (uint32_t i = 0; i < s->depends_on.n; i++) {
		const struct dependency *d = &s->depends_on.items[i];
		uint32_t target = map_get(&x->written, d->head.name);
		if (target == MAP_NONE || !has_copies(x, target, &n)) {
			*LIST_PUSH(x->u->arena, &list) = *d;
			continue;
		}
		for (uint32_t k = 0; k < n; k++) {
			struct dependency *copy = LIST_PUSH(x->u->arena, &list);
			*copy = *d;
			copy->head.name = x->items[x->first[target] + k].head.name;
		}
	}
	s->depends_on.items = list.items;
	s->depends_on.n = list.n;
}

static void add_copies(struct expansion *x, uint32_t i)
{
	struct pass_state *state = x->u->pass_state;
	const struct service *s = &x->u->job->services.items[i];
	uint64_t n;
	bool is_copied = has_copies(x, i, &n);
	bool is_spoken_of = is_copied && speaks_of_itself(x->u, s);
	x->first[i] = x->n;
	for (uint32_t k = 0; k < n; k++) {
		struct service *copy = &x->items[x->n];
		*copy = *s;
		state->all_copies[x->n++] = (struct copy){
			.written = i, .index = k, .count = is_copied ? (uint32_t)n : 0};
		if (!is_copied)
			continue;
		copy->head.name =
			str_fmt(x->u->arena, "%.*s-%u", STR_ARG(s->head.name), (unsigned)(k + 1));
		if (is_spoken_of)
			copy_own_texts(x->u, s, copy);
	}
}

/* All copies have the same dependencies: they are listed once. */
static void expand_all_dependencies(struct expansion *x)
{
	const struct pass_state *state = x->u->pass_state;
	for (uint32_t i = 0; i < x->n; i++) {
		if (state->all_copies[i].index > 0)
			x->items[i].depends_on = x->items[i - 1].depends_on;
		else
			expand_dependencies(x, &x->items[i]);
	}
}

/* What a service without copies would take from the job nobody needs. */
static void drop_values(const struct expansion *x)
{
	struct unit *u = x->u;
	uint32_t kept = 0;
	uint64_t n;
	for (uint32_t k = 0; k < u->run_values.n; k++) {
		uint32_t i = map_get(&x->written, u->run_values.items[k].service);
		if (i == MAP_NONE || !has_copies(x, i, &n) || n)
			u->run_values.items[kept++] = u->run_values.items[k];
	}
	u->run_values.n = kept;
}

void lower_copies(struct unit *u)
{
	const struct job *job = u->job;
	struct pass_state *state = u->pass_state;
	struct expansion x = {.u = u};
	uint64_t total = 0, n;
	state->copied = ARENA_ARRAY(u->arena, job->services.n, struct copies_finding);
	x.first = ARENA_ARRAY(u->arena, job->services.n, uint32_t);
	map_reserve(&x.written, u->arena, job->services.n);
	for (uint32_t i = 0; i < job->services.n; i++)
		map_put(&x.written, u->arena, job->services.items[i].head.name, i);
	find_amounts(&x);
	find_taken(&x);
	find_edges(&x);
	drop_values(&x);
	state->n_written_values = u->run_values.n;
	for (uint32_t i = 0; i < job->services.n; i++) {
		has_copies(&x, i, &n);
		total += n;
	}
	x.items = ARENA_ARRAY(u->arena, total, struct service);
	state->all_copies = ARENA_ARRAY(u->arena, total, struct copy);
	for (uint32_t i = 0; i < job->services.n; i++)
		add_copies(&x, i);
	expand_all_dependencies(&x);
	state->all = x.items;
	state->n_all = x.n;
	map_reserve(&state->names, u->arena, x.n);
	for (uint32_t i = 0; i < x.n; i++)
		map_put(&state->names, u->arena, x.items[i].head.name, i);
	/* The service's own name is that of its first copy. */
	for (uint32_t i = 0; i < job->services.n; i++)
		if (has_copies(&x, i, &n) && n)
			map_put(&state->names, u->arena, job->services.items[i].head.name,
				x.first[i]);
}
