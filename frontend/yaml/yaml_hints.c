/* SPDX-License-Identifier: Apache-2.0 */
/* Hints for texts that YAML takes as they are, though their author meant a key or a list item. */
#include "frontend/yaml/yaml_hints.h"

#include <string.h>

#include "frontend/yaml/text_lines.h"

static bool is_key_byte(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	       (byte >= '0' && byte <= '9') || byte_is_in(byte, "_-.");
}

static size_t key_length(struct str text)
{
	size_t n = 0;
	while (n < text.len && is_key_byte(text.ptr[n]))
		n++;
	return n;
}

bool yaml_begins_value(struct str text)
{
	return text.len && ((is_key_byte(text.ptr[0]) && text.ptr[0] != '-') ||
			    text.ptr[0] == '$' || str_has_prefix(text, "\xc2\xa0"));
}

/* Length of a key and its ':' that no blank follows, or 0. URLs have none. */
static size_t glued_key(struct str text)
{
	size_t n = key_length(text);
	if (!n || n + 1 >= text.len || text.ptr[n] != ':')
		return 0;
	return yaml_begins_value(str_from(text, n + 1)) ? n + 1 : 0;
}

/* The place behind a glued key of n bytes: empty, or the no-break space that stands there. */
static struct span blank_place(struct str source, struct span at, size_t line, size_t n)
{
	uint32_t behind = at.begin + (uint32_t)(line + n);
	bool has_other = str_has_prefix(str_from(source, line + n), "\xc2\xa0");
	return (struct span){behind, behind + (has_other ? 2 : 0)};
}

/* The next line's content behind `from`, or the end. */
static size_t next_line(struct str source, size_t from)
{
	from = line_end(source, from);
	while (from < source.len && byte_is_in(source.ptr[from], " \n\r"))
		from++;
	return from;
}

/* Edits for a text whose every line begins with `glued` bytes that lack a blank; none unless all
   lines do, in one column, for the rest would not be YAML then. */
static void fix_lines(struct unit *u, struct diag *d, struct span at,
		      size_t (*glued)(struct str text))
{
	struct str source = source_text(&u->sources, at);
	const struct source *file = source_at(&u->sources, at.begin);
	size_t begin = at.begin - file->base, column = begin - line_begin(file->bytes, begin);
	for (size_t line = 0; line < source.len; line = next_line(source, line))
		if (!glued(str_from(source, line)) ||
		    begin + line - line_begin(file->bytes, begin + line) != column)
			return;
	for (size_t line = 0; line < source.len; line = next_line(source, line)) {
		size_t n = glued(str_from(source, line));
		diag_fix(&u->diags, d, blank_place(source, at, line, n), STR(" "));
	}
}

static bool hint_glued(struct unit *u, struct diag *d, struct span at)
{
	struct str source = source_text(&u->sources, at);
	size_t n = glued_key(source);
	if (!n)
		return false;
	struct span place = blank_place(source, at, 0, n);
	if (place.begin != place.end)
		diag_help(&u->diags, d,
			  "the blank after '%.*s' is a no-break space (U+00A0); YAML needs a "
			  "plain one",
			  STR_ARG(str_slice(source, 0, n)));
	else
		diag_help(&u->diags, d, "a blank is missing after '%.*s'",
			  STR_ARG(str_slice(source, 0, n)));
	fix_lines(u, d, at, glued_key);
	return true;
}

/* The same for a '-': 1 or 0. */
static size_t glued_dash(struct str text)
{
	bool is_item = text.len > 1 && text.ptr[0] == '-' && is_key_byte(text.ptr[1]) &&
		       text.ptr[1] != '-';
	return is_item;
}

static bool hint_items(struct unit *u, struct diag *d, struct span at)
{
	if (!glued_dash(source_text(&u->sources, at)))
		return false;
	diag_help(&u->diags, d, "a blank is missing after '-'");
	fix_lines(u, d, at, glued_dash);
	return true;
}

/* Nothing but blanks stands before it on its line: it isn't a value behind its key. */
static bool begins_line(const struct unit *u, struct span at)
{
	struct place place = source_place(&u->sources, at.begin);
	struct str line = source_line(&u->sources, place.source, place.line);
	size_t before =
		at.begin - place.source->base - (size_t)(line.ptr - place.source->bytes.ptr);
	return str_is_blank(str_slice(line, 0, before));
}

