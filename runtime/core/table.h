/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The supervision table: what the script tells the supervisor, and the only
 * thing the supervisor knows about the job's services. The text form is in
 * docs/supervision-table.md.
 */
#ifndef HPCC_RUNTIME_CORE_TABLE_H
#define HPCC_RUNTIME_CORE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/core/pool.h"

enum rt_scheduler {
	RT_LOCAL,
	RT_SLURM
};
enum rt_condition_kind {
	RT_STARTED,
	RT_HEALTHY,
	RT_COMPLETED
};
enum rt_ready_kind {
	RT_READY_NONE,
	RT_READY_SLEEP,
	RT_READY_TCP,
	RT_READY_LOG,
	RT_READY_HTTP,
	RT_READY_EXEC /* the command that the step's shim was given */
};
enum rt_policy {
	RT_FAIL_JOB,
	RT_IGNORE,
	RT_RESTART
};

struct rt_condition {
	const char *name;
	uint32_t service; /* index of the dependency in the table */
	enum rt_condition_kind kind;
	unsigned line;
};

struct rt_ready {
	enum rt_ready_kind kind;
	int64_t time;        /* sleep: how long; the others: the time-out */
	int64_t every;       /* pause between looks; 0: paced */
	int64_t settle;      /* exec: a pass counts when another one comes so much later */
	int64_t attempt;     /* of one look, at most */
	bool of_anybody;     /* tcp, http: whoever listens there */
	bool is_of_all;      /* every task's look counts, not the first one's */
	const char *host;    /* tcp */
	const char *port;    /* tcp */
	const char *pattern; /* log: an ERE */
	const char *url;     /* http */
	unsigned status;     /* http */
};

/* Whether it still answers, from ready on. */
struct rt_live {
	struct rt_ready look; /* what is looked at, its `time` apart; RT_READY_NONE: nothing */
	uint32_t failures;    /* so many failed ones in a row: it is unhealthy */
};

struct rt_list {
	uint32_t count;
	const char **item;
};

/* One service as the table has it. Durations are nanoseconds. */
struct rt_service_def {
	const char *name, *token, *run, *log, *view, *nodes, *publish;
	unsigned line;
	const char *part_name; /* component of a heterogeneous job; NULL: the job is none */
	uint32_t part;         /* its number */
	uint32_t tasks;        /* start marks to expect; 0: no step shim runs inside */
	int64_t start_timeout; /* from the launch to the last of these marks; 0: none */
	uint32_t condition_count;
	struct rt_condition *condition;
	struct rt_ready ready;
	struct rt_live live;
	enum rt_policy policy;
	uint32_t max_restarts, max_in_window;
	int64_t window, backoff;
	int64_t reset_after; /* 0: never */
	int stop_signal;
	int64_t stop_grace;
	bool lifetime_dependents;
	uint64_t given; /* keys it has had, a bit each, refused ones included */
	const char *prologue, *epilogue;
	struct rt_list on_restart, on_window;
	bool has_assert_exit, has_assert_duration;
	unsigned assert_exit;
	int64_t assert_duration;
	const char *assert_artifact;
	uint32_t dependent_count; /* services that name this one */
	uint32_t *dependent;
};

struct rt_table {
	enum rt_scheduler scheduler;
	int64_t grace;     /* bound of the whole teardown */
	uint32_t launches; /* Slurm: so many may be under way at one time */
	bool wire_off;     /* steps don't connect to the supervisor */
	bool relay[65];    /* by signal number: pass it to every running service */
	uint32_t count;
	struct rt_service_def *service;
	uint32_t *order; /* service numbers, every dependency before its dependents */
};

struct rt_table_error {
	unsigned line;
	const char *text;
	struct rt_table_error *next;
};

/*
 * Reads a table. All that is found wrong comes back, in line order, as a list;
 * the table is good if the list is empty (NULL). Text and results live in the pool.
 */
struct rt_table_error *rt_table_read(struct rt_table *table, struct rt_pool *pool, const char *text,
				     size_t len);
/* Number of the service with that name, or table->count. */
uint32_t rt_table_find(const struct rt_table *table, const char *name);

#endif
