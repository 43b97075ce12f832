/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The elements of a job array: each is a job with a number, a root and a state of its own. People
 * call them 4711_3, or several 4711_[1-4,8]; <runtime root>/4711_3 is a link to the root of one
 * that has begun.
 */
#ifndef HPCC_DRIVER_JOBS_ELEMENTS_H
#define HPCC_DRIVER_JOBS_ELEMENTS_H

#include "driver/jobs/jobs.h"

struct indices {
	LIST(uint32_t) list;
};

/* Each index of "0-15:5,20%4" once, in ascending order. False when it isn't such a text. */
bool indices_read(struct arena *a, struct str text, struct indices *indices);

/* The part of an id that says which elements are meant: "3" of 4711_3, "1-4" of 4711_[1-4], or
   nothing. *base is the array's own id. */
struct str array_tasks(struct str id, struct str *base);

/* The job itself; of an array the elements that are meant, in the order of their indices. False
   after a message: it has no such element. */
bool job_parts(struct invocation *inv, const struct job_files *job, struct job_list *parts);

/* Finds the root of an element that may have begun since. */
void job_locate(struct arena *a, struct job_files *job);

/* The link at <runtime root>/4711_3. */
struct str job_link(struct arena *a, const struct job_files *element);

#endif
