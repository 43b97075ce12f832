/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts of copies: what a service takes from the job of itself, each copy takes of its own.
 *
 *	web: {scale: 2, command: [serve, "${run:web.port.http}"]}
 *	web-2 serves at ${run:web-2.port.http}
 */
#include "passes/lower/copies.h"

#include <string.h>

#include "ir/schema.h"
#include "ir/support/run_text.h"
#include "passes/ports/values.h"

struct owner {
	struct unit *u;
	struct str written, copy; /* names */
};

static bool is_written(const struct unit *u, struct str name)
{
	for (uint32_t i = 0; i < u->job->services.n; i++)
		if (str_eq(u->job->services.items[i].head.name, name))
			return true;
	return false;
}

/* The service's own host or port; false for another service's, and for the nodes of all copies. */
static bool is_own(const struct unit *u, struct str words, struct str service)
{
	struct value_text v = value_split(u, words, is_written);
	return (v.source == VALUE_SOURCE_HOST || v.source == VALUE_SOURCE_PORT) &&
	       str_eq(v.name, service);
}

bool speaks_of_itself(const struct unit *u, const struct service *written)
{
	for (uint32_t i = 0; i < u->pass_state->n_written_values; i++)
		if (is_own(u, u->run_values.items[i].words, written->head.name))
			return true;
	return false;
}

/* A value of the copy is told at the place of that of the service. */
static void note(const struct owner *o, struct str before, struct str words)
{
	for (uint32_t i = 0; i < o->u->pass_state->n_written_values; i++) {
		struct run_value value = o->u->run_values.items[i];
		if (!str_eq(value.words, before))
			continue;
		value.words = words;
		*LIST_PUSH(o->u->arena, &o->u->run_values) = value;
		return;
	}
}

static struct str own_text(const struct owner *o, struct str text)
{
	struct arena *a = o->u->arena;
	if (!run_has_mark(text))
		return text;
	struct buf b;
	buf_init(&b, a);
	for (struct str rest = text, before, code; rest.len;) {
		rest = run_split(rest, &before, &code);
		buf_add(&b, before);
		if (!code.len)
			continue;
		struct str words = run_words(a, code);
		if (is_own(o->u, words, o->written)) {
			struct str own = str_cat(a, o->copy, str_from(words, o->written.len));
			note(o, words, own);
			words = own;
		}
		buf_add(&b, run_mark(a, words));
	}
	return buf_str(&b);
}

static struct v_str *own_items(const struct owner *o, const struct v_str *items, uint32_t n)
{
	struct v_str *own = ARENA_ARRAY(o->u->arena, n, struct v_str);
	for (uint32_t i = 0; i < n; i++) {
		own[i] = items[i];
		own[i].v = own_text(o, items[i].v);
	}
	return own;
}

static void own_pairs(const struct owner *o, struct v_map *map)
{
	struct v_pair *own = ARENA_ARRAY(o->u->arena, map->n, struct v_pair);
	for (uint32_t i = 0; i < map->n; i++) {
		own[i] = map->items[i];
		own[i].value.v = own_text(o, map->items[i].value.v);
	}
	map->items = own;
}

static void own_mounts(const struct owner *o, struct v_mounts *mounts)
{
	struct v_mount *own = ARENA_ARRAY(o->u->arena, mounts->n, struct v_mount);
	for (uint32_t i = 0; i < mounts->n; i++) {
		own[i] = mounts->items[i];
		own[i].text = own_text(o, own[i].text);
		own[i].host = own_text(o, own[i].host);
	}
	mounts->items = own;
}

static void *own_record(const struct owner *o, const struct record *record, const void *from);

/* `member` is the copy's own; what it points to is the service's still. */
static void own_member(const struct owner *o, const struct field *f, void *member)
{
	if (f->kind == KIND_RECORD) {
		void **sub = member;
		if (*sub)
			*sub = own_record(o, f->sub, *sub);
		return;
	}
	if (!(f->bits & FIELD_RUN))
		return;
	if (f->kind == KIND_STR) {
		struct v_str *text = member;
		text->v = own_text(o, text->v);
	} else if (f->kind == KIND_COMMAND) {
		struct v_command *command = member;
		command->text = own_text(o, command->text);
		command->items = own_items(o, command->items, command->n);
	} else if (f->kind == KIND_LIST || f->kind == KIND_ONE_OR_LIST) {
		struct v_list *list = member;
		list->items = own_items(o, list->items, list->n);
	} else if (f->kind == KIND_MAP || f->kind == KIND_ENV) {
		own_pairs(o, member);
	} else if (f->kind == KIND_MOUNTS) {
		own_mounts(o, member);
	}
}

static void own_members(const struct owner *o, const struct record *record, void *copy)
{
	for (size_t i = 0; i < record->n_fields; i++) {
		const struct field *f = &record->fields[i];
		if (!(f->bits & FIELD_RESOLVED))
			own_member(o, f, (char *)copy + f->offset);
	}
}

static void *own_record(const struct owner *o, const struct record *record, const void *from)
{
	void *copy = arena_alloc(o->u->arena, record->size);
	memcpy(copy, from, record->size);
	own_members(o, record, copy);
	return copy;
}

void copy_own_texts(struct unit *u, const struct service *written, struct service *copy)
{
	const struct owner o = {u, written->head.name, copy->head.name};
	own_members(&o, &record_service, copy);
}
