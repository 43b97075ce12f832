/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the command puts out goes through the shim, which looks for a line that matches: so a task's own lines are
 * told from those of the others, with which they are mixed in the service's log.
 *
 *	command ── pipe ── shim ── its own standard output, or error
 *
 * Standard output and error that are one file stay one stream, in their order.
 */
#ifndef HPCC_RUNTIME_STEP_STEP_LINES_H
#define HPCC_RUNTIME_STEP_STEP_LINES_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "runtime/probe/lines.h"

enum {
	RT_STEP_STREAMS = 2
};

struct rt_step_stream {
	int in, child; /* the pipe's ends, -1: closed */
	int out;       /* where it goes to */
	bool is_file;  /* which takes any amount at once */
	char *bytes;   /* read and not yet written */
	size_t at, len;
	struct rt_lines lines;
};

struct rt_step_lines {
	const char *ere; /* NULL: nothing is looked for */
	bool has_matched;
	struct rt_pattern pattern;
	unsigned count; /* of streams */
	bool is_one;    /* standard error is the same as standard output */
	struct rt_step_stream stream[RT_STEP_STREAMS];
	void (*tell)(void *arg); /* once */
	void *arg;
};

/* Understands the expression; false if it is none, which is said. */
bool rt_step_lines_setup(struct rt_step_lines *l);
/* Makes the pipes. False with errno; then the command has the shim's own output. */
bool rt_step_lines_begin(struct rt_step_lines *l);
/* In the child that becomes the command, and in the shim after that. */
void rt_step_lines_become(const struct rt_step_lines *l);
void rt_step_lines_started(struct rt_step_lines *l);
/* What poll() shall wait for, RT_STEP_STREAMS of them, and what is done after it. */
void rt_step_lines_poll(const struct rt_step_lines *l, struct pollfd *p);
void rt_step_lines_go_on(struct rt_step_lines *l, const struct pollfd *p);
/* The command and all that it has started have ended: true once all they have said is through. */
bool rt_step_lines_are_through(struct rt_step_lines *l);
void rt_step_lines_end(struct rt_step_lines *l);

#endif
