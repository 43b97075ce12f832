/* SPDX-License-Identifier: Apache-2.0 */
/* Looks at marks while tasks leave them: whose end is seen, its beginning is seen, too, or looked for again. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ir/files.gen.h"
#include "runtime/files.h"
#include "runtime/step/marks.h"
#include "tests/unit/test.h"

enum {
	MANY = 100 /* tasks, whose marks are found by listing the folder */
};

static char dir[] = "/tmp/hpcc-marks-XXXXXX";
/* A task begins and ends after so many files have been opened. */
static unsigned opens_left;

static void leave(uint32_t task, enum rt_mark_kind kind)
{
	struct rt_mark mark = {.task = task, .ran = true, .host = "n1"};

	assert_true(rt_mark_write(dir, "s.1", kind, &mark));
}

/* What marks are opened with. */
int rt_open_plain(int folder, const char *path, int flags, unsigned mode)
{
	int fd = openat(folder, path, flags | O_CLOEXEC, mode);

	if (opens_left && !--opens_left)
		for (unsigned kind = 0; kind < RT_MARK_KINDS; kind++)
			leave(0, (enum rt_mark_kind)kind);
	return fd;
}

static void begins_and_ends_meanwhile(void **state)
{
	(void)state;
	for (unsigned opens = 1; opens <= RT_MARK_KINDS; opens++) {
		struct rt_mark_sum sum = {.has_ready = true};
		uint8_t told[1] = {0};

		opens_left = opens;
		rt_mark_read(dir, "s.1", 1, told, &sum);
		assert_int_equal(opens_left, 0);
		assert_true(sum.count[RT_MARK_START] >= sum.count[RT_MARK_READY]);
		assert_true(sum.count[RT_MARK_READY] >= sum.count[RT_MARK_EXIT]);
		rt_mark_read(dir, "s.1", 1, told, &sum);
		for (unsigned kind = 0; kind < RT_MARK_KINDS; kind++)
			assert_int_equal(sum.count[kind], 1);
		rt_mark_remove(dir, "s.1", 1);
	}
}

/* Listing a folder may find the later one of two files alone. */
static void end_is_found_alone(void **state)
{
	static const uint32_t tasks[] = {1, MANY};

	(void)state;
	for (size_t i = 0; i < sizeof(tasks) / sizeof(tasks[0]); i++)
		for (unsigned lacking = 0; lacking < RT_MARK_EXIT; lacking++) {
			struct rt_mark_sum sum = {.has_ready = true};
			uint8_t told[MANY] = {0};

			for (uint32_t task = 0; task < tasks[i]; task++)
				for (unsigned kind = 0; kind < RT_MARK_KINDS; kind++)
					if (task || kind != lacking)
						leave(task, (enum rt_mark_kind)kind);
			rt_mark_read(dir, "s.1", tasks[i], told, &sum);
			assert_int_equal(sum.count[RT_MARK_EXIT], tasks[i]);
			assert_int_equal(sum.count[lacking], tasks[i] - 1);
			assert_true(rt_marks_are_awaited(&sum, tasks[i], true));
			assert_true(rt_marks_are_awaited(&sum, tasks[i], false));
			leave(0, (enum rt_mark_kind)lacking);
			rt_mark_read(dir, "s.1", tasks[i], told, &sum);
			assert_int_equal(sum.count[lacking], tasks[i]);
			assert_false(rt_marks_are_awaited(&sum, tasks[i], false));
			rt_mark_remove(dir, "s.1", tasks[i]);
		}
}

/* What is of no use isn't looked for: ends while all run, ready marks that nobody has asked for. */
static void nothing_is_awaited(void **state)
{
	struct rt_mark_sum sum = {.count = {[RT_MARK_START] = 2}};

	(void)state;
	assert_false(rt_marks_are_awaited(&sum, 2, true));
	assert_true(rt_marks_are_awaited(&sum, 2, false));
	sum.count[RT_MARK_EXIT] = 1;
	assert_true(rt_marks_are_awaited(&sum, 2, false));
	sum.count[RT_MARK_EXIT] = 2;
	assert_false(rt_marks_are_awaited(&sum, 2, false));
	assert_false(rt_marks_are_awaited(&(struct rt_mark_sum){0}, 0, false));
}

static int make_folder(void **state)
{
	char path[sizeof(dir) + sizeof(JOB_FOLDER_MARKS) + 1];

	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(path, sizeof(path), "%s/" JOB_FOLDER_MARKS, dir);
	return mkdir(path, 0700);
}

static int remove_folder(void **state)
{
	char path[sizeof(dir) + sizeof(JOB_FOLDER_MARKS) + 1];

	(void)state;
	snprintf(path, sizeof(path), "%s/" JOB_FOLDER_MARKS, dir);
	return rmdir(path) || rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(begins_and_ends_meanwhile),
		cmocka_unit_test(end_is_found_alone),
		cmocka_unit_test(nothing_is_awaited),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
