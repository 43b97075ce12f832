/* SPDX-License-Identifier: Apache-2.0 */
/* Rendering of diagnostics: excerpts, order, merging, secrets, fixes. */
#include "tests/unit/reports.h"

#include <jansson.h>
#include <string.h>

#include "ir/text/rules.h"
#include "ir/tree.h"

static struct str text(void)
{
	return diags_text(&arena, &map, &ds, (struct render_options){.max_errors = 50});
}

static void test_shape(void **state)
{
	(void)state;
	use_file("job.yaml", "services:\n  api:\n    imge: redis:7\n");
	struct diag *d = diag_error(&ds, span_of("imge"), RULE_R005,
				    "unknown key '%s' in services.api", "imge");
	diag_note(&ds, d, span_of("api"), "while reading this service");
	diag_help(&ds, d, "did you mean 'image'?");
	assert_str(text(), "job.yaml:3:5: error: unknown key 'imge' in services.api [R005]\n"
			   "    3 |     imge: redis:7\n"
			   "      |     ^~~~\n"
			   "job.yaml:2:3: note: while reading this service\n"
			   "    2 |   api:\n"
			   "      |   ^~~\n"
			   "help: did you mean 'image'?\n");
}

static void test_order(void **state)
{
	(void)state;
	use_file("job.yaml", "a: 1\nb: 2\n");
	diag_error(&ds, span_of("b"), RULE_R005, "second");
	diag_warning(&ds, span_of("a"), RULE_A01, "first");
	diag_error(&ds, span_of("b"), RULE_R005, "second");
	diag_error(&ds, SPAN_NONE, RULE_NONE, "no place");
	assert_str(text(), "hpcc: error: no place\n"
			   "job.yaml:1:1: warning: first [A01]\n"
			   "    1 | a: 1\n"
			   "      | ^\n"
			   "job.yaml:2:1: error: second [R005]\n"
			   "    2 | b: 2\n"
			   "      | ^\n"
			   "2 errors, 1 warning\n");
}

static void test_cap(void **state)
{
	(void)state;
	use_file("job.yaml", "abc: 1\n");
	for (uint32_t i = 0; i < 70; i++)
		diag_error(&ds, span_of("abc"), RULE_R005, "mistake %u", (unsigned)i);
	struct str all = text();
	assert_true(str_contains(all, "mistake 49"));
	assert_false(str_contains(all, "mistake 50"));
	assert_true(str_has_suffix(all, "\n70 errors (the first 50 are shown)\n"));
	assert_str(diags_text(&arena, &map, &(struct diags){.arena = &arena},
			      (struct render_options){0}),
		   "");
}

/* What nobody will read isn't kept. */
static void test_flood(void **state)
{
	(void)state;
	use_file("job.yaml", "abc: 1\n");
	for (uint32_t i = 0; i < 100000; i++) {
		struct diag *d =
			diag_error(&ds, span_of("abc"), RULE_R005, "mistake %u", (unsigned)i);
		diag_help(&ds, d, "help %u", (unsigned)i);
		diag_fix(&ds, d, span_of("abc"), STR("x"));
	}
	assert_int_equal(ds.n_errors, 100000);
	assert_true(arena.total < 8 << 20);
	assert_true(str_has_suffix(text(), "\n100000 errors (the first 50 are shown)\n"));
}

/* Tabs, wide and combining characters, what can't be seen, byte order marks, CRLF. */
static void test_columns(void **state)
{
	(void)state;
	use_file("job.yaml", "\xef\xbb\xbf"
			     "a:\tone\r\n\xe4\xbd\xa0\xe5\xa5\xbd: e\xcc\x81x y\r\nz\xe2\x80\x8b: "
			     "\x1b[31m! w\r\n");
	diag_error(&ds, span_of("one"), RULE_R001, "tab");
	diag_error(&ds, span_of("y"), RULE_R001, "wide");
	diag_error(&ds, span_of("! w"), RULE_R001, "invisible");
	assert_str(text(), "job.yaml:1:4: error: tab [R001]\n"
			   "    1 | a:      one\n"
			   "      |         ^~~\n"
			   "job.yaml:2:9: error: wide [R001]\n"
			   "    2 | \xe4\xbd\xa0\xe5\xa5\xbd: e\xcc\x81x y\n"
			   "      |          ^\n"
			   "job.yaml:3:10: error: invisible [R001]\n"
			   "    3 | z<U+200B>: <U+001B>[31m! w\n"
			   "      |                        ^~~\n"
			   "3 errors\n");
}

