/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Composer: libyaml's events to a tree in the arena, each node with the bytes it was written in.
 *
 *	api: &base {image: redis:7}	map "api" -> map "image" -> string "redis:7"
 *	two: *base			a copy of the node with a trail: through the alias
 *
 * libyaml has no limit on nesting and knows nothing of repeated keys, undefined anchors, kinds of
 * scalars or merge keys; all that is done here.
 */
#include "frontend/yaml/compose.h"

#include <string.h>

#include "frontend/yaml/text_lines.h"

static struct str event_str(const yaml_char_t *text, size_t len)
{
	return (struct str){(const char *)text, len};
}

/* The next event; false at a syntax error, which is reported here. */
static bool next_event(struct composer *c, yaml_event_t *event)
{
	if (yaml_parser_parse(&c->parser, event))
		return true;
	compose_explain(c);
	return false;
}

static size_t skip_blanks_and_comments(struct str text, size_t at)
{
	while (at < text.len) {
		if (text.ptr[at] == '#')
			at = line_end(text, at);
		else if (is_blank_at(text, at))
			at++;
		else
			break;
	}
	return at;
}

/* Events of anchored and tagged nodes begin at the property; a value begins behind it. */
static size_t skip_properties(struct str text, size_t begin, size_t end, bool has_properties)
{
	if (!has_properties)
		return begin;
	size_t at = begin;
	while (at < end && (text.ptr[at] == '&' || text.ptr[at] == '!')) {
		while (at < end && !is_blank_at(text, at))
			at++;
		size_t next = skip_blanks_and_comments(text, at);
		if (next >= end)
			return at;
		at = next;
	}
	return at;
}

static struct span value_span(const struct composer *c, const yaml_event_t *event,
			      bool has_properties, bool is_block_scalar)
{
	struct str text = c->marks.file.bytes;
	size_t begin = marks_offset(&c->marks, &event->start_mark);
	size_t end = marks_offset(&c->marks, &event->end_mark);
	begin = skip_properties(text, begin, end, has_properties);
	/* A block scalar's end mark is the start of the next token. */
	while (is_block_scalar && end > begin && is_blank_at(text, end - 1))
		end--;
	return marks_span(&c->marks, begin, end);
}

/* Notes the anchor of a node that begins; returns its number or MAP_NONE. */
static uint32_t open_anchor(struct composer *c, const yaml_char_t *name, const yaml_mark_t *mark)
{
	if (!name)
		return MAP_NONE;
	struct str text = str_dup(c->a, str_c((const char *)name));
	/* The properties may come in any order, so look for the anchor behind the tag. */
	size_t begin = marks_offset(&c->marks, mark);
	const char *found =
		memchr(c->marks.file.bytes.ptr + begin, '&', c->marks.file.bytes.len - begin);
	if (found)
		begin = (size_t)(found - c->marks.file.bytes.ptr);
	struct span at = marks_span(&c->marks, begin, begin + text.len + 1);
	/* A name that is used again means the later node from here on (YAML 1.2, 3.2.2.2). */
	map_put(&c->anchor_index, c->a, text, c->anchors.n);
	*LIST_PUSH(c->a, &c->anchors) =
		(struct anchor){.name = text, .at = at, .n_nodes = c->n_nodes - 1};
	return c->anchors.n - 1;
}

static void close_anchor(struct composer *c, uint32_t number, struct node *node)
{
	if (number == MAP_NONE)
		return;
	struct anchor *anchor = &c->anchors.items[number];
	anchor->node = node;
	anchor->n_nodes = c->n_nodes - anchor->n_nodes;
}

static struct node *poison_node(struct composer *c, struct span at)
{
	struct node *node = ARENA_NEW(c->a, struct node);
	*node = (struct node){.kind = NODE_NULL, .is_poison = true, .at = at};
	return node;
}

static void suggest_anchor(struct composer *c, struct diag *d, struct str name)
{
	struct nearest near = nearest_to(name);
	const struct anchor *nearest = NULL;
	for (uint32_t i = 0; i < c->anchors.n && i < 1000; i++)
		if (is_nearest(&near, c->anchors.items[i].name))
			nearest = &c->anchors.items[i];
	if (nearest)
		diag_help(&c->u->diags, d, "did you mean '*%.*s'?", STR_ARG(nearest->name));
	else
		diag_help(&c->u->diags, d,
			  "an anchor '&%.*s' must come before; if a text is meant that begins "
			  "with '*', put it in quotes",
			  STR_ARG(name));
}

