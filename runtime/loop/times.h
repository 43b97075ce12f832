/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log-times: when the logs had which size, and so when their lines were written. Nobody stands between a
 * service and its log for that: inotify tells once that a log grows again, and from then on its size is looked
 * at ten times a second, for as long as it grows. A service that writes without a pause pays nothing for it,
 * one that is silent wakes nobody up.
 *
 *	1796083465123 worker 4096	at that time (ms since 1970) its log had 4096 bytes
 *	1796083470001 worker 0		it was emptied, or is another file: what is above counts no more
 *	1796083470101 - 912		the batch log
 *
 * The file has a bound: above it, times that are nearer to each other than a limit become one, and the limit
 * grows. A line that came after a silence keeps its time.
 */
#ifndef HPCC_RUNTIME_LOOP_TIMES_H
#define HPCC_RUNTIME_LOOP_TIMES_H

#include "runtime/loop/sup.h"

/* Where it can't be written, or nothing can be watched, there are no times. */
void rt_times_open(struct rt_sup *sup);
/* The service's log is there: its growth is noted from here on. */
void rt_times_follow(struct rt_sup *sup, uint32_t service);
/* When some log is to be looked at, RT_NEVER: none. */
int64_t rt_times_next(const struct rt_sup *sup);
void rt_times_due(struct rt_sup *sup);
/* The last sizes of all. */
void rt_times_end(struct rt_sup *sup);

#endif