static void test_many_lines(void **state)
{
	(void)state;
	use_file("job.yaml", "a: [1,\n  2]\n");
	diag_error(&ds, span_of("[1,\n  2]"), RULE_R013, "a list");
	diag_error(&ds, source_span(map.files.items, 12, 12), RULE_R001, "end");
	assert_str(text(), "job.yaml:1:4: error: a list [R013]\n"
			   "    1 | a: [1,\n"
			   "      |    ^~~\n"
			   "job.yaml:3:1: error: end [R001]\n"
			   "    3 | \n"
			   "      | ^\n"
			   "2 errors\n");
}

static void test_long_lines(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, &arena);
	buf_add_c(&b, "a: ");
	buf_add_repeat(&b, 'x', 100000);
	buf_add_c(&b, "HERE");
	buf_add_repeat(&b, 'y', 100000);
	use_file("job.yaml", buf_str(&b).ptr);
	diag_error(&ds, span_of("HERE"), RULE_R001, "far");
	struct str got = text();
	assert_true(got.len < 500);
	ptrdiff_t source = str_find(got, '\n') + 1;
	struct str second = str_from(got, (size_t)source), line, marks;
	marks = str_split(second, '\n', &line);
	const char *here = memmem(line.ptr, line.len, "HERE", 4);
	assert_non_null(here);
	assert_int_equal(here - line.ptr, str_find(marks, '^'));
	assert_true(str_contains(marks, "^~~~\n"));
	assert_true(str_has_prefix(line, "    1 | ...xxx"));
	assert_true(str_has_suffix(line, "yyy..."));
}

static void test_secrets(void **state)
{
	(void)state;
	use_file("job.yaml", "env: {DB_PASSWORD: hunter2, X: 1} # no\n"
			     "  API_TOKEN: \"a # b\" # keep\n"
			     "- AUTH=zz\n"
			     "MY_SECRET: ${FROM_ENV}\n"
			     "SESSION: |\n"
			     "  line of secret\n"
			     "url: http://s3cr3t@host/s3cr3t2 x\n");
	diags_hide(&ds, STR("s3cr3t"));
	diags_hide(&ds, STR("1"));
	diag_error(&ds, span_of("X"), RULE_R001, "one");
	diag_error(&ds, span_of("API"), RULE_R001, "11 is not 1");
	diag_error(&ds, span_of("zz"), RULE_R001, "three");
	diag_error(&ds, span_of("FROM"), RULE_R001, "four");
	diag_error(&ds, span_of("of"), RULE_R001, "five");
	diag_error(&ds, span_of("x\n"), RULE_R001, "'s3cr3t' is bad");
	assert_str(text(), "job.yaml:1:29: error: one [R001]\n"
			   "    1 | env: {DB_PASSWORD: <redacted>, X: <redacted>} # no\n"
			   "      |                                ^\n"
			   "job.yaml:2:3: error: 11 is not <redacted> [R001]\n"
			   "    2 |   API_TOKEN: <redacted> # keep\n"
			   "      |   ^~~\n"
			   "job.yaml:3:8: error: three [R001]\n"
			   "    3 | - AUTH=<redacted>\n"
			   "      |        ^~~~~~~~~~\n"
			   "job.yaml:4:14: error: four [R001]\n"
			   "    4 | MY_SECRET: ${FROM_ENV}\n"
			   "      |              ^~~~\n"
			   "job.yaml:6:8: error: five [R001]\n"
			   "    6 |   <redacted>\n"
			   "      |   ^~~~~~~~~~\n"
			   "job.yaml:7:33: error: '<redacted>' is bad [R001]\n"
			   "    7 | url: http://<redacted>@host/<redacted>2 x\n"
			   "      |                                         ^\n"
			   "6 errors\n");
}

static void test_messages_are_one_line(void **state)
{
	(void)state;
	diag_error(&ds, SPAN_NONE, RULE_R005, "key 'a\nb\x1b[2J\t\xff'");
	assert_str(text(), "hpcc: error: key 'a\\nb\\x1b[2J\\t\\xff' [R005]\n");
}

static void test_color(void **state)
{
	(void)state;
	use_file("job.yaml", "a: 1\n");
	diag_warning(&ds, span_of("a"), RULE_A01, "w");
	assert_str(diags_text(&arena, &map, &ds, (struct render_options){.color = true}),
		   "\x1b[1mjob.yaml:1:1: \x1b[1;35mwarning:\x1b[0m w [A01]\n"
		   "    1 | a: 1\n"
		   "      | \x1b[1;35m^\x1b[0m\n");
}

