/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Marks: what the step shim writes from inside every task, and the supervisor reads. One small file each
 * in `service-exits/`:
 *
 *	<token>.<launch>.<task>.start     <token>.<launch>.<task>.ready     <token>.<launch>.<task>.exit
 *
 * with one line of `key=value` words. The start mark is the proof that the
 * container came up, and says which step the service is; the ready mark, which not all are asked for, that
 * the task has put out the line that readiness waits for; the exit mark tells
 * the command's own end from the launcher's.
 */
#ifndef HPCC_RUNTIME_STEP_MARKS_H
#define HPCC_RUNTIME_STEP_MARKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/wire/wire.h"

enum {
	RT_MARK_STEP_ROOM = 24,
	RT_MARK_HOST_ROOM = 256,
	RT_MARK_PATH_ROOM = 4608,
	RT_MARK_LINE_ROOM = 512
};

/* In the order in which a task leaves them. */
enum rt_mark_kind {
	RT_MARK_START,
	RT_MARK_READY,
	RT_MARK_EXIT,
	RT_MARK_KINDS
};
/* How they are told over the wire. */
extern const enum rt_wire_type rt_wire_of_mark[RT_MARK_KINDS];

/* What a task has used, a launch, or a service in all. */
struct rt_usage {
	int64_t cpu_us;        /* of all processes together */
	int64_t memory;        /* bytes: the most that one task had at a time */
	int64_t read, written; /* bytes, of disks */
};

struct rt_mark {
	char step[RT_MARK_STEP_ROOM]; /* SLURM_STEP_ID, empty without Slurm */
	char host[RT_MARK_HOST_ROOM];
	uint32_t task;         /* SLURM_PROCID */
	int64_t pid;           /* of the shim */
	int64_t wall;          /* nanoseconds since 1970 */
	int64_t mono;          /* monotonic clock of that host */
	int status;            /* exit mark: 0 … 255 */
	int signal;            /* exit mark: what killed the command, or 0 */
	bool ran;              /* exit mark: the command itself was started */
	struct rt_usage usage; /* exit mark */
	bool oom; /* exit mark: the kernel has killed one of its processes for memory */
};

/* What all marks of one launch say together. */
struct rt_mark_sum {
	uint32_t count[RT_MARK_KINDS];
	bool has_ready; /* they are asked for ready marks, which are looked for */
	bool first;     /* task 0 has left its start mark */
	char step[RT_MARK_STEP_ROOM];
	int status, signal;    /* of the first task that failed by itself; 0 when none did */
	int highest;           /* status, as srun reports it */
	int64_t failed_at;     /* wall clock of that failure */
	bool ran;              /* at least one command was started */
	struct rt_usage usage; /* of all that have ended */
	bool oom;              /* in some task something was killed for memory */
	int64_t last_exit;     /* monotonic, latest exit mark of this host; 0 if none */
	int64_t pid; /* of a shim that began on this host; in a container maybe only its own name */
};

void rt_usage_add(struct rt_usage *to, const struct rt_usage *other);
/* An amount as text. Whoever may write to the job folder may have written it: no sum of some goes out of
   bounds. */
int64_t rt_usage_amount(const char *text, char **end);
/* Of two measures of the same each time the higher one. */
void rt_usage_take_higher(struct rt_usage *to, const struct rt_usage *other);
/* The token's part of a mark's name; 0 if it is none. */
size_t rt_mark_token_length(const char *name);
/* A mark as one line of text, and back; the text is taken apart. */
void rt_mark_line(const struct rt_mark *mark, enum rt_mark_kind kind, char line[RT_MARK_LINE_ROOM]);
void rt_mark_parse(char *text, struct rt_mark *mark);
/* Adds a mark that is known to what others say; `host` is this host's name. */
void rt_mark_add(struct rt_mark_sum *sum, const struct rt_mark *mark, enum rt_mark_kind kind,
		 const char *host);
/* Writes a mark; `prefix` is "<token>.<launch>". */
bool rt_mark_write(const char *job_dir, const char *prefix, enum rt_mark_kind kind,
		   const struct rt_mark *mark);
/* Removes all marks of a launch that has that many tasks. */
void rt_mark_remove(const char *job_dir, const char *prefix, uint32_t tasks);

/* Of which tasks of a launch was heard, by its marks or otherwise: a bit for each kind. */
size_t rt_told_size(uint32_t tasks);
/* True the first time that it is said of this task. */
bool rt_told_first(uint8_t *told, uint32_t task, enum rt_mark_kind kind);
/* The first task of which it wasn't said, or `tasks`. */
uint32_t rt_told_not(const uint8_t *told, uint32_t tasks, enum rt_mark_kind kind);

/* Whether there may be marks of which nobody has heard, and that are of use. */
bool rt_marks_are_awaited(const struct rt_mark_sum *sum, uint32_t tasks, bool is_running);
/* Adds what the marks of a launch say that has that many tasks: each of them is read once. */
void rt_mark_read(const char *job_dir, const char *prefix, uint32_t tasks, uint8_t *told,
		  struct rt_mark_sum *sum);
/* The same of one mark, by its name; false when it is none of this launch. */
bool rt_mark_read_one(const char *job_dir, const char *name, const char *prefix, uint32_t tasks,
		      uint8_t *told, struct rt_mark_sum *sum);

#endif
