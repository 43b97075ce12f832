/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Near misses of checks, of fields that not every backend can carry out: what the checks let
 * through is seen here without one.
 */
#include "tests/unit/test.h"

#include "passes/pass.h"
#include "tests/unit/fixture.h"

static void expect(const char *text, const char *diags)
{
	struct fixture f;
	fixture_begin(&f);
	fixture_file(&f, "job.yaml", text);
	frontend_read(&f.unit);
	frontend_bind(&f.unit);
	passes_run(&f.unit, NULL, NULL);
	assert_str(fixture_diags(&f), diags);
	assert_null(fixture_check_spans(&f));
	fixture_end(&f);
}

#define SERVICE "services: {a: {image: 'redis:7'}}\n"

static void test_downloads(void **state)
{
	(void)state;
	expect("x-slurm: {stage_in: [{to: /y, hf: {repo: org/name.v1, revision: v1.2.0}}]}\n" SERVICE,
	       "");
	expect("x-slurm: {stage_in: [{to: /y, hf: {repo: o/n, revision: 0e9e39f}}]}\n" SERVICE, "");
}

static void test_artifacts(void **state)
{
	(void)state;
	expect("x-slurm:\n"
	       "  artifacts:\n"
	       "    export_dir: out\n"
	       "    paths: [/hpc-compose/job/artifacts2, /hpc-compose/job/x/../y/*.txt,"
	       " /hpc-compose/job]\n"
	       "    bundles: {logs-1_x: {paths: [/hpc-compose/job/logs/**]}}\n" SERVICE,
	       "");
}

static void test_monitoring(void **state)
{
	(void)state;
	expect("x-slurm:\n"
	       "  metrics: {interval_seconds: 1}\n"
	       "  watchdog: {grace_period_seconds: 1, gpu: {window_seconds: 1,"
	       " compute_below_pct: 100}, cpu: {memory_resident_above_pct: 0}}\n" SERVICE,
	       "");
}

static void test_rendezvous(void **state)
{
	(void)state;
	expect("x-slurm: {rendezvous: {discover: [model.a, model.b, '...'], timeout_seconds: 1}}\n"
	       "services: {a: {image: 'redis:7', x-slurm: {rendezvous: {register: {name: a.b,"
	       " port: 1, protocol: git+ssh, path: '', ttl_seconds: 1, metadata: {a.b: ''}}}}}}\n",
	       "");
}

static void test_patterns_that_explode(void **state)
{
	(void)state;
	static const char *const bad[] = {"((a{255}){255}){255}", "(a{1,2000}){9}", "((((((((((("};
	static const char *const good[] = {"[0-9]{1,3}(\\.[0-9]{1,3}){3}", "a{255}", "\\{9\\}{9}"};
	struct fixture f;
	for (int k = 0; k < 2; k++)
		for (size_t i = 0; i < 3; i++) {
			fixture_begin(&f);
			struct str text = str_fmt(&f.arena,
						  "services: {a: {image: 'r:7', readiness: {type: "
						  "log, pattern: '%s'}}}\n",
						  k ? good[i] : bad[i]);
			fixture_file(&f, "job.yaml", text.ptr);
			frontend_read(&f.unit);
			frontend_bind(&f.unit);
			passes_run(&f.unit, NULL, NULL);
			assert_int_equal(f.unit.diags.n_errors, !k);
			fixture_end(&f);
		}
}

static void test_origin_is_told(void **state)
{
	(void)state;
	struct fixture f;
	fixture_begin(&f);
	fixture_file(&f, ".env", "IMAGE=app.sif\n");
	fixture_file(&f, "job.yaml", "services: {a: {image: $IMAGE}}\n");
	frontend_read(&f.unit);
	frontend_bind(&f.unit);
	passes_run(&f.unit, NULL, NULL);
	frontend_explain(&f.unit);
	assert_str(
		fixture_diags(&f),
		"job.yaml:1:23-29 R122 services.a.image: pyxis can't start a SIF file | note job.yaml:1:23-29 with its variables "
		"replaced the value is 'app.sif' | help name a "
		".sqsh file or a registry image, or set runtime.backend: apptainer | note "
		".env:1:7-14 variable IMAGE took part; its value comes from here");
	fixture_end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_downloads),
		cmocka_unit_test(test_artifacts),
		cmocka_unit_test(test_monitoring),
		cmocka_unit_test(test_rendezvous),
		cmocka_unit_test(test_patterns_that_explode),
		cmocka_unit_test(test_origin_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
