/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is said of a value of a wrong kind, or of a text that its grammar refuses:
 *
 *	nodes: "2"	->	expected an integer, found a string ('2'); help: write 2 without quotes
 */
#include "frontend/bind/bind.h"

#include <string.h>

#include "frontend/yaml/yaml_hints.h"

/* "a string ('2')": what stands there, for people. */
static struct str found(struct arena *a, const struct node *node)
{
	enum {
		SHOWN = 40
	};
	const char *kind = node_kind_name(node->kind);
	if (node->kind == NODE_NULL || node->kind == NODE_LIST || node->kind == NODE_MAP)
		return str_c(kind);
	if (!node->text.len || node->text.len > SHOWN || str_find(node->text, '\n') != STR_NONE)
		return str_c(kind);
	return str_fmt(a, "%s ('%.*s')", kind, STR_ARG(node->text));
}

static bool is_digits(struct str text)
{
	uint64_t ignored;
	return str_to_u64(text, &ignored) && (text.len == 1 || text.ptr[0] != '0');
}

/* Quotes make a text, whatever its variables hold. In braces and brackets a plain scalar ends at
   the brace of ${NAME}, but not in $NAME. */
static void help_quoted_variable(const struct site *s, struct diag *d)
{
	diag_help(&s->u->diags, d,
		  "quotes make it a text: write $NAME or ${NAME} without them (${NAME} outside "
		  "{...} and [...] only)");
}

static void help_integer(const struct site *s, struct diag *d)
{
	struct str text = s->node->text;
	if (s->node->kind == NODE_STRING && is_digits(text)) {
		diag_help(&s->u->diags, d, "write %.*s without quotes", STR_ARG(text));
		if (s->node->is_quoted)
			fix_value(s, d, text);
	} else if (s->node->is_quoted && str_find(text, '$') != STR_NONE) {
		help_quoted_variable(s, d);
	} else {
		hint_integer(s, d);
	}
}

static void help_bool(const struct site *s, struct diag *d)
{
	if (s->node->is_quoted && str_find(s->node->text, '$') != STR_NONE) {
		help_quoted_variable(s, d);
		return;
	}
	static const char *const yes[] = {"yes", "on", "y", "true", "1", NULL};
	static const char *const no[] = {"no", "off", "n", "false", "0", NULL};
	const struct node *node = s->node;
	if (node->kind != NODE_STRING && node->kind != NODE_INT)
		return;
	for (size_t i = 0; yes[i]; i++) {
		bool is_yes = str_eq_nocase(node->text, str_c(yes[i]));
		if (!is_yes && !str_eq_nocase(node->text, str_c(no[i])))
			continue;
		diag_help(&s->u->diags, d, "write %s", is_yes ? "true" : "false");
		fix_value(s, d, is_yes ? STR("true") : STR("false"));
		return;
	}
}

void complain_kind(const struct site *s, const char *expected)
{
	struct arena *a = s->u->arena;
	struct str was = found(a, s->node);
	enum rule_id own = s->field ? s->field->shape_rule : RULE_NONE;
	struct diag *d = site_error(s, s->node->at, own ? own : RULE_R013,
				    "expected %s, found %.*s", expected, STR_ARG(was));
	bool is_collection = strncmp(expected, "a list", strlen("a list")) == 0 ||
			     strncmp(expected, "a mapping", strlen("a mapping")) == 0;
	if (is_collection && yaml_hint_value(s->u, d, s->node))
		return;
	if (strcmp(expected, "an integer") == 0)
		help_integer(s, d);
	else if (strcmp(expected, "a boolean") == 0)
		help_bool(s, d);
	else if (s->field && s->field->kind != KIND_RECORD && s->field->kind != KIND_NAMED &&
		 strncmp(expected, "a list", strlen("a list")) == 0)
		hint_list(s, d);
	else if (s->field && strcmp(expected, "a string") == 0)
		hint_text(s, d);
	else if (s->field && s->field->kind == KIND_NAMED && s->field->sub == &record_service)
		hint_service(s, d);
	else if (s->field && strcmp(s->field->arg, "version") == 0)
		diag_help(&s->u->diags, d, "write 1, or remove the key");
	else if (s->field)
		hint_mapping(s, d);
}

bool expect_kind(const struct site *s, enum node_kind kind, const char *expected,
		 struct origin *from)
{
	*from = origin_of(s->node);
	if (s->node->kind == kind)
		return true;
	complain_kind(s, expected);
	from->kind = ORIGIN_POISON;
	return false;
}

/* Bytes of the scalar's text as a place in the file; the whole value when escapes or variables
   stand between the two. */
static struct span part_of(const struct site *s, struct str text, size_t begin, size_t end)
{
	struct span at = s->node->at;
	struct str source = source_text(&s->u->sources, at);
	size_t quote = s->node->is_quoted && !s->node->is_block;
	if (source.len != text.len + 2 * quote ||
	    !str_eq(str_slice(source, quote, quote + text.len), text))
		return at;
	uint32_t base = at.begin + (uint32_t)quote;
	return (struct span){base + (uint32_t)begin, base + (uint32_t)end};
}

void complain_problem(const struct site *s, struct v_str text, const struct problem *problem)
{
	struct diags *ds = &s->u->diags;
	struct problem p = problem_shown(ds->arena, problem, text.is_secret);
	struct span at = part_of(s, text.v, p.begin, p.end);
	struct diag *d = site_error(s, at, p.rule, "%.*s", STR_ARG(p.what));
	if (text.from.kind == ORIGIN_ENVIRONMENT && !text.is_secret)
		diag_note(ds, d, s->node->at, "with its variables replaced the value is '%.*s'",
			  STR_ARG(text.v));
	if (p.help.len)
		diag_help(ds, d, "%.*s", STR_ARG(p.help));
	if (!p.fix.len)
		return;
	if (s->node->is_quoted || str_find(p.fix, ':') != STR_NONE)
		fix_value(s, d, str_fmt(ds->arena, "\"%.*s\"", STR_ARG(p.fix)));
	else
		fix_value(s, d, p.fix);
}
