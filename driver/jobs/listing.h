/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of `hpcc jobs`, for thousands of jobs. What jobs came to that are over doesn't change, so
 * it is kept in one file beside the records, .hpc-compose/jobs/.past. A job is read again when its
 * record or its state is another file than before, or when Slurm has it again.
 */
#ifndef HPCC_DRIVER_JOBS_LISTING_H
#define HPCC_DRIVER_JOBS_LISTING_H

#include <sys/types.h>

#include "driver/invocation.h"

/* Tells a file from what was at its place before; all zero when there is none. */
struct file_sign {
	uint64_t inode, size, changed_ns;
};

struct listing_row {
	struct str id, word;
	struct str root;        /* of the job; empty for an array as a whole */
	struct file_sign state; /* of state.json */
	int64_t ms;             /* how long it ran; below 0 when that isn't known */
};

struct listing_job {
	struct str file; /* name of the record */
	struct file_sign record;
	uid_t owner; /* of the record */
	struct str name, cluster;
	uint64_t submitted_at;
	bool is_local;
	bool is_past;                  /* it is over, and all that could be learnt is known */
	LIST(struct listing_row) rows; /* one, or of an array the array and its elements */
};

struct listing {
	LIST(struct listing_job) jobs; /* oldest first */
	struct str queue_error;        /* Slurm didn't answer */
};

/* False after a message, as jobs_load. */
bool listing_read(struct invocation *inv, bool asks_queue, struct listing *all);

/* Jobs that were over when the file was written, by the names of their records. */
void past_read(struct invocation *inv, int folder, struct listing *past);
/* Keeps those of the listing that are past; without a word where that can't be done. */
void past_write(struct invocation *inv, struct str folder, const struct listing *all);

int listing_by_file(const void *x, const void *y);

#endif
