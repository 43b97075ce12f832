/* SPDX-License-Identifier: Apache-2.0 */
/* Characters and colours of curses. */
#include "driver/live/paint.h"

#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <string.h>

#include "ir/support/utf8.h"
#include "ir/support/visible.h"

void paint_locale(void)
{
	/* A static program may not find the locale of the environment; what counts is UTF-8. */
	if (!setlocale(LC_CTYPE, "") || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		setlocale(LC_CTYPE, "C.UTF-8");
}

static int pair_of(int front, int back)
{
	return PAINT_LOGS + front * (LOOK_COLORS + 1) + back;
}

void paint_colors(void)
{
	init_pair(PAINT_GOOD, COLOR_GREEN, -1);
	init_pair(PAINT_BAD, COLOR_RED, -1);
	init_pair(PAINT_BUSY, COLOR_YELLOW, -1);
	for (int front = 0; front <= LOOK_COLORS; front++)
		for (int back = 0; back <= LOOK_COLORS && pair_of(front, back) < COLOR_PAIRS;
		     back++)
			init_pair((short)pair_of(front, back),
				  (short)(front == LOOK_OWN ? -1 : front),
				  (short)(back == LOOK_OWN ? -1 : back));
}

/* Columns used; all that are left when it has no room. */
static int put_character(uint32_t code, int room)
{
	int width = (int)utf8_width(code);

	if (!code_is_visible(code) || code == 0xfffd)
		code = '?', width = 1;
	if (width > room)
		return room;
	addnwstr(&(wchar_t){(wchar_t)code}, 1);
	return width;
}

int paint_text(struct str text, int width)
{
	int used = 0;
	size_t n;

	for (size_t i = 0; i < text.len && used < width; i += n)
		used += put_character(utf8_decode(str_from(text, i), &n), width - used);
	return used;
}

static void wear(struct look look)
{
	static const struct {
		unsigned char bit;
		attr_t attribute;
	} table[] = {{LOOK_BOLD, A_BOLD},
		     {LOOK_DIM, A_DIM},
		     {LOOK_UNDERLINE, A_UNDERLINE},
		     {LOOK_REVERSE, A_REVERSE},
		     {LOOK_FOUND, A_REVERSE | A_BOLD}};
	int pair = pair_of(look.front, look.back);
	attr_t all = A_NORMAL;

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		all |= look.attributes & table[i].bit ? table[i].attribute : A_NORMAL;
	attr_set(all, (short)(has_colors() && pair < COLOR_PAIRS ? pair : 0), NULL);
}

int paint_cells(const struct cells *cells, uint32_t from, uint32_t to, int width)
{
	int used = 0;

	for (uint32_t i = from; i < to && used < width; i++) {
		wear(cells->list.items[i].look);
		used += put_character(cells->list.items[i].code, width - used);
	}
	attr_set(A_NORMAL, 0, NULL);
	return used;
}
