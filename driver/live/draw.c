/* SPDX-License-Identifier: Apache-2.0 */
/* Draws the live view: head, list of services, foot. Curses sends what has changed. */
#include <curses.h>
#include <time.h>

#include "driver/live/paint.h"
#include "driver/live/view.h"
#include "driver/screen/style.h"
#include "ir/support/utf8.h"

static const attr_t none = A_NORMAL;

enum {
	SLOW_S = 3 /* of an answer that is worth a word */
};

static attr_t attribute_of(enum row_tone tone)
{
	switch (tone) {
	case ROW_GOOD:
		return (attr_t)COLOR_PAIR(PAINT_GOOD);
	case ROW_BUSY:
		return (attr_t)COLOR_PAIR(PAINT_BUSY);
	case ROW_BAD:
		return (attr_t)COLOR_PAIR(PAINT_BAD) | A_BOLD;
	case ROW_DIM:
		break;
	}
	return A_DIM;
}

/* From a column on, in at most so many; a column below 0 is left out. */
static void put(int row, int column, int width, attr_t attribute, struct str text)
{
	if (column < 0 || width <= 0 || row >= LINES)
		return;
	move(row, column);
	attron(attribute);
	paint_text(text, width);
	attroff(attribute);
}

static void put_right(int row, int column, int width, attr_t attribute, struct str text)
{
	int used = (int)utf8_columns(text);

	put(row, column < 0 ? column : column + (used < width ? width - used : 0), width, attribute,
	    text);
}

static struct str queue_text(const struct view *v, struct arena *a)
{
	const struct job_view *view = &v->model.views[0];

	unsigned silence = model_silence(&v->model);

	if (view->queue_error.len > 0)
		return STR("; the queue doesn't answer");
	if (silence >= SLOW_S)
		return str_fmt(a, "; Slurm is asked, no answer for %u s", silence);
	if (!view->queue.is_known || view->queue.is_over || v->model.parts->list.n > 1)
		return STR("");
	if (str_eq_c(view->queue.state, "PENDING"))
		return str_fmt(a, " (%.*s)", STR_ARG(view->queue.reason));
	return view->queue.nodes.len > 0 ? str_fmt(a, " on %.*s", STR_ARG(view->queue.nodes))
					 : STR("");
}

static void draw_job(struct view *v)
{
	struct arena *a = &v->scratch;
	const struct job_files *job = v->task->job;
	double seconds = model_seconds(&v->model);
	struct str took =
		seconds >= 0 ? str_fmt(a, ", %.*s", STR_ARG(duration_text(a, seconds))) : STR("");
	struct str attempt =
		v->model.parts->list.n == 1 ? attempt_text(a, v->model.views[0].state) : STR("");
	struct str line =
		str_fmt(a, "job %.*s '%.*s'%.*s: %.*s%.*s%.*s", STR_ARG(job->id),
			STR_ARG(json_str(job->record, "name")), STR_ARG(attempt),
			STR_ARG(model_word(&v->model)), STR_ARG(took), STR_ARG(queue_text(v, a)));

	put(0, 0, COLS, A_BOLD, line);
}

static void draw_counts(struct view *v)
{
	struct arena *a = &v->scratch;
	struct str text = rows_count_text(a, &v->model.rows);

	if (v->filter[0])
		text = str_fmt(a, "%.*s; %u with '%s'", STR_ARG(text), v->n_shown, v->filter);
	if (v->order != BY_PLAN)
		text = str_fmt(a, "%.*s; by %s", STR_ARG(text), row_order_name(v->order));
	put(1, 0, COLS, none, text);
}

static void draw_header(const struct view *v)
{
	const struct layout *l = &v->layout;
	int row = l->list_row - 1;

	put(row, l->name, l->name_columns, A_DIM, STR("SERVICE"));
	put(row, l->state, STATE_COLUMNS, A_DIM, STR("STATE"));
	put_right(row, l->time, 7, A_DIM, STR("TIME"));
	put_right(row, l->restarts, 5, A_DIM, STR("RST"));
	put_right(row, l->cpu, 5, A_DIM, STR("CPU"));
	put_right(row, l->memory, 6, A_DIM, STR("MEM"));
	put(row, l->node, 16, A_DIM, STR("NODE"));
}

static struct str bytes_text(struct arena *a, double bytes)
{
	static const char units[] = "KMGTP";
	size_t unit = 0;

	for (bytes /= 1024; bytes >= 1000 && units[unit + 1]; unit++)
		bytes /= 1024;
	return str_fmt(a, bytes < 10 ? "%.1f%c" : "%.0f%c", bytes, units[unit]);
}

