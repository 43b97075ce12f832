/* SPDX-License-Identifier: Apache-2.0 */
/* Following a job until it ends. */
#ifndef HPCC_DRIVER_WATCH_H
#define HPCC_DRIVER_WATCH_H

#include "driver/jobs.h"

/* Shows the job until it ends. With is_ours, Ctrl-C cancels it gracefully, and the job's status
   is the result; else Ctrl-C only stops watching. */
int watch_job(struct invocation *inv, const struct job_files *job, bool is_ours);

#endif
