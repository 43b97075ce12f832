/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Work that waits for Slurm, in a process of its own: whoever draws a screen goes on meanwhile.
 *
 *	errand_begin(&e, ask_queue, context)	false: there can't be another process
 *	… errand_has_ended(&e) now and then …
 *	result = errand_end(&e)			what it found; NULL: it ended without
 */
#ifndef HPCC_DRIVER_CLUSTER_ERRAND_H
#define HPCC_DRIVER_CLUSTER_ERRAND_H

#include <jansson.h>
#include <stdbool.h>
#include <sys/types.h>

#include "ir/support/arena.h"
#include "ir/support/str.h"

struct errand {
	pid_t pid; /* 0: none is on its way */
	int fd;    /* of what it found; -1: it has said all */
	struct arena arena;
	struct buf said;
};

/* The work; what it changes in memory is lost, what it returns is not. */
typedef json_t *errand_work(void *context);

bool errand_begin(struct errand *e, errand_work *work, void *context);
static inline bool errand_is_open(const struct errand *e)
{
	return e->pid > 0;
}

/* Reads what is there, waits for nothing. */
bool errand_has_ended(struct errand *e);

/* Ends one that is under way, and its programs with it. */
json_t *errand_end(struct errand *e);

#endif
