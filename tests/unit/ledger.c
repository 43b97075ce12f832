/* SPDX-License-Identifier: Apache-2.0 */
/* What services alive at the same time ask of one node, against what it has. */
#include "tests/unit/test.h"

#include "passes/resources/antichain.h"
#include "passes/pass.h"
#include "tests/unit/fixture.h"
#include "ir/facts/rules.h"

static void compile(struct fixture *f, const char *text)
{
	fixture_begin(f);
	fixture_file(f, "job.yaml", text);
	frontend_read(&f->unit);
	frontend_bind(&f->unit);
	passes_run(&f->unit, NULL, NULL);
	assert_null(fixture_check_spans(f));
}

struct row {
	const char *text, *expected;
};

#define ROOT(fields, services)                                                                     \
	"runtime: {backend: host}\nx-slurm: {" fields "}\nservices:\n" services
#define CPUS(name, n, rest)    " " name ": {command: x, x-slurm: {cpus_per_task: " n "}" rest "}\n"
#define STEP(name, step, rest) " " name ": {command: x, x-slurm: {" step "}" rest "}\n"
#define DONE(name)             ", depends_on: {" name ": {condition: service_completed_successfully}}"

static void test_messages(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ROOT("ntasks_per_node: 4, cpus_per_task: 8",
		      CPUS("a", "6", "") CPUS("b", "3", "")),
		 "job.yaml:5:43-44 A20 'a' and 'b' can run at the same time on node 0 and together "
		 "ask for 36 CPUs of 32 | note job.yaml:4:43-44 'a' asks for 24 CPUs on each node: "
		 "4 tasks x cpus_per_task 6 | note job.yaml:5:43-44 'b' asks for 12 CPUs on each "
		 "node: 4 tasks x cpus_per_task 3 | note job.yaml:2:46-47 a node of the allocation "
		 "has 32 CPUs: ntasks_per_node 4 x cpus_per_task 8; more where the site gives whole "
		 "nodes | help state more under the job's x-slurm, by cpus_per_task or ntasks, let "
		 "one wait until the other has completed, or write exclusive: true for "
		 "whole nodes"},
		{ROOT("mem: 4G", STEP("a", "mem: 5G", "")),
		 "job.yaml:4:33-35 E07 'a' asks for 5120 MiB on node 0, which has 4096 | note "
		 "job.yaml:2:16-18 a node of the allocation has 4096 MiB: mem"},
		{ROOT("cpus_per_task: 4, mem: 4G",
		      STEP("a", "cpus_per_task: 4, mem_per_cpu: 2G", "")),
		 "job.yaml:4:59-61 E07 'a' asks for 8192 MiB on node 0, which has 4096 | note "
		 "job.yaml:4:59-61 it asks for 4 CPUs x mem_per_cpu 2G | note job.yaml:2:34-36 a "
		 "node of the allocation has 4096 MiB: mem"},
		{ROOT("cpus_per_task: 4", STEP("a", "ntasks: 4, cpus_per_task: 4", "")),
		 "job.yaml:4:54-55 A20 'a' asks for 16 CPUs on node 0, which has 4 | note "
		 "job.yaml:4:54-55 it asks for 4 tasks x cpus_per_task 4 | note job.yaml:2:26-27 a "
		 "node of the allocation has 4 CPUs: cpus_per_task; more where the site gives whole "
		 "nodes | help state ntasks: 4 and cpus_per_task: 4 under the job's x-slurm, or "
		 "exclusive: true for whole nodes"},
		{ROOT("gpus_per_node: 4, cpus_per_task: 2",
		      STEP("a", "gpus: 3", "") STEP("b", "gpus: 2", "")),
		 "job.yaml:5:34-35 E07 'a' and 'b' can run at the same time on node 0 and together "
		 "ask for 5 GPUs of 4 | note job.yaml:4:34-35 'a' asks for 3 GPUs on each node | "
		 "note job.yaml:5:34-35 'b' asks for 2 GPUs on each node | note job.yaml:2:26-27 a "
		 "node of the allocation has 4 GPUs: gpus_per_node | help ask for less, allocate "
		 "more, or let one wait until the other has completed"},
		{ROOT("mem_per_gpu: 10G, gpus_per_node: 2",
		      STEP("a", "gpus: 2, mem_per_gpu: 11G", "")),
		 "job.yaml:4:50-53 E07 'a' asks for 22528 MiB on node 0, which has 20480 | note "
		 "job.yaml:4:50-53 it asks for 2 GPUs x mem_per_gpu 11G | note job.yaml:2:24-27 a "
		 "node of the allocation has 20480 MiB: 2 GPUs x mem_per_gpu 10G"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture f;
		compile(&f, rows[i].text);
		assert_str(fixture_diags(&f), rows[i].expected);
		fixture_end(&f);
	}
}

