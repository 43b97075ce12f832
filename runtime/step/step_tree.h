/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The processes of one task, below the step shim: the command's group, and whatever else descends
 * from the command, in groups and sessions of its own or not. All of it stays below the shim, which
 * is a subreaper.
 *
 * Not of the task is what the shim found below itself when it began: the container tool may have put
 * a process there that holds up the container's file system (Pyxis with use_squashfuse).
 */
#ifndef HPCC_RUNTIME_STEP_STEP_TREE_H
#define HPCC_RUNTIME_STEP_STEP_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/loop/processes.h"
#include "runtime/step/measure.h"
#include "runtime/wire/look.h"

/* A moment among those at which processes begin: the clock's tick, and the last process of it. */
struct rt_step_moment {
	unsigned long long tick;
	pid_t last; /* 0: not known */
};

struct rt_step_tree {
	pid_t group; /* of what runs, 0: nothing; its leader is not reaped before the tree is empty */
	pid_t own;   /* the shim's own group, which holders may be in */
	pid_t apart[RT_LOOK_USES]; /* children of the shim that look at the command; 0: none */
	struct rt_family holders;
	int64_t term_at; /* when TERM was last sent; 0 */
	int64_t rest_at; /* when those outside the group are told, too; INT64_MAX: they have been */
	struct rt_step_moment term; /* when TERM was sent */
};

/* To be called before the shim starts anything. */
void rt_step_tree_begin(struct rt_step_tree *t);
/* Reaps adopted children that have ended; how many live, the leader of the group
   and those that look at it apart. */
unsigned rt_step_tree_count(const struct rt_step_tree *t);
/* Adds what they use, those that look at it apart. */
void rt_step_tree_measure(const struct rt_step_tree *t, struct rt_measure *measure);
/* A signal to every process of the tree. */
void rt_step_tree_signal(const struct rt_step_tree *t, int number);
/*
 * TERM to every process of the tree; the second of one stop is not sent. The group has it at once, and whatever else
 * there is of the tree a moment later, by rt_step_tree_rest: to look for that takes some fifty system calls, which
 * the shims of the other tasks that are told in this moment shall not have to wait for.
 */
void rt_step_tree_term(struct rt_step_tree *t, int64_t now);
/* Once that is due; what has begun since the group was told isn't told: it may be there to save something. */
void rt_step_tree_rest(struct rt_step_tree *t, int64_t now);

/* All signals but those that stop, kill, or come from a mistake of our own. */
bool rt_step_passes_on(int number);
struct signalfd_siginfo;
/* Somebody else's signal comes to us alone, wherever it comes from. */
bool rt_step_is_from_slurm(const struct signalfd_siginfo *info);

#endif
