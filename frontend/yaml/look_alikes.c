/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Characters that look like a blank or a quote of YAML and are neither. Word processors, chats and
 * web pages put them in:
 *
 *	image: “redis:7”	typographic quotes are a part of the text
 *	<U+00A0> image: x	a no-break space is no indentation
 */
#include "frontend/yaml/yaml_errors.h"

#include "frontend/yaml/yaml_hints.h"
#include "ir/support/utf8.h"

/* By its address this one name is told from the others. */
static const char quote_name[] = "typographic quote";

static const char *look_alike(uint32_t code)
{
	if (code == 0xa0 || code == 0x202f || code == 0x2007)
		return "no-break space";
	if (code == 0xfeff)
		return "byte order mark";
	if ((code >= 0x2000 && code <= 0x200b) || code == 0x3000)
		return "special blank";
	if ((code >= 0x2018 && code <= 0x201f) || code == 0xab || code == 0xbb)
		return quote_name;
	return NULL;
}

/* The look-alike that begins a text, its length in bytes in *n; NULL when another one does. */
static const char *look_alike_at(struct str text, uint32_t *code, size_t *n)
{
	*code = text.len ? utf8_decode(text, n) : 0;
	return *code < 0x80 ? NULL : look_alike(*code);
}

static bool is_quote(const char *name)
{
	return name == quote_name;
}

bool explain_look_alike(struct fault *f, size_t begin, size_t end)
{
	if (!begin && str_has_prefix(f->text, "\xef\xbb\xbf"))
		begin = 3;
	uint32_t code;
	for (size_t i = begin, n = 1; i < end; i += n) {
		const char *name = look_alike_at(str_from(f->text, i), &code, &n);
		if (!name)
			continue;
		struct diag *d =
			fault_error(f, i, i + n, "this is a %s (U+%04X), not %s", name,
				    (unsigned)code, is_quote(name) ? "a YAML quote" : "a blank");
		diag_help(f->ds, d,
			  is_quote(name) ? "use \" or ' instead" : "replace it by a blank");
		for (size_t j = i, m = 1; j < end; j += m) {
			const char *other = look_alike_at(str_from(f->text, j), &code, &m);
			if (other && is_quote(name) == is_quote(other))
				diag_fix(f->ds, d, marks_span(&f->c->marks, j, j + m),
					 is_quote(name)   ? STR("\"")
					 : code == 0xfeff ? STR("")
							  : STR(" "));
		}
		return true;
	}
	return false;
}

/* The last character of a text, if it is a look-alike; its length in bytes in *n. */
static const char *last_look_alike(struct str text, size_t *n)
{
	size_t begin = text.len;
	while (begin && text.len - begin < 3 && ((unsigned char)text.ptr[begin - 1] & 0xc0) == 0x80)
		begin--;
	if (begin == text.len || !begin)
		return NULL;
	uint32_t code;
	return look_alike_at(str_from(text, begin - 1), &code, n);
}

/* A key that begins with one stands in the wrong column, or has a name that nobody can type. */
static void check_key_start(struct composer *c, struct span at, struct str text)
{
	size_t n = 1;
	uint32_t code;
	const char *name = look_alike_at(text, &code, &n);
	if (!name)
		return;
	struct diag *d = diag_error(&c->u->diags, (struct span){at.begin, at.begin + (uint32_t)n},
				    RULE_R001, "this is a %s (U+%04X), not %s", name,
				    (unsigned)code, is_quote(name) ? "a YAML quote" : "a blank");
	c->is_broken = true;
	if (is_quote(name)) {
		diag_help(&c->u->diags, d, "use \" or ' instead, or no quotes");
		return;
	}
	diag_help(&c->u->diags, d, "indent with plain blanks");
	for (size_t i = 0; i < text.len; i += n) {
		name = look_alike_at(str_from(text, i), &code, &n);
		if (text.ptr[i] == ' ')
			n = 1;
		else if (!name || is_quote(name))
			break;
		else
			diag_fix(
				&c->u->diags, d,
				(struct span){at.begin + (uint32_t)i, at.begin + (uint32_t)(i + n)},
				code == 0xfeff ? STR("") : STR(" "));
	}
}

void compose_check_key_text(struct composer *c, const struct node *key)
{
	if (!key->is_quoted)
		check_key_start(c, key->at, key->text);
}

/* Typographic quotes round a text. */
static void advise_quotes(struct composer *c, const struct node *node, size_t n_first,
			  const char *last, size_t n_last)
{
	struct diags *ds = &c->u->diags;
	struct span at = node->at, first = {at.begin, at.begin + (uint32_t)n_first};
	uint32_t code;
	size_t ignored;
	look_alike_at(node->text, &code, &ignored);
	struct diag *d = diag_warning(ds, first, RULE_A18,
				      "this typographic quote (U+%04X) becomes a part of the text",
				      (unsigned)code);
	if (!last || !is_quote(last) || node->text.len < n_first + n_last) {
		diag_help(ds, d, "the quotes of YAML are \" and '");
		return;
	}
	struct str quoted =
		yaml_quote(c->a, str_slice(node->text, n_first, node->text.len - n_last));
	diag_help(ds, d, "the quotes of YAML are \" and '%s%.*s", quoted.len ? ": write " : "",
		  STR_ARG(quoted));
	if (quoted.len)
		diag_fix(ds, d, at, quoted);
}

/* Whether YAML reads a part of a plain text as a plain text, wherever it stands: no quote, mark or anchor begins it, and
   no colon ends it. */
static bool stays_plain(struct str text)
{
	if (!text.len)
		return false;
	char first = text.ptr[0];
	bool is_word = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') ||
		       (first >= '0' && first <= '9');
	return (is_word || strchr("/._$(", first)) && text.ptr[text.len - 1] != ':';
}

void compose_check_value_text(struct composer *c, const struct node *node)
{
	struct diags *ds = &c->u->diags;
	struct str text = node->text;
	struct span at = node->at;
	size_t n_first = 1, n_last = 1;
	/* Lines that were folded together aren't the bytes of the file. */
	if (node->is_quoted || text.len != at.end - at.begin)
		return;
	uint32_t code;
	const char *first = look_alike_at(text, &code, &n_first);
	const char *last = last_look_alike(text, &n_last);
	if (first && is_quote(first)) {
		advise_quotes(c, node, n_first, last, n_last);
		return;
	}
	last = last && is_quote(last) ? NULL : last;
	if (!first && !last)
		return;
	struct span place = first ? (struct span){at.begin, at.begin + (uint32_t)n_first}
				  : (struct span){at.end - (uint32_t)n_last, at.end};
	if (!first)
		code = utf8_decode(str_from(text, text.len - n_last), &n_last);
	struct diag *d =
		diag_warning(ds, place, RULE_A18, "this %s (U+%04X) becomes a part of the text",
			     first ? first : last, (unsigned)code);
	diag_help(ds, d, "take it out; in quotes it may stay");
	struct str left = first ? str_from(text, n_first) : str_slice(text, 0, text.len - n_last);
	if (stays_plain(left))
		diag_fix(ds, d, place, STR(""));
}
