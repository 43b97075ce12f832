/* SPDX-License-Identifier: Apache-2.0 */
/* The batch script's log: what Slurm and the script itself have said, before and behind the supervisor. */
#ifndef HPCC_DRIVER_STORY_BATCH_H
#define HPCC_DRIVER_STORY_BATCH_H

#include "driver/story/history.h"

/* Its last lines, at most n, as history_log_end tells them. */
struct str batch_log_end(struct arena *a, const struct job_files *job, unsigned n,
			 struct citation *place);

/* Which line of its set-up has ended the script, in words of its own, as its last n lines tell it. If none has, what
   was printed last, in *last. *place is where that stands. */
struct str batch_log_ender(struct arena *a, const struct job_files *job, unsigned n,
			   struct str *last, struct citation *place);

/* The first failure of a line of set-up that didn't end the job, and how many there were; empty without one. */
struct str batch_log_failure(struct arena *a, const struct job_files *job, unsigned *n,
			     struct citation *place);

#endif
