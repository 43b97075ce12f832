/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes of a log to what a terminal would show of them. */
#include "driver/live/log/cells.h"

#include <wctype.h>

#include "ir/support/utf8.h"

enum {
	TAB_COLUMNS = 8
};

/* One of the 256 colours, or of the full ones, as the nearest of eight. */
static unsigned char nearest_color(unsigned red, unsigned green, unsigned blue)
{
	unsigned most = red > green ? red : green;

	most = blue > most ? blue : most;
	if (most < 64)
		return 0;
	return (unsigned char)((red * 2 > most) | (green * 2 > most) << 1 | (blue * 2 > most) << 2);
}

static unsigned char color_of_256(unsigned n)
{
	static const unsigned char levels[] = {0, 95, 135, 175, 215, 255};

	if (n < 16)
		return (unsigned char)(n % LOOK_COLORS);
	if (n >= 232)
		return n < 244 ? 0 : 7;
	n -= 16;
	return nearest_color(levels[n / 36 % 6], levels[n / 6 % 6], levels[n % 6]);
}

/* The numbers of "38;5;n" or "38;2;r;g;b" behind the first; how many were taken. */
static size_t extended_color(const unsigned *numbers, size_t n, unsigned char *color)
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

/* Bits that a number sets, and those that one takes away. */
static const struct attribute {
	unsigned char number, sets, clears;
} attributes[] = {
	{1, LOOK_BOLD, 0},
	{2, LOOK_DIM, 0},
	{4, LOOK_UNDERLINE, 0},
	{7, LOOK_REVERSE, 0},
	{22, 0, LOOK_BOLD | LOOK_DIM},
	{24, 0, LOOK_UNDERLINE},
	{27, 0, LOOK_REVERSE},
};

static void apply_one(struct look *look, unsigned x)
{
	for (size_t i = 0; i < sizeof(attributes) / sizeof(*attributes); i++)
		if (attributes[i].number == x)
			look->attributes = (unsigned char)((look->attributes | attributes[i].sets) &
							   ~attributes[i].clears);
	if (x == 0)
		*look = LOOK_PLAIN;
	else if ((x >= 30 && x <= 37) || (x >= 90 && x <= 97))
		look->front = (unsigned char)(x % 10);
	else if ((x >= 40 && x <= 47) || (x >= 100 && x <= 107))
		look->back = (unsigned char)(x % 10);
	else if (x == 39)
		look->front = LOOK_OWN;
	else if (x == 49)
		look->back = LOOK_OWN;
}

static void apply(struct look *look, const unsigned *numbers, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (numbers[i] == 38)
			i += extended_color(numbers + i + 1, n - i - 1, &look->front);
		else if (numbers[i] == 48)
			i += extended_color(numbers + i + 1, n - i - 1, &look->back);
		else
			apply_one(look, numbers[i]);
	}
}

/* Where characters are put. */
struct pen {
	struct arena *a;
	struct cells *cells;
	uint32_t begin, at; /* of the line, and of the next character */
	unsigned column;
	struct look look;
};

static void put(struct pen *pen, uint32_t code, unsigned width)
{
	struct cell cell = {code, (unsigned char)width, pen->look};

	if (pen->at < pen->cells->list.n)
		pen->cells->list.items[pen->at] = cell;
	else
		*LIST_PUSH(pen->a, &pen->cells->list) = cell;
	pen->at++;
	pen->column += width;
}

/* ESC [ numbers letter: colours are taken over, K ends the line here; bytes of it. */
static size_t take_control(struct pen *pen, struct str text)
{
	enum {
		MOST = 16
	};
	unsigned numbers[MOST] = {0};
	size_t n = 1, i;

	for (i = 2; i < text.len && (unsigned char)text.ptr[i] < 0x40; i++) {
		unsigned *number = &numbers[n - 1];

		if (text.ptr[i] >= '0' && text.ptr[i] <= '9')
			*number = (*number * 10 + (unsigned)(text.ptr[i] - '0')) % 10000;
		else if (n < MOST)
			n++;
	}
	if (i < text.len && text.ptr[i] == 'm')
		apply(&pen->look, numbers, n);
	if (i < text.len && text.ptr[i] == 'K' && numbers[0] == 0)
		pen->cells->list.n = pen->at;
	return i < text.len ? i + 1 : i;
}

