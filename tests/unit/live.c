/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of the live view that are pure: cells of a line, rows of a line, scrolling, the list, the layout, keys. */
#include "tests/unit/test.h"

#include <curses.h>
#include <stdio.h>

#include "driver/live/log/cells.h"
#include "driver/live/keys.h"
#include "driver/live/layout.h"
#include "driver/live/rows.h"
#include "driver/live/log/scroll.h"
#include "driver/live/log/wrap.h"
#include "ir/support/utf8.h"
#include "tests/unit/pages.h"

static struct arena arena;

/* The cells as text; a look that isn't plain stands before its first cell: {attributes front back}. */
static struct str shown(struct str line)
{
	struct cells cells = {0};
	struct look look = LOOK_PLAIN;
	struct buf out;

	buf_init(&out, &arena);
	cells_add_line(&arena, &cells, line);
	for (uint32_t i = 0; i < cells.list.n; i++) {
		const struct cell *c = &cells.list.items[i];

		if (c->look.attributes != look.attributes || c->look.front != look.front ||
		    c->look.back != look.back)
			buf_add_fmt(&out, "{%u %u %u}", c->look.attributes, c->look.front,
				    c->look.back);
		look = c->look;
		if (c->code < 128)
			buf_add_byte(&out, (char)c->code);
		else
			buf_add_fmt(&out, "<%x:%u>", c->code, c->width);
	}
	return str_dup(&arena, buf_str(&out));
}

