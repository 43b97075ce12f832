/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libyaml's errors in plain words, at the place where the fault is. What libyaml says of
 *
 *	image: "redis:7
 *	command: serve
 *
 * is "found unexpected end of stream" behind the last line; the reader wants to see the quote.
 */
#include "frontend/yaml/yaml_errors.h"

#include <string.h>

#include "frontend/yaml/yaml_hints.h"

/* Every line is indented by tabs alone, and no text of several lines could hold some of its own:
   two blanks for each are certain. */
static bool is_tabs_only(struct str text)
{
	for (size_t line = 0; line < text.len; line = line_end(text, line) + 1) {
		size_t content = line_content(text, line), end = line_end(text, line);
		for (size_t i = line; i < content; i++)
			if (text.ptr[i] != '\t')
				return false;
		if (end > line && strchr("|>+-\"'", text.ptr[end - 1]))
			return false;
	}
	return true;
}

static void fix_tabs(struct fault *f, struct diag *d)
{
	for (size_t line = 0; line < f->text.len; line = line_end(f->text, line) + 1)
		for (size_t i = line; i < line_content(f->text, line); i++)
			diag_fix(f->ds, d, marks_span(&f->c->marks, i, i + 1), STR("  "));
}

static void explain_tab(struct fault *f, size_t at)
{
	size_t begin = line_begin(f->text, at), end = line_content(f->text, at);
	size_t content = end;
	while (begin < end && f->text.ptr[begin] != '\t')
		begin++;
	if (begin == end) {
		begin = at;
		while (begin < line_end(f->text, at) && f->text.ptr[begin] != '\t')
			begin++;
		struct diag *d = fault_error(f, begin, begin + 1,
					     "a tab can't stand before what begins here");
		diag_help(f->ds, d, "use a blank");
		diag_fix(f->ds, d, marks_span(&f->c->marks, begin, begin + 1), STR(" "));
		return;
	}
	struct diag *d = fault_error(f, begin, end, "a tab can't indent a line in YAML");
	diag_help(f->ds, d, "indent with blanks, two for each level");
	if (content == line_end(f->text, at) || f->text.ptr[content] == '#')
		diag_fix(f->ds, d, marks_span(&f->c->marks, begin, end), STR(""));
	else if (is_tabs_only(f->text))
		fix_tabs(f, d);
}

static void explain_start(struct fault *f)
{
	char byte = f->at < f->text.len ? f->text.ptr[f->at] : '\0';
	if (byte == '\t') {
		explain_tab(f, f->at);
		return;
	}
	struct diag *d = fault_error(f, f->at, f->at + 1, "a text can't begin with '%c'", byte);
	fault_quote(f, d, f->at);
}

static void explain_tab_before(struct fault *f)
{
	explain_tab(f, f->at);
}

static void explain_unclosed_quote(struct fault *f)
{
	size_t begin = f->context_at;
	struct diag *d = fault_error(f, begin, line_end(f->text, begin),
				     "the quote that opens here is never closed");
	fault_close_quote(f, d, begin);
}

static void explain_escape(struct fault *f)
{
	struct diag *d = fault_error(f, f->at, f->at + 2, "'%.*s' is no escape in double quotes",
				     STR_ARG(str_slice(f->text, f->at, f->at + 2)));
	fault_insert(f, d, f->at, "\\",
		     "write \\\\ for a backslash, or use single quotes, which know no escapes");
}

static void explain_hex_escape(struct fault *f)
{
	size_t begin = f->at >= 2 && f->text.ptr[f->at - 2] == '\\' ? f->at - 2 : f->at;
	struct diag *d = fault_error(f, begin, f->at, "this escape needs more hexadecimal digits");
	diag_help(f->ds, d, "\\x takes 2, \\u takes 4, \\U takes 8");
}

static void explain_alias_name(struct fault *f)
{
	char byte = f->text.ptr[f->context_at];
	struct diag *d = fault_error(f, f->context_at, f->context_at + 1,
				     "a text can't begin with '%c'", byte);
	fault_quote(f, d, f->context_at);
}

