/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The world of a simulated job: a random table, and processes, probes and hooks
 * that answer the core's commands some time later, or never, or twice.
 */
#ifndef HPCC_TESTS_SIM_WORLD_H
#define HPCC_TESTS_SIM_WORLD_H

#include "runtime/core/core.h"
#include "tests/sim/choices.h"
#include "tests/sim/oracle.h"

enum {
	WORLD_PENDING = 256,
	WORLD_STEPS = 600
};

struct pending {
	int64_t at;
	struct rt_event event;
	bool real; /* ends something that lives; else stale or doubled on purpose */
};

/* What is alive out there. */
struct world_service {
	uint32_t process, hook, publication; /* their run numbers, 0: none */
};

struct world {
	struct choices *choices;
	struct rt_pool pool;
	struct rt_table table;
	struct rt_service_def service[ORACLE_SERVICES];
	struct rt_condition condition[ORACLE_SERVICES][ORACLE_SERVICES];
	uint32_t dependent[ORACLE_SERVICES][ORACLE_SERVICES];
	uint32_t order[ORACLE_SERVICES];
	struct world_service alive[ORACLE_SERVICES];
	struct rt_core core;
	int64_t now;
	uint32_t steps, pending_count;
	bool ended, shutdown_sent;
	/* For the invariants: what has been seen so far. */
	bool torn_down;
	uint32_t exits_told, exits_noted;
	uint32_t relaunches[ORACLE_SERVICES];
	uint32_t failures[ORACLE_SERVICES];
	bool started[ORACLE_SERVICES], over[ORACLE_SERVICES], was_ready[ORACLE_SERVICES];
	bool up[ORACLE_SERVICES], held[ORACLE_SERVICES];
	uint32_t watched[ORACLE_SERVICES], bad_looks[ORACLE_SERVICES]; /* the launch; in a row */
	int last_status[ORACLE_SERVICES];
	const char *complaint; /* why the schedule failed */
	char detail[512];
	void (*tell)(const struct world *w,
		     const struct rt_event *e); /* for printing, may be NULL */
	/* From here on nothing is read that was not written before, so nothing has to be cleared. */
	struct oracle oracle;
	struct pending pending[WORLD_PENDING];
	int64_t failure[ORACLE_SERVICES][ORACLE_FAILURES];
};

/* Runs one schedule; true if the core did what the oracle and the invariants ask. */
bool world_run(struct world *w, struct choices *choices,
	       void (*tell)(const struct world *w, const struct rt_event *e));

/* make.c */
void world_make_table(struct world *w);
/* check.c: false with a complaint. */
bool world_check(struct world *w, const struct rt_event *e);
/* print.c: the schedule as people can read it. */
void world_print(struct choices *choices);
void world_print_commands(char *text, size_t room, const struct world *w, const struct command *c,
			  uint32_t count);

#endif
