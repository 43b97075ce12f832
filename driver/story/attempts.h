/* SPDX-License-Identifier: Apache-2.0 */
/* Attempts of a job with `resume`: each has a folder of its own, and the job's root has links to the newest. */
#ifndef HPCC_DRIVER_STORY_ATTEMPTS_H
#define HPCC_DRIVER_STORY_ATTEMPTS_H

#include "driver/jobs/jobs.h"

/* The number of the newest one, whose files are in the job's root; 0 where attempts have no folders. */
uint64_t newest_attempt(struct invocation *inv, const struct job_files *part);

/* "attempts/0/", below the job's root. */
struct str attempt_folder(struct arena *a, uint64_t attempt);

#endif
