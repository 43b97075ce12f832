/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A job in a few lines for people, below its job line: what Slurm says in plain words, when it would start,
 * its time as a bar, its nodes, its services briefly, and what failed first.
 */
#ifndef HPCC_DRIVER_SCREEN_JOB_ACCOUNT_H
#define HPCC_DRIVER_SCREEN_JOB_ACCOUNT_H

#include "driver/screen/roster.h"

void print_job_account(struct invocation *inv, const struct job_view *view,
		       const struct style *style);

#endif
