/* SPDX-License-Identifier: Apache-2.0 */
/* The supervision table: words, keys, every complaint at its line. */
#include <signal.h>
#include <string.h>

#include "runtime/core/table.h"
#include "runtime/core/words.h"
#include "tests/unit/test.h"

struct wrong {
	const char *text; /* behind the first line */
	unsigned line;
	const char *what; /* part of the complaint */
};

static const struct wrong wrongs[] = {
	{"", 1, "no service"},
	{"service", 2, "takes one name"},
	{"service a b", 2, "takes one name"},
	{"service ''", 2, "takes one name"},
	{"run f", 2, "before any 'service'"},
	{"service a", 2, "no 'run' line"},
	{"service a\nrun f\nrun g", 4, "given twice"},
	{"service a\nrun f\nservice a\nrun g", 4, "twice"},
	{"service a\nrun f\nfrobnicate", 4, "unknown key 'frobnicate'"},
	{"service a\nrun f g", 3, "this form"},
	{"service a\nrun f\nlog 'x", 4, "never closed"},
	{"service a\nrun f\nlog $x", 4, "single quotes"},
	{"service a\nrun f\ntoken a/b", 4, "file names"},
	{"service a\nrun f\ntoken .a", 4, "file names"},
	{"service a\nrun f\nnodes 3-1", 4, "node set"},
	{"service a\nrun f\nnodes 0,,1", 4, "node set"},
	{"service a\nrun f\ntasks x", 4, "not a number"},
	{"service a\nrun f\ntasks 4294967296", 4, "not a number"},
	{"service a\nrun f\nafter b started", 4, "no service 'b'"},
	{"service a\nrun f\nafter a started", 4, "circle"},
	{"service a\nrun f\nafter b", 4, "this form"},
	{"service a\nrun f\nafter b ready", 4, "not a condition"},
	{"service a\nrun f\nafter b started\nservice b\nrun g\nafter a completed", 4, "circle"},
	{"service b\nrun g\nservice a\nrun f\nafter b healthy", 6, "no 'ready' line"},
	{"service a\nrun f\nready tcp 127.0.0.1 within 3s", 4, "not HOST:PORT"},
	{"service a\nrun f\nready tcp h:0 within 3s", 4, "not HOST:PORT"},
	{"service a\nrun f\nready tcp h:70000 within 3s", 4, "not HOST:PORT"},
	{"service a\nrun f\nready tcp ::1:80 within 3s", 4, "brackets"},
	{"service a\nrun f\nready tcp h:1", 4, "within D"},
	{"service a\nrun f\nready tcp h:1 within 3", 4, "not a duration"},
	{"service a\nrun f\nlog l\nready log '(' within 3s", 5, "pattern '('"},
	{"service a\nrun f\nready log x within 3s", 2, "log probe and no 'log'"},
	{"service a\nrun f\nready http ftp://h status 200 within 3s", 4, "neither"},
	{"service a\nrun f\nready http http://h status 99 within 3s", 4, "from 100 to 599"},
	{"service a\nrun f\nready http http://h code 200 within 3s", 4, "'status N'"},
	{"service a\nrun f\nready http http://h:0/ status 200 within 3s", 4, "from 1 to 65535"},
	{"service a\nrun f\nready http http://h:65536 status 200 within 3s", 4, "from 1 to 65535"},
	{"service a\nrun f\nready http 'https://[::1]:8x?a' status 200 within 3s", 4, "to 65535"},
	{"service a\nrun f\nready http 'http://h:18446744073709551696#a' status 200 within 3s", 4,
	 "from 1 to 65535"},
	{"service a\nrun f\nready knock", 4, "not a probe"},
	{"service a\nrun f\nlive sleep 3s", 4, "no look at a service"},
	{"service a\nrun f\nlive tcp h:1", 4, "goes on with"},
	{"service a\nrun f\nlive exec every 1s", 4, "goes on with"},
	{"service a\nrun f\nlive exec every 1s attempt 1s failures 1 tasks some", 4, "tasks some"},
	{"service a\nrun f\nlive tcp h:1 every 1s attempt 1s failures 0", 4, "from 1"},
	{"service a\nrun f\nlive tcp h:1 every 0s attempt 1s failures 1", 4, "without a pause"},
	{"service a\nrun f\nlive tcp h:1 every 1s attempt 0s failures 1", 4, "of no length"},
	{"service a\nrun f\nlive tcp h every 1s attempt 1s failures 1", 4, "not HOST:PORT"},
	{"service a\nrun f\nlive tcp h:1 every 1s attempt 1s failures 1 owner me", 4, "owner me"},
	{"service a\nrun f\nlive http http://h code 200 every 1s attempt 1s failures 1", 4,
	 "'status N'"},
	{"service a\nrun f\non-failure panic", 4, "not a policy"},
	{"service a\nrun f\non-failure restart", 4, "this form"},
	{"service a\nrun f\non-failure restart max 0 window 1 in 1s backoff 1s", 4, "from 1"},
	{"service a\nrun f\non-failure restart max 1 window 0 in 1s backoff 1s", 4, "from 1"},
	{"service a\nrun f\non-failure restart max 1 window 1 in 0s backoff 1s", 4, "no length"},
	{"service a\nrun f\non-failure restart max 1 window 1 in 1s backoff soon", 4, "duration"},
	{"service a\nrun f\nreset-after 5s", 2, "never restarts"},
	{"service a\nrun f\nstart in 5s", 4, "this form"},
	{"service a\nrun f\nstart within 0s", 4, "no length"},
	{"service a\nrun f\ntasks 0\nstart within 1s", 2, "nothing tells"},
	{"service a\nrun f\ntasks 0\nready tcp h:1 within 1s tasks all", 2, "no task tells"},
	{"service a\nrun f\ntasks 0\nlive exec every 1s attempt 1s failures 1 tasks all", 2,
	 "no task tells"},
	{"service a\nrun f\nstop KILLED grace 1s", 4, "signal name"},
	{"service a\nrun f\nstop TERM", 4, "this form"},
	{"service a\nrun f\nlifetime own", 4, "this form"},
	{"service a\nrun f\nlifetime dependents", 2, "has none"},
	{"service a\nrun f\non crash f", 4, "not an event"},
	{"service a\nrun f\nassert exit 256", 4, "from 0 to 255"},
	{"service a\nrun f\nassert luck 1", 4, "not a claim"},
	{"job", 2, "takes a key"},
	{"job grace soon", 2, "not a duration"},
	{"job scheduler pbs", 2, "not a scheduler"},
	{"job relay TERM", 2, "cannot be relayed"},
	{"job color red", 2, "unknown key 'job color'"},
};

