/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Formatting: indentation, blanks behind ':' and '-', blanks at the ends of lines, one empty line at most. All
 * else stays: comments, quotes, order, line ends. The result is taken only if it is the same tree, written
 * with the same quotes, and compiles to the same script, but for places that messages in it name.
 *
 *	a:				a:
 *	     b:   1	# one		  b: 1	# one
 *	     c: [1,			  c: [1,
 *	         2]			      2]
 */
#include "driver/editor/lsp.h"

#include <string.h>

#include "driver/json.h"
#include "driver/system.h"
#include "frontend/frontend.h"

/* What stands where a line begins. */
enum line_state {
	LINE_BLOCK,   /* keys, items, comments, nothing */
	LINE_INSIDE,  /* the rest of a text or of a list in brackets */
	LINE_LITERAL, /* of a block scalar */
};

struct line {
	struct str text; /* without its end */
	enum line_state state;
	bool ends_inside;     /* its end belongs to a quoted text */
	uint32_t first, last; /* its lexemes; last is behind them */
};

/* Old columns of keys and items that are open, and what becomes of them. */
struct level {
	size_t old, new;
};

struct formatter {
	struct lsp_view *v;
	struct arena *a;
	struct str text;
	size_t step; /* columns a level */
	struct lexemes lexemes;
	LIST(struct line) lines;
	LIST(struct level) levels;
	ptrdiff_t shift;    /* of the line that is gone on with */
	size_t text_column; /* of a block scalar in it */
	struct buf out;
	const char *line_end;
};

static void split_lines(struct formatter *f)
{
	uint32_t next = 0;

	for (struct str rest = f->text, line; rest.len > 0;) {
		rest = str_split(rest, '\n', &line);
		size_t end = (size_t)(line.ptr - f->text.ptr) + line.len;
		struct line one = {.text = line, .first = next};
		while (next < f->lexemes.n && f->lexemes.items[next].begin <= end)
			next++;
		one.last = next;
		if (line.len > 0 && line.ptr[line.len - 1] == '\r')
			one.text.len--;
		*LIST_PUSH(f->a, &f->lines) = one;
	}
}

