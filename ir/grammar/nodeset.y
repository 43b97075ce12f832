/* SPDX-License-Identifier: Apache-2.0 */
/* Sets of nodes: 0-3,6. Blanks between parts mean nothing. The ranges go to in->ranges. */
%define api.prefix {nodeset_}
%define api.pure full
%define api.value.type {struct token}
%define api.location.type {struct loc}
%define parse.error custom
%define lr.default-reduction consistent
%locations
%param {struct scan *in}
%code requires {
#include "ir/grammar/scan.h"
}
%code {
static int nodeset_lex(struct token *token, struct loc *at, struct scan *in);
static int next_part(struct token *token, struct loc *at, struct scan *in);
static void yyerror(const struct loc *at, struct scan *in, const char *what);

static bool range(struct scan *in, struct loc first_at, const struct token *first,
		  struct loc last_at, const struct token *last)
{
	if (!scan_fits(in, first_at, first, UINT32_MAX) ||
	    !scan_fits(in, last_at, last, UINT32_MAX))
		return false;
	if (first->number > last->number) {
		scan_problem(in, (struct loc){first_at.begin, last_at.end},
			     "the range ends before it begins");
		scan_help(in, "write %llu-%llu", (unsigned long long)last->number,
			  (unsigned long long)first->number);
		return false;
	}
	if (in->n_ranges == in->cap_ranges)
		in->ranges = arena_grow_list(in->arena, in->ranges, sizeof(*in->ranges),
					     in->n_ranges, &in->cap_ranges);
	in->ranges[in->n_ranges].first = first->number;
	in->ranges[in->n_ranges++].last = last->number;
	return true;
}
}
%token END 0 "the end"
%token NUMBER 258 "a number" WORD 259 "a word"
%token BLANK 260 "a blank" OTHER 261 "something else"

%%

set: part
| set ',' part

part: NUMBER { if (!range(in, @1, &$1, @1, &$1)) YYABORT; }
| NUMBER '-' NUMBER { if (!range(in, @1, &$1, @3, &$3)) YYABORT; }

%%

SCAN_PARSER(nodeset_lex, next_part)

static int next_part(struct token *token, struct loc *at, struct scan *in)
{
	int kind;
	do {
		kind = scan_value(token, at, in);
	} while (kind == SCAN_BLANK);
	return kind;
}
