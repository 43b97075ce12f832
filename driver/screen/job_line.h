/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The line that says which job, or array of jobs, is spoken of.
 *
 *	job 4711 'train': RUNNING, 12m03s, on n[1-4], attempt 1
 *	job 4711 'train': RUNNING, 3 elements: 1 RUNNING, 2 COMPLETED; at most 2 at a time
 */
#ifndef HPCC_DRIVER_SCREEN_JOB_LINE_H
#define HPCC_DRIVER_SCREEN_JOB_LINE_H

#include <stdio.h>

#include "driver/jobs/status.h"
#include "driver/screen/style.h"

void print_job_line(struct invocation *inv, const struct job_view *view, const struct style *style);

void print_array_line(FILE *out, struct arena *a, const struct job_files *job,
		      const struct job_view *views, uint32_t n, const struct style *style);

/* The colour of a job's word. */
const char *style_of_job(const struct style *style, struct str word);

#endif
