/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What has to be done with which of many services, without a look at all of them: the times at
 * which they are due, and sets of them. Both are walked in the order of their numbers.
 */
#ifndef HPCC_RUNTIME_CORE_DUES_H
#define HPCC_RUNTIME_CORE_DUES_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/core/pool.h"

/* A tree of the earliest times: setting one takes a step for each doubling of the count. */
struct rt_dues {
	uint32_t count, width;
	int64_t *first;
};

/* None is due: all are at INT64_MAX. */
void rt_dues_init(struct rt_dues *dues, struct rt_pool *pool, uint32_t count);
void rt_dues_set(struct rt_dues *dues, uint32_t i, int64_t when);
/* The earliest time of all, INT64_MAX if there is none. */
int64_t rt_dues_first(const struct rt_dues *dues);
/* The first number from `from` on that is due at `now`; `count` if there is none. */
uint32_t rt_dues_next(const struct rt_dues *dues, uint32_t from, int64_t now);

struct rt_set {
	uint32_t words;
	uint64_t *bits;
};

void rt_set_init(struct rt_set *set, struct rt_pool *pool, uint32_t count);
void rt_set_add(struct rt_set *set, uint32_t i);
void rt_set_remove(struct rt_set *set, uint32_t i);
/* The first member from `from` on, or UINT32_MAX. */
uint32_t rt_set_next(const struct rt_set *set, uint32_t from);
/* The last member below `end`, or UINT32_MAX. */
uint32_t rt_set_before(const struct rt_set *set, uint32_t end);
/* Moves all members to `to`, which then has no others. */
void rt_set_move(struct rt_set *to, struct rt_set *from);

#endif
