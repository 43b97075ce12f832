/* SPDX-License-Identifier: Apache-2.0 */
/* Following a job until it ends. */
#ifndef HPCC_DRIVER_SCREEN_WATCH_H
#define HPCC_DRIVER_SCREEN_WATCH_H

#include <stdio.h>

#include "driver/jobs/jobs.h"

/*
 * Shows the job, or these elements of an array, until all have ended; the result is their status. In a terminal that is
 * the live view, unless lines are wished for; `out` gets what is said beside it.
 * With is_ours the first Ctrl-C, TERM or HUP cancels them gracefully, and the second stops
 * watching; else the first one does that. The result is never 0 after a signal.
 */
int watch_jobs(struct invocation *inv, const struct job_files *job, const struct job_list *parts,
	       bool is_ours, FILE *out);

#endif
