/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of a job, as JSON for programs. */
#ifndef HPCC_DRIVER_JOBS_REPORT_JOB_H
#define HPCC_DRIVER_JOBS_REPORT_JOB_H

#include "driver/json.h"
#include "driver/jobs/status.h"

/* A job; of an array, when it is meant as a whole or several of its elements are, an object whose
   "elements" are such jobs. */
json_t *job_views_json(struct invocation *inv, const struct job_files *job,
		       const struct job_list *parts, const struct job_view *views);

/* The same, looked up here. */
json_t *job_json(struct invocation *inv, const struct job_files *job, const struct job_list *parts);

#endif
