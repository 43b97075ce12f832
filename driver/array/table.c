/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/array/table.h"

#include "driver/array/csv.h"
#include "driver/screen/job_line.h"
#include "driver/screen/table.h"

enum column {
	ELEMENT,
	COUNT,
	STATE,
	EXIT,
	SINCE,
	NODE,
	N_COLUMNS
};

static const struct table_column columns[N_COLUMNS] = {
	[ELEMENT] = {"ELEMENT", 20, false}, [COUNT] = {"N", 1, true},
	[STATE] = {"STATE", 10, false},     [EXIT] = {"EXIT", 4, true},
	[SINCE] = {"FOR", 6, false},        [NODE] = {"NODE", 6, false},
};

/* Where it runs, or has run. */
static struct str nodes_of(struct arena *a, const struct job_view *view)
{
	const json_t *nodes = json_object_get(view->state, "nodes");
	const char *first = json_string_value(json_array_get(nodes, 0));
	size_t n = json_array_size(nodes);

	if (view->queue.nodes.len > 0 || !first)
		return view->queue.nodes;
	return n > 1 ? str_fmt(a, "%s+%zu", first, n - 1) : str_c(first);
}

static void add_row(struct table *t, const struct array_row *row, bool is_folded)
{
	struct table_row *to = table_add(t);
	uint32_t n = row->indices.list.n;
	double seconds = job_view_seconds(row->view);

	to->cells[ELEMENT] = array_row_id(t->arena, row);
	if (is_folded)
		to->cells[COUNT] = str_fmt(t->arena, "%u", n);
	to->cells[STATE] = row->word;
	if (row->status != EXIT_OK)
		to->cells[EXIT] = str_fmt(t->arena, "%d", row->status);
	if (n == 1 && seconds >= 0)
		to->cells[SINCE] = duration_text(t->arena, seconds);
	if (n == 1)
		to->cells[NODE] = nodes_of(t->arena, row->view);
	to->color = style_of_job(t->style, row->word);
	to->note = row->about;
}

static void print_first_failure(struct invocation *inv, FILE *out, const struct job_view *views,
				uint32_t n, const struct style *style)
{
	const struct job_view *first = job_views_failed_first(views, n);

	if (!first || str_eq_c(job_view_word(first), "CANCELLED"))
		return;
	struct str service;
	struct str text = array_failure(inv, first, &service);
	if (text.len == 0)
		text = str_fmt(inv->arena, "%.*s with status %d", STR_ARG(job_view_word(first)),
			       job_view_exit(first));
	fprintf(out, "%sfirst failure: %.*s%s, %.*s; more: hpcc why %.*s\n", style->bad,
		STR_ARG(first->job->id), style->off,
		STR_ARG(str_visible(inv->arena, text, VISIBLE_LINE)), STR_ARG(first->job->id));
}

void array_print(struct invocation *inv, FILE *out, const struct job_view *views, uint32_t n,
		 const struct style *style)
{
	struct table t = {.arena = inv->arena,
			  .columns = columns,
			  .n = N_COLUMNS,
			  .colored = STATE,
			  .style = style,
			  .note_name = "WHY"};
	struct array_rows rows;

	array_rows_make(inv, views, n, &rows);
	for (uint32_t i = 0; i < rows.list.n; i++)
		add_row(&t, &rows.list.items[i], n > ARRAY_ROWS_EACH);
	table_print(out, &t, screen_width(out));
	print_first_failure(inv, out, views, n, style);
}

void array_print_csv(struct invocation *inv, const struct job_view *views, uint32_t n)
{
	static const char *const names[] = {"job",     "number", "status",  "is_over", "exit",
					    "seconds", "nodes",  "attempt", "failed",  "why"};
	struct arena *a = inv->arena;
	size_t count = sizeof(names) / sizeof(*names);

	for (size_t i = 0; i < count; i++)
		csv_put(stdout, a, str_c(names[i]), i + 1 == count);
	for (uint32_t i = 0; i < n; i++) {
		const struct job_view *view = &views[i];
		bool is_over = job_view_is_over(view);
		double seconds = job_view_seconds(view);
		struct str service = STR(""), why = view->queue.reason;
		if (is_over)
			why = job_view_exit(view) == EXIT_OK ? STR("")
							     : array_failure(inv, view, &service);
		const struct str fields[] = {
			view->job->id,
			view->job->number,
			job_view_word(view),
			is_over ? STR("true") : STR("false"),
			is_over ? str_fmt(a, "%d", job_view_exit(view)) : STR(""),
			seconds >= 0 ? str_fmt(a, "%.2f", seconds) : STR(""),
			nodes_of(a, view),
			str_fmt(a, "%llu", (unsigned long long)json_uint(view->state, "attempt")),
			service,
			why};

		for (size_t k = 0; k < count; k++)
			csv_put(stdout, a, fields[k], k + 1 == count);
	}
}

static json_t *failure_json(struct invocation *inv, const struct job_view *view)
{
	if (!view)
		return json_null();
	struct str service;
	struct str why = array_failure(inv, view, &service);
	json_t *one = json_object();
	json_object_set_new(one, "job_id", json_text(inv->arena, view->job->id));
	json_object_set_new(one, "status", json_text(inv->arena, job_view_word(view)));
	json_object_set_new(one, "exit", json_integer(job_view_exit(view)));
	json_object_set_new(one, "service", json_visible(inv->arena, service));
	json_object_set_new(one, "why", json_visible(inv->arena, why));
	return one;
}

void array_add_json(struct invocation *inv, json_t *all, const struct job_files *job,
		    const struct job_view *views, uint32_t n)
{
	struct array_counts counts;
	json_t *by_word = json_object();
	uint64_t throttle = array_throttle(job);

	array_counts_make(inv->arena, views, n, &counts);
	for (uint32_t i = 0; i < counts.list.n; i++)
		json_object_set_new(by_word, str_to_c(inv->arena, counts.list.items[i].word),
				    json_integer(counts.list.items[i].n));
	json_object_set_new(all, "counts", by_word);
	json_object_set_new(all, "throttle",
			    throttle > 0 ? json_integer((json_int_t)throttle) : json_null());
	json_object_set_new(all, "first_failure",
			    failure_json(inv, job_views_failed_first(views, n)));
}
