/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Aliases whose anchors went with what was left out: each gets the value itself.
 *
 *	build: {args: &args {A: 1}}	# left out (...): build: {args: &args {A: 1}}
 *	environment: *args		environment: {A: 1}
 */
#include "frontend/convert/convert_parts.h"

#include <string.h>

#include "frontend/yaml/text_lines.h"

enum {
	VALUE_MAX = 1 << 16 /* bytes of a value that takes an alias's place */
};

/* Whether an edit takes away what is written there. */
static bool is_gone(const struct converter *cv, size_t at)
{
	return cv->is_done[at] & PLACE_GONE;
}

static void mark_gone(struct converter *cv)
{
	for (uint32_t i = 0; i < cv->edits.n; i++)
		for (size_t at = cv->edits.items[i].begin; at < cv->edits.items[i].end; at++)
			cv->is_done[at] |= PLACE_GONE;
}

/* Of a service's body only what stays: the rest was left out where it is written. */
static bool is_wanted(const struct converter *cv, const struct node *map, const struct entry *e)
{
	bool is_body = false;
	for (uint32_t i = 0; cv->services && i < cv->services->n && !is_body; i++)
		is_body = cv->services->entries[i].value->at.begin == map->at.begin;
	const struct compose_key *row = is_body ? compose_key_find("service", e->key) : NULL;
	return !row || compose_key_stays(row);
}

bool add_flow(struct arena *a, struct converter *cv, struct buf *b, const struct node *node)
{
	bool is_map = node->kind == NODE_MAP;
	if (b->len > VALUE_MAX)
		return false;
	if (!is_map && node->kind != NODE_LIST) {
		bool is_text = node->kind == NODE_STRING;
		struct str text = is_text && cv ? with_defaults(cv, node->text, "") : node->text;
		buf_add(b, is_text ? quoted(a, text) : text.len ? text : STR("null"));
		return true;
	}
	buf_add_byte(b, is_map ? '{' : '[');
	for (uint32_t i = 0, n = 0; i < node->n; i++) {
		const struct node *value = is_map ? node->entries[i].value : node->items[i];
		bool is_left = value->is_reset ||
			       (cv && is_map && !is_wanted(cv, node, &node->entries[i]));
		if (is_left)
			continue;
		buf_add_c(b, n++ ? ", " : "");
		if (is_map)
			buf_add_fmt(b, "%.*s: ", STR_ARG(quoted(a, node->entries[i].key)));
		if (!add_flow(a, cv, b, value))
			return false;
	}
	buf_add_byte(b, is_map ? '}' : ']');
	return true;
}

static void put_value(struct converter *cv, size_t begin, size_t end, const struct node *value)
{
	struct buf b;
	buf_init(&b, cv->a);
	if (!is_gone(cv, begin) && add_flow(cv->a, cv, &b, value))
		edit_text(cv, begin, end, buf_str(&b));
}

/* An entry or item that is an alias of something that is gone. */
static void mend_value(struct converter *cv, const struct spot *s)
{
	struct span at = written_at(s);
	size_t anchored = place_of(cv, s->value->at.begin);
	if (at.begin == s->value->at.begin || anchored > cv->text.len || !is_gone(cv, anchored) ||
	    !take_place(cv, at.begin, PLACE_MENDED))
		return;
	put_value(cv, place_of(cv, at.begin), place_of(cv, at.end), s->value);
}

static size_t name_end(struct str text, size_t at)
{
	while (at < text.len && !is_blank_at(text, at) && !byte_is_in(text.ptr[at], ",[]{}"))
		at++;
	return at;
}

/* The collection behind the last "&name" before `at`, if it is gone. */
static const struct node *gone_anchor(struct converter *cv, struct str name, size_t at)
{
	while (at-- > 0) {
		size_t behind = at + 1 + name.len;
		if (cv->text.ptr[at] != '&' || behind >= cv->text.len ||
		    memcmp(cv->text.ptr + at + 1, name.ptr, name.len) != 0 ||
		    name_end(cv->text, at + 1) != behind)
			continue;
		while (behind < cv->text.len && is_blank_at(cv->text, behind))
			behind++;
		uint32_t number = behind < cv->text.len ? cv->group_at[behind] : 0;
		return number && is_gone(cv, at) ? cv->groups.items[number - 1].node : NULL;
	}
	return NULL;
}

/* The sources of a merge key: *name, or a list of them. */
static void mend_merge(struct converter *cv, size_t at)
{
	size_t end = line_end(cv->text, at);
	for (; at < end && cv->text.ptr[at] != '#'; at++) {
		if (cv->text.ptr[at] != '*')
			continue;
		size_t behind = name_end(cv->text, at + 1);
		struct str name = str_slice(cv->text, at + 1, behind);
		const struct node *value = name.len ? gone_anchor(cv, name, at) : NULL;
		if (value && take_place(cv, cv->base + (uint32_t)at, PLACE_MENDED))
			put_value(cv, at, behind, value);
		at = behind - 1;
	}
}

void mend_aliases(struct converter *cv)
{
	mark_gone(cv);
	for (uint32_t i = 0; i < cv->groups.n; i++) {
		const struct node *node = cv->groups.items[i].node;
		struct spot spot = {.value = node};
		for (uint32_t k = 0; k < node->n; k++) {
			struct spot below = part_spot(cv, &spot, k);
			mend_value(cv, &below);
		}
	}
	bool has_gone = false; /* an anchor: else there is nothing to look back for */
	for (size_t at = 0; at < cv->text.len && !has_gone; at++)
		has_gone = cv->text.ptr[at] == '&' && is_gone(cv, at);
	for (size_t at = 0; has_gone && at + 3 < cv->text.len; at++)
		if (memcmp(cv->text.ptr + at, "<<:", 3) == 0 && !is_gone(cv, at))
			mend_merge(cv, at + 3);
}