static void test_cells(void **state)
{
	static const struct {
		const char *line, *shown;
	} rows[] = {
		{"plain", "plain"},
		{"", ""},
		{"a\tb", "a       b"},
		{"12345678\tb", "12345678        b"},
		/* Progress bars: what was written last, over what is longer. */
		{"10%\r20%", "20%"},
		{"10%\r20%\r", "20%"},
		{"1234\rab", "ab34"},
		{"1234\rab\x1b[K", "ab"},
		{"abc\b\bx", "axc"},
		{"text\r", "text"},
		/* Colours stay, all else of an escape goes. */
		{"\x1b[31mred\x1b[0m x", "{0 1 8}red{0 8 8} x"},
		{"\x1b[1;4;38;5;196;48;2;0;0;255mx", "{5 1 4}x"},
		{"\x1b[1mx\x1b[22my", "{1 8 8}x{0 8 8}y"},
		{"\x1b[97mx", "{0 7 8}x"},
		{"a\x1b[2Jb\x1b[10;10Hc\x1b[?1049hd", "abcd"},
		{"a\x1b]0;title\ab\x1b]0;title\x1b\\c", "abc"},
		{"a\x1b(Bc\x1b", "ac"},
		{"\x1bPq#0\x1b\\x", "x"},
		{"\x1b[", ""},
		{"\x1b]0;never ends", ""},
		{"a\ab", "ab"},
		{"a\x01\x7f\xff", "a???"},
		{"\xe4\xb8\xad\xc3\xa9", "<4e2d:2><e9:1>"},
		{"e\xcc\x81x", "e<301:0>x"},
		{"\xcc\x81x", "x"},      /* nothing to join */
		{"\xe2\x80\xaex", "?x"}, /* turns the direction */
		{"\xc2\x9b"
		 "31mx",
		 "?31mx"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_str(shown(str_c(rows[i].line)), rows[i].shown);
}

static uint32_t place(const char *line, const char *text)
{
	struct cells cells = {0};

	cells_add_line(&arena, &cells, str_c(line));
	uint32_t at = cells_find(&cells, str_c(text), 0);
	return at == cells.list.n ? 99 : at;
}

static void test_find(void **state)
{
	struct cells cells = {0};

	(void)state;
	assert_int_equal(place("one Error two", "error"), 4);
	assert_int_equal(place("one error two", "Error"), 99);
	assert_int_equal(place("\x1b[31mer\x1b[0mror", "error"), 0);
	assert_int_equal(place("\xe4\xb8\xad\xe6\x96\x87", "\xe6\x96\x87"), 1);
	assert_int_equal(place("ab", "abc"), 99);
	assert_int_equal(place("", "a"), 99);
	cells_add_line(&arena, &cells, STR("xaax"));
	cells_mark(&cells, STR("a"), 2);
	assert_int_equal(cells.list.items[1].look.attributes, 0);
	assert_int_equal(cells.list.items[2].look.attributes, LOOK_FOUND);
	cells_mark(&cells, STR(""), 0);
}

/* Rows of a line, a bar between them. */
static struct str wrapped(const char *line, unsigned columns)
{
	struct cells cells = {0};
	struct buf out;
	unsigned rows = 0;

	buf_init(&out, &arena);
	cells_add_line(&arena, &cells, str_c(line));
	for (uint32_t from = 0, to; from < cells.list.n; from = to, rows++) {
		to = wrap_end(&cells, from, columns);
		assert_int_equal(wrap_begin(&cells, rows, columns), from);
		for (uint32_t i = from; i < to; i++)
			buf_add_byte(&out, cells.list.items[i].code < 128
						   ? (char)cells.list.items[i].code
						   : 'W');
		buf_add_byte(&out, '|');
	}
	assert_int_equal(wrap_rows(&cells, columns), rows > 0 ? rows : 1);
	return str_dup(&arena, buf_str(&out));
}

static void test_wrap(void **state)
{
	struct cells cells = {0};

	(void)state;
	assert_str(wrapped("", 4), "");
	assert_str(wrapped("abcd", 4), "abcd|");
	assert_str(wrapped("abcdefghi", 4), "abcd|efgh|i|");
	assert_str(wrapped("abc\xe4\xb8\xad"
			   "d",
			   4),
		   "abc|Wd|");                                      /* no half of a character */
	assert_str(wrapped("\xe4\xb8\xad\xe4\xb8\xad", 1), "W|W|"); /* but it goes on */
	assert_str(wrapped("abce\xcc\x81", 4), "abceW|");
	cells_add_line(&arena, &cells,
		       STR("ab\xe4\xb8\xad"
			   "d"));
	assert_int_equal(wrap_skip(&cells, 0, 3), 3);
	assert_int_equal(wrap_skip(&cells, 1, 1), 2);
	assert_int_equal(wrap_skip(&cells, 0, 99), 4);
}

/* Lines of 1, 2, 3, 1, 2, 3, … rows. */
static unsigned some_rows(void *data, uint32_t line)
{
	++*(unsigned *)data;
	return 1 + line % 3;
}

static void check_place(const struct scroll *s, uint32_t line, unsigned row, bool follows)
{
	if (s->line != line || s->row != row || s->follows != follows)
		fail_msg("at %u.%u%s, expected %u.%u", s->line, s->row,
			 s->follows ? " following" : "", line, row);
}

static void test_scroll(void **state)
{
	unsigned asked = 0;
	struct scroll_text text = {9, 4, some_rows, &asked}; /* 18 rows */
	struct scroll s = {.follows = true};

	(void)state;
	scroll_settle(&s, &text);
	check_place(&s, 7, 1, true);
	scroll_move(&s, &text, -1);
	check_place(&s, 7, 0, false);
	scroll_move(&s, &text, -2);
	check_place(&s, 5, 2, false);
	scroll_move(&s, &text, -100);
	check_place(&s, 0, 0, false);
	scroll_move(&s, &text, 4);
	check_place(&s, 2, 1, false);
	scroll_move(&s, &text, 100);
	check_place(&s, 7, 1, true);
	/* What comes is followed; who has gone back stays. */
	text.n = 12;
	scroll_settle(&s, &text);
	check_place(&s, 10, 1, true);
	scroll_move(&s, &text, -3);
	check_place(&s, 8, 2, false);
	text.n = 15;
	scroll_settle(&s, &text);
	check_place(&s, 8, 2, false);
	/* The log was emptied. */
	text.n = 1;
	scroll_settle(&s, &text);
	check_place(&s, 0, 0, false);
	text.n = 0;
	scroll_settle(&s, &text);
	scroll_move(&s, &text, 3);
	check_place(&s, 0, 0, true);
	/* Of a million lines those are asked that are near. */
	text.n = 1000000;
	asked = 0;
	scroll_to_end(&s, &text);
	scroll_move(&s, &text, -100);
	scroll_to_line(&s, &text, 1234);
	check_place(&s, 1233, 0, false);
	assert_in_range(asked, 0, 400);
	scroll_to_line(&s, &text, 1234); /* it is seen: stays */
	check_place(&s, 1233, 0, false);
}

static struct live_rows some_services(void)
{
	static const struct live_row services[] = {
		{.words = "ready", .family = "ready", .rank = 7},
		{.words = "out of memory", .family = "failed", .rank = 0, .restarts = 2},
		{.words = "running", .family = "running", .rank = 6, .restarts = 1},
		{.words = "done", .family = "done", .rank = 8},
		{.words = "waiting", .family = "waiting", .rank = 3},
		{.words = "killed", .family = "failed", .rank = 0},
	};
	static const char *const names[] = {"web-1", "web-2", "Database", "load", "last", "never"};
	struct live_rows rows = {0};

	for (size_t i = 0; i < sizeof(services) / sizeof(*services); i++) {
		struct live_row *row = LIST_PUSH(&arena, &rows.list);

		*row = services[i];
		row->name = str_c(names[i]);
	}
	return rows;
}

static struct str arranged(const char *filter, enum row_order order)
{
	struct live_rows rows = some_services();
	uint32_t at[6], n = rows_arrange(&rows, str_c(filter), order, at);
	struct buf out;

	buf_init(&out, &arena);
	for (uint32_t i = 0; i < n; i++)
		buf_add_fmt(&out, "%.*s ", STR_ARG(rows.list.items[at[i]].name));
	return str_dup(&arena, buf_str(&out));
}

static void test_rows(void **state)
{
	struct live_rows rows = some_services(), none = {0};

	(void)state;
	assert_str(rows_count_text(&arena, &rows),
		   "2 failed, 1 waiting, 1 running, 1 ready, 1 done of 6");
	assert_str(rows_count_text(&arena, &none), "of 0");
	assert_str(arranged("", BY_PLAN), "web-1 web-2 Database load last never ");
	assert_str(arranged("web", BY_PLAN), "web-1 web-2 ");
	assert_str(arranged("web fail", BY_PLAN), "web-2 ");
	assert_str(arranged("base", BY_PLAN), "Database ");
	assert_str(arranged("FAILED", BY_PLAN), "web-2 never ");
	assert_str(arranged("out", BY_PLAN), "web-2 ");
	assert_str(arranged("nothing", BY_PLAN), "");
	assert_str(arranged("", BY_STATE), "web-2 never last Database web-1 load ");
	assert_str(arranged("", BY_NAME), "Database last load never web-1 web-2 ");
	assert_str(arranged("", BY_RESTARTS), "web-2 Database web-1 load last never ");
}

/* Nothing lies on another part or beside the screen, whatever its size. */
static void check_layout(const struct layout_wish *wish)
{
	struct layout l = layout_make(wish);

	assert_in_range(l.foot_row, 0, wish->rows - 1);
	assert_true(l.list_rows >= 0 && l.pane_rows >= 0);
	assert_true(l.title_row == l.list_row + l.list_rows && l.pane_row == l.title_row + 1);
	assert_true(l.pane_rows == 0 || l.pane_row + l.pane_rows == l.foot_row);
	assert_true(wish->rows < 11 || wish->is_zoomed || (l.list_rows > 0 && l.pane_rows >= 3));
	if (wish->has_details && l.pane_columns > 0)
		assert_true(l.pane_columns < l.details_column &&
			    l.details_column + l.details_columns == wish->columns);
	const int columns[] = {l.name, l.state,  l.time, l.restarts,
			       l.cpu,  l.memory, l.node, l.remark};
	int last = 0;
	for (size_t i = 0; i < sizeof(columns) / sizeof(*columns); i++) {
		assert_true(columns[i] < 0 || columns[i] > last);
		assert_in_range(columns[i] + 1, 0, wish->columns);
		last = columns[i] < 0 ? last : columns[i];
	}
}

static void test_layout(void **state)
{
	struct layout l = layout_make(&(struct layout_wish){24, 80, 50, 10, false, false, true});

	(void)state;
	assert_int_equal(l.list_rows, 7);
	assert_int_equal(l.pane_rows, 12);
	assert_in_range(80 - l.remark, 15, 80);
	l = layout_make(&(struct layout_wish){24, 80, 2, 10, true, false, false});
	assert_int_equal(l.pane_rows, 21);
	for (int rows = 1; rows <= 60; rows++)
		for (int columns = 1; columns <= 200; columns += 7)
			for (int bits = 0; bits < 8; bits++)
				check_layout(&(struct layout_wish){rows, columns, rows % 11 * 5,
								   columns % 40, bits & 1, bits & 2,
								   bits & 4});
}

static void test_keys(void **state)
{
	(void)state;
	assert_int_equal(act_of_key(true, KEY_UP), ACT_UP);
	assert_int_equal(act_of_key(false, 'k'), ACT_UP);
	assert_int_equal(act_of_key(false, KEY_UP), ACT_NONE); /* a letter of that number */
	assert_int_equal(act_of_key(false, 0), ACT_NONE);
	assert_int_equal(act_of_key(false, '\r'), ACT_ZOOM);
	for (size_t i = 0; i < n_key_rows; i++) {
		const struct key_row *row = &key_rows[i];

		if (row->section)
			continue;
		/* A line of help fits, and no other row has its keys. */
		assert_in_range(utf8_columns(str_c(row->shown)), 1, 14);
		assert_in_range(utf8_columns(str_c(row->what)), 1, 62);
		for (size_t k = 0; k < 2; k++)
			if (row->keys[k])
				assert_int_equal(act_of_key(row->keys[k] >= KEY_MIN, row->keys[k]),
						 row->act);
	}
}

static void test_page(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, &arena);
	for (size_t i = 0; i < n_key_rows; i++) {
		if (key_rows[i].section)
			buf_add_fmt(&b, "%s| %s | |\n|---|---|\n", i > 0 ? "\n" : "",
				    key_rows[i].section);
		else
			buf_add_fmt(&b, "| %s | %s |\n", key_rows[i].shown, key_rows[i].what);
	}
	buf_add_c(&b, "\n");
	page_has("docs/live-view.md", "<!-- Made from driver/live/keys.inc; change that. -->\n\n",
		 "<!-- End of what is made. -->\n", buf_str(&b), "unit_live");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cells), cmocka_unit_test(test_find),
		cmocka_unit_test(test_wrap),  cmocka_unit_test(test_scroll),
		cmocka_unit_test(test_rows),  cmocka_unit_test(test_layout),
		cmocka_unit_test(test_keys),  cmocka_unit_test(test_page),
	};

	arena_init(&arena);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(&arena);
	return failed;
}
