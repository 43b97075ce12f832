/* SPDX-License-Identifier: Apache-2.0 */
/* What fields of services turn into. */
#include "tests/unit/test.h"

#include <string.h>

#include "passes/lower.h"
#include "tests/unit/plan_lines.h"

static void test_gpu_flag(void **state)
{
	(void)state;
#define APPTAINER(gpu, slurm, step)                                                                \
	"runtime: {backend: apptainer" gpu "}\nx-slurm: {" slurm                                   \
	"}\nservices: {a: {image: i, x-slurm: {" step "}}}\n",                                     \
		"services[0].use_gpu_flag"
	static const struct plan_row rows[] = {
		{APPTAINER("", "", ""), " = false"},
		{APPTAINER(", gpu: nvidia", "", ""), " = true"},
		{APPTAINER(", gpu: none", "gpus: 1", "gpus: 1"), " = false"},
		{APPTAINER("", "gpus: 1", ""), " = true"},
		{APPTAINER("", "", "gpus_per_task: 1"), " = true"},
		{APPTAINER("", "", "cpus_per_gpu: 1"), " = true"},
		{APPTAINER("", "", "gres: 'gpu:a100:2'"), " = true"},
		{APPTAINER("", "", "gres: 'shard:2'"), " = false"},
	};
	PLAN_EXPECT(rows);
}

static void test_step_options(void **state)
{
	(void)state;
	static const struct plan_row rows[] = {
		{SERVICE("x-slurm: {hint: multithread, distribution: block, mem_bind: rank, cpu_bind: cores, gpu_bind: "
			 "none, "
			 "mem_per_gpu: 1G, gpus_per_task: 1, gpus_per_node: 1, gpus: 1, gres: "
			 "'x:1', "
			 "cpus_per_task: 1}"),
		 "services[0].options",
		 " = [11]; [0].name = \"cpus_per_task\"; [0].value = \"1\"; [1].name = \"gres\"; "
		 "[1].value = \"x:1\"; [2].name = \"gpus\"; [2].value = \"1\"; [3].name = "
		 "\"gpus_per_node\"; [3].value = \"1\"; [4].name = \"gpus_per_task\"; [4].value = "
		 "\"1\"; [5].name = \"mem_per_gpu\"; [5].value = \"1G\"; [6].name = \"gpu_bind\"; "
		 "[6].value = \"none\"; [7].name = \"cpu_bind\"; [7].value = \"cores\"; [8].name = "
		 "\"mem_bind\"; [8].value = \"rank\"; [9].name = \"distribution\"; [9].value = \"block\"; "
		 "[10].name = \"hint\"; [10].value = \"multithread\""},
		{SERVICE("x-slurm: {hint: multithread}"), "services[0].is_exact", " = false"},
		{SERVICE("x-slurm: {cpus_per_task: 2}"), "services[0].is_exact", " = true"},
		{SERVICE("x-slurm: {mem_per_gpu: 2G}"), "services[0].is_exact", " = true"},
		{SERVICE("x-slurm: {ntasks: 3, cpus_per_task: 2}"), "services[0].cpus_per_node",
		 " = 6"},
		{SERVICE("x-slurm: {extra_srun_args: [--x, -y]}"), "services[0].extra_args",
		 " = [2]; [0] = \"--x\"; [1] = \"-y\""},
		{SERVICE("x-slurm: {mpi: {type: pmix_v4}}"), "services[0].mpi_type",
		 " = \"pmix_v4\""},
		{HOST("ntasks_per_node: 3, cpus_per_task: 2, mem: 4G, gres: 'gpu:2'"),
		 "cpus_per_node", " = 6"},
		{HOST("mem: 4G"), "memory_mib_per_node", " = 4096"},
		{HOST("mem: 4096"), "memory_mib_per_node", " = 4096"},
		{HOST("mem: '0'"), "memory_mib_per_node", ""},
		{HOST("nodes: 2, ntasks: 5, cpus_per_task: 2"), "cpus_per_node", ""},
		{HOST("gpus: 3"), "gpus_per_node", " = 3"},
		{HOST("gpus: 4, nodes: 2"), "gpus_per_node", ""},
	};
	PLAN_EXPECT(rows);
}

