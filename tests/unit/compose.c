/* SPDX-License-Identifier: Apache-2.0 */
/* The composer: kinds, spans, anchors, merge keys, repeated keys, limits. */
#include "tests/unit/test.h"

#include <string.h>

#include "tests/unit/fixture.h"

struct row {
	const char *text, *tree, *diags;
};

static void check_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct fixture f;
		fixture_begin(&f);
		fixture_file(&f, "job.yaml", rows[i].text);
		frontend_read(&f.unit);
		if (!str_eq_c(fixture_tree(&f), rows[i].tree) ||
		    !str_eq_c(fixture_diags(&f), rows[i].diags)) {
			struct str tree = fixture_tree(&f), diags = fixture_diags(&f);
			fail_msg("row %zu:\n%s\ntree  %.*s\nwant  %s\ndiags %.*s\nwant  %s", i,
				 rows[i].text, STR_ARG(tree), rows[i].tree, STR_ARG(diags),
				 rows[i].diags);
		}
		const char *bad = fixture_check_spans(&f);
		if (bad)
			fail_msg("row %zu: %s", i, bad);
		fixture_end(&f);
	}
}

#define CHECK(rows) check_rows((rows), sizeof(rows) / sizeof((rows)[0]))

static void test_kinds(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{"a: [~, null, Null, NULL]\nb:\nc: \"\"\n",
		 "{a: [~, null, Null, NULL], b: null, c: ''}", ""},
		{"a: [true, False, TRUE, yes, no, on, Off, y, tRUE]",
		 "{a: [true, False, TRUE, 'yes', 'no', 'on', 'Off', 'y', 'tRUE']}", ""},
		{"a: [0, 12, -3, +4, 007, 0x1F, 0o17, 0b11, 0x, 0o9, -0, 00, -01]",
		 "{a: [0, 12, -3, +4, '007', 0x1F, 0o17, 0b11, '0x', '0o9', -0, '00', '-01']}", ""},
		{"a: [1.5, .5, 1., 1e3, -.inf, .NaN, ., 1e, e3, 1_000, +.5e-7, 1.2.3]",
		 "{a: [1.5, .5, 1., 1e3, -.inf, .NaN, '.', '1e', 'e3', '1_000', +.5e-7, '1.2.3']}",
		 ""},
		{"a: [90:00, 1-00, 1:30:00, 2001-01-01]",
		 "{a: ['90:00', '1-00', '1:30:00', '2001-01-01']}", ""},
		{"a: [\"1\", 'true', !!str 3, ! 4, !!int \"5\", !!float 6, !!null '']",
		 "{a: ['1', 'true', '3', '4', 5, 6, null]}", ""},
		{"a: !!map {}\nb: !!seq []\n", "{a: {}, b: []}", ""},
	};
	CHECK(rows);
}

#define TAG_HELP                                                                                   \
	" | help only !!str, !!int, !!float, !!bool, !!null, !!seq and !!map are known, each "     \
	"before a value of its kind, and !reset and !override of files that are laid over others; a text that begins with '!' needs quotes"

static void test_tags(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{"a: !secret x\n", "{a: !}",
		 "job.yaml:1:4-11 R001 tag '!secret' can't stand here" TAG_HELP},
		{"a: !!int  one\n", "{a: !}",
		 "job.yaml:1:4-9 R001 tag '!!int' can't stand here" TAG_HELP},
		{"a: !!map [x]\n", "{a: ['x']}",
		 "job.yaml:1:4-9 R001 tag '!!map' can't stand here" TAG_HELP},
	};
	CHECK(rows);
}

