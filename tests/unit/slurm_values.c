/* SPDX-License-Identifier: Apache-2.0 */
/* Values that Slurm parses itself: what is taken, what is blamed, what is offered instead. */
#include "tests/unit/test.h"

#include "ir/grammar/grammar.h"

#define MOMENT "write now+1hour, 20:00 or 2027-01-31T08:00"

static struct arena arena;

static void test_taken(void **state)
{
	(void)state;
	static const char *const rows[][2] = {
		{"slurm_memory", "0"},
		{"slurm_memory", "1048576"},
		{"slurm_memory", "16g"},
		{"slurm_memory", "16GB"},
		{"slurm_memory", " +7Kb"},
		{"slurm_hint", "nomultithread,Memory_bound"},
		{"slurm_distribution", "plane=4"},
		{"slurm_distribution", "*:block:fcyclic,NoPack"},
		{"slurm_distribution", "pack"},
		{"slurm_cpu_bind", "verbose,map_cpu:0,1*2"},
		{"slurm_mem_bind", "prefer,mask_mem:0xF,3"},
		{"slurm_gpu_bind", "verbose,single:2"},
		{"slurm_gres", "gpu:a100:2,shard:10K"},
		{"slurm_gres", "gres/gpu:1"},
		{"slurm_constraint", "[(a|b)*2&c*1]"},
		{"slurm_exclusive", "USER"},
		{"slurm_exclusive", "true"},
		{"slurm_open_mode", "trunc"},
		{"slurm_nice", "-2147483645"},
		{"slurm_switches", "2@1-00"},
		{"slurm_moment", "now + 2 weeks"},
		{"slurm_moment", "10:00 tomorrow"},
		{"slurm_moment", "2027-01-31T08:00:30"},
		{"slurm_moment", "12:00 pm"},
		{"slurm_moment", "013127"},
		{"array", "no grammar of Slurm's"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct problem p = {0};
		if (!grammar_slurm(&arena, rows[i][0], str_c(rows[i][1]), &p))
			fail_msg("%s '%s' is refused: %.*s", rows[i][0], rows[i][1],
				 STR_ARG(p.what));
	}
}

static void test_refused(void **state)
{
	(void)state;
	static const struct {
		const char *grammar, *text;
		size_t begin, end;
		const char *help, *fix;
	} rows[] = {
		{"slurm_memory", "1.5G", 1, 3, "write 1536M", "1536M"},
		{"slurm_memory", "1.1G", 1, 3, "write 1127M", "1127M"},
		{"slurm_memory", "0.5k", 1, 3, "", ""},
		{"slurm_memory", "1.5", 1, 3, "", ""},
		{"slurm_memory", "16GiB", 2, 5, "write 16G", "16G"},
		{"slurm_memory", "2 gb", 1, 4, "write 2g", "2g"},
		{"slurm_memory", "16GB of RAM", 4, 11, "write 16G", ""},
		{"slurm_memory", "16P", 2, 3, "", ""},
		{"slurm_memory", "G", 0, 1, "", ""},
		{"slurm_memory", "-1", 0, 2, "", ""},
		{"slurm_memory", "99999999999999999999", 0, 20, "", ""},
		{"slurm_hint", "compute_bound,x", 14, 15, "", ""},
		{"slurm_distribution", "block:plane", 6, 11, "", ""},
		{"slurm_distribution", "plane", 0, 5, "", ""},
		{"slurm_distribution", "block,x", 6, 7, "", ""},
		{"slurm_distribution", "a:b", 0, 1, "", ""},
		{"slurm_distribution", "block:block:block:x", 18, 19, "", ""},
		{"slurm_cpu_bind", "verbose,", 8, 8, "", ""},
		{"slurm_cpu_bind", "map_cpu:0-1", 9, 11, "", ""},
		{"slurm_mem_bind", "map_mem:", 8, 8, "", ""},
		{"slurm_gpu_bind", "single", 0, 6, "", ""},
		{"slurm_gres", "gpu:", 4, 4, "", ""},
		{"slurm_gres", "a,gpu:x:1.5", 8, 11, "", ""},
		{"slurm_constraint", "[a|b", 4, 4, "", ""},
		{"slurm_constraint", "(a]", 2, 3, "", ""},
		{"slurm_exclusive", "whole", 0, 5, "", ""},
		{"slurm_open_mode", "write", 0, 5, "", ""},
		{"slurm_nice", "2147483646", 0, 10, "", ""},
		{"slurm_nice", "-", 0, 1, "", ""},
		{"slurm_switches", "0@10", 0, 1, "", ""},
		{"slurm_moment", "noon 25:00", 5, 10, MOMENT, ""},
		{"slurm_moment", "now+1 fortnight", 0, 15, MOMENT, ""},
		{"slurm_moment", "2027-13-01", 0, 10, MOMENT, ""},
		{"slurm_moment", "13:00pm", 0, 7, MOMENT, ""},
		{"slurm_moment", "uts", 0, 3, MOMENT, ""},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct problem p = {0};
		if (grammar_slurm(&arena, rows[i].grammar, str_c(rows[i].text), &p))
			fail_msg("%s '%s' is taken", rows[i].grammar, rows[i].text);
		assert_int_equal(p.rule, RULE_E18);
		if (p.begin != rows[i].begin || p.end != rows[i].end)
			fail_msg("%s '%s' is blamed at %zu-%zu", rows[i].grammar, rows[i].text,
				 p.begin, p.end);
		assert_str(p.help, rows[i].help);
		assert_str(p.fix, rows[i].fix);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_taken),
		cmocka_unit_test(test_refused),
	};
	arena_init(&arena);
	int result = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(&arena);
	return result;
}
