/* SPDX-License-Identifier: Apache-2.0 */
/* Other programs, run with a time limit and their output kept. */
#ifndef HPCC_DRIVER_CHILD_H
#define HPCC_DRIVER_CHILD_H

#include <sys/types.h>

#include "ir/support/arena.h"
#include "ir/support/str.h"

struct child_call {
	const char *const *argv;
	const char *folder;     /* where it runs; NULL: here */
	const char *const *env; /* NAME=VALUE on top of ours, ended by NULL; or NULL */
	unsigned limit_s;       /* 0: no limit */
	bool shows_output;      /* all it says goes where our errors go */
	bool is_interruptible;  /* ended by a signal that is noted (driver/interrupt.h) */
	struct str input;       /* its standard input; without: /dev/null */
};

struct child_end {
	bool is_found; /* the program exists and was started */
	bool is_late;  /* killed at the time limit */
	bool is_interrupted;
	int status; /* exit status, 128+n after a signal */
	struct str out, err;
};

/* Runs it to its end. True when it ended with status 0. */
bool child_run(struct arena *a, const struct child_call *call, struct child_end *end);

/* "sbatch isn't installed here", "squeue didn't answer within 20 s", "sbatch: error: …". */
struct str child_complaint(struct arena *a, const struct child_call *call,
			   const struct child_end *end);

/*
 * Starts a program in a session of its own, output to the file `log`, input from nowhere. The
 * process, or -1. With `dies_with_us` it gets TERM when hpcc ends, however that happens.
 */
pid_t child_start(const struct child_call *call, const char *log, bool dies_with_us);

#endif
