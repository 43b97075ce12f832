/* SPDX-License-Identifier: Apache-2.0 */
/* The text form of the job: printing what was read gives the same text. */
#include "tests/unit/test.h"

#include "ir/text/print.h"
#include "tests/unit/fixture.h"

static struct str bound_text(struct fixture *f, const char *yaml)
{
	fixture_begin(f);
	fixture_file(f, "job.yaml", yaml);
	fixture_file(f, "base.yaml", "services: {web: {image: nginx, x-slurm: {nodes: 1}}}\n");
	fixture_file(f, ".env", "TAG=7\n");
	fixture_file(f, "some.env", "FROM_FILE=1\n");
	frontend_read(&f->unit);
	frontend_bind(&f->unit);
	assert_str(fixture_diags(f), "");
	return job_print(&f->arena, &f->unit.sources, f->unit.job, NULL, 0);
}

static void check_round_trip(struct str text)
{
	struct fixture f;
	fixture_begin(&f);
	frontend_read_ir(&f.unit, STR("job.ir"), text);
	assert_str(fixture_diags(&f), "");
	struct str again = job_print(&f.arena, &f.unit.sources, f.unit.job, NULL, 0);
	assert_str(again, str_dup(&f.arena, text).ptr);
	fixture_end(&f);
}

static const char everything[] =
	"name: demo\n"
	"version: 1\n"
	"modules: [gcc]\n"
	"x-slurm:\n"
	"  nodes: 2\n"
	"  time: 1:00:00\n"
	"  after_job: 1234\n"
	"  rendezvous: [a, b]\n"
	"  signal: {name: usr1, at_seconds: 60}\n"
	"  setup: ['echo \"hi\"', \"tab\\there\"]\n"
	"  stage_in: [{from: a, to: /b}]\n"
	"  artifacts: {export_dir: out, bundles: {x: {paths: [/hpc-compose/job/a]}}}\n"
	"sweep: {parameters: {lr: [1e-3, 0.1], b: [x]}, matrix: full}\n"
	"services:\n"
	"  web:\n"
	"    extends: {file: base.yaml, service: web}\n"
	"    command: |\n"
	"      echo a\n"
	"      echo b\n"
	"    entrypoint: sh\n"
	"    environment: [A=1, B=2, A=3]\n"
	"    env_file: some.env\n"
	"    volumes: ['./a:/b:ro']\n"
	"    depends_on: [zz, api]\n"
	"  api:\n"
	"    image: python:${TAG}\n"
	"    script: echo $HOME\n"
	"    readiness: {type: tcp, port: 80}\n"
	"    x-enroot: {prepare: {commands: [pip install x]}}\n"
	"    x-slurm: {prologue: echo x, placement: {node_range: 0-1},\n"
	"      hooks: [{on: restart, script: a}]}\n"
	"  zz:\n"
	"    image: a\n"
	"    command: [python, x.py]\n"
	"    healthcheck: {test: nc -z localhost 80, timeout: 5s}\n"
	"    environment: {TOKEN: x, E: y}\n"
	"  q r.s: {image: x}\n";

static void everything_survives(void **state)
{
	(void)state;
	struct fixture f;
	check_round_trip(bound_text(&f, everything));
	fixture_end(&f);
}

static void origins_are_named(void **state)
{
	(void)state;
	struct fixture f;
	struct str text = bound_text(&f, everything);
	static const char *const lines[] = {
		"\nservices.web.image = \"nginx\"  # extends base.yaml:1:25 via job.yaml:16:14\n",
		"\nservices.api.image = \"python:7\"  # environment job.yaml:26:12 $TAG .env:1:5\n",
		"\nservices.api.command[2] = \"echo $HOME\"  # derived job.yaml:27:13 from "
		"script\n",
		"\nservices.zz.readiness.timeout_seconds = 5  # derived job.yaml:35:54 from "
		"healthcheck.timeout\n",
		"\nservices.zz.environment.TOKEN = \"x\"  # secret job.yaml:36:26\n",
		"\nservices.\"q r.s\".stop_signal = \"TERM\"  # default\n",
		"\nsweep.matrix = full  # job.yaml:13:56\n",
	};
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (!str_contains(text, lines[i]))
			fail_msg("missing:%s in\n%.*s", lines[i], STR_ARG(text));
	fixture_end(&f);
}

