/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads the text form of the job (ir/text/print.h): its lines become a tree, which is bound like one
 * that came from YAML, but without variables and normal forms, and with the origins it names.
 */
#include "frontend/ir_text.h"

#include <string.h>

#include "frontend/bind/bind.h"

/* A node that grows. The node comes first, so that it can stand in a tree. */
struct ir_node {
	struct node node;
	uint32_t cap;
	uint32_t declared; /* number of items that the text speaks of */
	struct map index;
	bool has_value;
};

void ir_text_error(struct ir_text *t, struct span at, const char *what)
{
	if (t->u->diags.n_errors < 50)
		diag_error(&t->u->diags, at, RULE_R001, "%s", what);
}

static const char *add_escape(struct buf *b, const char *p, const char *end)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *known = strchr(from, *p);
	if (known && *p) {
		buf_add_byte(b, to[known - from]);
		return p + 1;
	}
	uint32_t code = 0;
	if (*p++ != 'u')
		return p;
	for (int i = 0; i < 4 && p < end; i++, p++) {
		char c = *p;
		uint32_t digit = c >= '0' && c <= '9' ? (uint32_t)(c - '0')
						      : (uint32_t)((c | 0x20) - 'a' + 10);
		code = code * 16 + (digit & 15);
	}
	/* The printer writes \u only for single bytes; all else stands as UTF-8. */
	buf_add_byte(b, code < 0x80 ? (char)code : '?');
	return p;
}

struct str ir_text_unquote(struct arena *a, struct str inner)
{
	const char *p = inner.ptr, *end = inner.ptr + inner.len;
	if (str_find(inner, '\\') == STR_NONE)
		return str_dup(a, inner);
	struct buf b;
	buf_init(&b, a);
	while (p < end) {
		if (*p == '\\' && p + 1 < end)
			p = add_escape(&b, p + 1, end);
		else
			buf_add_byte(&b, *p++);
	}
	return str_dup(a, buf_str(&b));
}

void ir_text_key(struct ir_text *t, struct ir_token key)
{
	*LIST_PUSH(t->u->arena, &t->path) = (struct ir_step){.key = key};
}

void ir_text_item(struct ir_text *t, struct ir_token index)
{
	uint64_t number;
	if (!str_to_u64(index.text, &number) || number > UINT32_MAX) {
		ir_text_error(t, index.at, "expected the number of an item");
		number = UINT32_MAX;
	}
	*LIST_PUSH(t->u->arena, &t->path) =
		(struct ir_step){.key = index, .index = (uint32_t)number, .is_item = true};
}

/* Every node read from a text carries the comment it had there, which may be empty. */
static const struct trail *place(struct arena *a, struct str comment)
{
	struct trail *trail = ARENA_NEW(a, struct trail);
	*trail = (struct trail){.kind = TRAIL_PLACE, .name = str_dup(a, comment)};
	return trail;
}

static struct ir_node *new_node(struct ir_text *t, enum node_kind kind, struct span at)
{
	struct ir_node *node = ARENA_NEW(t->u->arena, struct ir_node);
	node->node.kind = kind;
	node->node.at = at;
	node->node.trail = place(t->u->arena, STR(""));
	return node;
}

static struct ir_node *child_of_map(struct ir_text *t, struct ir_node *map, struct ir_token key)
{
	uint32_t i = map_get(&map->index, key.text);
	if (i != MAP_NONE)
		return (struct ir_node *)map->node.entries[i].value;
	struct node *n = &map->node;
	if (n->n == map->cap)
		n->entries = arena_grow_list(t->u->arena, n->entries, sizeof(*n->entries), n->n,
					     &map->cap);
	struct ir_node *child = new_node(t, NODE_NULL, key.at);
	map_put(&map->index, t->u->arena, key.text, n->n);
	n->entries[n->n++] = (struct entry){key.text, key.at, &child->node};
	n->index = &map->index;
	return child;
}

static struct ir_node *child_of_list(struct ir_text *t, struct ir_node *list,
				     const struct ir_step *step)
{
	struct node *n = &list->node;
	if (step->index < n->n)
		return (struct ir_node *)n->items[step->index];
	if (step->index != n->n) {
		ir_text_error(t, step->key.at, "the items of a list must come in order");
		return NULL;
	}
	if (n->n == list->cap)
		n->items =
			arena_grow_list(t->u->arena, n->items, sizeof(*n->items), n->n, &list->cap);
	struct ir_node *child = new_node(t, NODE_NULL, step->key.at);
	n->items[n->n++] = &child->node;
	return child;
}

