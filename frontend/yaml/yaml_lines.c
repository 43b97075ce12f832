/* SPDX-License-Identifier: Apache-2.0 */
/*
 * YAML errors that come from the shape of lines: a missing ':' or blank, a second ':' in a value,
 * wrong indentation. libyaml often notices them one line late.
 *
 *	image redis		<- the fault: ':' is missing
 *	command: serve		<- where libyaml stops
 */
#include "frontend/yaml/yaml_errors.h"

#include <string.h>

#include "frontend/yaml/yaml_hints.h"
#include "ir/schema.h"

static bool is_key_byte(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	       (byte >= '0' && byte <= '9') || byte_is_in(byte, "_-./");
}

/* "image:redis", "image=redis": the byte behind the key is there, but isn't ": ". */
static bool explain_separator(struct fault *f, size_t begin, size_t at)
{
	struct str key = str_slice(f->text, begin, at);
	bool is_url = str_has_prefix(str_from(f->text, at), "://");
	if (!key.len || is_url || is_blank_at(f->text, at + 1))
		return false;
	if (f->text.ptr[at] == ':') {
		struct diag *d = fault_error(f, begin, at + 1, "a blank is missing after '%.*s:'",
					     STR_ARG(key));
		fault_insert(f, d, at + 1, " ", "YAML needs ': ' between key and value");
		return true;
	}
	if (f->text.ptr[at] != '=')
		return false;
	struct diag *d = fault_error(f, begin, at + 1, "a key ends in ':', not in '='");
	diag_help(f->ds, d, "write '%.*s: '", STR_ARG(key));
	if (schema_has_key(key) && yaml_begins_value(str_from(f->text, at + 1)))
		diag_fix(f->ds, d, marks_span(&f->c->marks, at, at + 1), STR(": "));
	return true;
}

static bool explain_block_text(struct fault *f, size_t at)
{
	size_t above = line_above(f->text, at), end = line_end(f->text, above);
	struct str line = str_trim(str_slice(f->text, above, end));
	if (above == line_begin(f->text, at) ||
	    !(str_has_suffix(line, ": |") || str_has_suffix(line, ": >") ||
	      str_has_suffix(line, ": |-") || str_has_suffix(line, ": >-")))
		return false;
	struct diag *d = fault_error(f, line_content(f->text, at), line_end(f->text, at),
				     "the text of a block must be indented deeper than its key");
	fault_note(f, d, line_content(f->text, above), end, "the block begins here");
	return true;
}

static bool is_deeper_below(struct str text, size_t at)
{
	size_t below = line_end(text, at);
	while (below < text.len && byte_is_in(text.ptr[below], "\r\n"))
		below++;
	size_t own = line_content(text, at) - line_begin(text, at);
	return below < text.len && line_content(text, below) - below > own;
}

/* The key, without value, of the nearest line above that is indented less; empty for none. */
static struct str key_above(struct str text, size_t at)
{
	size_t own = line_content(text, at) - line_begin(text, at);
	for (size_t line = line_above(text, at), seen = line_begin(text, at); line != seen;
	     seen = line, line = line_above(text, line)) {
		size_t content = line_content(text, line), end = line_end(text, line);
		if (content - line >= own)
			continue;
		struct str key = str_trim(str_slice(text, content, end));
		return str_has_suffix(key, ":") ? str_slice(key, 0, key.len - 1) : STR("");
	}
	return STR("");
}

/* A key whose value is a text, often one of several lines. */
static bool is_text_key(struct str key)
{
	static const char *const keys[] = {"script", "command", "entrypoint", "prologue",
					   "epilogue"};
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (str_eq_c(key, keys[i]))
			return true;
	return false;
}

bool explain_keyless_line(struct fault *f, size_t at)
{
	size_t begin = item_content(f->text, at), end = line_end(f->text, at);
	if (explain_look_alike(f, line_begin(f->text, at), end) || explain_block_text(f, at))
		return true;
	if (f->text.ptr[begin] == '-' && begin + 1 < end) {
		struct diag *d = fault_error(f, begin, begin + 1, "a blank is missing after '-'");
		fault_insert(f, d, begin + 1, " ", "YAML needs '- ' before a list item");
		return true;
	}
	size_t word = begin;
	while (word < end && is_key_byte(f->text.ptr[word]))
		word++;
	if (word == begin)
		return false;
	if (word < end && explain_separator(f, begin, word))
		return true;
	if (!is_blank_at(f->text, word))
		return false;
	struct str key = str_slice(f->text, begin, word);
	struct str above = key_above(f->text, at);
	if (is_text_key(above)) {
		struct diag *d = fault_error(f, begin, end,
					     "a text of several lines can't begin without '|'");
		diag_help(f->ds, d, "write '%.*s: |' above it", STR_ARG(above));
		return true;
	}
	struct diag *d = fault_error(f, begin, word, "a ':' is missing after '%.*s'", STR_ARG(key));
	bool is_alone = str_is_blank(str_slice(f->text, word, end));
	/* Other words may begin a line of a script that has lost its head. */
	bool is_certain = is_alone ? is_deeper_below(f->text, at) : schema_has_key(key);
	if (is_certain)
		fault_insert(f, d, word, ":", "every key ends in ':'");
	else if (!is_alone)
		diag_help(f->ds, d, "every key ends in ':'");
	else
		diag_help(f->ds, d,
			  "every key ends in ':'; a text that goes on from the line "
			  "above is indented deeper");
	return true;
}

