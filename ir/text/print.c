/* SPDX-License-Identifier: Apache-2.0 */
/* The text form of job and plan (ir/text/print.h): one generic walk over the schema. */
#include "ir/text/print.h"

#include <string.h>

#include "ir/schema.h"
#include "ir/support/bug.h"
#include "ir/support/run_text.h"
#include "ir/support/secret.h"

/* The path of the line is kept in a buffer; going down appends, coming back cuts. */
struct printer {
	struct buf out;
	struct buf path;
	const struct source_map *sources;
	const struct secret_set *hide; /* or NULL */
	unsigned flags;
};

static bool is_plain_key(struct str key)
{
	for (size_t i = 0; i < key.len; i++) {
		char c = key.ptr[i];
		bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			       (c >= '0' && c <= '9') || c == '_' || c == '-';
		if (!is_word)
			return false;
	}
	return key.len > 0;
}

void print_key(struct buf *b, struct str key)
{
	if (is_plain_key(key))
		buf_add(b, key);
	else
		buf_add_json(b, key);
}

static void add_line_safe(struct buf *b, struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		buf_add_byte(b, (unsigned char)text.ptr[i] < ' ' ? '?' : text.ptr[i]);
}

void print_place(struct buf *b, const struct source_map *sources, struct span at)
{
	if (span_is_none(at) || !source_at(sources, at.begin)) {
		buf_add_byte(b, '-');
		return;
	}
	struct place place = source_place(sources, at.begin);
	add_line_safe(b, place.source->name);
	buf_add_fmt(b, ":%u:%u", place.line, place.column);
}

static size_t enter_key(struct printer *p, struct str key)
{
	size_t before = p->path.len;
	if (before)
		buf_add_byte(&p->path, '.');
	print_key(&p->path, key);
	return before;
}

static size_t enter_item(struct printer *p, uint32_t i)
{
	size_t before = p->path.len;
	buf_add_fmt(&p->path, "[%u]", i);
	return before;
}

static void leave(struct printer *p, size_t before)
{
	p->path.len = before;
}

static void add_step(struct printer *p, const struct trail *t)
{
	struct buf *b = &p->out;
	switch (t->kind) {
	case TRAIL_ALIAS:
		buf_add_c(b, " alias ");
		break;
	case TRAIL_MERGE:
		buf_add_c(b, " merged ");
		break;
	case TRAIL_EXTENDS:
		buf_add_c(b, " via ");
		break;
	case TRAIL_VARIABLE:
		buf_add_c(b, " $");
		add_line_safe(b, t->name);
		if (span_is_none(t->at))
			return;
		buf_add_byte(b, ' ');
		break;
	case TRAIL_PROFILE:
		buf_add_c(b, " profile ");
		add_line_safe(b, t->name);
		return;
	case TRAIL_DERIVED:
		buf_add_c(b, " from ");
		add_line_safe(b, t->name);
		return;
	case TRAIL_PLACE:
		return;
	}
	print_place(b, p->sources, t->at);
}

static const char *origin_word(enum origin_kind kind)
{
	switch (kind) {
	case ORIGIN_ABSENT:
	case ORIGIN_WRITTEN:
		return "";
	case ORIGIN_POISON:
		return "poison";
	case ORIGIN_DEFAULT:
		return "default";
	case ORIGIN_EXTENDS:
		return "extends";
	case ORIGIN_ENVIRONMENT:
		return "environment";
	case ORIGIN_PROFILE:
		return "profile";
	case ORIGIN_DERIVED:
		return "derived";
	}
	return "";
}

/* The comment behind a value. A value read from a text keeps that text's own comment. */
static void add_origin(struct printer *p, const struct origin *from, bool is_secret)
{
	if (p->flags & PRINT_NO_PLACES)
		return;
	const struct trail *t = origin_trail(*from);
	if (t && t->kind == TRAIL_PLACE) {
		if (t->name.len) {
			buf_add_c(&p->out, "  # ");
			buf_add(&p->out, t->name);
		}
		return;
	}
	const char *word = origin_word(from->kind);
	buf_add_c(&p->out, is_secret ? "  # secret" : "  #");
	if (*word)
		buf_add_fmt(&p->out, " %s", word);
	if (from->kind == ORIGIN_DEFAULT)
		return;
	buf_add_byte(&p->out, ' ');
	print_place(&p->out, p->sources, from->at);
	for (; t; t = t->next)
		add_step(p, t);
}

static void begin_line(struct printer *p)
{
	buf_add(&p->out, buf_str(&p->path));
	buf_add_c(&p->out, " = ");
}

static void end_line(struct printer *p, const struct origin *from, bool is_secret)
{
	add_origin(p, from, is_secret);
	buf_add_byte(&p->out, '\n');
}

struct str value_shown(struct v_str value)
{
	return value.is_secret ? STR(REDACTED) : value.v;
}

static struct str shown(struct printer *p, struct str text)
{
	return p->hide ? secrets_redact(p->out.arena, p->hide, text, 0) : text;
}

