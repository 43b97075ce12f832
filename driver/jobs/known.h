/* SPDX-License-Identifier: Apache-2.0 */
/* All jobs that are recorded here, with the elements of arrays and what is known of each. */
#ifndef HPCC_DRIVER_JOBS_KNOWN_H
#define HPCC_DRIVER_JOBS_KNOWN_H

#include "driver/jobs/elements.h"
#include "driver/jobs/status.h"

struct known_job {
	struct job_files job;
	struct job_list parts;  /* the job itself, or the elements of an array */
	struct job_view *views; /* of the parts */
};

struct known_jobs {
	LIST(struct known_job) list; /* oldest first */
	struct str queue_error;      /* Slurm didn't answer */
};

/* Slurm is asked for all of them at once. False after a message, as jobs_load. */
bool known_jobs_read(struct invocation *inv, bool asks_queue, struct known_jobs *all);

/* The job that the command line names, or the elements that it means; Slurm is asked. False after a
   message. */
bool known_job_find(struct invocation *inv, struct known_job *one);

/* Has what its services use at this moment measured, if it runs, and reads its state again once that is told; after
   two seconds the state is what it is. (measure.c) */
void job_measure(struct invocation *inv, struct known_job *one);
/* Has it measured, and doesn't wait for what comes of it. */
void job_measure_ask(struct invocation *inv, const struct known_job *one);

#endif
