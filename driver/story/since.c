/* SPDX-License-Identifier: Apache-2.0 */
/* Durations and moments of the command line. */
#include "driver/story/since.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ir/grammar/grammar.h"

enum {
	DAY = 24 * 3600
};

bool duration_read(struct arena *a, struct str text, double *seconds)
{
	struct str days = STR("");
	uint64_t number = 0, rest = 0;

	/* A day is no unit of the language, where it would be one of a time limit. */
	if (str_find(text, 'd') != STR_NONE)
		text = str_split(text, 'd', &days);
	if (days.len > 0 && !str_to_u64(days, &number))
		return false;
	struct problem problem;
	if ((days.len == 0 || text.len > 0) && !grammar_duration(a, text, &rest, &problem))
		return false;
	*seconds = (double)number * DAY + (double)rest;
	return true;
}

/* What stands behind a date and a time: ".5", "Z", "+01:00". False when something else does. */
static bool read_rest(const char *rest, struct tm *tm, double *moment)
{
	double part = 0;

	if (*rest == '.') {
		char *end;
		part = strtod(rest, &end);
		rest = end;
	}
	if (*rest == '\0') {
		tm->tm_isdst = -1;
		*moment = (double)mktime(tm) + part;
		return true;
	}
	const char *end = strptime(rest, "%z", tm);
	if (!end || *end)
		return false;
	long east = tm->tm_gmtoff; /* timegm sets it anew */
	*moment = (double)(timegm(tm) - east) + part;
	return true;
}

static bool read_date(const char *text, double *moment)
{
	static const char *const forms[] = {"%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S",
					    "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"};

	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		struct tm tm = {0};
		const char *rest = strptime(text, forms[i], &tm);

		if (rest && read_rest(rest, &tm, moment))
			return true;
	}
	return false;
}

/* A time of today; one that is still to come was yesterday's. */
static bool read_clock(const char *text, double now, double *moment)
{
	static const char *const forms[] = {"%H:%M:%S", "%H:%M"};
	time_t whole = (time_t)now;

	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		struct tm tm;
		localtime_r(&whole, &tm);
		tm.tm_sec = 0;
		const char *rest = strptime(text, forms[i], &tm);
		if (!rest || *rest)
			continue;
		tm.tm_isdst = -1;
		struct tm before = tm;
		before.tm_mday--;
		*moment = (double)mktime(&tm);
		if (*moment > now)
			*moment = (double)mktime(&before);
		return true;
	}
	return false;
}

bool moment_read(struct invocation *inv, const char *option, const char *text, double now,
		 double *moment)
{
	double ago;

	if (duration_read(inv->arena, str_c(text), &ago)) {
		*moment = now - ago;
		return true;
	}
	if (read_clock(text, now, moment) || read_date(text, moment))
		return true;
	complain("%s wants a duration such as 10m, 2h or 3d, or a time such as 14:30 or "
		 "2026-11-25T14:30, not '%s'",
		 option, text);
	return false;
}

struct str moment_text(struct arena *a, double moment)
{
	long long ms = (long long)(moment * 1000 + 0.5);
	time_t whole = (time_t)(ms / 1000);
	struct tm tm;
	gmtime_r(&whole, &tm);
	char text[40];
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	return str_fmt(a, "%s.%03dZ", text, (int)(ms % 1000));
}
