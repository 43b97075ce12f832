/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An array as a table: for people, and as JSON and CSV.
 *
 *	job 4711 'sweep': RUNNING, 300 elements: 5 COMPLETED, 1 FAILED, 4 RUNNING, 290 PENDING; at most 4 at a time
 *	ELEMENT         N    STATE      EXIT  FOR    NODE  WHY
 *	4711_[0-2,4-5]  5    COMPLETED  -
 *	4711_3          1    FAILED     4     12.1s  n2    'client' app-exit 4
 *	4711_[6-9]      4    RUNNING    -
 *	4711_[10-299]   290  PENDING    -                  JobArrayTaskLimit
 *	first failure: 4711_3, 'client' app-exit 4; more: hpcc why 4711_3
 */
#ifndef HPCC_DRIVER_ARRAY_TABLE_H
#define HPCC_DRIVER_ARRAY_TABLE_H

#include <stdio.h>

#include "driver/array/rows.h"
#include "driver/screen/style.h"

/* The rows, and what failed first. */
void array_print(struct invocation *inv, FILE *out, const struct job_view *views, uint32_t n,
		 const struct style *style);

/* A line for each job, or element. */
void array_print_csv(struct invocation *inv, const struct job_view *views, uint32_t n);

/* Members of an array's JSON: `counts`, `throttle` and `first_failure`. */
void array_add_json(struct invocation *inv, json_t *all, const struct job_files *job,
		    const struct job_view *views, uint32_t n);

#endif