static void test_repeated_keys(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{"a: 1\nb: 2\na: 3\n", "{a: 1, b: 2}",
		 "job.yaml:3:1-2 R002 key 'a' is repeated | note job.yaml:1:1-2 the first one is "
		 "here"},
		{"x: {k: 1, \"k\": 2}\n", "{x: {k: 1}}",
		 "job.yaml:1:11-14 R002 key 'k' is repeated | note job.yaml:1:5-6 the first one is "
		 "here"},
		{"1: a\ntrue: b\n~: c\nyes: d\n", "{yes: 'd'}",
		 "job.yaml:1:1-2 R004 a key must be a string, not an integer | help put it in "
		 "quotes: \"1\"\n"
		 "job.yaml:2:1-5 R004 a key must be a string, not a boolean | help put it in "
		 "quotes: \"true\"\n"
		 "job.yaml:3:1-2 R004 a key must be a string, not null | help put it in quotes: "
		 "\"~\""},
		{"? [a, b]\n: 1\nc: 2\n", "{c: 2}",
		 "job.yaml:1:3-9 R004 a key must be a string, not a list | help a '[' or '{' at "
		 "the start of a text needs quotes around it"},
	};
	CHECK(rows);
}

static void test_anchors(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{"a: &x 1\nb: *x\n", "{a: 1, b: @1}", ""},
		{"a: &x !!str 1\nb: !!str &y 2\nc: [*x, *y]\n", "{a: '1', b: '2', c: [@'1', @'2']}",
		 ""},
		{"k: &k name\n*k : 1\n", "{k: 'name', name: 1}", ""},
		{"a: &base 1\nb: *bas\n", "{a: 1, b: !}",
		 "job.yaml:2:4-8 R001 alias '*bas' has no anchor | help did you mean '*base'?"},
		{"b: *globs\n", "{b: !}",
		 "job.yaml:1:4-10 R001 alias '*globs' has no anchor | help an anchor '&globs' must "
		 "come before; if a text is meant that begins with '*', put it in quotes"},
		/* A name used again means the later node from there on. */
		{"a: &x 1\nb: *x\nc: &x 2\nd: *x\n", "{a: 1, b: @1, c: 2, d: @2}", ""},
		{"a: &x {k: 1}\nb: &x {<<: *x, l: &x 2}\nc: *x\n", "{a: {k: 1}, b: {l: 2}, c: @2}",
		 "job.yaml:2:12-14 R001 alias '*x' stands inside the value of its own anchor | "
		 "note job.yaml:2:4-6 the anchor is here"},
		{"a: &x [1, *x]\n", "{a: [1, !]}",
		 "job.yaml:1:11-13 R001 alias '*x' stands inside the value of its own anchor | "
		 "note "
		 "job.yaml:1:4-6 the anchor is here"},
	};
	CHECK(rows);
}

static void test_merge_keys(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{"a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\n", "{a: {x: 1, y: 2}, b: {x: @1, y: 3}}",
		 ""},
		{"a: &a {x: 1}\nb: &b {x: 2, z: 3}\nc:\n  k: 0\n  <<: [*a, *b]\n  l: 4\n",
		 "{a: {x: 1}, b: {x: 2, z: 3}, c: {k: 0, x: @1, z: @3, l: 4}}", ""},
		{"a: &a {<<: {x: 1}, y: 2}\nb: {<<: *a}\n", "{a: {x: @1, y: 2}, b: {x: @1, y: @2}}",
		 ""},
		{"a: {\"<<\": 1}\n", "{a: {<<: 1}}", ""},
		{"a: {<<: 5, x: 1}\n", "{a: {x: 1}}",
		 "job.yaml:1:9-10 R013 '<<' takes a mapping or a list of mappings, not an integer"},
		{"a: {<<: {x: 1}, <<: {y: 1}}\n", "{a: {x: @1}}",
		 "job.yaml:1:17-19 R002 key '<<' is repeated | note job.yaml:1:5-7 the first one "
		 "is "
		 "here"},
	};
	CHECK(rows);
}

