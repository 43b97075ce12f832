/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plan as JSON: a walk over its records, so a field of the schema is a member here without
 * further ado. Absent values are left out, secrets are shown as <redacted>.
 */
#include "backends/formats/formats.h"
#include "ir/schema.h"
#include "ir/support/run_text.h"
#include "ir/support/bug.h"

struct json {
	struct buf out;
	const struct secret_set *hide;
	unsigned depth;
	bool has_member; /* a member stands before in the present object or array */
};

static void begin_item(struct json *j)
{
	buf_add_c(&j->out, j->has_member ? ",\n" : "\n");
	buf_add_repeat(&j->out, ' ', 2 * j->depth);
	j->has_member = true;
}

static void begin_key(struct json *j, struct str key)
{
	begin_item(j);
	buf_add_json(&j->out, key);
	buf_add_c(&j->out, ": ");
}

static void open_group(struct json *j, char byte)
{
	buf_add_byte(&j->out, byte);
	j->depth++;
	j->has_member = false;
}

static void close_group(struct json *j, char byte)
{
	j->depth--;
	if (j->has_member) {
		buf_add_byte(&j->out, '\n');
		buf_add_repeat(&j->out, ' ', 2 * j->depth);
	}
	buf_add_byte(&j->out, byte);
	j->has_member = true;
}

static struct str shown(struct json *j, struct str text)
{
	text = run_shown(j->out.arena, text);
	return secrets_redact(j->out.arena, j->hide, text, 0);
}

static void write_text(struct json *j, struct str name, const struct v_str *v)
{
	buf_add_json(&j->out, is_hidden(name, v) ? STR(REDACTED) : shown(j, v->v));
}

static void write_list(struct json *j, const struct v_list *list)
{
	open_group(j, '[');
	for (uint32_t i = 0; i < list->n; i++) {
		begin_item(j);
		write_text(j, STR(""), &list->items[i]);
	}
	close_group(j, ']');
}

static void write_map(struct json *j, const struct v_map *map)
{
	open_group(j, '{');
	for (uint32_t i = 0; i < map->n; i++) {
		begin_key(j, shown(j, map->items[i].key));
		write_text(j, map->items[i].key, &map->items[i].value);
	}
	close_group(j, '}');
}

static void write_node_set(struct json *j, const struct v_nodeset *set)
{
	if (!set->items) {
		buf_add_json(&j->out, set->text); /* too many to be listed */
		return;
	}
	buf_add_byte(&j->out, '[');
	for (uint32_t i = 0; i < set->n; i++)
		buf_add_fmt(&j->out, i ? ", %u" : "%u", set->items[i]);
	buf_add_byte(&j->out, ']');
}

static void write_record(struct json *j, const struct record *r, const char *data);

static void write_records(struct json *j, const struct record *r, const struct v_records *list,
			  bool is_named)
{
	open_group(j, is_named ? '{' : '[');
	for (uint32_t i = 0; i < list->n; i++) {
		const char *item = (const char *)list->items + i * r->size;
		if (is_named)
			begin_key(j, ((const struct record_head *)(const void *)item)->name);
		else
			begin_item(j);
		write_record(j, r, item);
	}
	close_group(j, is_named ? '}' : ']');
}

static void write_value(struct json *j, const struct field *f, const void *v)
{
	switch (f->kind) {
	case KIND_STR:
		write_text(j, STR(""), v);
		break;
	case KIND_BOOL:
		buf_add_c(&j->out, ((const struct v_bool *)v)->v ? "true" : "false");
		break;
	case KIND_UINT:
		buf_add_fmt(&j->out, "%llu", (unsigned long long)((const struct v_uint *)v)->v);
		break;
	case KIND_ENUM:
		buf_add_json(&j->out, str_c(f->words[((const struct v_enum *)v)->v]));
		break;
	case KIND_LIST:
	case KIND_ONE_OR_LIST:
		write_list(j, v);
		break;
	case KIND_MAP:
	case KIND_ENV:
		write_map(j, v);
		break;
	case KIND_NODESET:
		write_node_set(j, v);
		break;
	case KIND_WALLTIME:
	case KIND_DURATION:
		buf_add_fmt(&j->out, "%llu",
			    (unsigned long long)((const struct v_time *)v)->seconds);
		break;
	case KIND_RECORD:
		write_record(j, f->sub, *(const char *const *)v);
		break;
	case KIND_RECORDS:
	case KIND_NAMED:
		write_records(j, f->sub, v, f->kind == KIND_NAMED);
		break;
	case KIND_GPUS:
	case KIND_PORT:
	case KIND_COMMAND:
	case KIND_MOUNTS:
	case KIND_VALUES:
		BUG("a plan field of a kind that only jobs have");
	}
}

static bool is_present(const struct field *f, const void *v)
{
	switch (f->kind) {
	case KIND_RECORD:
		return *(const void *const *)v != NULL;
	case KIND_RECORDS:
	case KIND_NAMED:
		return ((const struct v_records *)v)->n > 0;
	case KIND_LIST:
	case KIND_ONE_OR_LIST:
		return ((const struct v_list *)v)->n > 0;
	case KIND_MAP:
	case KIND_ENV:
		return ((const struct v_map *)v)->n > 0;
	case KIND_STR:
	case KIND_BOOL:
	case KIND_UINT:
	case KIND_GPUS:
	case KIND_PORT:
	case KIND_ENUM:
	case KIND_NODESET:
	case KIND_WALLTIME:
	case KIND_DURATION:
	case KIND_COMMAND:
	case KIND_MOUNTS:
	case KIND_VALUES:
		break;
	}
	return ((const struct origin *)v)->kind > ORIGIN_POISON;
}

static void write_record(struct json *j, const struct record *r, const char *data)
{
	open_group(j, '{');
	for (size_t i = 0; i < r->n_fields; i++) {
		const struct field *f = &r->fields[i];
		const void *v = data + f->offset;
		if (!is_present(f, v))
			continue;
		begin_key(j, str_c(f->key));
		write_value(j, f, v);
	}
	close_group(j, '}');
}

struct str write_json(struct unit *u, const struct backend_options *options)
{
	struct json j = {.hide = &u->diags.secrets};

	(void)options;
	buf_init(&j.out, u->arena);
	open_group(&j, '{');
	begin_key(&j, STR("schema_version"));
	buf_add_c(&j.out, "1");
	begin_key(&j, STR("hpcc"));
	buf_add_json(&j.out, STR(HPCC_VERSION));
	begin_key(&j, STR("plan"));
	write_record(&j, &record_plan, (const char *)u->plan);
	close_group(&j, '}');
	buf_add_byte(&j.out, '\n');
	return buf_str(&j.out);
}
