/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of logs in the order in which they came. */
#include "driver/live/log/pane.h"

#include "driver/live/log/order.h"
#include "driver/live/log/wrap.h"
#include "driver/screen/style.h"
#include "ir/support/utf8.h"
#include "ir/support/visible.h"

void pane_init(struct pane *pane)
{
	*pane = (struct pane){.wraps = true, .columns = 80, .rows = 1};
	arena_init(&pane->arena);
	arena_init(&pane->scratch);
	pane->scroll.follows = true;
}

static void close_books(struct pane *pane)
{
	for (uint32_t i = 0; i < pane->books.n; i++)
		logbook_close(&pane->books.items[i]);
}

void pane_free(struct pane *pane)
{
	close_books(pane);
	arena_free(&pane->arena);
	arena_free(&pane->scratch);
}

void pane_begin(struct pane *pane)
{
	close_books(pane);
	arena_free(&pane->arena);
	arena_init(&pane->arena);
	memset(&pane->books, 0, sizeof(pane->books));
	memset(&pane->lines, 0, sizeof(pane->lines));
	pane->open = NULL;
	pane->is_ordered = false;
	pane->name_width = 0;
	pane->left = 0;
	pane->scroll = (struct scroll){.follows = true};
}

void pane_add(struct pane *pane, struct str name, const struct job_files *part, struct str token)
{
	struct arena *a = &pane->arena;

	name = str_dup(a, str_visible(a, name, VISIBLE_LINE));
	logbook_init(LIST_PUSH(a, &pane->books), a, name, part, str_dup(a, token));
	widen_for(a, &pane->name_width, name);
}

void pane_add_file(struct pane *pane, struct str name, int fd)
{
	pane_add(pane, name, NULL, STR(""));
	pane->books.items[pane->books.n - 1].fd = fd;
}

static void take_line(void *data, const struct log_news *news)
{
	struct pane *pane = data;
	uint32_t *open = &pane->open[pane->reading];
	struct log_entry entry = {pane->reading, news->length, news->offset};

	if (news->is_same && *open > 0) {
		pane->lines.items[*open - 1] = entry;
		return;
	}
	*LIST_PUSH(&pane->arena, &pane->lines) = entry;
	*open = pane->lines.n;
}

/* The lines of a book are gone. */
static void forget(struct pane *pane, uint32_t book)
{
	uint32_t n = 0;

	memset(pane->open, 0, pane->books.n * sizeof(*pane->open));
	for (uint32_t i = 0; i < pane->lines.n; i++) {
		const struct log_entry *line = &pane->lines.items[i];

		if (line->book == book)
			continue;
		pane->lines.items[n++] = *line;
		pane->open[line->book] = n;
	}
	pane->lines.n = n;
}

/* Once all that was there is read; what comes then stands in the order in which it comes. */
static void order(struct pane *pane)
{
	pane->is_ordered = true;
	if (pane->books.n < 2)
		return;
	order_by_time(pane->books.items, pane->books.n, pane->lines.items, pane->lines.n);
	for (uint32_t i = 0; i < pane->lines.n; i++)
		pane->open[pane->lines.items[i].book] = i + 1;
}

bool pane_read(struct pane *pane)
{
	bool any = false;

	pane->has_more = false;
	if (!pane->open)
		pane->open = ARENA_ARRAY(&pane->arena, pane->books.n, uint32_t);
	for (pane->reading = 0; pane->reading < pane->books.n; pane->reading++) {
		enum logbook_news news = logbook_read(&pane->books.items[pane->reading],
						      &pane->scratch, take_line, pane);

		if (news == LOGBOOK_ANEW)
			forget(pane, pane->reading);
		pane->has_more = pane->has_more || news == LOGBOOK_MORE || news == LOGBOOK_ANEW;
		any = any || news != LOGBOOK_SAME;
	}
	arena_reset(&pane->scratch);
	if (!pane->has_more && !pane->is_ordered)
		order(pane);
	return any;
}

void pane_line(struct pane *pane, uint32_t line, struct cells *cells, uint32_t *name_end)
{
	const struct log_entry *entry = &pane->lines.items[line];
	struct logbook *book = &pane->books.items[entry->book];
	struct arena *a = &pane->scratch;

	arena_reset(a);
	memset(cells, 0, sizeof(*cells));
	if (pane->books.n > 1) {
		struct look look = {0, (unsigned char)(1 + entry->book % 6), LOOK_OWN};

		cells_add(a, cells, padded(a, book->name, pane->name_width), look);
		cells_add(a, cells, STR(" | "), look);
	}
	*name_end = cells->list.n;
	cells_add_line(a, cells, logbook_line(book, entry->offset, entry->length));
	cells_mark(cells, str_c(pane->needle), *name_end);
}

/* What has few bytes can't have many columns. */
static bool is_short(const struct pane *pane, uint32_t line)
{
	unsigned before = pane->books.n > 1 ? pane->name_width + 3 : 0;

	return before + pane->lines.items[line].length <= pane->columns / 8;
}

static unsigned rows_of_line(void *data, uint32_t line)
{
	struct pane *pane = data;

	if (!pane->wraps || line >= pane->lines.n || is_short(pane, line))
		return 1;
	struct cells cells;
	uint32_t name_end;
	pane_line(pane, line, &cells, &name_end);
	return wrap_rows(&cells, pane->columns);
}

static struct scroll_text text_of(struct pane *pane)
{
	return (struct scroll_text){pane->lines.n, pane->rows, rows_of_line, pane};
}

void pane_settle(struct pane *pane, unsigned columns, unsigned rows)
{
	pane->columns = columns;
	pane->rows = rows;
	struct scroll_text text = text_of(pane);
	scroll_settle(&pane->scroll, &text);
}

void pane_move(struct pane *pane, long rows)
{
	struct scroll_text text = text_of(pane);

	scroll_move(&pane->scroll, &text, rows);
}

void pane_to_begin(struct pane *pane)
{
	scroll_to_begin(&pane->scroll);
}

void pane_to_end(struct pane *pane)
{
	struct scroll_text text = text_of(pane);

	scroll_to_end(&pane->scroll, &text);
}

void pane_shift(struct pane *pane, long columns)
{
	long left = (long)pane->left + columns;

	pane->left = left > 0 ? (unsigned)left : 0;
}

static bool line_has(struct pane *pane, uint32_t line)
{
	struct cells cells;
	uint32_t name_end;

	pane_line(pane, line, &cells, &name_end);
	return cells_find(&cells, str_c(pane->needle), name_end) < cells.list.n;
}

bool pane_find(struct pane *pane, bool is_backward, bool from_here)
{
	uint32_t n = pane->lines.n, line = pane->found;

	if (!pane->needle[0] || n == 0)
		return false;
	if (from_here)
		line = pane->scroll.line;
	for (uint32_t looked = 0; looked < n; looked++) {
		if (looked > 0 || !from_here)
			line = is_backward ? (line + n - 1) % n : (line + 1) % n;
		if (!line_has(pane, line))
			continue;
		struct scroll_text text = text_of(pane);
		pane->found = line;
		scroll_to_line(&pane->scroll, &text, line);
		return true;
	}
	return false;
}