static void test_documents(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{"---\na: 1\n...\n", "{a: 1}", ""},
		{"%YAML 1.2\n---\na: 1\n", "{a: 1}", ""},
		{"\xef\xbb\xbf"
		 "a: 1\r\nb: [x]\r\n",
		 "{a: 1, b: ['x']}", ""},
		{"a: 1\n---\nb: 2\n", "{a: 1}",
		 "job.yaml:2:1-4 R001 a second YAML document begins here | help keep one document "
		 "in "
		 "a file"},
		{"", "",
		 "job.yaml:1:1-1 R003 the file is empty | help begin with 'services:' and one "
		 "service"},
		{"# only a comment\n", "",
		 "job.yaml:1:1-1 R003 the file is empty | help begin with 'services:' and one "
		 "service"},
		{"- a\n- b\n", "",
		 "job.yaml:1:1-2:4 R003 the file must be a mapping, not a list | help begin "
		 "with 'services:' and one service"},
	};
	CHECK(rows);
}

/* Begin and end of the value at a path of keys, as the text it covers. */
static void check_span(const char *text, const char *key, const char *want)
{
	struct fixture f;
	fixture_begin(&f);
	fixture_file(&f, "job.yaml", text);
	frontend_read(&f.unit);
	const struct node *node = node_get(f.unit.tree, key);
	assert_non_null(node);
	assert_str(source_text(&f.unit.sources, node->at), want);
	fixture_end(&f);
}

static void test_spans(void **state)
{
	(void)state;
	check_span("a: 1\nb: hello  # no\n", "b", "hello");
	check_span("\xef\xbb\xbf\xc3\xa4: x\r\nb: \xe2\x82\xac!\r\n", "b", "\xe2\x82\xac!");
	check_span("b: 'it''s'\n", "b", "'it''s'");
	check_span("b: |\n  one\n  two\n\n\nc: 1\n", "b", "|\n  one\n  two");
	check_span("b: |\n  one\r\n  two\r\n", "b", "|\n  one\r\n  two");
	check_span("b:\n  x: 1\n  y: [2,\n   3]\n\n# end\nc: 1\n", "b", "x: 1\n  y: [2,\n   3]");
	check_span("b:\n  - x\n  -  y  \n\nc: 1\n", "b", "- x\n  -  y");
	check_span("b:\n- x\n- y\nc: 1\n", "b", "- x\n- y");
	check_span("b: &n !!map # hi\n  x:\n  y:\nc: 1\n", "b", "x:\n  y:");
	check_span("b: &n {x: 1} \nc: *n\n", "c", "{x: 1}");
	check_span("a: &long [1]\nb: {x: *long}\n", "b", "{x: *long}");
	check_span("a: &long [1]\nb:\n  x: *long\nc:\n", "b", "x: *long");
	check_span("b: one\n   two\n\nc: 1\n", "b", "one\n   two");
	check_span("b:\nc: 1\n", "b", "");
	/* Farther than one step of the table of marks. */
	char text[2000] = "a: \"";
	for (int i = 0; i < 400; i++)
		strcat(text, "\xc3\xa9");
	strcat(text, "\"\nb: \xc3\xa9nd\n");
	check_span(text, "b", "\xc3\xa9nd");
}

/* The one diagnostic of a text, whose length may be large. */
static void check_refused(struct str text, const char *part)
{
	struct fixture f;
	fixture_begin(&f);
	frontend_read_text(&f.unit, text);
	struct str diags = fixture_diags(&f);
	if (f.unit.diags.list.n != 1 || !str_contains(diags, part))
		fail_msg("got '%.*s', expected '%s'", STR_ARG(diags), part);
	assert_null(fixture_check_spans(&f));
	fixture_end(&f);
}

