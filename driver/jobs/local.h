/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs on this machine, without Slurm. */
#ifndef HPCC_DRIVER_JOBS_LOCAL_H
#define HPCC_DRIVER_JOBS_LOCAL_H

#include "driver/invocation.h"

/* hpcc up --local: compiles, runs, shows, and ends with the job's status. */
int local_up(struct invocation *inv);

#endif
