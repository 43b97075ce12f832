/* SPDX-License-Identifier: Apache-2.0 */
/* What fields turn into: the plan's text for one prefix of its fields, per spec. */
#include "tests/unit/test.h"

#include <string.h>

#include "ir/print.h"
#include "passes/pass.h"
#include "tests/unit/fixture.h"

struct row {
	const char *text;
	const char *prefix; /* of the plan's lines; left out in `expected`, as are `{}` lines */
	const char *expected;
};

/* "x = 1; y = 2": lines that begin with the prefix, without it. */
static struct str lines_of(struct fixture *f, const char *prefix)
{
	struct str text = plan_print(&f->arena, &f->unit.sources, f->unit.plan, PRINT_NO_PLACES);
	struct buf b;
	buf_init(&b, &f->arena);
	for (struct str rest = text, line; rest.len;) {
		rest = str_split(rest, '\n', &line);
		if (!str_has_prefix(line, prefix) || str_has_suffix(line, " = {}"))
			continue;
		buf_add_c(&b, b.len ? "; " : "");
		buf_add(&b, str_from(line, strlen(prefix)));
	}
	return buf_str(&b);
}

static bool fake_digest(void *context, struct str path, char hex[65])
{
	struct fixture *f = context;
	for (uint32_t i = 0; i < f->files.n; i++)
		if (str_eq(f->files.items[i].name, path)) {
			memset(hex, f->files.items[i].value.ptr[0], 64);
			hex[64] = 0;
			return true;
		}
	return false;
}

static void compile(struct fixture *f, const char *text, const char *image_content)
{
	fixture_begin(f);
	fixture_file(f, "job.yaml", text);
	if (image_content)
		fixture_file(f, "./base.sqsh", image_content);
	f->unit.reader.digest = fake_digest;
	frontend_read(&f->unit);
	frontend_bind(&f->unit);
	passes_run(&f->unit, NULL, NULL);
	for (uint32_t i = 0; i < f->unit.diags.list.n; i++) {
		const struct diag *d = f->unit.diags.list.items[i];
		if (d->severity == SEVERITY_ERROR)
			fail_msg("%s: %.*s in %s", d->rule, STR_ARG(d->text), text);
	}
}

static void expect(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct fixture f;
		compile(&f, rows[i].text, NULL);
		assert_str(lines_of(&f, rows[i].prefix), rows[i].expected);
		fixture_end(&f);
	}
}
#define EXPECT(rows) expect(rows, sizeof(rows) / sizeof((rows)[0]))

#define HOST(slurm)   "runtime: {backend: host}\nx-slurm: {" slurm "}\nservices: {a: {command: x}}\n"
#define SERVICE(body) "services: {a: {image: i, " body "}}\n"
#define ON_HOST(body) "runtime: {backend: host}\nservices: {a: {command: x, " body "}}\n"