static void explain_tag(struct fault *f)
{
	size_t at = f->at;
	struct str line = str_slice(f->text, line_begin(f->text, at), line_end(f->text, at));
	ptrdiff_t mark = str_find(line, '!');
	if (mark != STR_NONE)
		at = line_begin(f->text, at) + (size_t)mark;
	struct diag *d = fault_error(f, at, at + 1, "a text can't begin with '!'");
	fault_quote(f, d, at);
}

static void explain_block_head(struct fault *f)
{
	struct diag *d = fault_error(f, f->at, fault_value_end(f, f->at),
				     "nothing can follow the '%c' of a text block on its line",
				     f->text.ptr[f->context_at]);
	fault_note(f, d, f->context_at, f->context_at + 1, "the block begins here");
	diag_help(f->ds, d, "begin the text on the next line, indented deeper than its key");
}

/* "{app {image: x}}": the ':' behind the last text is missing. */
static bool explain_missing_colon(struct fault *f, char open, char byte)
{
	struct last_scalar last = f->c->last;
	if (open != '{' || (byte != '{' && byte != '[') || last.end > f->at || last.is_quoted ||
	    last.end - last.begin > 40 || last.end == last.begin ||
	    !str_is_blank(str_slice(f->text, last.end, f->at)))
		return false;
	struct diag *d = fault_error(f, last.begin, last.end, "a ':' is missing after '%.*s'",
				     STR_ARG(str_slice(f->text, last.begin, last.end)));
	fault_insert(f, d, last.end, last.end == f->at ? ": " : ":", "every key ends in ':'");
	return true;
}

/* What may help where a ',' or the closing bracket is missing. */
static void help_comma(struct fault *f, struct diag *d, char byte)
{
	struct last_scalar last = f->c->last;
	if (last.is_quoted && last.end == f->at && last.begin < last.end) {
		fault_note(f, d, last.begin, last.end, "this text in quotes ends right before it");
		diag_help(f->ds, d, "is one of the quotes missing, or in the wrong place?");
	} else if (byte == '"' || byte == '\'') {
		diag_help(f->ds, d, "write a ',' between two values");
	} else {
		diag_help(f->ds, d, "a text that holds any of , [ ] { } or quotes needs quotes");
	}
}

/* "{a:}", "{b:[1]}": libyaml wants a blank behind the ':' there. */
static void explain_flow_colon(struct fault *f)
{
	struct str key = str_slice(f->text, f->context_at, f->at + 1);
	struct diag *d = fault_error(f, f->context_at, f->at + 1, "a blank is missing after '%.*s'",
				     STR_ARG(key));
	fault_insert(f, d, f->at + 1, " ", "YAML needs ': ' between key and value");
}

/* A bracket that stays open, a missing comma, or the wrong closing bracket. */
static void explain_flow(struct fault *f)
{
	char open = f->text.ptr[f->context_at], close = open == '[' ? ']' : '}';
	char byte = f->at < f->text.len ? f->text.ptr[f->at] : '\0';
	bool is_later = line_begin(f->text, f->at) != line_begin(f->text, f->context_at);
	if (!byte || (is_later && byte == ':')) {
		struct diag *d = fault_error(f, f->context_at, line_end(f->text, f->context_at),
					     "the '%c' that opens here is never closed", open);
		diag_help(f->ds, d, "add the closing '%c'", close);
		return;
	}
	if (explain_missing_colon(f, open, byte))
		return;
	bool is_closing = byte == ']' || byte == '}';
	struct diag *d =
		is_closing
			? fault_error(f, f->at, f->at + 1, "'%c' can't close a '%c'", byte, open)
			: fault_error(f, f->at, f->at + 1, "a ',' or '%c' is missing here", close);
	fault_note(f, d, f->context_at, f->context_at + 1, "it was opened here");
	if (!is_closing)
		help_comma(f, d, byte);
}

