/* SPDX-License-Identifier: Apache-2.0 */
/* Trials into the queue. */
#ifndef HPCC_DRIVER_SWEEP_SUBMIT_TRIALS_H
#define HPCC_DRIVER_SWEEP_SUBMIT_TRIALS_H

#include "driver/sweep/sweep.h"

/* Places of trials in a sweep. */
struct trial_places {
	LIST(uint32_t) list;
};

/* Compiles these trials; an exit code. */
int trials_check(struct invocation *inv, const char *path, const struct sweep_run *s,
		 const struct trial_places *which);

/* Compiles these trials, checks the environment and makes missing images. An exit code. */
int trials_prepare(struct invocation *inv, const char *path, const struct sweep_run *s,
		   const struct trial_places *which);

/* Submits these, in their order, in the sweep's form; *n counts those that are submitted. An exit code. */
int trials_submit(struct invocation *inv, const char *path, struct sweep_run *s,
		  const struct trial_places *which, uint32_t *n);

#endif
