/* SPDX-License-Identifier: Apache-2.0 */
/* Looking at processes through /proc: own children, members of a group, who catches a signal. */
#ifndef HPCC_RUNTIME_PROCESSES_H
#define HPCC_RUNTIME_PROCESSES_H

#include <stdbool.h>
#include <sys/types.h>

/* Calls `visit` for every child of this process, zombies included. */
void rt_each_child(void (*visit)(pid_t pid, void *arg), void *arg);
/* Calls `visit` for every process of the group. */
void rt_each_member(pid_t group, void (*visit)(pid_t pid, void *arg), void *arg);
/* Sends a signal to those members of the group that it can't kill, since they catch it or wait for it
   with it blocked; how many there were. */
unsigned rt_signal_catchers(pid_t group, int number);

#endif
