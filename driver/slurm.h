/* SPDX-License-Identifier: Apache-2.0 */
/* Slurm through its own commands, each call with a time limit. */
#ifndef HPCC_DRIVER_SLURM_H
#define HPCC_DRIVER_SLURM_H

#include "driver/child.h"
#include "driver/invocation.h"

/* What the queue says of a job. */
struct slurm_job {
	struct str id, state, reason, used, limit, nodes;
	bool is_known; /* the queue or the accounting knows it */
	bool is_over;  /* it won't run again */
};

/* Runs a Slurm command with the time limit of the command line. False with *why. */
bool slurm_call(struct invocation *inv, const char *const *argv, struct child_end *end,
		struct str *why);

/* The version of Slurm's commands here, as in struct target; false when they don't tell. */
bool slurm_version(struct invocation *inv, uint32_t *version);

/* Asks squeue, then sacct if the queue has forgotten the job. False with *why. */
bool slurm_job_query(struct invocation *inv, struct str id, struct slurm_job *job, struct str *why);

/* The same for all jobs of a comma-separated list, in one call; only those in the queue. */
bool slurm_jobs_query(struct invocation *inv, struct str ids, struct slurm_job *jobs, size_t max,
		      size_t *n, struct str *why);

#endif
