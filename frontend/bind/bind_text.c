/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text of any scalar: strings take its own text, so nothing is ever reinterpreted. Variables are
 * replaced, line ends and NUL refused, and all texts together bounded.
 */
#include "frontend/bind/bind.h"

#include <string.h>

#include "frontend/frontend.h"
#include "frontend/variables/interpolate.h"
#include "frontend/variables/variables.h"
#include "ir/support/run_text.h"

/* R037, R038. */
static bool check_line(const struct site *s, struct v_str *value)
{
	struct str text = value->v;
	if (text.len && memchr(text.ptr, '\0', text.len)) {
		site_error(s, s->node->at, RULE_R038, "a NUL byte can't stand in a text");
		value->from.kind = ORIGIN_POISON;
		return false;
	}
	if (!(s->field->bits & FIELD_LINE))
		return true;
	if (str_find(text, '\n') == STR_NONE && str_find(text, '\r') == STR_NONE)
		return true;
	struct diag *d =
		site_error(s, s->node->at, RULE_R037, "a line break in a text of one line");
	if (s->node->is_block)
		diag_help(
			&s->u->diags, d,
			"a block scalar ends in a line break: write the text on one line, or '>-'");
	value->from.kind = ORIGIN_POISON;
	return false;
}

/* Aliases, 'extends' and variables can make a small file large. Once there is too much, no text is
   taken any more, and one message stands for all. */
static bool is_too_much(const struct site *s)
{
	return s->u->n_text > FRONTEND_MAX_TEXT;
}

static bool count_text(const struct site *s, struct v_str *value)
{
	s->u->n_text += value->v.len;
	if (!is_too_much(s))
		return true;
	site_error(s, s->node->at, RULE_R001,
		   "the texts of this spec make more than %d MiB once aliases, 'extends' and "
		   "variables are expanded",
		   FRONTEND_MAX_TEXT >> 20);
	value->from.kind = ORIGIN_POISON;
	return false;
}

/* The characters that stand for what the job fills in are no text's own. */
static bool check_marks(const struct site *s, struct v_str *value)
{
	if (!run_has_mark(value->v))
		return true;
	site_error(s, s->node->at, RULE_R038, "U+FDD0 and U+FDD1 can't stand in a text");
	value->from.kind = ORIGIN_POISON;
	return false;
}

/* Of an IR text, which has them as they were written. */
static void read_marks(const struct site *s, struct v_str *value)
{
	struct arena *a = s->u->arena;
	value->v = run_read(a, value->v);
	for (struct str rest = value->v, before, code; rest.len;) {
		rest = run_split(rest, &before, &code);
		if (!code.len)
			continue;
		struct diag_subject about = scope_subject(a, s->scope);
		*LIST_PUSH(a, &s->u->run_values) = (struct run_value){.words = run_words(a, code),
								      .at = s->node->at,
								      .path = about.path,
								      .service = about.service};
	}
}

bool bind_text(const struct site *s, struct v_str *value)
{
	const struct node *node = s->node;
	value->from = origin_of(node);
	if (node->is_poison || is_too_much(s)) {
		value->from.kind = ORIGIN_POISON;
		return false;
	}
	if (node->kind == NODE_NULL || node->kind == NODE_LIST || node->kind == NODE_MAP) {
		complain_kind(s, "a string");
		value->from.kind = ORIGIN_POISON;
		return false;
	}
	value->v = node->text;
	if (!check_marks(s, value))
		return false;
	if (is_from_ir(node)) {
		value->is_secret = is_ir_secret(node);
		if (s->field->bits & FIELD_RUN)
			read_marks(s, value);
	} else if (s->field->bits & FIELD_INTERP && node->text.len &&
		   memchr(node->text.ptr, '$', node->text.len)) {
		struct diag_subject about = scope_subject(s->u->arena, s->scope);
		if (!interpolate(s->u, node, node->text, about, interpolate_flags(s->field), value))
			return false;
		if (value->from.kind == ORIGIN_ENVIRONMENT)
			*LIST_PUSH(s->u->arena, &s->u->interpolated) = value->from;
	} else if (s->u->diags.secrets.list.n) {
		value->is_secret = variable_is_secret_text(s->u, value->v);
	}
	return count_text(s, value) && check_line(s, value);
}

bool is_left_blank(const struct field *f, const struct v_str *text)
{
	return f->bits & FIELD_BLANK && str_is_blank(text->v);
}
