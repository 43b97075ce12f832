/* SPDX-License-Identifier: Apache-2.0 */
/* Ending jobs. */
#ifndef HPCC_DRIVER_JOBS_CANCEL_H
#define HPCC_DRIVER_JOBS_CANCEL_H

#include "driver/jobs/jobs.h"

/* Asks a job, or elements of one array, to end: their supervisors stop the services in order.
   *n_asked counts those that hadn't ended before. False after a message. */
bool jobs_cancel(struct invocation *inv, const struct job_list *jobs, uint32_t *n_asked);

#endif
