/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guard: a parent for the supervisor that does nothing but be there. If the
 * supervisor is killed, all its processes, whatever group or session they are in,
 * become children of the guard, which ends them. If the guard is killed, the
 * supervisor hears of it and ends the job itself.
 */
#ifndef HPCC_RUNTIME_LOOP_GUARD_H
#define HPCC_RUNTIME_LOOP_GUARD_H

#include <stdbool.h>

/*
 * Forks: the child returns true and goes on as the supervisor. The parent stays
 * behind as its guard, passes signals on, and ends the program with the
 * supervisor's status. False: there can be no guard, and no child was made.
 */
bool rt_guard_fork(void);
/* The signal by which the supervisor hears that its guard has died, or from it that the script has. */
int rt_guard_signal(void);
/* For the supervisor: its guard is not there any more. */
bool rt_guard_is_gone(void);
/*
 * Kills every child of this process, and what becomes its child by that, until
 * there is none left or the time is over.
 */
void rt_guard_kill_all(int seconds);

#endif