static void test_trail(void **state)
{
	(void)state;
	use_file("job.yaml", "extends: base.yaml\n");
	use_file("base.yaml", "a: ${X}\n");
	use_file(".env", "X=bad\n");
	struct trail extends = {.kind = TRAIL_EXTENDS, .at = span_of("base.yaml")};
	struct trail variable = {
		.kind = TRAIL_VARIABLE, .at = span_of("bad"), .name = STR("X"), .next = &extends};
	struct diag *d = diag_error(&ds, span_of("${X}"), RULE_R040, "'bad' is no walltime");
	diag_trail(&ds, d, &variable);
	assert_str(text(), "base.yaml:1:4: error: 'bad' is no walltime [R040]\n"
			   "    1 | a: ${X}\n"
			   "      |    ^~~~\n"
			   ".env:1:3: note: variable X took part; its value comes from here\n"
			   "    1 | X=bad\n"
			   "      |   ^~~\n"
			   "job.yaml:1:10: note: it is inherited through this 'extends'\n"
			   "    1 | extends: base.yaml\n"
			   "      |          ^~~~~~~~~\n");
}

static void test_fixes(void **state)
{
	(void)state;
	use_file("job.yaml", "imge: x\nb: yes\nc: d\n");
	struct diag *d = diag_error(&ds, span_of("yes"), RULE_R013, "one");
	diag_fix(&ds, d, span_of("yes"), STR("true"));
	d = diag_error(&ds, span_of("imge"), RULE_R005, "two");
	diag_fix(&ds, d, span_of("imge"), STR("image"));
	d = diag_error(&ds, span_of("imge"), RULE_R005, "overlaps the one before");
	diag_fix(&ds, d, span_of("mg"), STR("MG"));
	diag_fix(&ds, d, span_of("d\n"), STR("never"));
	uint32_t n;
	assert_str(diags_fixed(&arena, &ds, map.files.items, &n), "image: x\nb: true\nc: d\n");
	assert_int_equal(n, 2);
}

static void make_example(void)
{
	use_file("job 1.yaml", "a: 1\nk\xc3\xa4y: hunter2\n");
	diags_hide(&ds, STR("hunter2"));
	struct diag *d =
		diag_error(&ds, span_of("hunter2"), RULE_R013, "'%s' is \"bad\"", "hunter2");
	diag_note(&ds, d, span_of("a"), "see here");
	diag_note(&ds, d, SPAN_NONE, "from the environment");
	diag_help(&ds, d, "drop it");
	diag_fix(&ds, d, span_of("k\xc3\xa4y"), STR("key"));
	d = diag_warning(&ds, SPAN_NONE, RULE_NONE, "no place");
	diag_fix(&ds, d, span_of("1"), STR("hunter2"));
}

static void test_json(void **state)
{
	(void)state;
	make_example();
	assert_str(
		diags_json(&arena, ONE_REPORT(&map, &ds)),
		"{\"version\": 1,\n \"errors\": 1,\n \"warnings\": 1,\n \"diagnostics\": [\n"
		"    {\"rule\": \"\", \"name\": \"\", \"severity\": \"warning\",\n"
		"     \"message\": \"no place\",\n     \"at\": null,\n     \"notes\": [],\n"
		"     \"help\": [],\n     \"fixes\": []},\n"
		"    {\"rule\": \"R013\", \"name\": \"wrong-kind\", \"severity\": \"error\",\n"
		"     \"message\": \"'<redacted>' is \\\"bad\\\"\",\n"
		"     \"at\": {\"file\": \"job 1.yaml\", \"begin\": 11, \"end\": 18, \"line\": 2, "
		"\"column\": 6, \"end_line\": 2, \"end_column\": 13},\n"
		"     \"notes\": [{\"message\": \"see here\", \"at\": {\"file\": \"job 1.yaml\", "
		"\"begin\": 0, \"end\": 1, \"line\": 1, \"column\": 1, \"end_line\": 1, "
		"\"end_column\": 2}}, {\"message\": \"from the environment\", \"at\": null}],\n"
		"     \"help\": [\"drop it\"],\n"
		"     \"fixes\": [{\"at\": {\"file\": \"job 1.yaml\", \"begin\": 5, \"end\": 9, "
		"\"line\": 2, \"column\": 1, \"end_line\": 2, \"end_column\": 4}, \"text\": "
		"\"key\"}]}\n ]}\n");
}

