/* SPDX-License-Identifier: Apache-2.0 */
/* Diagnostics as code hosts take them, and those of several specs in one value. */
#include "tests/unit/reports.h"

#include <jansson.h>
#include <string.h>

static void test_github(void **state)
{
	(void)state;
	use_file("a,b: 100%.yaml", "a: 1\nb: hunter2\n");
	diags_hide(&ds, STR("hunter2"));
	struct diag *d = diag_error(&ds, span_of("hunter2"), RULE_R013,
				    "'hunter2' is 50%% of what, ::warning::x\r\ny\x1b[2J");
	diag_note(&ds, d, span_of("1"), "not 'hunter2'");
	diag_help(&ds, d, "drop\nit");
	diag_warning(&ds, SPAN_NONE, RULE_NONE, "no place");
	assert_str(
		diags_github(&arena, ONE_REPORT(&map, &ds)),
		"::warning title=hpcc::no place\n"
		"::error file=a%2Cb%3A 100%25.yaml,line=2,endLine=2,col=4,endColumn=11,title=R013 "
		"wrong-kind::'<redacted>' is 50%25 of what, ::warning::x\\r\\ny\\x1b[2J%0A"
		"a,b: 100%25.yaml:1:4: note: not '<redacted>'%0Ahelp: drop\\nit\n");
}

static json_t *gitlab(void)
{
	json_error_t why;
	json_t *list = json_loads(diags_gitlab(&arena, ONE_REPORT(&map, &ds)).ptr, 0, &why);
	if (!list)
		fail_msg("%s", why.text);
	return list;
}

static void expect_finding(const json_t *list, size_t i, const char *rule, const char *severity,
			   int line, const char **mark)
{
	const char *text, *name, *grade, *path;
	int begin;
	assert_int_equal(json_unpack(json_array_get(list, i),
				     "{s:s, s:s, s:s, s:s, s:{s:s, s:{s:i}}}", "description", &text,
				     "check_name", &name, "fingerprint", mark, "severity", &grade,
				     "location", "path", &path, "lines", "begin", &begin),
			 0);
	assert_string_equal(name, rule);
	assert_string_equal(grade, severity);
	assert_string_equal(path, "job.yaml");
	assert_int_equal(begin, line);
	assert_null(strstr(text, "hunter2"));
	assert_int_equal(strlen(*mark), 16);
}

static void report_for_gitlab(void)
{
	diags_hide(&ds, STR("hunter2"));
	diag_error(&ds, span_of("hunter2"), RULE_R013, "'hunter2' is bad");
	diag_warning(&ds, span_of("1"), RULE_A01, "same");
	diag_warning(&ds, span_of("2, "), RULE_A01, "same");
	diag_warning(&ds, SPAN_NONE, RULE_NONE, "no place");
}

/* Findings differ from each other, and are the same ones further down. */
static void test_gitlab(void **state)
{
	const char *mark[4], *again;
	use_file("job.yaml", "a: [1, 2, hunter2]\n");
	report_for_gitlab();
	json_t *list = gitlab();
	assert_int_equal(json_array_size(list), 4);
	expect_finding(list, 0, "hpcc", "minor", 1, &mark[0]);
	expect_finding(list, 1, "A01", "minor", 1, &mark[1]);
	expect_finding(list, 2, "A01", "minor", 1, &mark[2]);
	expect_finding(list, 3, "R013", "major", 1, &mark[3]);
	for (size_t i = 0; i < 4; i++)
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(mark[i], mark[k]);
	char kept[17];
	memcpy(kept, mark[3], sizeof(kept));
	json_decref(list);
	tear_down(state);
	set_up(state);
	use_file("job.yaml", "# a line\n# more\nb: 0\na: [1, 2, hunter2]\n");
	report_for_gitlab();
	list = gitlab();
	expect_finding(list, 3, "R013", "major", 4, &again);
	assert_string_equal(again, kept);
	json_decref(list);
	tear_down(state);
	set_up(state);
	assert_str(diags_gitlab(&arena, ONE_REPORT(&map, &ds)), "[]\n");
}

/* Two specs that extend the same base: what is wrong with it is said once, and errors are counted so. */
static void test_several(void **state)
{
	struct source_map other;
	struct diags more;
	(void)state;
	source_map_init(&other, &arena);
	diags_init(&more, &arena);
	use_file("one.yaml", "a: 1\n");
	use_file("base.yaml", "b: 2\n");
	source_add(&other, STR("two.yaml"), STR("long: 1\n"));
	source_add(&other, STR("base.yaml"), STR("b: 2\n"));
	diag_error(&ds, span_of("2"), RULE_R013, "shared");
	diag_error(&ds, span_of("1"), RULE_R013, "own");
	diag_error(&more, source_span(&other.files.items[1], 3, 4), RULE_R013, "shared");
	diag_error(&more, source_span(&other.files.items[0], 6, 7), RULE_R013, "own");
	struct diag_report both[] = {{&map, &ds}, {&other, &more}};
	json_t *all =
		json_loads(diags_json(&arena, &(diag_reports){.items = both, .n = 2}).ptr, 0, NULL);
	json_t *list = json_object_get(all, "diagnostics");
	static const char *const files[] = {"one.yaml", "base.yaml", "two.yaml"};
	assert_int_equal(json_integer_value(json_object_get(all, "errors")), 3);
	assert_int_equal(json_array_size(list), 3);
	for (size_t i = 0; i < 3; i++) {
		const json_t *at = json_object_get(json_array_get(list, i), "at");
		assert_string_equal(json_string_value(json_object_get(at, "file")), files[i]);
	}
	json_decref(all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_github),
		TEST(test_gitlab),
		TEST(test_several),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
