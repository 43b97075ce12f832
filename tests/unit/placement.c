/* SPDX-License-Identifier: Apache-2.0 */
/* Node sets, modes and task counts of services, and what is said about wrong ones. */
#include "tests/unit/test.h"

#include "passes/pass.h"
#include "tests/unit/fixture.h"
#include "ir/facts/rules.h"

/* "a primary 0 pinned overlap | b partitioned 1-3": services in launch order. */
static struct str placements(struct fixture *f)
{
	static const char *const modes[] = {"primary", "distributed", "partitioned"};
	struct buf b;
	buf_init(&b, &f->arena);
	const struct plan *plan = f->unit.plan;
	for (uint32_t i = 0; plan && i < plan->services.n; i++) {
		const struct plan_service *p = &plan->services.items[i];
		buf_add_fmt(&b, "%s%.*s", i ? " | " : "", STR_ARG(p->name.v));
		if (IS_POISON(p->node_set)) {
			buf_add_c(&b, " ?");
			continue;
		}
		buf_add_fmt(&b, " %s %.*s", modes[p->mode.v], STR_ARG(p->node_set.text));
		if (p->exclude.n)
			buf_add_fmt(&b, " without %.*s", STR_ARG(p->exclude.text));
		buf_add_c(&b, p->is_pinned.v ? " pinned" : "");
		buf_add_c(&b, p->may_overlap.v ? " overlap" : "");
	}
	return buf_str(&b);
}

/* "a 4n 16t 4/n =16": nodes, ntasks, ntasks per node, ranks. */
static struct str tasks(struct fixture *f)
{
	struct buf b;
	buf_init(&b, &f->arena);
	const struct plan *plan = f->unit.plan;
	for (uint32_t i = 0; plan && i < plan->services.n; i++) {
		const struct plan_service *p = &plan->services.items[i];
		buf_add_fmt(&b, "%s%.*s %un", i ? " | " : "", STR_ARG(p->name.v),
			    (unsigned)p->nodes.v);
		if (IS_SET(p->ntasks))
			buf_add_fmt(&b, " %ut", (unsigned)p->ntasks.v);
		if (IS_SET(p->ntasks_per_node))
			buf_add_fmt(&b, " %u/n", (unsigned)p->ntasks_per_node.v);
		buf_add_fmt(&b, " =%u", (unsigned)p->ranks.v);
		if (IS_SET(p->nproc))
			buf_add_fmt(&b, " nproc %u", (unsigned)p->nproc.v);
	}
	return buf_str(&b);
}

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

#define JOB(nodes, services)                                                                       \
	"runtime: {backend: host}\nx-slurm: {nodes: " nodes "}\nservices:\n" services
#define PLACED(name, placement) " " name ": {command: x, x-slurm: {placement: {" placement "}}}\n"
#define PLAIN(name)             " " name ": {command: x}\n"
#define WITH(name, step)        " " name ": {command: x, x-slurm: {" step "}}\n"

