/* SPDX-License-Identifier: Apache-2.0 */
/* What the live view asks Slurm, which may take its time. */
#ifndef HPCC_DRIVER_LIVE_QUEUE_H
#define HPCC_DRIVER_LIVE_QUEUE_H

#include "driver/cluster/errand.h"
#include "driver/jobs/status.h"

struct live_queue {
	struct invocation *inv;
	const struct job_list *parts;
	struct errand errand;
	struct job_view *asked; /* the last answer */
	json_t *answer;         /* holds its texts */
};

void queue_init(struct live_queue *q, struct invocation *inv, const struct job_list *parts);
void queue_free(struct live_queue *q);

/* Begins to ask, what was asked before is forgotten. */
bool queue_ask(struct live_queue *q);

/* The answer, once; NULL: there is none yet. */
const struct job_view *queue_take(struct live_queue *q);

#endif
