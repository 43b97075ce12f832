/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was handed over for a run, as people may see it: run.json in the job's folder. The spec may have changed
 * since, or come out differently in another environment; and secrets, which only a compilation knows, are redacted.
 */
#ifndef HPCC_DRIVER_STORY_SUBMITTED_H
#define HPCC_DRIVER_STORY_SUBMITTED_H

#include "driver/compile.h"
#include "driver/jobs/jobs.h"

/* Writes it for the compilation whose script this is, below the job's root. False with *why. */
bool submitted_write(struct compilation *c, struct str script, struct str root, struct str *why);

/* run.json of the job, or of the array that it is an element of, as an object; NULL with *why. */
json_t *submitted_read(struct arena *a, const struct job_files *job, struct str *why);

/* The script of the run, or of the array; a null string when it can't be read. */
struct str submitted_script(struct arena *a, const struct job_files *job);

#endif
