/* SPDX-License-Identifier: Apache-2.0 */
/* What hpcc sweep does, by its first word (driver/sweep/cmd_sweep.c). */
#ifndef HPCC_DRIVER_SWEEP_ACTIONS_H
#define HPCC_DRIVER_SWEEP_ACTIONS_H

#include "driver/sweep/sweep.h"

int sweep_plan(struct invocation *inv);
int sweep_submit(struct invocation *inv);
int sweep_status(struct invocation *inv);
int sweep_results(struct invocation *inv);
int sweep_stop(struct invocation *inv);
int sweep_resume(struct invocation *inv);

/* Compiles the spec that the command line names, and names the sweep in it; with is_submission R163 and R164
   hold. EXIT_OK with *path of the spec. */
int sweep_begin(struct compilation *c, struct invocation *inv, bool is_submission,
		const char **path);

/* Compiles a trial; what is wrong with it is told, advice only with tells_all. */
int sweep_check(struct compilation *c, struct invocation *inv, const char *path,
		const struct sweep_run *s, const struct sweep_trial *t, bool tells_all);

#endif
