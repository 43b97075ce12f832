/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A YAML text that is edited at its places: entries and items are replaced, left out, added. Whether a
 * collection is written in block or flow style is looked up, since a node may be reached through aliases
 * and merge keys from elsewhere.
 *
 *	init: true	->	# left out (hpcc reaps processes itself): init: true
 */
#include "frontend/convert/convert_parts.h"

#include <stdlib.h>

#include "frontend/yaml/text_lines.h"

void edit_text(struct converter *cv, size_t begin, size_t end, struct str text)
{
	struct edit e = {.begin = begin, .end = end, .text = text, .order = cv->edits.n};
	*LIST_PUSH(cv->a, &cv->edits) = e;
}

/* The colon of a key, or its end in a flow mapping where it has none. */
static size_t colon_of(const struct converter *cv, const struct entry *e)
{
	size_t end = place_of(cv, e->key_at.end), at = end;
	while (at < cv->text.len && is_blank_at(cv->text, at))
		at++;
	return at < cv->text.len && cv->text.ptr[at] == ':' ? at : end;
}

static bool has_colon(const struct converter *cv, const struct entry *e)
{
	size_t at = colon_of(cv, e);
	return at < cv->text.len && cv->text.ptr[at] == ':';
}

/* Behind the colon of a key, and its value's anchor and tag on that line. */
static size_t behind_colon(const struct converter *cv, const struct entry *e)
{
	size_t at = colon_of(cv, e), end = line_end(cv->text, at);
	if (!has_colon(cv, e))
		return at;
	for (at++;;) {
		size_t next = at;
		while (next < end && cv->text.ptr[next] == ' ')
			next++;
		if (next >= end || !byte_is_in(cv->text.ptr[next], "&!"))
			return at;
		for (at = next; at < end && !is_blank_at(cv->text, at);)
			at++;
	}
}

void tag(struct converter *cv, const struct spot *s, const char *tag)
{
	size_t at = behind_colon(cv, s->entry);
	if (written_at(s).begin == s->value->at.begin)
		edit_text(cv, at, at, str_fmt(cv->a, " %s", tag));
}

/* Where {} or [] could be written in place of a block collection; 0 if something is in the way. */
static size_t find_hole(const struct converter *cv, const struct entry *e, struct span value)
{
	size_t hole = behind_colon(cv, e), end = place_of(cv, value.begin);
	for (size_t at = hole; at < end; at++) {
		if (cv->text.ptr[at] == '#')
			at = line_end(cv->text, at);
		else if (!is_blank_at(cv->text, at))
			return 0;
	}
	return hole;
}

struct group *group_of(struct converter *cv, size_t at)
{
	uint32_t number = cv->group_at[at];
	return number ? &cv->groups.items[number - 1] : NULL;
}

static bool is_collection(const struct node *node)
{
	return node->kind == NODE_MAP || node->kind == NODE_LIST;
}

static void index_node(struct converter *cv, const struct node *node, size_t flow, bool is_flow,
		       size_t hole);

static void index_children(struct converter *cv, const struct node *node, uint32_t number)
{
	for (uint32_t i = 0; i < node->n; i++) {
		const struct node *value =
			node->kind == NODE_MAP ? node->entries[i].value : node->items[i];
		const struct entry *e = node->kind == NODE_MAP ? &node->entries[i] : NULL;
		bool is_own = e ? span_is_within(e->key_at, node->at) : true;
		struct group *g = &cv->groups.items[number];
		g->n_left += is_own;
		if (e && is_own && key_is_odd(cv, place_of(cv, e->key_at.begin)))
			cv->explicit_at = e->key_at;
		if (e && is_own)
			cv->group_at[place_of(cv, e->key_at.begin)] = number + 1;
		if (is_collection(value))
			index_node(cv, value, g->flow, g->is_flow,
				   e && is_own ? find_hole(cv, e, value->at) : 0);
	}
}

static void index_node(struct converter *cv, const struct node *node, size_t flow, bool is_flow,
		       size_t hole)
{
	size_t at = place_of(cv, node->at.begin);
	if (at >= cv->text.len || cv->group_at[at])
		return;
	bool is_own_flow = byte_is_in(cv->text.ptr[at], "[{");
	struct group g = {.node = node,
			  .is_flow = is_own_flow,
			  .flow = is_flow ? flow : at,
			  .hole = is_own_flow ? 0 : hole};
	*LIST_PUSH(cv->a, &cv->groups) = g;
	uint32_t number = cv->groups.n - 1;
	cv->group_at[at] = number + 1;
	index_children(cv, node, number);
}

void edits_begin(struct converter *cv)
{
	cv->group_at = ARENA_ARRAY(cv->a, cv->text.len + 1, uint32_t);
	cv->is_done = ARENA_ARRAY(cv->a, cv->text.len + 1, unsigned char);
	index_node(cv, cv->root, 0, false, 0);
}

