/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arena: bump allocation in blocks that double up to 16 MiB; larger requests get their own. Large
 * blocks come straight from the system in whole huge pages where it has them: a big spec touches
 * all of its memory once, and small pages would cost more than the work done in them.
 */
#include "ir/support/arena.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "ir/support/bug.h"

enum {
	ALIGN = 8,
	FIRST_BLOCK = 32 << 10,
	LARGEST_BLOCK = 16 << 20,
	MAPPED = 1 << 20, /* blocks from this size on are mapped */
	HUGE_PAGE = 2 << 20,
};

struct arena_block {
	struct arena_block *older;
	size_t size; /* with this head */
};

void arena_init(struct arena *a)
{
	*a = (struct arena){0};
}

static struct arena_block *take_block(size_t size)
{
	if (size < MAPPED)
		return calloc(1, size);
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return NULL;
	if (size >= HUGE_PAGE)
		madvise(p, size, MADV_HUGEPAGE); /* a wish; refusing it changes nothing */
	return p;
}

static void give_block(struct arena_block *block)
{
	if (block->size < MAPPED)
		free(block);
	else
		munmap(block, block->size);
}

void arena_free(struct arena *a)
{
	struct arena_block *block = a->blocks;
	while (block) {
		struct arena_block *older = block->older;
		give_block(block);
		block = older;
	}
	*a = (struct arena){0};
}

static size_t round_up(size_t size)
{
	return (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}

static void add_block(struct arena *a, size_t need)
{
	size_t head = round_up(sizeof(struct arena_block));
	size_t size = a->blocks ? a->blocks->size * 2 : FIRST_BLOCK;
	if (size > LARGEST_BLOCK)
		size = LARGEST_BLOCK;
	if (size < head + need)
		size = head + need;
	struct arena_block *block = take_block(size);
	if (!block)
		BUG("out of memory");
	block->older = a->blocks;
	block->size = size;
	a->blocks = block;
	a->next = (char *)block + head;
	a->end = (char *)block + size;
	a->total += size;
}

void *arena_alloc(struct arena *a, size_t size)
{
	if (size > SIZE_MAX / 4)
		BUG("allocation too large");
	size_t rounded = size ? round_up(size) : ALIGN;
	if ((size_t)(a->end - a->next) < rounded)
		add_block(a, rounded);
	void *p = a->next;
	a->next += rounded;
	return p;
}

void *arena_array(struct arena *a, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / 4 / size)
		BUG("allocation too large");
	return arena_alloc(a, n * size);
}

void *arena_grow(struct arena *a, void *old, size_t old_size, size_t new_size)
{
	bool is_last = old && old_size && (char *)old + round_up(old_size) == a->next;
	if (is_last && (size_t)(a->end - (char *)old) >= round_up(new_size)) {
		a->next = (char *)old + round_up(new_size);
		return old;
	}
	void *p = arena_alloc(a, new_size);
	if (old_size)
		memcpy(p, old, old_size < new_size ? old_size : new_size);
	return p;
}

void *arena_grow_list(struct arena *a, void *items, size_t size, uint32_t n, uint32_t *cap)
{
	uint32_t grown = *cap ? *cap * 2 : 4;
	if (grown < *cap)
		BUG("list too long");
	items = arena_grow(a, items, (size_t)*cap * size, (size_t)grown * size);
	memset((char *)items + n * size, 0, ((size_t)grown - n) * size);
	*cap = grown;
	return items;
}