static void test_bytes(void **state)
{
	(void)state;
	check_refused(STR("a: \xff\n"), "job.yaml:1:4-5 R001 byte 0xff is not valid UTF-8");
	check_refused(STR("a: b\nc: caf\xe9\n"), "job.yaml:2:7-8 R001 byte 0xe9 is not valid");
	check_refused(STR("a: \x07 b c d e f\n"), "R001 control character U+0007");
	check_refused(STR("a: b\0c and so on\n"), "R001 a NUL byte");
	check_refused(STR("\xff\xfe"
			  "a\0:\0 \0b\0"),
		      "job.yaml:1:1-3 R001 this file is written in UTF-16");
	check_refused(STR("\x7f"
			  "ELF\2\1\1\0\0\0\0\0\0\0\0\0"),
		      "job.yaml:1:1-2 R001 this is no text file");
}

static struct str repeated(struct arena *a, const char *head, const char *part, size_t n)
{
	struct buf b;
	buf_init(&b, a);
	buf_add_c(&b, head);
	for (size_t i = 0; i < n; i++)
		buf_add_c(&b, part);
	return buf_str(&b);
}

static void test_limits(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a);
	check_refused(repeated(&a, "a: ", "[", 100000), "nested more than 64 levels");
	check_refused(repeated(&a, "a: ", "{x: ", 100000), "nested more than 64 levels");
	check_refused(repeated(&a, "", "- ", 100000), "nested more than 64 levels");
	struct buf b;
	buf_init(&b, &a);
	buf_add_c(&b, "l0: &l0 [x, x, x, x, x, x, x, x, x]\n");
	for (int i = 1; i < 12; i++) {
		buf_add_fmt(&b, "l%d: &l%d [", i, i);
		for (int j = 0; j < 9; j++)
			buf_add_fmt(&b, "*l%d, ", i - 1);
		buf_add_c(&b, "]\n");
	}
	check_refused(buf_str(&b),
		      "more than 4194304 values once its aliases and merge keys are expanded");
	arena_free(&a);
}

/* Memory of composing n keys or one scalar of n bytes grows with n, not faster. */
static size_t memory_of(struct str text)
{
	struct fixture f;
	fixture_begin(&f);
	frontend_read_text(&f.unit, text);
	assert_int_equal(f.unit.diags.list.n, 0);
	size_t total = f.arena.total;
	fixture_end(&f);
	return total;
}

static void test_growth(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a);
	struct buf small, large;
	buf_init(&small, &a);
	buf_init(&large, &a);
	for (int i = 0; i < 100000; i++) {
		if (i < 10000)
			buf_add_fmt(&small, "key%d: %d\n", i, i);
		buf_add_fmt(&large, "key%d: %d\n", i, i);
	}
	assert_true(memory_of(buf_str(&large)) < 15 * memory_of(buf_str(&small)));
	struct str scalar = repeated(&a, "a: ", "0123456789abcdef", 1 << 16);
	assert_true(memory_of(scalar) < 4 * scalar.len);
	arena_free(&a);
}

static void test_index(void **state)
{
	(void)state;
	struct fixture f;
	fixture_begin(&f);
	struct buf b;
	buf_init(&b, &f.arena);
	for (int i = 0; i < 100; i++)
		buf_add_fmt(&b, "k%d: %d\n", i, i);
	buf_add_c(&b, "k50: x\n");
	frontend_read_text(&f.unit, buf_str(&b));
	assert_non_null(f.unit.tree->index);
	assert_str(node_get(f.unit.tree, "k99")->text, "99");
	assert_null(node_get(f.unit.tree, "k100"));
	assert_str(fixture_diags(&f), "job.yaml:101:1-4 R002 key 'k50' is repeated | note "
				      "job.yaml:51:1-4 the first one is here");
	fixture_end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),         cmocka_unit_test(test_tags),
		cmocka_unit_test(test_repeated_keys), cmocka_unit_test(test_anchors),
		cmocka_unit_test(test_merge_keys),    cmocka_unit_test(test_documents),
		cmocka_unit_test(test_spans),         cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_limits),        cmocka_unit_test(test_growth),
		cmocka_unit_test(test_index),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
