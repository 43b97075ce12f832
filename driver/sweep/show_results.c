/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hpcc sweep results: the combinations, best first.
 *
 *	sweep demo-1: 3 combinations by the lowest mean; 1 of 6 trials has no value
 *	RANK  MEAN   LEAST  MOST  N    CONFIG  WITHOUT A VALUE
 *	1     0.125  0.12   0.13  2/2  lr=0.1
 *	2     0.31   0.31   0.31  1/2  lr=1    t001r0: it is NaN
 */
#include "driver/sweep/actions.h"

#include "driver/array/csv.h"
#include "driver/screen/style.h"
#include "driver/screen/table.h"
#include "driver/sweep/ranking.h"

static const struct table_column columns[] = {
	{"RANK", 4, true}, {"MEAN", 4, true}, {"LEAST", 5, true},
	{"MOST", 4, true}, {"N", 1, true},    {"CONFIG", 12, false},
};
static const struct table_column scaling_columns[] = {
	{"AT", 2, true},          {"MEAN", 4, true},     {"SPEEDUP", 7, true},
	{"EFFICIENCY", 10, true}, {"CONFIG", 12, false},
};

struct results {
	struct invocation *inv;
	const struct sweep_run *s;
	const struct sweep_view *v;
	struct ranking r;
	struct map places;
};

static struct str number_text(struct arena *a, double x)
{
	return str_fmt(a, "%.6g", x);
}

static uint32_t without_value(const struct results *x)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < x->s->trials.n; i++)
		n += !x->r.objectives[i].is_found;
	return n;
}

/* "t001r0: it is NaN, t001r1: it runs": of one combination, by its place. */
static struct str *notes_of(const struct results *x)
{
	struct arena *a = x->inv->arena;
	struct str *notes = ARENA_ARRAY(a, x->r.configs.n, struct str);

	for (uint32_t i = 0; i < x->s->trials.n; i++) {
		const struct sweep_trial *t = &x->s->trials.items[i];
		struct str *note = &notes[map_get(&x->places, t->config)];

		if (x->r.objectives[i].is_found)
			continue;
		*note = str_fmt(a, "%.*s%s%.*s: %.*s", STR_ARG(*note), note->len ? ", " : "",
				STR_ARG(t->id), STR_ARG(x->r.objectives[i].why));
	}
	return notes;
}

static void print_ranks(const struct results *x, const struct style *style)
{
	struct arena *a = x->inv->arena;
	struct table t = {.arena = a,
			  .columns = columns,
			  .n = sizeof(columns) / sizeof(*columns),
			  .style = style,
			  .note_name = "WITHOUT A VALUE"};
	struct str *notes = notes_of(x);

	for (uint32_t i = 0; i < x->r.configs.n; i++) {
		const struct ranked_config *c = &x->r.configs.items[i];
		struct table_row *row = table_add(&t);

		if (c->rank > 0) {
			row->cells[0] = str_fmt(a, "%u", c->rank);
			row->cells[1] = number_text(a, c->mean);
			row->cells[2] = number_text(a, c->least);
			row->cells[3] = number_text(a, c->most);
		}
		row->cells[4] = str_fmt(a, "%u/%u", c->n_found, c->n);
		row->cells[5] = c->trial->config;
		row->note = notes[i];
	}
	table_print(stdout, &t, screen_width(stdout));
}

static void print_scaling(const struct results *x, const struct style *style)
{
	struct arena *a = x->inv->arena;
	const json_t *o = json_object_get(x->s->file, "objective");

	for (uint32_t i = 0; i < x->r.scaling.n; i++) {
		const struct scaling_group *g = &x->r.scaling.items[i];
		struct table t = {.arena = a,
				  .columns = scaling_columns,
				  .n = sizeof(scaling_columns) / sizeof(*scaling_columns),
				  .style = style};

		printf("\nscaling along %.*s", STR_ARG(json_str(o, "scaling_axis")));
		if (g->others.len > 0)
			printf(", %.*s", STR_ARG(str_visible(a, g->others, VISIBLE_LINE)));
		printf(":\n");
		for (uint32_t k = 0; k < g->points.n; k++) {
			const struct scaling_point *p = &g->points.items[k];
			struct table_row *row = table_add(&t);

			row->cells[0] = number_text(a, p->at);
			row->cells[1] = number_text(a, p->mean);
			row->cells[2] = str_fmt(a, "%.3g", p->speedup);
			row->cells[3] = str_fmt(a, "%.0f%%", 100 * p->efficiency);
			row->cells[4] = p->config->trial->config;
		}
		table_print(stdout, &t, screen_width(stdout));
	}
}

static void print_text(const struct results *x)
{
	struct style style = style_for(x->inv, stdout);
	uint32_t n = without_value(x);

	printf("sweep %.*s: %u combination%s by the %s mean", STR_ARG(x->s->id), x->r.configs.n,
	       x->r.configs.n == 1 ? "" : "s", x->r.is_minimized ? "lowest" : "highest");
	if (n > 0)
		printf("; %u of %u trials %s no value", n, x->s->trials.n, n == 1 ? "has" : "have");
	putchar('\n');
	print_ranks(x, &style);
	print_scaling(x, &style);
}