static void print_text(struct printer *p, const struct origin *from, struct str text,
		       bool is_secret)
{
	begin_line(p);
	if (from->kind == ORIGIN_POISON)
		buf_add_byte(&p->out, '?');
	else
		buf_add_json(&p->out, is_secret && p->hide
					      ? STR(REDACTED)
					      : run_shown(p->out.arena, shown(p, text)));
	end_line(p, from, is_secret);
}

static void print_word(struct printer *p, const struct origin *from, struct str word)
{
	begin_line(p);
	if (from->kind == ORIGIN_POISON)
		buf_add_byte(&p->out, '?');
	else
		buf_add(&p->out, word);
	end_line(p, from, false);
}

static void print_number(struct printer *p, const struct v_uint *number);

static void print_gpus(struct printer *p, const struct v_gpus *gpus)
{
	if (!gpus->type.len || gpus->from.kind == ORIGIN_POISON) {
		print_number(p, gpus_count(gpus));
		return;
	}
	struct str text = str_fmt(p->out.arena, "%.*s:%llu", STR_ARG(gpus->type),
				  (unsigned long long)gpus->v);
	print_text(p, &gpus->from, text, false);
}

static void print_number(struct printer *p, const struct v_uint *number)
{
	begin_line(p);
	if (number->from.kind == ORIGIN_POISON)
		buf_add_byte(&p->out, '?');
	else
		buf_add_fmt(&p->out, "%llu", (unsigned long long)number->v);
	end_line(p, &number->from, false);
}

static void print_count(struct printer *p, const struct origin *from, uint32_t n)
{
	begin_line(p);
	buf_add_fmt(&p->out, "[%u]", n);
	end_line(p, from, false);
}

/* False when the value is poison and stands there as `?`. */
static bool print_collection(struct printer *p, const struct origin *from, bool is_list, uint32_t n)
{
	if (from->kind == ORIGIN_POISON) {
		print_word(p, from, STR(""));
		return false;
	}
	if (is_list)
		print_count(p, from, n);
	else
		print_word(p, from, STR("{}"));
	return true;
}

static void print_texts(struct printer *p, const struct v_str *items, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		size_t before = enter_item(p, i);
		print_text(p, &items[i].from, items[i].v, items[i].is_secret);
		leave(p, before);
	}
}

static void print_list(struct printer *p, const struct v_list *list)
{
	if (list->is_lone && list->n == 1 && list->from.kind != ORIGIN_POISON)
		print_text(p, &list->items[0].from, list->items[0].v, list->items[0].is_secret);
	else if (print_collection(p, &list->from, true, list->n))
		print_texts(p, list->items, list->n);
}

static void print_command(struct printer *p, const struct v_command *command)
{
	if (command->form == COMMAND_STRING)
		print_text(p, &command->from, command->text, command->is_secret);
	else if (print_collection(p, &command->from, true, command->n))
		print_texts(p, command->items, command->n);
}

static void print_map(struct printer *p, const struct v_map *map)
{
	if (!print_collection(p, &map->from, false, map->n))
		return;
	for (uint32_t i = 0; i < map->n; i++) {
		const struct v_pair *pair = &map->items[i];
		size_t before = enter_key(p, shown(p, pair->key));
		print_text(p, &pair->value.from, pair->value.v, pair->value.is_secret);
		leave(p, before);
	}
}

static void print_mounts(struct printer *p, const struct v_mounts *mounts)
{
	if (!print_collection(p, &mounts->from, true, mounts->n))
		return;
	for (uint32_t i = 0; i < mounts->n; i++) {
		size_t before = enter_item(p, i);
		const struct v_mount *mount = &mounts->items[i];
		print_text(p, &mount->from, mount->text, mount->is_secret);
		leave(p, before);
	}
}

/* "0-2,5" */
static struct str ranges(struct arena *a, const struct v_nodeset *set)
{
	struct buf b;
	buf_init(&b, a);
	for (uint32_t i = 0, last; i < set->n; i = last + 1) {
		for (last = i; last + 1 < set->n && set->items[last + 1] == set->items[last] + 1;)
			last++;
		buf_add_fmt(&b, b.len ? ",%u" : "%u", set->items[i]);
		if (last > i)
			buf_add_fmt(&b, "-%u", set->items[last]);
	}
	return buf_str(&b);
}

static void print_nodeset(struct printer *p, const struct v_nodeset *set)
{
	struct str text = set->text.len ? set->text : ranges(p->out.arena, set);
	print_text(p, &set->from, text, set->is_secret);
}

static void print_values(struct printer *p, const struct v_records *list)
{
	const struct v_map *items = list->items;
	if (!print_collection(p, &list->from, false, list->n))
		return;
	for (uint32_t i = 0; i < list->n; i++) {
		const struct v_map *values = &items[i];
		if (!values->n)
			continue;
		size_t before = enter_key(p, values->items[0].key);
		if (print_collection(p, &values->from, true, values->n))
			for (uint32_t k = 0; k < values->n; k++) {
				const struct v_str *v = &values->items[k].value;
				size_t here = enter_item(p, k);
				print_text(p, &v->from, v->v, v->is_secret);
				leave(p, here);
			}
		leave(p, before);
	}
}

