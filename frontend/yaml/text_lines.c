/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of a YAML text, for messages: offsets in, offsets out. */
#include "frontend/yaml/text_lines.h"

bool is_line_end(char byte)
{
	return byte == '\n' || byte == '\r';
}

size_t line_begin(struct str text, size_t at)
{
	while (at && !is_line_end(text.ptr[at - 1]))
		at--;
	return at;
}

size_t line_end(struct str text, size_t at)
{
	while (at < text.len && !is_line_end(text.ptr[at]))
		at++;
	return at;
}

size_t line_content(struct str text, size_t at)
{
	at = line_begin(text, at);
	if (!at && str_has_prefix(text, "\xef\xbb\xbf"))
		at = 3;
	while (at < text.len && (text.ptr[at] == ' ' || text.ptr[at] == '\t'))
		at++;
	return at;
}

size_t line_above(struct str text, size_t at)
{
	size_t own = line_begin(text, at);
	for (size_t begin = own; begin;) {
		begin = line_begin(text, begin - 1);
		size_t content = line_content(text, begin);
		if (content < line_end(text, begin) && text.ptr[content] != '#')
			return begin;
	}
	return own;
}

bool is_blank_at(struct str text, size_t at)
{
	return at >= text.len || byte_is_in(text.ptr[at], " \t\r\n");
}

size_t item_content(struct str text, size_t at)
{
	size_t content = line_content(text, at);
	while (content < text.len && text.ptr[content] == '-' && is_blank_at(text, content + 1) &&
	       content + 1 < line_end(text, at)) {
		content++;
		while (content < text.len && text.ptr[content] == ' ')
			content++;
	}
	return content;
}

size_t line_key_end(struct str text, size_t begin, size_t end)
{
	char quote = '\0';
	for (size_t i = begin; i < end; i++) {
		char byte = text.ptr[i];
		if (quote) {
			if (byte == quote)
				quote = '\0';
		} else if ((byte == '"' || byte == '\'') && i == begin) {
			quote = byte;
		} else if (byte == '#' && i > begin && text.ptr[i - 1] == ' ') {
			break;
		} else if (byte == ':' && is_blank_at(text, i + 1)) {
			return i;
		}
	}
	return end;
}

size_t line_value(struct str text, size_t at)
{
	size_t begin = item_content(text, at), end = line_end(text, at);
	size_t colon = line_key_end(text, begin, end);
	if (colon >= at)
		return colon < end ? end : begin; /* `at` is in the key, or there is none */
	for (colon++; colon < end && text.ptr[colon] == ' ';)
		colon++;
	return colon;
}
