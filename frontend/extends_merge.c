/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Laying a child over its base: mappings key by key, lists one behind the other, else the child
 * wins. The volumes of a service go by container path: the child's replaces the base's in place.
 *
 * !reset before a value of the child takes the base's away, !override puts the child's in its place.
 *
 *	base: {image: a, env: [X=1]}  child: {image: b, env: [Y=2]}  ->  {image: b, env: [X=1, Y=2]}
 */
#include "frontend/yaml/compose.h"
#include "frontend/extends.h"

static enum merge_place place_below(enum merge_place place, struct str key)
{
	switch (place) {
	case MERGE_ROOT:
		return str_eq(key, STR("services")) ? MERGE_SERVICES : MERGE_OTHER;
	case MERGE_SERVICES:
		return MERGE_SERVICE;
	case MERGE_SERVICE:
		return str_eq(key, STR("volumes")) ? MERGE_VOLUMES : MERGE_OTHER;
	case MERGE_VOLUMES:
	case MERGE_OTHER:
		break;
	}
	return MERGE_OTHER;
}

/* Inherited: the base's node and how it came here. */
static struct node *inherit(struct loader *l, struct node *node, const struct trail *step)
{
	return step ? node_with_trail(l->u->arena, node, step) : node;
}

static struct node *merge_maps(struct loader *l, const struct node *base, struct node *child,
			       const struct trail *step, enum merge_place place)
{
	struct arena *a = l->u->arena;
	struct node *merged = ARENA_NEW(a, struct node);
	*merged = *child;
	merged->entries = ARENA_ARRAY(a, (size_t)base->n + child->n, struct entry);
	merged->n = 0;
	for (uint32_t i = 0; i < base->n; i++) {
		struct entry entry = base->entries[i];
		const struct entry *over = node_entry(child, entry.key);
		if (over && over->value->is_reset)
			continue;
		if (over) {
			entry.key_at = over->key_at;
			entry.value = extends_merge(l, entry.value, over->value, step,
						    place_below(place, entry.key));
		} else {
			entry.value = inherit(l, entry.value, step);
		}
		merged->entries[merged->n++] = entry;
	}
	for (uint32_t i = 0; i < child->n; i++)
		if (!node_entry(base, child->entries[i].key))
			merged->entries[merged->n++] = child->entries[i];
	node_make_index(a, merged);
	return merged;
}

/* Where a mount's container path begins: behind the first ':' outside ${...}. */
static struct str container_path(struct arena *a, const struct node *item)
{
	struct str text = item->text;
	int depth = 0;
	size_t begin = 0, i = 0;
	for (; i < text.len; i++) {
		if (text.ptr[i] == '{' && i && text.ptr[i - 1] == '$')
			depth++;
		else if (text.ptr[i] == '}' && depth)
			depth--;
		if (text.ptr[i] != ':' || depth)
			continue;
		if (begin)
			break;
		begin = i + 1;
	}
	struct str path = begin ? str_trim(str_slice(text, begin, i)) : STR("");
	return path.len ? path_tidy(a, path) : path;
}

static bool is_scalar(const struct node *node)
{
	return node->kind != NODE_LIST && node->kind != NODE_MAP && !node->is_poison;
}

/* Written once: a file that two files include. */
static bool is_same(const struct node *one, const struct node *other)
{
	return one->at.begin == other->at.begin && one->at.end == other->at.end;
}

static bool has_item(const struct node *list, const struct node *item)
{
	enum {
		MOST = 1000
	};
	for (uint32_t i = 0; i < list->n && i < MOST; i++)
		if (is_same(list->items[i], item))
			return true;
	return false;
}

static struct node *merge_lists(struct loader *l, const struct node *base, const struct node *child,
				const struct trail *step, bool is_volumes)
{
	struct arena *a = l->u->arena;
	struct node *merged = ARENA_NEW(a, struct node);
	*merged = *child;
	merged->items = ARENA_ARRAY(a, (size_t)base->n + child->n, struct node *);
	merged->n = 0;
	struct map targets = {0};
	for (uint32_t i = 0; i < base->n; i++) {
		struct node *item = base->items[i];
		struct str target =
			is_volumes && is_scalar(item) ? container_path(a, item) : STR("");
		if (target.len && map_get(&targets, target) == MAP_NONE)
			map_put(&targets, a, target, merged->n);
		merged->items[merged->n++] = inherit(l, item, step);
	}
	for (uint32_t i = 0; i < child->n; i++) {
		struct node *item = child->items[i];
		if (!step && has_item(base, item))
			continue;
		uint32_t before = is_volumes && is_scalar(item)
					  ? map_get(&targets, container_path(a, item))
					  : MAP_NONE;
		if (before != MAP_NONE)
			merged->items[before] = item;
		else
			merged->items[merged->n++] = item;
	}
	return merged;
}

struct node *extends_merge(struct loader *l, const struct node *base, struct node *child,
			   const struct trail *step, enum merge_place place)
{
	bool are_maps = base->kind == NODE_MAP && child->kind == NODE_MAP;
	bool are_lists = base->kind == NODE_LIST && child->kind == NODE_LIST;
	if ((!are_maps && !are_lists) || child->is_override || base->is_reset ||
	    (!step && is_same(base, child)))
		return child;
	bool was_small = l->n_merged <= FRONTEND_MAX_NODES;
	l->n_merged += (uint64_t)base->n + child->n;
	if (l->n_merged > FRONTEND_MAX_NODES) {
		if (was_small)
			diag_error(&l->u->diags, step ? step->at : SPAN_NONE, RULE_R001,
				   "files laid over each other make more than %d values",
				   FRONTEND_MAX_NODES);
		l->u->has_lost_base = true;
		return child;
	}
	if (are_maps)
		return merge_maps(l, base, child, step, place);
	return merge_lists(l, base, child, step, place == MERGE_VOLUMES);
}
