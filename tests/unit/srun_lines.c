/* SPDX-License-Identifier: Apache-2.0 */
/* What srun says of a status goes, however the bytes come; all else stays, byte for byte. */
#include "tests/unit/test.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "driver/enter/srun_lines.h"

/* The text in pieces of that many bytes. */
static size_t pass(const char *text, size_t len, size_t piece, char *out, size_t room)
{
	int file = memfd_create("lines", 0);
	struct srun_lines lines = {0};

	assert_true(file >= 0);
	for (size_t at = 0; at < len; at += piece)
		srun_lines_put(&lines, file, text + at, len - at < piece ? len - at : piece);
	srun_lines_end(&lines, file);
	ssize_t n = pread(file, out, room, 0);
	close(file);
	return n < 0 ? 0 : (size_t)n;
}

#define STATUS "srun: error: n1: task 0: Exited with exit code 5"

static void test_lines(void **state)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{"", ""},
		{"plain\n", "plain\n"},
		{"no end", "no end"},
		{STATUS "\n", ""},
		{STATUS "\r\n", ""},
		{"before\n" STATUS "\nafter", "before\nafter"},
		{"inside " STATUS "\n", "inside " STATUS "\n"},
		{STATUS, STATUS},
		{STATUS " of 7\n", STATUS " of 7\n"},
		{"srun: error: n1: task 0: Killed\n", "srun: error: n1: task 0: Killed\n"},
		{"srun: error: n1: task 1: Exited with exit code 5\n",
		 "srun: error: n1: task 1: Exited with exit code 5\n"},
		{"srun: er\nsrun: error: ", "srun: er\nsrun: error: "},
		{"\n\n" STATUS "\n\n", "\n\n\n"},
	};
	char out[1024];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		for (size_t piece = 1; piece < 70; piece++) {
			size_t n =
				pass(rows[i].in, strlen(rows[i].in), piece, out, sizeof(out) - 1);

			out[n] = '\0';
			assert_string_equal(out, rows[i].out);
		}
}

static void test_bytes(void **state)
{
	static char in[200000], out[300000];

	(void)state;
	for (size_t i = 0; i < sizeof(in); i++)
		in[i] = (char)(i * 7 + i / 251);
	memcpy(in + 5000,
	       "\nsrun: error: ", 14); /* and then a line that is longer than what is held */
	for (size_t i = 5014; i < 9000; i++)
		in[i] = 'x';
	assert_int_equal(pass(in, sizeof(in), 4097, out, sizeof(out)), sizeof(in));
	assert_memory_equal(in, out, sizeof(in));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
