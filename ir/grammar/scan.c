/* SPDX-License-Identifier: Apache-2.0 */
/* Problems, and the numbers of values. */
#include "ir/grammar/scan.h"

#include <string.h>

#include "ir/support/secret.h"
#include "ir/support/utf8.h"

void problem_set(struct problem *p, enum rule_id rule, size_t begin, size_t end, struct str what)
{
	*p = (struct problem){.rule = rule, .begin = begin, .end = end, .what = what};
}

bool problem_nul(struct str text, struct problem *p)
{
	ptrdiff_t at = str_find(text, '\0');
	if (at == STR_NONE)
		return false;
	problem_set(p, RULE_R038, (size_t)at, (size_t)at + 1, STR("a NUL byte can't stand here"));
	return true;
}

struct str problem_quote(struct arena *a, struct str text)
{
	enum {
		LONGEST = 40
	};
	size_t n = 0;
	while (n < text.len && n < LONGEST) {
		size_t length = utf8_valid_length(str_from(text, n));
		n += length ? length : 1;
	}
	return n < text.len ? str_fmt(a, "'%.*s...'", (int)n, text.ptr)
			    : str_fmt(a, "'%.*s'", STR_ARG(text));
}

/* <redacted> from the first quote to the last. */
static struct str without_quotes(struct arena *a, struct str text)
{
	ptrdiff_t first = str_find(text, '\''), last = str_find_last(text, '\'');
	if (first == last)
		return text;
	return str_fmt(a, "%.*s" REDACTED "%.*s", (int)first + 1, text.ptr,
		       STR_ARG(str_from(text, (size_t)last)));
}

struct problem problem_shown(struct arena *a, const struct problem *p, bool is_secret)
{
	struct problem shown = *p;
	if (!is_secret)
		return shown;
	shown.what = without_quotes(a, p->what);
	shown.help = p->fix.len ? STR("") : without_quotes(a, p->help);
	shown.fix = STR("");
	return shown;
}

void scan_problem(struct scan *in, struct loc at, const char *format, ...)
{
	if (in->has_problem)
		return;
	in->has_problem = true;
	va_list args;
	va_start(args, format);
	in->problem->what = str_vfmt(in->arena, format, args);
	va_end(args);
	in->problem->begin = at.begin;
	in->problem->end = at.end;
}

void scan_help(struct scan *in, const char *format, ...)
{
	if (in->problem->help.len)
		return;
	va_list args;
	va_start(args, format);
	in->problem->help = str_vfmt(in->arena, format, args);
	va_end(args);
}

void scan_fix(struct scan *in, struct str text)
{
	if (in->problem->fix.len)
		return;
	in->problem->fix = text;
	scan_help(in, "write %.*s", STR_ARG(text));
}

/* "a number, ',' or the end": what bison would take, its first symbol (the end) last. */
static struct str join_expected(struct arena *a, const char *const *expected, int n)
{
	struct buf b;
	buf_init(&b, a);
	bool has_end = n > 1 && str_eq_c(STR("the end"), expected[0]);
	for (int i = 0; i < n; i++) {
		if (i)
			buf_add_c(&b, i + 1 == n ? " or " : ", ");
		buf_add_c(&b, expected[has_end ? (i + 1) % n : i]);
	}
	return buf_str(&b);
}

void scan_unexpected(struct scan *in, struct loc at, const char *const *expected, int n)
{
	struct str wanted = join_expected(in->arena, expected, n);
	if (!in->text.len || str_is_blank(in->text)) {
		scan_problem(in, at, "nothing is written here");
		return;
	}
	if (at.begin == at.end && n) {
		scan_problem(in, at, "%.*s is missing at the end", STR_ARG(wanted));
		return;
	}
	struct str found = str_slice(in->text, at.begin, at.end);
	struct str shown = str_is_blank(found) ? STR("a blank") : problem_quote(in->arena, found);
	if (n)
		scan_problem(in, at, "%.*s instead of %.*s", STR_ARG(shown), STR_ARG(wanted));
	else
		scan_problem(in, at, "%.*s doesn't belong here", STR_ARG(shown));
}

bool scan_fits(struct scan *in, struct loc at, const struct token *number, uint64_t limit)
{
	if (!number->is_huge && number->number <= limit)
		return true;
	scan_problem(in, at, "%.*s is above %llu", STR_ARG(problem_quote(in->arena, number->text)),
		     (unsigned long long)limit);
	return false;
}

uint64_t saturating_add(uint64_t x, uint64_t y)
{
	return x > UINT64_MAX - y ? UINT64_MAX : x + y;
}

uint64_t saturating_mul(uint64_t x, uint64_t y)
{
	return y && x > UINT64_MAX / y ? UINT64_MAX : x * y;
}
