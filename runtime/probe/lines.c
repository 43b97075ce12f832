/* SPDX-License-Identifier: Apache-2.0 */
/* Matching output line by line; lines that hold none of the texts that the pattern needs are passed over. */
#include "runtime/probe/lines.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/files.h"

enum {
	LINE_JUDGED = 1 << 20
};

/*
 * A line, or what there is of it. A NUL would end the text that is matched, and bytes that are no
 * characters would keep a UTF-8 pattern from matching anything behind them.
 */
static bool line_matches(const struct rt_lines *l, int flags)
{
	if (!rt_pattern_find(l->pattern, l->line, l->len))
		return false;
	char text[RT_LINE_ROOM + 1];
	memcpy(text, l->line, l->len);
	text[l->len] = '\0';
	for (size_t i = 0, n; i < l->len; i += n) {
		n = rt_utf8_length((const unsigned char *)text + i);
		if (!text[i])
			text[i] = ' ';
		else if (!n && MB_CUR_MAX > 1)
			text[i] = '?';
		n = n ? n : 1;
	}
	return !regexec(&l->pattern->regex, text, 0, NULL, flags | (l->dropped ? REG_NOTBOL : 0));
}

/*
 * Of a line that is too long to keep, the end is kept: what matches may lie across two pieces.
 * Beyond LINE_JUDGED bytes only the last piece of a line is matched; a gigabyte of it is no text.
 */
static void keep_end_of_line(struct rt_lines *l)
{
	size_t from = l->len / 2;

	while (from < l->len && ((unsigned char)l->line[from] & 0xc0) == 0x80)
		from++;
	l->len -= from;
	l->dropped += from;
	memmove(l->line, l->line + from, l->len);
}

void rt_lines_forget(struct rt_lines *l)
{
	l->len = 0;
	l->dropped = 0;
}

/* Takes in a part of a line. */
static bool take_part(struct rt_lines *l, const char *part, size_t n)
{
	while (n) {
		size_t room = RT_LINE_ROOM - l->len, some = n < room ? n : room;

		if (!room) {
			if (l->dropped < LINE_JUDGED && line_matches(l, REG_NOTEOL))
				return true;
			keep_end_of_line(l);
			continue;
		}
		memcpy(l->line + l->len, part, some);
		l->len += some;
		part += some;
		n -= some;
	}
	return false;
}

/* A whole line from its beginning on. */
static bool take_line(struct rt_lines *l, const char *line, size_t n)
{
	if (take_part(l, line, n) || line_matches(l, 0))
		return true;
	rt_lines_forget(l);
	return false;
}

/* Whole lines: those that hold none of the pattern's texts are not even told apart. */
static bool take_lines(struct rt_lines *l, const char *at, const char *end)
{
	const char *found;

	while (at < end && (found = rt_pattern_find(l->pattern, at, (size_t)(end - at)))) {
		const char *before = memrchr(at, '\n', (size_t)(found - at));
		const char *line_end = memchr(found, '\n', (size_t)(end - found));

		at = before ? before + 1 : at;
		if (take_line(l, at, (size_t)(line_end - at)))
			return true;
		at = line_end + 1;
	}
	return false;
}

bool rt_lines_take(struct rt_lines *l, const char *piece, size_t n)
{
	const char *end = piece + n, *first = memchr(piece, '\n', n);

	if (!first)
		return take_part(l, piece, n);
	if (take_line(l, piece, (size_t)(first - piece))) /* the line that has begun before */
		return true;
	const char *last = memrchr(first, '\n', (size_t)(end - first));
	if (take_lines(l, first + 1, last + 1))
		return true;
	return take_part(l, last + 1, (size_t)(end - last) - 1);
}

bool rt_lines_last_matches(const struct rt_lines *l, bool goes_on)
{
	return l->len && line_matches(l, goes_on ? REG_NOTEOL : 0);
}
