/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A line of a log as the characters that a terminal would show: colours are kept as looks, and nothing else
 * of what a terminal would act upon. A line in which a program went back to its begin shows what was written last.
 *
 *	"10%\r20%"		20%
 *	"\x1b[31mred\x1b[2J"	red, in red
 */
#ifndef HPCC_DRIVER_LIVE_LOG_CELLS_H
#define HPCC_DRIVER_LIVE_LOG_CELLS_H

#include "ir/support/arena.h"
#include "ir/support/str.h"

enum {
	LOOK_BOLD = 1,
	LOOK_DIM = 2,
	LOOK_UNDERLINE = 4,
	LOOK_REVERSE = 8,
	LOOK_FOUND = 16, /* by a search */
	LOOK_COLORS = 8,
	LOOK_OWN = LOOK_COLORS /* the colour that the terminal has without one */
};

struct look {
	unsigned char attributes;
	unsigned char front, back; /* one of eight, or LOOK_OWN */
};
#define LOOK_PLAIN ((struct look){0, LOOK_OWN, LOOK_OWN})

struct cell {
	uint32_t code;       /* visible */
	unsigned char width; /* 0 joins the one before */
	struct look look;
};

struct cells {
	LIST(struct cell) list;
};

/* Adds the characters of a line behind those that are there. */
void cells_add_line(struct arena *a, struct cells *cells, struct str line);

/* Adds a text of ours in one look. */
void cells_add(struct arena *a, struct cells *cells, struct str text, struct look look);

unsigned cells_columns(const struct cells *cells, uint32_t from, uint32_t to);

/*
 * The text occurs in the cells from `from` on: its place, or cells->list.n. A text without capitals is found
 * whatever the case.
 */
uint32_t cells_find(const struct cells *cells, struct str text, uint32_t from);

/* Marks every place where it occurs as found. */
void cells_mark(struct cells *cells, struct str text, uint32_t from);

#endif
