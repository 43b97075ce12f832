/* SPDX-License-Identifier: Apache-2.0 */
/* Removing files of jobs that have ended. */
#ifndef HPCC_DRIVER_JOBS_REMOVE_H
#define HPCC_DRIVER_JOBS_REMOVE_H

#include "driver/jobs/jobs.h"

/* A folder of the user's own and all below it; links are removed, not followed, and what is
   mounted there stays. False with *why. */
bool folder_remove(struct arena *a, struct str path, struct str *why);

/* The job's root, if it shows that it is one, the batch log where hpcc puts it, and the record,
   with a line about it. False after a message. */
bool job_remove(struct invocation *inv, const struct job_files *job);

/* The roots and batch logs of elements of an array, and the links to them. */
bool elements_remove(struct invocation *inv, const struct job_list *elements);

#endif
