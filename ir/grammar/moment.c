/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dates and times as Slurm's --begin and --deadline take them: words with blanks between, or a date
 * and a time with a T.
 *
 *	now+2hours	tomorrow 10:00		2027-01-31T08:00	01/31/27	teatime
 */
#include "ir/grammar/grammar.h"

#include <string.h>
#include <strings.h>

struct cursor {
	const char *at, *end;
};

static bool is_digit(const struct cursor *c)
{
	return c->at < c->end && *c->at >= '0' && *c->at <= '9';
}

static size_t digits_at(const struct cursor *c)
{
	struct cursor rest = *c;
	while (is_digit(&rest))
		rest.at++;
	return (size_t)(rest.at - c->at);
}

static struct cursor past_blanks(const struct cursor *c)
{
	struct cursor rest = *c;
	while (rest.at < rest.end && *rest.at == ' ')
		rest.at++;
	return rest;
}

/* One or two digits, from low to high. */
static bool take_number(struct cursor *c, unsigned low, unsigned high, unsigned *number)
{
	size_t n = digits_at(c) < 2 ? digits_at(c) : 2;
	*number = 0;
	for (size_t i = 0; i < n; i++)
		*number = *number * 10 + (unsigned)(c->at[i] - '0');
	c->at += n;
	return n && *number >= low && *number <= high;
}

static bool take_byte(struct cursor *c, char byte)
{
	if (c->at == c->end || *c->at != byte)
		return false;
	c->at++;
	return true;
}

static bool take_word(struct cursor *c, const char *const *words)
{
	for (; *words; words++) {
		size_t n = strlen(*words);
		if ((size_t)(c->end - c->at) >= n && strncasecmp(c->at, *words, n) == 0) {
			c->at += n;
			return true;
		}
	}
	return false;
}

/* "+2hours", "-1", behind `now`. */
static bool take_offset(struct cursor *c)
{
	static const char *const units[] = {"seconds", "second", "minutes", "minute",
					    "hours",   "hour",   "days",    "day",
					    "weeks",   "week",   NULL};
	struct cursor next = past_blanks(c);
	if (next.at == c->end || (*next.at != '+' && *next.at != '-'))
		return true;
	next.at++;
	*c = past_blanks(&next);
	if (!is_digit(c))
		return false;
	c->at += digits_at(c);
	*c = past_blanks(c);
	return c->at == c->end || take_word(c, units);
}

/* HH:MM[:SS][am|pm] */
static bool take_clock(struct cursor *c)
{
	static const char *const halves[] = {"am", "pm", NULL};
	unsigned hour, rest;
	if (!take_number(c, 0, 23, &hour) || !take_byte(c, ':') || !take_number(c, 0, 59, &rest))
		return false;
	if (take_byte(c, ':') && !take_number(c, 0, 59, &rest))
		return false;
	struct cursor next = past_blanks(c);
	if (!take_word(&next, halves))
		return true;
	*c = next;
	return hour <= 12;
}

/* YYYY-MM-DD, MMDD[YY], MM/DD[/YY], MM.DD[.YY] */
static bool take_date(struct cursor *c)
{
	unsigned part;
	if (digits_at(c) == 4 && c->at + 4 < c->end && c->at[4] == '-') {
		c->at += 5;
		return take_number(c, 1, 12, &part) && take_byte(c, '-') &&
		       take_number(c, 1, 31, &part);
	}
	bool is_glued = digits_at(c) > 2;
	if (!take_number(c, 1, 12, &part))
		return false;
	char mark = c->at < c->end ? *c->at : '\0';
	if (!is_glued && mark != '/' && mark != '.')
		return false;
	c->at += !is_glued;
	if (!take_number(c, 1, 31, &part))
		return false;
	if (is_glued ? !is_digit(c) : !take_byte(c, mark))
		return true;
	return take_number(c, 0, 99, &part);
}

static bool take_part(struct cursor *c)
{
	static const char *const now[] = {"now", NULL};
	static const char *const days[] = {"today", "tomorrow", "midnight", "noon",
					   "fika",  "teatime",  NULL};
	static const char *const seconds[] = {"uts", NULL};
	if (take_word(c, now))
		return take_offset(c);
	if (take_word(c, days))
		return true;
	if (take_word(c, seconds)) {
		size_t n = digits_at(c);
		c->at += n;
		return n > 0;
	}
	size_t n = digits_at(c);
	return n && n < 3 && c->at + n < c->end && c->at[n] == ':' ? take_clock(c) : take_date(c);
}

bool grammar_moment(struct arena *a, struct str text, struct problem *p)
{
	(void)a;
	struct str trimmed = str_trim(text);
	struct cursor c = {trimmed.ptr, trimmed.ptr + trimmed.len};
	while (c.at < c.end) {
		const char *begin = c.at;
		if (!take_part(&c) || (c.at < c.end && *c.at != ' ' && *c.at != 'T')) {
			*p = (struct problem){.rule = RULE_E18,
					      .begin = (size_t)(begin - text.ptr),
					      .end = text.len,
					      .what = STR("no date or time that Slurm knows"),
					      .help = STR("write now+1hour, 20:00 or "
							  "2027-01-31T08:00")};
			return false;
		}
		while (c.at < c.end && (*c.at == ' ' || *c.at == 'T'))
			c.at++;
	}
	return true;
}