static void secrets_can_be_hidden(void **state)
{
	(void)state;
	struct fixture f;
	bound_text(&f, everything);
	struct str text =
		job_print(&f.arena, &f.unit.sources, f.unit.job, &f.unit.diags.secrets, 0);
	assert_true(str_contains(text, ".TOKEN = \"<redacted>\""));
	fixture_end(&f);
}

static void a_text_by_hand_gets_defaults(void **state)
{
	(void)state;
	struct fixture f;
	fixture_begin(&f);
	frontend_read_ir(&f.unit, STR("job.ir"),
			 STR("# a comment of its own\n\nservices.a.image = \"x$Y\"\n"));
	assert_str(fixture_diags(&f), "");
	assert_str(f.unit.job->services.items[0].image.v, "x$Y");
	assert_int_equal(f.unit.job->slurm->nodes.v, 1);
	assert_int_equal(f.unit.job->slurm->nodes.from.kind, ORIGIN_DEFAULT);
	fixture_end(&f);
}

static void bad_texts_are_refused(void **state)
{
	(void)state;
	static const char *const texts[][2] = {
		{"a.b\n",
		 "job.ir:1:4-2:1 R001 syntax error, unexpected the end of the line, expecting "
		 "'=' or '.' or '['"},
		{"services.a.image = \"x\n", "job.ir:1:20-21 R001 syntax error, unexpected a stray "
					     "character"},
		{"services.a = {}\nservices.a = {}\n",
		 "job.ir:2:10-11 R001 this field has a value already"},
		{"x-slurm.setup[0] = \"x\"\n",
		 "job.ir:1:15-16 R001 a list needs a line of its own before its items"},
		{"x-slurm.setup = [1]\nx-slurm.setup[1] = \"x\"\n",
		 "job.ir:2:15-16 R001 the items of a list must come in order\n"
		 "job.ir:1:18-19 R001 the list has another number of items"},
		{"name = \"a\"\nname.b = \"c\"\n",
		 "job.ir:2:6-7 R001 what stands before this is no mapping or list"},
	};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct fixture f;
		fixture_begin(&f);
		frontend_read_ir(&f.unit, STR("job.ir"), str_c(texts[i][0]));
		assert_str(fixture_diags(&f), texts[i][1]);
		assert_null(f.unit.job);
		fixture_end(&f);
	}
}

static void poison_is_kept(void **state)
{
	(void)state;
	struct fixture f;
	static const char text[] = "services = {}\n"
				   "services.a = {}\n"
				   "services.a.image = ?  # poison job.yaml:3:4\n"
				   "services.a.stop_signal = \"TERM\"  # default\n"
				   "services.a.stop_grace_period = \"10\"  # default\n"
				   "x-slurm = ?  # poison job.yaml:1:1\n"
				   "runtime = ?  # poison -\n"
				   "version = \"1\"\n";
	fixture_begin(&f);
	frontend_read_ir(&f.unit, STR("job.ir"), str_c(text));
	assert_str(fixture_diags(&f), "");
	assert_true(IS_POISON(f.unit.job->slurm->head));
	struct str again = job_print(&f.arena, &f.unit.sources, f.unit.job, NULL, 0);
	assert_true(str_contains(again, "services.a.image = ?  # poison job.yaml:3:4\n"));
	assert_true(str_contains(again, "x-slurm = ?  # poison job.yaml:1:1\n"));
	fixture_end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_survives),
		cmocka_unit_test(origins_are_named),
		cmocka_unit_test(secrets_can_be_hidden),
		cmocka_unit_test(poison_is_kept),
		cmocka_unit_test(a_text_by_hand_gets_defaults),
		cmocka_unit_test(bad_texts_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