static void print_csv(const struct results *x)
{
	struct arena *a = x->inv->arena;
	const struct sweep_trial *first = &x->s->trials.items[0];

	printf("trial,state,job,rank,mean,value,why");
	for (uint32_t i = 0; i < first->variables.n; i++)
		printf(",%.*s", STR_ARG(first->variables.items[i].name));
	putchar('\n');
	for (uint32_t i = 0; i < x->s->trials.n; i++) {
		const struct sweep_trial *t = &x->s->trials.items[i];
		const struct objective *o = &x->r.objectives[i];
		const struct ranked_config *c = &x->r.configs.items[map_get(&x->places, t->config)];

		csv_put(stdout, a, t->id, false);
		csv_put(stdout, a, str_c(trial_state_words[x->v->trials[i].state]), false);
		csv_put(stdout, a, t->job, false);
		csv_put(stdout, a, c->rank ? str_fmt(a, "%u", c->rank) : STR(""), false);
		csv_put(stdout, a, c->rank ? str_fmt(a, "%.17g", c->mean) : STR(""), false);
		csv_put(stdout, a, o->is_found ? o->text : STR(""), false);
		csv_put_safe(stdout, a, o->why, t->variables.n == 0);
		for (uint32_t k = 0; k < t->variables.n; k++)
			csv_put_safe(stdout, a, t->variables.items[k].value,
				     k + 1 == t->variables.n);
	}
}

static json_t *trial_json(const struct results *x, uint32_t i)
{
	struct arena *a = x->inv->arena;
	const struct objective *o = &x->r.objectives[i];

	return json_pack(
		"{s:o, s:s, s:o, s:o, s:o}", "id", json_visible(a, x->s->trials.items[i].id),
		"state", trial_state_words[x->v->trials[i].state], "job",
		json_text(a, x->s->trials.items[i].job), "value",
		o->is_found ? json_real(o->value) : json_null(), "why", json_text(a, o->why));
}

static json_t *scaling_json(const struct results *x)
{
	struct arena *a = x->inv->arena;
	json_t *all = json_array();

	for (uint32_t i = 0; i < x->r.scaling.n; i++) {
		const struct scaling_group *g = &x->r.scaling.items[i];
		json_t *points = json_array();

		for (uint32_t k = 0; k < g->points.n; k++)
			json_array_append_new(points,
					      json_pack("{s:f, s:f, s:f, s:f}", "at",
							g->points.items[k].at, "mean",
							g->points.items[k].mean, "speedup",
							g->points.items[k].speedup, "efficiency",
							g->points.items[k].efficiency));
		json_array_append_new(all, json_pack("{s:o, s:o}", "others",
						     json_visible(a, g->others), "points", points));
	}
	return all;
}

static void print_json(const struct results *x)
{
	struct arena *a = x->inv->arena;
	json_t *configs = json_array();

	for (uint32_t i = 0; i < x->r.configs.n; i++) {
		const struct ranked_config *c = &x->r.configs.items[i];
		json_t *variables = json_object(), *trials = json_array();

		for (uint32_t k = 0; k < c->trial->variables.n; k++)
			json_object_set_new(variables, c->trial->variables.items[k].name.ptr,
					    json_visible(a, c->trial->variables.items[k].value));
		for (uint32_t k = 0; k < x->s->trials.n; k++)
			if (str_eq(x->s->trials.items[k].config, c->trial->config))
				json_array_append_new(trials, trial_json(x, k));
		json_array_append_new(configs,
				      json_pack("{s:o, s:o, s:o, s:o, s:o}", "rank",
						c->rank ? json_integer(c->rank) : json_null(),
						"mean", c->rank ? json_real(c->mean) : json_null(),
						"config", json_visible(a, c->trial->config),
						"variables", variables, "trials", trials));
	}
	json_print(json_pack("{s:i, s:o, s:s, s:i, s:o, s:o}", "schema_version", 1, "sweep",
			     json_visible(a, x->s->id), "direction",
			     x->r.is_minimized ? "minimize" : "maximize", "without_value",
			     (int)without_value(x), "configs", configs, "scaling",
			     scaling_json(x)));
}

int sweep_results(struct invocation *inv)
{
	struct sweep_run s;
	struct sweep_view v;
	struct results x = {.inv = inv, .s = &s, .v = &v};

	if (!sweep_load(inv, sweep_named(inv), &s))
		return EXIT_ENVIRONMENT;
	if (!json_is_object(json_object_get(s.file, "objective"))) {
		complain("sweep %.*s has no objective to rank its trials by", STR_ARG(s.id));
		advise("'hpcc explain sweep.objective' says what one looks like; 'hpcc sweep status' "
		       "shows how the trials ended");
		return EXIT_USAGE;
	}
	if (!sweep_view_read(inv, &s, &v))
		return EXIT_ENVIRONMENT;
	ranking_make(inv, &s, &v, &x.r);
	ranking_index(inv->arena, &x.r, &x.places);
	if (inv->options.format == FORMAT_JSON)
		print_json(&x);
	else if (inv->options.format == FORMAT_CSV)
		print_csv(&x);
	else
		print_text(&x);
	return EXIT_OK;
}
