/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Launch order: depth first over services by name, dependencies in listed order, each service
 * after those it depends on. The order numbers the services. Unknown names and the edge that would
 * close a circle are left out here; check_dependencies.c reports them.
 */
#include "passes/lower/copies.h"

enum colour {
	WHITE,
	GREY,
	BLACK
};

struct frame {
	uint32_t service; /* position among all */
	uint32_t next;    /* dependency to look at */
};

struct walk {
	struct unit *u;
	enum colour *colours;
	struct frame *stack;
	uint32_t depth;
};

static void enter(struct walk *w, uint32_t service)
{
	w->colours[service] = GREY;
	w->stack[w->depth++] = (struct frame){.service = service};
}

/* Gives the service on top of the stack its number once its dependencies have theirs. */
static void visit(struct walk *w, uint32_t root)
{
	struct pass_state *state = w->u->pass_state;
	enter(w, root);
	while (w->depth) {
		struct frame *f = &w->stack[w->depth - 1];
		const struct service *s = &state->all[f->service];
		if (f->next < s->depends_on.n) {
			uint32_t target =
				service_position(w->u, s->depends_on.items[f->next++].head.name);
			if (target != MAP_NONE && w->colours[target] == WHITE)
				enter(w, target);
			continue;
		}
		w->colours[f->service] = BLACK;
		state->numbers[f->service] = state->n;
		state->copies[state->n] = state->all_copies[f->service];
		state->services[state->n++] = s;
		w->depth--;
	}
}

/* Edges that lead back in the order belong to a circle and are left out. */
static void lower_edges(struct unit *u, uint32_t number, struct plan_service *plan)
{
	const struct service *s = u->pass_state->services[number];
	plan->dependencies.from = origin_derived(s->depends_on.from);
	plan->dependencies.items = ARENA_ARRAY(u->arena, s->depends_on.n, struct plan_dependency);
	for (uint32_t i = 0; i < s->depends_on.n; i++) {
		const struct dependency *d = &s->depends_on.items[i];
		uint32_t target = service_number(u, d->head.name);
		if (target == MAP_NONE || target >= number || IS_POISON(d->condition))
			continue;
		struct plan_dependency *edge = &plan->dependencies.items[plan->dependencies.n++];
		struct origin from = d->head.from;
		if (!span_is_none(d->head.name_at))
			from.at = d->head.name_at;
		edge->head.from = from;
		edge->service = plan_uint(from, target);
		edge->name = plan_str(from, d->head.name);
		edge->condition = IS_SET(d->condition)
					  ? d->condition
					  : plan_enum(from, DEPENDENCY_CONDITION_SERVICE_STARTED);
	}
}

static void lower_copy(const struct unit *u, uint32_t number, struct plan_service *p)
{
	const struct copy *copy = &u->pass_state->copies[number];
	const struct service *written = service_written(u, number);
	if (!copy->count)
		return;
	p->copy_of = plan_str(written->scale.from, written->head.name);
	p->copy_index = plan_uint(written->scale.from, copy->index);
	p->copy_count = plan_uint(written->scale.from, copy->count);
}

/* Names that differ by capitals alone would be one file where case is no difference. */
static void lower_tokens(struct unit *u)
{
	struct plan *plan = u->plan;
	uint32_t n = plan->services.n;
	bool *clashes = ARENA_ARRAY(u->arena, n + 1, bool);
	struct map seen = {0};

	map_reserve(&seen, u->arena, n);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t other = map_put(&seen, u->arena,
					 str_upper(u->arena, plan->services.items[i].name.v), i);
		if (other != MAP_NONE)
			clashes[i] = clashes[other] = true;
	}
	for (uint32_t i = 0; i < n; i++) {
		struct plan_service *p = &plan->services.items[i];
		enum name_use use = clashes[i] ? NAME_OF_FILE_NO_CASE : NAME_OF_FILE;

		p->token = plan_str(p->name.from, name_service_token(u->arena, p->name.v, use));
		p->function = plan_str(p->name.from,
				       name_service_token(u->arena, p->name.v, NAME_OF_FUNCTION));
	}
}

void lower_order(struct unit *u)
{
	struct pass_state *state = u->pass_state;
	uint32_t n = state->n_all;
	struct walk w = {.u = u};
	w.colours = ARENA_ARRAY(u->arena, n, enum colour);
	w.stack = ARENA_ARRAY(u->arena, n, struct frame);
	state->services = ARENA_ARRAY(u->arena, n, const struct service *);
	state->numbers = ARENA_ARRAY(u->arena, n, uint32_t);
	state->copies = ARENA_ARRAY(u->arena, n, struct copy);
	for (uint32_t i = 0; i < n; i++)
		if (w.colours[i] == WHITE)
			visit(&w, i);

	struct plan *plan = u->plan;
	plan->services.from = origin_derived(u->job->services.from);
	plan->services.n = state->n;
	plan->services.items = ARENA_ARRAY(u->arena, state->n, struct plan_service);
	for (uint32_t i = 0; i < state->n; i++) {
		const struct service *s = state->services[i];
		struct plan_service *p = &plan->services.items[i];
		p->head = s->head;
		p->name = plan_str(s->head.from, s->head.name);
		p->number = plan_uint(s->head.from, i);
		lower_copy(u, i, p);
		lower_edges(u, i, p);
	}
	lower_tokens(u);
}
