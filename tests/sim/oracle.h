/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A second opinion on what a supervisor has to do. It is told the same events as
 * the core and says which commands have to follow; it shares nothing with the
 * core but the table, the words for events, and two constants of the contract.
 */
#ifndef HPCC_TESTS_SIM_ORACLE_H
#define HPCC_TESTS_SIM_ORACLE_H

#include "runtime/core/core.h"

enum {
	ORACLE_SERVICES = 8,
	ORACLE_COMMANDS = 128,
	ORACLE_FAILURES = 256
};

struct command {
	enum rt_action_kind kind;
	uint32_t service;
	uint32_t run;
	int detail; /* signal, hook, or status */
};

struct oracle_service {
	int line; /* where its program waits */
	bool over, waiting, backing_off, in_prologue, in_hook, launching, alive;
	bool stopped, killed, needless, publishing, probing, passed, timed_out, window_hooks;
	bool begun, up, too_late, watched, sick;
	bool in_epilogue, in_restart_hooks, ever, held;
	enum rt_order hand; /* what is wanted of it by hand, until that is done */
	uint32_t bad_looks;
	uint32_t launches, hooks, publishes, granted, failures, k;
	int status;
	int64_t launched_at, exit_at, probe_until, until, prologue_until, last_failure;
};

struct oracle {
	const struct rt_table *table;
	struct oracle_service service[ORACLE_SERVICES];
	struct rt_event event; /* what has come; its kind is ORACLE_NOTHING once it is used up */
	bool has_event, tick, may_start, progress;
	bool decided, tearing, ended, killed_all, bound_over;
	bool kept_open,
		closing; /* the last end was by hand; only what was stopped by hand is left */
	int status;
	int64_t now, bound, kill_at;
	uint32_t command_count;
	/* From here on nothing is read that was not written before, so nothing has to be cleared. */
	struct command command[ORACLE_COMMANDS];
	int64_t failure[ORACLE_SERVICES][ORACLE_FAILURES];
};

void oracle_init(struct oracle *o, const struct rt_table *table);
/* One event; the commands that have to follow are in o->command. */
void oracle_step(struct oracle *o, const struct rt_event *event, int64_t now);

#endif
