/* SPDX-License-Identifier: Apache-2.0 */
/* Marks of values that exist only in the job. */
#include "ir/support/run_text.h"

#include <string.h>

#define MARK_BEGIN "\xef\xb7\x90"
#define MARK_END   "\xef\xb7\x91"
#define WRITTEN    "${run:"

enum {
	MARK_LENGTH = sizeof(MARK_BEGIN) - 1
};

/* Nearly all texts lack its first byte, and memchr is fast. */
static const char *find(struct str text, const char *part)
{
	const char *first = text.len ? memchr(text.ptr, part[0], text.len) : NULL;
	return first ? memmem(first, text.len - (size_t)(first - text.ptr), part, strlen(part))
		     : NULL;
}

bool run_has_mark(struct str text)
{
	return find(text, MARK_BEGIN) || find(text, MARK_END);
}

bool run_begins_with_mark(struct str text)
{
	return str_has_prefix(text, MARK_BEGIN);
}

/* 'z' begins an escape. */
static bool stands_for_itself(char c)
{
	return (c >= 'a' && c < 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

struct str run_mark(struct arena *a, struct str words)
{
	struct buf b;
	buf_init(&b, a);
	buf_add_c(&b, MARK_BEGIN);
	for (size_t i = 0; i < words.len; i++)
		if (stands_for_itself(words.ptr[i]))
			buf_add_byte(&b, words.ptr[i]);
		else
			buf_add_fmt(&b, "z%02x", (unsigned)(unsigned char)words.ptr[i]);
	buf_add_c(&b, MARK_END);
	return buf_str(&b);
}

struct str run_split(struct str text, struct str *before, struct str *code)
{
	*before = text;
	*code = STR("");
	const char *begin = find(text, MARK_BEGIN);
	if (!begin)
		return STR("");
	struct str rest = str_from(text, (size_t)(begin - text.ptr) + MARK_LENGTH);
	size_t n = 0;
	while (n < rest.len && (stands_for_itself(rest.ptr[n]) || rest.ptr[n] == 'z'))
		n++;
	if (!str_has_prefix(str_from(rest, n), MARK_END))
		return STR("");
	*before = str_slice(text, 0, (size_t)(begin - text.ptr));
	*code = str_slice(rest, 0, n);
	return str_from(rest, n + MARK_LENGTH);
}

struct str run_variable(struct arena *a, struct str code)
{
	return str_cat(a, STR(RUN_VARIABLE), code);
}

static unsigned hex_digit(char c)
{
	return (unsigned)(c <= '9' ? c - '0' : c - 'a' + 10) & 15;
}

struct str run_words(struct arena *a, struct str code)
{
	struct buf b;
	buf_init(&b, a);
	for (size_t i = 0; i < code.len; i++) {
		if (code.ptr[i] != 'z' || i + 2 >= code.len) {
			buf_add_byte(&b, code.ptr[i]);
			continue;
		}
		buf_add_byte(&b,
			     (char)(hex_digit(code.ptr[i + 1]) << 4 | hex_digit(code.ptr[i + 2])));
		i += 2;
	}
	return buf_str(&b);
}

/* The characters themselves get a second '$' in front. */
static void add_plain(struct buf *b, struct str text)
{
	while (text.len) {
		const char *at = find(text, WRITTEN);
		size_t n = at ? (size_t)(at - text.ptr) : text.len;
		buf_add(b, str_slice(text, 0, n));
		if (!at)
			return;
		buf_add_c(b, "$" WRITTEN);
		text = str_from(text, n + strlen(WRITTEN));
	}
}

struct str run_shown(struct arena *a, struct str text)
{
	if (!run_has_mark(text) && !find(text, WRITTEN))
		return text;
	struct buf b;
	buf_init(&b, a);
	for (struct str rest = text, before, code; rest.len;) {
		rest = run_split(rest, &before, &code);
		add_plain(&b, before);
		if (code.len)
			buf_add_fmt(&b, WRITTEN "%.*s}", STR_ARG(run_words(a, code)));
	}
	return buf_str(&b);
}

struct str run_read(struct arena *a, struct str text)
{
	if (!find(text, WRITTEN))
		return text;
	struct buf b;
	buf_init(&b, a);
	while (text.len) {
		const char *at = find(text, WRITTEN);
		size_t n = at ? (size_t)(at - text.ptr) : text.len;
		bool is_plain = at && n && text.ptr[n - 1] == '$';
		struct str rest = str_from(text, n + strlen(WRITTEN)), words;
		buf_add(&b, str_slice(text, 0, is_plain ? n - 1 : n));
		if (!at)
			break;
		struct str behind = str_split(rest, '}', &words);
		if (is_plain || words.len == rest.len) {
			buf_add_c(&b, WRITTEN);
			text = rest;
			continue;
		}
		buf_add(&b, run_mark(a, words));
		text = behind;
	}
	return buf_str(&b);
}
