/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Excerpts: a line of source as a terminal shows it, and marks below it. Tabs become blanks, wide
 * characters count two, what can't be seen is spelled out, long lines are clipped.
 *
 *	   12 |       imge: redis:7
 *	      |       ^~~~
 */
#include "ir/diag/diag_parts.h"

#include "ir/support/utf8.h"
#include "ir/support/visible.h"

/* Columns of source on a line, and how much of them goes before the mark when clipped. */
enum {
	SHOWN_COLUMNS = 120,
	COLUMNS_BEFORE = 50,
	TAB_WIDTH = 8,
	BYTES_NEAR = 2000
};

/* Something that takes `width` columns and stands for the bytes from `begin` to `end`. */
struct cell {
	struct str shown;
	unsigned width;
	size_t begin, end;
};

struct cells {
	struct cell *items;
	uint32_t n, cap;
};

static bool is_invisible(uint32_t code)
{
	return !code_is_visible(code) || (code >= 0x200b && code <= 0x200f) ||
	       (code >= 0x2060 && code <= 0x2069) || code == 0xfeff || code == 0xad;
}

/* The cell of the character at the start of rest, in that column. */
static struct cell cell_of(struct arena *a, struct str rest, unsigned column)
{
	size_t valid = utf8_valid_length(rest), length;
	uint32_t code = utf8_decode(rest, &length);
	struct cell cell = {.end = length};
	if (code == '\t') {
		static const char blanks[TAB_WIDTH + 1] = "        ";
		cell.width = TAB_WIDTH - column % TAB_WIDTH;
		cell.shown = (struct str){blanks, cell.width};
	} else if (!valid) {
		cell.shown = str_fmt(a, "<%02x>", (unsigned)code);
		cell.width = (unsigned)cell.shown.len;
	} else if (is_invisible(code)) {
		cell.shown = str_fmt(a, "<U+%04X>", (unsigned)code);
		cell.width = (unsigned)cell.shown.len;
	} else {
		cell.shown = str_slice(rest, 0, length);
		cell.width = utf8_width(code);
	}
	return cell;
}

static struct cells make_cells(struct arena *a, struct str line, size_t from, size_t to,
			       const struct hidden_list *hidden)
{
	struct cells cells = {0};
	uint32_t next = 0;
	unsigned column = 0;
	for (size_t at = from; at < to;) {
		while (next < hidden->n && hidden->items[next].end <= at)
			next++;
		struct cell cell;
		if (next < hidden->n && at >= hidden->items[next].begin) {
			cell = (struct cell){.shown = STR(REDACTED),
					     .width = sizeof(REDACTED) - 1,
					     .begin = at,
					     .end = hidden->items[next].end};
		} else {
			cell = cell_of(a, str_from(line, at), column);
			cell.begin = at;
			cell.end += at;
		}
		*LIST_PUSH(a, &cells) = cell;
		column += cell.width;
		at = cell.end;
	}
	return cells;
}

/* The part of the line that is shown: cells from first to last, and what is marked. */
struct window {
	uint32_t first, last;
	unsigned mark_column, mark_width;
	bool is_clipped_before, is_clipped_after;
};

static struct window make_window(const struct cells *cells, size_t begin, size_t end)
{
	struct window w = {.last = cells->n};
	uint32_t mark = 0, column = 0;
	while (mark < cells->n && cells->items[mark].end <= begin)
		column += cells->items[mark++].width;
	while (w.first < mark && column > COLUMNS_BEFORE && column + 20 > SHOWN_COLUMNS) {
		column -= cells->items[w.first++].width;
		w.is_clipped_before = true;
	}
	unsigned width = column;
	for (w.last = mark; w.last < cells->n && width < SHOWN_COLUMNS; w.last++) {
		width += cells->items[w.last].width;
		if (cells->items[w.last].begin < end)
			w.mark_width += cells->items[w.last].width;
	}
	w.is_clipped_after = w.last < cells->n;
	w.mark_column = column;
	if (!w.mark_width)
		w.mark_width = 1;
	return w;
}

static void add_line(struct buf *b, const struct cells *cells, const struct window *w,
		     const char *mark_color)
{
	buf_add_c(b, w->is_clipped_before ? "..." : "");
	for (uint32_t i = w->first; i < w->last; i++)
		buf_add(b, cells->items[i].shown);
	buf_add_c(b, w->is_clipped_after ? "...\n" : "\n");
	buf_add_fmt(b, "%6s| %*s%s^", "", (int)w->mark_column + (w->is_clipped_before ? 3 : 0), "",
		    mark_color ? mark_color : "");
	buf_add_repeat(b, '~', w->mark_width - 1);
	buf_add_c(b, mark_color ? "\x1b[0m\n" : "\n");
}

void add_excerpt(struct buf *b, const struct source_map *map, const struct diags *ds,
		 struct span at, const char *mark_color)
{
	struct place place = source_place(map, at.begin);
	if (!place.source)
		return;
	struct str line = source_line(map, place.source, place.line);
	struct hidden_list hidden = diags_hidden(b->arena, map, ds, place.source, place.line);
	size_t start = (size_t)(line.ptr - place.source->bytes.ptr);
	size_t begin = at.begin - place.source->base - start;
	size_t end = at.end - place.source->base - start;
	if (begin > line.len)
		begin = line.len; /* at a line end */
	if (end > line.len)
		end = line.len; /* goes on below: its first line is shown */
	size_t from = begin > BYTES_NEAR ? begin - BYTES_NEAR : 0;
	size_t to = line.len - begin > BYTES_NEAR ? begin + BYTES_NEAR : line.len;
	while (from && from < begin && (line.ptr[from] & 0xc0) == 0x80)
		from++;
	if (!from && place.line == 1 && str_has_prefix(line, "\xef\xbb\xbf"))
		from = 3; /* a byte order mark isn't part of the line */
	struct cells cells = make_cells(b->arena, line, from, to, &hidden);
	struct window w = make_window(&cells, begin, end);
	w.is_clipped_before |= from > 3;
	w.is_clipped_after |= to < line.len;
	buf_add_fmt(b, "%5u | ", (unsigned)place.line);
	add_line(b, &cells, &w, mark_color);
}
