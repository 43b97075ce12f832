/* SPDX-License-Identifier: Apache-2.0 */
/* `extends` and `steps`: order, merge rules, circles, missing files. */
#include "tests/unit/test.h"

#include "tests/unit/fixture.h"

/* Files by name and text, the leaf first. */
static void check(const char *const *files, const char *tree, const char *diags)
{
	struct fixture f;
	fixture_begin(&f);
	for (; *files; files += 2)
		fixture_file(&f, files[0], files[1]);
	frontend_read(&f.unit);
	struct str got_tree = fixture_tree(&f), got_diags = fixture_diags(&f);
	if (tree && !str_eq_c(got_tree, tree))
		fail_msg("tree  %.*s\nwant  %s", STR_ARG(got_tree), tree);
	if (!str_eq_c(got_diags, diags))
		fail_msg("diags %.*s\nwant  %s", STR_ARG(got_diags), diags);
	assert_int_equal(f.unit.has_lost_base,
			 diags[0] != '\0' && tree != NULL && !str_contains(got_diags, "R010"));
	const char *bad = fixture_check_spans(&f);
	if (bad)
		fail_msg("%s", bad);
	fixture_end(&f);
}

#define FILES(...) ((const char *const[]){__VA_ARGS__, NULL})

static void test_root(void **state)
{
	(void)state;
	check(FILES("job.yaml", "extends: b/base.yaml\nname: n\nservices: {a: {image: y}}\n",
		    "b/base.yaml",
		    "extends: ./core.yaml\nx: [1]\nservices: {a: {image: x, env: [A]}}\n",
		    "b/core.yaml", "x: [0]\nname: core\n"),
	      "{x: @[@0, 1], name: 'n', services: {a: {image: 'y', env: @['A']}}}", "");
	check(FILES("job.yaml", "extends: base.yaml\nservices: {a: {image: y}}\n", "base.yaml",
		    "steps: {b: {image: x}}\n"),
	      "{services: {b: @{image: 'x'}, a: {image: 'y'}}}", "");
	check(FILES("job.yaml", "extends: base.yaml\na: {x: 1}\nb: 2\nc:\n", "base.yaml",
		    "a: [1]\nb: {y: 1}\nc: 3\n"),
	      "{a: {x: 1}, b: 2, c: null}", "");
}

static void test_service(void **state)
{
	(void)state;
	check(FILES("job.yaml", "services:\n  b: {extends: a, env: {Y: 2}}\n"
				"  a: {image: i, env: {X: 1}}\n"),
	      "{services: {b: {image: @'i', env: {X: @1, Y: 2}}, "
	      "a: {image: 'i', env: {X: 1}}}}",
	      "");
	check(FILES("job.yaml",
		    "services:\n  w: {extends: common.yaml}\n"
		    "  v: {extends: {file: common.yaml, service: w}}\n",
		    "common.yaml",
		    "services: {w: {extends: base, image: i}, base: {command: c}}\n"),
	      "{services: {w: {command: @'c', image: @'i'}, v: {command: @'c', image: @'i'}}}", "");
	/* A service of this file is meant as it stands after the root merge. */
	check(FILES("job.yaml", "extends: base.yaml\nservices:\n  b: {extends: a}\n", "base.yaml",
		    "services: {a: {image: i}}\n"),
	      "{services: {a: @{image: 'i'}, b: {image: @'i'}}}", "");
}

static void test_volumes(void **state)
{
	(void)state;
	check(FILES("job.yaml", "services:\n"
				"  a: {volumes: [./x:/x, './d:/data/:ro', '${H:-/h}:/h']}\n"
				"  b: {extends: a, volumes: [./new:/new, ./e:/data, /g:/h]}\n"),
	      "{services: {a: {volumes: ['./x:/x', './d:/data/:ro', '${H:-/h}:/h']}, "
	      "b: {volumes: [@'./x:/x', './e:/data', '/g:/h', './new:/new']}}}",
	      "");
	/* Elsewhere `volumes` is a list like any other. */
	check(FILES("job.yaml", "extends: base.yaml\nvolumes: [a:/x]\n", "base.yaml",
		    "volumes: [b:/x]\n"),
	      "{volumes: [@'b:/x', 'a:/x']}", "");
}

static void test_steps(void **state)
{
	(void)state;
	check(FILES("job.yaml", "steps: {a: {}}\n"), "{services: {a: {}}}", "");
	check(FILES("job.yaml", "services: {a: {}}\nsteps: {b: {}}\n"), "{services: {a: {}}}",
	      "job.yaml:2:1-6 R010 'steps' is another name for 'services'; a file holds one of "
	      "them "
	      "| note job.yaml:1:1-9 'services' is here");
}

static void test_wrong_kinds(void **state)
{
	(void)state;
	check(FILES("job.yaml", "extends: {file: x}\n"), "{}",
	      "job.yaml:1:10-19 R018 'extends' of a file must be a path, not a mapping | help write "
	      "one file, such as extends: base.yaml");
	check(FILES("job.yaml", "services: {a: {extends: [x]}}\n"), "{services: {a: {}}}",
	      "job.yaml:1:25-28 R018 'extends' of a service must be a string or a mapping, not a "
	      "list | help write the service's name, a file, or {file: ..., service: ...}");
	check(FILES("job.yaml", "services: {a: {extends: {file: 3, servce: b}}}\n"),
	      "{services: {a: {}}}",
	      "job.yaml:1:32-33 R019 'extends.file' must be a string, not an integer\n"
	      "job.yaml:1:35-41 R019 'extends' takes 'file' and 'service', not 'servce' | help did "
	      "you mean 'service'?");
}

