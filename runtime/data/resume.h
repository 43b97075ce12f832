/* SPDX-License-Identifier: Apache-2.0 */
/* Attempts and the resume record, for `begin`. */
#ifndef HPCC_RUNTIME_DATA_RESUME_H
#define HPCC_RUNTIME_DATA_RESUME_H

#include "runtime/data/alloc.h"

/*
 * Points the job root at the new attempt, makes the resume folder, finds out
 * whether this run resumes an earlier one, and rewrites the record.
 */
bool rt_resume_begin(struct rt_alloc *a, struct rt_pool *pool, const char *root);

#endif
