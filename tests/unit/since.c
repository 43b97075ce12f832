/* SPDX-License-Identifier: Apache-2.0 */
/* driver/story/since: durations and moments as people write them. */
#include "tests/unit/test.h"

#include <stdlib.h>
#include <time.h>

#include "driver/story/since.h"

static void test_durations(void **state)
{
	static const struct {
		const char *text;
		double seconds; /* below 0: refused */
	} rows[] = {
		{"90", 90},        {"10m", 600}, {"2h", 7200}, {"1h30m", 5400}, {"3d", 259200},
		{"1d12h", 129600}, {"", -1},     {"d", -1},    {"10x", -1},     {"-5m", -1},
		{"1.5h", -1},      {"soon", -1}, {"3dd", -1},
	};
	struct arena a;

	(void)state;
	arena_init(&a);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		double seconds = -1;

		bool is_one = duration_read(&a, str_c(rows[i].text), &seconds);
		if (is_one != (rows[i].seconds >= 0) || (is_one && seconds != rows[i].seconds))
			fail_msg("'%s' is %d, %g", rows[i].text, is_one, seconds);
	}
	arena_free(&a);
}

static void test_moments(void **state)
{
	/* 2026-11-25T14:00:00Z, in a zone that is two hours ahead */
	const double now = 1795615200;
	static const struct {
		const char *text;
		double moment; /* 0: refused */
	} rows[] = {
		{"10m", 1795615200 - 600},
		{"2026-11-25T13:59:58Z", 1795615198},
		{"2026-11-25T13:59:58.250Z", 1795615198.25},
		{"2026-11-25T14:59:58+01:00", 1795615198},
		{"2026-11-25T15:59:58", 1795615198},
		{"2026-11-25 15:59", 1795615140},
		{"2026-11-25", 1795557600},
		{"15:30", 1795613400},
		{"15:30:05", 1795613405},
		{"16:30", 1795617000 - 86400},
		{"25:00", 0},
		{"yesterday", 0},
		{"2026-11-25T15:59:58X", 0},
	};
	struct arena a;
	struct invocation inv = {.arena = &a};

	(void)state;
	setenv("TZ", "EAST-2", 1);
	tzset();
	arena_init(&a);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		double moment = 0;

		bool is_one = moment_read(&inv, "--since", rows[i].text, now, &moment);
		if (is_one != (rows[i].moment > 0) || (is_one && moment != rows[i].moment))
			fail_msg("'%s' is %d, %.3f", rows[i].text, is_one, moment);
	}
	assert_str(moment_text(&a, 1795615198.25), "2026-11-25T13:59:58.250Z");
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_durations),
		cmocka_unit_test(test_moments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
