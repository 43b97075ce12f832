/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A region of memory that is freed as a whole. All memory of a compilation comes from one
 * arena; nothing below the driver frees anything. Running out of memory aborts here, so nobody
 * tests for NULL.
 */
#ifndef HPCC_IR_SUPPORT_ARENA_H
#define HPCC_IR_SUPPORT_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena_block;
struct arena {
	struct arena_block *blocks; /* newest first */
	char *next, *end;           /* free room of the newest block */
	size_t total;               /* bytes taken from the system */
};

void arena_init(struct arena *a);
void arena_free(struct arena *a);

/* Forgets all that was taken from it, and keeps the newest block: for memory that is of use for a
   moment only, again and again. */
void arena_reset(struct arena *a);

/* Zeroed memory, aligned to 8 bytes, which is enough for all but long double and vectors. A size
   of 0 gives a valid pointer. */
void *arena_alloc(struct arena *a, size_t size);

/* An array of n zeroed objects; aborts when n * size overflows. */
void *arena_array(struct arena *a, size_t n, size_t size);

/* A copy of old with room for new_size bytes; grows in place when old was the last allocation.
   Memory beyond old_size is not zeroed. */
void *arena_grow(struct arena *a, void *old, size_t old_size, size_t new_size);

#define ARENA_NEW(a, type)      ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, n, type) ((type *)arena_array((a), (n), sizeof(type)))

/* A list in an arena. */
#define LIST(type)                                                                                 \
	struct {                                                                                   \
		type *items;                                                                       \
		uint32_t n, cap;                                                                   \
	}

/*
 * Room for one more item at the end of a LIST:
 *	LIST(struct edge) edges = {0};
 *	*LIST_PUSH(a, &edges) = (struct edge){.from = 1};
 */
#define LIST_PUSH(a, list)                                                                         \
	(((list)->n == (list)->cap ? (void)((list)->items = arena_grow_list(                       \
						    (a), (list)->items, sizeof(*(list)->items),    \
						    (list)->n, &(list)->cap))                      \
				   : (void)0),                                                     \
	 &(list)->items[(list)->n++])

/* Room for so many items in all, where their number is known. */
#define LIST_RESERVE(a, list, count)                                                               \
	((list)->items = arena_reserve_list((a), (list)->items, sizeof(*(list)->items), (list)->n, \
					    &(list)->cap, (count)))

void *arena_reserve_list(struct arena *a, void *items, size_t size, uint32_t n, uint32_t *cap,
			 uint32_t count);
void *arena_grow_list(struct arena *a, void *items, size_t size, uint32_t n, uint32_t *cap);

#endif
