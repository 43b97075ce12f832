/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text of one Compose file put into another: as it is written, comments and all, where both have their entries in
 * lines and no anchor is meant; else as the values that it has. Each line knows where it is from.
 */
#include "frontend/convert/gather.h"

#include <string.h>

#include "frontend/yaml/text_lines.h"

uint32_t gather_origin(const struct gathering *g, uint32_t at)
{
	for (uint32_t i = 0; i < g->parts.n; i++) {
		const struct part *p = g->parts.items[i];
		bool is_elsewhere;
		if (at < p->cv.base || at > p->cv.base + p->cv.text.len)
			continue;
		size_t from = convert_origin(&p->whole, at - p->cv.base, &is_elsewhere);
		if (is_elsewhere)
			return (uint32_t)from;
		return p->base + (uint32_t)convert_origin(&p->moved, from, &is_elsewhere);
	}
	return at;
}

static void note_origin(struct gathering *g, struct made *m, uint32_t at, bool is_kept)
{
	*LIST_PUSH(g->a, &m->pieces) =
		(struct convert_piece){m->text.len, gather_origin(g, at), is_kept, true};
}

/* Gives the last edit the places of a text that is its end, or its beginning. */
static void note_pieces(struct converter *cv, struct made *m, uint32_t n_before, bool is_flow)
{
	if (cv->edits.n == n_before)
		return;
	struct edit *e = &cv->edits.items[cv->edits.n - 1];
	size_t shift = is_flow ? 0 : e->text.len - m->text.len;
	for (uint32_t i = 0; i < m->pieces.n; i++)
		m->pieces.items[i].made += shift;
	e->pieces = m->pieces.items;
	e->n_pieces = m->pieces.n;
}

static bool is_flow_at(struct converter *cv, const struct node *node)
{
	const struct group *g = group_of(cv, place_of(cv, node->at.begin));
	return g && g->is_flow;
}

static size_t column_of(const struct converter *cv, const struct node *node)
{
	size_t at = place_of(cv, node->at.begin);
	return at - line_begin(cv->text, at);
}

static void add_value(struct gathering *g, struct buf *b, const struct node *node)
{
	if (!add_flow(g->a, NULL, b, node) && !g->u->diags.n_errors)
		diag_error(&g->u->diags, SPAN_NONE, RULE_E16,
			   "a value of another file is too large to be taken in");
}

void add_from(struct gathering *g, struct converter *cv, const struct node *map,
	      const struct entry *e)
{
	struct made m = {0};
	uint32_t n_before = cv->edits.n;
	buf_init(&m.text, g->a);
	note_origin(g, &m, e->key_at.begin, false);
	buf_add_fmt(&m.text, "%.*s: ", STR_ARG(quoted(g->a, e->key)));
	add_value(g, &m.text, e->value);
	add(cv, map, buf_str(&m.text));
	note_pieces(cv, &m, n_before, is_flow_at(cv, map));
}

void replace_from(struct gathering *g, struct converter *cv, const struct spot *s,
		  const struct node *value)
{
	struct buf b;
	buf_init(&b, g->a);
	add_value(g, &b, value);
	replace(cv, s, buf_str(&b));
}

void comment_out(struct converter *cv, const struct spot *s)
{
	size_t begin = place_of(cv, s->entry->key_at.begin);
	size_t first = line_begin(cv->text, begin), column = begin - first;
	size_t value_end = place_of(cv, written_at(s).end);
	size_t end = line_end(cv->text, value_end > begin ? value_end : begin);
	if (is_flow_at(cv, s->parent) || line_content(cv->text, begin) != begin) {
		cut(cv, s, STR(""));
		return;
	}
	for (size_t at = first; at < end; at = line_end(cv->text, at) + 1)
		if (line_end(cv->text, at) > at + column)
			edit_text(cv, at + column, at + column, STR("# "));
}

struct receiver receiver_begin(struct gathering *g, struct converter *cv, const char *section)
{
	struct receiver t = {.cv = cv, .section = section, .mine = node_get(cv->root, section)};
	buf_init(&t.made.text, g->a);
	bool is_map = t.mine && t.mine->kind == NODE_MAP;
	t.is_flow = is_map ? is_flow_at(cv, t.mine) : t.mine || is_flow_at(cv, cv->root);
	t.column = is_map ? column_of(cv, t.mine) : column_of(cv, cv->root) + 2;
	return t;
}

