/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A schedule is nothing but a list of choices: small numbers that are drawn at
 * random the first time and replayed afterwards. To make a counterexample small
 * it is enough to delete and lower numbers in the list; 0 is always the dullest
 * choice, and what is missing at the end counts as 0.
 */
#ifndef HPCC_TESTS_SIM_CHOICES_H
#define HPCC_TESTS_SIM_CHOICES_H

#include <stdbool.h>
#include <stdint.h>

enum {
	CHOICES_MAX = 4096
};

struct choices {
	uint64_t seed; /* while drawing */
	bool is_replay;
	uint32_t count; /* made or recorded so far */
	uint32_t next;  /* in a replay */
	uint8_t made[CHOICES_MAX];
};

/* A number below `n` (at most 256). */
static inline uint32_t choose(struct choices *c, uint32_t n)
{
	if (c->is_replay)
		return c->next < c->count ? c->made[c->next++] % n : 0;
	/* xorshift64*: fast, and good enough to shake a state machine. */
	c->seed ^= c->seed >> 12;
	c->seed ^= c->seed << 25;
	c->seed ^= c->seed >> 27;
	uint32_t value = (uint32_t)((c->seed * UINT64_C(2685821657736338717)) >> 40) % n;
	if (c->count < CHOICES_MAX)
		c->made[c->count++] = (uint8_t)value;
	return value;
}

/* True once in `n`. */
static inline bool once_in(struct choices *c, uint32_t n)
{
	return choose(c, n) == n - 1;
}

#endif
