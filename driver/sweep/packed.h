/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A packed sweep: all trials in one allocation, started by hpcc-rt as CPUs, GPUs and memory come free
 * (docs/packed-sweeps.md). Each is compiled for the local scheduler, since it needs no step of Slurm.
 *
 *	trials.table	a row a trial
 *	trials.jsonl	what has become of them, by hpcc-rt
 *	trials/<trial>/	script, log and marks of the trial, and the files of its job
 */
#ifndef HPCC_DRIVER_SWEEP_PACKED_H
#define HPCC_DRIVER_SWEEP_PACKED_H

#include "driver/sweep/view.h"

/* Whether the first trial can run so. An exit code, after a message. */
int packed_check(struct invocation *inv, const char *path, const struct sweep_run *s);

/* Writes the table and the scripts of all trials; *script is that of their job, with that head. c: one of them, as the
   job's directives have it. An exit code. */
int packed_script(struct compilation *c, const char *path, const struct sweep_run *s,
		  struct str head, struct str *script);

/* What the runner says of the trials, in views that have their jobs. */
void packed_view_read(struct invocation *inv, const struct sweep_run *s, struct sweep_view *v);

#endif