static void test_allocation(void **state)
{
	(void)state;
	/* All fields in their order, whatever the order in the file. */
	struct fixture f;
	compile(&f,
		HOST("signal: {name: 10, at_seconds: 60}, requeue: false, array: '0-3', chdir: /c, "
		     "error: e, output: o, constraint: ib, hint: h, distribution: block, "
		     "mem_bind: l, cpu_bind: c, gpu_bind: g, mem_per_gpu: 1G, gpus_per_task: 1, "
		     "gpus_per_node: 2, gpus: 2, gres: 'x:1', cpus_per_task: 3, "
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
	assert_str(buf_str(&b),
		   "job_name=n nodes=2 ntasks=4 ntasks_per_node=2 partition=p account=a qos=q "
		   "reservation=r licenses=l mail_user=m mail_type=END,FAIL time=1:00:00 "
		   "cpus_per_task=3 gres=x:1 gpus=2 gpus_per_node=2 gpus_per_task=1 mem_per_gpu=1G "
		   "gpu_bind=g cpu_bind=c mem_bind=l distribution=block hint=h constraint=ib "
		   "output=o error=e chdir=/c array=0-3 no_requeue= signal=USR1@60");
	fixture_end(&f);

	static const struct row rows[] = {
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
	EXPECT(rows);
}

#define MAIL(events)                                                                               \
	HOST("array: '0-1', notify: {email: {to: m, 'on': [" events "]}}"), "options[3].value"

static void test_mail_events(void **state)
{
	(void)state;
	static const struct row rows[] = {
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
	EXPECT(rows);
}

static void test_paths(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{HOST(""), "cache_dir.", "base = home; text = \".cache/hpc-compose\""},
		{HOST("cache_dir: ./c/../d"), "cache_dir.", "base = spec_dir; text = \"d\""},
		{HOST("cache_dir: /c//d/."), "cache_dir.", "base = absolute; text = \"/c/d\""},
		{HOST("cache_dir: '~/c'"), "cache_dir.", "base = home; text = \"c\""},
		{HOST(""), "runtime_root.", "base = submit_dir; text = \".hpc-compose\""},
		{HOST("runtime_root: ../r"), "runtime_root.", "base = submit_dir; text = \"../r\""},
		{HOST(""), "unpack_dir.", "base = cache_dir; text = \"enroot/tmp\""},
		{HOST("enroot_temp_dir: /t"), "unpack_dir.", "base = absolute; text = \"/t\""},
	};
	EXPECT(rows);
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
		compile(&f, rows[i].text, NULL);
		struct buf b;
		buf_init(&b, &f.arena);
		for (uint32_t k = 0; k < f.unit.plan->services.n; k++)
			buf_add_fmt(&b, "%s%.*s", k ? " " : "",
				    STR_ARG(f.unit.plan->services.items[k].name.v));
		assert_str(buf_str(&b), rows[i].names);
		fixture_end(&f);
	}
	static const struct row tokens[] = {
		{"services: {api.worker-1: {image: i}}\n", "services[0].token",
		 " = \"api_x2e_worker_x2d_1\""},
		{"services: {b: {image: i}, a: {image: i, depends_on: [b]}}\n",
		 "services[1].dependencies",
		 " = [1]; [0].service = 0; [0].name = \"b\"; [0].condition = service_started"},
	};
	EXPECT(tokens);
}

static void test_gpu_flag(void **state)
{
	(void)state;
#define APPTAINER(gpu, slurm, step)                                                                \
	"runtime: {backend: apptainer" gpu "}\nx-slurm: {" slurm                                   \
	"}\nservices: {a: {image: i, x-slurm: {" step "}}}\n",                                     \
		"services[0].use_gpu_flag"
	static const struct row rows[] = {
		{APPTAINER("", "", ""), " = false"},
		{APPTAINER(", gpu: nvidia", "", ""), " = true"},
		{APPTAINER(", gpu: none", "gpus: 1", "gpus: 1"), " = false"},
		{APPTAINER("", "gpus: 1", ""), " = true"},
		{APPTAINER("", "", "gpus_per_task: 1"), " = true"},
		{APPTAINER("", "", "cpus_per_gpu: 1"), " = true"},
		{APPTAINER("", "", "gres: 'gpu:a100:2'"), " = true"},
		{APPTAINER("", "", "gres: 'shard:2'"), " = false"},
	};
	EXPECT(rows);
}

static void test_step_options(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{SERVICE("x-slurm: {hint: h, distribution: d, mem_bind: m, cpu_bind: c, gpu_bind: "
			 "g, "
			 "mem_per_gpu: 1G, gpus_per_task: 1, gpus_per_node: 1, gpus: 1, gres: "
			 "'x:1', "
			 "cpus_per_task: 1}"),
		 "services[0].options",
		 " = [11]; [0].name = \"cpus_per_task\"; [0].value = \"1\"; [1].name = \"gres\"; "
		 "[1].value = \"x:1\"; [2].name = \"gpus\"; [2].value = \"1\"; [3].name = "
		 "\"gpus_per_node\"; [3].value = \"1\"; [4].name = \"gpus_per_task\"; [4].value = "
		 "\"1\"; [5].name = \"mem_per_gpu\"; [5].value = \"1G\"; [6].name = \"gpu_bind\"; "
		 "[6].value = \"g\"; [7].name = \"cpu_bind\"; [7].value = \"c\"; [8].name = "
		 "\"mem_bind\"; [8].value = \"m\"; [9].name = \"distribution\"; [9].value = \"d\"; "
		 "[10].name = \"hint\"; [10].value = \"h\""},
		{SERVICE("x-slurm: {hint: h}"), "services[0].is_exact", " = false"},
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
	EXPECT(rows);
}

static void test_images(void **state)
{
	(void)state;
#define IMAGE(backend, image)                                                                      \
	"runtime: {backend: " backend "}\nservices: {a: {image: '" image "', command: x}}\n",      \
		"services[0].image.file."
	static const struct row rows[] = {
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
	EXPECT(rows);
}

#define PREPARED(image, prepare)                                                                   \
	"runtime: {backend: pyxis}\nservices: {a b: {image: " image                                \
	", x-runtime: {prepare: {" prepare "}}}}\n"

static struct str key_of(struct fixture *f, const char *text, const char *content)
{
	compile(f, text, content);
	return f->unit.plan->services.items[0].image->key.v;
}

static void test_prepared_images(void **state)
{
	(void)state;
	struct fixture f;
	compile(&f, PREPARED("redis:7", "commands: [c], mounts: ['./m:/m']"), NULL);
	assert_str(lines_of(&f, "services[0].image.prepare"),
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
	static const struct row rows[] = {
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
	EXPECT(rows);
}

static void test_mounts(void **state)
{
	(void)state;
#define MOUNTED(rest)                                                                              \
	"x-slurm: {resume: {path: /r}, scratch: {base: /b, mount: /s/}}\nservices: {a: {image: "   \
	"i, " rest "}}\n"
	static const struct row rows[] = {
		{MOUNTED("volumes: ['/v:/v', './w:/w:ro', '/v:/v', '/v:/v:ro', '~:/h', '/m:/m'], "
			 "x-slurm: {mpi: {type: pmix, host_mpi: {bind_paths: ['/m:/m', "
			 "'/n:/n']}}}"),
		 "services[0].mounts",
		 " = [9]; [0].host.base = job_dir; [0].host.text = \"\"; [0].container = "
		 "\"/hpc-compose/job\"; [1].host.base = absolute; [1].host.text = \"/r\"; "
		 "[1].container = \"/hpc-compose/resume\"; [2].host.base = scratch; [2].host.text "
		 "= "
		 "\"\"; [2].container = \"/s\"; [3].host.base = absolute; [3].host.text = \"/v\"; "
		 "[3].container = \"/v\"; [4].host.base = spec_dir; [4].host.text = \"w\"; "
		 "[4].container = \"/w\"; [4].mode = \"ro\"; [5].host.base = absolute; "
		 "[5].host.text "
		 "= \"/v\"; [5].container = \"/v\"; [5].mode = \"ro\"; [6].host.base = home; "
		 "[6].host.text = \"\"; [6].container = \"/h\"; [7].host.base = absolute; "
		 "[7].host.text = \"/m\"; [7].container = \"/m\"; [8].host.base = absolute; "
		 "[8].host.text = \"/n\"; [8].container = \"/n\""},
		{MOUNTED("x-slurm: {scratch: {enabled: false}}"), "services[0].mounts",
		 " = [2]; [0].host.base = job_dir; [0].host.text = \"\"; [0].container = "
		 "\"/hpc-compose/job\"; [1].host.base = absolute; [1].host.text = \"/r\"; "
		 "[1].container = \"/hpc-compose/resume\""},
		{ON_HOST("environment: {}"), "services[0].mounts", ""},
	};
	EXPECT(rows);
}

static void test_environment(void **state)
{
	(void)state;
	static const struct row rows[] = {
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
		compile(&f, rows[i].text, NULL);
		struct str lines = lines_of(&f, rows[i].prefix);
		if (rows[i].expected) {
			assert_str(lines, rows[i].expected);
		} else {
			assert_true(str_contains(lines, "HPC_COMPOSE_RESUME_DIR = \"/r\""));
			assert_true(str_contains(lines,
						 "\"HPC_COMPOSE_SCRATCH_DIR\"; "
						 "path_environment[0].value.base = scratch"));
			assert_false(str_contains(lines, "env_names"));
		}
		fixture_end(&f);
	}
}

/* Names let into containers: sorted, each once, by what the job has. */
static void test_names_let_in(void **state)
{
	(void)state;
	static const struct {
		const char *text, *in, *out;
	} rows[] = {
		{SERVICE("environment: {ZED: 1}"), "\"ZED\"", "SLURM_ARRAY"},
		{SERVICE("environment: {ZED: 1}"), "HPC_COMPOSE_SERVICE_NAME", "SLURM_PROCID"},
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
		compile(&f, rows[i].text, NULL);
		struct str lines = lines_of(&f, "services[0].env_names");
		assert_true(str_contains(lines, rows[i].in));
		assert_false(str_contains(lines, rows[i].out));
		const struct v_list *names = &f.unit.plan->services.items[0].env_names;
		for (uint32_t k = 1; k < names->n; k++)
			assert_true(str_cmp(names->items[k - 1].v, names->items[k].v) < 0);
		fixture_end(&f);
	}
}

static void test_policies(void **state)
{
	(void)state;
	static const struct row rows[] = {
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
	EXPECT(rows);
}

/* The bound of the teardown: 20 s, or the longest chain once a grace period is written. */
static void test_teardown_bound(void **state)
{
	(void)state;
	static const struct row rows[] = {
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
	EXPECT(rows);
}

static void test_staging(void **state)
{
	(void)state;
#define STAGED(stages)                                                                             \
	HOST("scratch: {base: '/local/$SLURM_JOB_ID', mount: /scratch, scope: shared, cleanup: "   \
	     "never}, " stages)
	static const struct row rows[] = {
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
	EXPECT(rows);
}

static void test_results(void **state)
{
	(void)state;
	static const struct row rows[] = {
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
	EXPECT(rows);
}

static void test_probes(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{SERVICE("readiness: {type: sleep, seconds: 0}"), "services[0].readiness.",
		 "type = sleep; seconds = 0"},
		{SERVICE("readiness: {type: tcp, port: 80}"), "services[0].readiness.",
		 "type = tcp; host = \"127.0.0.1\"; port = 80; timeout_s = 60"},
		{SERVICE("readiness: {type: log, pattern: up, timeout_seconds: 5}"),
		 "services[0].readiness.", "type = log; pattern = \"up\"; timeout_s = 5"},
		{SERVICE("readiness: {type: http, url: 'http://h/'}"), "services[0].readiness.",
		 "type = http; url = \"http://h/\"; status = 200; timeout_s = 60"},
	};
	EXPECT(rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_allocation),  cmocka_unit_test(test_mail_events),
		cmocka_unit_test(test_paths),       cmocka_unit_test(test_order),
		cmocka_unit_test(test_gpu_flag),    cmocka_unit_test(test_step_options),
		cmocka_unit_test(test_images),      cmocka_unit_test(test_prepared_images),
		cmocka_unit_test(test_commands),    cmocka_unit_test(test_mounts),
		cmocka_unit_test(test_environment), cmocka_unit_test(test_names_let_in),
		cmocka_unit_test(test_policies),    cmocka_unit_test(test_teardown_bound),
		cmocka_unit_test(test_staging),     cmocka_unit_test(test_results),
		cmocka_unit_test(test_probes),
	};
	return cmocka_run_group_tests_name("lowering", tests, NULL, NULL);
}
