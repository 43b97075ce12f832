/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/sweep/objective.h"

#include <errno.h>
#include <math.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "driver/system.h"
#include "ir/files.gen.h"

enum {
	MAX_LOG = 64 << 20, /* what is looked at of a log: its end */
	MAX_JSON = 64 << 20,
	MOST_GROUPS = 100
};

static struct objective missing(struct str why)
{
	return (struct objective){.why = why, .text = STR("")};
}

/* A number as the log or a program writes it; "nan" and "inf" are told. */
static struct objective number(struct arena *a, struct str text)
{
	struct str copy = str_dup(a, str_trim(text));
	char *end;
	struct objective o = {.text = copy, .value = strtod(copy.ptr, &end), .why = STR("")};

	if (copy.len == 0 || end != copy.ptr + copy.len)
		o.why = str_fmt(a, "'%.*s' is no number", STR_ARG(copy));
	else if (isnan(o.value))
		o.why = STR("it is NaN");
	else if (isinf(o.value))
		o.why = STR("it is infinite");
	o.is_found = o.why.len == 0;
	return o;
}

/* The end of a file of the job; false with *why. */
static bool read_end(struct arena *a, const struct job_files *job, struct str path,
		     struct str *text, struct str *why)
{
	int fd = job_open(a, job, str_to_c(a, path), why);
	off_t size = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);

	if (size < 0) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	size_t n = size > MAX_LOG ? MAX_LOG : (size_t)size, got = 0;
	char *bytes = arena_alloc(a, n + 1);
	while (got < n) {
		ssize_t k = pread(fd, bytes + got, n - got, size - (off_t)n + (off_t)got);
		if (k <= 0 && !(k < 0 && errno == EINTR))
			break;
		got += k > 0 ? (size_t)k : 0;
	}
	close(fd);
	*text = (struct str){bytes, got};
	return true;
}

/* The last line that matches counts: a run tells of itself again and again. */
static struct objective of_log(struct invocation *inv, const json_t *o, const struct job_files *job)
{
	struct arena *a = inv->arena;
	size_t group = (size_t)json_uint(o, "group");
	struct str text, why, best = {0};

	if (!read_end(a, job, job_log_path(a, json_str(o, "log")), &text, &why))
		return missing(str_fmt(a, "no log %.*s", STR_ARG(json_str(o, "log"))));
	regex_t pattern;
	if (group >= MOST_GROUPS ||
	    regcomp(&pattern, str_to_c(a, json_str(o, "log_pattern")), REG_EXTENDED) != 0)
		return missing(STR("the pattern can't be used"));
	regmatch_t at[MOST_GROUPS];
	struct str line;
	while (text.len > 0) {
		text = str_split(text, '\n', &line);
		/* Nothing behind the line is changed: regexec takes its bounds. */
		at[0] = (regmatch_t){.rm_so = 0, .rm_eo = (regoff_t)line.len};
		if (regexec(&pattern, line.ptr, group + 1, at, REG_STARTEND) == 0 &&
		    at[group].rm_so >= 0)
			best = str_slice(line, (size_t)at[group].rm_so, (size_t)at[group].rm_eo);
	}
	regfree(&pattern);
	return best.ptr ? number(a, best) : missing(STR("no line of its log matches"));
}

/* "loss", or "final.loss" in objects within objects. */
static const json_t *field_of(const json_t *object, struct arena *a, struct str name)
{
	const json_t *whole = json_object_get(object, str_to_c(a, name));

	if (whole || str_find(name, '.') == STR_NONE)
		return whole;
	struct str part;
	name = str_split(name, '.', &part);
	return field_of(json_object_get(object, str_to_c(a, part)), a, name);
}

static struct objective of_json(struct invocation *inv, const json_t *o,
				const struct job_files *job)
{
	struct arena *a = inv->arena;
	struct str path = json_str(o, "json_path"), field = json_str(o, "json_field");

	while (str_has_prefix(path, "/"))
		path = str_from(path, 1);
	struct str file = path_join(a, STR(JOB_FOLDER_PAYLOAD), path);
	struct str why;
	struct str text;
	if (!job_read(a, job, str_to_c(a, file), MAX_JSON, &text, &why))
		return missing(str_fmt(a, "no %.*s among its artifacts", STR_ARG(path)));
	/* Python and others write NaN and Infinity, which JSON doesn't have. */
	json_t *json = json_loadb(text.ptr, text.len, 0, NULL);
	if (!json && (str_contains(text, "NaN") || str_contains(text, "Infinity")))
		return missing(str_fmt(a, "%.*s holds NaN or Infinity", STR_ARG(path)));
	if (!json)
		return missing(str_fmt(a, "%.*s is no JSON", STR_ARG(path)));
	const json_t *value = field_of(json, a, field);
	if (!value || json_is_null(value))
		return missing(str_fmt(a, "%.*s has no %.*s", STR_ARG(path), STR_ARG(field)));
	if (json_is_string(value))
		return number(a, str_c(json_string_value(value)));
	if (!json_is_number(value))
		return missing(
			str_fmt(a, "%.*s in %.*s is no number", STR_ARG(field), STR_ARG(path)));
	return number(a, str_fmt(a, "%.17g", json_number_value(value)));
}

struct objective objective_of(struct invocation *inv, const json_t *o, const struct trial_view *t)
{
	switch (t->state) {
	case TRIAL_UNSUBMITTED:
		return missing(STR("it wasn't submitted"));
	case TRIAL_PENDING:
		return missing(STR("it waits"));
	case TRIAL_RUNNING:
		return missing(STR("it runs"));
	case TRIAL_FAILED:
		return missing(str_fmt(inv->arena, "it has failed: %.*s", STR_ARG(t->word)));
	case TRIAL_UNKNOWN:
		return missing(STR("nothing is known of its job"));
	case TRIAL_DONE:
	case N_TRIAL_STATES:
		break;
	}
	if (json_object_get(o, "json_path"))
		return of_json(inv, o, t->job->job);
	return of_log(inv, o, t->job->job);
}
