/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every rule and every piece of advice: its bad example is told under its id, its good one isn't.
 * With an argument: prints what the example of that rule gives.
 */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/backend.h"
#include "frontend/settings.h"
#include "ir/rules/rules.h"
#include "ir/support/diag_render.h"
#include "passes/pass.h"
#include "tests/unit/fixture.h"

static bool is_needed(const struct rule *rule, const char *what)
{
	return rule->needs && strcmp(rule->needs, what) == 0;
}

static void compile(struct fixture *f, const struct rule *rule, const char *text)
{
	struct backend_options options = {0};

	fixture_begin(f);
	if (rule->file_name)
		fixture_file(f, rule->file_name, rule->file_text);
	f->unit.is_submission = true;
	f->unit.is_sweep = is_needed(rule, "sweep");
	f->unit.is_attached = is_needed(rule, "attached");
	if (is_needed(rule, "local"))
		f->unit.scheduler = PLAN_SCHEDULER_LOCAL;
	options.is_local = is_needed(rule, "local");
	if (is_needed(rule, "slurm 22.05, pyxis 0.14"))
		options.target = (struct target){.slurm = 2205, .pyxis = 14};
	fixture_file(f, "job.yaml", text);
	settings_load(&f->unit, STR("."), STR(""));
	frontend_read(&f->unit);
	if (!f->unit.tree)
		return;
	frontend_bind(&f->unit);
	if (f->unit.job && passes_run(&f->unit, NULL, NULL) && rule->id[0] == 'B')
		backend_check(&f->unit, &options);
}

static uint32_t count(const struct fixture *f, const char *id)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < f->unit.diags.list.n; i++)
		n += strcmp(f->unit.diags.list.items[i]->rule, id) == 0;
	return n;
}

/* What the example gives, as a user would see it. */
static struct str shown(struct fixture *f)
{
	return diags_text(&f->arena, &f->unit.sources, &f->unit.diags, (struct render_options){0});
}

static bool check_rule(const struct rule *rule)
{
	struct fixture bad, good;
	compile(&bad, rule, rule->bad);
	compile(&good, rule, rule->good);
	bool fires = count(&bad, rule->id) > 0, is_quiet = count(&good, rule->id) == 0;
	bool is_clean = good.unit.diags.n_errors == 0;
	struct str text = shown(&bad);
	if (!fires)
		print_error("%s: the bad example does not fire:\n%s%.*s\n", rule->id, rule->bad,
			    STR_ARG(text));
	text = shown(&good);
	if (!is_quiet || !is_clean)
		print_error("%s: the good example is not clean:\n%s%.*s\n", rule->id, rule->good,
			    STR_ARG(text));
	const char *outside = fixture_check_spans(&bad);
	if (outside)
		print_error("%s: %s\n", rule->id, outside);
	fixture_end(&bad);
	fixture_end(&good);
	return fires && is_quiet && is_clean && !outside;
}

static void test_examples(void **state)
{
	(void)state;
	uint32_t failed = 0;
	for (size_t i = 0; i < n_rule_groups; i++)
		for (size_t j = 0; j < *rule_groups[i].n; j++)
			failed += !check_rule(&rule_groups[i].rules[j]);
	assert_int_equal(failed, 0);
}

static int print_one(const char *id)
{
	const struct rule *rule = rule_find(str_c(id));
	struct fixture f;
	if (!rule)
		return 1;
	compile(&f, rule, rule->bad);
	struct str text = shown(&f);
	printf("%s----\n%.*s", rule->bad, STR_ARG(text));
	fixture_end(&f);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_examples),
	};
	if (argc > 1)
		return print_one(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