static void test_node_sets(void **state)
{
	(void)state;
	static const struct row rows[] = {
		/* Without placement. */
		{JOB("1", PLAIN("a")), "a primary 0 overlap"},
		{JOB("4", PLAIN("a")), "a distributed 0-3"},
		{JOB("4", PLAIN("a") PLAIN("b")),
		 "a primary 0 pinned overlap | b primary 0 pinned overlap"},
		{JOB("4", WITH("a", "nodes: 4") WITH("b", "nodes: 1")),
		 "a distributed 0-3 | b primary 0 pinned overlap"},
		{JOB("4", WITH("a", "nodes: 1")), "a primary 0 pinned overlap"},
		/* node_range. */
		{JOB("8", PLACED("a", "node_range: '1-3, 6'")), "a partitioned 1-3,6 pinned"},
		{JOB("8", PLACED("a", "node_range: 0-7")), "a distributed 0-7"},
		{JOB("8", PLACED("a", "node_range: '0'")), "a primary 0 pinned"},
		{JOB("8", PLACED("a", "node_range: 0-3, exclude: '1'")),
		 "a partitioned 0,2-3 without 1 pinned"},
		{JOB("4", PLACED("a", "node_range: 0-1, exclude: '1'")),
		 "a primary 0 without 1 pinned"},
		/* node_count. */
		{JOB("8", PLACED("a", "node_count: 3")), "a partitioned 0-2 pinned"},
		{JOB("8", PLACED("a", "node_count: 3, start_index: 2, exclude: '3,5'")),
		 "a partitioned 2,4,6 without 3,5 pinned"},
		{JOB("8", PLACED("a", "node_count: 8")), "a distributed 0-7"},
		/* node_percent: of all eligible, rounded up, at least one. */
		{JOB("8", PLACED("a", "node_percent: 50")), "a partitioned 0-3 pinned"},
		{JOB("8", PLACED("a", "node_percent: 1")), "a primary 0 pinned"},
		{JOB("3", PLACED("a", "node_percent: 34")), "a partitioned 0-1 pinned"},
		{JOB("8", PLACED("a", "node_percent: 50, start_index: 4")),
		 "a partitioned 4-7 pinned"},
		{JOB("8", PLACED("a", "node_percent: 100, exclude: 0-3")),
		 "a partitioned 4-7 without 0-3 pinned"},
		/* share_with. */
		{JOB("8", PLACED("a", "node_count: 2, start_index: 1, exclude: '0'")
				  PLACED("b", "share_with: a") PLACED("c", "share_with: b")),
		 "a partitioned 1-2 without 0 pinned | b partitioned 1-2 without 0 pinned overlap "
		 "| "
		 "c partitioned 1-2 without 0 pinned overlap"},
		{JOB("1", PLACED("a", "node_count: 1")), "a primary 0"},
		{JOB("4294967295", PLAIN("a")), "a distributed 0-4294967294"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture f;
		compile(&f, rows[i].text);
		assert_str(fixture_diags(&f), "");
		assert_str(placements(&f), rows[i].expected);
		fixture_end(&f);
	}
}

static void test_listed_nodes(void **state)
{
	(void)state;
	struct fixture f;
	compile(&f, JOB("8", PLACED("a", "node_range: '1-2,5'") PLACED("b", "node_range: '6-7'")));
	const struct v_nodeset *a = &f.unit.plan->services.items[0].node_set;
	const struct v_nodeset *b = &f.unit.plan->services.items[1].node_set;
	assert_int_equal(a->n, 3);
	assert_int_equal(a->items[0], 1);
	assert_int_equal(a->items[1], 2);
	assert_int_equal(a->items[2], 5);
	assert_int_equal(b->n, 2);
	assert_int_equal(b->items[0], 6);
	assert_int_equal(b->items[1], 7);
	fixture_end(&f);
}

#define ROOT(fields, services)                                                                     \
	"runtime: {backend: host}\nx-slurm: {" fields "}\nservices:\n" services

static void test_tasks(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{JOB("1", PLAIN("a")), "a 1n 1t =1"},
		{JOB("3", PLAIN("a")), "a 3n 1/n =3 nproc 1"},
		{ROOT("nodes: 6, ntasks: 24, ntasks_per_node: 4, cpus_per_task: 6",
		      PLAIN("a") WITH("b", "ntasks: 6") WITH("c", "ntasks_per_node: 2")),
		 "a 1n 24t 4/n =24 | b 1n 6t =6 | c 1n 24t 2/n =24"},
		{ROOT("nodes: 2, gpus_per_node: 8", PLAIN("a")), "a 2n 1/n =2 nproc 8"},
		{ROOT("nodes: 2, gres: 'gpu:a100:4'", PLAIN("a")), "a 2n 1/n =2 nproc 4"},
		{ROOT("nodes: 2, gpus: 6", PLAIN("a")), "a 2n 1/n =2 nproc 3"},
		{ROOT("nodes: 2, gpus: 5, ntasks_per_node: 4", PLAIN("a")), "a 2n 4/n =8 nproc 4"},
		{ROOT("nodes: 2, gpus_per_node: 8",
		      " a: {command: x, environment: {NPROC_PER_NODE: 3}, "
		      "x-slurm: {gpus_per_node: 2}}\n"),
		 "a 2n 1/n =2 nproc 3"},
		{ROOT("nodes: 2, gpus_per_node: 8",
		      " a: {command: x, environment: {NPROC_PER_NODE: 3, "
		      "HPC_COMPOSE_DIST_NPROC_PER_NODE: 5}}\n"),
		 "a 2n 1/n =2 nproc 5"},
		{ROOT("nodes: 2, gpus_per_node: 8",
		      " a: {command: x, environment: {NPROC_PER_NODE: many}, "
		      "x-slurm: {gpus_per_node: 2}}\n"),
		 "a 2n 1/n =2 nproc 2"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture f;
		compile(&f, rows[i].text);
		assert_str(fixture_diags(&f), "");
		assert_str(tasks(&f), rows[i].expected);
		fixture_end(&f);
	}
}

/* "R137 '2' + '{node_range: 0-2}'": rule, what it blames, what its notes point at. */
static struct str complaints(struct fixture *f)
{
	struct buf b;
	buf_init(&b, &f->arena);
	const struct unit *u = &f->unit;
	for (uint32_t i = 0; i < u->diags.list.n; i++) {
		const struct diag *d = u->diags.list.items[i];
		if (d->severity != SEVERITY_ERROR)
			continue;
		buf_add_fmt(&b, "%s%s '%.*s'", b.len ? " | " : "", rules[d->rule].id,
			    STR_ARG(source_text(&u->sources, d->at)));
		for (uint32_t k = 0; k < d->lines.n; k++)
			if (d->lines.items[k].severity == SEVERITY_NOTE)
				buf_add_fmt(
					&b, " + '%.*s'",
					STR_ARG(source_text(&u->sources, d->lines.items[k].at)));
	}
	return buf_str(&b);
}

static void expect_complaints(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct fixture f;
		compile(&f, rows[i].text);
		assert_str(complaints(&f), rows[i].expected);
		fixture_end(&f);
	}
}

