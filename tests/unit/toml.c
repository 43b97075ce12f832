/* SPDX-License-Identifier: Apache-2.0 */
/* TOML files: values of all kinds, tables in all spellings, mistakes with their places. */
#include "tests/unit/test.h"

#include "frontend/toml.h"
#include "tests/unit/fixture.h"

struct row {
	const char *text, *tree, *diags;
};

static void check_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct fixture f;
		bool is_good;
		fixture_begin(&f);
		uint32_t file = source_add(&f.unit.sources, STR("s"), str_c(rows[i].text));
		f.unit.tree = toml_parse(&f.unit, file, &is_good);
		struct str tree = fixture_tree(&f), diags = fixture_diags(&f);
		if (!str_eq_c(tree, rows[i].tree) || !str_eq_c(diags, rows[i].diags))
			fail_msg("row %zu:\n%s\ntree  %.*s\nwant  %s\ndiags %.*s\nwant  %s", i,
				 rows[i].text, STR_ARG(tree), rows[i].tree, STR_ARG(diags),
				 rows[i].diags);
		assert_int_equal(is_good, !rows[i].diags[0]);
		fixture_end(&f);
	}
}

#define CHECK(rows) check_rows((rows), sizeof(rows) / sizeof((rows)[0]))

static void test_values(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{"", "{}", ""},
		{"a = 1\nb = -2 # c\nc = +3_000\nd = 0\n", "{a: 1, b: -2, c: 3000, d: 0}", ""},
		{"a = 0x_1\n", "{}",
		 "s:1:5-9 R001 strings need quotes; else only numbers, dates, true, false, "
		 "[arrays] and {tables} can stand here"},
		{"a = 0xDead_beef\nb = 0o17\nc = 0b1_0\nd = 0xffffffffffffffff\n",
		 "{a: 3735928559, b: 15, c: 2, d: 18446744073709551615}", ""},
		{"a = 1.5\nb = -1e3\nc = 6.2_5E-2\nd = inf\ne = -nan\n",
		 "{a: 1.5, b: -1e3, c: 6.2_5E-2, d: inf, e: -nan}", ""},
		{"a = true\nb = false\n", "{a: true, b: false}", ""},
		{"a = 2026-11-30T08:00:00.5Z\nb = 2026-11-30 08:00:00+01:00\nc = 2026-11-30\n"
		 "d = 01:30:00\n",
		 "{a: '2026-11-30T08:00:00.5Z', b: '2026-11-30 08:00:00+01:00', c: '2026-11-30', "
		 "d: '01:30:00'}",
		 ""},
		{"a = \"x\\ty\\u00e9\\\"\"\nb = 'C:\\x'\nc = \"\"\nd = ''\n",
		 "{a: 'x\ty\xc3\xa9\"', b: 'C:\\x', c: '', d: ''}", ""},
		{"a = \"\"\"\nx\n\"y\" \\\n   z\"\"\"\nb = '''\nx\\\n'y''''\nc = \"\"\"\"\"\"\n",
		 "{a: 'x\n\"y\" z', b: 'x\\\n'y'', c: ''}", ""},
		{"a = [1, 'x', [true], [\n  # c\n  2,\n],\n]\nb = []\n",
		 "{a: [1, 'x', [true], [2]], b: []}", ""},
		{"a = {x = 1, y.z = 'q'}\nb = {}\nc = [{n = 1}, {n = 2}]\n",
		 "{a: {x: 1, y: {z: 'q'}}, b: {}, c: [{n: 1}, {n: 2}]}", ""},
		{"a = {\n x = [1,\n 2], # c\n y = {},\n}\nb = 1\n", "{a: {x: [1, 2], y: {}}, b: 1}",
		 ""},
		{"\xef\xbb\xbf"
		 "a = 1\r\nb = 2\r\n",
		 "{a: 1, b: 2}", ""},
	};
	CHECK(rows);
}

static void test_tables(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{"x = 0\n[a]\nb = 1\n[a.c]\nd = 2\n[e.'f g'.\"h\"]\n",
		 "{x: 0, a: {b: 1, c: {d: 2}}, e: {f g: {h: {}}}}", ""},
		{"a.b.c = 1\na.b.d = 2\n", "{a: {b: {c: 1, d: 2}}}", ""},
		{"[a.b]\nx = 1\n[a]\ny = 2\n", "{a: {b: {x: 1}, y: 2}}", ""},
		{"[[p]]\nn = 1\n[[p]]\nn = 2\n[p.l]\nm = 3\n[[p.q]]\n[[p.q]]\nr = 4\n",
		 "{p: [{n: 1}, {n: 2, l: {m: 3}, q: [{}, {r: 4}]}]}", ""},
	};
	CHECK(rows);
}

static void test_mistakes(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{"[a]\nx = 1\n[a]\ny = 2\n", "{a: {x: 1}}",
		 "s:3:2-3 R002 key 'a' is repeated | note s:1:2-3 the first one is here"},
		{"a = {x = 1}\n[a]\ny = 2\n[a.b]\nz = 3\nc = 4\n", "{a: {x: 1}}",
		 "s:2:2-3 R002 key 'a' is repeated | note s:1:1-2 the first one is here\n"
		 "s:4:2-3 R002 key 'a' is repeated | note s:1:1-2 the first one is here"},
		{"a = {x = 1, x = 2}\n", "{a: {x: 1}}",
		 "s:1:13-14 R002 key 'x' is repeated | note s:1:6-7 the first one is here"},
		{"a = [1]\n[[a]]\nb = 1\n", "{a: [1]}",
		 "s:2:3-4 R002 key 'a' is repeated | note s:1:1-2 the first one is here"},
		{"[[a]]\n[a]\n", "{a: [{}]}",
		 "s:2:2-3 R002 key 'a' is repeated | note s:1:3-4 the first one is here"},
		/* A bad line is one message; the next line begins anew. */
		{"a = [1, oops\nb = 2\n", "{b: 2}",
		 "s:1:9-13 R001 strings need quotes; else only numbers, dates, true, false, "
		 "[arrays] and {tables} can stand here"},
		{"a = {x: 1}\nb = 2\n", "{b: 2}",
		 "s:1:7-8 R001 '=' stands between a key and its value"},
		{"a = \"\"\"x\nb = 2\n", "{a: '', b: 2}",
		 "s:1:7-8 R001 a string has no closing quote on its line"},
	};
	CHECK(rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_mistakes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