static void test_images(void **state)
{
	(void)state;
#define IMAGE(backend, image)                                                                      \
	"runtime: {backend: " backend "}\nservices: {a: {image: '" image "', command: x}}\n",      \
		"services[0].image.file."
	static const struct plan_row rows[] = {
		{IMAGE("pyxis", "redis:7"),
		 "base = cache_dir; text = \"base/3f35e714b79a1750-redis_7.sqsh\""},
		{IMAGE("apptainer", "docker://redis:7"),
		 "base = cache_dir; text = \"base/3f35e714b79a1750-redis_7.sif\""},
		{IMAGE("pyxis", "nvcr.io#n/p:1"),
		 "base = cache_dir; text = \"base/66787f12058e4bdf-nvcr_io_n_p_1.sqsh\""},
		{IMAGE("pyxis", "base.sqsh"), "base = spec_dir; text = \"base.sqsh\""},
		{IMAGE("pyxis", "~/i/../base.sqsh"), "base = home; text = \"base.sqsh\""},
		{IMAGE("singularity", "/i/base.sif"), "base = absolute; text = \"/i/base.sif\""},
		{IMAGE("host", "whatever"), ""},
	};
	PLAN_EXPECT(rows);
}

#define PREPARED(image, prepare)                                                                   \
	"runtime: {backend: pyxis}\nservices: {a b: {image: " image                                \
	", x-runtime: {prepare: {" prepare "}}}}\n"

static struct str key_of(struct fixture *f, const char *text, const char *content)
{
	plan_compile(f, text, content);
	return f->unit.plan->services.items[0].image->key.v;
}

static void test_prepared_images(void **state)
{
	(void)state;
	struct fixture f;
	plan_compile(&f, PREPARED("redis:7", "commands: [c], mounts: ['./m:/m']"), NULL);
	assert_str(plan_lines(&f, "services[0].image.prepare"),
		   ".commands = [1]; .commands[0] = \"c\"; .mounts = [1]; .mounts[0].host.base = "
		   "spec_dir; .mounts[0].host.text = \"m\"; .mounts[0].container = \"/m\"; .root = "
		   "true; .always = true");
	struct str file = f.unit.plan->services.items[0].image->file->text.v;
	assert_true(str_has_prefix(file, "prepared/"));
	assert_true(str_has_suffix(file, "-a_b.sqsh"));
	assert_int_equal(file.len, strlen("prepared/0123456789abcdef-a_b.sqsh"));
	fixture_end(&f);

	/* Everything that goes into the image goes into the key. */
	static const struct {
		const char *text, *content;
	} rows[] = {
		{PREPARED("redis:7", "commands: [c]"), NULL},
		{PREPARED("redis:8", "commands: [c]"), NULL},
		{PREPARED("redis:7", "commands: [d]"), NULL},
		{PREPARED("redis:7", "commands: [c, '']"), NULL},
		{PREPARED("redis:7", "commands: [c], root: false"), NULL},
		{PREPARED("redis:7", "commands: [c], env: {A: '1'}"), NULL},
		{PREPARED("redis:7", "commands: [c], env: {A1: ''}"), NULL},
		{PREPARED("redis:7", "commands: [c], mounts: ['/a:/b']"), NULL},
		{PREPARED("redis:7", "commands: [c], mounts: ['/a:/b:ro']"), NULL},
		{PREPARED("base.sqsh", "commands: [c]"), "1"},
		{PREPARED("base.sqsh", "commands: [c]"), "2"},
		{PREPARED("base.sqsh", "commands: [c]"), NULL},
	};
	enum {
		N = sizeof(rows) / sizeof(rows[0])
	};
	char keys[N][32];
	for (size_t i = 0; i < N; i++) {
		struct str key = key_of(&f, rows[i].text, rows[i].content);
		assert_int_equal(key.len, 16);
		memcpy(keys[i], key.ptr, key.len);
		keys[i][16] = 0;
		for (size_t k = 0; k < i; k++)
			if (strcmp(keys[i], keys[k]) == 0)
				fail_msg("rows %zu and %zu have one key", k, i);
		fixture_end(&f);
	}
	/* What doesn't, doesn't. */
	struct str same = key_of(
		&f,
		"runtime: {backend: pyxis}\nservices: {z: {image: 'docker://redis:7', command: y, "
		"x-enroot: {prepare: {commands: [c], root: true}}}}\n",
		NULL);
	assert_str(same, keys[0]);
	fixture_end(&f);
}