static void test_missing(void **state)
{
	(void)state;
	check(FILES("job.yaml", "extends: nope.yaml\na: 1\n"), "{a: 1}",
	      "job.yaml:1:10-19 R022 can't read 'nope.yaml': no such file or directory | help the "
	      "path goes by the folder of the file that holds it");
	check(FILES("job.yaml", "services: {api: {}, b: {extends: apj}}\n"),
	      "{services: {api: {}, b: {}}}",
	      "job.yaml:1:34-37 R023 no service 'apj' in this file | help did you mean 'api'?");
	check(FILES("job.yaml", "services: {b: {extends: {file: x.yaml, service: c}}}\n", "x.yaml",
		    "services: {d: {}}\n"),
	      "{services: {b: {}}}",
	      "job.yaml:1:49-50 R023 no service 'c' in 'x.yaml' | help did you mean 'd'?");
	check(FILES("job.yaml", "services: {b: {extends: x.yaml}}\n", "x.yaml", "name: n\n"),
	      "{services: {b: {}}}", "job.yaml:1:25-31 R023 'x.yaml' has no services");
	check(FILES("other.yaml", ""), NULL, "-  can't read 'job.yaml': no such file or directory");
}

static void test_circles(void **state)
{
	(void)state;
	check(FILES("job.yaml", "extends: a.yaml\n", "a.yaml", "extends: b.yaml\n", "b.yaml",
		    "extends: ./a.yaml\n"),
	      "{}",
	      "b.yaml:1:10-18 R020 extending 'a.yaml' here closes a circle | note a.yaml:1:10-16 "
	      "'a.yaml' extends 'b.yaml' here");
	check(FILES("job.yaml", "services: {a: {extends: job.yaml}}\n"), "{services: {a: {}}}",
	      "job.yaml:1:25-33 R020 'job.yaml' extends itself");
	check(FILES("job.yaml", "services: {a: {extends: b}, b: {extends: c}, c: {extends: a}}\n"),
	      "{services: {a: {}, b: {}, c: {}}}",
	      "job.yaml:1:59-60 R021 extending 'a' here closes a circle | note job.yaml:1:25-26 "
	      "'a' "
	      "extends 'b' here | note job.yaml:1:42-43 'b' extends 'c' here");
	check(FILES("job.yaml", "services: {a: {extends: a}}\n"), "{services: {a: {}}}",
	      "job.yaml:1:25-26 R021 service 'a' extends itself");
}

static void test_error_in_base(void **state)
{
	(void)state;
	/* The base's own mistake is told once, however many extend it. */
	check(FILES("job.yaml", "services: {a: {extends: x.yaml}, b: {extends: x.yaml}}\n",
		    "x.yaml", "- 1\n"),
	      "{services: {a: {}, b: {}}}",
	      "x.yaml:1:1-4 R003 the file must be a mapping, not a list | help begin with "
	      "'services:' and one service");
}

static void test_long_chains(void **state)
{
	(void)state;
	struct fixture f;
	fixture_begin(&f);
	struct buf b;
	buf_init(&b, &f.arena);
	buf_add_c(&b, "services:\n");
	for (int i = 0; i < 64; i++)
		buf_add_fmt(&b, "  s%d: {extends: s%d}\n", i, i + 1);
	buf_add_c(&b, "  s64: {image: i}\n");
	frontend_read_text(&f.unit, buf_str(&b));
	assert_str(fixture_diags(&f), "");
	const struct node *first = node_get(node_get(f.unit.tree, "services"), "s0");
	assert_str(node_get(first, "image")->text, "i");
	fixture_end(&f);

	fixture_begin(&f);
	buf_init(&b, &f.arena);
	buf_add_c(&b, "services:\n");
	for (int i = 0; i < 20000; i++)
		buf_add_fmt(&b, "  s%d: {extends: s%d}\n", i, i + 1);
	buf_add_c(&b, "  s20000: {image: i}\n");
	frontend_read_text(&f.unit, buf_str(&b));
	assert_true(f.unit.diags.list.n > 0);
	assert_true(str_contains(f.unit.diags.list.items[0]->text, "more than 64 services"));
	fixture_end(&f);
}

/* Memory of n services in one chain, or of n mappings that merge one of 200 keys. */
static size_t memory_of(int n, bool is_chain)
{
	struct fixture f;
	fixture_begin(&f);
	struct arena text;
	arena_init(&text);
	struct buf b;
	buf_init(&b, &text);
	buf_add_c(&b, "x-base: &b {");
	for (int i = 0; i < 200; i++)
		buf_add_fmt(&b, "k%d: 1, ", i);
	buf_add_c(&b, "}\nservices:\n");
	for (int i = 0; i < n; i++)
		buf_add_fmt(&b,
			    is_chain ? "  s%d: {extends: s%d, environment: [K%d=1]}\n"
				     : "  s%d: {<<: *b, image: s%d-%d}\n",
			    i, i + 1, i);
	buf_add_fmt(&b, "  s%d: {image: i}\n", n);
	frontend_read_text(&f.unit, buf_str(&b));
	assert_non_null(f.unit.tree);
	size_t total = f.arena.total;
	fixture_end(&f);
	arena_free(&text);
	return total;
}

static void test_growth(void **state)
{
	(void)state;
	assert_true(memory_of(10000, true) < 15 * memory_of(1000, true));
	assert_true(memory_of(10000, false) < 15 * memory_of(1000, false));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_root),        cmocka_unit_test(test_service),
		cmocka_unit_test(test_volumes),     cmocka_unit_test(test_steps),
		cmocka_unit_test(test_wrong_kinds), cmocka_unit_test(test_missing),
		cmocka_unit_test(test_circles),     cmocka_unit_test(test_error_in_base),
		cmocka_unit_test(test_long_chains), cmocka_unit_test(test_growth),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