static void test_sarif(void **state)
{
	(void)state;
	make_example();
	json_error_t why;
	json_t *log = json_loads(diags_sarif(&arena, ONE_REPORT(&map, &ds), STR("")).ptr, 0, &why);
	if (!log)
		fail_msg("%s", why.text);
	json_t *run = json_array_get(json_object_get(log, "runs"), 0);
	json_t *results = json_object_get(run, "results");
	assert_int_equal(json_array_size(results), 2);
	const char *level, *text, *uri, *id, *rule;
	int index, offset, column;
	assert_int_equal(json_unpack(json_array_get(results, 1),
				     "{s:s, s:s, s:i, s:{s:s}, s:[{s:{s:{s:s}, s:{s:i, s:i}}}]}",
				     "ruleId", &id, "level", &level, "ruleIndex", &index, "message",
				     "text", &text, "locations", "physicalLocation",
				     "artifactLocation", "uri", &uri, "region", "startColumn",
				     &column, "byteOffset", &offset),
			 0);
	assert_string_equal(level, "error");
	assert_string_equal(text, "'<redacted>' is \"bad\"; from the environment; drop it");
	assert_string_equal(uri, "job%201.yaml");
	assert_int_equal(column, 6);
	assert_int_equal(offset, 11);
	json_t *known =
		json_object_get(json_object_get(json_object_get(run, "tool"), "driver"), "rules");
	assert_int_equal(json_unpack(json_array_get(known, (size_t)index), "{s:s}", "id", &rule),
			 0);
	assert_string_equal(rule, id);
	assert_null(json_object_get(json_array_get(results, 0), "fixes"));
	json_decref(log);
}

/* Rules lead to a page where somebody has said which one, and nowhere else. */
static void test_sarif_page(void **state)
{
	(void)state;
	const diag_reports *one = ONE_REPORT(&map, &ds);
	struct str without = diags_sarif(&arena, one, STR(""));
	struct str with = diags_sarif(&arena, one, STR("https://hpc.example/rules.md"));
	assert_null(strstr(without.ptr, "helpUri"));
	assert_non_null(strstr(with.ptr, "\"helpUri\": "
					 "\"https://hpc.example/rules.md#r005-unknown-key\""));
}

/* Whatever id a message has: it can be explained, it is in SARIF's rules at the place that the result
   names, and in the JSON. */
static void test_every_id(void **state)
{
	(void)state;
	use_file("job.yaml", "a: 1\n");
	for (enum rule_id i = RULE_NONE + 1; i < N_RULES; i++)
		diag_error(&ds, span_of("a"), i, "message %u", (unsigned)i);
	json_t *log = json_loads(diags_sarif(&arena, ONE_REPORT(&map, &ds), STR("")).ptr, 0, NULL);
	json_t *run = json_array_get(json_object_get(log, "runs"), 0);
	json_t *known =
		json_object_get(json_object_get(json_object_get(run, "tool"), "driver"), "rules");
	json_t *results = json_object_get(run, "results");
	json_t *all = json_loads(diags_json(&arena, ONE_REPORT(&map, &ds)).ptr, 0, NULL);
	json_t *list = json_object_get(all, "diagnostics");
	assert_int_equal(json_array_size(results), N_RULES - 1);
	assert_int_equal(json_array_size(list), N_RULES - 1);
	for (size_t k = 0; k < N_RULES - 1; k++) {
		json_t *result = json_array_get(results, k), *one = json_array_get(list, k);
		const char *id = json_string_value(json_object_get(result, "ruleId"));
		size_t place = (size_t)json_integer_value(json_object_get(result, "ruleIndex"));
		assert_non_null(id);
		json_t *row = json_array_get(known, place);
		assert_string_equal(json_string_value(json_object_get(row, "id")), id);
		assert_string_equal(json_string_value(json_object_get(one, "rule")), id);
		const struct rule *rule = rule_find(str_c(id));
		assert_non_null(rule);
		assert_true(rule->meaning[0] && rule->remedy[0] && rule->bad[0] && rule->good[0]);
		assert_string_equal(json_string_value(json_object_get(one, "name")), rule->name);
	}
	json_decref(all);
	json_decref(log);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_shape),      TEST(test_order),   TEST(test_cap),
		TEST(test_flood),      TEST(test_columns), TEST(test_many_lines),
		TEST(test_long_lines), TEST(test_secrets), TEST(test_messages_are_one_line),
		TEST(test_color),      TEST(test_trail),   TEST(test_fixes),
		TEST(test_json),       TEST(test_sarif),   TEST(test_every_id),
		TEST(test_sarif_page),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
