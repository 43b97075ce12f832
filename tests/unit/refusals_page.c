/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of docs/when-slurm-says-no.md is that of driver/cluster/refusals.inc. HPCC_UPDATE=1 writes it anew;
 * what stands round it is the page's own. Each row is found by Slurm's words, and by no other row's.
 */
#include "tests/unit/test.h"

#include "driver/cluster/refusals.h"
#include "ir/refusals.h"
#include "ir/support/arena.h"
#include "ir/support/str.h"
#include "tests/unit/pages.h"

static const char begin_mark[] = "<!-- Made from driver/cluster/refusals.inc; change that. -->\n\n";
static const char end_mark[] = "<!-- End of what is made. -->\n";

/* A bar would end a cell. */
static void add_cell(struct buf *b, const char *text)
{
	for (; *text; text++) {
		if (*text == '|')
			buf_add_byte(b, '\\');
		buf_add_byte(b, *text);
	}
}

static struct str table(struct arena *a)
{
	struct buf b;
	buf_init(&b, a);
	buf_add_c(&b, "| Slurm says | meaning | way out |\n|---|---|---|\n");
	for (size_t i = 0; i < n_refusals; i++) {
		buf_add_c(&b, "| ");
		add_cell(&b, refusals[i].words);
		buf_add_c(&b, " | ");
		add_cell(&b, refusals[i].meaning);
		buf_add_c(&b, " | ");
		add_cell(&b, refusals[i].way_out);
		buf_add_c(&b, " |\n");
	}
	buf_add_c(&b, "\n");
	return buf_str(&b);
}

static void test_page(void **state)
{
	struct arena a;
	(void)state;
	arena_init(&a);
	page_has("docs/when-slurm-says-no.md", begin_mark, end_mark, table(&a),
		 "unit_refusals_page");
	arena_free(&a);
}

static void test_rows(void **state)
{
	struct arena a;
	(void)state;
	arena_init(&a);
	for (size_t i = 0; i < n_refusals; i++) {
		struct str said = str_fmt(&a, "sbatch: error: Batch job submission failed: %s\n",
					  refusals[i].words);
		assert_ptr_equal(refusal_in(said), &refusals[i]);
		assert_true(*refusals[i].meaning && *refusals[i].way_out);
	}
	assert_null(refusal_in(STR("sbatch: error: something else")));
	arena_free(&a);
}

/* What a spec is told that Slurm would say is explained as well. */
static void test_site_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_SLURM_REFUSALS; i++) {
		const struct slurm_refused *r = &slurm_refusals[i];
		const struct refusal *words = refusal_in(str_c(r->words));
		const struct refusal *reason = refusal_in(str_c(r->reason));
		if (!words || (*r->reason && !reason))
			print_error("no row explains '%s' and '%s'\n", r->words, r->reason);
		assert_non_null(words);
		assert_true(reason || !*r->reason);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_page), cmocka_unit_test(test_rows),
					   cmocka_unit_test(test_site_rows)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
