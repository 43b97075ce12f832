/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which trial starts where, and what becomes of one that ends: a pure state machine. Nodes, ends,
 * requests and time enter as events; what has to be done leaves as actions.
 *
 *	waits ──room on its nodes──► runs ──status 0──► over: completed
 *	  ▲                           │ ├──pruned─────► over: pruned
 *	  └── its node is gone, or ◄──┘ ├──no retries─► over: failed
 *	      it has retries left       └──the job stops─► over: stopped
 *
 * They start when it is known which nodes there are, in the order of the table, each on the first
 * nodes that have room; one that finds none doesn't hold back those behind it. One that no set of nodes
 * could ever hold is over as unfit.
 */
#ifndef HPCC_RUNTIME_TRIALS_SCHEDULE_H
#define HPCC_RUNTIME_TRIALS_SCHEDULE_H

#include "runtime/core/dues.h"
#include "runtime/trials/table.h"

enum {
	/* A trial whose nodes die under it so often is taken to be the cause. */
	RT_TRIAL_LOSSES = 3
};

enum rt_trial_verdict {
	RT_TRIAL_NONE,
	RT_TRIAL_COMPLETED,
	RT_TRIAL_FAILED,
	RT_TRIAL_PRUNED, /* so far they stand for good */
	RT_TRIAL_LOST,
	RT_TRIAL_STOPPED,
	RT_TRIAL_UNFIT,
	RT_TRIAL_VERDICTS
};
extern const char *const rt_trial_words[RT_TRIAL_VERDICTS];

struct rt_trial {
	enum {
		RT_TRIAL_WAITS,
		RT_TRIAL_RUNS,
		RT_TRIAL_OVER
	} phase;
	enum rt_trial_verdict verdict;
	uint32_t attempt; /* of the last start; 0: none yet */
	uint32_t failures, losses;
	uint32_t kind;                /* those that ask for the same have the same */
	uint32_t *node;               /* while it runs; it was started on the first */
	bool is_told;                 /* TERM */
	bool is_pruned, is_condemned; /* condemned: a node besides its first is gone */
};

struct rt_trials_node {
	enum {
		RT_NODE_AWAITED,
		RT_NODE_UP,
		RT_NODE_GONE
	} state;
	struct rt_share all, left;
};

struct rt_trials_action {
	enum rt_trials_action_kind {
		RT_TRIALS_START, /* on its nodes */
		RT_TRIALS_PRUNE, /* has been asked for; its signal follows */
		RT_TRIALS_SIGNAL,
		RT_TRIALS_ENDED, /* an attempt, or the trial before any */
		RT_TRIALS_OVER   /* all of it */
	} kind;
	uint32_t trial;
	int number; /* signal, or exit status */
	enum rt_trial_verdict verdict;
	bool again; /* it is started once more */
};

struct rt_trials_event {
	enum rt_trials_event_kind {
		RT_TRIALS_NODE_UP,
		RT_TRIALS_NODE_GONE,
		RT_TRIALS_NODES_KNOWN, /* nobody else is waited for */
		RT_TRIALS_TRIAL_ENDED,
		RT_TRIALS_PRUNE_ASKED,
		RT_TRIALS_STOP,
		RT_TRIALS_TIME
	} kind;
	uint32_t node, trial, attempt;
	int status; /* of an end; below 0: it could not be begun there */
	struct rt_share share;
};

struct rt_trials {
	const struct rt_trials_table *table;
	struct rt_trial *trial;
	struct rt_trials_node *node;
	uint32_t nodes, running, up;
	uint32_t kinds;
	uint32_t *full; /* a kind found no room in this pass */
	uint32_t pass;
	bool are_known, is_stopping, is_over;
	bool nodes_changed;
	struct rt_set waiting;
	struct rt_dues kills;
	void (*act)(void *arg, const struct rt_trials_action *action);
	void *arg;
};

void rt_trials_init(struct rt_trials *t, struct rt_pool *pool, const struct rt_trials_table *table,
		    uint32_t nodes);
/* What is known of a trial from a job before; a verdict that doesn't stand for good is none. */
void rt_trials_restore(struct rt_trials *t, uint32_t trial, enum rt_trial_verdict verdict,
		       uint32_t attempt, uint32_t failures);
void rt_trials_take(struct rt_trials *t, const struct rt_trials_event *event, int64_t now);
/* When RT_TRIALS_TIME has to come; INT64_MAX. */
int64_t rt_trials_next(const struct rt_trials *t);

#endif
