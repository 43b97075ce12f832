/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The elements of a job array: each is a job with a number, a root and a state of its own. People
 * call them 4711_3, or several 4711_[1-4,8]; <runtime root>/4711_3 is a link to the root of one
 * that has begun.
 */
#ifndef HPCC_DRIVER_JOBS_ELEMENTS_H
#define HPCC_DRIVER_JOBS_ELEMENTS_H

#include "driver/jobs/indices.h"
#include "driver/jobs/jobs.h"

/* The job itself; of an array the elements that are meant, in the order of their indices. False
   after a message: it has no such element. */
bool job_parts(struct invocation *inv, const struct job_files *job, struct job_list *parts);

/* How a job, or those of its elements that are meant, are called: 4711, 4711_3, 4711_[1-4]. */
struct str job_meant(struct arena *a, const struct job_files *job);

/* Finds the root of an element that may have begun since. */
void job_locate(struct arena *a, struct job_files *job);

/* The link at <runtime root>/4711_3. */
struct str job_link(struct arena *a, const struct job_files *element);

#endif
