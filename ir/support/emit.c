/* SPDX-License-Identifier: Apache-2.0 */
/* Writers of shell text, and the count of its lines. */
#include "ir/support/emit.h"

#include <ctype.h>
#include <string.h>

#include "ir/support/run_text.h"

void emit_init(struct emitter *e, struct arena *a)
{
	*e = (struct emitter){.line = 1};
	buf_init(&e->text, a);
}

static void add(struct emitter *e, struct str text)
{
	const char *end = text.ptr + text.len;
	if (e->keeps_origins)
		for (const char *p = text.ptr; p < end && (p = memchr(p, '\n', (size_t)(end - p)));
		     p++)
			e->line++;
	buf_add(&e->text, text);
}

void emit_constant(struct emitter *e, struct str text)
{
	add(e, text);
}

void emit_verbatim(struct emitter *e, struct str text)
{
	add(e, text);
}

void emit_int(struct emitter *e, uint64_t n)
{
	buf_add_uint(&e->text, n);
}

void emit_comment(struct emitter *e, struct str text)
{
	emit_lit(e, "# ");
	for (size_t i = 0; i < text.len; i++)
		buf_add_byte(&e->text, (unsigned char)text.ptr[i] < ' ' ? ' ' : text.ptr[i]);
	emit_lit(e, "\n");
}

static bool is_plain(char c)
{
	/* One bit per byte: letters, digits and _@%+=:,./- */
	static const uint32_t plain[256 / 32] = {0, 0x27fff820, 0x87ffffff, 0x7fffffe};
	unsigned char byte = (unsigned char)c;
	return plain[byte / 32] >> byte % 32 & 1;
}

bool word_is_bare(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!is_plain(text.ptr[i]))
			return false;
	return text.len > 0 && text.ptr[0] != '=';
}

/* Single quotes hold everything but themselves. Backslashes at the end stand outside, where they
   can't be taken for an attempt to write a quote. */
static void add_quoted(struct emitter *e, struct str text)
{
	size_t n = text.len;

	while (n && text.ptr[n - 1] == '\\')
		n--;
	if (n || !text.len) {
		buf_add_byte(&e->text, '\'');
		add(e, str_slice(text, 0, n));
		buf_add_byte(&e->text, '\'');
	}
	for (; n < text.len; n++)
		buf_add_c(&e->text, "\\\\");
}

/* What the job alone knows stands in double quotes, by its variable. */
static void emit_marked(struct emitter *e, struct str text)
{
	for (struct str rest = text, before, code; rest.len;) {
		rest = run_split(rest, &before, &code);
		if (before.len)
			emit_word(e, before);
		if (!code.len)
			continue;
		emit_lit(e, "\"$" RUN_VARIABLE);
		add(e, code);
		emit_lit(e, "\"");
	}
}

void emit_word(struct emitter *e, struct str text)
{
	struct str rest = text;

	if (word_is_bare(text)) {
		add(e, text);
		return;
	}
	if (run_has_mark(text)) {
		emit_marked(e, text);
		return;
	}
	for (ptrdiff_t quote; (quote = str_find(rest, '\'')) != STR_NONE;) {
		if (quote)
			add_quoted(e, str_slice(rest, 0, (size_t)quote));
		buf_add_c(&e->text, "\\'");
		rest = str_from(rest, (size_t)quote + 1);
	}
	if (rest.len || !text.len)
		add_quoted(e, rest);
}

void emit_origin(struct emitter *e, struct span at, struct str what)
{
	if (e->keeps_origins && !span_is_none(at))
		*LIST_PUSH(e->text.arena, &e->origins) =
			(struct line_origin){.line = e->line, .at = at, .what = what};
}

void emit_rewind(struct emitter *e, const struct emitter *before)
{
	e->text.len = before->text.len;
	e->line = before->line;
	e->origins.n = before->origins.n;
}

void word_init(struct word *w, struct arena *a)
{
	*w = (struct word){.arena = a};
}

