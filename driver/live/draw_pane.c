/* SPDX-License-Identifier: Apache-2.0 */
/* Draws the lower half of the live view: lines of logs, or details of a service; and the help. */
#include <curses.h>

#include "driver/live/paint.h"
#include "driver/live/view.h"
#include "driver/live/log/wrap.h"

static const char *title_of(const struct view *v, struct arena *a)
{
	const struct pane *pane = &v->pane;

	if (pane->books.n == 0)
		return "no log";
	if (pane->books.n == 1)
		return str_to_c(a, pane->books.items[0].name);
	return str_fmt(a, "%u logs", pane->books.n).ptr;
}

static void draw_title(struct view *v)
{
	const struct pane *pane = &v->pane;
	struct arena *a = &v->scratch;
	uint32_t last = pane->scroll.line + pane->rows;
	struct str text =
		str_fmt(a, " %s  %u-%u of %u%s%s%s%s ", title_of(v, a),
			pane->lines.n > 0 ? pane->scroll.line + 1 : 0,
			last < pane->lines.n ? last : pane->lines.n, pane->lines.n,
			pane->scroll.follows ? "  follows" : "", pane->wraps ? "" : "  cut",
			pane->needle[0] ? "  find: " : "", pane->needle);

	attron(A_DIM);
	mvhline(v->layout.title_row, 0, ACS_HLINE, COLS);
	attroff(A_DIM);
	move(v->layout.title_row, 2);
	paint_text(text, COLS - 2);
}

/* The rows of a line from `row` of it on; how many were drawn. */
static int draw_line(struct view *v, uint32_t line, unsigned row, int at, int most)
{
	struct pane *pane = &v->pane;
	int columns = v->layout.pane_columns, drawn = 0;
	struct cells cells;
	uint32_t name_end;

	pane_line(pane, line, &cells, &name_end);
	if (!pane->wraps) {
		move(at, 0);
		int used = paint_cells(&cells, 0, name_end, columns);
		paint_cells(&cells, wrap_skip(&cells, name_end, pane->left), cells.list.n,
			    columns - used);
		return 1;
	}
	uint32_t from = wrap_begin(&cells, row, (unsigned)columns);
	do {
		uint32_t to = wrap_end(&cells, from, (unsigned)columns);

		move(at + drawn++, 0);
		paint_cells(&cells, from, to, columns);
		from = to;
	} while (from < cells.list.n && drawn < most);
	return drawn;
}

void view_draw_log(struct view *v)
{
	const struct layout *l = &v->layout;
	const struct pane *pane = &v->pane;
	uint32_t line = pane->scroll.line;
	unsigned row = pane->scroll.row;

	if (l->title_row >= LINES)
		return;
	draw_title(v);
	for (int drawn = 0; l->pane_columns > 0 && drawn < l->pane_rows && line < pane->lines.n;
	     line++) {
		drawn += draw_line(v, line, row, l->pane_row + drawn, l->pane_rows - drawn);
		row = 0;
	}
}

/* A line of the help, in rows of its own. */
static int help_line(const struct key_row *row, int at, unsigned columns)
{
	if (row->section) {
		attron(A_BOLD);
		mvaddstr(at, 0, row->section);
		attroff(A_BOLD);
		return 1;
	}
	move(at, 2);
	paint_text(str_c(row->shown), 14);
	move(at, 18);
	paint_text(str_c(row->what), (int)columns - 18);
	return 1;
}

void view_draw_help(struct view *v)
{
	size_t most = n_key_rows > (size_t)(LINES - 1) ? n_key_rows - (size_t)(LINES - 1) : 0;

	v->layout.foot_row = LINES - 1;
	if (v->help_top > most)
		v->help_top = (unsigned)most;
	for (int at = 0; at < LINES - 1 && v->help_top + (size_t)at < n_key_rows; at++)
		help_line(&key_rows[v->help_top + (size_t)at], at, (unsigned)COLS);
}
