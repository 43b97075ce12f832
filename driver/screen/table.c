/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/screen/table.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "driver/screen/style.h"
#include "ir/support/utf8.h"

enum {
	GAP = 2,         /* blanks between columns */
	NOTE_INDENT = 4, /* of a note below its row */
	NOTE_LEAST = 20, /* a note beside its row isn't squeezed below that */
	LEAST_WIDTH = 20
};

unsigned screen_width(FILE *out)
{
	const char *columns = getenv("COLUMNS");
	uint64_t n;

	if (columns && str_to_u64(str_c(columns), &n) && n > 0 && n < 10000)
		return (unsigned)n;
	struct winsize size;
	if (isatty(fileno(out)) && ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return isatty(fileno(out)) ? 80 : 0;
}

struct str text_fitted(struct arena *a, struct str text, unsigned columns)
{
	struct str shown = str_visible(a, text, VISIBLE_LINE);
	unsigned used = 0;

	if (utf8_columns(shown) <= columns)
		return shown;
	size_t n, i = 0;
	for (; i < shown.len; i += n) {
		unsigned wide = utf8_width(utf8_decode(str_from(shown, i), &n));

		if (used + wide + 1 > columns)
			break;
		used += wide;
	}
	return str_fmt(a, "%.*s…", (int)i, shown.ptr);
}

/* Bytes of the text that fit into the columns, up to a blank where there is one. */
static size_t line_length(struct str text, unsigned columns)
{
	unsigned used = 0;
	size_t n, i = 0, blank = 0;

	for (; i < text.len; i += n) {
		used += utf8_width(utf8_decode(str_from(text, i), &n));
		if (text.ptr[i] == ' ' && i > 0)
			blank = i;
		if (used > columns && i > 0)
			return blank > 0 ? blank : i;
	}
	return text.len;
}

void print_wrapped(FILE *out, struct arena *a, struct str text, unsigned used, unsigned indent,
		   unsigned width)
{
	struct str rest = str_visible(a, text, VISIBLE_LINE);

	do {
		unsigned room = width > used + LEAST_WIDTH ? width - used : LEAST_WIDTH;
		size_t n = width == 0 ? rest.len : line_length(rest, room);

		fprintf(out, "%.*s\n", (int)n, rest.ptr);
		used = indent;
		rest = str_from(rest, n);
		while (rest.len > 0 && rest.ptr[0] == ' ')
			rest = str_from(rest, 1);
		if (rest.len > 0)
			fprintf(out, "%*s", (int)indent, "");
	} while (rest.len > 0);
}

struct table_row *table_add(struct table *t)
{
	struct table_row *row = LIST_PUSH(t->arena, &t->rows);

	row->cells = ARENA_ARRAY(t->arena, t->n, struct str);
	row->color = "";
	return row;
}

/* What each column needs; 0 for one that says nothing of any row. */
static unsigned measure(const struct table *t, unsigned *widths)
{
	unsigned total = 0;

	for (size_t c = 0; c < t->n; c++) {
		unsigned most = 0;

		for (uint32_t i = 0; i < t->rows.n; i++) {
			struct str cell =
				str_visible(t->arena, t->rows.items[i].cells[c], VISIBLE_LINE);
			unsigned used = utf8_columns(cell);

			most = used > most ? used : most;
		}
		if (most > 0 && strlen(t->columns[c].name) > most)
			most = (unsigned)strlen(t->columns[c].name);
		widths[c] = most;
		total += most > 0 ? most + GAP : 0;
	}
	return total;
}

/* Takes from the column that has most to give until the lines fit. */
static unsigned narrow(const struct table *t, unsigned *widths, unsigned total, unsigned width)
{
	while (width > 0 && total > width + GAP) {
		unsigned most = 0;
		size_t which = 0;

		for (size_t c = 0; c < t->n; c++) {
			if (widths[c] <= t->columns[c].least + most)
				continue;
			most = widths[c] - t->columns[c].least;
			which = c;
		}
		if (most == 0)
			break;
		widths[which]--;
		total--;
	}
	return total;
}

/* The cells of a line; the last one isn't padded unless something follows. */
static void print_cells(FILE *out, const struct table *t, const unsigned *widths,
			const struct table_row *row, bool is_followed)
{
	size_t last = 0;

	for (size_t c = 0; c < t->n; c++)
		last = widths[c] > 0 ? c : last;
	for (size_t c = 0; c <= last; c++) {
		if (widths[c] == 0)
			continue;
		struct str cell = row ? row->cells[c] : str_c(t->columns[c].name);
		const char *color = row && c == t->colored ? row->color : "";
		struct str text = text_fitted(t->arena, cell.len > 0 ? cell : STR("-"), widths[c]);
		unsigned pad = widths[c] - utf8_columns(text);

		if (t->columns[c].is_right)
			fprintf(out, "%*s", (int)pad, "");
		fprintf(out, "%s%.*s%s", color, STR_ARG(text), *color ? t->style->off : "");
		if (c == last && !is_followed)
			break;
		fprintf(out, "%*s", (int)(GAP + (t->columns[c].is_right ? 0 : pad)), "");
	}
}

static void print_below(FILE *out, struct arena *a, struct str note, unsigned width)
{
	fprintf(out, "%*s", NOTE_INDENT, "");
	print_wrapped(out, a, note, NOTE_INDENT, NOTE_INDENT, width);
}

void table_print(FILE *out, const struct table *t, unsigned width)
{
	unsigned *widths = ARENA_ARRAY(t->arena, t->n, unsigned);
	unsigned total = narrow(t, widths, measure(t, widths), width);
	unsigned room = width == 0 ? UINT32_MAX : width > total ? width - total : 0;
	bool has_notes = false;

	for (uint32_t i = 0; i < t->rows.n; i++) {
		unsigned used =
			utf8_columns(str_visible(t->arena, t->rows.items[i].note, VISIBLE_LINE));

		has_notes = has_notes || (used > 0 && used <= room);
	}
	has_notes = has_notes && room >= NOTE_LEAST;
	fputs(t->style->bold, out);
	print_cells(out, t, widths, NULL, has_notes);
	fprintf(out, "%s%s\n", has_notes ? t->note_name : "", t->style->off);
	for (uint32_t i = 0; i < t->rows.n; i++) {
		const struct table_row *row = &t->rows.items[i];
		struct str note = str_visible(t->arena, row->note, VISIBLE_LINE);
		bool is_beside = note.len > 0 && has_notes && utf8_columns(note) <= room;

		print_cells(out, t, widths, row, is_beside);
		fprintf(out, "%.*s\n", is_beside ? (int)note.len : 0, note.ptr);
		if (note.len > 0 && !is_beside)
			print_below(out, t->arena, note, width);
	}
}
