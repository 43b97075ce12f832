/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verb `end`: the last word on state.json. A supervisor that ran to its end
 * has closed it. If it never ran (a line of `setup` failed) or was killed, the
 * job's end and status are put in here, so that no job looks alive for ever. So
 * they are when a job whose services succeeded fails, because results could not
 * be copied.
 *
 * The file is our own, so this is a replacement of known texts, not a JSON parser.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/files.h"
#include "runtime/verbs.h"
#include "runtime/core/words.h"
#include "ir/files.gen.h"

static const struct {
	const char *from, *to;
} endings[] = {
	{"\"state\":\"waiting\"", "\"state\":\"skipped\""},
	{"\"state\":\"starting\",\"verdict\":null", "\"state\":\"exited\",\"verdict\":\"lost\""},
	{"\"state\":\"running\",\"verdict\":null", "\"state\":\"exited\",\"verdict\":\"lost\""},
	{"\"state\":\"ready\",\"verdict\":null", "\"state\":\"exited\",\"verdict\":\"lost\""},
	{"\"state\":\"stopping\",\"verdict\":null", "\"state\":\"exited\",\"verdict\":\"lost\""},
	{"\"state\":\"starting\"", "\"state\":\"exited\""},
	{"\"state\":\"running\"", "\"state\":\"exited\""},
	{"\"state\":\"ready\"", "\"state\":\"exited\""},
	{"\"state\":\"stopping\"", "\"state\":\"exited\""},
	{"\"state\":\"backoff\"", "\"state\":\"exited\""},
};

/* Of a job of Slurm's: this may be one of its own, inside another one's allocation. */
static bool is_timeout(const char *text)
{
	const char *id = getenv("SLURM_JOB_ID"), *at = strstr(text, "\"job_id\":\"");
	size_t len = id ? strlen(id) : 0;

	return len && at && !strncmp(at + 10, id, len) && at[10 + len] == '"' &&
	       rt_limit_is_reached(id);
}

static const char *outcome(const char *text, int status)
{
	if (!status)
		return "COMPLETED";
	if (status != 130 && status != 143)
		return "FAILED";
	return is_timeout(text) ? "TIMEOUT" : "CANCELLED";
}

/* A record that says how the job ended stays as it is, but for a success that turns out to be none.
   Such a text stands before the services, whose names are quoted. */
static bool is_closed(const char *text, int status)
{
	static const char *const words[] = {"\"status\":\"COMPLETED\"", "\"status\":\"FAILED\"",
					    "\"status\":\"CANCELLED\"", "\"status\":\"TIMEOUT\""};
	const char *services = strstr(text, "\"services\":");

	for (size_t i = status ? 1 : 0; i < sizeof(words) / sizeof(words[0]); i++) {
		const char *at = strstr(text, words[i]);

		if (at && (!services || at < services))
			return true;
	}
	return false;
}

/* The job's own keys, which stand before its services. */
static const char *write_head(struct rt_out *out, const char *text, int status)
{
	static const char *const keys[] = {"\"status\":", "\"exit_code\":", "\"ended_at\":"};
	const char *word = outcome(text, status);

	for (size_t i = 0; i < 3; i++) {
		const char *at = strstr(text, keys[i]);
		if (!at)
			return text;
		rt_out_bytes(out, text, (size_t)(at - text));
		out->comma = false;
		if (i == 0)
			rt_json_text(out, "status", word);
		else if (i == 1)
			rt_json_number(out, "exit_code", status);
		else
			rt_json_time(out, "ended_at", rt_wall());
		/* None of these values holds a comma. */
		text = at + strcspn(at, ",");
	}
	return text;
}

static void write_services(struct rt_out *out, const char *text)
{
	while (*text) {
		size_t n = 1, i = 0;

		for (; i < sizeof(endings) / sizeof(endings[0]); i++) {
			size_t len = strlen(endings[i].from);

			if (strncmp(text, endings[i].from, len))
				continue;
			rt_out_text(out, endings[i].to);
			n = len;
			break;
		}
		if (i == sizeof(endings) / sizeof(endings[0]))
			rt_out_bytes(out, text, 1);
		text += n;
	}
}

static bool end_record(const char *dir, int status)
{
	struct rt_pool pool = {0};
	const char *path = rt_pool_format(&pool, "%s/" JOB_FILE_STATE, dir);
	size_t len;

	const char *text = rt_read_plain(&pool, path, &len);
	if (!text || is_closed(text, status))
		return true;
	struct rt_replace file;
	if (rt_replace_begin(&file, &pool, path, JOB_MODE_STATE)) {
		write_services(&file.out, write_head(&file.out, text, status));
		if (rt_replace_end(&file))
			return true;
	}
	rt_say("end: cannot write %s: %s", path, strerror(errno));
	return false;
}

bool rt_end_record(const char *root, int status)
{
	struct rt_pool pool = {0};
	char *state = realpath(rt_pool_format(&pool, "%s/" JOB_FILE_STATE, root), NULL);
	bool good = true;

	if (state) {
		*strrchr(state, '/') = '\0';
		good = end_record(state, status);
	}
	free(state);
	return good;
}

int rt_verb_end(int argc, char **argv)
{
	const char *dir = NULL, *status = NULL;
	const struct rt_option options[] = {
		{.name = "--dir", .value = &dir, .required = true},
		{.name = "--status", .value = &status, .required = true},
		{.name = NULL},
	};

	if (!rt_read_options(options, argc, argv))
		return RT_USAGE;
	uint64_t number;
	if (!rt_word_number(status, 255, &number)) {
		rt_say("end: '%s' is not an exit status", status);
		return RT_USAGE;
	}
	return end_record(dir, (int)number) ? 0 : RT_ENVIRONMENT;
}
