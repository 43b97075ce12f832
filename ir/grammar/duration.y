/* SPDX-License-Identifier: Apache-2.0 */
/* Durations: seconds, or amounts with units h, m, s that add up. Seconds in in->number. */
%define api.prefix {duration_}
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
static int duration_lex(struct token *token, struct loc *at, struct scan *in);
static void yyerror(const struct loc *at, struct scan *in, const char *what);

static bool segment(struct scan *in, struct token *amount, struct loc at, const struct token *word)
{
	char unit = word->text.len == 1 ? word->text.ptr[0] : 0;
	if (unit == 'h' || unit == 'm' || unit == 's') {
		amount->number = saturating_mul(amount->number,
						unit == 'h' ? 3600 : unit == 'm' ? 60 : 1);
		return true;
	}
	scan_problem(in, at, "%.*s is no unit of a duration",
		     STR_ARG(problem_quote(in->arena, word->text)));
	if (str_eq_c(word->text, "ms") || str_eq_c(word->text, "us") || str_eq_c(word->text, "ns"))
		scan_help(in, "whole seconds are the finest; round up to 1s");
	else if (str_eq_c(word->text, "d") && amount->number < UINT64_MAX / 24)
		scan_help(in, "a day is 24h: write %lluh", (unsigned long long)amount->number * 24);
	return false;
}
}
%token END 0 "the end"
%token NUMBER 258 "a number" WORD 259 "a unit (h, m, s)"
%token BLANK 260 "a blank" OTHER 261 "something else"

%%

duration: NUMBER {
	if (!scan_fits(in, @1, &$1, UINT64_MAX))
		YYABORT;
	in->number = $1.number;
}
| segments { in->number = $1.number; }
| segments NUMBER {
	scan_problem(in, @2, "%.*s has no unit", STR_ARG($2.text));
	scan_help(in, "write %.*s%.*ss for seconds", (int)@2.begin, in->text.ptr, STR_ARG($2.text));
	YYABORT;
}
| NUMBER fraction { YYABORT; }
| segments NUMBER fraction { YYABORT; }

fraction: '.' NUMBER {
	scan_problem(in, @$, "a duration has no fractions");
	scan_help(in, "write whole seconds, like 90s or 1m30s");
}
| fraction WORD

segments: segment
| segments segment { $$.number = saturating_add($1.number, $2.number); }

segment: NUMBER WORD {
	$$ = $1;
	if (!scan_fits(in, @1, &$1, UINT64_MAX) || !segment(in, &$$, @2, &$2))
		YYABORT;
}

%%

SCAN_PARSER(duration_lex, scan_value)