static void test_placement_rules(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{JOB("4", PLACED("a", "node_count: 1, node_range: 0-1")),
		 "R130 '{node_count: 1, node_range: 0-1}' + '0-1' + '1'"},
		{JOB("4", PLACED("a", "allow_overlap: true")), "R130 '{allow_overlap: true}'"},
		{JOB("4", PLACED("a", "node_count: 0")), "R132 '0'"},
		{JOB("4", PLACED("a", "node_percent: 101")), "R132 '101'"},
		{JOB("4", PLACED("a", "share_with: ' '")), "R133 '' ''"},
		{JOB("4", PLAIN("a") PLACED("b", "share_with: a, start_index: 1")),
		 "R133 '1' + 'a'"},
		{JOB("4", PLAIN("a") PLACED("b", "share_with: a, exclude: '1'")),
		 "R133 ''1'' + 'a'"},
		{JOB("4", PLACED("a", "node_range: '1', start_index: 1")), "R134 '1'"},
		{JOB("4", PLACED("a", "node_range: 1-4")), "R135 '1-4' + '4'"},
		{JOB("4", PLACED("a", "node_count: 1, exclude: '4'")), "R135 ''4'' + '4'"},
		{JOB("4", PLACED("a", "node_count: 1, start_index: 4")), "R135 '4' + '4'"},
		{JOB("4", PLACED("a", "node_count: 4, exclude: '1'")), "R136 '4' + ''1'' + '4'"},
		{JOB("4", PLACED("a", "node_percent: 50, start_index: 3")),
		 "R136 '50' + '3' + '4'"},
		{JOB("4", PLACED("a", "node_range: 1-2, exclude: 0-3")), "R136 '1-2' + '0-3'"},
		{JOB("4", WITH("a", "nodes: 3, placement: {node_range: 0-1}")),
		 "R137 '3' + '{node_range: 0-1}'"},
		{JOB("4", WITH("a", "nodes: 5")), "R138 '5' + '4'"},
		{JOB("1", WITH("a", "nodes: 2")), "R139 '2' + '1'"},
		{"runtime: {backend: host}\nservices:\n" WITH("a", "nodes: 2"), "R139 '2' + ''"},
		{JOB("4", WITH("a", "nodes: 2")), "R140 '2' + '4'"},
		{JOB("4", PLAIN("worker") PLACED("b", "share_with: wroker")), "R141 'wroker'"},
		{JOB("4", PLACED("a", "share_with: b") PLACED("b", "share_with: c")
				  PLACED("c", "share_with: a")),
		 "R142 'b' + 'c' + 'a'"},
		{JOB("4", PLACED("a", "share_with: a")), "R142 'a'"},
		{JOB("4", PLACED("a", "share_with: b") PLACED("b", "share_with: b")), "R142 'b'"},
		/* The same with the tail behind the circle. */
		{JOB("4", PLACED("b", "share_with: b") PLACED("c", "share_with: b")), "R142 'b'"},
		{JOB("4", PLACED("a", "node_range: 0-2") PLACED("b", "node_range: 2-3")),
		 "R143 '{node_range: 2-3}' + '{node_range: 0-2}'"},
		{JOB("4", WITH("a", "nodes: 4") WITH("b", "nodes: 4")), "R143 '4' + '4'"},
		/* An error of its own makes a service quiet elsewhere. */
		{JOB("4", PLACED("a", "node_range: 9-x") PLACED("b", "share_with: a")), "R131 'x'"},
	};
	expect_complaints(rows, sizeof(rows) / sizeof(rows[0]));
}

