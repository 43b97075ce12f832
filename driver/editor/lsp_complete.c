/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What may stand at the cursor: keys of the mapping it is in, or words that a key takes. The
 * document is being typed, so it needn't be YAML yet; its lines and their indentation tell enough.
 *
 *	services:
 *	  web:
 *	    readiness:
 *	      |			type, port, host …
 */
#include "driver/editor/lsp_names.h"

#include "ir/text/schema_text.h"

/* A line up to the cursor, or a whole one. */
struct line {
	size_t dash;    /* column of the first "- ", or `column` without one */
	size_t column;  /* of its key or text */
	struct str key; /* empty without one */
	struct str value;
	bool has_key;
};

static struct line read_line(struct str text)
{
	struct line line = {0};
	size_t at = 0;
	bool has_dash = false;

	while (at < text.len && (text.ptr[at] == ' ' || text.ptr[at] == '-')) {
		if (text.ptr[at] == '-' && !has_dash) {
			line.dash = at;
			has_dash = true;
		}
		at++;
	}
	line.column = at;
	line.dash = has_dash ? line.dash : at;
	text = str_from(text, at);
	ptrdiff_t colon = str_find(text, ':');
	line.has_key =
		colon != STR_NONE && ((size_t)colon + 1 == text.len || text.ptr[colon + 1] == ' ');
	line.key = line.has_key ? str_slice(text, 0, (size_t)colon) : STR("");
	line.value = line.has_key ? str_trim(str_from(text, (size_t)colon + 1)) : str_trim(text);
	return line;
}

static struct str line_at(const struct lsp_view *v, json_int_t number)
{
	const struct source *leaf = compilation_leaf(&v->c);

	return source_line(&v->c.unit.sources, leaf, (uint32_t)number + 1);
}

/* "services.web.readiness": the keys above that the line stands below. */
static struct str path_above(const struct lsp_view *v, json_int_t number, const struct line *here)
{
	struct arena *a = v->c.inv->arena;
	/* The parent of an item stands at most as deep as its dash. */
	size_t limit = here->dash < here->column ? here->dash + 1 : here->column;
	struct str path = STR("");

	while (number-- > 0 && limit > 0) {
		struct str text = line_at(v, number);
		struct line line = read_line(text);
		bool is_item = line.dash < line.column;

		if (str_is_blank(text) || text.ptr[line.column] == '#')
			continue;
		if (line.column < limit && line.has_key) {
			path = path.len > 0
				       ? str_fmt(a, "%.*s.%.*s", STR_ARG(line.key), STR_ARG(path))
				       : line.key;
			limit = line.column;
		}
		if (is_item && line.dash < limit)
			limit = line.dash + 1;
	}
	return path;
}

static void add_item(json_t *list, struct str label, struct str insert, int kind,
		     const char *detail)
{
	json_array_append_new(list, json_pack("{s:s%, s:s%, s:i, s:s}", "label", label.ptr,
					      label.len, "insertText", insert.ptr, insert.len,
					      "kind", kind, "documentation", detail));
}

enum {
	ITEM_PROPERTY = 10,
	ITEM_VALUE = 12,
	ITEM_REFERENCE = 18
};

static void add_keys(struct arena *a, json_t *list, const struct record *r)
{
	for (size_t i = 0; i < r->n_fields; i++) {
		struct str key = str_c(r->fields[i].key);
		add_item(list, key, str_cat(a, key, STR(": ")), ITEM_PROPERTY, r->fields[i].help);
	}
}

/* What has names here: services, components. */
static void add_named(const struct lsp_view *v, json_t *list, struct str record)
{
	const struct node *all = lsp_named_of(v->c.unit.tree, record);
	struct str what = str_fmt(v->c.inv->arena, "a %.*s of this spec", STR_ARG(record));

	for (uint32_t i = 0; all && i < all->n; i++)
		add_item(list, all->entries[i].key, all->entries[i].key, ITEM_REFERENCE, what.ptr);
}

static void add_words(const struct lsp_view *v, json_t *list, const struct field *f)
{
	if (*f->names)
		add_named(v, list, str_c(f->names));
	if (f->kind == KIND_BOOL) {
		add_item(list, STR("true"), STR("true"), ITEM_VALUE, f->help);
		add_item(list, STR("false"), STR("false"), ITEM_VALUE, f->help);
	}
	for (size_t i = 0; f->words && f->words[i]; i++)
		add_item(list, str_c(f->words[i]), str_c(f->words[i]), ITEM_VALUE, f->help);
}

json_t *lsp_completion(struct lsp_view *v, const json_t *params)
{
	json_int_t number = lsp_number(params, "position", "line");
	json_int_t column = lsp_number(params, "position", "character");
	json_t *list = json_array();

	if (!compilation_leaf(&v->c) || number < 0 || number >= lsp_n_lines(v))
		return list;
	struct str text = str_slice(line_at(v, number), 0, lsp_column(v, number, column));
	struct line here = read_line(text);
	struct str path = path_above(v, number, &here);
	const struct record *r = schema_record(path);
	const struct field *field = here.has_key && r ? record_field(r, here.key)
				    : here.has_key    ? NULL
						      : schema_field(path);
	if (field)
		add_words(v, list, field);
	if (!here.has_key && r)
		add_keys(v->c.inv->arena, list, r);
	return list;
}
