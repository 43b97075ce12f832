/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lines of a drawing: one a service, or, where there are too many, one for several of like names that came to
 * the same. What goes by time on such a line is what most of them did.
 */
#ifndef HPCC_DRIVER_TALE_ROWS_H
#define HPCC_DRIVER_TALE_ROWS_H

#include "driver/tale/tale.h"

struct tale_row {
	struct str label;
	LIST(uint32_t) services;
	bool is_notable; /* something failed, or it is on the critical chain */
};

struct tale_rows {
	LIST(struct tale_row) list;
	uint32_t left_out; /* services that aren't on any line */
};

/* Of the services with a true flag (NULL: all); at most so many lines, of which notable ones come first. */
void tale_rows(const struct tale *t, const bool *is_wanted, uint32_t most, struct tale_rows *rows);

/* A piece of a line. */
struct tale_cell {
	enum tale_kind kind;
	bool is_failure;
};

/*
 * Cuts the job's time into n pieces of the same length. A piece shows what filled most of it; but waiting and
 * having ended only where they fill it all, so that nothing short is lost.
 */
void tale_cells(const struct tale *t, const struct tale_row *row, struct tale_cell *cells,
		uint32_t n);
/* The same of the job itself, or of one service. */
void tale_cells_of(const struct tale *t, const struct tale_service *s, struct tale_cell *cells,
		   uint32_t n);

/* The nice distance of the marks on a time axis that has room for so many: 1, 2, 5, 10 s, …, 1, 2, 5 min, … */
double tale_tick(double length, unsigned most);
/* "0", "0.2s", "90s" as 1m30s, "2h", "1d6h". */
struct str tale_tick_text(struct arena *a, double at);

#endif
