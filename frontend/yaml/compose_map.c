/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Composer, mappings: repeated keys, merge keys, the index of large mappings.
 *
 *	<<: [*a, *b]	keys of a, then those of b that a lacks; own keys beat both
 */
#include "frontend/yaml/compose.h"

bool compose_count(struct composer *c, uint64_t *count, uint64_t n, struct span at)
{
	*count += n;
	if (*count <= FRONTEND_MAX_NODES)
		return true;
	diag_error(&c->u->diags, at, RULE_R001,
		   "this file makes more than %d values once its aliases and merge keys are "
		   "expanded",
		   FRONTEND_MAX_NODES);
	return false;
}

/* Position of key among n entries, or MAP_NONE. */
static uint32_t find_key(const struct entry *entries, uint32_t n, const struct map *index,
			 struct str key)
{
	if (index)
		return map_get(index, key);
	for (uint32_t i = 0; i < n; i++)
		if (str_eq(entries[i].key, key))
			return i;
	return MAP_NONE;
}

static void complain_about_repeat(struct composer *c, const struct entry *second,
				  const struct entry *first)
{
	struct diag *d = diag_error(&c->u->diags, second->key_at, RULE_R002,
				    "key '%.*s' is repeated", STR_ARG(second->key));
	diag_note(&c->u->diags, d, first->key_at, "the first one is here");
}

/* The own entries of a mapping, each key once (the first of each). Returns their number. */
static uint32_t take_own(struct composer *c, struct entry *own, const struct child *children,
			 uint32_t n, struct map *index)
{
	uint32_t n_own = 0;
	if (index)
		map_reserve(index, c->a, n);
	for (uint32_t i = 0; i < n; i++) {
		const struct entry *entry = &children[i].entry;
		uint32_t before = index ? map_put(index, c->a, entry->key, n_own)
					: find_key(own, n_own, NULL, entry->key);
		if (before == MAP_NONE) {
			own[n_own++] = *entry;
			continue;
		}
		if (index) /* the first one keeps its place */
			map_put(index, c->a, entry->key, before);
		complain_about_repeat(c, entry, &own[before]);
	}
	return n_own;
}

/* Merging: the entries that a mapping gets, and which keys it has. */
struct merger {
	struct composer *c;
	struct arena scratch; /* for keys, which are needed only while merging */
	struct map keys;      /* of own entries and of those merged */
	struct entry *entries;
	uint32_t n;
	const struct trail *step; /* through the << */
};

static void merge_one(struct merger *m, const struct node *source)
{
	for (uint32_t i = 0; i < source->n; i++) {
		struct entry entry = source->entries[i];
		if (map_get(&m->keys, entry.key) != MAP_NONE)
			continue;
		map_put(&m->keys, &m->scratch, entry.key, 0);
		entry.value = node_with_trail(m->c->a, entry.value, m->step);
		m->entries[m->n++] = entry;
	}
}

/* A source of entries must be a mapping. */
static bool check_source(struct composer *c, const struct node *source)
{
	if (source->is_poison)
		c->u->has_lost_base = true;
	else if (source->kind != NODE_MAP)
		diag_error(&c->u->diags, source->at, RULE_R013,
			   "'<<' takes a mapping or a list of mappings, not %s",
			   node_kind_name(source->kind));
	return source->kind == NODE_MAP;
}

/* Replaces the `<<` entry at `place` by what it stands for. False when there is too much of it. */
static bool expand_merge(struct composer *c, struct node *map, uint32_t place)
{
	const struct node *value = map->entries[place].value;
	struct node *const *sources =
		value->kind == NODE_LIST ? value->items : &map->entries[place].value;
	uint32_t n_sources = value->kind == NODE_LIST ? value->n : 1;
	struct trail *step = ARENA_NEW(c->a, struct trail);
	*step = (struct trail){.kind = TRAIL_MERGE, .at = map->entries[place].key_at};
	struct merger m = {.c = c, .step = step};
	uint64_t room = 0;
	for (uint32_t i = 0; i < n_sources; i++)
		room += sources[i]->n;
	if (!compose_count(c, &c->n_merged, room, map->entries[place].key_at))
		return false;
	room += map->n;
	m.entries = ARENA_ARRAY(c->a, room, struct entry);
	arena_init(&m.scratch);
	for (uint32_t i = 0; i < map->n; i++)
		if (i != place)
			map_put(&m.keys, &m.scratch, map->entries[i].key, 0);
	for (uint32_t i = 0; i < place; i++)
		m.entries[m.n++] = map->entries[i];
	for (uint32_t i = 0; i < n_sources; i++)
		if (check_source(c, sources[i]))
			merge_one(&m, sources[i]);
	for (uint32_t i = place + 1; i < map->n; i++)
		m.entries[m.n++] = map->entries[i];
	arena_free(&m.scratch);
	map->entries = m.entries;
	map->n = m.n;
	return true;
}

bool compose_entries(struct composer *c, struct node *map, const struct child *children, uint32_t n)
{
	struct map *index = n >= NODE_INDEX_FROM ? ARENA_NEW(c->a, struct map) : NULL;
	map->entries = ARENA_ARRAY(c->a, n, struct entry);
	map->n = take_own(c, map->entries, children, n, index);
	map->index = index;
	bool has_merge = false;
	for (uint32_t i = 0; i < n; i++)
		has_merge |= children[i].is_merge;
	if (!has_merge)
		return true;
	if (!expand_merge(c, map, find_key(map->entries, map->n, index, STR("<<"))))
		return false;
	node_make_index(c->a, map);
	return true;
}
