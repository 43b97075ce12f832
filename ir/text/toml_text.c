/* SPDX-License-Identifier: Apache-2.0 */
/* A tree as TOML: the keys of each table first, then the tables below it, in the order of their rows. */
#include "ir/text/toml_text.h"

#include <string.h>

static void add_string(struct buf *b, struct str text)
{
	buf_add_byte(b, '"');
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];
		if (c == '"' || c == '\\')
			buf_add_fmt(b, "\\%c", c);
		else if (c < 0x20 || c == 0x7f)
			buf_add_fmt(b, "\\u%04x", c);
		else
			buf_add_byte(b, (char)c);
	}
	buf_add_byte(b, '"');
}

void toml_add_value(struct buf *b, const struct node *value)
{
	if (value->kind != NODE_LIST) {
		if (value->kind == NODE_STRING)
			add_string(b, value->text);
		else
			buf_add(b, value->text);
		return;
	}
	buf_add_byte(b, '[');
	for (uint32_t i = 0; i < value->n; i++) {
		buf_add_c(b, i ? ", " : "");
		toml_add_value(b, value->items[i]);
	}
	buf_add_byte(b, ']');
}

/* A key as it is, or in quotes. */
static void add_key(struct buf *b, struct str key)
{
	bool is_bare = key.len > 0;
	for (size_t i = 0; i < key.len; i++)
		is_bare &=
			byte_is_in(key.ptr[i], "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVW"
					       "XYZ0123456789_-");
	if (is_bare)
		buf_add(b, key);
	else
		add_string(b, key);
}

static void add_pair(const struct toml_writer *w, struct buf *b, struct str key,
		     const struct node *value)
{
	add_key(b, key);
	buf_add_c(b, " = ");
	toml_add_value(b, value);
	struct str comment = w->comment ? w->comment(w->context, value) : STR("");
	if (comment.len)
		buf_add_fmt(b, "  # %.*s", STR_ARG(comment));
	buf_add_byte(b, '\n');
}

static bool is_table(const struct toml_row *row)
{
	return row->kind >= TOML_VARIABLES;
}

/* It has keys of its own, and not only tables below it. */
static bool has_pairs(const struct toml_writer *w, const struct node *table, const char *group)
{
	for (uint32_t i = 0; i < table->n; i++) {
		const struct toml_row *row = toml_row_of(w->keys, group, table->entries[i].key);
		if (row && !is_table(row))
			return true;
	}
	return false;
}

static void add_group(const struct toml_writer *w, struct buf *b, const struct node *table,
		      const char *group, struct str path);

static void add_table(const struct toml_writer *w, struct buf *b, const struct node *table,
		      const struct toml_row *row, struct str path)
{
	bool is_rows = row->kind == TOML_ROWS;
	if (row->kind != TOML_TABLE || has_pairs(w, table, row->arg))
		buf_add_fmt(b, "%s%s%.*s%s\n", b->len ? "\n" : "", is_rows ? "[[" : "[",
			    STR_ARG(path), is_rows ? "]]" : "]");
	if (row->kind >= TOML_TABLE)
		add_group(w, b, table, row->arg, path);
	else
		for (uint32_t i = 0; i < table->n; i++)
			add_pair(w, b, table->entries[i].key, table->entries[i].value);
}

/* The tables below a key: one, several by name, or several in an array. */
static void add_tables(const struct toml_writer *w, struct buf *b, const struct node *value,
		       const struct toml_row *row, struct str path)
{
	for (uint32_t i = 0; row->kind == TOML_ROWS && i < value->n; i++)
		add_table(w, b, value->items[i], row, path);
	for (uint32_t i = 0; row->kind == TOML_TABLES && i < value->n; i++) {
		struct buf name;
		buf_init(&name, w->arena);
		add_key(&name, value->entries[i].key);
		add_table(w, b, value->entries[i].value, row,
			  str_fmt(w->arena, "%.*s.%.*s", STR_ARG(path), STR_ARG(buf_str(&name))));
	}
	if (value->kind == NODE_MAP && value->n && row->kind != TOML_TABLES)
		add_table(w, b, value, row, path);
}

static void add_group(const struct toml_writer *w, struct buf *b, const struct node *table,
		      const char *group, struct str path)
{
	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < w->keys->n; i++) {
			const struct toml_row *row = &w->keys->rows[i];
			const struct node *value =
				strcmp(row->group, group) == 0 ? node_get(table, row->name) : NULL;
			if (!value || is_table(row) != (pass == 1))
				continue;
			if (!is_table(row))
				add_pair(w, b, str_c(row->name), value);
			else
				add_tables(w, b, value, row,
					   str_fmt(w->arena, "%.*s%s%s", STR_ARG(path),
						   path.len ? "." : "", row->name));
		}
}

struct str toml_text(const struct toml_writer *w, const struct node *root)
{
	struct buf b;
	buf_init(&b, w->arena);
	add_group(w, &b, root, w->keys->rows[0].group, STR(""));
	return str_dup(w->arena, buf_str(&b));
}
