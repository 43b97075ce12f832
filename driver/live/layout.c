/* SPDX-License-Identifier: Apache-2.0 */
/* Shares a screen out. */
#include "driver/live/layout.h"

enum {
	HEAD_ROWS = 3,   /* job, counts, header of the list */
	ZOOMED_ROWS = 1, /* job */
	OTHER_ROWS = 2,  /* title of the pane, foot */
	LIST_LEAST = 3,
	NAME_LEAST = 7,
	DETAILS_COLUMNS = 56,
};

static int at_most(int x, int most)
{
	return x < most ? x : most;
}

static int at_least(int x, int least)
{
	return x > least ? x : least;
}

/* The next column, `width` wide; below 0 when it doesn't fit. */
static int place(int *next, int width, int columns)
{
	int at = *next;

	if (at + width > columns)
		return -1;
	*next += width + 2;
	return at;
}

static void place_columns(struct layout *l, const struct layout_wish *wish)
{
	int columns = wish->columns, next = 2;

	l->name_columns = at_most(at_least(wish->name_columns, NAME_LEAST),
				  at_least(columns / 4, NAME_LEAST));
	l->name = place(&next, l->name_columns, columns);
	l->state = place(&next, STATE_COLUMNS, columns);
	l->time = place(&next, 7, columns);
	l->restarts = place(&next, 5, columns);
	l->cpu = wish->has_usage ? place(&next, 5, columns) : -1;
	l->memory = wish->has_usage ? place(&next, 6, columns) : -1;
	l->node = columns >= LAYOUT_WIDE ? place(&next, 16, columns) : -1;
	l->remark = place(&next, 1, columns);
}

struct layout layout_make(const struct layout_wish *wish)
{
	struct layout l = {.details_column = -1};
	int room = at_least(wish->rows - HEAD_ROWS - OTHER_ROWS, 0);

	if (wish->is_zoomed) {
		l.list_row = ZOOMED_ROWS;
		l.list_rows = 0;
	} else {
		l.list_row = HEAD_ROWS;
		int most = at_least(room * 2 / 5, at_most(LIST_LEAST, room / 2));
		l.list_rows = at_most(at_least(wish->services, 1), most);
	}
	l.title_row = l.list_row + l.list_rows;
	l.pane_row = l.title_row + 1;
	l.foot_row = at_least(wish->rows - 1, 0);
	l.pane_rows = at_least(l.foot_row - l.pane_row, 0);
	l.pane_columns = wish->columns;
	if (wish->has_details && wish->columns >= LAYOUT_WIDE) {
		l.details_columns = at_most(DETAILS_COLUMNS, wish->columns / 2);
		l.details_column = wish->columns - l.details_columns;
		l.pane_columns = l.details_column - 2;
	} else if (wish->has_details) {
		l.details_column = 0;
		l.details_columns = wish->columns;
		l.pane_columns = 0;
	}
	place_columns(&l, wish);
	return l;
}