/* NULL when the budget is used up. */
static struct node *compose_alias(struct composer *c, const yaml_event_t *event)
{
	struct span at = value_span(c, event, false, false);
	struct str name = str_c((const char *)event->data.alias.anchor);
	uint32_t number = map_get(&c->anchor_index, name);
	if (number == MAP_NONE) {
		struct diag *d = diag_error(&c->u->diags, at, RULE_R001,
					    "alias '*%.*s' has no anchor", STR_ARG(name));
		suggest_anchor(c, d, name);
		return poison_node(c, at);
	}
	const struct anchor *anchor = &c->anchors.items[number];
	if (!anchor->node) {
		struct diag *d = diag_error(
			&c->u->diags, at, RULE_R001,
			"alias '*%.*s' stands inside the value of its own anchor", STR_ARG(name));
		diag_note(&c->u->diags, d, anchor->at, "the anchor is here");
		return poison_node(c, at);
	}
	if (!compose_count(c, &c->n_nodes, anchor->n_nodes, at))
		return NULL;
	struct trail *step = ARENA_NEW(c->a, struct trail);
	*step = (struct trail){.kind = TRAIL_ALIAS, .at = at, .name = anchor->name};
	return node_with_trail(c->a, anchor->node, step);
}

static void fill_scalar(struct composer *c, const yaml_event_t *event, struct node *node)
{
	yaml_scalar_style_t style = event->data.scalar.style;
	node->is_quoted = style != YAML_PLAIN_SCALAR_STYLE;
	node->is_block = style == YAML_LITERAL_SCALAR_STYLE || style == YAML_FOLDED_SCALAR_STYLE;
	bool has_properties = event->data.scalar.anchor || event->data.scalar.tag;
	node->at = value_span(c, event, has_properties, node->is_block);
	if (node->at.end > node->at.begin)
		c->last = (struct last_scalar){.begin = node->at.begin - c->marks.file.base,
					       .end = node->at.end - c->marks.file.base,
					       .is_quoted = node->is_quoted && !node->is_block};
	node->text = str_dup(c->a, event_str(event->data.scalar.value, event->data.scalar.length));
	compose_scalar_kind(c, node, (const char *)event->data.scalar.tag, !node->is_quoted);
}

/* It may begin or end with a character outside ASCII. */
static bool has_non_ascii_end(const struct node *node)
{
	return node->text.len && !node->is_quoted &&
	       ((node->text.ptr[0] | node->text.ptr[node->text.len - 1]) & 0x80);
}

static struct node *compose_scalar(struct composer *c, const yaml_event_t *event)
{
	struct node *node = ARENA_NEW(c->a, struct node);
	fill_scalar(c, event, node);
	if (has_non_ascii_end(node))
		*LIST_PUSH(c->a, &c->odd_ends) = node;
	return node;
}

static struct node *compose_node(struct composer *c, yaml_event_t *event, int depth);

/* Reads children up to the end of the collection; its end offset goes to *end. */
static bool compose_items(struct composer *c, int depth, size_t *end)
{
	yaml_event_t event;
	for (;;) {
		if (!next_event(c, &event))
			return false;
		if (event.type == YAML_SEQUENCE_END_EVENT) {
			*end = marks_offset(&c->marks, &event.end_mark);
			yaml_event_delete(&event);
			return true;
		}
		struct node *item = compose_node(c, &event, depth);
		if (!item)
			return false;
		*LIST_PUSH(c->a, &c->open) = (struct child){.entry.value = item};
	}
}

/* A key must be a string. False: the pair is to be left out, and has been complained about; what it
   would have been can't be told, so nothing else is said to be missing. */
static bool check_key(struct composer *c, const struct node *key)
{
	struct diags *ds = &c->u->diags;
	if (key->kind == NODE_STRING && !key->is_poison)
		return true;
	c->u->has_lost_base = true;
	if (key->is_poison)
		return false;
	struct diag *d = diag_error(ds, key->at, RULE_R004, "a key must be a string, not %s",
				    node_kind_name(key->kind));
	if (key->kind == NODE_NULL && !key->text.len)
		diag_help(ds, d, "write a name before the ':'");
	else if (key->kind == NODE_LIST || key->kind == NODE_MAP)
		diag_help(ds, d, "a '[' or '{' at the start of a text needs quotes around it");
	else if (!key->trail) {
		diag_help(ds, d, "put it in quotes: \"%.*s\"", STR_ARG(key->text));
		/* A variable isn't named by a number, whatever quotes are round it. */
		if (key->kind != NODE_INT && key->kind != NODE_FLOAT)
			diag_fix(ds, d, key->at, str_fmt(c->a, "\"%.*s\"", STR_ARG(key->text)));
	}
	return false;
}