static void wrong_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(wrongs) / sizeof(wrongs[0]); i++) {
		struct rt_pool pool = {0};
		struct rt_table table;
		char *text = rt_pool_format(&pool, "hpcc-table 1\n%s\n", wrongs[i].text);
		const struct rt_table_error *e = rt_table_read(&table, &pool, text, strlen(text));

		while (e && (e->line != wrongs[i].line || !strstr(e->text, wrongs[i].what)))
			e = e->next;
		if (!e)
			fail_msg("no complaint '%s' at line %u of:\n%s", wrongs[i].what,
				 wrongs[i].line, text);
		rt_pool_free(&pool);
	}
}

static void all_complaints_in_order(void **state)
{
	static const char text[] = "hpcc-table 1\nservice a\nrun f\nlog\nservice b\nready knock\n";
	static const unsigned lines[] = {4, 5, 6};
	struct rt_pool pool = {0};
	struct rt_table table;
	const struct rt_table_error *e = rt_table_read(&table, &pool, text, sizeof(text) - 1);

	(void)state;
	for (size_t i = 0; i < 3; i++, e = e->next) {
		assert_non_null(e);
		assert_int_equal(e->line, lines[i]);
	}
	assert_null(e);
	rt_pool_free(&pool);
}

static void first_line(void **state)
{
	static const char *const texts[] = {
		"",   "\n\n", "hpcc-table", "hpcc-table 2\n", "service a\n", "hpcc-table 1 1\n",
		"'\n"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct rt_pool pool = {0};
		struct rt_table table;

		assert_non_null(rt_table_read(&table, &pool, texts[i], strlen(texts[i])));
		rt_pool_free(&pool);
	}
}

