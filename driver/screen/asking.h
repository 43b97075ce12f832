/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When the queue is asked about jobs that are watched for hours: rarely, more rarely while it doesn't answer, soon when
 * a job says that it has ended.
 */
#ifndef HPCC_DRIVER_SCREEN_ASKING_H
#define HPCC_DRIVER_SCREEN_ASKING_H

#include "driver/jobs/status.h"

struct asking {
	uint64_t next; /* by clock_ns */
	unsigned missing, silent;
};

bool asking_is_due(const struct asking *asking);

/*
 * After the views were read, with the queue if it was asked: an answer that is missing, or comes again, is told, and
 * the time of the next question is set. True when all jobs are over, or nobody knows them any more; that is for the
 * queue to say, but of a local job.
 */
bool asking_take(struct asking *asking, const struct job_view *views, uint32_t n, bool has_asked,
		 bool is_running);

#endif