void word_text(struct word *w, struct str text)
{
	for (struct str rest = text, before, code; rest.len;) {
		rest = run_split(rest, &before, &code);
		if (before.len)
			*LIST_PUSH(w->arena, &w->parts) = (struct word_part){.text = before};
		if (code.len)
			word_constant(w,
				      str_fmt(w->arena, "${" RUN_VARIABLE "%.*s}", STR_ARG(code)));
	}
}

void word_constant(struct word *w, struct str text)
{
	*LIST_PUSH(w->arena, &w->parts) = (struct word_part){.is_expansion = true, .text = text};
}

void word_indexed(struct word *w, const char *before, uint64_t n, const char *after)
{
	struct buf text;

	buf_init(&text, w->arena);
	buf_add_c(&text, before);
	buf_add_uint(&text, n);
	buf_add_c(&text, after);
	word_constant(w, buf_str(&text));
}

static bool is_option(struct word_part part)
{
	return !part.is_expansion && str_has_prefix(part.text, "--") &&
	       str_has_suffix(part.text, "=") && word_is_bare(part.text);
}

/* $NAME, or ${NAME} when what follows would be taken for a part of the name. */
static void add_expansion(struct emitter *e, const struct word *w, uint32_t i)
{
	struct str text = w->parts.items[i].text;
	bool is_name = text.len > 1 && text.ptr[1] != '{';
	char next = 0;

	if (i + 1 < w->parts.n && w->parts.items[i + 1].text.len)
		next = w->parts.items[i + 1].text.ptr[0];
	if (is_name && text.ptr[0] == '$' &&
	    (next == '_' || next == '[' || isalnum((unsigned char)next))) {
		emit_lit(e, "${");
		add(e, str_from(text, 1));
		emit_lit(e, "}");
	} else {
		add(e, text);
	}
}

static void add_escaped(struct emitter *e, struct str text)
{
	for (ptrdiff_t at; (at = str_find_any(text, "\"$`\\")) != STR_NONE;) {
		add(e, str_slice(text, 0, (size_t)at));
		emit_lit(e, "\\");
		add(e, str_slice(text, (size_t)at, (size_t)at + 1));
		text = str_from(text, (size_t)at + 1);
	}
	add(e, text);
}

static bool is_live(const struct word *w)
{
	for (uint32_t i = 0; i < w->parts.n; i++)
		if (w->parts.items[i].is_expansion)
			return true;
	return false;
}

static void emit_plain_parts(struct emitter *e, const struct word *w)
{
	struct buf plain;

	buf_init(&plain, w->arena);
	for (uint32_t i = 0; i < w->parts.n; i++)
		buf_add(&plain, w->parts.items[i].text);
	emit_word(e, buf_str(&plain));
}

void emit_parts(struct emitter *e, const struct word *w)
{
	uint32_t first = 0;

	if (!is_live(w)) {
		emit_plain_parts(e, w);
		return;
	}
	/* --option="$value": quotes where they are needed. */
	if (is_option(w->parts.items[0])) {
		add(e, w->parts.items[0].text);
		first = 1;
	}
	emit_lit(e, "\"");
	for (uint32_t i = first; i < w->parts.n; i++) {
		if (w->parts.items[i].is_expansion)
			add_expansion(e, w, i);
		else
			add_escaped(e, w->parts.items[i].text);
	}
	emit_lit(e, "\"");
}

static bool has_line(struct str text, struct str line)
{
	for (const char *end = text.ptr + text.len, *p = text.ptr;
	     p < end && (p = memmem(p, (size_t)(end - p), line.ptr, line.len)); p++)
		if ((p == text.ptr || p[-1] == '\n') &&
		    (p + line.len == end || p[line.len] == '\n'))
			return true;
	return false;
}

struct str emit_end_mark(struct arena *a, const char *mark, struct str text)
{
	struct str chosen = str_c(mark);

	for (unsigned i = 2; has_line(text, chosen); i++)
		chosen = str_fmt(a, "%s_%u", mark, i);
	return chosen;
}