static const char full[] = "# a comment\n"
			   "hpcc-table 1\n"
			   "job grace 1m\n"
			   "job scheduler slurm\n"
			   "job relay USR1\n"
			   "\n"
			   "service 'a b'   # with a blank\n"
			   "  run service_a\n"
			   "  token a_x20_b\n"
			   "  log 'logs/it'\\''s.log'\n"
			   "  nodes 0-3,6\n"
			   "  tasks 8\n"
			   "  view /hpc-compose/job\n"
			   "  ready tcp '[::1]:6379' within 1500ms\n"
			   "  on-failure restart max 4294967295 window 7 in 1h backoff 500ms\n"
			   "  reset-after 2h\n"
			   "  stop SIGUSR1 grace 3s\n"
			   "  lifetime dependents\n"
			   "  prologue hooks/p\n"
			   "  epilogue hooks/e\n"
			   "  on restart hooks/r1\n"
			   "  on restart hooks/r2\n"
			   "  on window-exhausted hooks/w\n"
			   "  assert exit 3\n"
			   "  assert duration 10s\n"
			   "  assert artifact 'out/**/*.pt'\n"
			   "  publish publish_a\n"
			   "service c\n"
			   "  run f\n"
			   "  after 'a b' healthy\n"
			   "  after 'a b' started\n"
			   "  on-failure ignore\n";

static void everything(void **state)
{
	struct rt_pool pool = {0};
	struct rt_table t;
	const struct rt_service_def *a;
	const struct rt_table_error *e = rt_table_read(&t, &pool, full, sizeof(full) - 1);

	(void)state;
	if (e)
		fail_msg("line %u: %s", e->line, e->text);
	a = &t.service[0];
	assert_int_equal(t.count, 2);
	assert_int_equal(t.scheduler, RT_SLURM);
	assert_true(t.relay[SIGUSR1] && !t.relay[SIGUSR2]);
	assert_int_equal(t.grace, INT64_C(60000000000));
	assert_string_equal(a->name, "a b");
	assert_string_equal(a->log, "logs/it's.log");
	assert_int_equal(a->tasks, 8);
	assert_string_equal(a->ready.host, "::1");
	assert_string_equal(a->ready.port, "6379");
	assert_int_equal(a->ready.time, 1500000000);
	assert_int_equal(a->max_restarts, UINT32_MAX);
	assert_int_equal(a->max_in_window, 7);
	assert_int_equal(a->window, INT64_C(3600000000000));
	assert_int_equal(a->backoff, 500000000);
	assert_int_equal(a->stop_signal, SIGUSR1);
	assert_int_equal(a->on_restart.count, 2);
	assert_string_equal(a->on_restart.item[1], "hooks/r2");
	assert_string_equal(a->assert_artifact, "out/**/*.pt");
	assert_int_equal(a->assert_exit, 3);
	assert_int_equal(a->dependent_count, 2);
	assert_int_equal(t.service[1].tasks, 1);
	assert_int_equal(t.service[1].policy, RT_IGNORE);
	assert_int_equal(t.service[1].condition[0].kind, RT_HEALTHY);
	rt_pool_free(&pool);
}

/* Any order of blocks will do; `order` puts dependencies first. */
static void dependency_order(void **state)
{
	static const char text[] =
		"hpcc-table 1\nservice c\nrun f\nafter b started\nservice b\nrun f\n"
		"after a started\nservice a\nrun f\n";
	struct rt_pool pool = {0};
	struct rt_table t;

	(void)state;
	assert_null(rt_table_read(&t, &pool, text, sizeof(text) - 1));
	assert_int_equal(t.order[0], 2);
	assert_int_equal(t.order[1], 1);
	assert_int_equal(t.order[2], 0);
	rt_pool_free(&pool);
}

static void durations(void **state)
{
	static const struct {
		const char *text;
		int64_t ns; /* -1: refused */
	} cases[] = {
		{"0s", 0},
		{"1ms", 1000000},
		{"10s", INT64_C(10000000000)},
		{"2m", INT64_C(120000000000)},
		{"18446744073709551615s", INT64_C(3155760000000000000)},
		{"", -1},
		{"s", -1},
		{"1", -1},
		{"1.5s", -1},
		{"-1s", -1},
		{"1S", -1},
		{"1d", -1},
		{"10ss", -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t ns = -1;

		assert_int_equal(rt_word_duration(cases[i].text, &ns), cases[i].ns >= 0);
		assert_int_equal(ns, cases[i].ns);
	}
}

/* Cutting a good table anywhere gives a table or complaints, never anything worse. */
static void truncations(void **state)
{
	(void)state;
	for (size_t len = 0; len < sizeof(full); len++) {
		struct rt_pool pool = {0};
		struct rt_table t;

		rt_table_read(&t, &pool, full, len);
		rt_pool_free(&pool);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrong_lines),      cmocka_unit_test(all_complaints_in_order),
		cmocka_unit_test(first_line),       cmocka_unit_test(everything),
		cmocka_unit_test(dependency_order), cmocka_unit_test(durations),
		cmocka_unit_test(truncations),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