static void test_placement_near_misses(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{JOB("4", PLACED("a", "node_range: 0-2")
				  PLACED("b", "node_range: 2-3, allow_overlap: true")),
		 ""},
		{JOB("4", PLACED("a", "node_range: 0-1") PLACED("b", "node_range: 2-3")), ""},
		{JOB("4", WITH("a", "nodes: 4") PLAIN("b") PLAIN("c")), ""},
		{JOB("4", WITH("a", "nodes: 4") PLACED("b", "share_with: a")), ""},
		{JOB("4", WITH("a", "nodes: 2, placement: {node_count: 2}")), ""},
		{JOB("4", PLACED("a", "node_percent: 25, start_index: 3")), ""},
		{JOB("4", PLACED("a", "node_count: 3, exclude: '3'")), ""},
	};
	expect_complaints(rows, sizeof(rows) / sizeof(rows[0]));
}

#define PROBED(name, step, readiness)                                                              \
	" " name ": {command: x, x-slurm: {" step "}, readiness: {" readiness "}}\n"

static void test_locality(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{JOB("2", PROBED("a", "nodes: 2", "type: http, url: 'https://LOCALHOST:80/x'")),
		 "R144 ''https://LOCALHOST:80/x'' + '2'"},
		{JOB("2", PROBED("a", "placement: {node_range: '1'}",
				 "type: http, url: 'https://[::1]/'")),
		 "R144 ''https://[::1]/'' + '{node_range: '1'}'"},
		{JOB("2", PROBED("a", "nodes: 2", "type: http, url: 'https://[2001:db8::1]/'")),
		 ""},
		{JOB("2", PROBED("a", "nodes: 2", "type: http, url: 'https://:80/'")), ""},
		{JOB("2", PROBED("a", "nodes: 2", "type: http, url: 'http://127.0.0.1:80/x'")), ""},
		{JOB("2", PROBED("a", "nodes: 2", "type: http, url: 'node1/x'")), ""},
		{JOB("2", PROBED("a", "nodes: 2", "type: tcp, port: 80")), ""},
		{JOB("2", PROBED("a", "nodes: 2", "type: tcp, port: 80, host: node7")), ""},
		{JOB("2", PROBED("a", "nodes: 2", "type: log, pattern: up")), ""},
		{JOB("1", PROBED("a", "nodes: 1", "type: http, url: 'https://localhost/'")), ""},
	};
	expect_complaints(rows, sizeof(rows) / sizeof(rows[0]));
}

