/* SPDX-License-Identifier: Apache-2.0 */
/* The pipeline itself, the resource profile, and what commands can't do. */
#include "tests/unit/test.h"

#include <string.h>

#include "frontend/yaml/compose.h"
#include "passes/pass.h"
#include "tests/unit/fixture.h"
#include "ir/facts/rules.h"

static void open_unit(struct fixture *f, const char *text)
{
	fixture_begin(f);
	fixture_file(f, "job.yaml", text);
	frontend_read(&f->unit);
	frontend_bind(&f->unit);
}

static size_t pass_number(const char *name)
{
	for (size_t i = 0; i < n_passes; i++)
		if (strcmp(passes[i].name, name) == 0)
			return i;
	fail_msg("no pass '%s'", name);
	return 0;
}

static void test_pipeline(void **state)
{
	(void)state;
	struct fixture f;
	struct pass_report reports[96];
	passes_verify();
	assert_true(n_passes < 96);
	for (size_t i = 0; i < n_passes; i++)
		assert_int_equal(pass_number(passes[i].name), i); /* no name stands twice */

	/* Without a job nothing runs, and nothing is said. */
	fixture_begin(&f);
	assert_false(passes_run(&f.unit, NULL, reports));
	for (size_t i = 0; i < n_passes; i++)
		assert_int_equal(reports[i].outcome, PASS_BLOCKED);
	assert_str(fixture_diags(&f), "");
	fixture_end(&f);

	/* A failing check blocks nobody. */
	open_unit(&f, "runtime: {backend: host}\nservices: {a: {command: x, depends_on: [b]}}\n");
	assert_false(passes_run(&f.unit, NULL, reports));
	for (size_t i = 0; i < n_passes; i++)
		assert_int_equal(reports[i].outcome,
				 i == pass_number("dependencies") ? PASS_FAILED : PASS_DONE);
	fixture_end(&f);

	/* Up to a pass, and no further. */
	open_unit(&f, "runtime: {backend: host}\nservices: {a: {command: x}}\n");
	assert_true(passes_run(&f.unit, "order", reports));
	assert_non_null(f.unit.plan->services.items);
	assert_null(f.unit.plan->services.items[0].policy);
	fixture_end(&f);
}

