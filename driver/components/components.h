/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Components of a heterogeneous job: to Slurm each of them is a job, 4711+1, with a number, a state and nodes of its
 * own. The first one has the job's number, and its script; it is what the job shows of itself.
 */
#ifndef HPCC_DRIVER_COMPONENTS_COMPONENTS_H
#define HPCC_DRIVER_COMPONENTS_COMPONENTS_H

#include "driver/jobs/status.h"
#include "driver/screen/style.h"

/* "  component workers (4712): RUNNING, on n[2-3]", one line each. */
void components_print(struct invocation *inv, const struct job_view *view,
		      const struct style *style);
/* A list of them; NULL where the job has none. */
json_t *components_json(struct arena *a, const struct job_view *view);

/* "4711,4712": the numbers of all components, or that of the job. */
struct str components_numbers(struct arena *a, const struct job_view *view);

#endif
