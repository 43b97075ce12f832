/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A step of one task in a job that runs, which shares what the job has and takes nothing from others:
 *
 *	srun --jobid=4711 --overlap --mem=0 --nodes=1 --ntasks=1 --nodelist=n2 …
 */
#ifndef HPCC_DRIVER_ENTER_STEP_CALL_H
#define HPCC_DRIVER_ENTER_STEP_CALL_H

#include "driver/jobs/jobs.h"

struct step_call {
	struct invocation *inv;
	LIST(const char *) argv;
	LIST(const char *) env; /* NAME alone: taken away */
};

void step_put(struct step_call *c, const char *word);
/* The words up to the program's own, and what has to go from the environment: of another allocation that we may
   be in, or of a profile. `service` is one that runs there, in the state: a job with
   components starts steps in one of them. The step is called `hpc-compose:NAME`. */
void step_begin(struct step_call *c, const struct job_files *job, const json_t *service,
		struct str node, const char *name);

#endif