static void test_step_sizes(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{JOB("4294967295", WITH("a", "ntasks_per_node: 2")), "R145 '2' + '4294967295'"},
		{ROOT("ntasks: 4", WITH("a", "ntasks: 5")), "R146 '5' + '4'"},
		{ROOT("nodes: 2, ntasks_per_node: 4", WITH("a", "ntasks_per_node: 5")),
		 "R146 '5' + '4' + '2'"},
		{ROOT("nodes: 2, ntasks_per_node: 4", WITH("a", "ntasks: 9")), "R146 '9' + '4'"},
		{ROOT("nodes: 2, ntasks_per_node: 4", WITH("a", "ntasks: 8")), ""},
		{ROOT("gpus: 2", WITH("a", "gpus: 3")), "R147 '3' + '2'"},
		{ROOT("nodes: 2, gpus: 1", WITH("a", "nodes: 1")), "E18 '1'"},
		{ROOT("nodes: 2, gpus: a100:1", WITH("a", "nodes: 1")), "E18 'a100:1'"},
		{ROOT("nodes: 2, gpus: 2", WITH("a", "nodes: 2, gpus: 1")), "E18 '1'"},
		{ROOT("nodes: 2, gpus: 3", WITH("a", "nodes: 2, gpus: 2")), ""},
		{ROOT("nodes: 2, gpus: 2, gpus_per_node: 2", WITH("a", "nodes: 2")),
		 "E18 '2' + '2'"},
		{ROOT("nodes: 2, gpus: 4, gpus_per_node: 2", WITH("a", "nodes: 2")), ""},
		{ROOT("nodes: auto, ntasks: 8, gpus: 1", WITH("a", "ntasks: 8")), ""},
		{ROOT("nodes: 2, gres: 'gpu:2'", WITH("a", "nodes: 2, gres: 'gpu:a100:3'")),
		 "R147 ''gpu:a100:3'' + ''gpu:2''"},
		{ROOT("nodes: 2, gres: 'gpu:2'", WITH("a", "nodes: 2, gres: 'gpu:2'")), ""},
		{ROOT("nodes: 2, gres: 'gpu:2'", WITH("a", "nodes: 2, gres: 'shard:3'")), ""},
		{ROOT("cpus_per_task: 4", WITH("a", "cpus_per_task: 5")), "R148 '5' + '4'"},
		{ROOT("gpus_per_node: 4, gpus_per_task: 2, cpus_per_gpu: 1",
		      WITH("a", "gpus_per_node: 5, gpus_per_task: 3, cpus_per_gpu: 2")),
		 "E18 '2' | R148 '5' + '4' | R148 '3' + '2' | R148 '2' + '1'"},
		{ROOT("cpus_per_task: 4", WITH("a", "cpus_per_task: 4")), ""},
		{JOB("1", WITH("a", "cpus_per_task: 4")), ""},
		{ROOT("nodes: 2, ntasks_per_node: 4",
		      WITH("a", "mpi: {type: pmix, expected_ranks: 7}")),
		 "R149 '7' + '4'"},
		{ROOT("nodes: 2, ntasks_per_node: 4",
		      WITH("a", "mpi: {type: pmix, expected_ranks: 8}")),
		 ""},
	};
	expect_complaints(rows, sizeof(rows) / sizeof(rows[0]));
}

#define EDGES(name, depends_on)  " " name ": {command: x, depends_on: " depends_on "}\n"
#define NOTHING_WITH(name, rest) " " name ": {command: x, " rest "}\n"

