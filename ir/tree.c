/* SPDX-License-Identifier: Apache-2.0 */
/* The tree: look-up in mappings, trails. */
#include "ir/tree.h"

const char *node_kind_name(enum node_kind kind)
{
	switch (kind) {
	case NODE_NULL:
		return "null";
	case NODE_BOOL:
		return "a boolean";
	case NODE_INT:
		return "an integer";
	case NODE_FLOAT:
		return "a number";
	case NODE_STRING:
		return "a string";
	case NODE_LIST:
		return "a list";
	case NODE_MAP:
		return "a mapping";
	}
	return "";
}

const struct entry *node_entry(const struct node *map, struct str key)
{
	if (!map || map->kind != NODE_MAP)
		return NULL;
	if (map->index) {
		uint32_t i = map_get(map->index, key);
		return i == MAP_NONE ? NULL : &map->entries[i];
	}
	for (uint32_t i = 0; i < map->n; i++)
		if (str_eq(map->entries[i].key, key))
			return &map->entries[i];
	return NULL;
}

struct node *node_get(const struct node *map, const char *key)
{
	const struct entry *entry = node_entry(map, str_c(key));
	return entry ? entry->value : NULL;
}

const struct trail *trail_join(struct arena *a, const struct trail *inner,
			       const struct trail *outer)
{
	if (!inner)
		return outer;
	if (!outer)
		return inner;
	struct trail *first = NULL, **end = &first;
	for (; inner; inner = inner->next) {
		struct trail *copy = ARENA_NEW(a, struct trail);
		*copy = *inner;
		*end = copy;
		/* The chain is const for readers; this one is still being built. */
		end = (struct trail **)&copy->next;
	}
	*end = (struct trail *)outer;
	return first;
}

/* The way through a long chain need not be told to its end, and copies of it take memory. */
enum {
	ENOUGH_STEPS = 8
};

/* A long trail that tells of this kind of step already. */
static bool is_told(const struct trail *trail, enum trail_kind kind)
{
	int n = 0;
	bool has_kind = false;
	for (const struct trail *t = trail; t; t = t->next, n++)
		has_kind |= t->kind == kind;
	return has_kind && n >= ENOUGH_STEPS;
}

struct node *node_with_trail(struct arena *a, const struct node *node, const struct trail *outer)
{
	if (outer && is_told(node->trail, outer->kind))
		return (struct node *)node;
	struct node *copy = ARENA_NEW(a, struct node);
	*copy = *node;
	copy->trail = trail_join(a, node->trail, outer);
	return copy;
}

void node_make_index(struct arena *a, struct node *map)
{
	map->index = NULL;
	if (map->n < NODE_INDEX_FROM)
		return;
	struct map *index = ARENA_NEW(a, struct map);
	map_reserve(index, a, map->n);
	for (uint32_t i = 0; i < map->n; i++)
		map_put(index, a, map->entries[i].key, i);
	map->index = index;
}

struct node *node_without(struct arena *a, const struct node *map, const char *key)
{
	struct node *copy = ARENA_NEW(a, struct node);
	*copy = *map;
	copy->entries = ARENA_ARRAY(a, map->n, struct entry);
	copy->n = 0;
	for (uint32_t i = 0; i < map->n; i++)
		if (!str_eq_c(map->entries[i].key, key))
			copy->entries[copy->n++] = map->entries[i];
	node_make_index(a, copy);
	return copy;
}

struct node *node_with(struct arena *a, const struct node *map, const struct node *old,
		       struct node *value)
{
	struct node *copy = ARENA_NEW(a, struct node);
	*copy = *map;
	copy->entries = ARENA_ARRAY(a, map->n, struct entry);
	for (uint32_t i = 0; i < map->n; i++) {
		copy->entries[i] = map->entries[i];
		if (copy->entries[i].value == old)
			copy->entries[i].value = value;
	}
	node_make_index(a, copy);
	return copy;
}