/* Services that could not be understood leave the rest alone. */
static void test_poison(void **state)
{
	(void)state;
	static const struct {
		const char *text, *rules;
	} rows[] = {
		{"services: {a: 1, b: {image: i, depends_on: {a: {condition: service_healthy}}}}\n",
		 "R011"},
		{"services: {b: {image: i, x-slurm: 1}, c: {image: i, x-slurm: {placement: 1}}}\n",
		 "R013 R013"},
		{"x-slurm: {nodes: 0}\nservices: {a: {image: i, x-slurm: {nodes: 7}}}\n", "R039"},
		{"x-slurm: {nodes: x}\nservices: {a: {image: i, x-slurm: {placement: {node_range: "
		 "1-2}}}}\n",
		 "R013"},
		{"x-slurm: {nodes: -1}\nservices: {a: {image: i, readiness: {type: tcp, port: 1}}, b: "
		 "{image: i}}\n",
		 "R016"},
		{"x-slurm: 5\nservices: {a: {image: i}}\n", "R013"},
		{"services: {a: {image: i, volumes: 4, command: {}, depends_on: 7}}\n",
		 "R013 R013 R013"},
		{"services: []\n", "R011"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture f;
		open_unit(&f, rows[i].text);
		passes_run(&f.unit, NULL, NULL);
		struct buf b;
		buf_init(&b, &f.arena);
		for (uint32_t k = 0; k < f.unit.diags.list.n; k++)
			if (f.unit.diags.list.items[k]->severity == SEVERITY_ERROR)
				buf_add_fmt(&b, "%s%s", b.len ? " " : "",
					    rules[f.unit.diags.list.items[k]->rule].id);
		assert_str(buf_str(&b), rows[i].rules);
		assert_null(fixture_check_spans(&f));
		fixture_end(&f);
	}
}

static const char profiles[] = "small: {nodes: 2, time: '10:00', partition: p, mem: 4G, gpus: 3}\n"
			       "wrong: {nodes: 0, time: soon, mem: [], color: red}\n"
			       "list: [1]\n"
			       "lines: {partition: \"a\\nb\", qos: \"a\\0b\"}\n";

static void run_with_profile(struct fixture *f, const char *slurm)
{
	static struct settings settings;
	fixture_begin(f);
	struct str text =
		str_fmt(&f->arena, "x-slurm: {%s}\nservices: {a: {image: 'i:1'}}\n", slurm);
	fixture_file(f, "job.yaml", text.ptr);
	frontend_read(&f->unit);
	frontend_bind(&f->unit);
	uint32_t file = source_add(&f->unit.sources, STR("settings"), str_c(profiles));
	settings = (struct settings){.resource_profiles = frontend_compose(&f->unit, file)};
	f->unit.settings = &settings;
	passes_run(&f->unit, NULL, NULL);
	assert_null(fixture_check_spans(f));
}

static void test_profile(void **state)
{
	(void)state;
	struct fixture f;
	run_with_profile(&f, "resources: small, time: 90, nodes: 3");
	assert_str(fixture_diags(&f), "");
	const struct plan *plan = f.unit.plan;
	struct buf b;
	buf_init(&b, &f.arena);
	for (uint32_t i = 1; i < plan->options.n; i++)
		buf_add_fmt(&b, "%.*s=%.*s ", STR_ARG(plan->options.items[i].name.v),
			    STR_ARG(plan->options.items[i].value.v));
	/* What is written wins; what is not, a default included, is filled. */
	assert_str(buf_str(&b), "nodes=3 partition=p time=90 mem=4G gpus=3 ");
	assert_int_equal(f.unit.job->slurm->mem.from.kind, ORIGIN_PROFILE);
	assert_int_equal(origin_trail(f.unit.job->slurm->mem.from)->kind, TRAIL_PROFILE);
	fixture_end(&f);

	run_with_profile(&f, "resources: small");
	assert_int_equal(f.unit.plan->nodes.v, 2);
	assert_int_equal(f.unit.plan->time_s.v, 600);
	fixture_end(&f);

	run_with_profile(&f, "resources: smal");
	assert_str(fixture_diags(&f),
		   "job.yaml:1:22-26 R085 no resource profile is called 'smal' | "
		   "note - the settings know 'small', 'wrong', 'list', 'lines' | help did "
		   "you mean 'small'?");
	fixture_end(&f);

	run_with_profile(&f, "resources: ' '");
	assert_str(fixture_diags(&f),
		   "job.yaml:1:22-25 R046 resources is blank: it names a profile");
	fixture_end(&f);

	run_with_profile(&f, "resources: list");
	assert_str(fixture_diags(&f),
		   "settings:3:7-10 R013 expected a mapping for resource profile "
		   "'list', found a list");
	fixture_end(&f);

	/* All that is wrong in it, at its place in the settings, and nothing behind it. */
	run_with_profile(&f, "resources: wrong");
	assert_str(fixture_diags(&f),
		   "settings:2:16-17 R039 must be at least 1, not 0\n"
		   "settings:2:25-29 R040 time: 'soon' is no time | help a time is minutes, "
		   "M:SS, H:MM:SS, D-HH, D-HH:MM or D-HH:MM:SS\n"
		   "settings:2:36-38 R013 expected a plain value, found a list\n"
		   "settings:2:40-45 R005 unknown key 'color' in a resource profile");
	fixture_end(&f);

	/* No text of the settings gets a line of the script for itself. */
	run_with_profile(&f, "resources: lines");
	frontend_explain(&f.unit);
	assert_str(fixture_diags(&f),
		   "settings:4:20-26 R037 a line break in a text of one line | "
		   "note job.yaml:1:22-27 it comes from the settings profile 'lines'\n"
		   "settings:4:33-39 R038 a NUL byte can't stand in a text | "
		   "note job.yaml:1:22-27 it comes from the settings profile 'lines'");
	fixture_end(&f);
}

enum {
	LOCAL = 1,
	SWEEP = 2,
	DRY = 4
};

static void test_commands(void **state)
{
	(void)state;
#define SPEC(slurm, service)                                                                       \
	"runtime: {backend: host}\nx-slurm: {" slurm                                               \
	"}\nservices: {a: {command: x, x-slurm: {" service "}}}\n"
#define SWEPT(slurm, sweep)                                                                        \
	"runtime: {backend: host}\nsweep: {" sweep "}\nx-slurm: {" slurm                           \
	"}\nservices: {a: {command: x}}\n"
	static const struct {
		unsigned how;
		const char *text, *expected;
	} rows[] = {
		{LOCAL, SPEC("", ""), ""},
		{LOCAL, SPEC("array: 0-1", ""), "R165 '0-1'"},
		{LOCAL, SPEC("after_job: 12", ""), "R165 '12'"},
		{LOCAL, SPEC("dependency: singleton", ""), "R165 'singleton'"},
		{LOCAL, SPEC("nodes: 2", ""), "R165 '2'"},
		{LOCAL, SPEC("", "extra_srun_args: [-v]"), "R165 '[-v]'"},
		{LOCAL, SPEC("", "mpi: {type: pmi2}"), "R165 '{type: pmi2}'"},
		{LOCAL, "runtime: {backend: singularity}\nservices: {a: {image: i}}\n",
		 "R165 'singularity'"},
		{LOCAL, "services: {a: {image: i}}\n", ""},
		{0, SPEC("array: 0-1, nodes: 2", "mpi: {type: pmi2}"), ""},
		{0, SPEC("array: 0-1", ""), ""},
		{SWEEP, SWEPT("array: 0-1", "matrix: full, parameters: {p: [1]}"), "R163 '0-1'"},
		{0, SWEPT("array: 0-1", "matrix: full, parameters: {p: [1]}"), ""},
		{SWEEP,
		 SWEPT("", "matrix: full, parameters: {p: [1, 2, 3, 4, 5, 6, 7, 8, 9, 0], q: "
			   "[1, 2, 3, 4, 5, 6, 7, 8, 9, 0]}"),
		 ""},
		{SWEEP,
		 SWEPT("", "matrix: full, replicates: 2, parameters: {p: [1, 2, 3, 4, 5, 6, 7, "
			   "8, 9, 0], q: [1, 2, 3, 4, 5, 6]}"),
		 "R164 '{matrix: full, replicates: 2, parameters: {p: [1, 2, 3, 4, 5, 6, 7, 8, 9, "
		 "0], q: [1, 2, 3, 4, 5, 6]}}'"},
		{SWEEP | DRY, SWEPT("", "matrix: full, replicates: 101, parameters: {p: [1]}"), ""},
		{SWEEP, SWEPT("", "matrix: {random: 2}, replicates: 51, parameters: {p: [1, 2]}"),
		 "R164 '{matrix: {random: 2}, replicates: 51, parameters: {p: [1, 2]}}'"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture f;
		open_unit(&f, rows[i].text);
		f.unit.scheduler =
			rows[i].how & LOCAL ? PLAN_SCHEDULER_LOCAL : PLAN_SCHEDULER_SLURM;
		f.unit.is_sweep = rows[i].how & SWEEP;
		f.unit.is_dry_run = rows[i].how & DRY;
		passes_run(&f.unit, NULL, NULL);
		struct buf b;
		buf_init(&b, &f.arena);
		for (uint32_t k = 0; k < f.unit.diags.list.n; k++) {
			const struct diag *d = f.unit.diags.list.items[k];
			if (d->severity == SEVERITY_ERROR)
				buf_add_fmt(&b, "%s '%.*s'", rules[d->rule].id,
					    STR_ARG(source_text(&f.unit.sources, d->at)));
		}
		assert_str(buf_str(&b), rows[i].expected);
		fixture_end(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pipeline),
		cmocka_unit_test(test_poison),
		cmocka_unit_test(test_profile),
		cmocka_unit_test(test_commands),
	};
	return cmocka_run_group_tests_name("passes", tests, NULL, NULL);
}