/* What is only warned of: the job states no CPUs, or a service takes over the job's tasks. */
static void test_uncertain(void **state)
{
	(void)state;
#define STATE " under the job's x-slurm, or exclusive: true for whole nodes"
#define UNSTATED                                                                                   \
	" | note - the job states no CPUs; each of its tasks is given one, unless the site gives " \
	"more"
	static const struct row rows[] = {
		{ROOT("nodes: 1", CPUS("a", "2", "")),
		 "job.yaml:4:43-44 A20 'a' asks for 2 CPUs on node 0, which has 1" UNSTATED
		 " | help state cpus_per_task: 2" STATE},
		{ROOT("nodes: 2", STEP("a", "ntasks_per_node: 3, nodes: 2", "")),
		 "job.yaml:4:45-46 A20 'a' has 3 tasks on a node, which has 1 CPU" UNSTATED
		 " | help state ntasks_per_node: 3 and cpus_per_task" STATE},
		{ROOT("nodes: 2, ntasks: 4, ntasks_per_node: 2, cpus_per_task: 1",
		      STEP("a", "nodes: 2", "") STEP("b", "nodes: 1", "")),
		 "job.yaml:2:29-30 A20 'b' has 4 tasks on a node, which has 2 CPUs | note "
		 "job.yaml:2:67-68 a node of the allocation has 2 CPUs: ntasks_per_node 2 x "
		 "cpus_per_task 1; more where the site gives whole nodes | help 'b' takes over the job's tasks: give it an ntasks of its own"},
		/* As many as there are tasks; more than that is another error. */
		{ROOT("ntasks: 3", STEP("a", "ntasks: 3", "") CPUS("b", "1", "")), ""},
		{ROOT("ntasks: 3", STEP("a", "ntasks: 4", "")),
		 "job.yaml:4:36-37 R146 services.a.x-slurm.ntasks: 'a' has 4 tasks, the allocation "
		 "3 | note job.yaml:2:19-20 "
		 "ntasks of the allocation is 3"},
		{ROOT("cpus_per_task: 4", STEP("a", "gpus: 2", "")),
		 "job.yaml:4:34-35 A20 'a' asks for 2 GPUs, and the job asks for none | help state gpus, "
		 "gpus_per_node or gres under the job's x-slurm, too"},
		{ROOT("nodes: 2, gpus: 4, cpus_per_task: 1",
		      STEP("a", "nodes: 2, gpus: 3", "")
			      STEP("b", "gpus: 2, placement: {share_with: a}", DONE("a"))),
		 ""},
		{ROOT("gpus: 2, cpus_per_task: 8", STEP("a", "gpus: 2, cpus_per_gpu: 4", "")),
		 "job.yaml:4:51-52 A20 some versions of Slurm give 'a' one CPU for each task all the "
		 "same: in a step, they heed cpus_per_gpu beside gpus_per_task only | help write "
		 "cpus_per_task: 8 instead"},
		{ROOT("gpus: 2, cpus_per_task: 8",
		      STEP("a", "gpus_per_task: 1, cpus_per_gpu: 4, ntasks: 2", "")),
		 ""},
		/* Nothing is known of whole nodes, of tasks that Slurm spreads, or that follow from
		   GPUs. */
		{ROOT("submit_args: [--exclusive]", CPUS("a", "40", "")), ""},
		{ROOT("exclusive: true", CPUS("a", "40", "")), ""},
		/* With whole cores or nodes comes more memory than CPUs are stated. */
		{ROOT("cpus_per_task: 4, mem_per_cpu: 1G", STEP("a", "mem: 5G", "")), ""},
		/* What is shared isn't added up. */
		{ROOT("gpus: 2",
		      STEP("a", "gpus: 2", "") STEP("b", "gpus: 2, exclusive: false", "")),
		 ""},
		{ROOT("nodes: 2, ntasks: 7", STEP("a", "nodes: 1, ntasks: 6", "")), ""},
		{ROOT("gpus: 4, gpus_per_task: 1", STEP("a", "ntasks: 4", "")), ""},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture f;
		compile(&f, rows[i].text);
		assert_str(fixture_diags(&f), rows[i].expected);
		fixture_end(&f);
	}
}

