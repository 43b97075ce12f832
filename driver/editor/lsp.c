/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the language server finds in a document: diagnostics, what the key under the cursor means,
 * and edits that are certain. Lines count from 0, columns in UTF-16 units, as the protocol wants.
 */
#include "driver/editor/lsp.h"

#include <stdlib.h>
#include <string.h>

#include "driver/json.h"
#include "driver/system.h"
#include "frontend/frontend.h"
#include "ir/facts/rules.h"
#include "ir/text/schema_text.h"
#include "ir/diag/diag_parts.h"
#include "ir/support/utf8.h"

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

struct str lsp_path(struct arena *a, const char *uri)
{
	struct str rest = str_c(uri);

	if (!str_has_prefix(rest, "file://"))
		return STR("");
	rest = str_from(rest, 7);
	if (str_find(rest, '/') != STR_NONE)
		rest = str_from(rest, (size_t)str_find(rest, '/')); /* file://localhost/… */
	struct buf path;
	buf_init(&path, a);
	for (size_t i = 0; i < rest.len; i++) {
		int high = rest.ptr[i] == '%' && i + 2 < rest.len ? hex_digit(rest.ptr[i + 1]) : -1;
		int low = high >= 0 ? hex_digit(rest.ptr[i + 2]) : -1;

		if (low >= 0) {
			buf_add_byte(&path, (char)(high * 16 + low));
			i += 2;
		} else {
			buf_add_byte(&path, rest.ptr[i]);
		}
	}
	return str_find(buf_str(&path), '\0') == STR_NONE ? str_dup(a, buf_str(&path)) : STR("");
}

bool lsp_compile(struct compilation *c, struct invocation *inv, struct str path, struct str text)
{
	if (!compilation_set_up(c, inv, path.ptr))
		return false;
	c->text = text;
	compilation_plan(c);
	frontend_explain(&c->unit);
	return true;
}

/* UTF-16 units of bytes: characters beyond the basic plane take two. */
static json_int_t utf16_length(struct str text)
{
	json_int_t n = 0;

	for (size_t i = 0; i < text.len; i++) {
		unsigned char byte = (unsigned char)text.ptr[i];

		n += (byte & 0xc0) != 0x80;
		n += byte >= 0xf0;
	}
	return n;
}

static json_t *position(const struct compilation *c, uint32_t offset)
{
	struct place p = source_place(&c->unit.sources, offset);
	struct str line = source_line(&c->unit.sources, p.source, p.line);
	size_t begin = (size_t)(line.ptr - p.source->bytes.ptr) + p.source->base;
	struct str before = str_slice(line, 0, offset > begin ? offset - begin : 0);

	return json_pack("{s:i, s:I}", "line", (int)p.line - 1, "character", utf16_length(before));
}

static json_t *range(const struct compilation *c, struct span at)
{
	return json_pack("{s:o, s:o}", "start", position(c, at.begin), "end",
			 position(c, at.end > at.begin ? at.end : at.begin));
}

static bool is_in_leaf(const struct compilation *c, struct span at)
{
	return !span_is_none(at) && source_at(&c->unit.sources, at.begin) == compilation_leaf(c);
}

json_t *lsp_diagnostics(struct compilation *c)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < c->unit.diags.list.n && i < 500; i++) {
		const struct diag *d = c->unit.diags.list.items[i];
		struct span at = is_in_leaf(c, d->at) ? d->at : (struct span){1, 1};
		struct buf text;

		buf_init(&text, c->inv->arena);
		buf_add(&text, diags_redact(c->inv->arena, &c->unit.diags, d->text));
		for (uint32_t k = 0; k < d->lines.n; k++)
			if (d->lines.items[k].severity == SEVERITY_HELP)
				buf_add_fmt(&text, "\nhelp: %.*s",
					    STR_ARG(diags_redact(c->inv->arena, &c->unit.diags,
								 d->lines.items[k].text)));
		json_array_append_new(
			list, json_pack("{s:o, s:i, s:s, s:s, s:o}", "range", range(c, at),
					"severity", d->severity == SEVERITY_ERROR ? 1 : 2, "source",
					"hpcc", "code", rules[d->rule].id, "message",
					json_visible(c->inv->arena, buf_str(&text))));
	}
	return list;
}

