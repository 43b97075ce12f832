/* SPDX-License-Identifier: Apache-2.0 */
/* Draws what is known of one service. */
#include <curses.h>
#include <time.h>

#include "driver/live/paint.h"
#include "driver/live/view.h"
#include "driver/screen/style.h"

struct details {
	struct view *v;
	int row;
};

static void put(struct details *d, const char *label, struct str text)
{
	const struct layout *l = &d->v->layout;

	if (text.len == 0 || d->row >= l->foot_row)
		return;
	attron(A_DIM);
	mvaddstr(d->row, l->details_column, label);
	attroff(A_DIM);
	move(d->row++, l->details_column + 12);
	paint_text(text, l->details_columns - 12);
}

/* "3m10s ago, 22:05:01" */
static struct str moment_text(struct arena *a, double at)
{
	time_t whole = (time_t)at;

	if (at <= 0)
		return STR("");
	struct tm tm;
	localtime_r(&whole, &tm);
	char clock[32];
	strftime(clock, sizeof(clock), "%H:%M:%S", &tm);
	return str_fmt(a, "%s, %.*s ago", clock,
		       STR_ARG(duration_text(a, (double)time(NULL) - at)));
}

/* Names of a list, in one line. */
static struct str names_text(struct arena *a, const json_t *names)
{
	struct buf out;

	buf_init(&out, a);
	for (size_t i = 0; i < json_array_size(names); i++)
		buf_add_fmt(&out, "%s%s", i > 0 ? " " : "",
			    json_string_value(json_array_get(names, i)));
	return str_dup(a, buf_str(&out));
}

static struct str policy_text(struct arena *a, const json_t *s)
{
	struct str mode = json_str(s, "failure_policy_mode");
	double window = json_number_value(json_object_get(s, "window_seconds"));

	if (!str_eq_c(mode, "restart_on_failure"))
		return mode;
	return str_fmt(a, "%.*s, %llu of %llu; %llu of %llu failures in %.*s", STR_ARG(mode),
		       (unsigned long long)json_uint(s, "restart_count"),
		       (unsigned long long)json_uint(s, "max_restarts"),
		       (unsigned long long)json_uint(s, "restart_failures_in_window"),
		       (unsigned long long)json_uint(s, "max_restarts_in_window"),
		       STR_ARG(duration_text(a, window)));
}

static void put_state(struct details *d, const struct live_row *row, const struct roster_row *said)
{
	struct arena *a = &d->v->scratch;
	const json_t *s = said->state;

	put(d, "state", str_fmt(a, "%s  %.*s", row->words, STR_ARG(row->remark)));
	put(d, "started", moment_text(a, row->started));
	put(d, "ready", moment_text(a, state_time(s, "ready_at")));
	put(d, "ended", moment_text(a, row->ended));
	put(d, "last exit", said->end);
	if (s)
		put(d, "policy", policy_text(a, s));
	put(d, "probe",
	    str_fmt(a, said->ready.len > 0 ? "%.*s: %.*s" : "%.*s%.*s", STR_ARG(said->ready),
		    STR_ARG(json_str(s, "readiness"))));
	put(d, "last look", json_str(s, "last_look"));
	put(d, "ports", said->ports);
	put(d, "nodes", names_text(a, json_object_get(s, "nodes")));
	put(d, "variables", names_text(a, json_object_get(said->record, "variables")));
	put(d, "step", json_str(s, "step_id"));
	put(d, "log", json_str(s, "log"));
}

static void put_usage(struct details *d, const char *label, const json_t *usage)
{
	const double mib = 1024 * 1024;

	if (json_is_object(usage))
		put(d, label,
		    str_fmt(&d->v->scratch,
			    "CPU %.1fs  memory %.1f MiB  read %.1f  written %.1f MiB",
			    json_number_value(json_object_get(usage, "cpu_seconds")),
			    (double)json_uint(usage, "max_memory_bytes") / mib,
			    (double)json_uint(usage, "read_bytes") / mib,
			    (double)json_uint(usage, "written_bytes") / mib));
}

void view_draw_details(struct view *v)
{
	const struct layout *l = &v->layout;
	struct details d = {v, l->pane_row};

	if (l->details_column < 0 || v->chosen >= v->model.rows.list.n)
		return;
	const struct roster_row *said = model_said(&v->model, v->chosen);
	const json_t *live = said ? json_object_get(said->state, "live") : NULL;
	if (l->details_column > 0)
		mvvline(l->pane_row, l->details_column - 1, ACS_VLINE, l->pane_rows);
	put(&d, "service", v->model.rows.list.items[v->chosen].name);
	if (!said)
		return;
	put_state(&d, &v->model.rows.list.items[v->chosen], said);
	put(&d, "node GPUs",
	    view_gpus(v, v->model.rows.list.items[v->chosen].part,
		      json_object_get(said->state, "nodes")));
	put_usage(&d, "used", json_object_get(said->state, "usage"));
	put_usage(&d, "uses", json_object_get(live, "usage"));
}
