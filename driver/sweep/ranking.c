/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/sweep/ranking.h"

#include <stdlib.h>

/* Best first, equals as the sweep has them; those without a number behind all others. */
static int by_mean(const struct ranked_config *x, const struct ranked_config *y, bool is_minimized)
{
	if (!x->n_found != !y->n_found)
		return x->n_found ? -1 : 1;
	if (x->n_found && x->mean < y->mean)
		return is_minimized ? -1 : 1;
	if (x->n_found && x->mean > y->mean)
		return is_minimized ? 1 : -1;
	return x->first < y->first ? -1 : x->first > y->first;
}

static int lowest_first(const void *x, const void *y)
{
	return by_mean(x, y, true);
}

static int highest_first(const void *x, const void *y)
{
	return by_mean(x, y, false);
}

static void add_value(struct ranked_config *c, double value)
{
	if (c->n_found == 0 || value < c->least)
		c->least = value;
	if (c->n_found == 0 || value > c->most)
		c->most = value;
	/* A running mean: the sum of large numbers may be none. */
	c->n_found++;
	c->mean += (value - c->mean) / c->n_found;
}

static void collect(struct invocation *inv, const struct sweep_run *s, const struct sweep_view *v,
		    struct ranking *r)
{
	const json_t *objective = json_object_get(s->file, "objective");
	struct map places = {0};

	r->objectives = ARENA_ARRAY(inv->arena, s->trials.n, struct objective);
	map_reserve(&places, inv->arena, s->trials.n);
	for (uint32_t i = 0; i < s->trials.n; i++) {
		const struct sweep_trial *t = &s->trials.items[i];
		uint32_t place = map_get(&places, t->config);

		r->objectives[i] = objective_of(inv, objective, &v->trials[i]);
		if (place == MAP_NONE) {
			place = r->configs.n;
			map_put(&places, inv->arena, t->config, place);
			*LIST_PUSH(inv->arena, &r->configs) =
				(struct ranked_config){.trial = t, .first = i};
		}
		struct ranked_config *c = &r->configs.items[place];
		c->n++;
		if (r->objectives[i].is_found)
			add_value(c, r->objectives[i].value);
	}
}

static void give_ranks(struct ranking *r)
{
	for (uint32_t i = 0; i < r->configs.n; i++) {
		struct ranked_config *c = &r->configs.items[i];

		if (c->n_found == 0)
			break;
		bool is_equal = i > 0 && c[-1].mean <= c->mean && c[-1].mean >= c->mean;
		c->rank = is_equal ? c[-1].rank : i + 1;
	}
}

static struct str value_of(const struct sweep_trial *t, struct str name)
{
	for (uint32_t i = 0; i < t->variables.n; i++)
		if (str_eq(t->variables.items[i].name, name))
			return t->variables.items[i].value;
	return STR("");
}

/* The combination without that parameter. */
static struct str others_of(struct arena *a, const struct sweep_trial *t, struct str axis)
{
	struct buf b;

	buf_init(&b, a);
	for (uint32_t i = 0; i < t->variables.n; i++) {
		const struct assignment *v = &t->variables.items[i];

		if (!str_eq(v->name, axis))
			buf_add_fmt(&b, "%s%.*s=%.*s", b.len ? ";" : "", STR_ARG(v->name),
				    STR_ARG(v->value));
	}
	return buf_str(&b);
}

static int by_axis(const void *x, const void *y)
{
	const struct scaling_point *p = x, *q = y;

	return p->at < q->at ? -1 : p->at > q->at;
}

static int by_others(const void *x, const void *y)
{
	const struct scaling_group *p = x, *q = y;

	return str_cmp(p->others, q->others);
}

/* What is minimized is a time: half of it is twice as fast. What is maximized is a rate. */
static void finish_group(struct scaling_group *g, bool is_minimized)
{
	qsort(g->points.items, g->points.n, sizeof(*g->points.items), by_axis);
	const struct scaling_point *base = &g->points.items[0];
	for (uint32_t i = 0; i < g->points.n; i++) {
		struct scaling_point *p = &g->points.items[i];

		p->speedup = is_minimized ? base->mean / p->mean : p->mean / base->mean;
		p->efficiency = p->speedup / (p->at / base->at);
	}
}

static void make_scaling(struct arena *a, struct str axis, struct ranking *r)
{
	struct map places = {0};

	for (uint32_t i = 0; i < r->configs.n && r->configs.items[i].n_found > 0; i++) {
		const struct ranked_config *c = &r->configs.items[i];
		struct str others = others_of(a, c->trial, axis);
		uint32_t place = map_get(&places, others);

		if (place == MAP_NONE) {
			place = r->scaling.n;
			map_put(&places, a, others, place);
			*LIST_PUSH(a, &r->scaling) = (struct scaling_group){.others = others};
		}
		*LIST_PUSH(a, &r->scaling.items[place].points) = (struct scaling_point){
			.at = strtod(str_to_c(a, value_of(c->trial, axis)), NULL),
			.mean = c->mean,
			.config = c};
	}
	for (uint32_t i = 0; i < r->scaling.n; i++)
		finish_group(&r->scaling.items[i], r->is_minimized);
	if (r->scaling.n > 0)
		qsort(r->scaling.items, r->scaling.n, sizeof(*r->scaling.items), by_others);
}

void ranking_make(struct invocation *inv, const struct sweep_run *s, const struct sweep_view *v,
		  struct ranking *r)
{
	const json_t *objective = json_object_get(s->file, "objective");
	struct str axis = json_str(objective, "scaling_axis");

	*r = (struct ranking){.is_minimized =
				      str_eq_c(json_str(objective, "direction"), "minimize")};
	collect(inv, s, v, r);
	qsort(r->configs.items, r->configs.n, sizeof(*r->configs.items),
	      r->is_minimized ? lowest_first : highest_first);
	give_ranks(r);
	if (axis.len > 0)
		make_scaling(inv->arena, axis, r);
}

void ranking_index(struct arena *a, const struct ranking *r, struct map *places)
{
	map_reserve(places, a, r->configs.n);
	for (uint32_t i = 0; i < r->configs.n; i++)
		map_put(places, a, r->configs.items[i].trial->config, i);
}
