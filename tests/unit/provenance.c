/* SPDX-License-Identifier: Apache-2.0 */
/* Diagnostics tell how a value came to its place, whoever makes them. */
#include "tests/unit/test.h"

#include "tests/unit/fixture.h"

/* The one diagnostic begins and ends like this; the binder's own words between are its affair. */
static void check(const char *const *files, const char *begin, const char *end)
{
	struct fixture f;
	fixture_begin(&f);
	for (; *files; files += 2)
		fixture_file(&f, files[0], files[1]);
	frontend_read(&f.unit);
	frontend_bind(&f.unit);
	frontend_explain(&f.unit);
	struct str diags = fixture_diags(&f);
	if (!str_has_prefix(diags, begin) || !str_has_suffix(diags, end) ||
	    f.unit.diags.list.n != 1)
		fail_msg("got '%.*s', expected '%s ... %s'", STR_ARG(diags), begin, end);
	assert_null(fixture_check_spans(&f));
	fixture_end(&f);
}

#define FILES(...) ((const char *const[]){__VA_ARGS__, NULL})

static void test_variable(void **state)
{
	(void)state;
	check(FILES("job.yaml", "x-slurm: {array: '${A}'}\nservices: {a: {image: redis:7}}\n",
		    ".env", "A=9-1\n"),
	      "job.yaml:1:18-24 R041 ",
	      " | note "
	      ".env:1:3-6 variable A took part; its value comes from here");
}

static void test_extends(void **state)
{
	(void)state;
	check(FILES("job.yaml", "extends: base.yaml\nservices: {b: {image: redis:7}}\n",
		    "base.yaml", "services: {a: {image: redis:7, x-slurm: {nodes: two}}}\n"),
	      "base.yaml:1:49-52 R013 ",
	      " | note "
	      "job.yaml:1:10-19 it is inherited through this 'extends'");
}

static void test_alias(void **state)
{
	(void)state;
	check(FILES("job.yaml", "x-base: &b {nodes: two}\nservices:\n"
				"  a: {image: redis:7, x-slurm: *b}\n"),
	      "job.yaml:1:20-23 R013 ", " | note job.yaml:3:32-34 it is used through this alias");
}

/* The base is lost, so nobody complains about what it may hold. */
static void test_lost_base(void **state)
{
	(void)state;
	check(FILES("job.yaml", "extends: nowhere.yaml\nx-slurm: {signal: {name: USR1}}\n"),
	      "job.yaml:1:10-22 R022 ", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_variable),
		cmocka_unit_test(test_extends),
		cmocka_unit_test(test_alias),
		cmocka_unit_test(test_lost_base),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
