/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is known of the trials of a sweep when no runner lives: trials.jsonl beside the table, to which
 * lines are only added, and in each trial's folder the mark of its end.
 *
 *	{"index":3,"trial":"t003","event":"started","attempt":1,"time":"…","nodes":["n1"]}
 *	{"index":3,"trial":"t003","event":"ended","attempt":1,"time":"…","verdict":"failed","status":1,"again":true}
 *
 * A start is written before it is told to anybody. A success counts by its mark, which the trial's own
 * keeper writes under the trial's lock. So whatever is killed at whatever moment: a trial without a
 * mark of success runs again, and one with such a mark never does.
 */
#ifndef HPCC_RUNTIME_TRIALS_JOURNAL_H
#define HPCC_RUNTIME_TRIALS_JOURNAL_H

#include "runtime/out.h"
#include "runtime/trials/schedule.h"

#define RT_TRIALS_JOURNAL "trials.jsonl"
#define RT_TRIAL_MARK     "trial-end"
#define RT_TRIAL_LOCK     "trial-lock"
#define RT_TRIAL_NODES    "trial-nodes"

struct rt_journal {
	struct rt_out out;
	bool told_failure;
};

/* Opens it, locked against another runner, and tells the schedule what it says; NULL or what is wrong.
   With `again` trials that have failed run once more. */
const char *rt_journal_open(struct rt_journal *j, struct rt_pool *pool, const char *path,
			    struct rt_trials *trials, bool again);
/* The beginning of a line about a trial, or about all of them; whoever began it ends it. */
void rt_journal_trial(struct rt_journal *j, const struct rt_trials *t, uint32_t trial,
		      const char *event);
void rt_journal_ended(struct rt_journal *j, const struct rt_trials *t, uint32_t trial,
		      enum rt_trial_verdict verdict, int status, bool again);
void rt_journal_run(struct rt_journal *j, const char *event);
void rt_journal_end(struct rt_journal *j);
/* Gives all lines to the system. What can't be written is told once. */
void rt_journal_flush(struct rt_journal *j);

/* The mark of a trial's end. */
struct rt_trial_mark {
	unsigned attempt;
	int status;
};
bool rt_trial_mark_read(const char *folder, struct rt_trial_mark *mark);
bool rt_trial_mark_write(const char *folder, const struct rt_trial_mark *mark);

#endif
