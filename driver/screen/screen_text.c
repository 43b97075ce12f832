/* SPDX-License-Identifier: Apache-2.0 */
/* Text on the live view: UTF-8, and the colours of logs. */
#include "driver/screen/screen_text.h"

#include <curses.h>
#include <langinfo.h>
#include <locale.h>
#include <string.h>

#include "ir/support/utf8.h"
#include "ir/support/visible.h"

enum {
	N_COLORS = 8,
	OWN_COLOR = N_COLORS /* what the terminal has without colours */
};

/* How the text looks that comes next. */
struct look {
	attr_t attributes;
	int front, back;
};

void screen_text_locale(void)
{
	/* A static program may not find the locale of the environment; what counts is UTF-8. */
	if (!setlocale(LC_CTYPE, "") || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		setlocale(LC_CTYPE, "C.UTF-8");
}

static int pair_of(int front, int back)
{
	return LOG_PAIRS + front * (N_COLORS + 1) + back;
}

void screen_text_colors(void)
{
	for (int front = 0; front <= N_COLORS; front++)
		for (int back = 0; back <= N_COLORS && pair_of(front, back) < COLOR_PAIRS; back++)
			init_pair((short)pair_of(front, back),
				  (short)(front == OWN_COLOR ? -1 : front),
				  (short)(back == OWN_COLOR ? -1 : back));
}

/* Columns used. */
static int put_character(uint32_t code, int room)
{
	int width = (int)utf8_width(code);

	if (code == '\t')
		code = ' ', width = 1;
	if (!code_is_visible(code) || code == 0xfffd)
		code = '?', width = 1;
	if (width > room)
		return room;
	addnwstr(&(wchar_t){(wchar_t)code}, 1);
	return width;
}

void put_text(struct str text, int width)
{
	size_t n;

	for (size_t i = 0; i < text.len && width > 0; i += n)
		width -= put_character(utf8_decode(str_from(text, i), &n), width);
}

/* One of the 256 colours, or of the full ones, as the nearest of eight. */
static int nearest_color(unsigned red, unsigned green, unsigned blue)
{
	unsigned most = red > green ? red : green;

	most = blue > most ? blue : most;
	if (most < 64)
		return 0;
	return (red * 2 > most) | (green * 2 > most) << 1 | (blue * 2 > most) << 2;
}

static int color_of_256(unsigned n)
{
	static const unsigned char levels[] = {0, 95, 135, 175, 215, 255};

	if (n < 16)
		return (int)(n % N_COLORS);
	if (n >= 232)
		return n < 244 ? COLOR_BLACK : COLOR_WHITE;
	n -= 16;
	return nearest_color(levels[n / 36 % 6], levels[n / 6 % 6], levels[n % 6]);
}

/* The numbers of "38;5;n" or "38;2;r;g;b" behind the first; how many were taken. */
static size_t extended_color(const unsigned *numbers, size_t n, int *color)
{
	if (n >= 2 && numbers[0] == 5) {
		*color = color_of_256(numbers[1] & 255);
		return 2;
	}
	if (n >= 4 && numbers[0] == 2) {
		*color = nearest_color(numbers[1] & 255, numbers[2] & 255, numbers[3] & 255);
		return 4;
	}
	return n;
}

static void apply(struct look *look, const unsigned *numbers, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned x = numbers[i];

		if (x == 0)
			*look = (struct look){A_NORMAL, OWN_COLOR, OWN_COLOR};
		else if (x == 1)
			look->attributes |= A_BOLD;
		else if (x == 2)
			look->attributes |= A_DIM;
		else if (x == 4)
			look->attributes |= A_UNDERLINE;
		else if (x == 7)
			look->attributes |= A_REVERSE;
		else if (x == 22)
			look->attributes &= ~(A_BOLD | A_DIM);
		else if (x == 24)
			look->attributes &= ~A_UNDERLINE;
		else if (x == 27)
			look->attributes &= ~A_REVERSE;
		else if (x == 38)
			i += extended_color(numbers + i + 1, n - i - 1, &look->front);
		else if (x == 48)
			i += extended_color(numbers + i + 1, n - i - 1, &look->back);
		else if ((x >= 30 && x <= 37) || (x >= 90 && x <= 97))
			look->front = (int)(x % 10);
		else if ((x >= 40 && x <= 47) || (x >= 100 && x <= 107))
			look->back = (int)(x % 10);
		else if (x == 39)
			look->front = OWN_COLOR;
		else if (x == 49)
			look->back = OWN_COLOR;
	}
}

/* Bytes of the escape sequence at the start of the text; its colours are taken over. */
static size_t take_escape(struct str text, struct look *look)
{
	enum {
		MOST = 16
	};
	unsigned numbers[MOST] = {0};
	size_t n = 1, i = 1;

	if (i >= text.len || text.ptr[i] != '[')
		return 1;
	for (i++; i < text.len && byte_is_in(text.ptr[i], "0123456789;:?"); i++) {
		unsigned *number = &numbers[n - 1];

		if (text.ptr[i] >= '0' && text.ptr[i] <= '9')
			*number = (*number * 10 + (unsigned)(text.ptr[i] - '0')) % 10000;
		else if (n < MOST)
			n++;
	}
	if (i < text.len && text.ptr[i] == 'm')
		apply(look, numbers, n);
	return i < text.len ? i + 1 : i;
}

static void wear(const struct look *look)
{
	int pair = pair_of(look->front, look->back);

	attr_set(look->attributes, (short)(pair < COLOR_PAIRS ? pair : 0), NULL);
}

void put_log_line(struct str line, int width)
{
	struct look look = {A_NORMAL, OWN_COLOR, OWN_COLOR};

	while (line.len > 0 && line.ptr[line.len - 1] == '\r')
		line.len--;
	ptrdiff_t back = str_find_last(line, '\r');
	line = back == STR_NONE ? line : str_from(line, (size_t)back + 1);
	size_t n;
	for (size_t i = 0; i < line.len && width > 0; i += n) {
		struct str rest = str_from(line, i);

		if (rest.ptr[0] == '\x1b') {
			n = take_escape(rest, &look);
			wear(&look);
			continue;
		}
		width -= put_character(utf8_decode(rest, &n), width);
	}
	attr_set(A_NORMAL, 0, NULL);
}