static void test_commands(void **state)
{
	(void)state;
	static const struct plan_row rows[] = {
		{SERVICE("environment: {}"), "services[0].argv", ""},
		{SERVICE("command: a b"), "services[0].argv",
		 " = [3]; [0] = \"/bin/sh\"; [1] = \"-c\"; [2] = \"a b\""},
		{SERVICE("entrypoint: e f, command: a b"), "services[0].argv",
		 " = [3]; [0] = \"/bin/sh\"; [1] = \"-c\"; [2] = \"e f a b\""},
		{SERVICE("entrypoint: e f"), "services[0].argv",
		 " = [3]; [0] = \"/bin/sh\"; [1] = \"-c\"; [2] = \"e f\""},
		{SERVICE("entrypoint: [e], command: [a, b]"), "services[0].argv",
		 " = [3]; [0] = \"e\"; [1] = \"a\"; [2] = \"b\""},
		{SERVICE("script: \"a\\nb\\n\""), "services[0].argv",
		 " = [3]; [0] = \"/bin/sh\"; [1] = \"-c\"; [2] = \"a\\nb\\n\""},
		{SERVICE("command: x, working_dir: /w"), "services[0].working_dir", " = \"/w\""},
	};
	PLAN_EXPECT(rows);
}

static void test_mounts(void **state)
{
	(void)state;
#define MOUNTED(rest)                                                                              \
	"x-slurm: {resume: {path: /r}, scratch: {base: /b, mount: /s/}}\nservices: {a: {image: "   \
	"i, " rest "}}\n"
	static const struct plan_row rows[] = {
		{MOUNTED("volumes: ['/v:/v', './w:/w:ro', '/v:/v', '/v:/v:ro', '~:/h', '/m:/m'], "
			 "x-slurm: {mpi: {type: pmix, host_mpi: {bind_paths: ['/m:/m', "
			 "'/n:/n']}}}"),
		 "services[0].mounts",
		 " = [10]; [0].host.base = job_dir; [0].host.text = \"\"; [0].container = "
		 "\"/hpc-compose/job\"; [1].host.base = absolute; [1].host.text = \"/r\"; "
		 "[1].container = \"/hpc-compose/resume\"; [2].host.base = job_dir; "
		 "[2].host.text = \"hosts/0\"; [2].container = \"/etc/hosts\"; [2].mode = \"ro\"; "
		 "[3].host.base = scratch; [3].host.text = \"\"; [3].container = \"/s\"; "
		 "[4].host.base = absolute; [4].host.text = \"/v\"; [4].container = \"/v\"; "
		 "[5].host.base = spec_dir; [5].host.text = \"w\"; [5].container = \"/w\"; "
		 "[5].mode = \"ro\"; [6].host.base = absolute; [6].host.text = \"/v\"; "
		 "[6].container = \"/v\"; [6].mode = \"ro\"; [7].host.base = home; "
		 "[7].host.text = \"\"; [7].container = \"/h\"; [8].host.base = absolute; "
		 "[8].host.text = \"/m\"; [8].container = \"/m\"; [9].host.base = absolute; "
		 "[9].host.text = \"/n\"; [9].container = \"/n\""},
		{MOUNTED("x-slurm: {scratch: {enabled: false}}"), "services[0].mounts",
		 " = [3]; [0].host.base = job_dir; [0].host.text = \"\"; [0].container = "
		 "\"/hpc-compose/job\"; [1].host.base = absolute; [1].host.text = \"/r\"; "
		 "[1].container = \"/hpc-compose/resume\"; [2].host.base = job_dir; "
		 "[2].host.text = \"hosts/0\"; [2].container = \"/etc/hosts\"; [2].mode = \"ro\""},
		{ON_HOST("environment: {}"), "services[0].mounts", ""},
	};
	PLAN_EXPECT(rows);
}

