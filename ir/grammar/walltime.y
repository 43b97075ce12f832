/* SPDX-License-Identifier: Apache-2.0 */
/* Times of Slurm: minutes, M:SS, H:MM:SS, D-HH, D-HH:MM, D-HH:MM:SS. Seconds in in->number. */
%define api.prefix {walltime_}
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
static int walltime_lex(struct token *token, struct loc *at, struct scan *in);
static void yyerror(const struct loc *at, struct scan *in, const char *what);

/* The same time as Slurm reads it. */
static struct str spell(struct scan *in, uint64_t seconds)
{
	unsigned long long minutes = seconds / 60, hours = minutes / 60, days = hours / 24;
	if (days)
		return str_fmt(in->arena, "%llu-%02llu:%02llu:%02llu", days, hours % 24,
			       minutes % 60, (unsigned long long)seconds % 60);
	return str_fmt(in->arena, "%llu:%02llu:%02llu", hours, minutes % 60,
		       (unsigned long long)seconds % 60);
}

static uint64_t unit_seconds(struct str word)
{
	static const struct {
		const char *word;
		uint64_t seconds;
	} units[] = {
		{"s", 1}, {"sec", 1}, {"secs", 1}, {"second", 1}, {"seconds", 1},
		{"m", 60}, {"min", 60}, {"mins", 60}, {"minute", 60}, {"minutes", 60},
		{"h", 3600}, {"hr", 3600}, {"hrs", 3600}, {"hour", 3600}, {"hours", 3600},
		{"d", 86400}, {"day", 86400}, {"days", 86400}, {"w", 604800}, {"week", 604800},
		{"weeks", 604800},
	};
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (str_eq_nocase(word, str_c(units[i].word)))
			return units[i].seconds;
	return 0;
}

/* Turns an amount into seconds. */
static bool unit(struct scan *in, struct token *amount, struct loc at, const struct token *word)
{
	uint64_t seconds = unit_seconds(word->text);
	if (!seconds) {
		scan_problem(in, at, "%.*s is no unit of time",
			     STR_ARG(problem_quote(in->arena, word->text)));
		return false;
	}
	amount->number = saturating_mul(amount->number, seconds);
	return true;
}

/* One part of a time below its limit. What is wrong is told once the whole is known. */
static void check(struct scan *in, struct loc at, const struct token *part, uint64_t limit,
		  const char *what)
{
	if (!part->is_huge && part->number < limit)
		return;
	scan_problem(in, at, "%s must be below %u here, not %.*s", what, (unsigned)limit,
		     STR_ARG(part->text));
}

static uint64_t sum(struct scan *in, uint64_t days, uint64_t hours, uint64_t minutes,
		    uint64_t seconds)
{
	uint64_t total = saturating_add(saturating_mul(days, 86400), saturating_mul(hours, 3600));
	total = saturating_add(total, saturating_add(saturating_mul(minutes, 60), seconds));
	if (in->has_problem && total < UINT64_MAX)
		scan_help(in, "that long is %.*s", STR_ARG(spell(in, total)));
	return total;
}
}
%token END 0 "the end"
%token NUMBER 258 "a number" WORD 259 "a word"
%token BLANK 260 "a blank" OTHER 261 "something else"

%%

time: span {
	in->number = $1.number;
	if (in->has_problem)
		YYABORT;
}

span: NUMBER {
	if (!scan_fits(in, @1, &$1, UINT64_MAX))
		YYABORT;
	$$.number = saturating_mul($1.number, 60);
}
| NUMBER ':' NUMBER {
	scan_fits(in, @1, &$1, UINT64_MAX);
	check(in, @3, &$3, 60, "seconds");
	$$.number = sum(in, 0, 0, $1.number, $3.number);
}
| NUMBER ':' NUMBER ':' NUMBER {
	scan_fits(in, @1, &$1, UINT64_MAX);
	check(in, @3, &$3, 60, "minutes");
	check(in, @5, &$5, 60, "seconds");
	$$.number = sum(in, 0, $1.number, $3.number, $5.number);
}
| NUMBER '-' NUMBER {
	scan_fits(in, @1, &$1, UINT64_MAX);
	check(in, @3, &$3, 24, "hours");
	$$.number = sum(in, $1.number, $3.number, 0, 0);
}
| NUMBER '-' NUMBER ':' NUMBER {
	scan_fits(in, @1, &$1, UINT64_MAX);
	check(in, @3, &$3, 24, "hours");
	check(in, @5, &$5, 60, "minutes");
	$$.number = sum(in, $1.number, $3.number, $5.number, 0);
}
| NUMBER '-' NUMBER ':' NUMBER ':' NUMBER {
	scan_fits(in, @1, &$1, UINT64_MAX);
	check(in, @3, &$3, 24, "hours");
	check(in, @5, &$5, 60, "minutes");
	check(in, @7, &$7, 60, "seconds");
	$$.number = sum(in, $1.number, $3.number, $5.number, $7.number);
}
| NUMBER ':' NUMBER ':' NUMBER ':' NUMBER {
	scan_fits(in, @1, &$1, UINT64_MAX);
	scan_problem(in, @6, "a day count is followed by '-', and at most three parts by ':'");
	sum(in, $1.number, $3.number, $5.number, $7.number);
}
| units {
	scan_problem(in, @1, "Slurm knows no units of time");
	scan_help(in, "Slurm wants %.*s", STR_ARG(spell(in, $1.number)));
	scan_fix(in, spell(in, $1.number));
}
| WORD {
	scan_problem(in, @1, "%.*s is no time", STR_ARG(problem_quote(in->arena, $1.text)));
	if (str_eq_nocase($1.text, STR("UNLIMITED")) || str_eq_nocase($1.text, STR("INFINITE"))) {
		scan_help(in, "0 means no limit");
		scan_fix(in, STR("0"));
	}
}
| '-' NUMBER {
	scan_problem(in, @1, "a time can't be negative");
}

units: unit
| units unit { $$.number = saturating_add($1.number, $2.number); }
| units BLANK unit { $$.number = saturating_add($1.number, $3.number); }

unit: NUMBER WORD {
	$$ = $1;
	if (!scan_fits(in, @1, &$1, UINT64_MAX) || !unit(in, &$$, @2, &$2))
		YYABORT;
}
| NUMBER BLANK WORD {
	$$ = $1;
	if (!scan_fits(in, @1, &$1, UINT64_MAX) || !unit(in, &$$, @3, &$3))
		YYABORT;
}

%%

SCAN_PARSER(walltime_lex, scan_value)
