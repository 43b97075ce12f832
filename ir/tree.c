/* SPDX-License-Identifier: Apache-2.0 */
/* The tree: look-up in mappings. */
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
