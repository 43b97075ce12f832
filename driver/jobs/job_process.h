/* SPDX-License-Identifier: Apache-2.0 */
/* The process that runs a local job's script. */
#ifndef HPCC_DRIVER_JOBS_JOB_PROCESS_H
#define HPCC_DRIVER_JOBS_JOB_PROCESS_H

#include <sys/types.h>

#include "driver/jobs/jobs.h"

/* When a process started, in ticks since the boot; 0 when it isn't known. */
uint64_t process_start(pid_t pid);

/* The local job's process is there, and it is the one that was started. */
bool local_job_is_alive(const struct job_files *job);

/* Sends it a signal; false when it isn't there any more. */
bool local_job_signal(const struct job_files *job, int number);

#endif