/* "&name" or "*name". */
static bool has_anchors(struct str text)
{
	for (size_t i = 0; i + 1 < text.len; i++) {
		bool is_mark = byte_is_in(text.ptr[i], "&*") && !is_blank_at(text, i + 1) &&
			       text.ptr[i + 1] != text.ptr[i];
		if (is_mark && (!i || byte_is_in(text.ptr[i - 1], " \t\n[{,")))
			return true;
	}
	return false;
}

/* The lines of a section in block style; empty when its values have to be written anew. */
static struct span block_lines(struct part *p, const struct entry *e, size_t column)
{
	struct converter *cv = &p->cv;
	size_t begin = line_end(cv->text, place_of(cv, e->key_at.begin));
	size_t first = place_of(cv, e->value->at.begin);
	size_t end = behind_comments(cv, place_of(cv, e->value->at.end), column);
	/* Comments behind a blank line, too. */
	for (size_t at = end, content; at < cv->text.len; at = line_end(cv->text, content)) {
		at += cv->text.ptr[at] == '\r';
		content = line_content(cv->text, ++at);
		if (content >= cv->text.len ||
		    (!is_line_end(cv->text.ptr[content]) &&
		     (cv->text.ptr[content] != '#' || content < at + column)))
			break;
		if (cv->text.ptr[content] == '#')
			end = line_end(cv->text, content);
	}
	begin += begin < cv->text.len && cv->text.ptr[begin] == '\r';
	begin += begin < cv->text.len;
	struct span none = {0, 0}, lines = {(uint32_t)begin, (uint32_t)end};
	if (is_flow_at(cv, e->value) || first < begin ||
	    has_anchors(str_slice(cv->text, begin, end)))
		return none;
	for (size_t at = begin; at < end; at = line_end(cv->text, at) + 1) {
		size_t content = line_content(cv->text, at), stop = line_end(cv->text, at);
		bool is_comment = content < stop && cv->text.ptr[content] == '#';
		if ((content < stop && content < at + column && !is_comment) ||
		    memchr(cv->text.ptr + at, '\t', content - at))
			return none;
	}
	return lines;
}

static void begin_line(struct receiver *t)
{
	if (!t->made.text.len)
		return; /* whoever adds it indents it */
	buf_add_byte(&t->made.text, '\n');
	buf_add_repeat(&t->made.text, ' ', t->column);
}

static void copy_lines(struct gathering *g, struct receiver *t, const struct part *p,
		       struct span lines, size_t column)
{
	struct str text = p->cv.text;
	for (size_t at = lines.begin; at < lines.end; at = line_end(text, at) + 1) {
		size_t stop = line_end(text, at), content = line_content(text, at);
		if (stop <= at + column && content >= stop) {
			if (t->made.text.len)
				buf_add_byte(&t->made.text, '\n');
			continue;
		}
		begin_line(t);
		size_t from = content < at + column ? content : at + column;
		note_origin(g, &t->made, p->cv.base + (uint32_t)from, true);
		buf_add(&t->made.text, str_slice(text, from, stop));
	}
}

/* The comments above everything else in a file. */
static void copy_head(struct gathering *g, struct receiver *t, const struct part *p)
{
	struct str text = p->cv.text;
	begin_line(t);
	buf_add_fmt(&t->made.text, "# from %.*s", STR_ARG(p->path));
	for (size_t at = 0; at < text.len; at = line_end(text, at) + 1) {
		size_t content = line_content(text, at), stop = line_end(text, at);
		if (content < stop && text.ptr[content] != '#')
			return;
		if (content >= stop)
			continue;
		begin_line(t);
		note_origin(g, &t->made, p->cv.base + (uint32_t)content, true);
		buf_add(&t->made.text, str_slice(text, content, stop));
	}
}

static void write_entry(struct gathering *g, struct receiver *t, const struct entry *e)
{
	struct buf *b = &t->made.text;
	struct str key = quoted(g->a, e->key);
	if (t->is_flow)
		buf_add_c(b, b->len ? ", " : "");
	else
		begin_line(t);
	note_origin(g, &t->made, e->key_at.begin, false);
	buf_add_fmt(b, "%.*s: ", STR_ARG(key));
	if (t->is_flow || e->value->kind != NODE_MAP || !e->value->n) {
		add_value(g, b, e->value);
		return;
	}
	b->len--;
	for (uint32_t i = 0; i < e->value->n; i++) {
		const struct entry *below = &e->value->entries[i];
		if (below->value->is_reset)
			continue;
		begin_line(t);
		buf_add_c(b, "  ");
		note_origin(g, &t->made, below->key_at.begin, false);
		buf_add_fmt(b, "%.*s: ", STR_ARG(quoted(g->a, below->key)));
		add_value(g, b, below->value);
	}
}

