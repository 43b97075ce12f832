/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The agent of a node: starts the trials that the runner gives it, each below a keeper, and tells how
 * they end. When the runner is gone it ends what it has started.
 *
 *	agent ── keeper ── bash SCRIPT ── …
 *	     └── keeper ── bash SCRIPT ── …
 */
#ifndef HPCC_RUNTIME_TRIALS_AGENT_H
#define HPCC_RUNTIME_TRIALS_AGENT_H

#include <regex.h>
#include <sched.h>
#include <sys/types.h>

#include "runtime/step/step_wire.h"
#include "runtime/trials/journal.h"

enum {
	RT_AGENT_CPUS = 4096,
	RT_AGENT_GPUS = 64
};

struct rt_agent_slot {
	enum {
		RT_SLOT_FREE,
		RT_SLOT_LOCKED, /* what an attempt before has left still lives */
		RT_SLOT_RUNS,
		RT_SLOT_ENDED /* and the runner doesn't know it */
	} state;
	uint32_t trial, attempt;
	const struct rt_trial_def *def;
	pid_t keeper;
	int status;
	bool is_asked;         /* to end, before it has begun */
	int64_t until;         /* of the lock */
	off_t read;            /* of its reports */
	unsigned long reports; /* so many were said */
};

struct rt_agent {
	const char *table_path, *node, *cpus, *gpus, *memory, *program;
	struct rt_pool pool;
	struct rt_trials_table table;
	struct rt_step_wire wire;
	struct rt_share share;
	regex_t pattern;
	bool can_pin, has_said_hello, is_stopping, has_said_stopping, is_leaving;
	int signals;
	char name[256];
	struct rt_agent_slot *slot;       /* as many as CPUs */
	int cpu[RT_AGENT_CPUS];           /* numbers of the kernel */
	uint32_t cpu_user[RT_AGENT_CPUS]; /* slot + 1, or 0 */
	const char *gpu[RT_AGENT_GPUS];
	uint32_t gpu_user[RT_AGENT_GPUS];
};

/* share.c: what this node has. False, and told, where an option is wrong. */
bool rt_agent_find_share(struct rt_agent *a);
/* CPUs and GPUs for a slot, or its back. */
void rt_agent_take_share(struct rt_agent *a, uint32_t slot);
void rt_agent_give_back(struct rt_agent *a, uint32_t slot);

/* keeper.c: starts a keeper, which holds the lock; -1 with errno. */
pid_t rt_keeper_start(struct rt_agent *a, uint32_t slot, int lock);

/* reports.c: what its trials have reported since the last look. */
bool rt_agent_read_pattern(struct rt_agent *a);
void rt_agent_report(struct rt_agent *a, struct rt_agent_slot *s);
/* An attempt begins: what is there was said by the one before. */
void rt_agent_forget_reports(struct rt_agent *a, struct rt_agent_slot *s);

#endif
