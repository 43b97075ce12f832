/* SPDX-License-Identifier: Apache-2.0 */
/* Spells out what a terminal must not get from text that others wrote. */
#include "ir/support/visible.h"

#include "ir/support/utf8.h"

#define COLOR_OFF "\x1b[0m"

/* Bytes of the colour at the start of the text, `ESC [ 1 ; 31 m`, or 0. */
static size_t color_length(struct str text)
{
	size_t i = 2;
	if (!str_has_prefix(text, "\x1b["))
		return 0;
	while (i < text.len && byte_is_in(text.ptr[i], "0123456789;:"))
		i++;
	return i < text.len && text.ptr[i] == 'm' ? i + 1 : 0;
}

static bool is_color_off(struct str color)
{
	return color.len == 3 || str_eq_c(color, COLOR_OFF);
}

static void add_spelled(struct buf *b, uint32_t code)
{
	if (code == '\n')
		buf_add_c(b, "\\n");
	else if (code == '\t')
		buf_add_c(b, "\\t");
	else if (code == '\r')
		buf_add_c(b, "\\r");
	else
		buf_add_fmt(b, code > 0xff ? "\\u%04x" : "\\x%02x", (unsigned)code);
}

/* Bytes at the start of the text that stay, or are left out, as they are; 0: spell them out. */
static size_t kept_length(struct str text, enum visible_form form, bool *is_dropped)
{
	char byte = text.ptr[0];
	*is_dropped = false;
	if (form == VISIBLE_LINE)
		return 0;
	if (byte == '\n' || byte == '\t')
		return 1;
	*is_dropped = str_has_prefix(text, "\r\n");
	if (*is_dropped)
		return 1;
	return form == VISIBLE_COLORS ? color_length(text) : 0;
}

void buf_add_visible(struct buf *b, struct str text, enum visible_form form)
{
	bool has_color = false, is_dropped;
	for (size_t i = 0, n; i < text.len; i += n) {
		struct str rest = str_from(text, i);
		n = kept_length(rest, form, &is_dropped);
		if (n) {
			if (rest.ptr[0] == '\n' && has_color)
				buf_add_c(b, COLOR_OFF);
			if (rest.ptr[0] == '\n')
				has_color = false;
			if (rest.ptr[0] == '\x1b')
				has_color = !is_color_off(str_slice(rest, 0, n));
			if (!is_dropped)
				buf_add(b, str_slice(rest, 0, n));
			continue;
		}
		bool is_valid = utf8_valid_length(rest) > 0;
		uint32_t code = utf8_decode(rest, &n);
		if (is_valid && code_is_visible(code))
			buf_add(b, str_slice(rest, 0, n));
		else
			add_spelled(b, code);
	}
	if (has_color)
		buf_add_c(b, COLOR_OFF);
}

struct str str_visible(struct arena *a, struct str text, enum visible_form form)
{
	size_t plain = 0;
	while (plain < text.len && text.ptr[plain] >= ' ' && text.ptr[plain] < 0x7f)
		plain++;
	if (plain == text.len)
		return text;
	struct buf b;
	buf_init(&b, a);
	buf_add_visible(&b, text, form);
	return buf_str(&b);
}
