/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that is taken during set-up and lives as long as the program. The
 * supervisor allocates from nowhere else, so nothing grows while a job runs.
 */
#ifndef HPCC_RUNTIME_CORE_POOL_H
#define HPCC_RUNTIME_CORE_POOL_H

#include <stddef.h>

struct rt_pool {
	struct rt_pool_block *block;
	char *next;
	size_t left;
};

/* Zeroed memory, aligned for any type; ends the program when there is none. */
void *rt_pool_take(struct rt_pool *pool, size_t size);
/* `count` zeroed elements of `size` bytes. */
void *rt_pool_array(struct rt_pool *pool, size_t count, size_t size);
/* A list of `count` elements with room for one more: it doubles at each power of two. */
void *rt_pool_more(struct rt_pool *pool, void *list, size_t count, size_t size);
/* A copy of `len` bytes with a NUL behind them. */
char *rt_pool_text(struct rt_pool *pool, const char *text, size_t len);
char *rt_pool_format(struct rt_pool *pool, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void rt_pool_free(struct rt_pool *pool);

#endif
