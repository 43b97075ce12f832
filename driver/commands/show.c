/* SPDX-License-Identifier: Apache-2.0 */
/*
 * --emit=tokens and --emit=tree.
 *
 *	3:3	scalar	image
 *	services.api.image	string "redis:7"	compose.yaml:4:12
 */
#include "driver/commands/show.h"

#include <yaml.h>

#include "ir/text/print.h"
#include "ir/diag/diag_render.h"

/* Bytes of a scalar that may be seen: none under a name that says it is a secret, and of
   NAME=value the name. */
static size_t visible_length(struct str name, struct str text)
{
	ptrdiff_t equals = str_find(text, '=');

	if (name_is_secret(name))
		return 0;
	if (equals > 0 && name_is_secret(str_slice(text, 0, (size_t)equals)))
		return (size_t)equals + 1;
	return text.len;
}

static void add_text(struct buf *out, const struct secret_set *hide, struct str name,
		     struct str text)
{
	size_t length = secrets_hold(hide, text) ? 0 : visible_length(name, text);

	if (length < text.len)
		text = str_fmt(out->arena, "%.*s" REDACTED, (int)length, text.ptr);
	/* `$` is still doubled here. */
	buf_add_json(out, secrets_redact(out->arena, hide, text, SECRETS_QUOTED));
}

/* `before` is the scalar right before, which may be the key of this one. */
static void add_event(struct buf *out, const struct secret_set *hide, const yaml_event_t *e,
		      struct str *before)
{
	static const char *const names[] = {
		[YAML_NO_EVENT] = "nothing",
		[YAML_STREAM_START_EVENT] = "stream-start",
		[YAML_STREAM_END_EVENT] = "stream-end",
		[YAML_DOCUMENT_START_EVENT] = "document-start",
		[YAML_DOCUMENT_END_EVENT] = "document-end",
		[YAML_ALIAS_EVENT] = "alias",
		[YAML_SCALAR_EVENT] = "scalar",
		[YAML_SEQUENCE_START_EVENT] = "list-start",
		[YAML_SEQUENCE_END_EVENT] = "list-end",
		[YAML_MAPPING_START_EVENT] = "mapping-start",
		[YAML_MAPPING_END_EVENT] = "mapping-end",
	};

	buf_add_fmt(out, "%zu:%zu\t%s", e->start_mark.line + 1, e->start_mark.column + 1,
		    names[e->type]);
	if (e->type == YAML_SCALAR_EVENT) {
		buf_add_c(out, e->data.scalar.plain_implicit ? "\t" : "\tquoted ");
		struct str text = {(const char *)e->data.scalar.value, e->data.scalar.length};
		add_text(out, hide, *before, text);
		*before = str_dup(out->arena, text);
	} else if (e->type == YAML_ALIAS_EVENT) {
		buf_add_fmt(out, "\t*%s", (const char *)e->data.alias.anchor);
	}
	if (e->type != YAML_SCALAR_EVENT)
		*before = STR("");
	buf_add_byte(out, '\n');
}

struct str show_tokens(struct arena *a, const struct secret_set *hide, struct str text)
{
	bool is_end = false;
	struct str before = STR("");
	struct buf out;

	buf_init(&out, a);
	yaml_parser_t parser;
	if (!yaml_parser_initialize(&parser))
		return STR("");
	yaml_parser_set_input_string(&parser, (const unsigned char *)text.ptr, text.len);
	while (!is_end) {
		yaml_event_t event;

		if (!yaml_parser_parse(&parser, &event)) {
			buf_add_fmt(&out, "%zu:%zu\terror\t%s\n", parser.problem_mark.line + 1,
				    parser.problem_mark.column + 1,
				    parser.problem ? parser.problem : "out of memory");
			break;
		}
		add_event(&out, hide, &event, &before);
		is_end = event.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	return buf_str(&out);
}

static void add_value(struct buf *out, const struct secret_set *hide, struct str key,
		      const struct node *node)
{
	switch (node->kind) {
	case NODE_NULL:
		buf_add_c(out, "null");
		return;
	case NODE_LIST:
		buf_add_fmt(out, "[%u]", node->n);
		return;
	case NODE_MAP:
		buf_add_fmt(out, "{%u}", node->n);
		return;
	case NODE_BOOL:
	case NODE_INT:
	case NODE_FLOAT:
		buf_add(out, name_is_secret(key) || secrets_hold(hide, node->text) ? STR(REDACTED)
										   : node->text);
		return;
	case NODE_STRING:
		add_text(out, hide, key, node->text);
		return;
	}
}

/* How the value came here. */
static void add_trail(struct buf *out, const struct trail *t)
{
	static const char *const names[] = {
		[TRAIL_ALIAS] = "alias",     [TRAIL_MERGE] = "merge",
		[TRAIL_EXTENDS] = "extends", [TRAIL_VARIABLE] = "variable",
		[TRAIL_PROFILE] = "profile", [TRAIL_DERIVED] = "derived",
		[TRAIL_PLACE] = "place",
	};

	for (; t; t = t->next)
		buf_add_fmt(out, " %s", names[t->kind]);
}

/* What writing the tree needs at every node. */
struct tree_writer {
	const struct source_map *sources;
	const struct secret_set *hide;
};

static void add_node(struct buf *out, const struct tree_writer *w, struct str path, struct str name,
		     const struct node *node)
{
	struct arena *a = out->arena;

	buf_add(out, path.len > 0 ? path : STR("."));
	buf_add_byte(out, '\t');
	add_value(out, w->hide, name, node);
	buf_add_byte(out, '\t');
	print_place(out, w->sources, node->at);
	add_trail(out, node->trail);
	buf_add_byte(out, '\n');
	for (uint32_t i = 0; i < node->n && node->kind == NODE_LIST; i++)
		add_node(out, w, str_fmt(a, "%.*s[%u]", STR_ARG(path), i), STR(""), node->items[i]);
	for (uint32_t i = 0; i < node->n && node->kind == NODE_MAP; i++) {
		struct buf key;

		buf_init(&key, a);
		buf_add(&key, path);
		if (path.len > 0)
			buf_add_byte(&key, '.');
		print_key(&key, secrets_redact(a, w->hide, node->entries[i].key, 0));
		add_node(out, w, str_dup(a, buf_str(&key)), node->entries[i].key,
			 node->entries[i].value);
	}
}

struct str show_tree(struct arena *a, const struct source_map *sources,
		     const struct secret_set *hide, const struct node *tree)
{
	struct tree_writer w = {sources, hide};
	struct buf out;

	buf_init(&out, a);
	if (tree)
		add_node(&out, &w, STR(""), STR(""), tree);
	return buf_str(&out);
}
