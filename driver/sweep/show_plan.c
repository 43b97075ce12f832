/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hpcc sweep plan: the trials that a submission would start, and what they ask for.
 *
 *	sweep demo-1: 4 trials of lr, n
 *	TRIAL  NODES  CPUS  GPUS  MEMORY  TIME     CONFIG
 *	t000   1      4     -     -       1:00:00  lr=0.1;n=1
 *	together 6 nodes, 4:00:00 of time one after another, 6.0 node hours
 */
#include "driver/sweep/actions.h"

#include "driver/array/csv.h"
#include "driver/screen/style.h"
#include "driver/screen/table.h"

struct asked {
	uint64_t nodes, cpus, gpus, memory, seconds; /* of a node; 0: nothing is said */
};

struct total {
	uint64_t nodes, gpus, without_time;
	double seconds, node_hours, gpu_hours;
};

static struct asked asked_by(const struct plan *p)
{
	return (struct asked){.nodes = IS_SET(p->nodes) ? p->nodes.v : 0,
			      .cpus = p->cpus_per_node.v,
			      .gpus = p->gpus_per_node.v,
			      .memory = p->memory_mib_per_node.v,
			      .seconds = p->time_s.v};
}

static void add_to(struct total *t, const struct asked *one)
{
	uint64_t nodes = one->nodes ? one->nodes : 1;
	double hours = (double)one->seconds / 3600;

	t->nodes += nodes;
	t->gpus += nodes * one->gpus;
	t->without_time += one->seconds == 0;
	t->seconds += (double)one->seconds;
	t->node_hours += hours * (double)nodes;
	t->gpu_hours += hours * (double)(nodes * one->gpus);
}

static const struct table_column columns[] = {
	{"TRIAL", 5, false}, {"NODES", 5, true}, {"CPUS", 4, true},     {"GPUS", 4, true},
	{"MEMORY", 6, true}, {"TIME", 5, true},  {"CONFIG", 12, false},
};
enum {
	N_COLUMNS = sizeof(columns) / sizeof(*columns),
	N_ASKED = 5
};

static struct str time_text(struct arena *a, uint64_t s)
{
	return s ? str_fmt(a, "%llu:%02llu:%02llu", (unsigned long long)(s / 3600),
			   (unsigned long long)(s / 60 % 60), (unsigned long long)(s % 60))
		 : STR("");
}

static struct str count_text(struct arena *a, uint64_t n, const char *unit)
{
	return n ? str_fmt(a, "%llu%s", (unsigned long long)n, unit) : STR("");
}

static void add_row(struct table *t, const struct sweep_trial *trial, const struct asked *one)
{
	struct arena *a = t->arena;
	struct table_row *row = table_add(t);

	row->cells[0] = trial->id;
	row->cells[1] = count_text(a, one->nodes, "");
	row->cells[2] = count_text(a, one->cpus, "");
	row->cells[3] = count_text(a, one->gpus, "");
	row->cells[4] = count_text(a, one->memory, "M");
	row->cells[5] = time_text(a, one->seconds);
	row->cells[6] = trial->config;
}

static json_t *number_json(uint64_t n)
{
	return n ? json_integer((json_int_t)n) : json_null();
}

static json_t *trial_json(struct arena *a, const struct sweep_trial *t, const struct asked *one)
{
	json_t *variables = json_object();

	for (uint32_t i = 0; i < t->variables.n; i++)
		json_object_set_new(variables, t->variables.items[i].name.ptr,
				    json_visible(a, t->variables.items[i].value));
	return json_pack("{s:o, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id",
			 json_visible(a, t->id), "index", (json_int_t)t->index, "replicate",
			 (json_int_t)t->replicate, "config", json_visible(a, t->config),
			 "variables", variables, "seed", json_visible(a, t->seed), "nodes",
			 number_json(one->nodes), "cpus_per_node", number_json(one->cpus),
			 "gpus_per_node", number_json(one->gpus), "memory_mib_per_node",
			 number_json(one->memory), "time_s", number_json(one->seconds));
}

