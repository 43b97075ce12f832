/* SPDX-License-Identifier: Apache-2.0 */
/* hpcc watch in a terminal: a table of services and the end of one log, kept up to date. */
#ifndef HPCC_DRIVER_SCREEN_SCREEN_H
#define HPCC_DRIVER_SCREEN_SCREEN_H

#include "driver/jobs/jobs.h"

/* Shows the job until q is pressed or a signal comes. *status is the job's, when it has ended, and
   never 0 after a signal. False when the terminal can't do it. */
bool screen_watch(struct invocation *inv, struct job_files *job, int *status);

#endif
