/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The live view of hpcc up and hpcc watch: services, their logs, keys.
 *
 *	keys ─► acts ─► struct live ─► draw
 *	files, queue ─► model, pane ──┘
 */
#ifndef HPCC_DRIVER_LIVE_LIVE_H
#define HPCC_DRIVER_LIVE_LIVE_H

#include <sys/types.h>

#include "driver/jobs/jobs.h"

struct live_job {
	const struct job_files *job;
	const struct job_list *parts;
	bool is_ours; /* the first Ctrl-C cancels it, and its end is the view's */
	pid_t child;  /* runs a local job that is ours, or 0 */
};

struct live_end {
	bool is_over; /* the job, not the view alone */
	bool is_gone; /* the terminal */
	int status;   /* of the child, when it is over */
	int signal;   /* the first that came, or 0 */
};

/* The view can be had, and is wanted. */
bool live_is_wanted(const struct invocation *inv, const struct job_list *parts);

/* Shows the job until it ends, a key ends the view, a signal does, or the terminal is gone. False when the terminal
   can't do it. */
bool live_view(struct invocation *inv, const struct live_job *job, struct live_end *end);

#endif
