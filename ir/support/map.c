/* SPDX-License-Identifier: Apache-2.0 */
/* Open addressing with linear probing; at most three quarters full. */
#include "ir/support/map.h"

static uint32_t hash_of(struct str key)
{
	/* FNV-1a and a final mix. The order of a map is never visible, so a fixed seed will do;
	   the budget of nodes bounds what colliding keys can cost. */
	uint32_t h = 2166136261u;
	for (size_t i = 0; i < key.len; i++)
		h = (h ^ (unsigned char)key.ptr[i]) * 16777619u;
	h ^= h >> 15;
	h *= 0x2c1b3c6du;
	h ^= h >> 12;
	return h ? h : 1;
}

static struct map_slot *slot_for(const struct map *m, struct str key, uint32_t hash)
{
	for (uint32_t i = hash & (m->cap - 1);; i = (i + 1) & (m->cap - 1)) {
		struct map_slot *slot = &m->slots[i];
		if (!slot->hash || (slot->hash == hash && str_eq(slot->key, key)))
			return slot;
	}
}

uint32_t map_get(const struct map *m, struct str key)
{
	if (!m->cap)
		return MAP_NONE;
	const struct map_slot *slot = slot_for(m, key, hash_of(key));
	return slot->hash ? slot->value : MAP_NONE;
}

/* Keys that a table takes before it grows. */
static uint32_t most_keys(uint32_t cap)
{
	return cap / 4 * 3;
}

void map_reserve(struct map *m, struct arena *a, uint32_t n)
{
	struct map old = *m;
	if (n <= most_keys(old.cap))
		return;
	m->cap = old.cap ? old.cap : 16;
	while (n > most_keys(m->cap))
		m->cap *= 2;
	m->slots = ARENA_ARRAY(a, m->cap, struct map_slot);
	for (uint32_t i = 0; i < old.cap; i++)
		if (old.slots[i].hash)
			*slot_for(m, old.slots[i].key, old.slots[i].hash) = old.slots[i];
}

uint32_t map_put(struct map *m, struct arena *a, struct str key, uint32_t value)
{
	map_reserve(m, a, m->n + 1);
	uint32_t hash = hash_of(key);
	struct map_slot *slot = slot_for(m, key, hash);
	uint32_t before = slot->hash ? slot->value : MAP_NONE;
	m->n += !slot->hash;
	*slot = (struct map_slot){.key = key, .hash = hash, .value = value};
	return before;
}
