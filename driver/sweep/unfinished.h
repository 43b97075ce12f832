/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Submissions that hpcc began and, having been killed, didn't note the end of. A line in submissions.jsonl says that
 * one began, and how the path of its script begins; that script lies there until the job is recorded, or refused.
 * So a record of that trial since then is its job; a script without one may have been submitted; else it wasn't.
 */
#ifndef HPCC_DRIVER_SWEEP_UNFINISHED_H
#define HPCC_DRIVER_SWEEP_UNFINISHED_H

#include "driver/sweep/sweep.h"

/* How the path of the script begins that is handed to sbatch; of all trials without t. */
struct str unfinished_script(struct compilation *c, const struct sweep_run *s,
			     const struct sweep_trial *t);

/* Finds the jobs of such trials, or says that they are uncertain. False after a message. */
bool unfinished_find(struct invocation *inv, struct sweep_run *s);

#endif