/* The same for a '=' that should be ': '. */
static size_t glued_equals(struct str text)
{
	size_t n = key_length(text);
	bool is_pair = n && n + 1 < text.len && text.ptr[n] == '=' && text.ptr[n + 1] != '=' &&
		       text.ptr[n + 1] != ' ';
	return is_pair ? n + 1 : 0;
}

static bool hint_equals(struct unit *u, struct diag *d, struct span at)
{
	struct str source = source_text(&u->sources, at);
	size_t n = glued_equals(source);
	if (!n)
		return false;
	diag_help(&u->diags, d, "a key ends in ':', not in '='");
	if (str_find(source, '\n') == STR_NONE && yaml_begins_value(str_from(source, n)))
		diag_fix(&u->diags, d,
			 (struct span){at.begin + (uint32_t)n - 1, at.begin + (uint32_t)n},
			 STR(": "));
	return true;
}

bool yaml_hint_value(struct unit *u, struct diag *d, const struct node *node)
{
	if (node->kind != NODE_STRING || node->is_quoted || !begins_line(u, node->at))
		return false;
	return hint_glued(u, d, node->at) || hint_items(u, d, node->at) ||
	       hint_equals(u, d, node->at);
}

bool yaml_hint_key(struct unit *u, struct diag *d, const struct entry *entry)
{
	/* The key of a pair without ':', as only {a, b} can hold one. */
	bool has_colon = entry->value->at.begin != entry->key_at.end;
	if (entry->value->kind == NODE_NULL && !has_colon)
		return hint_glued(u, d, entry->key_at);
	return yaml_hint_key_text(u, d, entry->key_at);
}

size_t yaml_glued_value(struct str text)
{
	size_t n = key_length(text);
	bool is_glued =
		n && n + 1 < text.len && text.ptr[n] == ':' && byte_is_in(text.ptr[n + 1], "{[\"'");
	return is_glued ? n + 1 : 0;
}

bool yaml_closes_on_line(struct str text)
{
	char quote = '\0';
	size_t depth = 0, at = 0;
	char open[32]; /* what each open bracket needs */
	for (; at < text.len && !byte_is_in(text.ptr[at], "\r\n"); at++) {
		char byte = text.ptr[at];
		if (quote == '"' && byte == '\\')
			at++;
		else if (quote)
			quote = byte == quote ? '\0' : quote;
		else if (byte_is_in(byte, "\"'"))
			quote = byte;
		else if (byte_is_in(byte, "[{") && depth < sizeof(open))
			open[depth++] = byte == '[' ? ']' : '}';
		else if (byte_is_in(byte, "]}") && (!depth || open[--depth] != byte))
			return false;
		if (!quote && !depth)
			break;
	}
	struct str rest = str_from(text, at + 1), line;
	str_split(rest, '\n', &line);
	return at < text.len && !quote && !depth && str_is_blank(line);
}

bool yaml_hint_key_text(struct unit *u, struct diag *d, struct span key)
{
	struct str source = source_text(&u->sources, key);
	size_t glued = yaml_glued_value(source);
	if (!glued)
		return false;
	const struct source *file = source_at(&u->sources, key.begin);
	uint32_t behind = key.begin + (uint32_t)glued;
	diag_help(&u->diags, d, "a blank is missing after '%.*s'",
		  STR_ARG(str_slice(source, 0, glued)));
	if (yaml_closes_on_line(str_from(file->bytes, behind - file->base)))
		diag_fix(&u->diags, d, (struct span){behind, behind}, STR(" "));
	return true;
}

struct str yaml_quote(struct arena *a, struct str text)
{
	bool has_single = str_find(text, '\'') != STR_NONE;
	bool has_double = str_find(text, '"') != STR_NONE || str_find(text, '\\') != STR_NONE;
	if (!text.len || (has_single && has_double))
		return STR("");
	const char *quote = has_double ? "'" : "\"";
	return str_fmt(a, "%s%.*s%s", quote, STR_ARG(text), quote);
}
