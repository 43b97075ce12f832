/* SPDX-License-Identifier: Apache-2.0 */
/* Texts with variables: $V, ${V}, ${V:-operand} and so on, to a list of parts. */
%define api.prefix {template_}
%define api.pure full
%define api.value.type {struct template_token}
%define api.location.type {struct loc}
%locations
%param {struct template_scan *in}
%code requires {
#include "frontend/variables/interpolate_tree.h"
}
%code {
/* A level of nesting holds four symbols; the scanner stops at INTERPOLATE_MAX_DEPTH. */
#undef YYINITDEPTH
#undef YYMAXDEPTH
#define YYINITDEPTH (16 + 5 * INTERPOLATE_MAX_DEPTH)
#define YYMAXDEPTH  YYINITDEPTH

static int template_lex(struct template_token *token, struct loc *at, struct template_scan *in)
{
	return template_scan_token(token, at, in);
}

/* Of the open `${`, the outermost is the one that the text can't do without. */
static void yyerror(const struct loc *at, struct template_scan *in, const char *what)
{
	(void)what;
	if (in->problem.rule)
		return;
	size_t begin = in->depth ? in->opened[0] : at->begin;
	problem_set(&in->problem, RULE_R028, begin, in->text.len, STR("'${' has no '}'"));
	in->problem.help = STR("close it with '}', or write '$${' for the characters themselves");
}

static struct part *new_part(struct template_scan *in, enum part_kind kind, struct loc at)
{
	struct part *part = ARENA_NEW(in->arena, struct part);
	part->kind = kind;
	part->at = at;
	return part;
}

static struct part_list *append(struct part_list *list, struct part *part)
{
	if (list->last)
		list->last->next = part;
	else
		list->first = part;
	list->last = part;
	return list;
}

static struct part *variable(struct template_scan *in, struct loc at, struct loc name_at,
			     enum part_op op, struct part_list *operand)
{
	struct part *part = new_part(in, PART_VARIABLE, at);
	part->name_at = name_at;
	part->op = op;
	part->operand = operand;
	return part;
}
}
%token END 0
%token TEXT DOLLARS RUN VARIABLE OPEN NAME OPERATOR BAD TOO_DEEP

%%

text: top { in->result = $1.list; }

top: %empty { $$.list = ARENA_NEW(in->arena, struct part_list); }
| top part { $$.list = append($1.list, $2.part); }
| top '}' { $$.list = append($1.list, new_part(in, PART_TEXT, @2)); }

operand: %empty {
	$$.list = ARENA_NEW(in->arena, struct part_list);
	$$.list->at = @$;
}
| operand part {
	$$.list = append($1.list, $2.part);
	$$.list->at.end = @2.end;
}

part: TEXT { $$.part = new_part(in, PART_TEXT, @1); }
| DOLLARS { $$.part = new_part(in, PART_DOLLAR, @1); }
| RUN { $$.part = new_part(in, PART_RUN, @1); }
| VARIABLE {
	$$.part = variable(in, @1, (struct loc){@1.begin + 1, @1.end}, OP_NONE, NULL);
}
| OPEN NAME '}' { $$.part = variable(in, @$, @2, OP_NONE, NULL); }
| OPEN NAME OPERATOR operand '}' { $$.part = variable(in, @$, @2, $3.op, $4.list); }
| OPEN NAME BAD operand '}' {
	$$.part = new_part(in, PART_BAD_SYNTAX, @$);
	$$.part->name_at = @2;
}
| OPEN BAD operand '}' {
	$$.part = new_part(in, PART_BAD_NAME, @$);
	$$.part->name_at = (struct loc){@1.end, @4.begin};
}

%%

bool template_read(struct template_scan *out, struct arena *a, struct str text)
{
	*out = (struct template_scan){.arena = a, .text = text};
	template_scan_begin(out);
	return template_parse(out) == 0;
}
