/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The effective spec: the tree written out as YAML after `extends`, anchors and variables. Compiled
 * again (with secrets shown) it gives the same plan: `$` in fields where variables are replaced is
 * written `$$`.
 *
 *	image: redis:${TAG:-7}   ->   image: redis:7
 */
#include "frontend/bind/bind.h"
#include "frontend/frontend.h"

#include <string.h>

#include "frontend/variables/interpolate.h"
#include "frontend/variables/variables.h"
#include "frontend/yaml/yaml_plain.h"
#include "ir/support/run_text.h"
#include "ir/schema.h"
#include "ir/schema_externs.gen.h"
#include "ir/support/utf8.h"

struct writer {
	struct unit *u;
	struct buf out;
	bool hide_secrets, is_json;
};

/* What a node is to the schema: the field whose value (or part of it) it is. */
struct spot {
	const struct field *field;   /* NULL: the root */
	const struct record *record; /* a mapping with its keys, or NULL */
	bool is_literal;             /* no variables here, whatever the field says */
};

/* Text that a literal block can hold: lines of printable characters. */
static bool is_block(struct str text)
{
	if (str_find(text, '\n') == STR_NONE || text.ptr[0] == ' ' || text.ptr[0] == '\n' ||
	    text.ptr[0] == '\t')
		return false;
	for (size_t i = 0, n; i < text.len; i += n) {
		n = utf8_valid_length(str_from(text, i));
		unsigned char c = (unsigned char)text.ptr[i];
		/* Not all characters beyond ASCII may stand unescaped. */
		if (n != 1 || (c < ' ' && c != '\n' && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

static void write_block(struct writer *w, struct str text, unsigned indent)
{
	bool has_end = text.ptr[text.len - 1] == '\n';
	bool has_more = has_end && text.len > 1 && text.ptr[text.len - 2] == '\n';
	buf_add_c(&w->out, has_more ? "|+" : has_end ? "|" : "|-");
	struct str rest = text, line;
	while (rest.len) {
		rest = str_split(rest, '\n', &line);
		buf_add_byte(&w->out, '\n');
		if (line.len)
			buf_add_repeat(&w->out, ' ', indent);
		buf_add(&w->out, line);
	}
}

static void write_text(struct writer *w, struct str text, unsigned indent)
{
	if (w->is_json)
		buf_add_json(&w->out, text);
	else if (yaml_is_plain(text))
		buf_add(&w->out, text);
	else if (is_block(text))
		write_block(w, text, indent);
	else
		buf_add_json(&w->out, text);
}

/* As it would be written in a spec. */
static struct str written_again(struct arena *a, struct str text)
{
	if (!run_has_mark(text))
		return doubled_dollars(a, text);
	struct buf b;
	buf_init(&b, a);
	for (struct str rest = text, before, code; rest.len;) {
		rest = run_split(rest, &before, &code);
		buf_add(&b, doubled_dollars(a, before));
		if (code.len)
			buf_add_fmt(&b, "${run:%.*s}", STR_ARG(run_words(a, code)));
	}
	return buf_str(&b);
}

/* NAME=value in a list: only the value is hidden, unless the name is the secret. */
static struct str redacted(struct writer *w, const struct spot *spot, struct str key,
			   struct str text)
{
	ptrdiff_t equals = str_find(text, '=');
	bool is_pair = spot->field && spot->field->kind == KIND_ENV && !key.len && equals > 0;
	if (is_pair && !variable_is_secret_text(w->u, str_slice(text, 0, (size_t)equals)))
		return str_fmt(w->u->arena, "%.*s" REDACTED, (int)equals + 1, text.ptr);
	return STR(REDACTED);
}

static bool has_secret_name(const struct spot *spot, struct str key, struct str text)
{
	struct str name = key;
	if (!spot->field)
		return false;
	if (spot->field->kind == KIND_ENV && !key.len)
		str_split(text, '=', &name);
	bool is_env = spot->field->kind == KIND_ENV || strcmp(spot->field->arg, "variable") == 0;
	return is_env && variable_is_secret_name(name);
}

static struct str shown(struct writer *w, struct str text)
{
	return w->hide_secrets ? secrets_redact(w->u->arena, &w->u->diags.secrets, text, 0) : text;
}

static bool is_json_number(struct str text)
{
	size_t i = str_has_prefix(text, "-"), digits = i;
	while (i < text.len && text.ptr[i] >= '0' && text.ptr[i] <= '9')
		i++;
	return i == text.len && i > digits && (text.ptr[digits] != '0' || i == digits + 1);
}

/* A number or truth. JSON has fewer ways to write them: the others are texts there. */
static void write_plain(struct writer *w, const struct node *node, struct str text)
{
	if (!w->is_json)
		buf_add(&w->out, text);
	else if (node->kind == NODE_BOOL)
		buf_add_c(&w->out, str_eq_nocase(text, STR("true")) ? "true" : "false");
	else if (node->kind == NODE_INT && is_json_number(text))
		buf_add(&w->out, text);
	else
		buf_add_json(&w->out, text);
}

static void write_scalar(struct writer *w, const struct spot *spot, struct str key,
			 const struct node *node, unsigned indent)
{
	if (spot->field && has_variable(spot->field, node))
		node = expand_node(w->u, node,
				   (struct diag_subject){.path = str_c(spot->field->key)});
	struct v_str value = {.v = node->text};
	bool is_string = node->kind == NODE_STRING;
	bool is_interpolated = spot->field && spot->field->bits & FIELD_INTERP && !spot->is_literal;
	if (node->kind == NODE_NULL) {
		buf_add_c(&w->out, "null");
		return;
	}
	if (is_interpolated && is_string) {
		unsigned flags = interpolate_flags(spot->field);
		struct origin from = origin_new(node->at, node->trail, ORIGIN_WRITTEN);
		value.from = from;
		interpolate(w->u, node, node->text,
			    (struct diag_subject){.path = str_c(spot->field->key)}, flags, &value);
	}
	value.is_secret |=
		variable_is_secret_text(w->u, value.v) || has_secret_name(spot, key, value.v);
	if (value.is_secret && w->hide_secrets)
		buf_add_json(&w->out, redacted(w, spot, key, value.v));
	else if (!is_string)
		write_plain(w, node, value.v);
	else
		write_text(w, is_interpolated ? written_again(w->u->arena, value.v) : value.v,
			   indent);
}

/* What the value of a field is: a mapping of records, a record, a short form of one. */
static struct spot spot_of(const struct field *f, const struct node *value)
{
	struct spot spot = {.field = f};
	bool is_map = value->kind == NODE_MAP;
	if (f->kind == KIND_RECORD && is_map)
		spot.record = f->sub;
	else if (f->kind == KIND_RECORD)
		spot.field = record_shorthand(f->sub, value->kind == NODE_LIST ? "list" : "scalar");
	else if (f->kind == KIND_COMMAND)
		spot.is_literal = value->kind != NODE_LIST;
	return spot;
}

static void write_node(struct writer *w, const struct spot *spot, struct str key,
		       const struct node *node, unsigned indent);

/* The spot of an entry or item; false when the schema doesn't know the key (the root's `x-`). */
static bool spot_below(const struct spot *spot, struct str key, const struct node *value,
		       struct spot *below)
{
	if (spot->record) {
		const struct field *f = record_field(spot->record, key);
		*below = f ? spot_of(f, value) : (struct spot){0};
		return f != NULL;
	}
	*below = *spot;
	bool is_collection = spot->field &&
			     (spot->field->kind == KIND_NAMED || spot->field->kind == KIND_RECORDS);
	if (is_collection && value->kind == NODE_MAP)
		below->record = spot->field->sub;
	return true;
}

static bool is_inline(const struct node *node)
{
	return (node->kind != NODE_MAP && node->kind != NODE_LIST) || !node->n;
}

static void write_map(struct writer *w, const struct spot *spot, const struct node *map,
		      unsigned indent)
{
	bool is_first = true;
	for (uint32_t i = 0; i < map->n; i++) {
		const struct entry *entry = &map->entries[i];
		struct spot below;
		if (!spot_below(spot, entry->key, entry->value, &below))
			continue;
		if (!is_first)
			buf_add_repeat(&w->out, ' ', indent);
		is_first = false;
		struct str key = shown(w, entry->key);
		if (yaml_is_plain(key))
			buf_add(&w->out, key);
		else
			buf_add_json(&w->out, key);
		buf_add_byte(&w->out, ':');
		if (is_inline(entry->value)) {
			buf_add_byte(&w->out, ' ');
		} else {
			buf_add_byte(&w->out, '\n');
			buf_add_repeat(&w->out, ' ', indent + 2);
		}
		write_node(w, &below, entry->key, entry->value, indent + 2);
	}
}

static void write_list(struct writer *w, const struct spot *spot, const struct node *list,
		       unsigned indent)
{
	for (uint32_t i = 0; i < list->n; i++) {
		struct spot below;
		spot_below(spot, STR(""), list->items[i], &below);
		if (i)
			buf_add_repeat(&w->out, ' ', indent);
		buf_add_c(&w->out, "- ");
		write_node(w, &below, STR(""), list->items[i], indent + 2);
	}
}

/* Begins where the cursor stands, at column `indent` if it takes lines of its own. */
static void write_node(struct writer *w, const struct spot *spot, struct str key,
		       const struct node *node, unsigned indent)
{
	if (!is_inline(node)) {
		if (node->kind == NODE_MAP)
			write_map(w, spot, node, indent);
		else
			write_list(w, spot, node, indent);
		return;
	}
	if (node->kind == NODE_MAP)
		buf_add_c(&w->out, "{}");
	else if (node->kind == NODE_LIST)
		buf_add_c(&w->out, "[]");
	else
		write_scalar(w, spot, key, node, indent);
	buf_add_byte(&w->out, '\n');
}

static void write_json(struct writer *w, const struct spot *spot, struct str key,
		       const struct node *node, unsigned indent);

static void begin_json_item(struct writer *w, bool is_first, unsigned indent)
{
	buf_add_c(&w->out, is_first ? "\n" : ",\n");
	buf_add_repeat(&w->out, ' ', indent);
}

static void write_json_items(struct writer *w, const struct spot *spot, const struct node *node,
			     unsigned indent)
{
	bool is_map = node->kind == NODE_MAP, is_first = true;
	for (uint32_t i = 0; i < node->n; i++) {
		const struct node *value = is_map ? node->entries[i].value : node->items[i];
		struct str key = is_map ? node->entries[i].key : STR("");
		struct spot below;
		if (!spot_below(spot, key, value, &below))
			continue;
		begin_json_item(w, is_first, indent + 2);
		is_first = false;
		if (is_map) {
			buf_add_json(&w->out, shown(w, key));
			buf_add_c(&w->out, ": ");
		}
		write_json(w, &below, key, value, indent + 2);
	}
	if (!is_first) {
		buf_add_byte(&w->out, '\n');
		buf_add_repeat(&w->out, ' ', indent);
	}
}

/* The same as JSON, which is YAML as well. */
static void write_json(struct writer *w, const struct spot *spot, struct str key,
		       const struct node *node, unsigned indent)
{
	if (node->kind != NODE_MAP && node->kind != NODE_LIST) {
		write_scalar(w, spot, key, node, indent);
		return;
	}
	buf_add_byte(&w->out, node->kind == NODE_MAP ? '{' : '[');
	write_json_items(w, spot, node, indent);
	buf_add_byte(&w->out, node->kind == NODE_MAP ? '}' : ']');
}

struct str frontend_config(struct unit *u, bool hide_secrets, bool is_json)
{
	struct writer w = {.u = u, .hide_secrets = hide_secrets, .is_json = is_json};
	struct spot root = {.record = &record_job};
	buf_init(&w.out, u->arena);
	if (!u->tree || u->tree->kind != NODE_MAP)
		return STR("");
	if (is_json) {
		write_json(&w, &root, STR(""), u->tree, 0);
		buf_add_byte(&w.out, '\n');
	} else {
		write_node(&w, &root, STR(""), u->tree, 0);
	}
	return buf_str(&w.out);
}