/* The node of a key; of a plain scalar's, which nobody can refer to, only `scalar` is used. */
static const struct node *compose_key(struct composer *c, yaml_event_t *event, int depth,
				      struct node *scalar)
{
	if (event->type != YAML_SCALAR_EVENT || event->data.scalar.anchor)
		return compose_node(c, event, depth);
	fill_scalar(c, event, scalar);
	if (has_non_ascii_end(scalar))
		compose_check_key_text(c, scalar);
	bool is_within = compose_count(c, &c->n_nodes, 1, scalar->at);
	yaml_event_delete(event);
	return is_within ? scalar : NULL;
}

static bool compose_pairs(struct composer *c, int depth, size_t *end)
{
	yaml_event_t event;
	for (;;) {
		if (!next_event(c, &event))
			return false;
		if (event.type == YAML_MAPPING_END_EVENT) {
			*end = marks_offset(&c->marks, &event.end_mark);
			yaml_event_delete(&event);
			return true;
		}
		struct node scalar = {0};
		const struct node *key = compose_key(c, &event, depth, &scalar);
		if (!key || !next_event(c, &event))
			return false;
		struct node *value = compose_node(c, &event, depth);
		if (!value)
			return false;
		if (!check_key(c, key))
			continue;
		bool is_merge = !key->is_quoted && str_eq(key->text, STR("<<"));
		struct child *child = LIST_PUSH(c->a, &c->open);
		*child = (struct child){.is_merge = is_merge};
		child->entry = (struct entry){key->text, key->at, value};
	}
}

/* False when the budget is used up. */
static bool take_children(struct composer *c, struct node *node, uint32_t first)
{
	bool is_within = true;
	uint32_t n = c->open.n - first;
	const struct child *children = n ? &c->open.items[first] : NULL;
	if (node->kind == NODE_MAP) {
		is_within = compose_entries(c, node, children, n);
	} else {
		node->n = n;
		node->items = ARENA_ARRAY(c->a, n, struct node *);
		for (uint32_t i = 0; i < n; i++)
			node->items[i] = children[i].entry.value;
	}
	c->open.n = first;
	return is_within;
}

/* The end mark of a block collection lies at the next token: end where the last child ends. */
static void end_collection(struct composer *c, struct node *node, uint32_t first, size_t end)
{
	size_t begin = node->at.begin - c->marks.file.base;
	char open = begin < c->marks.file.bytes.len ? c->marks.file.bytes.ptr[begin] : '\0';
	if (open == '[' || open == '{') {
		node->at = marks_span(&c->marks, begin, end);
		return;
	}
	for (uint32_t i = first; i < c->open.n; i++) {
		const struct entry *entry = &c->open.items[i].entry;
		const struct trail *step = entry->value->trail;
		uint32_t last = step ? step->at.end : entry->value->at.end;
		if (last > node->at.end)
			node->at.end = last;
		if (entry->key_at.end > node->at.end)
			node->at.end = entry->key_at.end;
	}
}

static struct node *compose_collection(struct composer *c, const yaml_event_t *event, int depth)
{
	bool is_map = event->type == YAML_MAPPING_START_EVENT;
	const char *tag = (const char *)(is_map ? event->data.mapping_start.tag
						: event->data.sequence_start.tag);
	bool has_anchor = is_map ? event->data.mapping_start.anchor != NULL
				 : event->data.sequence_start.anchor != NULL;
	struct node *node = ARENA_NEW(c->a, struct node);
	node->kind = is_map ? NODE_MAP : NODE_LIST;
	size_t begin = marks_offset(&c->marks, &event->start_mark);
	begin = skip_properties(c->marks.file.bytes, begin, c->marks.file.bytes.len,
				has_anchor || tag);
	node->at = marks_span(&c->marks, begin, begin);
	if (depth >= FRONTEND_MAX_DEPTH) {
		diag_error(&c->u->diags, node->at, RULE_R001,
			   "values are nested more than %d levels deep", FRONTEND_MAX_DEPTH);
		return NULL;
	}
	uint32_t first = c->open.n;
	size_t end = begin, outer_flow = c->flow_at;
	if (c->parser.flow_level)
		c->flow_at = begin;
	if (!(is_map ? compose_pairs : compose_items)(c, depth + 1, &end))
		return NULL;
	c->flow_at = outer_flow;
	end_collection(c, node, first, end);
	compose_collection_tag(c, node, tag);
	if (!take_children(c, node, first))
		return NULL;
	/* {{ name }}: R004 spoke of the key that is a mapping. */
	node->is_poison = is_map && str_has_prefix(str_from(c->marks.file.bytes, begin), "{{");
	return node;
}

