/* SPDX-License-Identifier: Apache-2.0 */
/* A Slurm job, or one task of an array: 12345, 12345_7. */
%define api.prefix {job_id_}
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
static int job_id_lex(struct token *token, struct loc *at, struct scan *in);
static void yyerror(const struct loc *at, struct scan *in, const char *what);

static bool number(struct scan *in, struct loc at, const struct token *n)
{
	if (!scan_fits(in, at, n, UINT64_MAX))
		return false;
	if (!n->number)
		scan_problem(in, at, "job ids begin at 1");
	return n->number > 0;
}
}
%token END 0 "the end"
%token NUMBER 258 "a number" WORD 259 "a word"
%token BLANK 260 "a blank" OTHER 261 "something else"

%%

job: NUMBER { if (!number(in, @1, &$1)) YYABORT; }
| NUMBER '_' NUMBER {
	if (!number(in, @1, &$1) || !scan_fits(in, @3, &$3, UINT64_MAX))
		YYABORT;
}

%%

SCAN_PARSER(job_id_lex, scan_value)
