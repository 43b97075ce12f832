/* SPDX-License-Identifier: Apache-2.0 */
/* A bump allocator: blocks from malloc, given back all at once. */
#include "runtime/core/pool.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct rt_pool_block {
	struct rt_pool_block *older;
	max_align_t data[];
};

static void out_of_memory(void)
{
	static const char text[] = "hpcc: out of memory\n";

	fwrite(text, 1, sizeof(text) - 1, stderr);
	abort();
}

static void pool_grow(struct rt_pool *pool, size_t size)
{
	size_t room = size > 32768 ? size : 32768;
	struct rt_pool_block *block = calloc(1, sizeof(*block) + room);

	if (!block)
		out_of_memory();
	block->older = pool->block;
	pool->block = block;
	pool->next = (char *)block->data;
	pool->left = room;
}

void *rt_pool_take(struct rt_pool *pool, size_t size)
{
	const size_t align = _Alignof(max_align_t);

	if (size > (size_t)-1 / 4)
		out_of_memory();
	size = (size + align - 1) / align * align;
	if (size > pool->left)
		pool_grow(pool, size);
	void *at = pool->next;
	pool->next += size;
	pool->left -= size;
	return at;
}

void *rt_pool_array(struct rt_pool *pool, size_t count, size_t size)
{
	if (size && count > (size_t)-1 / 4 / size)
		out_of_memory();
	return rt_pool_take(pool, count * size);
}

void *rt_pool_more(struct rt_pool *pool, void *list, size_t count, size_t size)
{
	if (count & (count - 1))
		return list;
	void *larger = rt_pool_array(pool, count ? 2 * count : 1, size);
	if (count)
		memcpy(larger, list, count * size);
	return larger;
}

char *rt_pool_text(struct rt_pool *pool, const char *text, size_t len)
{
	char *copy = rt_pool_take(pool, len + 1);

	if (len)
		memcpy(copy, text, len);
	return copy;
}

char *rt_pool_format(struct rt_pool *pool, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	va_list again;
	va_copy(again, args);
	int len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	char *text = rt_pool_take(pool, (size_t)(len < 0 ? 0 : len) + 1);
	if (len > 0)
		vsnprintf(text, (size_t)len + 1, format, again);
	va_end(again);
	return text;
}

void rt_pool_free(struct rt_pool *pool)
{
	struct rt_pool_block *block = pool->block;

	while (block) {
		struct rt_pool_block *older = block->older;

		free(block);
		block = older;
	}
	memset(pool, 0, sizeof(*pool));
}
