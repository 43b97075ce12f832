/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looks that the shim takes for the supervisor (runtime/wire/look.h), on the service's own node: who listens at
 * a port, whether that is a process of this step, and what it answers. At its own pace (runtime/probe/pace.h);
 * nothing here waits.
 */
#ifndef HPCC_RUNTIME_STEP_STEP_LOOK_H
#define HPCC_RUNTIME_STEP_STEP_LOOK_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "runtime/probe/answer.h"
#include "runtime/step/step_tree.h"
#include "runtime/wire/look.h"

struct rt_step_look {
	enum {
		RT_STEP_LOOK_NONE,
		RT_STEP_LOOK_PAUSE,
		RT_STEP_LOOK_CONNECTS,
		RT_STEP_LOOK_HEARS,
		RT_STEP_LOOK_RUNS
	} at;
	struct rt_look order; /* the last one */
	bool has_passed;
	int64_t settles_at; /* when the pass that has been seen counts, if another one comes; 0: none */
	int fd;
	int64_t next; /* when the pause, or this look's time, is over; INT64_MAX */
	int64_t begun_at, deadline, attempt_at,
		listening_at; /* as the supervisor's probes have them */
	unsigned long misses;
	unsigned address;
	struct rt_answer answer;
	pid_t child; /* exec: the command that runs, or 0 */
	char line[RT_LOOK_WORDS_ROOM];
	size_t line_len; /* of the last line that it has put out */
	bool is_line_over;
	char seen[RT_LOOK_WORDS_ROOM], told[RT_LOOK_WORDS_ROOM];
};

struct rt_step_looks {
	struct rt_step_look look[RT_LOOK_USES];
	const char **command[RT_LOOK_USES]; /* for exec; NULL: none */
	struct rt_step_tree *tree;
	int listening; /* what the kernel is asked by; 0: not opened yet */
	void (*tell)(void *arg, const char *text);
	void *arg;
};

void rt_step_looks_begin(struct rt_step_looks *all);
/*
 * Takes the words "--look USE N WORD…" off the front of a verb's words: the command of exec looks for that
 * use. False if they have another form.
 */
bool rt_step_looks_take(struct rt_step_looks *all, int *argc, char ***argv);
/* The texts of RT_WIRE_LOOK and RT_WIRE_UNLOOK. */
void rt_step_look_order(struct rt_step_looks *all, const char *text);
void rt_step_look_end(struct rt_step_looks *all, const char *text);
/* The command has ended: there is nothing to look at any more. */
void rt_step_looks_end(struct rt_step_looks *all);
/* What poll() shall wait for, RT_LOOK_USES of them, and till when. */
int64_t rt_step_looks_poll(const struct rt_step_looks *all, struct pollfd *p);
/* Does what is due after poll(). */
void rt_step_looks_go_on(struct rt_step_looks *all, const struct pollfd *p);

/* Between step_look.c and step_look_run.c. */
bool rt_step_run_begin(struct rt_step_looks *all, struct rt_step_look *l);
/* True if the command has ended; what was seen is empty if it passed. */
bool rt_step_run_go_on(struct rt_step_looks *all, struct rt_step_look *l);
/* Ends it, and all that it has started. */
void rt_step_run_end(struct rt_step_looks *all, struct rt_step_look *l);

#endif
