/* SPDX-License-Identifier: Apache-2.0 */
/* What fields of the job as a whole turn into. */
#include "tests/unit/test.h"

#include <string.h>

#include "tests/unit/plan_lines.h"

static void test_allocation(void **state)
{
	(void)state;
	/* All fields in their order, whatever the order in the file. */
	struct fixture f;
	plan_compile(
		&f,
		HOST("signal: {name: 10, at_seconds: 60}, requeue: false, array: '0-3', chdir: /c, "
		     "error: e, output: o, constraint: ib, hint: multithread, distribution: block, "
		     "mem_bind: local, cpu_bind: cores, gpu_bind: none, mem_per_gpu: 1G, gpus_per_task: 1, "
		     "gpus_per_node: 2, gpus: 4, gres: 'x:1', cpus_per_task: 3, "
		     "time: ' 1:00:00 ', notify: {email: {to: m, 'on': []}}, licenses: l, "
		     "reservation: r, qos: q, account: a, partition: p, ntasks_per_node: 2, "
		     "ntasks: 4, nodes: 2, job_name: n"),
		NULL);
	struct buf b;
	buf_init(&b, &f.arena);
	for (uint32_t i = 0; i < f.unit.plan->options.n; i++) {
		const struct plan_option *o = &f.unit.plan->options.items[i];
		buf_add_fmt(&b, "%s%.*s=%.*s", i ? " " : "", STR_ARG(o->name.v),
			    STR_ARG(o->value.v));
	}
	assert_str(
		buf_str(&b),
		"job_name=n nodes=2 ntasks=4 ntasks_per_node=2 partition=p account=a qos=q "
		"reservation=r licenses=l mail_user=m mail_type=END,FAIL time=1:00:00 "
		"cpus_per_task=3 gres=x:1 gpus=4 gpus_per_node=2 gpus_per_task=1 mem_per_gpu=1G "
		"gpu_bind=none cpu_bind=cores mem_bind=local distribution=block hint=multithread constraint=ib "
		"output=o error=e chdir=/c array=0-3 no_requeue= signal=USR1@60");
	fixture_end(&f);

	static const struct plan_row rows[] = {
		{HOST("nodes: 1"), "options",
		 " = [2]; [0].name = \"job_name\"; [0].value = "
		 "\"hpc-compose\"; [1].name = \"nodes\"; [1].value = \"1\""},
		{"name: demo\nservices: {a: {image: i}}\n", "name", " = \"demo\""},
		{HOST("job_name: j"), "name", " = \"j\""},
		{HOST("time: 90"), "time_s", " = 5400"},
		{HOST("after_job: 12_3"), "dependency", " = \"afterany:12_3\""},
		{HOST("after_job: {id: 7, condition: afternotok}, dependency: singleton"),
		 "dependency", " = \"afternotok:7,singleton\""},
		{HOST("dependency: singleton"), "dependency", " = \"singleton\""},
		{HOST("signal: {name: usr2, at_seconds: 9, shell: batch}"), "relay_signal",
		 " = \"USR2\""},
		{HOST("signal: {name: TERM, at_seconds: 9, shell: batch}"), "relay_signal", ""},
		{HOST("signal: {name: usr2, at_seconds: 9}"), "relay_signal", ""},
		{HOST("submit_args: [--comment=x, -H]"), "submit_args",
		 " = [2]; [0] = \"--comment=x\"; [1] = \"-H\""},
		{HOST("burst_buffer: {directives: ['#BB create_persistent name=x']}"),
		 "burst_buffer", " = [1]; [0] = \"#BB create_persistent name=x\""},
		{HOST("array: '1-9%2'"), "is_array", " = true"},
	};
	PLAN_EXPECT(rows);
}

#define MAIL(events)                                                                               \
	HOST("array: '0-1', notify: {email: {to: m, 'on': [" events "]}}"), "options[3].value"

static void test_mail_events(void **state)
{
	(void)state;
	static const struct plan_row rows[] = {
		{MAIL("start"), " = \"BEGIN\""},
		{MAIL("fail, end, start, end"), " = \"BEGIN,END,FAIL\""},
		{MAIL("time_limit_50, time_limit_80, time_limit_90, time_limit, stage_out, "
		      "invalid_depend, requeue"),
		 " = \"REQUEUE,INVALID_DEPEND,STAGE_OUT,TIME_LIMIT,TIME_LIMIT_90,TIME_LIMIT_80,"
		 "TIME_LIMIT_50\""},
		{MAIL("array_tasks, end"), " = \"END,ARRAY_TASKS\""},
		{MAIL("end, all, start"), " = \"ALL\""},
		{MAIL("array_tasks, all"), " = \"ALL,ARRAY_TASKS\""},
	};
	PLAN_EXPECT(rows);
}