/* False when the target has an entry of the name, which is complained about for services. */
static bool take_name(struct gathering *g, struct receiver *t, const struct part *p,
		      const struct entry *e, struct span via)
{
	const struct entry *mine = t->mine ? node_entry(t->mine, e->key) : NULL;
	/* One that is reached by several ways is taken once. */
	uint32_t origin = gather_origin(g, e->key_at.begin), before = map_get(&t->names, e->key);
	map_put(&t->names, g->a, e->key, origin);
	if (!mine && before == MAP_NONE)
		return true;
	if (before == origin || strcmp(t->section, "services") != 0)
		return false;
	struct diags *ds = &g->u->diags;
	struct diag *d =
		diag_error(ds, mine ? mine->key_at : via, RULE_E16,
			   mine ? "service '%.*s' is in '%.*s', too, which is included"
				: "service '%.*s' is in '%.*s', and in another included file",
			   STR_ARG(e->key), STR_ARG(p->path));
	diag_help(ds, d, "rename one of them, or use 'extends'");
	return false;
}

void receiver_take(struct gathering *g, struct receiver *t, const struct part *p,
		   const struct node *root, struct span via)
{
	const struct entry *section = node_entry(root, str_c(t->section));
	if (!section || section->value->kind != NODE_MAP || !section->value->n)
		return;
	struct part copy = *p;
	bool is_whole = root == p->root && !t->is_flow;
	uint32_t n_taken = 0;
	struct entry *taken = ARENA_ARRAY(g->a, section->value->n, struct entry);
	for (uint32_t i = 0; i < section->value->n; i++)
		if (take_name(g, t, p, &section->value->entries[i], via))
			taken[n_taken++] = section->value->entries[i];
	if (!n_taken)
		return;
	size_t column = root == p->root ? column_of(&p->cv, section->value) : 0;
	struct span lines = {0, 0};
	if (is_whole && n_taken == section->value->n)
		lines = block_lines(&copy, section, column);
	if (!t->made.text.len)
		t->section_at = gather_origin(g, section->key_at.begin);
	if (!t->is_flow && strcmp(t->section, "services") == 0)
		copy_head(g, t, p);
	if (lines.end > lines.begin) {
		copy_lines(g, t, p, lines, column);
		return;
	}
	for (uint32_t i = 0; i < n_taken; i++)
		write_entry(g, t, &taken[i]);
}

/* A section of its own, with the place of the first one that is taken in. */
static void add_section(struct gathering *g, struct receiver *t)
{
	struct made all = {0};
	uint32_t n_before = t->cv->edits.n;
	buf_init(&all.text, g->a);
	*LIST_PUSH(g->a, &all.pieces) = (struct convert_piece){0, t->section_at, false, true};
	buf_add_fmt(&all.text, "%s:", t->section);
	if (t->is_flow) {
		buf_add_c(&all.text, " {");
	} else {
		buf_add_byte(&all.text, '\n');
		buf_add_repeat(&all.text, ' ', t->column);
	}
	for (uint32_t i = 0; i < t->made.pieces.n; i++) {
		struct convert_piece piece = t->made.pieces.items[i];
		piece.made += all.text.len;
		*LIST_PUSH(g->a, &all.pieces) = piece;
	}
	buf_add(&all.text, buf_str(&t->made.text));
	buf_add_c(&all.text, t->is_flow ? "}" : "");
	add(t->cv, t->cv->root, buf_str(&all.text));
	note_pieces(t->cv, &all, n_before, t->is_flow);
}

void receiver_end(struct gathering *g, struct receiver *t)
{
	struct converter *cv = t->cv;
	struct str text = buf_str(&t->made.text);
	uint32_t n_before = cv->edits.n;
	if (!text.len)
		return;
	if (!t->mine) {
		add_section(g, t);
	} else if (t->mine->kind == NODE_MAP) {
		add(cv, t->mine, text);
		note_pieces(cv, &t->made, n_before, t->is_flow);
	} else {
		struct spot root = {.value = cv->root};
		struct spot s = entry_spot(cv, &root, node_entry(cv->root, str_c(t->section)));
		replace(cv, &s, str_fmt(g->a, "{%.*s}", STR_ARG(text)));
	}
}