static void test_environment(void **state)
{
	(void)state;
	static const struct plan_row rows[] = {
		/* Later groups win and stand behind. */
		{"x-env: {env: {X: root, Y: root}}\nservices: {a: {image: i, environment: [A=1, "
		 "X=e, "
		 "B=2, Z=e], x-env: {env: {Y: own}}, x-slurm: {mpi: {type: pmix, host_mpi: {env: "
		 "{B: mpi}}}}}}\n",
		 "services[0].environment.",
		 "HPC_COMPOSE_MPI_TYPE = \"pmix\"; HPC_COMPOSE_MPI_HOSTFILE = "
		 "\"/hpc-compose/job/allocation/mpi-hostfiles/a.hostfile\"; A = \"1\"; Z = \"e\"; "
		 "B = "
		 "\"mpi\"; X = \"root\"; Y = \"own\""},
		{ON_HOST("x-slurm: {mpi: {type: pmix}}"), "services[0].path_environment",
		 " = [1]; [0].name = \"HPC_COMPOSE_MPI_HOSTFILE\"; [0].value.base = job_dir; "
		 "[0].value.text = \"allocation/mpi-hostfiles/a.hostfile\""},
		{SERVICE("x-slurm: {mpi: {type: pmix, profile: intel_mpi}}"),
		 "services[0].environment.HPC_COMPOSE_MPI_IMPLEMENTATION", " = \"intel_mpi\""},
		{SERVICE("x-slurm: {mpi: {type: pmix, implementation: cray_mpi}}"),
		 "services[0].environment.HPC_COMPOSE_MPI_IMPLEMENTATION", " = \"cray_mpi\""},
		{SERVICE("x-slurm: {parallelism: {tensor: 4, pipeline: 2}}"),
		 "services[0].environment.",
		 "HPC_COMPOSE_TP_SIZE = \"4\"; HPC_COMPOSE_PP_SIZE = \"2\""},
		{"x-slurm: {scratch: {base: /b, mount: /s}}\nservices: {a: {image: i}}\n",
		 "services[0].environment.", "HPC_COMPOSE_SCRATCH_DIR = \"/s\""},
		{"runtime: {backend: host}\nx-slurm: {scratch: {base: /b, mount: /s}, resume: "
		 "{path: "
		 "/r}}\nservices: {a: {command: x}}\n",
		 "services[0].", NULL},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture f;
		plan_compile(&f, rows[i].text, NULL);
		struct str lines = plan_lines(&f, rows[i].prefix);
		if (rows[i].expected) {
			assert_str(lines, rows[i].expected);
		} else {
			assert_true(str_contains(lines, "HPC_COMPOSE_RESUME_DIR = \"/r\""));
			assert_true(str_contains(lines,
						 "\"HPC_COMPOSE_SCRATCH_DIR\"; "
						 "path_environment[0].value.base = scratch"));
			assert_false(str_contains(lines, "env_groups[0]"));
		}
		fixture_end(&f);
	}
}

