/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hpcc ps: the services of a job in a table, as JSON, or as CSV.
 *
 *	SERVICE  STATE    FOR    NODE  RESTARTS  READY BY  PORTS  LAST EXIT  WHY
 *	store    ready    3m05s  n1    -         tcp 6379  6379   -
 *	worker   waiting  3m10s  -     0/3       -         -      -          for db (healthy)
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "driver/array/rows.h"
#include "driver/commands/cmd.h"
#include "driver/array/csv.h"
#include "driver/jobs/known.h"
#include "driver/screen/job_line.h"
#include "driver/screen/roster.h"
#include "driver/screen/services.h"
#include "driver/screen/table.h"

enum column {
	NAME,
	ATTEMPT,
	STATE,
	SINCE,
	NODE,
	RESTARTS,
	READY,
	PORTS,
	END,
	N_COLUMNS
};

static const struct table_column columns[N_COLUMNS] = {
	[NAME] = {"SERVICE", 12, false},  [ATTEMPT] = {"ATTEMPT", 7, true},
	[STATE] = {"STATE", 10, false},   [SINCE] = {"FOR", 6, false},
	[NODE] = {"NODE", 6, false},      [RESTARTS] = {"RESTARTS", 8, false},
	[READY] = {"READY BY", 8, false}, [PORTS] = {"PORTS", 5, false},
	[END] = {"LAST EXIT", 9, false},
};

/* A service, or of many elements those services of one name of which the same is to be said. */
struct ps_row {
	const struct roster_row *r; /* the first of them */
	struct indices elements;
};
struct ps_rows {
	LIST(struct ps_row) list;
};

static struct ps_row *find_same(struct ps_rows *rows, const struct roster_row *r)
{
	for (uint32_t i = 0; i < rows->list.n; i++) {
		const struct roster_row *other = rows->list.items[i].r;

		if (str_eq(other->name, r->name) && strcmp(other->words, r->words) == 0 &&
		    str_eq(other->tries, r->tries) && str_eq(other->end, r->end) &&
		    str_eq(other->remark, r->remark))
			return &rows->list.items[i];
	}
	return NULL;
}

static void fold(struct arena *a, const struct roster *roster, bool is_folded, struct ps_rows *rows)
{
	for (uint32_t i = 0; i < roster->rows.n; i++) {
		const struct roster_row *r = &roster->rows.items[i];
		struct ps_row *same = is_folded ? find_same(rows, r) : NULL;
		uint64_t index = 0;

		if (!same) {
			same = LIST_PUSH(a, &rows->list);
			*same = (struct ps_row){.r = r};
		}
		str_to_u64(r->view->job->task, &index);
		*LIST_PUSH(a, &same->elements.list) = (uint32_t)index;
	}
}

static void add_row(struct table *t, const struct ps_row *from, bool is_of_many)
{
	const struct roster_row *r = from->r;
	struct arena *a = t->arena;
	uint64_t attempt = json_uint(r->view->state, "attempt");
	bool is_one = from->elements.list.n == 1;
	struct table_row *row = table_add(t);

	row->cells[NAME] =
		is_one ? service_shown(a, r->view->job, r->name, is_of_many)
		       : str_fmt(a, "[%.*s]/%.*s", STR_ARG(indices_text(a, &from->elements)),
				 STR_ARG(r->name));
	if (is_of_many && is_one && attempt > 0)
		row->cells[ATTEMPT] = str_fmt(a, "%llu", (unsigned long long)attempt);
	row->cells[STATE] = str_c(r->words);
	if (is_one && r->since > 0)
		row->cells[SINCE] = duration_text(a, (double)time(NULL) - r->since);
	if (is_one)
		row->cells[NODE] = r->nodes;
	row->cells[RESTARTS] = r->tries;
	row->cells[READY] = r->ready;
	row->cells[PORTS] = r->ports;
	row->cells[END] = r->end;
	row->color = roster_color(t->style, r);
	row->note = r->remark;
}

static void print_table(struct arena *a, const struct roster *roster, uint32_t n_elements,
			const struct style *style)
{
	struct table t = {.arena = a,
			  .columns = columns,
			  .n = N_COLUMNS,
			  .colored = STATE,
			  .style = style,
			  .note_name = "WHY"};
	struct ps_rows rows = {0};

	fold(a, roster, n_elements > ARRAY_ROWS_EACH, &rows);
	for (uint32_t i = 0; i < rows.list.n; i++)
		add_row(&t, &rows.list.items[i], n_elements > 1);
	if (rows.list.n > 0)
		table_print(stdout, &t, screen_width(stdout));
}

static const char *time_key(const struct roster_row *row)
{
	struct str state = json_str(row->state, "state");

	if (str_eq_c(state, "ready"))
		return "ready_at";
	if (str_eq_c(state, "exited") || str_eq_c(state, "backoff") || str_eq_c(state, "skipped"))
		return "ended_at";
	return roster_launch_key(row->state);
}

static json_t *node_list(const struct roster_row *row)
{
	json_t *nodes = json_object_get(row->state, "nodes");

	return nodes ? json_incref(nodes) : json_array();
}

