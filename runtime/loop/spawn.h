/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Starting a child process the one way hpcc-rt does it: no inherited descriptors,
 * signals as they are by default, standard input from /dev/null, and an end when
 * its parent dies.
 */
#ifndef HPCC_RUNTIME_LOOP_SPAWN_H
#define HPCC_RUNTIME_LOOP_SPAWN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "runtime/core/pool.h"

enum {
	RT_SCRIPT_PARTS = 4
};

/* Variables of a child that is about to be started: ours, and what is set. Without memory for one it
   can't be started. */
struct rt_variables {
	char **list; /* ends in NULL */
	size_t count, room, ours;
	bool failed;
};
void rt_variable_set(struct rt_variables *v, const char *name, const char *value);
void rt_variable_remove(struct rt_variables *v, const char *name);

struct rt_spawn {
	const char *const *argv;             /* the program and its words; NULL: a bash script */
	const char *script[RT_SCRIPT_PARTS]; /* its text in parts, the first NULL ends it */
	int output;   /* standard output and error; -1: those of the parent */
	int only_out; /* standard output alone; -1: as above */
	bool session; /* a session of its own, else a process group of its own */
	void (*set_variables)(struct rt_variables *v, const void *arg);
	const void *arg;
};

/* The child's pid; -1 with errno if there is none. */
pid_t rt_spawn(const struct rt_spawn *s);
/* What a command prints, NULL if it fails. Its own error lines go to ours. */
char *rt_output_of(struct rt_pool *pool, const char *const *argv, size_t *len);
/* Lets this process have so many descriptors, if its hard limit allows; children get what we had. */
void rt_raise_descriptors(uint64_t wanted);
/*
 * A question to Slurm, put in a child, for whatever controller doesn't answer: it has five seconds, and
 * what its commands complain of is not told. Its exit status is 0 for yes. -1 with errno if there is none.
 */
typedef bool rt_question(const char *about);
pid_t rt_ask_apart(rt_question *question, const char *about);
/* The same, waited for: false where there is no answer. */
bool rt_ask(rt_question *question, const char *about);
/* Signals to their defaults, none blocked. For children between fork and exec. */
void rt_reset_signals(void);

#endif
