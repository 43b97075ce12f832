/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs on this machine, without Slurm. */
#ifndef HPCC_DRIVER_JOBS_LOCAL_H
#define HPCC_DRIVER_JOBS_LOCAL_H

#include <sys/types.h>

#include "driver/jobs/jobs.h"

/* hpcc up --local: compiles, runs, shows, and ends with the job's status. */
int local_up(struct invocation *inv);

/* What the job's script is started behind, ended by NULL; and variables as in struct child_call. */
struct local_launcher {
	const char *const *argv, *const *env;
	struct str inside; /* the job of Slurm that it runs in, on whatever node; or empty */
};

/*
 * Compiles, looks for what is needed (not inside of a job, on another machine), and starts the job: its process, which
 * ends with hpcc unless it is detached; `launcher` may be NULL. 0 with an exit code, after a message.
 */
pid_t local_start(struct compilation *c, struct invocation *inv,
		  const struct local_launcher *launcher, struct job_files *job, int *status);

#endif