static uint32_t line_of(const struct formatter *f, size_t offset)
{
	uint32_t low = 0, high = f->lines.n;

	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;
		if ((size_t)(f->lines.items[middle].text.ptr - f->text.ptr) <= offset)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* The lines of a block scalar; those behind it that are empty belong to it where it keeps them. */
static void mark_literal(struct formatter *f, const struct lexeme *l)
{
	uint32_t first = line_of(f, l->begin), end = first + 1;
	struct str header = f->lines.items[first].text;
	header = str_from(header, (size_t)(f->text.ptr + l->begin - header.ptr));
	bool keeps = str_find(str_slice(header, 0, 3), '+') != STR_NONE;
	size_t last = l->end < f->text.len ? l->end : f->text.len;

	while (last > l->begin && !keeps && byte_is_in(f->text.ptr[last - 1], " \r\n\t"))
		last--;
	if (last > l->begin)
		end = line_of(f, last - 1) + 1;
	for (uint32_t i = first + 1; i < end && i < f->lines.n; i++)
		f->lines.items[i].state = LINE_LITERAL;
}

static void mark_inside(struct formatter *f, size_t begin, size_t end, bool is_text)
{
	uint32_t first = line_of(f, begin), last = line_of(f, end > begin ? end - 1 : begin);

	for (uint32_t i = first + 1; i <= last; i++) {
		f->lines.items[i].state = LINE_INSIDE;
		f->lines.items[i - 1].ends_inside |= is_text;
	}
}

static void mark_lines(struct formatter *f)
{
	size_t depth = 0, open = 0;

	for (uint32_t i = 0; i < f->lexemes.n; i++) {
		const struct lexeme *l = &f->lexemes.items[i];

		if (l->kind == LEX_OPEN && depth++ == 0)
			open = l->begin;
		if (l->kind == LEX_CLOSE && depth > 0 && --depth == 0)
			mark_inside(f, open, l->end, false);
		if (l->kind == LEX_SCALAR)
			mark_inside(f, l->begin, l->end, true);
		if (l->kind == LEX_BLOCK_SCALAR)
			mark_literal(f, l);
	}
}

static size_t indent_of(struct str line)
{
	size_t n = 0;

	while (n < line.len && line.ptr[n] == ' ')
		n++;
	return n;
}

static struct str without_end(struct str line)
{
	while (line.len > 0 && byte_is_in(line.ptr[line.len - 1], " \t"))
		line.len--;
	return line;
}

static void end_line(struct formatter *f)
{
	buf_add_c(&f->out, f->line_end);
}

/* The new column of what stands in the old one. */
static size_t enter(struct formatter *f, size_t column)
{
	while (f->levels.n > 0 && f->levels.items[f->levels.n - 1].old > column)
		f->levels.n--;
	struct level *top = f->levels.n > 0 ? &f->levels.items[f->levels.n - 1] : NULL;
	if (top && top->old == column)
		return top->new;
	size_t new = top ? top->new + f->step : 0;
	*LIST_PUSH(f->a, &f->levels) = (struct level){.old = column, .new = new};
	return new;
}

/* A comment opens no level, and ends none. */
static size_t column_of_comment(const struct formatter *f, size_t column)
{
	for (uint32_t i = f->levels.n; i > 0; i--) {
		const struct level *level = &f->levels.items[i - 1];

		if (level->old <= column)
			return level->new + (level->old < column ? f->step : 0);
	}
	return 0;
}

/* One blank behind the ':' of a key that has a value in its line. */
static void write_rest(struct formatter *f, const struct line *line, struct str rest)
{
	size_t depth = 0;

	for (uint32_t i = line->first; i < line->last; i++) {
		const struct lexeme *l = &f->lexemes.items[i];
		const char *behind = f->text.ptr + l->end, *end = rest.ptr + rest.len;

		depth += l->kind == LEX_OPEN;
		depth -= l->kind == LEX_CLOSE && depth > 0;
		if (l->kind != LEX_VALUE || depth > 0 || behind < rest.ptr || behind >= end ||
		    *behind != ' ')
			continue;
		const char *value = behind;
		while (value < end && *value == ' ')
			value++;
		if (value == end || *value == '#' || *value == '\t')
			continue;
		buf_add(&f->out, (struct str){rest.ptr, (size_t)(behind - rest.ptr)});
		buf_add_byte(&f->out, ' ');
		rest = (struct str){value, (size_t)(end - value)};
	}
	buf_add(&f->out, rest);
}

static void write_block_line(struct formatter *f, const struct line *line)
{
	struct str text = line->ends_inside ? line->text : without_end(line->text);
	size_t column = indent_of(text), new = enter(f, column);
	uint32_t next = line->first;

	f->shift = (ptrdiff_t) new - (ptrdiff_t)column;
	buf_add_repeat(&f->out, ' ', (unsigned)new);
	/* Items in items, and the key behind the last dash, each open a level. */
	while (next < line->last && f->lexemes.items[next].kind == LEX_ITEM) {
		size_t behind = column + 1;
		while (behind < text.len && text.ptr[behind] == ' ')
			behind++;
		next++;
		if (behind >= text.len || text.ptr[behind] == '#' || text.ptr[behind] == '\t')
			break;
		buf_add_c(&f->out, "- ");
		new += 2;
		column = behind;
		f->shift = (ptrdiff_t) new - (ptrdiff_t)column;
		*LIST_PUSH(f->a, &f->levels) = (struct level){.old = column, .new = new};
	}
	bool has_key = false;
	for (uint32_t i = next; i < line->last; i++)
		has_key |= f->lexemes.items[i].kind == LEX_VALUE;
	f->text_column = new + (has_key ? f->step : 0);
	write_rest(f, line, str_from(text, column));
	end_line(f);
}

/* A line whose meaning depends on its column goes along with the one that it continues. */
static void write_shifted(struct formatter *f, const struct line *line)
{
	size_t column = indent_of(line->text);
	ptrdiff_t new = (ptrdiff_t)column + f->shift;

	if (line->state == LINE_LITERAL && str_is_blank(line->text) && new <= 0)
		column = line->text.len;
	else if (line->text.len > 0)
		buf_add_repeat(&f->out, ' ', (unsigned)(new > 0 ? new : 0));
	buf_add(&f->out, str_from(line->text, column));
	end_line(f);
}

/* The first line of a block scalar says how the others go, unless the header says where the text begins. */
static void begin_literal(struct formatter *f, uint32_t number)
{
	const struct line *header = &f->lines.items[number - 1];

	for (uint32_t i = header->first; i < header->last; i++) {
		const struct lexeme *l = &f->lexemes.items[i];
		struct str text = str_slice(f->text, l->begin, l->begin + 3);

		for (size_t k = 1; l->kind == LEX_BLOCK_SCALAR && k < text.len; k++)
			if (text.ptr[k] >= '1' && text.ptr[k] <= '9')
				return;
	}
	for (uint32_t i = number; i < f->lines.n && f->lines.items[i].state == LINE_LITERAL; i++) {
		struct str text = f->lines.items[i].text;

		if (str_is_blank(text))
			continue;
		f->shift = (ptrdiff_t)f->text_column - (ptrdiff_t)indent_of(text);
		return;
	}
}

static void write_lines(struct formatter *f)
{
	bool is_start = true, has_gap = false;

	for (uint32_t i = 0; i < f->lines.n; i++) {
		const struct line *line = &f->lines.items[i];
		size_t column = indent_of(line->text);

		if (line->state == LINE_LITERAL && f->lines.items[i - 1].state != LINE_LITERAL)
			begin_literal(f, i);
		if (line->state != LINE_BLOCK) {
			write_shifted(f, line);
			continue;
		}
		if (str_is_blank(line->text)) {
			has_gap = !is_start;
			continue;
		}
		if (has_gap)
			end_line(f);
		has_gap = is_start = false;
		if (line->text.ptr[column] == '#') {
			buf_add_repeat(&f->out, ' ', (unsigned)column_of_comment(f, column));
			buf_add(&f->out, without_end(str_from(line->text, column)));
			end_line(f);
		} else if (line->last > line->first &&
			   f->lexemes.items[line->first].kind == LEX_OTHER && column == 0) {
			buf_add(&f->out, without_end(line->text));
			end_line(f);
		} else {
			write_block_line(f, line);
		}
	}
}

/* Same values, written in the same way. `n` bounds what aliases make of few. */
static bool is_same_tree(const struct node *x, const struct node *y, uint32_t *n)
{
	if (*n == 0 || x->kind != y->kind || x->is_quoted != y->is_quoted ||
	    x->is_block != y->is_block || x->n != y->n || !x->trail != !y->trail ||
	    x->is_reset != y->is_reset || x->is_override != y->is_override)
		return false;
	--*n;
	if (x->kind != NODE_MAP && x->kind != NODE_LIST)
		return str_eq(x->text, y->text);
	for (uint32_t i = 0; i < x->n; i++) {
		const struct node *left = x->kind == NODE_MAP ? x->entries[i].value : x->items[i];
		const struct node *right = x->kind == NODE_MAP ? y->entries[i].value : y->items[i];

		if (x->kind == NODE_MAP && !str_eq(x->entries[i].key, y->entries[i].key))
			return false;
		if (!is_same_tree(left, right, n))
			return false;
	}
	return true;
}

/* The script without the lines and columns of the spec that messages in it name: those move. */
static struct str script_of(struct lsp_view *v)
{
	struct arena *a = v->c.inv->arena;
	struct str name = str_cat(a, path_base(v->c.unit.path), STR(":"));
	struct buf out;

	buf_init(&out, a);
	if (!v->c.unit.is_lowered || v->c.unit.diags.n_errors > 0)
		return STR("");
	struct script script;
	compilation_script(&v->c, &script);
	for (struct str rest = script.text; rest.len > 0;) {
		const char *found = memmem(rest.ptr, rest.len, name.ptr, name.len);
		size_t end = found ? (size_t)(found - rest.ptr) + name.len : rest.len;

		buf_add(&out, str_slice(rest, 0, end));
		while (found && end < rest.len && byte_is_in(rest.ptr[end], "0123456789:"))
			end++;
		rest = str_from(rest, end);
	}
	return buf_str(&out);
}

static bool is_same_meaning(struct lsp_view *v, struct str text)
{
	enum {
		MOST_NODES = 1 << 20
	};
	struct lsp_view other = *v;
	uint32_t n = MOST_NODES;

	return lsp_open(&other, v->c.inv, v->c.unit.path, text) && other.written &&
	       is_same_tree(v->written, other.written, &n) &&
	       other.c.unit.diags.n_errors == v->c.unit.diags.n_errors &&
	       str_eq(script_of(v), script_of(&other));
}

/* One edit for all between the first and the last line that change. */
static json_t *edit_to(struct lsp_view *v, struct str old, struct str new)
{
	const struct source *leaf = compilation_leaf(&v->c);
	struct lsp_edits edits = {0};
	size_t same = 0, tail = 0;

	if (str_eq(old, new))
		return json_array();
	while (same < old.len && same < new.len &&old.ptr[same] == new.ptr[same])
		same++;
	while (same > 0 && old.ptr[same - 1] != '\n')
		same--;
	while (tail < old.len - same &&
	       tail < new.len - same &&old.ptr[old.len - tail - 1] == new.ptr[new.len - tail - 1])
		tail++;
	while (tail > 0 && old.ptr[old.len - tail] != '\n')
		tail--;
	/* A line's end stays whole, whatever it consists of. */
	tail = tail > 0 ? tail - 1 : 0;
	*LIST_PUSH(v->c.inv->arena, &edits) =
		(struct lsp_edit){.at = source_span(leaf, same, old.len - tail),
				  .text = str_slice(new, same, new.len - tail)};
	return lsp_text_edits(v, &edits, leaf);
}

/* Returns are parts of line ends alone. */
static bool has_lone_return(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] == '\r' && (i + 1 == text.len || text.ptr[i + 1] != '\n'))
			return true;
	return false;
}

json_t *lsp_formatting(struct lsp_view *v, const json_t *params)
{
	const struct source *leaf = compilation_leaf(&v->c);
	json_int_t step = lsp_number(params, "options", "tabSize");
	struct formatter f = {.v = v, .a = v->c.inv->arena};

	if (!leaf || !v->written || has_lone_return(leaf->bytes))
		return json_null();
	f.step = step >= 2 && step <= 8 ? (size_t)step : 2;
	f.text = leaf->bytes;
	f.line_end = str_contains(f.text, "\r\n") ? "\r\n" : "\n";
	if (!frontend_lexemes(&v->c.unit, (uint32_t)(leaf - v->c.unit.sources.files.items),
			      &f.lexemes))
		return json_null();
	split_lines(&f);
	mark_lines(&f);
	buf_init(&f.out, f.a);
	write_lines(&f);
	struct str old = leaf->bytes, new = buf_str(&f.out);
	return is_same_meaning(v, new) ? edit_to(v, old, new) : json_null();
}
