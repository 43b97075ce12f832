/* SPDX-License-Identifier: Apache-2.0 */
/* From a spec to a job in the queue. */
#ifndef HPCC_DRIVER_CLUSTER_SUBMIT_H
#define HPCC_DRIVER_CLUSTER_SUBMIT_H

#include "driver/jobs/jobs.h"

/* Preflight, preparation, compilation, sbatch, record. EXIT_OK with *job filled; signals are then
   held back (driver/interrupt.h), so that what follows is their first. */
int submit_spec(struct invocation *inv, struct job_files *job);

/* How it is handed over, where that isn't just as it was compiled. */
struct submission {
	struct str script;  /* instead of the compiled one */
	struct str indices; /* it is an array of these elements: "0-9%4" */
	struct str prefix;  /* how the script's path begins until the job is recorded; or empty */
};

/* The same of what was compiled, checked and prepared before; `as` may be NULL. */
int submit_compiled(struct compilation *c, const struct submission *as, struct job_files *job);

#endif