void lose(struct converter *cv, const struct spot *s, struct str why)
{
	struct span at = s->entry ? s->entry->key_at : written_at(s);
	*LIST_PUSH(cv->a, &cv->out->losses) = (struct convert_loss){at, s->path, why};
}

void decide(struct converter *cv, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	struct str text = str_vfmt(cv->a, format, args);
	va_end(args);
	for (uint32_t i = 0; i < cv->out->decisions.n; i++)
		if (str_eq(cv->out->decisions.items[i], text))
			return;
	*LIST_PUSH(cv->a, &cv->out->decisions) = text;
}

/* "left out (why)", and the next time "left out, as above". */
static struct str comment_head(struct converter *cv, struct str why)
{
	if (map_put(&cv->told, cv->a, why, 1) != MAP_NONE)
		return STR("# left out, as above:");
	return str_fmt(cv->a, "# left out (%.*s):", STR_ARG(why));
}

/* The lines of a text as comments that begin at a column. */
static void comment_lines(struct buf *b, struct str text, size_t column)
{
	for (struct str rest = text, line; rest.len;) {
		rest = str_split(rest, '\n', &line);
		size_t blanks = 0;
		while (blanks < column && blanks < line.len && line.ptr[blanks] == ' ')
			blanks++;
		buf_add_byte(b, '\n');
		buf_add_repeat(b, ' ', column);
		buf_add_c(b, line.len > blanks ? "# " : "#");
		buf_add(b, str_from(line, blanks));
	}
}

/* The text on one line, for a comment. */
static void add_on_one_line(struct buf *b, struct str text)
{
	bool was_blank = true;
	for (size_t i = 0; i < text.len; i++) {
		bool is_blank = is_blank_at(text, i);
		if (!is_blank || !was_blank)
			buf_add_byte(b, is_blank ? ' ' : text.ptr[i]);
		was_blank = is_blank;
	}
}

/* Comments among lines that go: they stay. */
static struct str kept_comments(struct converter *cv, size_t begin, size_t value_end, size_t end)
{
	struct buf b;
	buf_init(&b, cv->a);
	size_t column = line_content(cv->text, begin) - begin;
	for (size_t at = line_end(cv->text, begin); at < value_end;) {
		size_t content = line_content(cv->text, ++at);
		at = line_end(cv->text, at);
		if (content >= at || cv->text.ptr[content] != '#')
			continue;
		buf_add_byte(&b, '\n');
		buf_add_repeat(&b, ' ', column);
		buf_add(&b, str_slice(cv->text, content, at));
	}
	while (value_end < end && cv->text.ptr[value_end] == ' ')
		value_end++;
	if (value_end < end && cv->text.ptr[value_end] == '#') {
		buf_add_byte(&b, '\n');
		buf_add_repeat(&b, ' ', column);
		buf_add(&b, str_slice(cv->text, value_end, end));
	}
	return buf_str(&b);
}

/* Whole lines: from the end of the line before to the end of the last. */
static void cut_lines(struct converter *cv, size_t content, size_t value_end, struct str why)
{
	size_t begin = line_begin(cv->text, content), end = line_end(cv->text, value_end);
	size_t from = begin;
	if (from && cv->text.ptr[from - 1] == '\n')
		from--;
	if (from && from < begin && cv->text.ptr[from - 1] == '\r')
		from--;
	struct buf b;
	buf_init(&b, cv->a);
	if (why.len) {
		struct str lines = str_slice(cv->text, begin, end);
		size_t column = content - begin;
		buf_add_byte(&b, '\n');
		buf_add_repeat(&b, ' ', column);
		buf_add(&b, comment_head(cv, why));
		if (str_find(lines, '\n') == STR_NONE)
			buf_add_fmt(&b, " %.*s", STR_ARG(str_from(lines, column)));
		else
			comment_lines(&b, lines, column);
	} else {
		buf_add(&b, kept_comments(cv, begin, value_end, end));
	}
	struct str made = buf_str(&b);
	if (from < begin) {
		edit_text(cv, from, end, made);
		return;
	}
	/* The first line: what takes its place begins where it did. */
	while (!made.len && end < cv->text.len && is_line_end(cv->text.ptr[end]))
		end++;
	edit_text(cv, from, end, str_from(made, made.len > 0));
}