static json_t *row_json(struct arena *a, const struct roster_row *row)
{
	json_t *waits = json_object_get(row->state, "waiting_for");
	json_t *code = json_object_get(row->state, "last_exit_code");
	json_t *one = json_object();

	json_object_set_new(one, "job", json_text(a, row->view->job->id));
	json_object_set_new(one, "attempt",
			    json_integer((json_int_t)json_uint(row->view->state, "attempt")));
	json_object_set_new(one, "service", json_visible(a, row->name));
	json_object_set_new(one, "copy_of", json_text(a, json_str(row->record, "copy_of")));
	json_object_set_new(one, "state", json_text(a, json_str(row->state, "state")));
	json_object_set_new(one, "is", json_string(row->words));
	json_object_set_new(one, "since",
			    row->since > 0 ? json_text(a, json_str(row->state, time_key(row)))
					   : json_null());
	json_object_set_new(one, "nodes", node_list(row));
	json_object_set_new(one, "restarts",
			    json_integer((json_int_t)json_uint(row->state, "restart_count")));
	json_object_set_new(one, "max_restarts",
			    json_integer((json_int_t)json_uint(row->state, "max_restarts")));
	json_object_set_new(one, "ready_by", json_text(a, row->ready));
	json_object_set_new(one, "ports", json_incref(row->port_list));
	json_object_set_new(one, "last_exit_code", code ? json_incref(code) : json_null());
	json_object_set_new(one, "verdict", json_text(a, json_str(row->state, "verdict")));
	json_object_set_new(one, "waiting_for", waits ? json_incref(waits) : json_array());
	json_object_set_new(one, "last_look", json_text(a, json_str(row->state, "last_look")));
	return one;
}

static struct str json_words(struct arena *a, const json_t *value)
{
	if (json_is_string(value))
		return str_c(json_string_value(value));
	if (json_is_integer(value))
		return str_fmt(a, "%lld", json_integer_value(value));
	struct buf out;
	buf_init(&out, a);
	for (size_t i = 0; i < json_array_size(value); i++)
		buf_add_fmt(&out, "%s%.*s", i > 0 ? " " : "",
			    STR_ARG(json_words(a, json_array_get(value, i))));
	return buf_str(&out);
}

/* The members of the JSON that are one value, and those of which there may be several in words for people. */
static void print_csv(struct arena *a, const struct roster *roster)
{
	static const char *const names[] = {
		"job",      "attempt", "service",        "copy_of",  "state",
		"is",       "since",   "nodes",          "restarts", "max_restarts",
		"ready_by", "ports",   "last_exit_code", "verdict",  "why"};
	size_t n = sizeof(names) / sizeof(*names);

	for (size_t i = 0; i < n; i++)
		printf("%s%c", names[i], i + 1 < n ? ',' : '\n');
	for (uint32_t r = 0; r < roster->rows.n; r++) {
		const struct roster_row *row = &roster->rows.items[r];
		json_t *one = row_json(a, row);

		for (size_t i = 0; i < n; i++) {
			struct str text = strcmp(names[i], "ports") == 0 ? row->ports
					  : strcmp(names[i], "why") == 0
						  ? row->remark
						  : json_words(a, json_object_get(one, names[i]));

			csv_put(stdout, a, text, i + 1 == n);
		}
		json_decref(one);
	}
}

static void print_heading(struct invocation *inv, const struct known_job *one,
			  const struct roster *roster, const struct style *style)
{
	uint32_t n = one->parts.list.n;

	if (n > 1)
		print_array_line(stdout, inv->arena, &one->job, one->views, n, style);
	else
		print_job_line(inv, &one->views[0], style);
	if (roster->rows.n > 1)
		print_wrapped(stdout, inv->arena, roster_counts(inv->arena, roster, " services"), 0,
			      0, screen_width(stdout));
}

int cmd_ps(struct invocation *inv)
{
	struct style style = style_for(inv, stdout);
	struct roster roster = {0};
	struct known_job one;

	if (!known_job_find(inv, &one))
		return EXIT_ENVIRONMENT;
	if (!services_are_known(inv, &one.job, NULL))
		return EXIT_USAGE;
	uint32_t n = one.parts.list.n;
	struct str error = STR("");
	for (uint32_t i = 0; i < n; i++) {
		roster_add(inv, &one.views[i], &roster);
		if (one.views[i].queue_error.len > 0)
			error = one.views[i].queue_error;
	}
	if (error.len > 0)
		complain("the queue couldn't be asked: %.*s", STR_ARG(error));
	if (inv->options.format == FORMAT_CSV) {
		print_csv(inv->arena, &roster);
		return EXIT_OK;
	}
	if (inv->options.format == FORMAT_JSON) {
		json_t *list = json_array();

		for (uint32_t i = 0; i < roster.rows.n; i++)
			json_array_append_new(list, row_json(inv->arena, &roster.rows.items[i]));
		json_print(list);
		return EXIT_OK;
	}
	print_heading(inv, &one, &roster, &style);
	print_table(inv->arena, &roster, n, &style);
	return EXIT_OK;
}
