/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why a job is as it is: what failed first, what it said last, what was stopped because of it, and what
 * Slurm says. Nothing is guessed: each sentence has the place where it was read.
 */
#ifndef HPCC_DRIVER_STORY_WHY_H
#define HPCC_DRIVER_STORY_WHY_H

#include "driver/jobs/status.h"
#include "driver/story/history.h"

struct why_line {
	const char *label; /* "cause", "log", "stopped", … */
	struct str text;   /* one line; of a log several */
	struct citation place;
};

struct why {
	LIST(struct why_line) lines; /* the first is the cause, or that there is none */
};

/* The account of one job, or of one element of an array. All of it is the arena's. */
void why_tell(struct invocation *inv, const struct job_view *view, struct why *why);

#endif
