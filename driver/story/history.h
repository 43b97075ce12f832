/* SPDX-License-Identifier: Apache-2.0 */
/* What has happened in a job, from the first event to the last, each with its place in a file. */
#ifndef HPCC_DRIVER_STORY_HISTORY_H
#define HPCC_DRIVER_STORY_HISTORY_H

#include "driver/jobs/jobs.h"

/* A line of a file of the job. */
struct citation {
	struct str
		file; /* below the job's folder, absolute elsewhere, or what else said it: "sacct"; empty: none */
	uint64_t from, to; /* lines, from 1; 0 where there are none */
};

/* Takes one event, which lives for the call alone; the place stays. */
typedef void history_taker(void *context, const json_t *event, struct citation place);

/* Reads all events of the job, oldest first. False with *why, and errno as job_open,
   when there are none to read. */
bool history_read(struct invocation *inv, const struct job_files *job, history_taker *take,
		  void *context, struct str *why);

/* The last lines of an open log, at most n, and where they stand in the file of that name; a null
   string without a log (fd is -1). Closes it. */
struct str history_log_end(struct arena *a, int fd, struct str file, unsigned n,
			   struct citation *place);

#endif
