/* SPDX-License-Identifier: Apache-2.0 */
/* Slurm through its own commands, each call with a time limit. */
#ifndef HPCC_DRIVER_CLUSTER_SLURM_H
#define HPCC_DRIVER_CLUSTER_SLURM_H

#include "driver/child.h"
#include "driver/invocation.h"

/* What Slurm says of a job, or of one element of an array. */
struct slurm_job {
	struct str id;     /* 4711, 4711_3 */
	struct str number; /* 4713: Slurm's own number of an element */
	struct str state, reason, used, limit, nodes;
	struct str start;  /* of one that waits: when it will, as Slurm estimates */
	bool is_known;     /* the queue or the accounting knows it */
	bool is_over;      /* it won't run again */
	bool is_forgotten; /* the queue has answered, and doesn't know it */
};

/* Jobs by id. */
struct slurm_jobs {
	LIST(struct slurm_job) list;
};

struct slurm_question {
	struct str cluster; /* of several; or empty */
	const struct str *ids;
	size_t n;
	struct str users; /* "0,1000": whose jobs they are, all of them, if that is known */
};

/* Runs a Slurm command with the time limit of the command line. False with *why. */
bool slurm_call(struct invocation *inv, const char *const *argv, struct child_end *end,
		struct str *why);

/* The same with a standard input. */
bool slurm_call_with(struct invocation *inv, const char *const *argv, struct str input,
		     struct child_end *end, struct str *why);

/* "--clusters=NAME" for such a command, or NULL where there is nothing to say. */
const char *slurm_cluster_option(struct invocation *inv, struct str cluster);

/* The version of Slurm's commands here, as in struct target; false when they don't tell. */
bool slurm_version(struct invocation *inv, uint32_t *version);

/* The value of a line "KEY = VALUE" of `scontrol show config`; empty for (null), and without such a line. */
struct str slurm_config_value(struct str printed, const char *key);

/*
 * What squeue knows of the jobs, in one call for hundreds, or where their users are known in one for
 * all: of an array each element. A job that it doesn't know is no failure, but missing in the list;
 * others of these users may be there. False with *why when it didn't answer.
 */
bool slurm_ask_queue(struct invocation *inv, const struct slurm_question *q,
		     struct slurm_jobs *jobs, struct str *why);

/* Adds what the accounting remembers of jobs that the queue has forgotten. Where there is none,
   that is no failure either; false when there is one that didn't answer. */
bool slurm_ask_accounting(struct invocation *inv, const struct slurm_question *q,
			  struct slurm_jobs *jobs);

const struct slurm_job *slurm_jobs_find(const struct slurm_jobs *jobs, struct str id);

/* The jobs in the queue that were submitted from this script. */
void slurm_jobs_of_script(struct invocation *inv, struct str script, struct slurm_jobs *jobs);

/*
 * The id in what sbatch --parsable printed: the last line that is a number, with ;CLUSTER behind it
 * or not. Wrappers of sites print more. False without one.
 */
bool slurm_read_id(struct arena *a, struct str printed, struct str *id, struct str *cluster);

#endif
