/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Composer, kinds: what a plain scalar is by YAML 1.2's core schema, and core tags.
 *
 *	yes -> string    90:00 -> string    007 -> string    0x1f -> integer    1e3 -> number
 */
#include "frontend/yaml/compose.h"

#include <string.h>

static bool is_word_of(struct str text, const char *const *words)
{
	for (; *words; words++)
		if (str_eq_c(text, *words))
			return true;
	return false;
}

static size_t count_digits(struct str text, size_t from, const char *digits)
{
	size_t n = 0;
	while (from + n < text.len && byte_is_in(text.ptr[from + n], digits))
		n++;
	return n;
}

static bool is_int(struct str text)
{
	static const struct {
		const char *prefix, *digits;
	} bases[] = {{"0x", "0123456789abcdefABCDEF"}, {"0o", "01234567"}, {"0b", "01"}};
	for (size_t i = 0; i < sizeof(bases) / sizeof(bases[0]); i++)
		if (str_has_prefix(text, bases[i].prefix))
			return text.len > 2 &&
			       count_digits(text, 2, bases[i].digits) == text.len - 2;
	size_t sign = text.len && (text.ptr[0] == '-' || text.ptr[0] == '+');
	size_t n = count_digits(text, sign, "0123456789");
	return n && sign + n == text.len && (n == 1 || text.ptr[sign] != '0');
}

static bool is_float(struct str text)
{
	static const char *const special[] = {".inf",  ".Inf",  ".INF",  "+.inf", "+.Inf",
					      "+.INF", "-.inf", "-.Inf", "-.INF", ".nan",
					      ".NaN",  ".NAN",  NULL};
	static const char digits[] = "0123456789";
	if (is_word_of(text, special))
		return true;
	size_t at = text.len && (text.ptr[0] == '-' || text.ptr[0] == '+');
	size_t whole = count_digits(text, at, digits), part = 0;
	at += whole;
	bool has_point = at < text.len && text.ptr[at] == '.';
	if (has_point) {
		part = count_digits(text, at + 1, digits);
		at += 1 + part;
	}
	bool has_exponent = at < text.len && (text.ptr[at] == 'e' || text.ptr[at] == 'E');
	if (has_exponent) {
		at++;
		at += at < text.len && (text.ptr[at] == '-' || text.ptr[at] == '+');
		size_t n = count_digits(text, at, digits);
		if (!n)
			return false;
		at += n;
	}
	/* Bare digits that are no integer have a leading zero: a string. */
	return whole + part && at == text.len && (has_point || has_exponent);
}

enum node_kind scalar_kind(struct str text)
{
	static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};
	static const char *const bools[] = {"true",  "True",  "TRUE", "false",
					    "False", "FALSE", NULL};
	/* Most plain scalars begin with a letter that no word of the core schema begins with. */
	char first = text.len ? text.ptr[0] : '\0';
	bool is_number =
		(first >= '0' && first <= '9') || first == '-' || first == '+' || first == '.';
	if (text.len && !is_number && !byte_is_in(first, "~nNtTfF"))
		return NODE_STRING;
	if (is_number && is_int(text))
		return NODE_INT;
	if (is_number)
		return is_float(text) ? NODE_FLOAT : NODE_STRING;
	if (is_word_of(text, nulls))
		return NODE_NULL;
	return is_word_of(text, bools) ? NODE_BOOL : NODE_STRING;
}

#define CORE "tag:yaml.org,2002:"

/* The tag before a value that begins at `at`; the value's place when it can't be found. */
static struct span tag_place(const struct composer *c, struct span at)
{
	struct str text = c->marks.file.bytes;
	size_t value = at.begin - c->marks.file.base, begin = value;
	while (begin && text.ptr[begin - 1] != '\n' && text.ptr[begin - 1] != '!')
		begin--;
	if (!begin || text.ptr[begin - 1] != '!')
		return at;
	begin -= begin > 1 && text.ptr[begin - 2] == '!' ? 2 : 1;
	size_t end = begin;
	while (end < text.len && !strchr(" \t\r\n", text.ptr[end]))
		end++;
	return marks_span(&c->marks, begin, end);
}

static void complain_about_tag(struct composer *c, struct span value, const char *tag)
{
	struct span at = tag_place(c, value);
	struct str name = str_c(tag);
	bool is_core = str_has_prefix(name, CORE);
	struct diag *d = diag_error(&c->u->diags, at, RULE_R001, "tag '%s%s' can't stand here",
				    is_core ? "!!" : "", is_core ? tag + strlen(CORE) : tag);
	diag_help(
		&c->u->diags, d,
		"only !!str, !!int, !!float, !!bool, !!null, !!seq and !!map are known, each "
		"before a value of its kind, and !reset and !override of files that are laid over "
		"others; a text that begins with '!' needs quotes");
}

/* Tags that say how a value is laid over another one, which are no kinds. */
static bool take_layer_tag(struct composer *c, struct node *node, const char *tag)
{
	node->is_reset = tag && strcmp(tag, "!reset") == 0;
	node->is_override = tag && strcmp(tag, "!override") == 0;
	c->u->has_layer_tags |= node->is_reset || node->is_override;
	return node->is_reset || node->is_override;
}

void compose_scalar_kind(struct composer *c, struct node *node, const char *tag, bool is_plain)
{
	static const struct {
		const char *tag;
		enum node_kind kind;
	} kinds[] = {{CORE "null", NODE_NULL},
		     {CORE "bool", NODE_BOOL},
		     {CORE "int", NODE_INT},
		     {CORE "float", NODE_FLOAT}};
	if (take_layer_tag(c, node, tag) || !tag) {
		node->kind = is_plain ? scalar_kind(node->text) : NODE_STRING;
		return;
	}
	enum node_kind natural = scalar_kind(node->text);
	node->kind = is_plain ? natural : NODE_STRING;
	if (strcmp(tag, "!") == 0 || strcmp(tag, CORE "str") == 0) {
		node->kind = NODE_STRING;
		node->is_quoted = true;
		return;
	}
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		bool is_close = natural == NODE_INT && kinds[i].kind == NODE_FLOAT;
		if (strcmp(tag, kinds[i].tag) != 0 || (natural != kinds[i].kind && !is_close))
			continue;
		node->kind = kinds[i].kind;
		node->is_quoted = false;
		return;
	}
	complain_about_tag(c, node->at, tag);
	node->is_poison = true;
}

void compose_collection_tag(struct composer *c, struct node *node, const char *tag)
{
	if (take_layer_tag(c, node, tag))
		return;
	const char *own = node->kind == NODE_MAP ? CORE "map" : CORE "seq";
	if (tag && strcmp(tag, "!") != 0 && strcmp(tag, own) != 0)
		complain_about_tag(c, node->at, tag);
}
