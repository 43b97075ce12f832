/* SPDX-License-Identifier: Apache-2.0 */
/* Healthcheck commands as probes. */
#include "tests/unit/test.h"

#include "frontend/probe.h"
#include "ir/facts/rules.h"

enum {
	MAX_ITEMS = 8
};

static struct arena arena;

static void test_accepted(void **state)
{
	(void)state;
	static const struct {
		enum probe_form form;
		const char *items[MAX_ITEMS];
		enum probe_kind kind;
		const char *target; /* host or URL */
		int port;
		size_t item;
	} rows[] = {
		{PROBE_LIST,
		 {"CMD", "nc", "-z", "127.0.0.1", "6379"},
		 PROBE_TCP,
		 "127.0.0.1",
		 6379,
		 4},
		{PROBE_LIST,
		 {"CMD-SHELL", "curl -f http://localhost:8080/h || exit 1"},
		 PROBE_HTTP,
		 "http://localhost:8080/h",
		 0,
		 1},
		{PROBE_STRING, {"nc -z -v db 5432"}, PROBE_TCP, "db", 5432, 0},
		{PROBE_STRING, {" \t nc\n-z db 0 "}, PROBE_TCP, "db", 0, 0},
		{PROBE_STRING, {"wget -q --spider https://a/b"}, PROBE_HTTP, "https://a/b", 0, 0},
		{PROBE_STRING, {"curl http://a http://b -o x"}, PROBE_HTTP, "http://b", 0, 0},
		{PROBE_LIST, {"CMD-SHELL", "nc -z h 1", "ignored"}, PROBE_TCP, "h", 1, 1},
		{PROBE_STRING, {"nc -z nc 80"}, PROBE_TCP, "nc", 80, 0},
		/* None of these forms. */
		{PROBE_STRING, {"nc -z -w 3 h 80"}, PROBE_EXEC, "", 0, 0},
		{PROBE_STRING, {"nc -z localhost 2181 || exit 1"}, PROBE_EXEC, "", 0, 0},
		{PROBE_STRING, {"nc h 80"}, PROBE_EXEC, "", 0, 0},
		{PROBE_LIST, {"CMD", "nc", "-z", "h", "65536"}, PROBE_EXEC, "", 0, 0},
		{PROBE_LIST, {"CMD", "nc", "-z", "h", "http"}, PROBE_EXEC, "", 0, 0},
		{PROBE_LIST, {"CMD", "redis-cli", "ping"}, PROBE_EXEC, "", 0, 0},
		{PROBE_STRING, {"curl -f \"http://a\""}, PROBE_EXEC, "", 0, 0},
		{PROBE_STRING,
		 {"curl --fail es:9200/_cluster/health || exit 1"},
		 PROBE_EXEC,
		 "",
		 0,
		 0},
		{PROBE_STRING, {"wget http://a"}, PROBE_EXEC, "", 0, 0},
		{PROBE_STRING, {"test -f /x"}, PROBE_EXEC, "", 0, 0},
		{PROBE_STRING, {"/usr/bin/nc -z h 1"}, PROBE_EXEC, "", 0, 0},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct str items[MAX_ITEMS];
		size_t n = 0, item;
		struct probe probe;
		struct problem p;
		for (; n < MAX_ITEMS && rows[i].items[n]; n++)
			items[n] = str_c(rows[i].items[n]);
		if (!probe_parse(&arena, rows[i].form, items, n, &probe, &item, &p))
			fail_msg("row %zu is refused: %.*s", i, STR_ARG(p.what));
		assert_int_equal(probe.kind, rows[i].kind);
		assert_str(probe.kind == PROBE_TCP ? probe.host : probe.url, rows[i].target);
		assert_int_equal(probe.kind == PROBE_TCP ? probe.port : 0, rows[i].port);
		assert_int_equal(probe.item, rows[i].item);
	}
}

static void test_refused(void **state)
{
	(void)state;
	static const struct {
		enum probe_form form;
		const char *items[MAX_ITEMS];
		const char *rule;
		size_t item, begin, end;
	} rows[] = {
		{PROBE_LIST, {NULL}, "R093", 0, 0, 0},
		{PROBE_LIST, {"nc", "-z", "h", "1"}, "R093", 0, 0, 2},
		{PROBE_LIST, {"CMD"}, "R093", 0, 0, 3},
		{PROBE_LIST, {"CMD-SHELL"}, "R093", 0, 0, 9},
		{PROBE_STRING, {"  "}, "R095", 0, 0, 0},
		{PROBE_LIST, {"CMD-SHELL", ""}, "R093", 0, 0, 9},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct str items[MAX_ITEMS];
		size_t n = 0, item;
		struct probe probe;
		struct problem p;
		for (; n < MAX_ITEMS && rows[i].items[n]; n++)
			items[n] = str_c(rows[i].items[n]);
		if (probe_parse(&arena, rows[i].form, items, n, &probe, &item, &p))
			fail_msg("row %zu is accepted", i);
		assert_string_equal(rules[p.rule].id, rows[i].rule);
		assert_true(p.what.len > 0);
		assert_int_equal(item, rows[i].item);
		assert_int_equal(p.begin, rows[i].begin);
		assert_int_equal(p.end, rows[i].end);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_accepted),
		cmocka_unit_test(test_refused),
	};
	arena_init(&arena);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(&arena);
	return failed;
}