/* Groups of names let into containers, by what the job has: sorted, each once. */
static void test_names_let_in(void **state)
{
	(void)state;
	static const struct {
		const char *text, *in, *out;
	} rows[] = {
		{SERVICE("environment: {ZED: 1}"), "HPC_COMPOSE_SERVICE_NAME", "ZED"},
		{"x-slurm: {array: 0-1}\nservices: {a: {image: i}}\n", "SLURM_ARRAY_TASK_ID",
		 "PMI_"},
		{"x-slurm: {nodes: 2}\nservices: {a: {image: i}}\n", "SLURM_PROCID", "PMI_"},
		{"x-slurm: {nodes: 2}\nservices: {a: {image: i}}\n", "DIST_MASTER_PORT",
		 "MPI_TYPE"},
		{SERVICE("x-slurm: {mpi: {type: pmi2}}"), "PMIX_NAMESPACE", "DIST_"},
		{SERVICE("x-slurm: {mpi: {type: pmi2}}"), "PMI_RANK", "RESUME"},
		{"x-slurm: {rendezvous: m.v1}\nservices: {a: {image: i}}\n",
		 "HPC_COMPOSE_RDZV_M_V1_PORT", "SCRATCH"},
		{"x-slurm: {rendezvous: m.v1}\nservices: {a: {image: i}}\n",
		 "\"HPC_COMPOSE_RDZV_PORT\"", "IS_RESUME"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture f;
		plan_compile(&f, rows[i].text, NULL);
		struct str lines = plan_lines(&f, "env_groups");
		assert_true(str_contains(lines, rows[i].in));
		assert_false(str_contains(lines, rows[i].out));
		const struct plan *plan = f.unit.plan;
		assert_int_equal(plan->env_groups.n, plan->services.items[0].env_groups.n);
		for (uint32_t g = 0; g < plan->env_groups.n; g++) {
			const struct v_list *names = &plan->env_groups.items[g].names;
			assert_str(plan->services.items[0].env_groups.items[g].v,
				   str_to_c(f.unit.arena, plan->env_groups.items[g].group.v));
			for (uint32_t k = 1; k < names->n; k++)
				assert_true(str_cmp(names->items[k - 1].v, names->items[k].v) < 0);
		}
		fixture_end(&f);
	}
}

static void test_policies(void **state)
{
	(void)state;
	static const struct plan_row rows[] = {
		{SERVICE("x-slurm: {failure_policy: {mode: restart_on_failure}}"),
		 "services[0].policy.",
		 "mode = restart_on_failure; max_restarts = 3; max_in_window = 3; window_s = 60; "
		 "backoff_s = 5"},
		{SERVICE("x-slurm: {failure_policy: {mode: restart_on_failure, max_restarts: 7, "
			 "reset_after_seconds: 9}}"),
		 "services[0].policy.",
		 "mode = restart_on_failure; max_restarts = 7; max_in_window = 7; window_s = 60; "
		 "backoff_s = 5; reset_after_s = 9"},
		{SERVICE("command: x"), "services[0].policy.", "mode = fail_job"},
		{SERVICE("stop_signal: usr1, stop_grace_period: 1m"), "services[0].stop_",
		 "signal = \"USR1\"; grace_s = 60"},
		{SERVICE("assert: {exit_code: 3, max_duration_seconds: 5, artifacts_contain: "
			 "/hpc-compose/job/o/*}"),
		 "services[0].asserts.", "exit_code = 3; artifact = \"o/*\"; max_duration_s = 5"},
		{SERVICE("assert: {artifacts_contain: 'o/*'}"), "services[0].asserts.",
		 "artifact = \"o/*\""},
		{SERVICE("x-slurm: {time_limit: '2:00'}"), "services[0].time_limit_s", " = 120"},
		{SERVICE("x-slurm: {prologue: p, epilogue: {context: container, script: e}}, "
			 "command: "
			 "x"),
		 "services[0].epilogue.",
		 "on = \"epilogue\"; context = container; script = \"e\"; file = "
		 "\"hooks/a.epilogue.sh\""},
		{SERVICE("x-slurm: {hooks: [{on: window_exhausted, script: w}, {on: restart, "
			 "script: "
			 "r}]}"),
		 "services[0].hooks",
		 " = [2]; [0].on = \"window_exhausted\"; [0].context = host; [0].script = \"w\"; "
		 "[0].file = \"hooks/a.window_exhausted.0.sh\"; [1].on = \"restart\"; [1].context "
		 "= "
		 "host; [1].script = \"r\"; [1].file = \"hooks/a.restart.1.sh\""},
	};
	PLAN_EXPECT(rows);
}

static void test_probes(void **state)
{
	(void)state;
	static const struct plan_row rows[] = {
		{SERVICE("readiness: {type: sleep, seconds: 0}"), "services[0].readiness.",
		 "type = sleep; seconds = 0"},
		{SERVICE("readiness: {type: tcp, port: 80}"), "services[0].readiness.",
		 "type = tcp; host = \"127.0.0.1\"; port = 80; owner = service; tasks = first; attempt_s = 5; timeout_s = 60"},
		{SERVICE("readiness: {type: log, pattern: up, timeout_seconds: 5}"),
		 "services[0].readiness.",
		 "type = log; pattern = \"up\"; tasks = first; timeout_s = 5"},
		{SERVICE("readiness: {type: http, url: 'http://h/'}"), "services[0].readiness.",
		 "type = http; url = \"http://h/\"; status = 200; owner = service; tasks = first; attempt_s = 5; timeout_s = 60"},
	};
	PLAN_EXPECT(rows);
}

static void test_paths(void **state)
{
	(void)state;
	static const struct {
		const char *written; /* NULL: an empty text that is nowhere */
		enum path_base base;
		const char *text;
	} rows[] = {
		{NULL, PATH_BASE_SPEC_DIR, ""},
		{".", PATH_BASE_SPEC_DIR, ""},
		{"a/../b", PATH_BASE_SPEC_DIR, "b"},
		{"../a", PATH_BASE_SPEC_DIR, "../a"},
		{"a./..b/...", PATH_BASE_SPEC_DIR, "a./..b/..."},
		{"~", PATH_BASE_HOME, ""},
		{"~/a/", PATH_BASE_HOME, "a"},
		{"/a//b/.", PATH_BASE_ABSOLUTE, "/a/b"},
	};
	struct arena a;
	arena_init(&a);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct str written = rows[i].written ? str_c(rows[i].written) : (struct str){0};
		const struct plan_path *path =
			plan_path_from(&a, (struct origin){0}, written, PATH_BASE_SPEC_DIR);
		assert_int_equal(path->base.v, rows[i].base);
		assert_true(str_eq_c(path->text.v, rows[i].text));
	}
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gpu_flag),    cmocka_unit_test(test_step_options),
		cmocka_unit_test(test_images),      cmocka_unit_test(test_prepared_images),
		cmocka_unit_test(test_commands),    cmocka_unit_test(test_mounts),
		cmocka_unit_test(test_environment), cmocka_unit_test(test_names_let_in),
		cmocka_unit_test(test_policies),    cmocka_unit_test(test_probes),
		cmocka_unit_test(test_paths),
	};
	return cmocka_run_group_tests_name("lowering", tests, NULL, NULL);
}
