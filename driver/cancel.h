/* SPDX-License-Identifier: Apache-2.0 */
/* Ending jobs. */
#ifndef HPCC_DRIVER_CANCEL_H
#define HPCC_DRIVER_CANCEL_H

#include "driver/jobs.h"

/* Asks the job to end: its supervisor stops the services in order. False after a message. */
bool job_cancel(struct invocation *inv, const struct job_files *job);

#endif
