/* SPDX-License-Identifier: Apache-2.0 */
/* A hash table from strings to numbers. Users keep the order of insertion in their own lists. */
#ifndef HPCC_IR_SUPPORT_MAP_H
#define HPCC_IR_SUPPORT_MAP_H

#include "ir/support/arena.h"
#include "ir/support/str.h"

struct map_slot {
	struct str key;
	uint32_t hash; /* 0: free */
	uint32_t value;
};

struct map {
	struct map_slot *slots;
	uint32_t n, cap; /* cap is a power of two, or 0 */
};

#define MAP_NONE UINT32_MAX

/* The number stored for key, or MAP_NONE. */
uint32_t map_get(const struct map *m, struct str key);

/* Room for n keys in all, so that putting them in doesn't grow the table again and again. */
void map_reserve(struct map *m, struct arena *a, uint32_t n);

/* Stores value for key; the key's bytes must live as long as the map. Returns the number stored
   before, or MAP_NONE. */
uint32_t map_put(struct map *m, struct arena *a, struct str key, uint32_t value);

#endif
