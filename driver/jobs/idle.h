/* SPDX-License-Identifier: Apache-2.0 */
/* x-slurm.watchdog: a running job that holds its nodes without using them. */
#ifndef HPCC_DRIVER_JOBS_IDLE_H
#define HPCC_DRIVER_JOBS_IDLE_H

#include "driver/jobs/status.h"

/* A warning of what a live job's samples show, or the empty string. */
struct str idle_warning(struct invocation *inv, const struct job_view *view);

#endif