/* ESC ] text BEL, which gives terminals titles and more: bytes of it. */
static size_t skip_text(struct str text)
{
	size_t i;

	for (i = 2; i < text.len && text.ptr[i] != '\a'; i++)
		if (text.ptr[i] == '\x1b')
			return i + 1 < text.len ? i + 2 : i + 1;
	return i < text.len ? i + 1 : i;
}

static size_t take_escape(struct pen *pen, struct str text)
{
	if (text.len < 2)
		return 1;
	if (text.ptr[1] == '[')
		return take_control(pen, text);
	if (byte_is_in(text.ptr[1], "]PX^_"))
		return skip_text(text);
	size_t i = 1;
	while (i < text.len && text.ptr[i] >= ' ' && text.ptr[i] <= '/')
		i++;
	return i < text.len ? i + 1 : i;
}

/* The first character of the text; its bytes. */
static size_t put_character(struct pen *pen, struct str text)
{
	size_t n;
	uint32_t code = utf8_decode(text, &n);

	if (code == '\t') {
		do
			put(pen, ' ', 1);
		while (pen->column % TAB_COLUMNS != 0);
	} else if (!code_is_visible(code) || utf8_valid_length(text) == 0) {
		put(pen, '?', 1);
	} else if (utf8_width(code) > 0 || pen->at > pen->begin) {
		put(pen, code, utf8_width(code));
	}
	return n;
}

void cells_add_line(struct arena *a, struct cells *cells, struct str line)
{
	struct pen pen = {a, cells, cells->list.n, cells->list.n, 0, LOOK_PLAIN};
	size_t n;

	for (size_t i = 0; i < line.len; i += n) {
		struct str rest = str_from(line, i);

		n = 1;
		if (rest.ptr[0] == '\x1b')
			n = take_escape(&pen, rest);
		else if (rest.ptr[0] == '\r')
			pen.at = pen.begin, pen.column = 0;
		else if (rest.ptr[0] == '\b')
			pen.at -= pen.at > pen.begin;
		else if (rest.ptr[0] != '\a')
			n = put_character(&pen, rest);
	}
}

void cells_add(struct arena *a, struct cells *cells, struct str text, struct look look)
{
	struct pen pen = {a, cells, cells->list.n, cells->list.n, 0, look};

	for (size_t i = 0; i < text.len;)
		i += put_character(&pen, str_from(text, i));
}

unsigned cells_columns(const struct cells *cells, uint32_t from, uint32_t to)
{
	unsigned columns = 0;

	for (uint32_t i = from; i < to; i++)
		columns += cells->list.items[i].width;
	return columns;
}

static bool has_capital(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] >= 'A' && text.ptr[i] <= 'Z')
			return true;
	return false;
}

/* Cells that the text covers when it stands at `at`; 0 when it doesn't. */
static uint32_t match(const struct cells *cells, struct str text, uint32_t at, bool is_exact)
{
	uint32_t begin = at;
	size_t n;

	for (size_t i = 0; i < text.len; i += n, at++) {
		if (at == cells->list.n)
			return 0;
		uint32_t wanted = utf8_decode(str_from(text, i), &n);
		uint32_t code = cells->list.items[at].code;
		if (code != wanted && (is_exact || (uint32_t)towlower((wint_t)code) !=
							   (uint32_t)towlower((wint_t)wanted)))
			return 0;
	}
	return at - begin;
}

uint32_t cells_find(const struct cells *cells, struct str text, uint32_t from)
{
	bool is_exact = has_capital(text);

	while (from < cells->list.n && match(cells, text, from, is_exact) == 0)
		from++;
	return from;
}

void cells_mark(struct cells *cells, struct str text, uint32_t from)
{
	bool is_exact = has_capital(text);

	while (text.len > 0 && (from = cells_find(cells, text, from)) < cells->list.n)
		for (uint32_t n = match(cells, text, from, is_exact); n > 0; n--)
			cells->list.items[from++].look.attributes |= LOOK_FOUND;
}