/* Part of a flow collection, with one comma; the comment goes above the line where that begins. */
static void cut_flow(struct converter *cv, size_t flow, size_t begin, size_t end, struct str why)
{
	struct str text = cv->text;
	if (why.len) {
		size_t line = line_begin(text, flow), content = line_content(text, flow);
		struct buf b;
		buf_init(&b, cv->a);
		buf_add_repeat(&b, ' ', content - line);
		buf_add(&b, comment_head(cv, why));
		buf_add_byte(&b, ' ');
		add_on_one_line(&b, str_slice(text, begin, end));
		buf_add_byte(&b, '\n');
		edit_text(cv, line, line, buf_str(&b));
	}
	size_t next = end;
	while (next < text.len && is_blank_at(text, next))
		next++;
	if (next < text.len && text.ptr[next] == ',') {
		end = next + 1;
		while (end < text.len && text.ptr[end] == ' ')
			end++;
	} else {
		size_t before = begin;
		while (before && is_blank_at(text, before - 1))
			before--;
		if (before && text.ptr[before - 1] == ',')
			begin = before - 1;
	}
	edit_text(cv, begin, end, STR(""));
}

void comment_on(struct converter *cv, const struct spot *s, struct str why, struct str text)
{
	size_t begin = place_of(cv, s->entry ? s->entry->key_at.begin : written_at(s).begin);
	const struct group *g = group_of(cv, s->entry ? begin : place_of(cv, s->parent->at.begin));
	size_t line = line_begin(cv->text, g && g->is_flow ? g->flow : begin);
	struct buf b;
	buf_init(&b, cv->a);
	/* At the end of the line before: this one may go. */
	bool is_first = !line;
	size_t before = is_first ? 0 : line - 1;
	if (before && cv->text.ptr[before - 1] == '\r')
		before--;
	buf_add_c(&b, is_first ? "" : "\n");
	buf_add_repeat(&b, ' ', line_content(cv->text, line) - line);
	buf_add(&b, comment_head(cv, why));
	buf_add_byte(&b, ' ');
	add_on_one_line(&b, text);
	buf_add_c(&b, is_first ? "\n" : "");
	edit_text(cv, before, before, buf_str(&b));
}

/* An entry or item in block style that shares its line with something before it. */
static void cut_inner(struct converter *cv, const struct spot *s, size_t begin, size_t end,
		      struct str why)
{
	/* Only its value goes: what stays is a key or a dash with nothing behind. */
	size_t from = s->entry ? behind_colon(cv, s->entry) : begin;
	(void)why;
	edit_text(cv, from < end ? from : end, end, s->entry ? STR(" null") : STR("null"));
}

/* Nothing but a dash stands before the item on its line. */
static bool is_alone_behind_dash(const struct converter *cv, size_t content, size_t item)
{
	if (content >= item || cv->text.ptr[content] != '-')
		return false;
	for (content++; content < item && cv->text.ptr[content] == ' ';)
		content++;
	return content >= item;
}

/* In a flow mapping that is no value: the source of a merge key. */
static bool is_in_braces(const struct converter *cv, size_t content, size_t begin)
{
	while (begin > content && cv->text.ptr[begin - 1] == ' ')
		begin--;
	return begin > content && byte_is_in(cv->text.ptr[begin - 1], "{,");
}

void cut(struct converter *cv, const struct spot *s, struct str why)
{
	struct span at = written_at(s);
	size_t begin = place_of(cv, s->entry ? s->entry->key_at.begin : at.begin);
	size_t end = place_of(cv, at.end > at.begin ? at.end : at.begin);
	struct group *g = group_of(cv, s->entry ? begin : place_of(cv, s->parent->at.begin));
	if (s->entry && end < place_of(cv, s->entry->key_at.end))
		end = behind_colon(cv, s->entry);
	if (!g)
		return;
	if (why.len)
		lose(cv, s, why);
	size_t content = line_content(cv->text, begin);
	bool is_line = s->entry ? content == begin : is_alone_behind_dash(cv, content, begin);
	bool is_flow = g->is_flow || is_in_braces(cv, content, begin);
	g->n_left -= g->n_left && (is_flow || is_line);
	if (is_flow)
		cut_flow(cv, g->is_flow ? g->flow : begin, begin, end, why);
	else if (is_line)
		cut_lines(cv, content, end, why);
	else
		cut_inner(cv, s, begin, end, why);
}

void replace(struct converter *cv, const struct spot *s, struct str text)
{
	struct span at = written_at(s);
	size_t begin = place_of(cv, at.begin), end = place_of(cv, at.end);
	bool is_below =
		s->entry && line_begin(cv->text, begin) > place_of(cv, s->entry->key_at.end);
	/* What begins a line of its own may be indented too little for anything else. */
	if (s->entry && (is_below || at.begin == at.end) && find_hole(cv, s->entry, at)) {
		begin = behind_colon(cv, s->entry);
		end = end > begin ? end : begin;
		text = str_cat(cv->a, has_colon(cv, s->entry) ? STR(" ") : STR(": "), text);
	}
	edit_text(cv, begin, end, text);
}

