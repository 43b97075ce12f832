/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of the trials that one allocation runs, as text: words quoted like a shell's.
 *
 *	hpcc-trials 1
 *	grace 30s
 *	reports logs/train.log 'loss=([0-9.]+)' 1
 *	prune /home/me/halve.py --keep=0.5
 *	trial t000 nodes 1 cpus 2 gpus 0 memory 1024 retries 0 script /x/job.sbatch folder /x/trials/t000
 */
#ifndef HPCC_RUNTIME_TRIALS_TABLE_H
#define HPCC_RUNTIME_TRIALS_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/core/pool.h"

enum {
	RT_TRIAL_ID_ROOM = 64
};

/* What a trial takes of each of its nodes, and what a node has. */
struct rt_share {
	uint32_t cpus, gpus;
	uint64_t memory; /* MiB */
};

struct rt_trial_def {
	const char *id, *script, *folder;
	uint32_t nodes, retries;
	struct rt_share share;
};

struct rt_trials_table {
	struct rt_trial_def *trial;
	uint32_t count;
	int64_t grace;            /* ns, between TERM and KILL */
	const char *reports;      /* a file below a trial's folder; NULL: nobody reads reports */
	const char *pattern;      /* of its lines; NULL: each is one */
	uint32_t group;           /* the part of the pattern that is the value */
	const char *const *prune; /* words of the user's program, NULL behind them; or NULL */
};

/* False, with the number of the line and what is wrong with it. */
bool rt_trials_read(struct rt_trials_table *table, struct rt_pool *pool, const char *text,
		    size_t len, unsigned *line, const char **error);

#endif
