/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8: lengths and display widths. */
#include "ir/support/utf8.h"

#include <string.h>

/* Eight bytes at once; each step sets or clears the highest bit of a byte and carries nothing into
   the next. */
static bool are_plain(uint64_t bytes)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), highest = ones << 7;
	uint64_t low = bytes & ~highest, feed = low ^ ones * '\n', delete = low ^ ones * 0x7f;
	uint64_t is_visible = low + ones * (0x80 - ' ');
	uint64_t is_no_feed = feed + ones * 0x7f, is_no_delete = delete + ones * 0x7f;
	return !((bytes | ~(is_visible | ~is_no_feed) | ~is_no_delete) & highest);
}

size_t utf8_plain_length(struct str s)
{
	size_t i = 0;
	for (uint64_t bytes; s.len - i >= sizeof(bytes); i += sizeof(bytes)) {
		memcpy(&bytes, s.ptr + i, sizeof(bytes));
		if (!are_plain(bytes))
			break;
	}
	return i;
}

static size_t announced_length(unsigned char lead)
{
	if (lead >= 0xc2 && lead < 0xe0)
		return 2;
	if (lead >= 0xe0 && lead < 0xf0)
		return 3;
	return lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
}

size_t utf8_valid_length(struct str s)
{
	if (!s.len)
		return 0;
	const unsigned char *p = (const unsigned char *)s.ptr;
	if (p[0] < 0x80)
		return 1;
	size_t n = announced_length(p[0]);
	if (!n || s.len < n)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	/* Overlong forms, surrogates, and what lies beyond U+10FFFF. */
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] >= 0xa0))
		return 0;
	if ((p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] >= 0x90))
		return 0;
	return n;
}

uint32_t utf8_decode(struct str s, size_t *length)
{
	size_t n = utf8_valid_length(s);
	const unsigned char *p = (const unsigned char *)s.ptr;
	if (n <= 1) {
		*length = s.len ? 1 : 0;
		return s.len ? p[0] : 0;
	}
	uint32_t code = p[0] & (0xffU >> (n + 1));
	for (size_t i = 1; i < n; i++)
		code = code << 6 | (p[i] & 0x3fU);
	*length = n;
	return code;
}

struct range {
	uint32_t first, last;
};

static bool is_in(uint32_t code, const struct range *ranges, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (code >= ranges[i].first && code <= ranges[i].last)
			return true;
	return false;
}

unsigned utf8_width(uint32_t code_point)
{
	/* Combining marks and format characters; East Asian wide blocks and emoji. Exact enough
	   for a caret, and the same on every machine. */
	static const struct range zero[] = {{0x300, 0x36f},   {0x483, 0x489},   {0x591, 0x5bd},
					    {0x610, 0x61a},   {0x64b, 0x65f},   {0x200b, 0x200f},
					    {0x202a, 0x202e}, {0x2060, 0x2064}, {0x20d0, 0x20f0},
					    {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}};
	static const struct range wide[] = {
		{0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0xa4cf},   {0xac00, 0xd7a3},
		{0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},
		{0x1f300, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};
	if (code_point < 0x300)
		return 1;
	if (is_in(code_point, zero, sizeof(zero) / sizeof(zero[0])))
		return 0;
	return is_in(code_point, wide, sizeof(wide) / sizeof(wide[0])) ? 2 : 1;
}

unsigned utf8_columns(struct str s)
{
	unsigned columns = 0;
	for (size_t i = 0, n; i < s.len; i += n)
		columns += utf8_width(utf8_decode((struct str){s.ptr + i, s.len - i}, &n));
	return columns;
}

bool code_is_visible(uint32_t code_point)
{
	return code_point >= 0x20 && (code_point < 0x7f || code_point > 0x9f) &&
	       !(code_point >= 0x2028 && code_point <= 0x202e) &&
	       !(code_point >= 0x2066 && code_point <= 0x2069);
}
