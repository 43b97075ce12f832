/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The elements of an array in few rows: each by itself, or, of many, those together of which the same is to be
 * said.
 *
 *	4711_7		FAILED, 'client' app-exit 4
 *	4711_[0-6,9]	COMPLETED
 */
#ifndef HPCC_DRIVER_ARRAY_ROWS_H
#define HPCC_DRIVER_ARRAY_ROWS_H

#include "driver/invocation.h"
#include "driver/jobs/indices.h"
#include "driver/jobs/status.h"

enum {
	ARRAY_ROWS_EACH = 24 /* of so many elements each has a row of its own */
};

struct array_row {
	const struct job_view *view; /* of the first of them */
	struct indices indices;
	struct str word;  /* PENDING, FAILED, … */
	int status;       /* 0, and while it isn't over */
	struct str about; /* why it waits, what failed; or empty */
};

struct array_rows {
	LIST(struct array_row) list; /* by the first index of each */
};

void array_rows_make(struct invocation *inv, const struct job_view *views, uint32_t n,
		     struct array_rows *rows);

/* "4711_[0-6,9]" */
struct str array_id(struct arena *a, struct str base, const struct indices *indices);

/* The same of a row, or "4711_7". */
struct str array_row_id(struct arena *a, const struct array_row *row);

/* How many elements are called what, in the order in which the words come. */
struct array_count {
	struct str word;
	uint32_t n;
};
struct array_counts {
	LIST(struct array_count) list;
};
void array_counts_make(struct arena *a, const struct job_view *views, uint32_t n,
		       struct array_counts *counts);

/* So many elements may run at the same time ("0-299%4"); 0: any number. */
uint64_t array_throttle(const struct job_files *job);

/* Which service of the job failed first, and how: "'client' app-exit 4"; of a job that failed without one what
   is known of it, or nothing. With *service, or an empty one. */
struct str array_failure(struct invocation *inv, const struct job_view *view, struct str *service);

#endif
