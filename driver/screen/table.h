/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table for people, as wide as there is room for: columns without a word are left out, wide ones are
 * narrowed, and what is said of a row stands behind it or, where it doesn't fit, on lines of its own.
 *
 *	SERVICE  STATE    NODE
 *	store    ready    n1
 *	worker   waiting  -     for store (healthy)
 */
#ifndef HPCC_DRIVER_SCREEN_TABLE_H
#define HPCC_DRIVER_SCREEN_TABLE_H

#include <stdio.h>

#include "ir/support/arena.h"
#include "ir/support/str.h"

struct style;

struct table_column {
	const char *name;
	unsigned least; /* columns of a terminal that it is never narrowed below */
	bool is_right;  /* numbers */
};

struct table_row {
	struct str *cells; /* one a column; an empty one is shown as "-" */
	const char *color; /* of the column `colored`, or "" */
	struct str note;   /* or empty */
};

struct table {
	struct arena *arena;
	const struct table_column *columns;
	size_t n;
	size_t colored; /* the column that has the row's color */
	const struct style *style;
	const char *note_name; /* heading of the notes */
	LIST(struct table_row) rows;
};

/* One more row, with empty cells. */
struct table_row *table_add(struct table *t);

/* In lines of at most `width` columns; 0: as long as they are. */
void table_print(FILE *out, const struct table *t, unsigned width);

/* Visible, and in at most that many columns: what doesn't fit is an ellipsis. */
struct str text_fitted(struct arena *a, struct str text, unsigned columns);

/* As lines of at most `width` columns (0: one line), broken at blanks, each behind `indent` blanks; the first
   begins where it is, `used` columns of its line being written already. */
void print_wrapped(FILE *out, struct arena *a, struct str text, unsigned used, unsigned indent,
		   unsigned width);

/* Columns of what `out` leads to: COLUMNS of the environment, else the terminal's; 0: no limit. */
unsigned screen_width(FILE *out);

#endif
