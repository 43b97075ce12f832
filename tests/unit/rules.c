/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every rule and every piece of advice: its bad example is told under its id, its good one isn't.
 * The part '== says' of its file holds what the bad example gives, as a user sees it: the words,
 * the exact place, other places and help. HPCC_UPDATE=1 writes it anew. Edits that the message
 * proposes mend it. With an argument: prints what the example of that rule gives.
 */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backends/backend.h"
#include "frontend/settings.h"
#include "frontend/toml/site_file.h"
#include "ir/text/rules.h"
#include "ir/diag/diag_render.h"
#include "passes/pass.h"
#include "tests/unit/files.h"
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
	f->unit.is_sweep = is_needed(rule, "sweep");
	f->unit.is_judged = is_needed(rule, "judged");
	if (is_needed(rule, "local"))
		f->unit.scheduler = PLAN_SCHEDULER_LOCAL;
	options.is_local = is_needed(rule, "local");
	if (is_needed(rule, "slurm 22.05, pyxis 0.14"))
		options.target = (struct target){.slurm = 2205,
						 .containers = {[RUNTIME_BACKEND_PYXIS] = 14}};
	fixture_file(f, "job.yaml", text);
	settings_load(&f->unit, STR("."));
	site_give_target(&f->unit);
	if (!options.target.slurm)
		options.target = f->unit.target;
	frontend_read(&f->unit);
	if (!f->unit.tree)
		return;
	frontend_bind(&f->unit);
	if (f->unit.job)
		passes_run(&f->unit, NULL, NULL);
	if (f->unit.is_lowered && rule->id[0] == 'B')
		backend_check(&f->unit, &options);
}

static uint32_t count(const struct fixture *f, enum rule_id id)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < f->unit.diags.list.n; i++)
		n += f->unit.diags.list.items[i]->rule == id;
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
	bool fires = count(&bad, (enum rule_id)(rule - rules)) > 0,
	     is_quiet = count(&good, (enum rule_id)(rule - rules)) == 0;
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

/* Other rules may have their say about an example; their own tell what they say. */
static void keep_only(struct diags *ds, enum rule_id id)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < ds->list.n; i++)
		if (ds->list.items[i]->rule == id)
			ds->list.items[kept++] = ds->list.items[i];
	ds->list.n = kept;
}

/* The file of the rule is read anew: the part '== says' isn't in the table. */
static bool check_says(const struct rule *rule)
{
	static const char mark[] = "== says\n";
	struct fixture f;
	compile(&f, rule, rule->bad);
	keep_only(&f.unit.diags, (enum rule_id)(rule - rules));
	frontend_explain(&f.unit);
	struct str says = shown(&f);
	struct str path = str_fmt(&f.arena, "%s/ir/facts/rules/%s/%s.rule", HPCC_SOURCE_DIR,
				  rule_sections[rule->section].folder, rule->id);
	struct str file = read_file(&f.arena, path.ptr);
	const char *found = strstr(str_dup(&f.arena, file).ptr, mark);
	assert_non_null(found);
	struct str expected = str_c(found + strlen(mark));
	if (getenv("HPCC_UPDATE"))
		write_file(path.ptr, str_fmt(&f.arena, "%.*s%.*s", (int)(file.len - expected.len),
					     file.ptr, STR_ARG(says)));
	bool is_same = getenv("HPCC_UPDATE") || str_eq(says, expected);
	if (!is_same)
		print_error("%s: the example gives\n%.*s", path.ptr, STR_ARG(says));
	fixture_end(&f);
	return is_same;
}

static void test_messages(void **state)
{
	(void)state;
	uint32_t failed = 0;
	for (enum rule_id i = RULE_NONE + 1; i < N_RULES; i++)
		failed += !check_says(&rules[i]);
	assert_int_equal(failed, 0);
}

/* The message of the rule at hand proposes edits: they are made, and it is not told again. */
static bool check_edits(const struct rule *rule, uint32_t *n_mended)
{
	struct fixture before, after;
	uint32_t n_fixed;
	compile(&before, rule, rule->bad);
	const struct source *file = &before.unit.sources.files.items[0];
	for (uint32_t i = 0; i < before.unit.sources.files.n; i++)
		if (str_eq_c(before.unit.sources.files.items[i].name, "job.yaml"))
			file = &before.unit.sources.files.items[i];
	struct str fixed = diags_fixed(&before.arena, &before.unit.diags, file, &n_fixed);
	bool is_better = true;
	if (n_fixed) {
		(*n_mended)++;
		compile(&after, rule, str_dup(&before.arena, fixed).ptr);
		struct str left = shown(&after);
		is_better = before.unit.diags.n_errors
				    ? after.unit.diags.n_errors < before.unit.diags.n_errors
				    : after.unit.diags.list.n < before.unit.diags.list.n;
		if (!is_better)
			print_error("%s: the edits make no better file of it:\n%.*s%.*s\n",
				    rule->id, STR_ARG(fixed), STR_ARG(left));
		fixture_end(&after);
	}
	fixture_end(&before);
	return is_better;
}

static void test_edits(void **state)
{
	(void)state;
	uint32_t failed = 0, n_mended = 0;
	for (enum rule_id i = RULE_NONE + 1; i < N_RULES; i++)
		failed += !check_edits(&rules[i], &n_mended);
	assert_int_equal(failed, 0);
	assert_true(n_mended > 10); /* of most mistakes nobody knows the one right edit */
}

static void test_examples(void **state)
{
	(void)state;
	uint32_t failed = 0;
	for (enum rule_id i = RULE_NONE + 1; i < N_RULES; i++)
		failed += !check_rule(&rules[i]);
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
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_edits),
	};
	if (argc > 1)
		return print_one(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
