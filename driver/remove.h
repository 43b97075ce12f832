/* SPDX-License-Identifier: Apache-2.0 */
/* Removing files of jobs that have ended. */
#ifndef HPCC_DRIVER_REMOVE_H
#define HPCC_DRIVER_REMOVE_H

#include "driver/jobs.h"

/* A folder and all below it; links are removed, not followed. False with *why. */
bool folder_remove(struct arena *a, struct str path, struct str *why);

/* The job's root, its batch log and its record, with a line about it. False after a message. */
bool job_remove(struct invocation *inv, const struct job_files *job);

/* The roots and batch logs of elements of an array, and the links to them. */
bool elements_remove(struct invocation *inv, const struct job_list *elements);

#endif
