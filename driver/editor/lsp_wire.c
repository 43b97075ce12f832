/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages of the Language Server Protocol as bytes: header lines, a blank one, and so many bytes
 * of JSON. What comes may be broken anywhere; it costs one message, not the stream:
 *
 *	Content-Length: 41\r\n
 *	\r\n
 *	{"jsonrpc":"2.0","id":1,"method":"…"}
 */
#include "driver/editor/lsp.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "ir/support/utf8.h"

enum {
	MAX_MESSAGE = 64 << 20,
	MAX_SKIPPED =
		1 << 30,  /* a longer one isn't waited for: its length is taken for a mistake */
	MAX_HEADER = 4096 /* bytes of a line that are looked at, at least */
};

static const char length_name[] = "content-length:";

enum line_end {
	LINE_ENDS,
	LINE_IS_LAST
};

/* A line without its end; of a long one the last bytes. */
static enum line_end read_line(FILE *in, struct buf *line)
{
	line->len = 0;
	int c;
	while ((c = getc(in)) != EOF && c != '\n') {
		if (line->len == 2 * MAX_HEADER) {
			memmove(line->ptr, line->ptr + MAX_HEADER, MAX_HEADER);
			line->len = MAX_HEADER;
		}
		buf_add_byte(line, (char)c);
	}
	if (line->len > 0 && line->ptr[line->len - 1] == '\r')
		line->len--;
	return c == EOF ? LINE_IS_LAST : LINE_ENDS;
}

/* Where a length stands: at the start of a header line; behind a message whose length wasn't known
   the next header stands in the same line. Past its end when it doesn't. */
static struct str find_length(struct str line, bool is_lost)
{
	size_t name = sizeof(length_name) - 1, found = line.len;

	for (size_t i = 0; i + name <= line.len && (i == 0 || is_lost); i++)
		if (strncasecmp(line.ptr + i, length_name, name) == 0)
			found = i + name;
	return str_trim(str_from(line, found));
}

/* The headers of a message, up to the blank line. False at the end of the stream. */
static bool read_header(FILE *in, bool is_lost, bool *has_length, uint64_t *length)
{
	struct arena a;

	arena_init(&a);
	struct buf line;
	buf_init(&line, &a);
	*has_length = false;
	bool is_end;
	do {
		is_end = read_line(in, &line) == LINE_IS_LAST;
		struct str text = buf_str(&line);
		if (text.len == 0 && (*has_length || !is_lost))
			break;
		struct str value = find_length(text, is_lost);
		if (value.len > 0)
			*has_length = str_to_u64(value, length);
	} while (!is_end);
	arena_free(&a);
	return !is_end;
}

static bool skip(FILE *in, uint64_t length)
{
	while (length > 0 && getc(in) != EOF)
		length--;
	return length == 0;
}

/* The value of four hex digits, or -1. */
static int hex4(const char *text)
{
	int value = 0;

	for (int i = 0; i < 4; i++) {
		char c = text[i];
		int digit = c >= '0' && c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;

		if (!((c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')))
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

/* The \uXXXX at the place, or -1. */
static int escape_at(struct str text, size_t at)
{
	if (at + 6 > text.len || text.ptr[at] != '\\' || text.ptr[at + 1] != 'u')
		return -1;
	return hex4(text.ptr + at + 2);
}

/* Bytes of an escape sequence, and whether it is half a character. */
static size_t escape_length(struct str text, size_t at, bool *is_half)
{
	int first = escape_at(text, at);

	*is_half = false;
	if (first < 0)
		return at + 2 <= text.len ? 2 : 1;
	if (first < 0xd800 || first > 0xdfff)
		return 6;
	int second = first < 0xdc00 ? escape_at(text, at + 6) : -1;
	*is_half = second < 0xdc00 || second > 0xdfff;
	return *is_half ? 6 : 12;
}

/* Editors send halves of emoji while they are typed, and bytes of other encodings: U+FFFD. */
static struct str repaired(struct arena *a, struct str text)
{
	struct buf out;

	buf_init(&out, a);
	buf_reserve(&out, text.len + 16);
	for (size_t i = 0, n; i < text.len; i += n) {
		bool is_half = false;

		n = text.ptr[i] == '\\' ? escape_length(text, i, &is_half)
					: utf8_valid_length(str_from(text, i));
		if (n == 0 || is_half)
			buf_add_c(&out, "\xef\xbf\xbd");
		else
			buf_add(&out, str_slice(text, i, i + n));
		n = n == 0 ? 1 : n;
	}
	return buf_str(&out);
}

static enum lsp_input parse(FILE *in, size_t length, json_t **message)
{
	struct arena a;

	arena_init(&a);
	char *bytes = arena_alloc(&a, length + 1);
	bool is_whole = fread(bytes, 1, length, in) == length;
	struct str text = repaired(&a, (struct str){bytes, length});
	json_error_t error;
	if (is_whole)
		*message = json_loadb(text.ptr ? text.ptr : "", text.len,
				      JSON_ALLOW_NUL | JSON_DECODE_ANY, &error);
	arena_free(&a);
	return !is_whole ? LSP_END : *message ? LSP_MESSAGE : LSP_NO_JSON;
}

enum lsp_input lsp_read(struct lsp_stream *stream, json_t **message)
{
	*message = NULL;
	bool has_length;
	uint64_t length;
	if (!read_header(stream->in, stream->is_lost, &has_length, &length))
		return LSP_END;
	stream->is_lost = !has_length || length > MAX_SKIPPED;
	if (stream->is_lost)
		return LSP_NO_LENGTH;
	if (length > MAX_MESSAGE)
		return skip(stream->in, length) ? LSP_TOO_LONG : LSP_END;
	return parse(stream->in, (size_t)length, message);
}

void lsp_write(FILE *out, json_t *message)
{
	char *text = json_dumps(message, JSON_COMPACT);

	if (text) {
		fprintf(out, "Content-Length: %zu\r\n\r\n%s", strlen(text), text);
		fflush(out);
	}
	free(text);
	json_decref(message);
}
