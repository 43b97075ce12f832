/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arena: bump allocation in blocks that grow up to 16 MiB. Large blocks come straight from the
 * system in whole huge pages where it has them: a big spec touches all of its memory once, and small
 * pages would cost more than the work done in them. A large request gets a block of its own, which
 * the system moves and enlarges without a copy when the request grows: the text of a big script
 * isn't left behind in halves of its size.
 */
#include "ir/support/arena.h"

#include <string.h>
#include <sys/mman.h>

#include "ir/support/bug.h"

enum {
	ALIGN = 8,
	FIRST_BLOCK = 32 << 10,
	LARGEST_BLOCK = 16 << 20,
	HUGE_PAGE = 2 << 20, /* blocks from a quarter of it on are multiples of it */
	LARGE = HUGE_PAGE / 4,
	OWN_BLOCK = 1 << 20, /* requests from this size on */
};

struct arena_block {
	struct arena_block *older;
	size_t size; /* with this head */
};

enum {
	HEAD = (sizeof(struct arena_block) + ALIGN - 1) & ~(size_t)(ALIGN - 1)
};

void arena_init(struct arena *a)
{
	*a = (struct arena){0};
}

/* Linux gives mappings whose size is a multiple of a huge page an address that is one, too. */
static size_t block_size(size_t size)
{
	return size < LARGE ? size : (size + HUGE_PAGE - 1) & ~(size_t)(HUGE_PAGE - 1);
}

/* The system's memory is zero as it comes, and what isn't touched costs nothing. */
static struct arena_block *take_block(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return NULL;
	if (size >= LARGE)
		madvise(p, size, MADV_HUGEPAGE); /* a wish; refusing it changes nothing */
	return p;
}

static void give_block(struct arena_block *block)
{
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

void arena_reset(struct arena *a)
{
	struct arena_block *newest = a->blocks;
	if (!newest)
		return;
	struct arena older = {.blocks = newest->older};
	arena_free(&older);
	char *first = (char *)newest + HEAD;
	memset(first, 0, (size_t)(a->next - first));
	newest->older = NULL;
	a->next = first;
	a->total = newest->size;
}

static size_t round_up(size_t size)
{
	return (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}

static struct arena_block *new_block(struct arena *a, size_t size)
{
	size = block_size(size);
	struct arena_block *block = take_block(size);
	if (!block)
		BUG("out of memory");
	block->size = size;
	a->total += size;
	return block;
}

static void add_block(struct arena *a, size_t need)
{
	size_t size = a->blocks ? a->blocks->size * 2 : FIRST_BLOCK;
	if (size > LARGEST_BLOCK)
		size = LARGEST_BLOCK;
	if (size < HEAD + need)
		size = HEAD + need;
	struct arena_block *block = new_block(a, size);
	block->older = a->blocks;
	a->blocks = block;
	a->next = (char *)block + HEAD;
	a->end = (char *)block + block->size;
}

/* The block goes behind the newest, which stays the one that small requests are taken from. */
static void *add_own_block(struct arena *a, size_t need)
{
	if (!a->blocks)
		add_block(a, 0);
	struct arena_block *block = new_block(a, HEAD + need);
	block->older = a->blocks->older;
	a->blocks->older = block;
	return (char *)block + HEAD;
}

/* The link that points at the block of its own which `p` begins, or NULL. */
static struct arena_block **own_block_of(struct arena *a, const void *p)
{
	struct arena_block **link = a->blocks ? &a->blocks->older : NULL;
	while (link && *link && (char *)*link + HEAD != p)
		link = &(*link)->older;
	return link && *link ? link : NULL;
}

static void *grow_own_block(struct arena *a, struct arena_block **link, size_t need)
{
	struct arena_block *block = *link;
	size_t size = block_size(HEAD + need);
	if (size == block->size)
		return (char *)block + HEAD;
	a->total += size - block->size;
	block = mremap(block, block->size, size, MREMAP_MAYMOVE);
	if (block == MAP_FAILED)
		BUG("out of memory");
	block->size = size;
	*link = block;
	return (char *)block + HEAD;
}

void *arena_alloc(struct arena *a, size_t size)
{
	if (size > SIZE_MAX / 4)
		BUG("allocation too large");
	size_t rounded = size ? round_up(size) : ALIGN;
	if (rounded >= OWN_BLOCK)
		return add_own_block(a, rounded);
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
	if (new_size > SIZE_MAX / 4)
		BUG("allocation too large");
	struct arena_block **own = round_up(old_size) >= OWN_BLOCK ? own_block_of(a, old) : NULL;
	if (own && new_size > old_size)
		return grow_own_block(a, own, round_up(new_size));
	void *p = arena_alloc(a, new_size);
	if (old_size)
		memcpy(p, old, old_size < new_size ? old_size : new_size);
	return p;
}

void *arena_reserve_list(struct arena *a, void *items, size_t size, uint32_t n, uint32_t *cap,
			 uint32_t count)
{
	if (count <= *cap)
		return items;
	items = arena_grow(a, items, (size_t)*cap * size, (size_t)count * size);
	memset((char *)items + n * size, 0, ((size_t)count - n) * size);
	*cap = count;
	return items;
}

void *arena_grow_list(struct arena *a, void *items, size_t size, uint32_t n, uint32_t *cap)
{
	uint32_t grown = *cap ? *cap * 2 : 4;
	if (grown < *cap)
		BUG("list too long");
	return arena_reserve_list(a, items, size, n, cap, grown);
}
