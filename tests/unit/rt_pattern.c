/* SPDX-License-Identifier: Apache-2.0 */
/* The texts that a pattern needs, and that no line is passed over that the pattern matches. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/probe/pattern.h"
#include "tests/unit/test.h"

static struct rt_pool pool;

/* "Ready listening" */
static const char *texts_of(const char *ere, char room[512])
{
	struct rt_pattern p;
	size_t len = 0;

	room[0] = '\0';
	if (!rt_pattern_read(&p, &pool, ere))
		return "no pattern";
	for (unsigned i = 0; i < p.count; i++)
		len += (size_t)snprintf(room + len, 512 - len, "%s%.*s", i ? " " : "",
					(int)p.literal[i].len, p.literal[i].text);
	regfree(&p.regex);
	return room;
}

static void texts(void **state)
{
	static const struct {
		const char *ere, *texts;
	} rows[] = {
		{"READY", "READY"},
		{"^READY$", "READY"},
		{"server is listening on port", "listening"},
		{"ready|listening", "ready listening"},
		{"^(Ready|listening on) .*:[0-9]+$", "Ready listening"},
		{"(up)? done", "done"},
		{"(up){1,2} ok", "ok"},
		{"(started)+ ok", "started"},
		{"[0-9]+ workers? up", "worker"},
		{"ab*c", "a"},
		{"abc*d", "ab"},
		{"abc{0,3}d", "ab"},
		{"abc+d", "abc"},
		{"a\\.b", "a.b"},
		{"a\\wbc", "bc"},
		{"100\\?", "100"},
		{"[a-z]*", ""},
		{"ready|[0-9]", ""},
		{"ready|", ""},
		{"x(ready|[0-9])y", "x"},
		{"[]abc]xy", "xy"},
		{"[[:alpha:]]xy", "xy"},
		{"[^]]xy", "xy"},
		{"a|b|c|d|e|f|g|h", "a b c d e f g h"},
		{"a|b|c|d|e|f|g|h|i", ""},
		{"caf\303\251*x", "caf"},
		{"caf\303\251x", "caf\303\251x"},
		{"((((((((((((((((((((deep))))))))))))))))))))|other", ""},
		{"", ""},
	};
	char room[512];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(texts_of(rows[i].ere, room), rows[i].texts);
	rt_pool_free(&pool);
}

/* Any expression over a small alphabet, most of them good. */
static size_t make_ere(char *to, unsigned depth)
{
	static const char *const atoms[] = {"a",    "b",   "ab",       "bab", ".", "[ab]",
					    "[^a]", "\\.", "\303\251", "c",   "^", "$"};
	static const char *const ends[] = {"", "", "", "", "*", "?", "+", "{0,1}", "{2}", "|"};
	size_t len = 0;

	for (int n = 1 + rand() % 3; n; n--) {
		if (depth && rand() % 4 == 0) {
			to[len++] = '(';
			len += make_ere(to + len, depth - 1);
			to[len++] = ')';
		} else {
			len += (size_t)sprintf(
				to + len, "%s",
				atoms[(size_t)rand() % (sizeof(atoms) / sizeof(atoms[0]))]);
		}
		if (n > 1 || rand() % 2)
			len += (size_t)sprintf(to + len, "%s", ends[(size_t)rand() % 9 + (n > 1)]);
	}
	to[len] = '\0';
	return len;
}

static void never_too_strict(void **state)
{
	static const char letters[] = "aabbc.";
	unsigned good = 0, matched = 0, passed_over = 0;
	char ere[1024], line[16];

	(void)state;
	srand(1);
	for (unsigned round = 0; round < 20000; round++) {
		struct rt_pattern p;

		make_ere(ere, 2);
		if (!rt_pattern_read(&p, &pool, ere))
			continue;
		good++;
		for (unsigned k = 0; k < 20; k++) {
			size_t len = (size_t)rand() % (sizeof(line) - 1);
			bool found;

			for (size_t i = 0; i < len; i++)
				line[i] = letters[(size_t)rand() % (sizeof(letters) - 1)];
			line[len] = '\0';
			found = rt_pattern_find(&p, line, len);
			passed_over += !found;
			if (regexec(&p.regex, line, 0, NULL, 0))
				continue;
			matched++;
			if (!found)
				fail_msg("'%s' is passed over, and '%s' matches it", line, ere);
		}
		regfree(&p.regex);
		rt_pool_free(&pool);
	}
	assert_true(good > 10000 && matched > 10000 && passed_over > 10000);
}

/* The first place of any of the texts, also where a longer one begins before a shorter one. */
static void first_place(void **state)
{
	static const char text[] = "xx listening up";
	struct rt_pattern p;

	(void)state;
	assert_true(rt_pattern_read(&p, &pool, "up|st|listening"));
	assert_ptr_equal(rt_pattern_find(&p, text, strlen(text)), text + 3);
	assert_null(rt_pattern_find(&p, text, 4));
	assert_ptr_equal(rt_pattern_find(&p, text + 4, strlen(text) - 4), text + 5);
	regfree(&p.regex);
	rt_pool_free(&pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts),
		cmocka_unit_test(never_too_strict),
		cmocka_unit_test(first_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
