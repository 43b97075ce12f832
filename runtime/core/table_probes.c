/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of the supervision table that say what is looked at: `ready` and `live`. */
#include "runtime/core/table_reader.h"

#include <regex.h>
#include <string.h>

#include "runtime/wire/look.h"

/* A look takes no longer, unless it is said. */
#define ATTEMPT (5 * INT64_C(1000000000))

static void ready_tcp(struct rt_table_reader *r, struct rt_ready *ready)
{
	const char *target = rt_table_word(r, 2), *colon = strrchr(target, ':');
	uint64_t port;

	if (!colon || colon == target || !rt_word_number(colon + 1, 65535, &port) || !port) {
		COMPLAIN(r, "'%s' is not HOST:PORT", target);
		return;
	}
	size_t len = (size_t)(colon - target);
	if (target[0] == '[' && colon[-1] == ']') {
		target++;
		len -= 2;
	} else if (memchr(target, ':', len)) {
		COMPLAIN(r, "an IPv6 address stands in brackets: '[%.*s]:%s'", (int)len, target,
			 colon + 1);
		return;
	}
	ready->kind = RT_READY_TCP;
	ready->host = rt_pool_text(r->pool, target, len);
	ready->port = colon + 1;
}

static void ready_log(struct rt_table_reader *r, struct rt_ready *ready)
{
	regex_t compiled;
	int rc = regcomp(&compiled, rt_table_word(r, 2), REG_EXTENDED | REG_NOSUB);

	if (rc) {
		char why[100];

		regerror(rc, &compiled, why, sizeof(why));
		COMPLAIN(r, "pattern '%s': %s", rt_table_word(r, 2), why);
		return;
	}
	regfree(&compiled);
	ready->kind = RT_READY_LOG;
	ready->pattern = rt_table_word(r, 2);
}

/* Where an address names a port, it is a number. */
static bool has_good_port(struct rt_table_reader *r, const char *url)
{
	const char *host = strstr(url, "://") + 3;

	host = rt_pool_text(r->pool, host, strcspn(host, "/?#"));
	const char *colon = strrchr(host, ':');
	if (!colon || strchr(colon, ']') || !colon[1])
		return true;
	uint64_t port;
	return rt_word_number(colon + 1, 65535, &port) && port;
}

static void ready_http(struct rt_table_reader *r, struct rt_ready *ready)
{
	if (strcmp(rt_table_word(r, 3), "status")) {
		COMPLAIN(r, "'%s http URL' is followed by 'status N'", rt_table_word(r, 0));
		return;
	}
	if (strncmp(rt_table_word(r, 2), "http://", 7) &&
	    strncmp(rt_table_word(r, 2), "https://", 8)) {
		COMPLAIN(r, "'%s' is neither an http:// nor an https:// address",
			 rt_table_word(r, 2));
		return;
	}
	if (!has_good_port(r, rt_table_word(r, 2))) {
		COMPLAIN(r, "the port of '%s' is not from 1 to 65535", rt_table_word(r, 2));
		return;
	}
	if (strlen(rt_table_word(r, 2)) >= RT_LOOK_URL_ROOM) {
		COMPLAIN(r, "an address of %zu bytes; there is room for %d",
			 strlen(rt_table_word(r, 2)), RT_LOOK_URL_ROOM - 1);
		return;
	}
	uint64_t status;
	if (!rt_table_number(r, 4, 100, 599, &status))
		return;
	ready->kind = RT_READY_HTTP;
	ready->url = rt_table_word(r, 2);
	ready->status = (unsigned)status;
}

static void ready_exec(struct rt_table_reader *r, struct rt_ready *ready)
{
	(void)r;
	ready->kind = RT_READY_EXEC;
}

/* A word and its value behind a probe's target. */
static void ready_option(struct rt_table_reader *r, struct rt_ready *ready, unsigned at)
{
	const char *key = rt_table_word(r, at), *value = rt_table_word(r, at + 1);
	bool is_any = !strcmp(value, "any"), is_all = !strcmp(value, "all");

	if (!strcmp(key, "within"))
		rt_table_duration(r, at + 1, &ready->time);
	else if (!strcmp(key, "every"))
		rt_table_duration(r, at + 1, &ready->every);
	else if (!strcmp(key, "attempt"))
		rt_table_duration(r, at + 1, &ready->attempt);
	else if (!strcmp(key, "settle"))
		rt_table_duration(r, at + 1, &ready->settle);
	else if (!strcmp(key, "owner") && (is_any || !strcmp(value, "service")))
		ready->of_anybody = is_any;
	else if (!strcmp(key, "tasks") && (is_all || !strcmp(value, "first")))
		ready->is_of_all = is_all;
	else
		COMPLAIN(r, "'%s %s' is nothing that a probe may have", key, value);
}

struct kind {
	const char *name;
	unsigned words; /* of the target */
	void (*read)(struct rt_table_reader *r, struct rt_ready *ready);
	bool is_live; /* a service that is ready can be looked at so */
};

static const struct kind *find_kind(struct rt_table_reader *r)
{
	static const struct kind kinds[] = {{"tcp", 1, ready_tcp, true},
					    {"log", 1, ready_log, false},
					    {"http", 3, ready_http, true},
					    {"exec", 0, ready_exec, true}};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(rt_table_word(r, 1), kinds[i].name))
			return &kinds[i];
	return NULL;
}

void rt_table_ready(struct rt_table_reader *r, struct rt_service_def *s)
{
	const struct kind *kind = find_kind(r);

	if (!strcmp(rt_table_word(r, 1), "sleep")) {
		if (!rt_table_has_words(r, 3, "ready sleep D") ||
		    !rt_table_duration(r, 2, &s->ready.time))
			return;
		s->ready.kind = RT_READY_SLEEP;
		return;
	}
	if (!kind) {
		COMPLAIN(r, "'%s' is not a probe: sleep, tcp, log, http or exec",
			 rt_table_word(r, 1));
		return;
	}
	unsigned at = 2 + kind->words;
	if (strcmp(rt_table_word(r, at), "within") != 0)
		COMPLAIN(r, "'ready %s' goes on with 'within D'", kind->name);
	s->ready.attempt = ATTEMPT;
	for (; at < r->words.count; at += 2)
		ready_option(r, &s->ready, at);
	kind->read(r, &s->ready);
}

void rt_table_live(struct rt_table_reader *r, struct rt_service_def *s)
{
	const struct kind *kind = find_kind(r);
	struct rt_live *live = &s->live;

	if (!kind || !kind->is_live) {
		COMPLAIN(r, "'%s' is no look at a service that is ready: tcp, http or exec",
			 rt_table_word(r, 1));
		return;
	}
	unsigned at = 2 + kind->words;
	if (r->words.count < at + 6 || strcmp(rt_table_word(r, at), "every") ||
	    strcmp(rt_table_word(r, at + 2), "attempt") ||
	    strcmp(rt_table_word(r, at + 4), "failures")) {
		COMPLAIN(r, "'live %s' goes on with 'every D attempt D failures N'", kind->name);
		return;
	}
	if (rt_table_duration(r, at + 1, &live->look.every) && !live->look.every)
		COMPLAIN(r, "looks without a pause");
	if (rt_table_duration(r, at + 3, &live->look.attempt) && !live->look.attempt)
		COMPLAIN(r, "a look of no length");
	uint64_t failures;
	if (!rt_table_number(r, at + 5, 1, UINT32_MAX, &failures))
		return;
	live->failures = (uint32_t)failures;
	for (at += 6; at < r->words.count; at += 2)
		ready_option(r, &live->look, at);
	kind->read(r, &live->look);
}
