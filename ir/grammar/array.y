/* SPDX-License-Identifier: Apache-2.0 */
/* Job arrays: 0-15, 0,3,8-12, 0-99:2%10. */
%define api.prefix {array_}
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
static int array_lex(struct token *token, struct loc *at, struct scan *in);
static void yyerror(const struct loc *at, struct scan *in, const char *what);

static bool positive(struct scan *in, struct loc at, const struct token *n, const char *what)
{
	if (!scan_fits(in, at, n, UINT64_MAX))
		return false;
	if (!n->number)
		scan_problem(in, at, "%s must be at least 1", what);
	return n->number > 0;
}

static bool ordered(struct scan *in, struct loc first_at, const struct token *first,
		    struct loc last_at, const struct token *last)
{
	if (!scan_fits(in, first_at, first, UINT64_MAX) ||
	    !scan_fits(in, last_at, last, UINT64_MAX))
		return false;
	if (first->number <= last->number)
		return true;
	scan_problem(in, (struct loc){first_at.begin, last_at.end},
		     "the range ends before it begins");
	scan_help(in, "write %llu-%llu", (unsigned long long)last->number,
		  (unsigned long long)first->number);
	return false;
}
}
%token END 0 "the end"
%token NUMBER 258 "a number" WORD 259 "a word"
%token BLANK 260 "a blank" OTHER 261 "something else"

%%

array: items
| items '%' NUMBER { if (!positive(in, @3, &$3, "the number of tasks at a time")) YYABORT; }

items: item
| items ',' item

item: NUMBER { if (!scan_fits(in, @1, &$1, UINT64_MAX)) YYABORT; }
| NUMBER '-' NUMBER { if (!ordered(in, @1, &$1, @3, &$3)) YYABORT; }
| NUMBER '-' NUMBER ':' NUMBER {
	if (!ordered(in, @1, &$1, @3, &$3) || !positive(in, @5, &$5, "a step"))
		YYABORT;
}
| NUMBER ':' NUMBER {
	scan_problem(in, @2, "a step needs a range before it");
	scan_help(in, "write %.*s-LAST:%.*s", STR_ARG($1.text), STR_ARG($3.text));
	YYABORT;
}

%%

SCAN_PARSER(array_lex, scan_value)
