/* SPDX-License-Identifier: Apache-2.0 */
/* driver/story/log_reader and log_times: lines of files that grow and are cut off, and when they came. */
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "driver/story/log_reader.h"
#include "driver/story/log_times.h"

static int open_scratch(void)
{
	char path[] = "/tmp/hpcc-unit-XXXXXX";
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	unlink(path);
	return fd;
}

static void put(int fd, const char *text)
{
	size_t n = strlen(text);

	assert_int_equal(write(fd, text, n), (ssize_t)n);
}

static void expect(struct log_reader *r, bool is_last, const char *text, bool ends)
{
	struct log_item item;

	assert_true(log_reader_next(r, UINT64_MAX, is_last, &item));
	assert_str(item.text, text);
	assert_int_equal(item.ends, ends);
}

static void test_lines(void **state)
{
	int fd = open_scratch();
	struct log_reader r = {0};
	struct log_item item;
	struct arena a;

	(void)state;
	arena_init(&a);
	log_reader_begin(&r, &a, fd, 0);
	assert_false(log_reader_next(&r, UINT64_MAX, true, &item));
	put(fd, "one\n\ntw");
	expect(&r, false, "one\n", true);
	expect(&r, false, "\n", true);
	assert_false(log_reader_next(&r, UINT64_MAX, false, &item));
	put(fd, "o\nend");
	expect(&r, false, "two\n", true);
	assert_false(log_reader_next(&r, UINT64_MAX, false, &item));
	expect(&r, true, "end", false);
	assert_false(log_reader_is_cut(&r));
	/* Cut off, and as long again: what stood there stands there no more. */
	assert_int_equal(ftruncate(fd, 0), 0);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	put(fd, "others, and more of them\n");
	assert_true(log_reader_is_cut(&r));
	log_reader_end(&r);
	arena_free(&a);
}

/* A line that is longer than a piece comes in pieces, the first of which begins it. */
static void test_long_line(void **state)
{
	int fd = open_scratch();
	struct log_reader r = {0};
	struct log_item item;
	struct arena a;

	(void)state;
	arena_init(&a);
	char *text = arena_alloc(&a, 2 * LOG_PIECE + 10);
	memset(text, 'x', 2 * LOG_PIECE + 9);
	text[2 * LOG_PIECE + 9] = '\0';
	put(fd, text);
	put(fd, "\nnext\n");
	log_reader_begin(&r, &a, fd, 0);
	size_t n = 0;
	for (unsigned i = 0; i < 3; i++) {
		assert_true(log_reader_next(&r, UINT64_MAX, false, &item));
		assert_int_equal(item.begins, i == 0);
		assert_int_equal(item.ends, i == 2);
		n += item.text.len;
	}
	assert_int_equal(n, 2 * LOG_PIECE + 10);
	expect(&r, false, "next\n", true);
	log_reader_end(&r);
	arena_free(&a);
}

static void test_places(void **state)
{
	int fd = open_scratch();

	(void)state;
	put(fd, "a\nbb\nccc\ndd"); /* 0, 2, 5, 9 */
	assert_int_equal(log_tail(fd, 0, 11, 1), 9);
	assert_int_equal(log_tail(fd, 0, 11, 2), 5);
	assert_int_equal(log_tail(fd, 0, 9, 2), 2);
	assert_int_equal(log_tail(fd, 0, 11, 99), 0);
	assert_int_equal(log_tail(fd, 2, 11, 99), 2);
	assert_int_equal(log_tail(fd, 0, 11, 0), 11);
	assert_int_equal(log_line_begin(fd, 0), 0);
	assert_int_equal(log_line_begin(fd, 1), 2);
	assert_int_equal(log_line_begin(fd, 2), 2);
	assert_int_equal(log_line_begin(fd, 3), 5);
	assert_int_equal(log_line_begin(fd, 10), 11);
	close(fd);
}

static void test_times(void **state)
{
	struct log_time items[] = {{1000, 10}, {1100, 30}, {5000, 40}};
	struct log_times times = {.list = {.items = items, .n = 3}};
	uint32_t at = 0;

	(void)state;
	assert_true(log_times_at(&times, 0, 9, &at) == 1);
	assert_true(log_times_at(&times, 9, 9, &at) == 1);
	assert_true(log_times_at(&times, 10, 9, &at) == 1.1);
	assert_true(log_times_at(&times, 30, 9, &at) == 5);
	/* Behind what was noted: the file's own time, which can't be an earlier one. */
	assert_true(log_times_at(&times, 40, 9, &at) == 9);
	assert_true(log_times_at(&times, 40, 2, &at) == 5);
	assert_int_equal(log_times_from(&times, 0.5), 0);
	assert_int_equal(log_times_from(&times, 1), 0);
	assert_int_equal(log_times_from(&times, 1.05), 10);
	assert_int_equal(log_times_from(&times, 6), 40);
	assert_int_equal(log_times_behind(&times, 0.5), 0);
	assert_int_equal(log_times_behind(&times, 1), 10);
	assert_int_equal(log_times_behind(&times, 4), 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
