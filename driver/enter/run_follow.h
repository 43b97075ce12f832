/* SPDX-License-Identifier: Apache-2.0 */
/* What a command puts out that runs as a job of its own, and its end. */
#ifndef HPCC_DRIVER_ENTER_RUN_FOLLOW_H
#define HPCC_DRIVER_ENTER_RUN_FOLLOW_H

#include <sys/types.h>

#include "driver/jobs/jobs.h"

/*
 * Puts out the log of the job's one service, byte for byte, until the job ends, whose status is the result. `pid` is
 * its process, a child of ours, or 0 of a job of Slurm's. Ctrl-C, TERM and HUP ask it to end: the status is never 0
 * then; a second one leaves it, or ends the process at once.
 */
int run_follow(struct invocation *inv, const struct job_files *job, pid_t pid, bool is_inside);

#endif
