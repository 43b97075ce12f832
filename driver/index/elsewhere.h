/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The record of a job that was started from another folder: looked for in the folders that jobs were started from
 * (driver/index/folders.h), then in the one that Slurm says it was submitted in. Records are trusted there as they are
 * here: those of the user, or of folders that the user trusts by name.
 */
#ifndef HPCC_DRIVER_INDEX_ELSEWHERE_H
#define HPCC_DRIVER_INDEX_ELSEWHERE_H

#include "driver/jobs/jobs.h"

/* *is_found only if there is one, and no more. False after a message: there are several jobs of that id. */
bool job_load_elsewhere(struct invocation *inv, struct str id, struct job_files *job,
			bool *is_found);

#endif