static void test_paths(void **state)
{
	(void)state;
	static const struct plan_row rows[] = {
		{HOST(""), "cache_dir.", "base = home; text = \".cache/hpc-compose\""},
		{HOST("cache_dir: ./c/../d"), "cache_dir.", "base = spec_dir; text = \"d\""},
		{HOST("cache_dir: /c//d/."), "cache_dir.", "base = absolute; text = \"/c/d\""},
		{HOST("cache_dir: '~/c'"), "cache_dir.", "base = home; text = \"c\""},
		{HOST(""), "runtime_root.", "base = submit_dir; text = \".hpc-compose\""},
		{HOST("runtime_root: ../r"), "runtime_root.", "base = submit_dir; text = \"../r\""},
		{HOST(""), "unpack_dir.", "base = cache_dir; text = \"enroot/tmp\""},
		{HOST("enroot_temp_dir: /t"), "unpack_dir.", "base = absolute; text = \"/t\""},
	};
	PLAN_EXPECT(rows);
}

static void test_order(void **state)
{
	(void)state;
	static const struct {
		const char *text, *names;
	} rows[] = {
		{"services: {c: {image: i}, a: {image: i}, b: {image: i}}\n", "a b c"},
		{"services: {a: {image: i, depends_on: [c, b]}, b: {image: i}, c: {image: i}}\n",
		 "c b a"},
		{"services: {a: {image: i, depends_on: {c: {condition: service_started}, "
		 "b: {condition: service_started}}}, b: {image: i}, c: {image: i}}\n",
		 "b c a"},
		{"services: {a: {image: i, depends_on: [d]}, b: {image: i}, d: {image: i, "
		 "depends_on: [b]}, B: {image: i}}\n",
		 "B b d a"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture f;
		plan_compile(&f, rows[i].text, NULL);
		struct buf b;
		buf_init(&b, &f.arena);
		for (uint32_t k = 0; k < f.unit.plan->services.n; k++)
			buf_add_fmt(&b, "%s%.*s", k ? " " : "",
				    STR_ARG(f.unit.plan->services.items[k].name.v));
		assert_str(buf_str(&b), rows[i].names);
		fixture_end(&f);
	}
	static const struct plan_row tokens[] = {
		{"services: {api.worker-1: {image: i}}\n", "services[0].token",
		 " = \"api.worker-1\""},
		{"services: {api.worker-1: {image: i}}\n", "services[0].function",
		 " = \"api_x2e_worker_x2d_1\""},
		{"services: {Web: {image: i}, web: {image: i}}\n", "services[0].token",
		 " = \"_x57_eb\""},
		{"services: {Web: {image: i}, web: {image: i}}\n", "services[1].token",
		 " = \"web\""},
		{"services: {b: {image: i}, a: {image: i, depends_on: [b]}}\n",
		 "services[1].dependencies",
		 " = [1]; [0].service = 0; [0].name = \"b\"; [0].condition = service_started"},
	};
	PLAN_EXPECT(tokens);
}

static void test_staging(void **state)
{
	(void)state;
#define STAGED(stages)                                                                             \
	HOST("scratch: {base: '/local/$SLURM_JOB_ID', mount: /scratch, scope: shared, cleanup: "   \
	     "never}, " stages)
	static const struct plan_row rows[] = {
		{STAGED("nodes: 1"), "scratch.",
		 "base = \"/local/${SLURM_JOB_ID}\"; mount = \"/scratch\"; scope = shared; cleanup "
		 "= "
		 "never"},
		{STAGED("stage_in: [{from: /scratch/x, to: /scratch/d/../e, mode: copy}]"),
		 "stage_in",
		 " = [1]; [0].from.base = absolute; [0].from.text = \"/scratch/x\"; [0].to.base = "
		 "scratch; [0].to.text = \"e\"; [0].mode = copy"},
		{STAGED("stage_in: [{to: /scratch, hf: {repo: o/n, revision: v1.0, kind: "
			"dataset}}]"),
		 "stage_in",
		 " = [1]; [0].to.base = scratch; [0].to.text = \"\"; [0].mode = rsync; [0].repo = "
		 "\"o/n\"; [0].revision = \"v1.0\"; [0].kind = dataset"},
		{STAGED("stage_out: [{from: /scratchy/x, to: '~/o', when: on_failure}, {from: "
			"/hpc-compose/job/logs, to: '/k/$SLURM_JOB_ID'}]"),
		 "stage_out",
		 " = [2]; [0].from.base = absolute; [0].from.text = \"/scratchy/x\"; [0].to.base = "
		 "home; [0].to.text = \"o\"; [0].mode = rsync; [0].when = on_failure; "
		 "[1].from.base = "
		 "job_dir; [1].from.text = \"logs\"; [1].to.base = absolute; [1].to.text = "
		 "\"/k/${SLURM_JOB_ID}\"; [1].mode = rsync; [1].when = always"},
	};
	PLAN_EXPECT(rows);
}

static void test_results(void **state)
{
	(void)state;
	static const struct plan_row rows[] = {
		{HOST("artifacts: {export_dir: o, collect: on_failure, paths: "
		      "[/hpc-compose/job/a/../b*, "
		      "/hpc-compose/job], bundles: {z: {paths: [/hpc-compose/job/z]}}}"),
		 "artifacts.",
		 "collect = on_failure; export_dir = \"o\"; bundles.default.paths = [2]; "
		 "bundles.default.paths[0] = \"b*\"; bundles.default.paths[1] = \".\"; "
		 "bundles.z.paths = [1]; bundles.z.paths[0] = \"z\""},
		{HOST("resume: {path: ' /c/./d '}"), "resume_path", " = \"/c/d\""},
		{HOST("metrics: {collectors: [], interval_seconds: 2}"), "metrics.",
		 "interval_s = 2; collectors = [3]; collectors[0] = \"gpu\"; collectors[1] = "
		 "\"slurm\"; collectors[2] = \"cpu\""},
		{HOST("metrics: {collectors: [cpu]}"), "metrics.collectors",
		 " = [1]; [0] = \"cpu\""},
		{HOST("metrics: {enabled: false}"), "metrics", ""},
		{HOST("watchdog: {gpu: {compute_below_pct: 3}}"), "watchdog.",
		 "grace_s = 600; gpu_window_s = 1800; gpu_busy_pct = 3; gpu_memory_pct = 20; "
		 "cpu_window_s = 1800; cpu_busy_pct = 5; cpu_memory_pct = 20"},
		{HOST("cleanup: {runtime_cache: on_success}"), "cache_cleanup", " = on_success"},
		{HOST("rendezvous: [a, b]"), "lookup.",
		 "names = [2]; names[0] = \"a\"; names[1] = \"b\"; timeout_s = 30; require = true"},
		{SERVICE("x-slurm: {rendezvous: {register: {name: n, port: 80, metadata: {k: "
			 "v}}}}"),
		 "services[0].registration.",
		 "name = \"n\"; port = 80; protocol = \"http\"; path = \"\"; ttl_s = 3600; "
		 "metadata.k "
		 "= \"v\""},
		{HOST("setup: [a, b]"), "setup", " = [2]; [0] = \"a\"; [1] = \"b\""},
		{"x-env: {modules: [m/1], spack: {view: /v}}\nservices: {a: {image: i}}\n",
		 "env_setup.", "purge = false; load = [1]; load[0] = \"m/1\"; spack_view = \"/v\""},
	};
	PLAN_EXPECT(rows);
}

/* The bound of the teardown: 20 s, or the longest chain once a grace period is written. */
static void test_teardown_bound(void **state)
{
	(void)state;
	static const struct plan_row rows[] = {
		{"services: {a: {image: i}, b: {image: i, depends_on: [a]}, c: {image: i, "
		 "depends_on: "
		 "[b]}}\n",
		 "grace_s", " = 20"},
		{"services: {a: {image: i}, b: {image: i, depends_on: [a]}, c: {image: i, "
		 "depends_on: "
		 "[b], stop_grace_period: 5}, d: {image: i, stop_grace_period: 21}}\n",
		 "grace_s", " = 25"},
		{"services: {a: {image: i, stop_grace_period: 3}}\n", "grace_s", " = 20"},
	};
	PLAN_EXPECT(rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_allocation),     cmocka_unit_test(test_mail_events),
		cmocka_unit_test(test_paths),          cmocka_unit_test(test_order),
		cmocka_unit_test(test_teardown_bound), cmocka_unit_test(test_staging),
		cmocka_unit_test(test_results),
	};
	return cmocka_run_group_tests_name("lowering_job", tests, NULL, NULL);
}
