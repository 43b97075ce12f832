/* SPDX-License-Identifier: Apache-2.0 */
/* What is said of a fault in a YAML text, and the edits that mend it. */
#include "frontend/yaml/yaml_errors.h"

#include "frontend/yaml/yaml_hints.h"

struct diag *fault_error(struct fault *f, size_t begin, size_t end, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	struct str text = str_vfmt(f->c->a, format, args);
	va_end(args);
	return diag_error(f->ds, marks_span(&f->c->marks, begin, end), RULE_R001, "%.*s",
			  STR_ARG(text));
}

void fault_note(struct fault *f, struct diag *d, size_t begin, size_t end, const char *what)
{
	diag_note(f->ds, d, marks_span(&f->c->marks, begin, end), "%s", what);
}

void fault_insert(struct fault *f, struct diag *d, size_t at, const char *text, const char *help)
{
	diag_help(f->ds, d, "%s", help);
	diag_fix(f->ds, d, marks_span(&f->c->marks, at, at), str_dup(f->c->a, str_c(text)));
}

size_t fault_value_end(const struct fault *f, size_t begin)
{
	size_t end = begin, last = line_end(f->text, begin);
	for (; end < last; end++) {
		char byte = f->text.ptr[end];
		if (byte == '#' && end > begin && f->text.ptr[end - 1] == ' ')
			break;
		if (f->c->parser.flow_level && byte_is_in(byte, ",]}"))
			break;
	}
	while (end > begin && byte_is_in(f->text.ptr[end - 1], " \t"))
		end--;
	return end;
}

void fault_quote(struct fault *f, struct diag *d, size_t begin)
{
	/* In a block, all of the line's value is meant; of a line that begins here, the key. */
	size_t value = f->c->parser.flow_level ? begin : line_value(f->text, begin);
	size_t end = fault_value_end(f, value < begin ? value : begin);
	if (value + 1 == begin && byte_is_in(f->text.ptr[value], "\"'")) {
		diag_help(f->ds, d,
			  "the quote before it ends a text that begins further up: "
			  "close that one on its own line");
		return;
	}
	if (value > begin)
		end = line_key_end(f->text, begin, end);
	else
		begin = value;
	struct str text = str_slice(f->text, begin, end);
	struct str quoted = yaml_quote(f->c->a, text);
	if (!quoted.len) {
		diag_help(f->ds, d, "put the whole text in quotes");
		return;
	}
	if (text.len <= 60)
		diag_help(f->ds, d, "put it in quotes: %.*s", STR_ARG(quoted));
	else
		diag_help(f->ds, d, "put the whole text in quotes");
	diag_fix(f->ds, d, marks_span(&f->c->marks, begin, end), quoted);
}

/* The line that follows looks like "key:" or is none: the quote was to be closed before it. */
static bool is_key_next(struct str text, size_t at)
{
	size_t end = line_end(text, at);
	while (end < text.len && is_line_end(text.ptr[end]))
		end++;
	struct str next = str_slice(text, end, line_end(text, end));
	return end >= text.len || str_has_suffix(str_trim(next), ":") || str_contains(next, ": ");
}

void fault_close_quote(struct fault *f, struct diag *d, size_t begin)
{
	size_t end = line_end(f->text, begin);
	char text[] = {f->text.ptr[begin], '\0'};
	bool is_certain = is_key_next(f->text, begin) && end > begin + 1 &&
			  !str_contains(str_slice(f->text, begin, end), " #") &&
			  !f->c->parser.flow_level;
	if (is_certain)
		fault_insert(f, d, end, text, "close it at the end of the line");
	else
		diag_help(f->ds, d, "add the closing %s", text);
}
