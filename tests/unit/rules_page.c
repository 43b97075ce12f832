/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of rules is complete, and docs/rules.md is current. HPCC_UPDATE=1 writes the page anew.
 */
#include "tests/unit/test.h"

#include <string.h>

#include "ir/text/rules.h"
#include "ir/support/arena.h"
#include "tests/unit/pages.h"

static void test_page(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a);
	page_is("docs/rules.md", rules_markdown(&a), "unit_rules_page");
	arena_free(&a);
}

/* Each rule is found by its id and by its name; its texts are sentences; ids count up within a
   letter and a section. */
static void test_table(void **state)
{
	(void)state;
	for (enum rule_id i = RULE_NONE + 1; i < N_RULES; i++) {
		const struct rule *rule = &rules[i], *before = &rules[i - 1];
		assert_ptr_equal(rule_find(str_c(rule->name)), rule);
		assert_ptr_equal(rule_find(str_c(rule->id)), rule);
		assert_int_equal(rule->meaning[strlen(rule->meaning) - 1], '.');
		assert_int_equal(rule->remedy[strlen(rule->remedy) - 1], '.');
		if (before->id[0] == rule->id[0] && before->section == rule->section)
			assert_true(strcmp(before->id, rule->id) < 0);
		else
			assert_true(before->section <= rule->section);
	}
	assert_true(N_RULES > 195);
	assert_null(rule_find(STR("R167")));
	assert_string_equal(rule_nearest(STR("unknown-kye"))->name, "unknown-key");
	assert_null(rule_nearest(STR("something else entirely")));
}

static void test_explain(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a);
	struct str text = rule_text(&a, rule_find(STR("r022")));
	assert_true(str_has_prefix(text, "R022 extends-unreadable (error)\n\n"));
	assert_true(str_contains(text, "\nbeside the examples, base.yaml:\n\n    name: base\n"));
	assert_true(str_contains(text, "\nthis fails:\n\n    extends: nowhere.yaml\n"));
	assert_true(str_contains(text, "\nthis is fine:\n\n    extends: base.yaml\n"));
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_explain),
		cmocka_unit_test(test_page),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