/* In the middle of a pair of units is the start of its character. */
size_t lsp_column(const struct compilation *c, json_int_t line, json_int_t column)
{
	struct str text = source_line(&c->unit.sources, compilation_leaf(c), (uint32_t)line + 1);
	size_t at = 0;

	while (at < text.len) {
		size_t length = utf8_valid_length(str_from(text, at));

		length = length > 0 ? length : 1;
		column -= length == 4 ? 2 : 1;
		if (column < 0)
			break;
		at += length;
	}
	return at;
}

/* The byte at a line and a column in UTF-16 units. */
static uint32_t offset_of(const struct compilation *c, json_int_t line, json_int_t column)
{
	const struct source *leaf = compilation_leaf(c);
	struct str text = source_line(&c->unit.sources, leaf, (uint32_t)line + 1);

	return (uint32_t)((size_t)(text.ptr - leaf->bytes.ptr) + lsp_column(c, line, column)) +
	       leaf->base;
}

static bool covers(struct span at, uint32_t offset)
{
	return at.begin <= offset && offset < at.end;
}

/* The path of the key that stands at the offset, below `path`; empty when none does. */
static struct str key_path(struct arena *a, const struct node *node, struct str path,
			   uint32_t offset)
{
	for (uint32_t i = 0; node->kind == NODE_MAP && i < node->n; i++) {
		const struct entry *e = &node->entries[i];
		struct str below = path.len > 0
					   ? str_fmt(a, "%.*s.%.*s", STR_ARG(path), STR_ARG(e->key))
					   : e->key;

		if (covers(e->key_at, offset))
			return below;
		struct str found = key_path(a, e->value, below, offset);
		if (found.len > 0)
			return found;
	}
	for (uint32_t i = 0; node->kind == NODE_LIST && i < node->n; i++) {
		struct str found =
			key_path(a, node->items[i], str_fmt(a, "%.*s[]", STR_ARG(path)), offset);

		if (found.len > 0)
			return found;
	}
	return STR("");
}

json_int_t lsp_n_lines(const struct compilation *c)
{
	const struct source *leaf = compilation_leaf(c);

	return source_place(&c->unit.sources, leaf->base + (uint32_t)leaf->bytes.len).line;
}

json_t *lsp_hover(struct compilation *c, json_int_t line, json_int_t column)
{
	struct arena *a = c->inv->arena;
	const struct source *leaf = compilation_leaf(c);

	if (!leaf || line < 0 || line >= lsp_n_lines(c))
		return json_null();
	/* The unit's tree has lost `extends`, and calls `steps` services. */
	const struct node *written =
		frontend_compose(&c->unit, (uint32_t)(leaf - c->unit.sources.files.items));
	if (!written)
		return json_null();
	struct str path = key_path(a, written, STR(""), offset_of(c, line, column));
	struct str text = path.len > 0 ? schema_explain(a, path) : STR("");
	if (text.len == 0)
		return json_null();
	return json_pack("{s:{s:s, s:o}}", "contents", "kind", "plaintext", "value",
			 json_visible(a, text));
}

static json_t *edits_of(const struct compilation *c, const struct diag *d)
{
	json_t *edits = json_array();

	for (uint32_t i = 0; i < d->fixes.n; i++) {
		const struct fix *fix = &d->fixes.items[i];

		if (!is_in_leaf(c, fix->at)) {
			json_decref(edits);
			return NULL;
		}
		json_array_append_new(edits,
				      json_pack("{s:o, s:o}", "range", range(c, fix->at), "newText",
						json_visible(c->inv->arena, fix->text)));
	}
	return edits;
}

json_t *lsp_actions(struct compilation *c, const char *uri, json_int_t first, json_int_t last)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < c->unit.diags.list.n; i++) {
		const struct diag *d = c->unit.diags.list.items[i];

		if (diag_n_fixes(c->inv->arena, &c->unit.diags, d) == 0 || !is_in_leaf(c, d->at))
			continue;
		json_int_t line = (json_int_t)source_place(&c->unit.sources, d->at.begin).line - 1;
		json_t *edits = line >= first && line <= last ? edits_of(c, d) : NULL;
		if (!edits)
			continue;
		struct str title = diags_redact(c->inv->arena, &c->unit.diags, d->text);
		json_array_append_new(list, json_pack("{s:o, s:s, s:{s:{s:o}}}", "title",
						      json_visible(c->inv->arena, title), "kind",
						      "quickfix", "edit", "changes", uri, edits));
	}
	return list;
}
