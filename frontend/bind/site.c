/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The binder's vocabulary: where a value stands, where it came from, what lies below it.
 *
 *	services.api.x-slurm.hooks[0].script
 */
#include "frontend/bind/site.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static void add_path(struct buf *b, const struct scope *scope)
{
	if (!scope->up)
		return;
	add_path(b, scope->up);
	if (scope->is_item) {
		buf_add_fmt(b, "[%u]", scope->index);
		return;
	}
	if (b->len)
		buf_add_byte(b, '.');
	buf_add(b, scope->key);
}

struct str scope_path(struct arena *a, const struct scope *scope)
{
	struct buf b;
	buf_init(&b, a);
	add_path(&b, scope);
	return b.len ? buf_str(&b) : STR("the spec");
}

/* The service that the walk is in: the first key below `services`, which the root has. */
static struct str scope_service(const struct scope *scope)
{
	for (; scope->up && scope->up->up; scope = scope->up)
		if (!scope->up->up->up)
			return str_eq_c(scope->up->key, "services") ? scope->key : STR("");
	return STR("");
}

struct diag_subject scope_subject(struct arena *a, const struct scope *scope)
{
	return (struct diag_subject){.path = scope_path(a, scope), .service = scope_service(scope)};
}

bool is_from_ir(const struct node *node)
{
	return node->trail && node->trail->kind == TRAIL_PLACE;
}

const struct node *node_below(const struct site *s, const struct node *child)
{
	/* What an IR text says of a place, it says of each value by itself. */
	if (!s->node->trail || is_from_ir(s->node))
		return child;
	return node_with_trail(s->u->arena, child, s->node->trail);
}

bool is_ir_secret(const struct node *node)
{
	return is_from_ir(node) && str_has_prefix(node->trail->name, "secret ");
}

/* The comment behind a value of an IR text begins with the word of its origin. */
static enum origin_kind ir_origin(const struct node *node)
{
	static const struct {
		const char *word;
		enum origin_kind kind;
	} words[] = {
		{"default", ORIGIN_DEFAULT},         {"extends", ORIGIN_EXTENDS},
		{"environment", ORIGIN_ENVIRONMENT}, {"profile", ORIGIN_PROFILE},
		{"derived", ORIGIN_DERIVED},         {"poison", ORIGIN_POISON},
	};
	struct str comment = node->trail->name;
	if (is_ir_secret(node))
		comment = str_from(comment, strlen("secret "));
	struct str word;
	str_split(comment, ' ', &word);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_eq_c(word, words[i].word))
			return words[i].kind;
	return ORIGIN_WRITTEN;
}

struct origin origin_of(const struct node *node)
{
	enum origin_kind kind = ORIGIN_WRITTEN;
	if (is_from_ir(node))
		kind = ir_origin(node);
	for (const struct trail *t = node->trail; t; t = t->next) {
		switch (t->kind) {
		case TRAIL_ALIAS:
		case TRAIL_MERGE:
		case TRAIL_PLACE:
			break;
		case TRAIL_EXTENDS:
			kind = kind == ORIGIN_WRITTEN ? ORIGIN_EXTENDS : kind;
			break;
		case TRAIL_VARIABLE:
			kind = ORIGIN_ENVIRONMENT;
			break;
		case TRAIL_PROFILE:
			kind = ORIGIN_PROFILE;
			break;
		case TRAIL_DERIVED:
			kind = ORIGIN_DERIVED;
			break;
		}
	}
	return origin_new(node->at, node->trail, kind);
}

struct site site_of_item(const struct site *s, uint32_t i, struct scope *scope)
{
	const struct node *item = s->node->items[i];
	*scope = (struct scope){.up = s->scope, .index = i, .is_item = true, .at = item->at};
	return (struct site){s->u, scope, s->field, node_below(s, item)};
}

struct site site_of_entry(const struct site *s, const struct entry *entry, struct scope *scope)
{
	*scope = (struct scope){.up = s->scope, .key = entry->key, .at = entry->key_at};
	return (struct site){s->u, scope, s->field, node_below(s, entry->value)};
}

struct diag *site_error(const struct site *s, struct span at, enum rule_id rule, const char *format,
			...)
{
	struct diags *ds = &s->u->diags;
	va_list args;
	va_start(args, format);
	struct diag *d = diag_about(ds, SEVERITY_ERROR, at, rule,
				    scope_subject(ds->arena, s->scope), format, args);
	va_end(args);
	return d;
}

/* The bytes behind what all keys begin with, as a number: most names differ there already, and no
   look at them is needed. */
struct sort_key {
	uint64_t head;
	const struct entry *entry;
};

static int compare_keys(const void *x, const void *y)
{
	const struct sort_key *a = x, *b = y;
	if (a->head != b->head)
		return a->head < b->head ? -1 : 1;
	return str_cmp(a->entry->key, b->entry->key);
}

static size_t common_prefix(const struct node *map)
{
	struct str first = map->entries[0].key;
	for (uint32_t i = 1; i < map->n; i++) {
		struct str key = map->entries[i].key;
		size_t n = 0;
		while (n < first.len && n < key.len && first.ptr[n] == key.ptr[n])
			n++;
		first.len = n;
	}
	return first.len;
}

static uint64_t head_of(struct str key)
{
	uint64_t head = 0;
	for (size_t i = 0; i < sizeof(head); i++)
		head = head << 8 | (i < key.len ? (unsigned char)key.ptr[i] : 0);
	return head;
}

static void sort_entries(struct arena *a, const struct node *map, const struct entry **sorted)
{
	size_t prefix = common_prefix(map);
	struct sort_key *keys = ARENA_ARRAY(a, map->n, struct sort_key);
	for (uint32_t i = 0; i < map->n; i++)
		keys[i] = (struct sort_key){head_of(str_from(map->entries[i].key, prefix)),
					    &map->entries[i]};
	qsort(keys, map->n, sizeof(*keys), compare_keys);
	for (uint32_t i = 0; i < map->n; i++)
		sorted[i] = keys[i].entry;
}

const struct entry **written_entries(struct arena *a, const struct node *map)
{
	const struct entry **entries = ARENA_ARRAY(a, map->n, const struct entry *);
	for (uint32_t i = 0; i < map->n; i++)
		entries[i] = &map->entries[i];
	return entries;
}

const struct entry **sorted_entries(struct arena *a, const struct node *map)
{
	const struct entry **sorted = written_entries(a, map);
	bool is_sorted = true;
	for (uint32_t i = 0; i < map->n; i++)
		is_sorted =
			is_sorted && (!i || str_cmp(sorted[i - 1]->key, map->entries[i].key) < 0);
	if (!is_sorted && !is_from_ir(map))
		sort_entries(a, map, sorted);
	return sorted;
}
