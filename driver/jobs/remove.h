/* SPDX-License-Identifier: Apache-2.0 */
/* Removing files of jobs that have ended. */
#ifndef HPCC_DRIVER_JOBS_REMOVE_H
#define HPCC_DRIVER_JOBS_REMOVE_H

#include "driver/jobs/jobs.h"

/* A folder of the user's own and all below it; links are removed, not followed, and what is
   mounted there stays. False with *why. */
bool folder_remove(struct arena *a, struct str path, struct str *why);

/* What was removed, for one line about it. */
struct removed {
	LIST(struct str) ids;
	struct str root;       /* of the last one */
	LIST(struct str) stay; /* batch logs that the spec put elsewhere: the user's files */
};

/* The roots of its parts, if they show that they are a job's, the batch logs where hpcc puts them, the links
   to elements of an array, and the record, unless some of the elements alone are meant. False after a message. */
bool job_remove(struct invocation *inv, const struct job_files *job, const struct job_list *parts,
		struct removed *removed);

/* "removed jobs 4711, 4712 and 7 more", "removed job 4711: /home/me/.hpc-compose/4711", without a line end. */
void removed_print(struct arena *a, const char *what, const struct removed *removed);

#endif
