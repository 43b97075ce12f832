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

/* After the views were read and the queue asked: an answer that is missing, or comes again, is told. */
void asking_note(struct asking *asking, const struct job_view *views, uint32_t n);

/* All are over, or nobody knows them any more. Looked at after each answer of the queue. */
bool asking_is_past(struct asking *asking, const struct job_view *views, uint32_t n);

/* Sets the next time, after an answer or when it has come nearer. */
void asking_plan(struct asking *asking, const struct job_view *views, uint32_t n, bool has_asked,
		 bool is_running);

#endif