static void draw_row(struct view *v, const struct live_row *row, int at, bool is_chosen)
{
	const struct layout *l = &v->layout;
	struct arena *a = &v->scratch;
	struct str took = STR("");
	double now = (double)time(NULL);

	if (row->started > 0)
		took = duration_text(a,
				     (row->ended > row->started ? row->ended : now) - row->started);
	put(at, 0, 2, A_BOLD, is_chosen ? STR(">") : STR(" "));
	put(at, 1, 1, A_BOLD, row->is_marked ? STR("*") : STR(" "));
	put(at, l->name, l->name_columns, is_chosen ? A_BOLD : none, row->name);
	put(at, l->state, STATE_COLUMNS, attribute_of(row->tone), str_c(row->words));
	put_right(at, l->time, 7, none, took);
	put_right(at, l->restarts, 5, none, row->tries);
	if (row->cpu >= 0)
		put_right(at, l->cpu, 5, none, str_fmt(a, "%.0f%%", row->cpu));
	if (row->memory >= 0)
		put_right(at, l->memory, 6, none, bytes_text(a, row->memory));
	put(at, l->node, 16, none, row->nodes);
	/* What doesn't run uses nothing: there is room for why. */
	int remark = row->memory < 0 && l->cpu >= 0 ? l->cpu : l->remark;
	put(at, remark, COLS - remark, none, row->remark);
}

/* The chosen row is seen. */
static void scroll_list(struct view *v)
{
	uint32_t at = 0, rows = (uint32_t)v->layout.list_rows;

	while (at < v->n_shown && v->shown[at] != v->chosen)
		at++;
	if (at >= v->n_shown)
		at = 0;
	if (at < v->first)
		v->first = at;
	if (rows > 0 && at >= v->first + rows)
		v->first = at - rows + 1;
	if (v->first + rows > v->n_shown)
		v->first = v->n_shown > rows ? v->n_shown - rows : 0;
}

static void draw_list(struct view *v)
{
	scroll_list(v);
	for (uint32_t i = 0; (int)i < v->layout.list_rows && v->first + i < v->n_shown; i++) {
		uint32_t row = v->shown[v->first + i];

		draw_row(v, &v->model.rows.list.items[row], v->layout.list_row + (int)i,
			 row == v->chosen);
	}
	if (v->n_shown == 0)
		put(v->layout.list_row, 2, COLS - 2, A_DIM,
		    STR("no service is called so, or in that state"));
}

static void draw_foot(struct view *v)
{
	int row = v->layout.foot_row;

	if (v->prompt != PROMPT_NONE) {
		put(row, 0, COLS - 1, A_BOLD, str_fmt(&v->scratch, "%s%s", v->label, v->text));
		curs_set(1);
		return;
	}
	curs_set(0);
	if (v->message[0])
		put(row, 0, COLS, A_BOLD, str_c(v->message));
	else if (v->has_help)
		put(row, 0, COLS, A_DIM,
		    STR("up, down, page up, page down: all of it; any other key: back"));
	else if (v->model.is_over)
		put(row, 0, COLS, A_DIM,
		    STR("the job has ended: q ends  ? help  f find  / filter  enter whole screen"));
	else
		put(row, 0, COLS, A_DIM,
		    STR("? help  q end  / filter  o order  f find  enter whole screen  a all  d details"));
}

static void make_layout(struct view *v)
{
	struct layout_wish wish = {.rows = LINES,
				   .columns = COLS,
				   .services = (int)v->n_shown,
				   .is_zoomed = v->is_zoomed,
				   .has_details = view_has_details(v),
				   .has_usage = v->has_usage};

	for (uint32_t i = 0; i < v->model.rows.list.n; i++) {
		int columns = (int)utf8_columns(v->model.rows.list.items[i].name);

		wish.name_columns = columns > wish.name_columns ? columns : wish.name_columns;
	}
	v->layout = layout_make(&wish);
	if (v->layout.pane_columns > 0)
		pane_settle(&v->pane, (unsigned)v->layout.pane_columns,
			    (unsigned)v->layout.pane_rows);
}

void view_draw(struct view *v)
{
	arena_reset(&v->scratch);
	erase();
	if (v->has_help) {
		view_draw_help(v);
	} else {
		make_layout(v);
		draw_job(v);
		if (!v->is_zoomed) {
			draw_counts(v);
			draw_header(v);
			draw_list(v);
		}
		view_draw_log(v);
		view_draw_details(v);
	}
	draw_foot(v);
	refresh();
}
