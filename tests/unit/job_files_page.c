/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of docs/job-files.md is that of ir/facts/files.m4. HPCC_UPDATE=1 writes it anew; what
 * stands round it is the page's own. Scripts speak of no other file in the job's folder.
 */
#include "tests/unit/test.h"

#include <fnmatch.h>
#include <glob.h>
#include <string.h>

#include "ir/files.gen.h"
#include "ir/support/arena.h"
#include "tests/unit/files.h"
#include "tests/unit/pages.h"

static const char begin_mark[] = "<!-- Made from ir/facts/files.m4; change that. -->\n\n";
static const char end_mark[] = "\n<!-- End of what is made. -->\n";

static const struct {
	const char *place, *path, *mode, *content, *writer, *reader, *when;
} rows[] = {
#define ROW(...) {__VA_ARGS__},
	JOB_FILES(ROW)
#undef ROW
};

static const char *mode_text(const char *mode)
{
	static const char *const words[][2] = {
		{"private", "0600"}, {"public", "0644"},
		{"program", "0755"}, {"as_script", "0600 with secrets"},
		{"umask", ""},
	};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(words[i][0], mode))
			return words[i][1];
	fail_msg("no mode is called %s", mode);
	return NULL;
}

static struct str table(struct arena *a)
{
	struct buf b;
	buf_init(&b, a);
	buf_add_c(&b, "| file | content | when | mode | written by | read by |\n"
		      "|---|---|---|---|---|---|\n");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		buf_add_fmt(&b, "| `%s` | %s | %s | %s | %s | %s |\n", rows[i].path,
			    rows[i].content, rows[i].when, mode_text(rows[i].mode), rows[i].writer,
			    rows[i].reader);
	return buf_str(&b);
}

static void test_page(void **state)
{
	struct arena a;
	(void)state;
	arena_init(&a);
	page_has("docs/job-files.md", begin_mark, end_mark, table(&a), "unit_job_files_page");
	arena_free(&a);
}

/* No path twice; parameters and modes come out as the rows say. */
static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(rows[i].path, rows[k].path);
	assert_string_equal(JOB_FILE_LOG("%s"), "logs/%s.log");
	assert_string_equal(JOB_FILE_HOOK("a", "b.1"), "hooks/a.b.1.sh");
	assert_int_equal(JOB_MODE_STATE, 0600);
}

static bool is_documented(struct arena *a, struct str path)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf pattern;
		buf_init(&pattern, a);
		for (const char *c = rows[i].path; *c; c++)
			if (*c == '<') {
				buf_add_byte(&pattern, '*');
				c = strchr(c, '>');
			} else {
				buf_add_byte(&pattern, *c);
			}
		if (!fnmatch(str_to_c(a, buf_str(&pattern)), str_to_c(a, path), FNM_PATHNAME))
			return true;
	}
	return false;
}

/* Checks what stands behind $JOB_DIR/ and $JOB_ROOT/ in a text; returns how much there is. */
static unsigned check_script(struct arena *a, const char *name)
{
	static const char *const folders[] = {"$JOB_DIR/", "$JOB_ROOT/"};
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_./-";
	struct str text = read_file(a, name);
	unsigned n = 0;
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		for (const char *at = text.ptr; at && (at = strstr(at, folders[i]));) {
			at += strlen(folders[i]);
			struct str path = {at, strspn(at, letters)};
			n += path.len > 0;
			if (path.len && !is_documented(a, path))
				fail_msg("%s: %.*s is in no row of ir/facts/files.m4", name,
					 STR_ARG(path));
		}
	return n;
}

static void test_scripts(void **state)
{
	struct arena a;
	glob_t found;
	unsigned n = 0;
	(void)state;
	arena_init(&a);
	assert_int_equal(glob(HPCC_SOURCE_DIR "/tests/cases/*/*.sh", 0, NULL, &found), 0);
	assert_int_equal(glob(HPCC_SOURCE_DIR "/backends/bash/*.sh", GLOB_APPEND, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++)
		n += check_script(&a, found.gl_pathv[i]);
	assert_true(n > 20);
	globfree(&found);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_page),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_scripts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