/* "key:{a: b, c: d}" */
static void explain_glued_value(struct fault *f, size_t begin, size_t value)
{
	struct str key = str_slice(f->text, begin, value);
	struct diag *d =
		fault_error(f, begin, value, "a blank is missing after '%.*s'", STR_ARG(key));
	if (yaml_closes_on_line(str_from(f->text, value)))
		fault_insert(f, d, value, " ", "YAML needs ': ' between key and value");
	else
		diag_help(f->ds, d, "YAML needs ': ' between key and value");
}

/* "key: a: b" on one line. */
static void explain_second_colon(struct fault *f, size_t first)
{
	size_t value = first + 1, end = line_end(f->text, first);
	while (value < end && f->text.ptr[value] == ' ')
		value++;
	if (explain_look_alike(f, value, end))
		return;
	size_t begin = item_content(f->text, f->at);
	size_t glued = yaml_glued_value(str_slice(f->text, begin, end));
	if (glued && begin + glued <= first) {
		explain_glued_value(f, begin, begin + glued);
		return;
	}
	struct diag *d =
		fault_error(f, f->at, f->at + 1, "a value can't hold ': ' unless it is in quotes");
	fault_quote(f, d, value);
}

/* Deeper than the line above, which has a value already. */
static void explain_too_deep(struct fault *f, size_t above)
{
	size_t content = line_content(f->text, f->at);
	struct diag *d = fault_error(f, content, f->at,
				     "this line is indented deeper than the one above, whose key "
				     "has a value already");
	fault_note(f, d, item_content(f->text, above), line_end(f->text, above),
		   "the line above is here");
	diag_help(f->ds, d, "begin both in the same column, or drop the value above");
}

void explain_colon(struct fault *f)
{
	size_t begin = item_content(f->text, f->at), end = line_end(f->text, f->at);
	size_t first = line_key_end(f->text, begin, end);
	if (first < f->at) {
		explain_second_colon(f, first);
		return;
	}
	size_t above = line_above(f->text, f->at), above_end = line_end(f->text, above);
	if (above != line_begin(f->text, f->at)) {
		size_t content = item_content(f->text, above);
		bool has_key = line_key_end(f->text, content, above_end) < above_end;
		if (explain_look_alike(f, above, above_end))
			return;
		if (has_key) {
			explain_too_deep(f, above);
			return;
		}
		if (explain_keyless_line(f, above))
			return;
	}
	struct diag *d = fault_error(f, f->at, f->at + 1, "there is no key that this ':' can end");
	diag_help(f->ds, d, "a text that holds ': ' needs quotes");
}

/* "- item" */
static bool is_item_line(struct str text, size_t content)
{
	return content < text.len && text.ptr[content] == '-' && is_blank_at(text, content + 1);
}

/* Columns at which the collections begin that the line at `at` could belong to; what begins the
   nearest one of its kind. */
static void list_levels(const struct fault *f, size_t at, struct buf *levels, struct str *name)
{
	bool is_item = is_item_line(f->text, line_content(f->text, at));
	size_t limit = SIZE_MAX, own = line_content(f->text, at) - line_begin(f->text, at);
	size_t best = SIZE_MAX;
	for (size_t line = line_above(f->text, at), seen = line_begin(f->text, at); line != seen;
	     seen = line, line = line_above(f->text, line)) {
		size_t content = line_content(f->text, line), indent = content - line;
		if (indent >= limit)
			continue;
		limit = indent;
		if (levels->len)
			buf_add_c(levels, ", ");
		buf_add_fmt(levels, "%zu", indent);
		size_t distance = indent > own ? indent - own : own - indent;
		size_t end = line_end(f->text, line);
		if (!is_item)
			end = line_key_end(f->text, content, end);
		bool is_kind =
			is_item ? is_item_line(f->text, content) : end < line_end(f->text, line);
		if (distance < best && is_kind && end < content + 40) {
			best = distance;
			*name = str_slice(f->text, content, end);
		}
		if (!indent)
			break;
	}
}

static void explain_dedent(struct fault *f)
{
	size_t begin = line_begin(f->text, f->at), content = line_content(f->text, f->at);
	struct str name = STR("");
	struct buf levels;
	buf_init(&levels, f->c->a);
	list_levels(f, f->at, &levels, &name);
	struct diag *d =
		fault_error(f, begin, content > begin ? content : begin + 1,
			    "this line is indented by %zu; the lines above it begin at %.*s",
			    content - begin, STR_ARG(buf_str(&levels)));
	if (name.len)
		diag_help(f->ds, d,
			  "%s begin in the same column; is it meant to stand beside '%.*s'?",
			  is_item_line(f->text, content) ? "items of one list"
							 : "keys of one mapping",
			  STR_ARG(name));
}