size_t behind_comments(const struct converter *cv, size_t at, size_t column)
{
	size_t end = line_end(cv->text, at);
	for (;;) {
		size_t next = end;
		while (next < cv->text.len && is_line_end(cv->text.ptr[next]) && next < end + 2)
			next++;
		size_t content = line_content(cv->text, next);
		if (next >= cv->text.len || content < next + column || content >= cv->text.len ||
		    cv->text.ptr[content] != '#' || (next == end + 2 && cv->text.ptr[end] == '\n'))
			return end;
		end = line_end(cv->text, next);
	}
}

void add(struct converter *cv, const struct node *collection, struct str text)
{
	size_t begin = place_of(cv, collection->at.begin);
	struct group *g = group_of(cv, begin);
	if (!g)
		return;
	bool is_empty = !g->n_left++;
	if (g->is_flow) {
		struct str comma = is_empty && !collection->n ? STR("") : STR(", ");
		edit_text(cv, begin + 1, begin + 1, str_cat(cv->a, text, comma));
		return;
	}
	size_t column = begin - line_begin(cv->text, begin);
	size_t end = behind_comments(cv, place_of(cv, collection->at.end), column);
	struct buf b;
	buf_init(&b, cv->a);
	buf_add_byte(&b, '\n');
	buf_add_repeat(&b, ' ', column);
	buf_add_c(&b, collection->kind == NODE_LIST ? "- " : "");
	buf_add(&b, text);
	edit_text(cv, end, end, buf_str(&b));
}

static int by_place(const void *x, const void *y)
{
	const struct edit *a = x, *b = y;
	if (a->begin != b->begin)
		return a->begin < b->begin ? -1 : 1;
	bool a_inserts = a->begin == a->end, b_inserts = b->begin == b->end;
	if (a_inserts != b_inserts)
		return a_inserts ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

/* Nothing of a collection is left: it becomes an empty one, which null isn't. */
static void fill_holes(struct converter *cv)
{
	for (uint32_t i = 0; i < cv->groups.n; i++) {
		const struct group *g = &cv->groups.items[i];
		struct str text = str_slice(cv->text, place_of(cv, g->node->at.begin),
					    place_of(cv, g->node->at.end));
		if (g->n_left || !g->hole || !g->node->n || str_contains(text, "<<"))
			continue;
		edit_text(cv, g->hole, g->hole,
			  g->node->kind == NODE_MAP ? STR(" {}") : STR(" []"));
	}
}

static void add_piece(struct converter *cv, const struct buf *b, size_t from, bool is_kept)
{
	*LIST_PUSH(cv->a, &cv->out->pieces) = (struct convert_piece){b->len, from, is_kept, false};
}

static void add_edit(struct converter *cv, struct buf *b, const struct edit *e)
{
	add_piece(cv, b, e->begin, false);
	for (uint32_t i = 0; i < e->n_pieces; i++) {
		struct convert_piece piece = e->pieces[i];
		piece.made += b->len;
		*LIST_PUSH(cv->a, &cv->out->pieces) = piece;
	}
	buf_add(b, e->text);
}

size_t convert_origin(const struct conversion *made, size_t at, bool *is_elsewhere)
{
	size_t low = 0, high = made->pieces.n;
	*is_elsewhere = false;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (made->pieces.items[middle].made <= at)
			low = middle;
		else
			high = middle;
	}
	if (!made->pieces.n)
		return at;
	const struct convert_piece *piece = &made->pieces.items[low];
	*is_elsewhere = piece->is_elsewhere;
	return piece->is_kept ? piece->from + (at - piece->made) : piece->from;
}

struct str edits_apply(struct converter *cv)
{
	size_t at = 0;
	fill_holes(cv);
	if (cv->edits.n)
		qsort(cv->edits.items, cv->edits.n, sizeof(*cv->edits.items), by_place);
	struct buf b;
	buf_init(&b, cv->a);
	for (uint32_t i = 0; i < cv->edits.n; i++) {
		const struct edit *e = &cv->edits.items[i];
		if (e->begin >= at) {
			add_piece(cv, &b, at, true);
			buf_add(&b, str_slice(cv->text, at, e->begin));
			add_edit(cv, &b, e);
		} else if (e->end <= at || e->text.len) {
			continue; /* in what is gone, or replaced, already */
		}
		at = e->end > at ? e->end : at;
	}
	add_piece(cv, &b, at, true);
	buf_add(&b, str_from(cv->text, at));
	struct str made = buf_str(&b);
	while (str_has_suffix(made, "\n\n"))
		made.len--;
	return str_has_suffix(made, "\n") ? made : str_cat(cv->a, made, STR("\n"));
}
