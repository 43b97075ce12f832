/* SPDX-License-Identifier: Apache-2.0 */
/* Spots: the entries and items of a Compose file, and where they are written. */
#include "frontend/convert/convert_parts.h"

#include "frontend/yaml/text_lines.h"

struct spot entry_spot(struct converter *cv, const struct spot *s, const struct entry *e)
{
	struct spot below = *s;
	below.parent = s->value;
	below.entry = e;
	below.value = e->value;
	below.path = s->path.len ? str_fmt(cv->a, "%.*s.%.*s", STR_ARG(s->path), STR_ARG(e->key))
				 : e->key;
	return below;
}

struct spot item_spot(struct converter *cv, const struct spot *s, uint32_t i)
{
	struct spot below = *s;
	below.parent = s->value;
	below.entry = NULL;
	below.value = s->value->items[i];
	below.path = str_fmt(cv->a, "%.*s[%u]", STR_ARG(s->path), i);
	return below;
}

struct spot part_spot(struct converter *cv, const struct spot *s, uint32_t i)
{
	return s->value->kind == NODE_MAP ? entry_spot(cv, s, &s->value->entries[i])
					  : item_spot(cv, s, i);
}

size_t place_of(const struct converter *cv, uint32_t offset)
{
	return offset - cv->base;
}

bool take_place(struct converter *cv, uint32_t offset, enum place_use use)
{
	size_t at = place_of(cv, offset);
	bool is_first = !(cv->is_done[at] & use);
	cv->is_done[at] |= (unsigned char)use;
	return is_first;
}

bool span_is_within(struct span inner, struct span outer)
{
	return inner.begin >= outer.begin && inner.end <= outer.end;
}

struct span written_at(const struct spot *s)
{
	struct span at = s->value->at;
	struct span room =
		s->entry ? (struct span){s->entry->key_at.end, UINT32_MAX} : s->parent->at;
	/* What stands behind its key was written there; what stands before it has an alias. */
	bool is_written = at.begin >= room.begin && at.end <= room.end;
	for (const struct trail *t = s->value->trail; t; t = t->next)
		if (t->kind == TRAIL_ALIAS && span_is_within(t->at, room) &&
		    (!is_written || t->at.begin < at.begin)) {
			at = t->at;
			is_written = true;
		}
	return at;
}

/* "? key" on a line of its own: nobody writes it, and edits go by "key:". */
static bool is_explicit(const struct converter *cv, size_t at)
{
	while (at && byte_is_in(cv->text.ptr[at - 1], " \t\n\r"))
		at--;
	return at && cv->text.ptr[at - 1] == '?' && is_blank_at(cv->text, at) &&
	       (at < 2 || byte_is_in(cv->text.ptr[at - 2], " \t\n{[,"));
}

/* "&a key" or "!t key": what goes in front of the key would come between. */
static bool has_properties(const struct converter *cv, size_t at)
{
	size_t end = at;

	while (end && byte_is_in(cv->text.ptr[end - 1], " \t"))
		end--;
	size_t begin = end;
	while (begin && !byte_is_in(cv->text.ptr[begin - 1], " \t\n\r{[,"))
		begin--;
	return begin < end && end < at && byte_is_in(cv->text.ptr[begin], "&!");
}

bool key_is_odd(const struct converter *cv, size_t at)
{
	return is_explicit(cv, at) || has_properties(cv, at);
}