static void explain_directive(struct fault *f)
{
	size_t begin = line_begin(f->text, f->at), end = line_end(f->text, f->at);
	struct diag *d = fault_error(f, begin, end,
				     "a line that begins with '%%' is a directive, and this one "
				     "is not known");
	diag_help(f->ds, d, "'%%YAML 1.2' is; it may stand once, before '---'");
}

static void explain_stray(struct fault *f)
{
	char byte = f->at < f->text.len ? f->text.ptr[f->at] : '\0';
	if (!byte && f->c->parser.flow_level) {
		f->context_at = f->c->flow_at;
		explain_flow(f);
		return;
	}
	if (byte == ']' || byte == '}')
		fault_error(f, f->at, f->at + 1, "'%c' closes nothing", byte);
	else if (byte == ',')
		fault_error(f, f->at, f->at + 1, "a value is missing before this ','");
	else
		fault_error(f, f->at, f->at + 1, "a value is missing here");
}

static void explain_inline_list(struct fault *f)
{
	struct diag *d =
		fault_error(f, f->at, f->at + 1, "a list can't begin on the line of its key");
	diag_help(f->ds, d, "put each '- item' on a line of its own, or write [a, b]");
}

static void explain_keyless(struct fault *f)
{
	if (!explain_keyless_line(f, f->context_at))
		fault_error(f, f->context_at, line_end(f->text, f->context_at),
			    "a key and a ':' are missing here");
}

static void explain_other(struct fault *f)
{
	struct diag *d = fault_error(f, f->at, f->at, "this is no YAML: %s", f->problem);
	if (f->context[0])
		fault_note(f, d, f->context_at, f->context_at, f->context);
}

/* First match; a part of libyaml's context (empty: any) and of its problem. */
static const struct {
	const char *context, *problem;
	void (*explain)(struct fault *f);
} explanations[] = {
	{"", "cannot start any token", explain_start},
	{"", "found a tab character", explain_tab_before},
	{"quoted scalar", "unexpected end of stream", explain_unclosed_quote},
	{"quoted scalar", "unexpected document indicator", explain_unclosed_quote},
	{"quoted scalar", "unknown escape", explain_escape},
	{"quoted scalar", "hexdecimal", explain_hex_escape},
	{"quoted scalar", "Unicode character escape", explain_hex_escape},
	{"an anchor", "", explain_alias_name},
	{"an alias", "", explain_alias_name},
	{"a tag", "", explain_tag},
	{"", "undefined tag handle", explain_tag},
	{"block scalar", "comment or line break", explain_block_head},
	{"flow sequence", "expected ','", explain_flow},
	{"flow mapping", "expected ','", explain_flow},
	{"plain scalar", "unexpected ':'", explain_flow_colon},
	{"", "mapping values are not allowed", explain_colon},
	{"simple key", "expected ':'", explain_keyless},
	{"", "expected key", explain_expected_key},
	{"", "expected '-' indicator", explain_expected_key},
	{"", "expected node content", explain_stray},
	{"", "block sequence entries are not allowed", explain_inline_list},
	{"", "directive", explain_directive},
	{"directive", "", explain_directive},
	{"", "incompatible YAML document", explain_directive},
	{"", "expected <document start>", explain_second_root},
	{"", "", explain_other},
};

void compose_explain(struct composer *c)
{
	const yaml_parser_t *p = &c->parser;
	if (c->is_broken)
		return; /* most likely because of what was told */
	struct fault f = {.c = c, .ds = &c->u->diags, .text = c->marks.file.bytes};
	f.problem = p->problem ? p->problem : "it is not well formed";
	f.context = p->context ? p->context : "";
	f.at = marks_offset(&c->marks, &p->problem_mark);
	f.context_at = p->context ? marks_offset(&c->marks, &p->context_mark) : f.at;
	if (f.context_at >= f.text.len)
		f.context_at = f.text.len ? f.text.len - 1 : 0;
	size_t i = 0;
	while (!strstr(f.context, explanations[i].context) ||
	       !strstr(f.problem, explanations[i].problem))
		i++;
	if (!f.text.len)
		explain_other(&f);
	else
		explanations[i].explain(&f);
}
