/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list of services as it is shown: which, in what order, how many of each kind. Pure.
 *
 *	1 failed, 3 waiting, 46 ready of 50
 */
#ifndef HPCC_DRIVER_LIVE_ROWS_H
#define HPCC_DRIVER_LIVE_ROWS_H

#include "ir/support/arena.h"
#include "ir/support/str.h"

enum row_tone {
	ROW_DIM,
	ROW_GOOD,
	ROW_BUSY,
	ROW_BAD
};

struct live_row {
	struct str name;     /* the element of an array before it */
	struct str own_name; /* in the job */
	struct str token;
	uint32_t part;  /* of the job: an array's element */
	bool is_marked; /* its log is to be shown with those of others */

	/* What follows is of the last look. */
	const char *words, *family; /* of its state, as hpcc ps has them */
	unsigned rank;              /* of the family: what asks for attention first is 0 */
	enum row_tone tone;
	struct str tries, nodes, remark;
	double started, ended; /* seconds since 1970, or 0 */
	uint64_t restarts;
	double cpu;    /* per cent of one core; below 0: not known */
	double memory; /* bytes; below 0: not known */
	uint64_t launches;
	double cpu_seconds, cpu_at; /* of the last measurement */
};

struct live_rows {
	LIST(struct live_row) list;
};

enum row_order {
	BY_PLAN, /* as they start */
	BY_STATE,
	BY_NAME,
	BY_TIME,
	BY_RESTARTS,
	BY_CPU,
	BY_MEMORY,
	ROW_ORDERS
};
const char *row_order_name(enum row_order order);

/* Each word of the filter is part of the name, or begins what the state is called; whatever the case. */
bool row_matches(const struct live_row *row, struct str filter);

/* Numbers of the rows that are shown, in their order; `shown` has room for all. */
uint32_t rows_arrange(const struct live_rows *rows, struct str filter, enum row_order order,
		      uint32_t *shown);

struct str rows_count_text(struct arena *a, const struct live_rows *rows);

#endif