/* Where the first line with content begins to say something. */
static size_t first_content(struct str text)
{
	size_t line = 0;
	for (; line < text.len; line = line_end(text, line) + 1) {
		size_t content = line_content(text, line);
		if (content < line_end(text, line) && text.ptr[content] != '#' &&
		    text.ptr[content] != '%' && !str_has_prefix(str_from(text, content), "---"))
			return content;
	}
	return 0;
}

/* A line that comes after the end of the file's only value. */
void explain_second_root(struct fault *f)
{
	size_t first = first_content(f->text), begin = f->at, end = line_end(f->text, begin);
	size_t indent = first - line_begin(f->text, first);
	bool is_less = line_content(f->text, begin) == begin &&
		       begin - line_begin(f->text, begin) < indent;
	if (is_less && !strchr("[{\"'", f->text.ptr[first])) {
		struct diag *d = fault_error(
			f, begin, end, "this line is indented less than the file's first key");
		fault_note(f, d, first, line_end(f->text, first), "the first one is here");
		diag_help(f->ds, d, "keys of one mapping begin in the same column");
		return;
	}
	struct diag *d = fault_error(f, begin, end,
				     "the file is complete before this; what does it belong to?");
	diag_help(f->ds, d, "a text that begins with '[', '{' or a quote must end with it");
}

/* The indentation of the line is one that a line above has, too. */
static bool is_known_level(const struct fault *f)
{
	size_t own = line_content(f->text, f->at) - line_begin(f->text, f->at), limit = SIZE_MAX;
	for (size_t line = line_above(f->text, f->at), seen = line_begin(f->text, f->at);
	     line != seen; seen = line, line = line_above(f->text, line)) {
		size_t indent = line_content(f->text, line) - line;
		if (indent == own && indent < limit)
			return true;
		limit = indent < limit ? indent : limit;
	}
	return false;
}

static void explain_line_start(struct fault *f)
{
	struct str rest = str_slice(f->text, f->at, line_end(f->text, f->at));
	bool is_item = str_has_prefix(rest, "- ") || str_eq(rest, STR("-"));
	if (explain_look_alike(f, line_begin(f->text, f->at), line_end(f->text, f->at)))
		return;
	if (str_has_prefix(rest, ":")) {
		fault_error(f, f->at, f->at + 1, "a key is missing before this ':'");
		return;
	}
	if (!is_known_level(f)) {
		explain_dedent(f);
		return;
	}
	struct diag *d = fault_error(f, f->at, f->at + rest.len,
				     is_item ? "a list item can't stand beside keys"
					     : "a key can't stand beside list items");
	fault_note(f, d, f->context_at, line_end(f->text, f->context_at),
		   is_item ? "the mapping begins here" : "the list begins here");
	diag_help(f->ds, d,
		  is_item ? "indent the list deeper than its key"
			  : "is '- ' missing, or is the indentation wrong?");
}

/* Something stands behind a complete value on its line. */
static void explain_rest_of_line(struct fault *f)
{
	struct last_scalar last = f->c->last;
	bool is_behind = last.is_quoted && last.end <= f->at &&
			 str_is_blank(str_slice(f->text, last.end, f->at));
	size_t end = line_end(f->text, f->at);
	if (is_behind && line_begin(f->text, last.begin) != line_begin(f->text, last.end)) {
		struct diag *d =
			fault_error(f, last.begin, line_end(f->text, last.begin),
				    "the quote that opens here is closed only lines below");
		fault_note(f, d, last.end - 1, last.end, "this quote closes it");
		fault_close_quote(f, d, last.begin);
		return;
	}
	if (is_behind) {
		struct diag *d =
			fault_error(f, f->at, end, "text follows the quote that ends the value");
		fault_note(f, d, last.end - 1, last.end, "the value ends here");
		diag_help(f->ds, d, "put all of it in quotes; inside single quotes write '' for '");
		return;
	}
	size_t value = line_value(f->text, f->at);
	char open = value < f->text.len ? f->text.ptr[value] : '\0', byte = f->text.ptr[f->at];
	if (byte == ']' || byte == '}') {
		fault_error(f, f->at, f->at + 1, "'%c' closes nothing", byte);
		return;
	}
	struct diag *d = fault_error(f, f->at, end, "this can't follow a complete value");
	if (open != '{' && open != '[')
		return;
	fault_quote(f, d, value);
}

void explain_expected_key(struct fault *f)
{
	if (f->at >= f->text.len) {
		fault_error(f, f->context_at, line_end(f->text, f->context_at),
			    "this is not complete at the end of the file");
		return;
	}
	if (line_content(f->text, f->at) == f->at)
		explain_line_start(f);
	else
		explain_rest_of_line(f);
}