/* One step down; a node without a value becomes what the step needs. */
static struct ir_node *step_down(struct ir_text *t, struct ir_node *node,
				 const struct ir_step *step)
{
	enum node_kind kind = step->is_item ? NODE_LIST : NODE_MAP;
	if (!node->has_value) {
		node->has_value = true;
		node->node.kind = kind;
		if (kind == NODE_LIST) {
			ir_text_error(t, step->key.at,
				      "a list needs a line of its own before its items");
			return NULL;
		}
	}
	if (node->node.kind != kind) {
		ir_text_error(t, step->key.at, "what stands before this is no mapping or list");
		return NULL;
	}
	return step->is_item ? child_of_list(t, node, step) : child_of_map(t, node, step->key);
}

static enum node_kind word_kind(struct str word)
{
	if (str_eq_c(word, "true") || str_eq_c(word, "false"))
		return NODE_BOOL;
	uint64_t ignored;
	return str_to_u64(word, &ignored) ? NODE_INT : NODE_STRING;
}

static void set_value(struct ir_text *t, struct ir_node *node, const struct ir_value *value)
{
	struct node *n = &node->node;
	uint64_t count;
	switch (value->form) {
	case IR_TEXT:
		n->kind = NODE_STRING;
		n->text = value->token.text;
		n->is_quoted = true;
		return;
	case IR_WORD:
		n->kind = word_kind(value->token.text);
		n->text = value->token.text;
		return;
	case IR_MAP:
		n->kind = NODE_MAP;
		return;
	case IR_LIST:
		n->kind = NODE_LIST;
		if (!str_to_u64(value->token.text, &count) || count > UINT32_MAX)
			ir_text_error(t, value->token.at, "expected the number of items");
		else
			node->declared = (uint32_t)count;
		*LIST_PUSH(t->u->arena, &t->lists) = node;
		return;
	case IR_POISON:
		n->is_poison = true;
		return;
	}
}

void ir_text_put(struct ir_text *t, const struct ir_value *value, struct str comment)
{
	struct ir_node *node = t->root;
	if (t->path.n > FRONTEND_MAX_DEPTH) {
		ir_text_error(t, t->path.items[0].key.at, "this path is too deep");
		return;
	}
	for (uint32_t i = 0; i < t->path.n && node; i++)
		node = step_down(t, node, &t->path.items[i]);
	if (!node)
		return;
	const struct ir_token *last = &t->path.items[t->path.n - 1].key;
	if (node->has_value) {
		ir_text_error(t, last->at, "this field has a value already");
		return;
	}
	node->has_value = true;
	node->node.trail = place(t->u->arena, comment);
	node->node.at = span_is_none(value->token.at) ? last->at : value->token.at;
	set_value(t, node, value);
}

static void check_lists(struct ir_text *t)
{
	for (uint32_t i = 0; i < t->lists.n; i++)
		if (t->lists.items[i]->node.n != t->lists.items[i]->declared)
			ir_text_error(t, t->lists.items[i]->node.at,
				      "the list has another number of items");
}

void frontend_read_ir(struct unit *u, struct str name, struct str text)
{
	if (text.len && text.ptr[text.len - 1] != '\n')
		text = str_cat(u->arena, text, STR("\n"));
	uint32_t file =
		text.len > FRONTEND_MAX_FILE ? UINT32_MAX : source_add(&u->sources, name, text);
	if (file == UINT32_MAX) {
		diag_error(&u->diags, SPAN_NONE, RULE_R001, "'%.*s' is too large", STR_ARG(name));
		return;
	}
	struct ir_text t = {.u = u, .file = &u->sources.files.items[file]};
	t.root = new_node(&t, NODE_MAP, SPAN_NONE);
	t.root->has_value = true;
	uint32_t errors = u->diags.n_errors;
	ir_text_scan(&t, text);
	check_lists(&t);
	if (u->diags.n_errors != errors)
		return;
	u->tree = &t.root->node;
	bind_tree(u);
}
