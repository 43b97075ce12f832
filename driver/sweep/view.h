/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of the trials of a sweep: the jobs that run them, and how far they are. */
#ifndef HPCC_DRIVER_SWEEP_VIEW_H
#define HPCC_DRIVER_SWEEP_VIEW_H

#include "driver/jobs/status.h"
#include "driver/sweep/sweep.h"

enum trial_state {
	TRIAL_UNSUBMITTED,
	TRIAL_PENDING,
	TRIAL_RUNNING,
	TRIAL_DONE,
	TRIAL_FAILED,
	TRIAL_UNKNOWN, /* its job's files are gone, or Slurm doesn't answer */
	N_TRIAL_STATES
};
/* "unsubmitted", "pending", … */
extern const char *const trial_state_words[];

struct trial_view {
	const struct sweep_trial *trial;
	const struct job_view *job; /* NULL: there is none, or nothing is known of it */
	enum trial_state state;
	struct str word; /* of the job, as hpcc status has it; or empty */
};

struct sweep_view {
	struct job_list jobs;      /* of trials, elements of arrays each by itself */
	struct job_view *views;    /* of these */
	struct trial_view *trials; /* in the order of the sweep */
	uint32_t counts[N_TRIAL_STATES];
	const struct trial_view *failed_first; /* of a packed sweep; NULL: none has */
};

/* Slurm is asked once; jobs that no line tells of are looked for first. False after a message. */
bool sweep_view_read(struct invocation *inv, struct sweep_run *s, struct sweep_view *v);

#endif
