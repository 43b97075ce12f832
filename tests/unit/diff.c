/* SPDX-License-Identifier: Apache-2.0 */
/* driver/diff: hunks as patch(1) reads them; applying a diff gives the other text. */
#include "tests/unit/test.h"

#include <stdlib.h>

#include "driver/screen/diff.h"
#include "ir/support/arena.h"

static struct str run(struct arena *a, struct str old, struct str new)
{
	return diff_unified(a, STR("old"), old, STR("new"), new);
}

static void test_hunks(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a);
	assert_str(run(&a, STR("a\n"), STR("a\n")), "");
	assert_str(run(&a, STR("a\nb\nc\n"), STR("a\nx\nc\n")),
		   "--- old\n+++ new\n@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n");
	assert_str(run(&a, STR(""), STR("a\n")), "--- old\n+++ new\n@@ -0,0 +1,1 @@\n+a\n");
	assert_str(run(&a, STR("a"), STR("a\n")),
		   "--- old\n+++ new\n@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+a\n");
	assert_str(run(&a, STR("1\n2\n3\n4\n5\n6\n7\n8\n9\n"), STR("1\n2\n3\n4\n5\n6\n7\n8\n")),
		   "--- old\n+++ new\n@@ -6,4 +6,3 @@\n 6\n 7\n 8\n-9\n");
	arena_free(&a);
}

static struct str next_line(struct str *text)
{
	ptrdiff_t end = str_find(*text, '\n');
	struct str line = str_slice(*text, 0, end == STR_NONE ? text->len : (size_t)end + 1);

	*text = str_from(*text, line.len);
	return line;
}

/* Applies a diff of texts whose lines all end in a line end. */
static struct str apply(struct arena *a, struct str old, struct str diff)
{
	struct buf out;
	size_t line = 1;

	buf_init(&out, a);
	next_line(&diff);
	next_line(&diff);
	while (diff.len > 0) {
		struct str head = next_line(&diff);
		size_t from = strtoul(head.ptr + 4, NULL, 10);
		size_t count = strtoul(head.ptr + 5 + str_find(str_from(head, 4), ','), NULL, 10);

		from += count == 0; /* of an empty range the line before is named */
		for (; line < from; line++)
			buf_add(&out, next_line(&old));
		while (diff.len > 0 && diff.ptr[0] != '@') {
			struct str edit = next_line(&diff);

			if (edit.ptr[0] == '+') {
				buf_add(&out, str_from(edit, 1));
				continue;
			}
			assert_true(str_eq(next_line(&old), str_from(edit, 1)));
			line++;
			if (edit.ptr[0] == ' ')
				buf_add(&out, str_from(edit, 1));
		}
	}
	buf_add(&out, old);
	return buf_str(&out);
}

static struct str random_text(struct arena *a, unsigned n, unsigned words)
{
	struct buf text;

	buf_init(&text, a);
	for (unsigned i = 0; i < n; i++)
		buf_add_fmt(&text, "%ld\n", random() % words);
	return buf_str(&text);
}

static void test_random_texts(void **state)
{
	(void)state;
	srandom(1);
	for (unsigned round = 0; round < 300; round++) {
		struct arena a;
		struct str old, new, diff;

		arena_init(&a);
		old = random_text(&a, (unsigned)random() % 40, 1 + round % 12);
		new = random_text(&a, (unsigned)random() % 40, 1 + round % 12);
		diff = run(&a, old, new);
		if (diff.len > 0)
			assert_true(str_eq(apply(&a, old, diff), new));
		else
			assert_true(str_eq(old, new));
		arena_free(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hunks),
		cmocka_unit_test(test_random_texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
