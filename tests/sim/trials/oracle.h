/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A second opinion on what the schedule of trials has to do. It is told the same events and says which
 * commands follow. It keeps no ledger: what is left of a node it counts anew from what runs there.
 */
#ifndef HPCC_TESTS_SIM_TRIALS_ORACLE_H
#define HPCC_TESTS_SIM_TRIALS_ORACLE_H

#include "runtime/trials/schedule.h"

enum {
	ORACLE_NODES = 16,
	ORACLE_TRIALS = 10000,
	ORACLE_COMMANDS = 2 * ORACLE_TRIALS + 16,
	ORACLE_WIDE = 4 /* nodes of a trial */
};

struct command {
	enum rt_trials_action_kind kind;
	uint32_t trial;
	int number;
	enum rt_trial_verdict verdict;
	bool again;
	uint32_t node[ORACLE_WIDE];
};

struct oracle_trial {
	bool is_running, is_final, given_up, doomed, was_asked;
	uint32_t attempt, bad_ends, lost_nodes;
	uint32_t node[ORACLE_WIDE];
	int64_t deadline; /* of one that was asked to end; -1: none */
};

struct oracle {
	const struct rt_trials_table *table;
	uint32_t nodes;
	bool up[ORACLE_NODES], was_up[ORACLE_NODES];
	struct rt_share has[ORACLE_NODES];
	bool known, stop, over;
	struct oracle_trial trial[ORACLE_TRIALS];
	uint32_t count;
	struct command command[ORACLE_COMMANDS];
};

void oracle_begin(struct oracle *o, const struct rt_trials_table *table, uint32_t nodes);
void oracle_restore(struct oracle *o, uint32_t trial, bool is_final, uint32_t attempt,
		    uint32_t failures);
void oracle_step(struct oracle *o, const struct rt_trials_event *e, int64_t now);

#endif
