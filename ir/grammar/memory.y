/* SPDX-License-Identifier: Apache-2.0 */
/* Amounts of memory: a decimal number and a unit. Bytes in in->number. */
%define api.prefix {memory_}
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
static int memory_lex(struct token *token, struct loc *at, struct scan *in);
static void yyerror(const struct loc *at, struct scan *in, const char *what);

/* Bytes of a unit, or 0. */
static uint64_t unit_bytes(struct str word)
{
	static const char letters[] = "KMGTP";
	if (str_eq_nocase(word, STR("B")))
		return 1;
	struct str rest = str_from(word, 1);
	if (rest.len && !str_eq_nocase(rest, STR("B")) && !str_eq_nocase(rest, STR("iB")))
		return 0;
	for (unsigned i = 0; letters[i]; i++)
		if (str_eq_nocase(str_slice(word, 0, 1), (struct str){letters + i, 1}))
			return (uint64_t)1 << 10 * (i + 1);
	return 0;
}

/* floor(0.digits * bytes); the floor of each step is the floor of the whole. */
static uint64_t fraction_bytes(struct str digits, uint64_t bytes)
{
	uint64_t rest = 0;
	for (size_t i = digits.len; i-- > 0;)
		rest = ((uint64_t)(digits.ptr[i] - '0') * bytes + rest) / 10;
	return rest;
}

static bool amount(struct scan *in, const struct token *n, const struct token *unit, struct loc at)
{
	uint64_t bytes = unit ? unit_bytes(unit->text) : 1;
	if (!bytes) {
		scan_problem(in, at, "%.*s is no unit of memory",
			     STR_ARG(problem_quote(in->arena, unit->text)));
		return false;
	}
	uint64_t whole = n->is_huge ? UINT64_MAX : saturating_mul(n->number, bytes);
	in->number = saturating_add(whole, fraction_bytes(n->text, bytes));
	in->n_parts = unit ? 2 : 1;
	return true;
}
}
%token END 0 "the end"
%token NUMBER 258 "a number" WORD 259 "a unit (K, M, G, T, P)"
%token BLANK 260 "a blank" OTHER 261 "something else"

%%

memory: decimal { amount(in, &$1, NULL, @1); }
| decimal WORD { if (!amount(in, &$1, &$2, @2)) YYABORT; }
| decimal BLANK WORD { if (!amount(in, &$1, &$3, @3)) YYABORT; }

/* text: the digits behind the point. */
decimal: NUMBER { $$ = $1; $$.text = STR(""); }
| NUMBER '.' NUMBER { $$ = $1; $$.text = $3.text; }

%%

SCAN_PARSER(memory_lex, scan_value)
