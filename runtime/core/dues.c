/* SPDX-License-Identifier: Apache-2.0 */
/* Times and sets by the numbers of services. */
#include "runtime/core/dues.h"

#include <string.h>

enum {
	BITS = 64
};

void rt_dues_init(struct rt_dues *d, struct rt_pool *pool, uint32_t count)
{
	d->count = count;
	d->width = 1;
	while (d->width < count)
		d->width *= 2;
	d->first = rt_pool_array(pool, 2 * (size_t)d->width, sizeof(*d->first));
	for (uint32_t i = 0; i < 2 * d->width; i++)
		d->first[i] = INT64_MAX;
}

void rt_dues_set(struct rt_dues *d, uint32_t i, int64_t when)
{
	uint32_t at = d->width + i;

	d->first[at] = when;
	for (at /= 2; at; at /= 2) {
		int64_t left = d->first[2 * at], right = d->first[2 * at + 1];
		int64_t first = left < right ? left : right;

		if (d->first[at] == first)
			break;
		d->first[at] = first;
	}
}

int64_t rt_dues_first(const struct rt_dues *d)
{
	return d->first[1];
}

uint32_t rt_dues_next(const struct rt_dues *d, uint32_t from, int64_t now)
{
	uint32_t at = d->width + from;

	if (from >= d->count)
		return d->count;
	/* Up and to the right, till something below is due. */
	while (d->first[at] > now) {
		while (at & 1)
			at /= 2;
		if (!at)
			return d->count;
		at++;
	}
	while (at < d->width) {
		at *= 2;
		at += d->first[at] > now;
	}
	return at - d->width;
}

void rt_set_init(struct rt_set *set, struct rt_pool *pool, uint32_t count)
{
	set->words = count / BITS + 1;
	set->bits = rt_pool_array(pool, set->words, sizeof(*set->bits));
}

void rt_set_add(struct rt_set *set, uint32_t i)
{
	set->bits[i / BITS] |= UINT64_C(1) << i % BITS;
}

void rt_set_remove(struct rt_set *set, uint32_t i)
{
	set->bits[i / BITS] &= ~(UINT64_C(1) << i % BITS);
}

uint32_t rt_set_next(const struct rt_set *set, uint32_t from)
{
	uint32_t word = from / BITS;

	if (word >= set->words)
		return UINT32_MAX;
	uint64_t bits = set->bits[word] >> from % BITS << from % BITS;
	while (!bits && ++word < set->words)
		bits = set->bits[word];
	return bits ? word * BITS + (uint32_t)__builtin_ctzll(bits) : UINT32_MAX;
}

uint32_t rt_set_before(const struct rt_set *set, uint32_t end)
{
	uint32_t word = end / BITS;
	uint64_t bits = set->bits[word] & ((UINT64_C(1) << end % BITS) - 1);

	while (!bits && word--)
		bits = set->bits[word];
	return bits ? word * BITS + BITS - 1 - (uint32_t)__builtin_clzll(bits) : UINT32_MAX;
}

void rt_set_move(struct rt_set *to, struct rt_set *from)
{
	memcpy(to->bits, from->bits, from->words * sizeof(*from->bits));
	memset(from->bits, 0, from->words * sizeof(*from->bits));
}