static void test_dependencies(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{JOB("1", EDGES("a", "[b]")
				  NOTHING_WITH("b", "x-slurm: {failure_policy: {mode: ignore}}")),
		 "R119 'b' + 'ignore'"},
		{JOB("1", EDGES("worker", "{redsi: {condition: service_started}}") PLAIN("redis")),
		 "R150 'redsi' + 'redis'"},
		{JOB("1", EDGES("a", "[zzzzz]") PLAIN("b")), "R150 'zzzzz'"},
		{JOB("1", EDGES("a", "[a]")), "R151 'a'"},
		{JOB("1", EDGES("a", "[b]") EDGES("b", "[c]") EDGES("c", "[a]") EDGES("d", "[a]")),
		 "R151 'b' + 'c' + 'a'"},
		{JOB("1", EDGES("a", "[b]") EDGES("b", "[a]") EDGES("c", "[d]") EDGES("d", "[c]")),
		 "R151 'b' + 'a' | R151 'd' + 'c'"},
		{JOB("1", EDGES("a", "{b: {condition: service_healthy}}") PLAIN("b")),
		 "R153 'service_healthy' + 'b'"},
		{JOB("1", EDGES("a", "{b: {condition: service_healthy}}")
				  NOTHING_WITH("b", "healthcheck: {disable: true}")),
		 "R153 'service_healthy' + 'b'"},
		{JOB("1", EDGES("a", "{b: {condition: service_healthy}}")
				  NOTHING_WITH("b", "readiness: {type: sleep, seconds: 1}")),
		 ""},
		{JOB("1", WITH("a", "lifetime: dependents")), "E01 'dependents'"},
		{JOB("1", EDGES("a", "{b: {condition: service_completed_successfully}}")
				  WITH("b", "lifetime: dependents")),
		 "E01 'service_completed_successfully' + 'dependents'"},
		{JOB("1", EDGES("a", "[b]") WITH("b", "lifetime: dependents")), ""},
		{JOB("1", EDGES("a", "[b, c]") EDGES("b", "[d]") EDGES("c", "[d]") PLAIN("d")), ""},
	};
	expect_complaints(rows, sizeof(rows) / sizeof(rows[0]));
}

/* An edit is offered only when it is certain. */
static void test_edits(void **state)
{
	(void)state;
	static const struct {
		const char *text, *edit;
	} rows[] = {
		{JOB("1", EDGES("worker", "[redsi]") PLAIN("redis")), "redis"},
		{JOB("4", PLAIN("worker") PLACED("b", "share_with: wroker")), "worker"},
		/* Two are as near; the name is short; it is no plain word; it stands there already.
		 */
		{JOB("1", EDGES("worker", "[redia]") PLAIN("redis") PLAIN("redix")), NULL},
		{JOB("1", EDGES("worker", "[ap]") PLAIN("api")), NULL},
		{JOB("1", EDGES("worker", "['redsi']") PLAIN("redis")), NULL},
		{JOB("1", EDGES("worker", "[redsi]") PLAIN("'re:is'")), NULL},
		{JOB("1", EDGES("worker", "[redsi, redis]") PLAIN("redis")), NULL},
		{JOB("1", EDGES("redsa", "[redsi]")), NULL},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture f;
		compile(&f, rows[i].text);
		assert_true(f.unit.diags.n_errors == 1);
		const struct diag *d = NULL;
		for (uint32_t k = 0; k < f.unit.diags.list.n; k++)
			if (f.unit.diags.list.items[k]->severity == SEVERITY_ERROR)
				d = f.unit.diags.list.items[k];
		if (rows[i].edit && d->fixes.n == 1)
			assert_str(d->fixes.items[0].text, rows[i].edit);
		else
			assert_int_equal(d->fixes.n, rows[i].edit ? 1 : 0);
		fixture_end(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_node_sets),
		cmocka_unit_test(test_listed_nodes),
		cmocka_unit_test(test_tasks),
		cmocka_unit_test(test_placement_rules),
		cmocka_unit_test(test_placement_near_misses),
		cmocka_unit_test(test_locality),
		cmocka_unit_test(test_step_sizes),
		cmocka_unit_test(test_dependencies),
		cmocka_unit_test(test_edits),
	};
	passes_verify();
	return cmocka_run_group_tests_name("placement", tests, NULL, NULL);
}
