/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list of services as it is shown: which, in what order, how many of each kind. Pure.
 *
 *	12 ready, 3 waiting, 1 failed of 50
 */
#ifndef HPCC_DRIVER_LIVE_ROWS_H
#define HPCC_DRIVER_LIVE_ROWS_H

#include "ir/support/arena.h"
#include "ir/support/str.h"

/* In the order of counts; sorted by state, what needs a look comes first. */
enum row_kind {
	ROW_READY,
	ROW_RUNNING,
	ROW_STARTING,
	ROW_STOPPING,
	ROW_BACKOFF,
	ROW_WAITING,
	ROW_COMPLETED, /* or stopped by the job, as it should be */
	ROW_SKIPPED,
	ROW_FAILED,
	ROW_KINDS
};

struct live_row {
	struct str name;
	struct str token;
	uint32_t part;   /* of the job: an array's element */
	uint32_t number; /* in the list of the state */
	bool is_marked;  /* its log is to be shown with those of others */

	/* What follows is of the last look. */
	enum row_kind kind;
	struct str state, remark, nodes;
	double started, ended; /* seconds since 1970, or 0 */
	uint64_t restarts, max_restarts;
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
const char *row_kind_name(enum row_kind kind);

/* What the state file says of a service. */
enum row_kind row_kind_of(struct str state, struct str verdict);

/* Each word of the filter is part of the name, or begins the name of the kind; whatever the case. */
bool row_matches(const struct live_row *row, struct str filter);

/* Numbers of the rows that are shown, in their order; `shown` has room for all. */
uint32_t rows_arrange(const struct live_rows *rows, struct str filter, enum row_order order,
		      uint32_t *shown);

struct str rows_count_text(struct arena *a, const struct live_rows *rows);

#endif
