/* SPDX-License-Identifier: Apache-2.0 */
/* What the live view knows of a job: its services from the state files, what happened, what the queue says. */
#ifndef HPCC_DRIVER_LIVE_MODEL_H
#define HPCC_DRIVER_LIVE_MODEL_H

#include <sys/stat.h>

#include "driver/jobs/status.h"
#include "driver/live/queue.h"
#include "driver/live/rows.h"
#include "driver/screen/asking.h"
#include "driver/screen/follow.h"
#include "driver/screen/roster.h"

struct model {
	struct invocation *inv;
	const struct job_files *job;  /* as it was named */
	const struct job_list *parts; /* the job itself, or the elements of an array */
	struct job_view *views;
	struct arena scratch; /* of the last look at the states */
	struct arena moment;
	struct live_rows rows;
	struct roster roster; /* as of the last look */
	struct asking asking;
	struct live_queue queue;
	struct errand measuring;
	uint64_t asked_at; /* by clock_ns, what isn't answered yet */
	struct stat *seen; /* the states' files at the last look */
	uint64_t next_look, next_measure;
	unsigned measured; /* how often it was asked */
	struct follow *follows;
	FILE *events; /* as lines for people; in memory */
	bool is_over;
};

void model_begin(struct model *m, struct invocation *inv, const struct job_files *job,
		 const struct job_list *parts);
void model_end(struct model *m);

/* Looks at the job's files, and at times at the queue. True when something is another thing now. */
bool model_look(struct model *m);

/* What the queue is being asked is of no interest any more, but what it says from here on. */
void model_ask_anew(struct model *m);

/* Readable when there is an answer of the queue; -1: none is awaited. */
int model_queue_fd(const struct model *m);

/* For so many seconds the queue hasn't answered; 0: it has, or isn't asked. */
unsigned model_silence(const struct model *m);

/* Has it measured what services use, when it is time to: an answer comes with the states. */
void model_measure(struct model *m);

/* What was said of a row at the last look; NULL: nothing. */
const struct roster_row *model_said(const struct model *m, uint32_t row);

/* One word for the job, and the seconds that it has run; below 0 when that isn't known. */
struct str model_word(const struct model *m);
double model_seconds(const struct model *m);

#endif