static void print_json(struct arena *a, const struct sweep_run *s, const struct asked *asked)
{
	json_t *trials = json_array();

	for (uint32_t i = 0; i < s->trials.n; i++)
		json_array_append_new(trials, trial_json(a, &s->trials.items[i], &asked[i]));
	json_print(json_pack("{s:i, s:o, s:o}", "schema_version", 1, "sweep",
			     json_visible(a, s->id), "trials", trials));
}

static void print_csv(struct arena *a, const struct sweep_run *s, const struct asked *asked)
{
	static const char *const names[] = {"trial",  "nodes", "cpus",   "gpus",
					    "memory", "time",  "config", "seed"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		csv_put(stdout, a, str_c(names[i]), i + 1 == sizeof(names) / sizeof(*names));
	for (uint32_t i = 0; i < s->trials.n; i++) {
		const struct asked *one = &asked[i];
		const uint64_t numbers[N_ASKED] = {one->nodes, one->cpus, one->gpus, one->memory,
						   one->seconds};

		csv_put(stdout, a, s->trials.items[i].id, false);
		for (size_t k = 0; k < N_ASKED; k++)
			csv_put(stdout, a, count_text(a, numbers[k], ""), false);
		csv_put_safe(stdout, a, s->trials.items[i].config, false);
		csv_put(stdout, a, s->trials.items[i].seed, true);
	}
}

static void print_table(struct invocation *inv, const struct sweep_run *s,
			const struct asked *asked)
{
	struct arena *a = inv->arena;
	struct style style = style_for(inv, stdout);
	struct table t = {.arena = a, .columns = columns, .n = N_COLUMNS, .style = &style};
	struct total total = {0};

	for (uint32_t i = 0; i < s->trials.n; i++) {
		add_row(&t, &s->trials.items[i], &asked[i]);
		add_to(&total, &asked[i]);
	}
	printf("sweep %.*s: %u trial%s\n", STR_ARG(s->id), s->trials.n,
	       s->trials.n == 1 ? "" : "s");
	table_print(stdout, &t, screen_width(stdout));
	printf("together %llu node%s", (unsigned long long)total.nodes,
	       total.nodes == 1 ? "" : "s");
	if (total.gpus)
		printf(", %llu GPU%s", (unsigned long long)total.gpus, total.gpus == 1 ? "" : "s");
	if (total.without_time == s->trials.n)
		printf("; no time limit is set\n");
	else
		printf("; at most %.1f node hours%s%s\n", total.node_hours,
		       total.gpus ? str_fmt(a, ", %.1f GPU hours", total.gpu_hours).ptr : "",
		       total.without_time ? ", beside trials without a limit" : "");
}

int sweep_plan(struct invocation *inv)
{
	struct arena *a = inv->arena;
	struct compilation c;
	const char *path;
	int status = sweep_begin(&c, inv, false, &path);

	if (status != EXIT_OK)
		return status;
	struct sweep_run s;
	sweep_take_trials(a, c.unit.plan, &s);
	struct asked *asked = ARENA_ARRAY(a, s.trials.n, struct asked);
	struct arena scratch;
	arena_init(&scratch);
	for (uint32_t i = 0; i < s.trials.n && status == EXIT_OK; i++) {
		struct invocation one = *inv;
		struct compilation trial;

		one.arena = &scratch;
		arena_reset(&scratch);
		status = sweep_check(&trial, &one, path, &s, &s.trials.items[i], i == 0);
		if (status == EXIT_OK)
			asked[i] = asked_by(trial.unit.plan);
	}
	arena_free(&scratch);
	if (status != EXIT_OK)
		return status;
	if (inv->options.format == FORMAT_JSON)
		print_json(a, &s, asked);
	else if (inv->options.format == FORMAT_CSV)
		print_csv(a, &s, asked);
	else
		print_table(inv, &s, asked);
	return EXIT_OK;
}
