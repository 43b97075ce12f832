/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Places as the protocol has them: lines from 0, columns in UTF-16 units, or in bytes where the client has
 * asked for that; files as URIs.
 */
#include "driver/editor/lsp.h"

#include <string.h>

#include "driver/json.h"
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

json_t *lsp_uri(const struct lsp_view *v, struct str path)
{
	struct arena *a = v->c.inv->arena;
	struct buf uri;

	for (const struct lsp_document *d = v->documents; d; d = d->next)
		if (str_eq(lsp_path(a, json_string_value(d->uri)), path))
			return json_incref(d->uri);
	buf_init(&uri, a);
	buf_add_c(&uri, "file://");
	for (size_t i = 0; i < path.len; i++) {
		unsigned char c = (unsigned char)path.ptr[i];
		bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
				(c >= '0' && c <= '9') || byte_is_in((char)c, "-._~/");

		if (is_plain)
			buf_add_byte(&uri, (char)c);
		else
			buf_add_fmt(&uri, "%%%02X", c);
	}
	return json_visible(a, buf_str(&uri));
}

/* UTF-16 units of bytes: characters beyond the basic plane take two. */
static json_int_t units_of(const struct lsp_view *v, struct str text)
{
	json_int_t n = 0;

	if (v->client->counts_bytes)
		return (json_int_t)text.len;
	for (size_t i = 0; i < text.len; i++) {
		unsigned char byte = (unsigned char)text.ptr[i];

		n += (byte & 0xc0) != 0x80;
		n += byte >= 0xf0;
	}
	return n;
}

static json_t *position(const struct lsp_view *v, uint32_t offset)
{
	const struct source_map *sources = &v->c.unit.sources;
	struct place p = source_place(sources, offset);
	struct str line = source_line(sources, p.source, p.line);
	size_t begin = (size_t)(line.ptr - p.source->bytes.ptr) + p.source->base;
	struct str before = str_slice(line, 0, offset > begin ? offset - begin : 0);

	return json_pack("{s:i, s:I}", "line", (int)p.line - 1, "character", units_of(v, before));
}

json_t *lsp_range(const struct lsp_view *v, struct span at)
{
	return json_pack("{s:o, s:o}", "start", position(v, at.begin), "end",
			 position(v, at.end > at.begin ? at.end : at.begin));
}

json_t *lsp_location(const struct lsp_view *v, struct span at)
{
	const struct source *file = source_at(&v->c.unit.sources, at.begin);

	return json_pack("{s:o, s:o}", "uri", lsp_uri(v, file->name), "range", lsp_range(v, at));
}

bool lsp_is_inside(const struct lsp_view *v, struct span at)
{
	return !span_is_none(at) &&
	       source_at(&v->c.unit.sources, at.begin) == compilation_leaf(&v->c);
}

json_int_t lsp_n_lines(const struct lsp_view *v)
{
	const struct source *leaf = compilation_leaf(&v->c);

	if (!leaf)
		return 0;
	return source_place(&v->c.unit.sources, leaf->base + (uint32_t)leaf->bytes.len).line;
}

/* In the middle of a character is its start. */
size_t lsp_column(const struct lsp_view *v, json_int_t line, json_int_t column)
{
	struct str text =
		source_line(&v->c.unit.sources, compilation_leaf(&v->c), (uint32_t)line + 1);
	size_t at = 0;

	while (at < text.len) {
		size_t length = utf8_valid_length(str_from(text, at));

		length = length > 0 ? length : 1;
		if (v->client->counts_bytes)
			column -= (json_int_t)length;
		else
			column -= length == 4 ? 2 : 1;
		if (column < 0)
			break;
		at += length;
	}
	return at;
}

bool lsp_offset(const struct lsp_view *v, json_int_t line, json_int_t column, uint32_t *offset)
{
	const struct source *leaf = compilation_leaf(&v->c);

	if (line < 0 || line >= lsp_n_lines(v))
		return false;
	struct str text = source_line(&v->c.unit.sources, leaf, (uint32_t)line + 1);
	*offset = (uint32_t)((size_t)(text.ptr - leaf->bytes.ptr) + lsp_column(v, line, column)) +
		  leaf->base;
	return true;
}

json_int_t lsp_number(const json_t *params, const char *object, const char *name)
{
	return json_integer_value(json_object_get(json_object_get(params, object), name));
}

json_t *lsp_text_edits(const struct lsp_view *v, const struct lsp_edits *edits,
		       const struct source *file)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < edits->n; i++)
		if (source_at(&v->c.unit.sources, edits->items[i].at.begin) == file)
			json_array_append_new(
				list,
				json_pack("{s:o, s:o}", "range", lsp_range(v, edits->items[i].at),
					  "newText",
					  json_visible(v->c.inv->arena, edits->items[i].text)));
	return list;
}

static json_t *version_of(const struct lsp_view *v, const json_t *uri)
{
	for (const struct lsp_document *d = v->documents; d; d = d->next)
		if (json_equal(d->uri, uri))
			return json_incref(d->version);
	return json_null();
}

json_t *lsp_workspace_edit(const struct lsp_view *v, const struct lsp_edits *edits)
{
	json_t *versioned = json_array(), *changes = json_object();
	const struct source_map *sources = &v->c.unit.sources;

	for (uint32_t i = 0; i < sources->files.n; i++) {
		const struct source *file = &sources->files.items[i];
		json_t *list = lsp_text_edits(v, edits, file), *uri = lsp_uri(v, file->name);

		if (json_array_size(list) > 0) {
			json_object_set(changes, json_string_value(uri), list);
			json_array_append_new(versioned,
					      json_pack("{s:{s:O, s:o}, s:O}", "textDocument",
							"uri", uri, "version", version_of(v, uri),
							"edits", list));
		}
		json_decref(list);
		json_decref(uri);
	}
	json_t *edit = v->client->takes_versions ? json_pack("{s:O}", "documentChanges", versioned)
						 : json_pack("{s:O}", "changes", changes);
	json_decref(versioned);
	json_decref(changes);
	return edit;
}
