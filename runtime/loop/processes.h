/* SPDX-License-Identifier: Apache-2.0 */
/* Looking at processes through /proc: own children, descendants, members of a group, who catches a
   signal. */
#ifndef HPCC_RUNTIME_LOOP_PROCESSES_H
#define HPCC_RUNTIME_LOOP_PROCESSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* A process as it was when it was looked at; number and start time together are never used again. */
struct rt_process {
	pid_t pid, parent, group, session;
	unsigned long long start; /* since boot, in ticks of the clock */
	bool is_dead;             /* and not reaped */
};

/* /proc/PID/NAME with a NUL behind it; its length, or -1. */
ssize_t rt_process_text(pid_t pid, const char *name, char *text, size_t room);
bool rt_process_read(pid_t pid, struct rt_process *p);
bool rt_process_is_same(const struct rt_process *a, const struct rt_process *b);
/* True if it was still there. */
bool rt_process_signal(const struct rt_process *p, int number);

/* Whether it was started with NAME=VALUE, or with NAME= and whatever value. */
bool rt_process_has_variable(pid_t pid, const char *variable);

/* By the name that the kernel keeps, which has 15 bytes. */
bool rt_process_is_called(pid_t pid, const char *name);

/* Whether word number `index` of its command line is `word`. */
bool rt_process_has_word(pid_t pid, unsigned index, const char *word);

/* All that descends from one process, ordered by number. */
struct rt_family {
	struct rt_process *member;
	size_t count, room;
};

/* True for a process that doesn't belong to the family, nor does what descends from it. */
typedef bool rt_is_left_out(const struct rt_process *p, const void *arg);

/* Takes memory; empty where there is no /proc. `is_left_out` may be NULL. */
void rt_family_read(struct rt_family *f, pid_t root, rt_is_left_out *is_left_out, const void *arg);
void rt_family_free(struct rt_family *f);
/* KILL to all that can be found below the process, sessions of their own included; not to itself. */
void rt_family_kill(pid_t root);
bool rt_family_has(const struct rt_family *f, const struct rt_process *p);

/* Whether it has a socket open, by the socket's number. */
enum rt_holds {
	RT_HOLDS_NOT,
	RT_HOLDS,
	RT_HOLDS_UNKNOWN /* it lives, and can't be looked into */
};
enum rt_holds rt_process_holds_socket(pid_t pid, uint32_t socket);

/* Calls `visit` for every process of the machine that can be seen. */
void rt_each_process(void (*visit)(pid_t pid, void *arg), void *arg);
/* Calls `visit` for every child of this process, zombies included. */
void rt_each_child(void (*visit)(pid_t pid, void *arg), void *arg);
/* Calls `visit` for every process of the group. */
void rt_each_member(pid_t group, void (*visit)(pid_t pid, void *arg), void *arg);
/* Sends a signal to those members of the group that it can't kill, since they catch it or wait for it
   with it blocked; how many there were. */
unsigned rt_signal_catchers(pid_t group, int number);

#endif