static void print_record(struct printer *p, const struct record *record, const void *base);

static const struct origin *origin_in(const struct field *f, const void *base)
{
	const char *value = (const char *)base + f->offset;
	if (f->kind != KIND_RECORD)
		return (const struct origin *)(const void *)value;
	const struct record_head *sub = *(const struct record_head *const *)(const void *)value;
	return sub ? &sub->from : NULL;
}

/* True when the record stands for its word: what a mapping would need isn't there. */
static bool is_word(const struct record *record, const void *base)
{
	if (!record_word(record).len)
		return false;
	for (size_t i = 0; i < record->n_fields; i++) {
		const struct field *f = &record->fields[i];
		if (f->bits & FIELD_REQ && origin_in(f, base)->kind == ORIGIN_ABSENT)
			return true;
	}
	return false;
}

static void print_sub_record(struct printer *p, const struct record *record, const void *base)
{
	const struct record_head *head = base;
	if (is_word(record, base))
		print_word(p, &head->from, record_word(record));
	else if (print_collection(p, &head->from, false, 0))
		print_record(p, record, base);
}

static void print_records(struct printer *p, const struct field *f, const struct v_records *list)
{
	bool is_list = f->kind == KIND_RECORDS;
	if (!print_collection(p, &list->from, is_list, list->n))
		return;
	for (uint32_t i = 0; i < list->n; i++) {
		const char *base = (const char *)list->items + i * f->sub->size;
		const struct record_head *head = (const void *)base;
		size_t before = is_list ? enter_item(p, i) : enter_key(p, head->name);
		print_sub_record(p, f->sub, base);
		leave(p, before);
	}
}

static void print_field(struct printer *p, const struct field *f, const void *value)
{
	switch (f->kind) {
	case KIND_STR: {
		const struct v_str *text = value;
		print_text(p, &text->from, text->v, text->is_secret);
		return;
	}
	case KIND_BOOL: {
		const struct v_bool *truth = value;
		print_word(p, &truth->from, truth->v ? STR("true") : STR("false"));
		return;
	}
	case KIND_UINT: {
		const struct v_uint *number = value;
		if (strcmp(f->arg, "nodes") == 0 && number->v == NODES_AUTO &&
		    number->from.kind != ORIGIN_POISON)
			print_text(p, &number->from, STR("auto"), false);
		else
			print_number(p, number);
		return;
	}
	case KIND_GPUS:
		print_gpus(p, value);
		return;
	case KIND_PORT: {
		const struct v_port *port = value;
		if (port->name.len && port->from.kind != ORIGIN_POISON)
			print_text(p, &port->from, port->name, false);
		else
			print_number(p, value);
		return;
	}
	case KIND_ENUM: {
		const struct v_enum *word = value;
		print_word(p, &word->from, str_c(f->words[word->v]));
		return;
	}
	case KIND_LIST:
	case KIND_ONE_OR_LIST:
		print_list(p, value);
		return;
	case KIND_MAP:
	case KIND_ENV:
		print_map(p, value);
		return;
	case KIND_COMMAND:
		print_command(p, value);
		return;
	case KIND_WALLTIME:
	case KIND_DURATION: {
		const struct v_time *time = value;
		print_text(p, &time->from, time->text, time->is_secret);
		return;
	}
	case KIND_NODESET:
		print_nodeset(p, value);
		return;
	case KIND_MOUNTS:
		print_mounts(p, value);
		return;
	case KIND_RECORD:
		print_sub_record(p, f->sub, *(const void *const *)value);
		return;
	case KIND_RECORDS:
	case KIND_NAMED:
		print_records(p, f, value);
		return;
	case KIND_VALUES:
		print_values(p, value);
		return;
	}
	BUG("a kind without a text form");
}

static void print_record(struct printer *p, const struct record *record, const void *base)
{
	for (size_t i = 0; i < record->n_fields; i++) {
		const struct field *f = &record->fields[i];
		if (f->bits & FIELD_RESOLVED)
			continue;
		const struct origin *from = origin_in(f, base);
		if (!from || from->kind == ORIGIN_ABSENT)
			continue;
		size_t before = enter_key(p, (struct str){f->key, f->key_length});
		print_field(p, f, (const char *)base + f->offset);
		leave(p, before);
	}
}

static struct str print(struct arena *a, const struct source_map *sources,
			const struct record *record, const void *base,
			const struct secret_set *hide, unsigned flags)
{
	struct printer p = {.sources = sources, .hide = hide, .flags = flags};
	buf_init(&p.out, a);
	buf_init(&p.path, a);
	print_record(&p, record, base);
	return buf_str(&p.out);
}

struct str job_print(struct arena *a, const struct source_map *sources, const struct job *job,
		     const struct secret_set *hide, unsigned flags)
{
	return print(a, sources, &record_job, job, hide, flags);
}

struct str plan_print(struct arena *a, const struct source_map *sources, const struct plan *plan,
		      const struct secret_set *hide, unsigned flags)
{
	return print(a, sources, &record_plan, plan, hide, flags);
}