static const yaml_char_t *event_anchor(const yaml_event_t *event)
{
	if (event->type == YAML_SCALAR_EVENT)
		return event->data.scalar.anchor;
	if (event->type == YAML_MAPPING_START_EVENT)
		return event->data.mapping_start.anchor;
	return event->data.sequence_start.anchor;
}

/* A node from its first event, which is used up; NULL when the file ends here. */
static struct node *compose_node(struct composer *c, yaml_event_t *event, int depth)
{
	struct node *node = NULL;
	size_t at = marks_offset(&c->marks, &event->start_mark);
	if (event->type == YAML_ALIAS_EVENT) {
		node = compose_alias(c, event);
	} else if (compose_count(c, &c->n_nodes, 1, marks_span(&c->marks, at, at))) {
		uint32_t anchor = open_anchor(c, event_anchor(event), &event->start_mark);
		node = event->type == YAML_SCALAR_EVENT ? compose_scalar(c, event)
							: compose_collection(c, event, depth);
		close_anchor(c, anchor, node);
	}
	yaml_event_delete(event);
	return node;
}

/* Everything behind the first document; true when there is nothing. */
static bool check_end(struct composer *c)
{
	yaml_event_t event;
	for (;;) {
		if (!next_event(c, &event))
			return false;
		yaml_event_type_t type = event.type;
		size_t begin = marks_offset(&c->marks, &event.start_mark);
		yaml_event_delete(&event);
		if (type == YAML_STREAM_END_EVENT)
			return true;
		if (type != YAML_DOCUMENT_START_EVENT)
			continue;
		size_t end = begin;
		while (end < c->marks.file.bytes.len && end < begin + 3 &&
		       c->marks.file.bytes.ptr[end] == '-')
			end++;
		struct diag *d = diag_error(&c->u->diags, marks_span(&c->marks, begin, end),
					    RULE_R001, "a second YAML document begins here");
		diag_help(&c->u->diags, d, "keep one document in a file");
		return true;
	}
}

static struct node *compose_stream(struct composer *c)
{
	struct node *root = NULL;
	yaml_event_t event;
	for (;;) {
		if (!next_event(c, &event))
			return NULL;
		yaml_event_type_t type = event.type;
		if (type == YAML_STREAM_START_EVENT || type == YAML_DOCUMENT_START_EVENT) {
			yaml_event_delete(&event);
			continue;
		}
		if (type == YAML_STREAM_END_EVENT) {
			yaml_event_delete(&event);
			root = ARENA_NEW(c->a, struct node);
			root->at = marks_span(&c->marks, c->marks.skipped, c->marks.skipped);
			return root;
		}
		root = compose_node(c, &event, 0);
		return root && check_end(c) && !c->is_broken ? root : NULL;
	}
}

struct node *frontend_compose(struct unit *u, uint32_t file)
{
	struct composer c = {.u = u, .a = u->arena};
	const struct source *source = &u->sources.files.items[file];
	if (!compose_check_text(&c, source))
		return NULL;
	marks_init(&c.marks, u->arena, source);
	yaml_parser_initialize(&c.parser);
	yaml_parser_set_encoding(&c.parser, YAML_UTF8_ENCODING);
	struct str text = str_from(source->bytes, c.marks.skipped);
	yaml_parser_set_input_string(&c.parser, (const unsigned char *)text.ptr, text.len);
	struct node *root = compose_stream(&c);
	/* Where YAML itself took offence at them, that was told. */
	for (uint32_t i = 0; root && i < c.odd_ends.n; i++)
		compose_check_value_text(&c, c.odd_ends.items[i]);
	yaml_parser_delete(&c.parser);
	return root;
}