/* "E07 'a' and 'b'": who is blamed, by an error or by advice. */
static struct str blamed(struct fixture *f)
{
	struct buf b;
	buf_init(&b, &f->arena);
	for (uint32_t i = 0; i < f->unit.diags.list.n; i++) {
		const struct diag *d = f->unit.diags.list.items[i];
		if (d->severity != SEVERITY_ERROR && d->rule != RULE_A20)
			continue;
		size_t end = 0;
		while (end < d->text.len && !str_has_prefix(str_from(d->text, end), " can ") &&
		       !str_has_prefix(str_from(d->text, end), " asks "))
			end++;
		buf_add_fmt(&b, "%s%s %.*s", b.len ? " | " : "", rules[d->rule].id, (int)end,
			    d->text.ptr);
	}
	return buf_str(&b);
}

static void test_who_overlaps(void **state)
{
	(void)state;
	static const struct row rows[] = {
		/* Within what is there. */
		{ROOT("cpus_per_task: 8", CPUS("a", "4", "") CPUS("b", "4", "")), ""},
		/* Nothing stated by the root: a warning, since the site may give more. */
		{ROOT("nodes: 1", CPUS("a", "400", "") CPUS("b", "400", "")), "A20 'a'"},
		/* GPUs alone come with one CPU for each task, which nobody else has. */
		{ROOT("gpus: 2, cpus_per_task: 1",
		      STEP("a", "gpus: 1", "") STEP("b", "gpus: 1", "")),
		 "A20 'a' and 'b'"},
		{ROOT("gpus: 2, cpus_per_task: 2",
		      STEP("a", "gpus: 1", "") STEP("b", "gpus: 1", "")),
		 ""},
		{ROOT("gpus: 2, cpus_per_task: 2",
		      STEP("a", "gpus: 1, ntasks: 2", "") CPUS("b", "1", "")),
		 "A20 'a' and 'b'"},
		/* Where Slurm spreads GPUs or tasks over nodes, all that there is counts. */
		{ROOT("nodes: 2, gpus: 4, cpus_per_task: 4",
		      STEP("a", "gpus: 3, nodes: 2", "")
			      STEP("b", "gpus: 2, placement: {share_with: a}", "")),
		 "E07 'a' and 'b'"},
		{ROOT("nodes: 2, gpus: 4, cpus_per_task: 4",
		      STEP("a", "gpus: 3, nodes: 2", "")
			      STEP("b", "gpus: 2, placement: {share_with: a}", DONE("a"))),
		 ""},
		{ROOT("nodes: 2, ntasks: 4, cpus_per_task: 2",
		      STEP("a", "cpus_per_task: 2, ntasks: 3, nodes: 2", "") STEP(
			      "b", "cpus_per_task: 1, ntasks: 3, placement: {share_with: a}", "")),
		 "A20 'a' and 'b'"},
		{ROOT("nodes: 2, ntasks: 4, cpus_per_task: 2",
		      STEP("a", "cpus_per_task: 2, ntasks: 3, nodes: 2", "") STEP(
			      "b", "cpus_per_task: 1, ntasks: 2, placement: {share_with: a}", "")),
		 ""},
		/* A step that shares needs a CPU for each task all the same. */
		{ROOT("cpus_per_task: 4", STEP("a", "ntasks: 5", "")),
		 "A20 'a' has 5 tasks on a node, "
		 "which has 4 CPUs"},
		{ROOT("cpus_per_task: 4", STEP("a", "ntasks: 4", "") STEP("b", "ntasks: 4", "")),
		 ""},
		{ROOT("nodes: 2, cpus_per_task: 1", STEP("a", "nodes: 2, ntasks: 3", "")),
		 "A20 'a' has 2 tasks on a node, which has 1 CPU"},
		/* Whole nodes have more than the spec says. */
		{ROOT("cpus_per_task: 8, submit_args: [--exclusive]",
		      CPUS("a", "8", "") CPUS("b", "8", "")),
		 ""},
		/* One after the other. */
		{ROOT("cpus_per_task: 8", CPUS("a", "8", "") CPUS("b", "8", DONE("a"))), ""},
		{ROOT("cpus_per_task: 8", CPUS("a", "8", "") CPUS("b", "8", ", depends_on: [a]")),
		 "A20 'a' and 'b'"},
		/* c starts after m, m after a has completed. */
		{ROOT("cpus_per_task: 8", CPUS("a", "8", "") STEP("m", "ntasks: 1", DONE("a"))
						  CPUS("c", "8", ", depends_on: [m]")),
		 ""},
		/* m completes, but a, which m only saw started, may go on. */
		{ROOT("cpus_per_task: 8",
		      CPUS("a", "8", "") STEP("m", "ntasks: 1", ", depends_on: [a]")
			      CPUS("c", "8", DONE("m"))),
		 "A20 'a' and 'c'"},
		/* A diamond: b and c together, a and d never with them. */
		{ROOT("cpus_per_task: 8",
		      CPUS("a", "8", "") CPUS("b", "4", DONE("a")) CPUS("c", "4", DONE("a"))
			      CPUS("d", "8",
				   ", depends_on: {b: {condition: service_completed_successfully}, "
				   "c: {condition: service_completed_successfully}}")),
		 ""},
		{ROOT("cpus_per_task: 8",
		      CPUS("a", "8", "") CPUS("b", "5", DONE("a")) CPUS("c", "4", DONE("a"))
			      CPUS("d", "8",
				   ", depends_on: {b: {condition: service_completed_successfully}, "
				   "c: {condition: service_completed_successfully}}")),
		 "A20 'b' and 'c'"},
		/* Only the heavy ones are blamed. */
		{ROOT("cpus_per_task: 8", CPUS("a", "1", "") CPUS("b", "5", "") CPUS("c", "6", "")),
		 "A20 'c' and 'b'"},
		/* Different nodes. */
		{ROOT("nodes: 2, cpus_per_task: 8",
		      STEP("a", "cpus_per_task: 8, placement: {node_range: '0'}", "")
			      STEP("b", "cpus_per_task: 8, placement: {node_range: '1'}", "")),
		 ""},
		{ROOT("nodes: 2, cpus_per_task: 8",
		      STEP("a", "cpus_per_task: 5, placement: {node_range: 0-1}", "") STEP(
			      "b",
			      "cpus_per_task: 5, placement: {node_range: '1', allow_overlap: true}",
			      "")),
		 "A20 'a' and 'b'"},
		/* GPUs in all their spellings. */
		{ROOT("gpus_per_node: 4, cpus_per_task: 8",
		      STEP("a", "gpus: 2", "") STEP("b", "gpus_per_task: 1, ntasks: 3", "")),
		 "E07 'b' and 'a'"},
		{ROOT("gres: 'gpu:4', cpus_per_task: 8",
		      STEP("a", "gres: 'gpu:h100:2'", "") STEP("b", "gpus: 2", "")),
		 ""},
		/* A service above the root's own field is told so once. */
		{ROOT("cpus_per_task: 8", CPUS("a", "9", "")),
		 "R148 services.a.x-slurm.cpus_per_task: is 9, above the allocation's 8"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture f;
		compile(&f, rows[i].text);
		assert_str(blamed(&f), rows[i].expected);
		fixture_end(&f);
	}
}

/* Pairs that can't meet, from the definition: x must have ended before y starts if y reaches,
   through any dependencies, a service that needs x completed. */
static void fill_before(const struct plan *plan, bool *before)
{
	uint32_t n = plan->services.n;
	for (uint32_t y = 0; y < n; y++) {
		const struct plan_service *s = &plan->services.items[y];
		for (uint32_t k = 0; k < s->dependencies.n; k++) {
			const struct plan_dependency *d = &s->dependencies.items[k];
			uint32_t x = (uint32_t)d->service.v;
			for (uint32_t i = 0; i < n; i++)
				before[i * n + y] |= before[i * n + x];
			if (d->condition.v == DEPENDENCY_CONDITION_SERVICE_COMPLETED_SUCCESSFULLY)
				before[x * n + y] = true;
		}
	}
}

static uint64_t heaviest_by_trial(const struct plan *plan, const uint64_t *weights,
				  const bool *before)
{
	uint32_t n = plan->services.n;
	uint64_t best = 0;
	for (uint32_t set = 0; set < 1u << n; set++) {
		uint64_t sum = 0;
		bool is_free = true;
		for (uint32_t x = 0; x < n && is_free; x++) {
			if (!(set >> x & 1))
				continue;
			sum += weights[x];
			for (uint32_t y = 0; y < n; y++)
				is_free &= !((set >> y & 1) && before[x * n + y]);
		}
		best = is_free && sum > best ? sum : best;
	}
	return best;
}

static void test_against_trial(void **state)
{
	(void)state;
	enum {
		N = 9,
		ROUNDS = 400
	};
	uint32_t seed = 1;
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct arena a;
		arena_init(&a);
		struct plan plan = {0};
		uint64_t weights[N];
		bool in_set[N], before[N * N] = {0};
		plan.services.n = N;
		plan.services.items = ARENA_ARRAY(&a, N, struct plan_service);
		for (uint32_t y = 0; y < N; y++) {
			struct plan_service *s = &plan.services.items[y];
			s->dependencies.items = ARENA_ARRAY(&a, N, struct plan_dependency);
			for (uint32_t x = 0; x < y; x++) {
				seed = seed * 1664525u + 1013904223u;
				unsigned pick = seed >> 24;
				if (pick > 90)
					continue;
				struct plan_dependency *d =
					&s->dependencies.items[s->dependencies.n++];
				d->service.v = x;
				d->condition.v =
					pick < 45
						? DEPENDENCY_CONDITION_SERVICE_STARTED
						: DEPENDENCY_CONDITION_SERVICE_COMPLETED_SUCCESSFULLY;
			}
			seed = seed * 1664525u + 1013904223u;
			weights[y] = seed >> 28;
		}
		fill_before(&plan, before);
		uint64_t sum = 0;
		assert_int_equal(heaviest_alive(&plan, weights, in_set),
				 heaviest_by_trial(&plan, weights, before));
		for (uint32_t x = 0; x < N; x++)
			for (uint32_t y = 0; y < N; y++)
				assert_false(in_set[x] && in_set[y] && before[x * N + y]);
		for (uint32_t x = 0; x < N; x++)
			sum += in_set[x] ? weights[x] : 0;
		assert_int_equal(sum, heaviest_by_trial(&plan, weights, before));
		arena_free(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_uncertain),
		cmocka_unit_test(test_who_overlaps),
		cmocka_unit_test(test_against_trial),
	};
	return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}
