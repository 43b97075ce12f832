/* SPDX-License-Identifier: Apache-2.0 */
/* The binder: what a tree becomes, and the exact words and places of its complaints. */
#include "tests/unit/test.h"

#include "frontend/frontend.h"
#include "tests/unit/fixture.h"

static void bind(struct fixture *f, const char *yaml)
{
	fixture_begin(f);
	fixture_file(f, "job.yaml", yaml);
	fixture_file(f, ".env", "N=2\nTIME=1h\n");
	fixture_file(f, "a.env", "A=1\nB=2\n");
	fixture_file(f, "b.env", "B=3\nC=4\n");
	frontend_read(&f->unit);
	frontend_bind(&f->unit);
}

struct complaint {
	const char *yaml, *expected;
};

static void check(const struct complaint *table, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct fixture f;
		bind(&f, table[i].yaml);
		assert_str(fixture_diags(&f), table[i].expected);
		assert_null(fixture_check_spans(&f));
		fixture_end(&f);
	}
}

#define CHECK(table) check(table, sizeof(table) / sizeof((table)[0]))

static void unknown_keys_get_advice(void **state)
{
	(void)state;
	static const struct complaint table[] = {
		{"services: {a: {imgae: x}}\n",
		 "job.yaml:1:16-21 R005 unknown key 'imgae' in services.a | help did you mean "
		 "'image'?"},
		{"services: {a: {image: x, nodes: 2}}\n",
		 "job.yaml:1:26-31 R005 unknown key 'nodes' in services.a | help 'nodes' belongs one "
		 "level down, under 'x-slurm'"},
		{"partition: p\nservices: {a: {image: x}}\n",
		 "job.yaml:1:1-10 R005 unknown key 'partition' in the spec | help 'partition' belongs "
		 "one level down, under 'x-slurm'"},
		{"services: {a: {x-slurm: {image: x}}}\n",
		 "job.yaml:1:26-31 R005 unknown key 'image' in services.a.x-slurm | help 'image' "
		 "belongs further up, directly under 'services.a'"},
		{"services: {a: {x-slurm: {services: x}}}\n",
		 "job.yaml:1:26-34 R005 unknown key 'services' in services.a.x-slurm | help "
		 "'services' belongs at the root of the file"},
		{"x-slurm: {max_restarts: 1}\nservices: {a: {image: x}}\n",
		 "job.yaml:1:11-23 R005 unknown key 'max_restarts' in x-slurm | help 'max_restarts' "
		 "is a key of 'services.<name>.x-slurm.failure_policy'"},
		{"services: {a: {image: x, zzzzzzzz: 2}}\n",
		 "job.yaml:1:26-34 R005 unknown key 'zzzzzzzz' in services.a"},
		{"x-slurm: {walltime: 1}\nservices: {a: {image: x}}\n",
		 "job.yaml:1:11-19 R005 unknown key 'walltime' in x-slurm | help write 'time' under "
		 "the root 'x-slurm'"},
		{"services: {a: {readiness: {type: tcp, port: 1, pattern: x}}}\n",
		 "job.yaml:1:48-55 R005 unknown key 'pattern' in services.a.readiness: it has type "
		 "'tcp' | help 'pattern' goes with type log"},
	};
	CHECK(table);
}

static void wrong_kinds_say_what_was_expected(void **state)
{
	(void)state;
	static const struct complaint table[] = {
		{"x-slurm: {nodes: '2'}\nservices: {a: {image: x}}\n",
		 "job.yaml:1:18-21 R013 x-slurm.nodes: expected an integer, found a string ('2') | "
		 "help write 2 without quotes"},
		{"x-slurm: {nodes: '${N}'}\nservices: {a: {image: x}}\n",
		 "job.yaml:1:18-24 R013 x-slurm.nodes: expected an integer, found a string ('${N}') "
		 "| help quotes make it a text: write $NAME or ${NAME} without them (${NAME} "
		 "outside {...} and [...] only)"},
		{"x-slurm: {requeue: on}\nservices: {a: {image: x}}\n",
		 "job.yaml:1:20-22 R013 x-slurm.requeue: expected a boolean, found a string ('on') | "
		 "help write true"},
		{"services: {a: {image: {x: y}}}\n",
		 "job.yaml:1:23-29 R013 services.a.image: expected a string, found a mapping "
		 "| help a text that begins with '{' needs quotes"},
		{"services: {a: {environment: {X: }}}\n",
		 "job.yaml:1:33-33 R013 services.a.environment.X: expected a string, found null | help "
		 "write \"\" for an empty text, or ${X} for the value it has when compiling"},
		{"services: {a: {depends_on: {b: }}, b: {image: x}}\n",
		 "job.yaml:1:32-32 R013 services.a.depends_on.b: expected a mapping, found null"},
		{"services: {a: {x-slurm: {submit_args: x, extra_srun_args: --x}}}\n",
		 "job.yaml:1:26-37 R005 unknown key 'submit_args' in services.a.x-slurm | help "
		 "'submit_args' is a key of 'x-slurm' at the root of the file\n"
		 "job.yaml:1:59-62 R013 services.a.x-slurm.extra_srun_args: expected a list, found a "
		 "string ('--x') | help write it as a list: '- ' and the value on its own line"},
		{"services: {a: {volumes: [[x]]}}\n",
		 "job.yaml:1:26-29 R013 services.a.volumes[0]: expected a string, found a list"},
		{"services: {'': {image: x}}\n", "job.yaml:1:12-14 R013 services: a name can't be "
						 "blank"},
	};
	CHECK(table);
}

static void poison_is_quiet(void **state)
{
	(void)state;
	static const struct complaint table[] = {
		/* The misspelt key stands for the required one. */
		{"services: {a: {readiness: {type: tcp, prot: 80}}}\n",
		 "job.yaml:1:39-43 R005 unknown key 'prot' in services.a.readiness | help did you "
		 "mean 'port'?"},
		/* Which keys are required isn't known without the type. */
		{"services: {a: {readiness: {type: tpc}}}\n",
		 "job.yaml:1:34-37 R014 services.a.readiness.type: 'tpc' is none of sleep, tcp, log, "
		 "http, exec | help did you mean 'tcp'?"},
		/* A block of the wrong kind says nothing of its keys. */
		{"x-slurm: 5\nservices: {a: {image: x}}\n",
		 "job.yaml:1:10-11 R013 x-slurm: expected a mapping, found an integer ('5')"},
		/* The healthcheck becomes no readiness whose fields could be wrong. */
		{"services: {a: {healthcheck: {test: [5x]}}}\n",
		 "job.yaml:1:37-39 R093 services.a.healthcheck.test: a list begins with CMD or "
		 "CMD-SHELL, not '5x' | help write [CMD, nc, -z, HOST, PORT], or a text for a shell"},
	};
	CHECK(table);
}

static void problems_point_at_the_character(void **state)
{
	(void)state;
	static const struct complaint table[] = {
		{"x-slurm: {time: '${TIME}'}\nservices: {a: {image: x}}\n",
		 "job.yaml:1:17-26 R040 x-slurm.time: Slurm knows no units of time | note "
		 "job.yaml:1:17-26 with its variables replaced the value is '1h' | help Slurm wants "
		 "1:00:00"},
		{"services: {a: {volumes: ['a:b', \"c:/\\x64:rx\"]}}\n",
		 "job.yaml:1:29-30 R050 services.a.volumes[0]: the path in the container must begin "
		 "with '/'\n"
		 "job.yaml:1:33-45 R048 services.a.volumes[1]: a mount's mode is ro or rw, not 'rx' | "
		 "help leave the mode off: c:/d"},
	};
	CHECK(table);
}

static void edits_are_certain(void **state)
{
	(void)state;
	static const struct {
		const char *yaml, *at, *text;
	} table[] = {
		{"x-slurm: {nodes: '2'}\nservices: {a: {image: x}}\n", "'2'", "2"},
		{"x-slurm: {requeue: yes}\nservices: {a: {image: x}}\n", "yes", "true"},
		{"services: {a: {imgae: x}}\n", "imgae", "image"},
		{"runtime: {backend: Pyxis}\nservices: {a: {image: x}}\n", "Pyxis", "pyxis"},
		{"x-slurm: {setup: true}\nservices: {a: {image: x}}\n", "true", "[true]"},
		{"version: '3'\nservices: {a: {image: x}}\n", "'3'", "\"1\""},
		/* image is there already, so this can't be a misspelt one. */
		{"services: {a: {imgae: x, image: y}}\n", NULL, NULL},
		{"services: {a: {readiness: {type: TCP}}}\n", NULL, NULL},
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct fixture f;
		bind(&f, table[i].yaml);
		const struct diags *ds = &f.unit.diags;
		assert_int_equal(ds->list.n, 1);
		assert_int_equal(ds->list.items[0]->fixes.n, table[i].at != NULL);
		if (table[i].at) {
			const struct fix *fix = &ds->list.items[0]->fixes.items[0];
			assert_str(source_text(&f.unit.sources, fix->at), table[i].at);
			assert_str(fix->text, table[i].text);
		}
		fixture_end(&f);
	}
}

static void many_mistakes_come_at_once(void **state)
{
	(void)state;
	struct fixture f;
	bind(&f, "nmae: x\n"
		 "version: 2\n"
		 "x-slurm: {nodes: 0, time: 1h, gpus: '1', partition: [x]}\n"
		 "services:\n"
		 "  a: {imgae: x, restart: always}\n"
		 "  b: [x]\n"
		 "  c: {image: x, environment: [A, 1=2], volumes: [x]}\n");
	assert_int_equal(f.unit.diags.n_errors, 12);
	assert_null(fixture_check_spans(&f));
	fixture_end(&f);
}

static void services_go_by_name_and_lists_keep_order(void **state)
{
	(void)state;
	struct fixture f;
	bind(&f, "services:\n"
		 "  b: {image: x, depends_on: [c, a, c]}\n"
		 "  a: {image: x}\n"
		 "  B: {image: x, depends_on: {b: {}, a: {}}}\n"
		 "  c: {image: x}\n");
	assert_str(fixture_diags(&f), "");
	const struct job *job = f.unit.job;
	assert_int_equal(job->services.n, 4);
	assert_str(job->services.items[0].head.name, "B");
	assert_str(job->services.items[1].head.name, "a");
	assert_str(job->services.items[2].head.name, "b");
	const struct service *b = &job->services.items[2];
	assert_int_equal(b->depends_on.n, 2);
	assert_str(b->depends_on.items[0].head.name, "c");
	assert_str(b->depends_on.items[1].head.name, "a");
	assert_int_equal(b->depends_on.items[0].condition.from.kind, ORIGIN_DEFAULT);
	assert_str(job->services.items[0].depends_on.items[0].head.name, "a");
	fixture_end(&f);
}

static void texts_take_any_scalar(void **state)
{
	(void)state;
	struct fixture f;
	bind(&f, "name: 012\n"
		 "x-slurm: {time: 90:00, mem: 4096, job_name: 1e3}\n"
		 "services: {a: {image: x, environment: {A: yes, B: 0x10, C: 1.50, D: true}}}\n");
	assert_str(fixture_diags(&f), "");
	const struct job *job = f.unit.job;
	const struct v_map *env = &job->services.items[0].environment;
	assert_str(job->name.v, "012");
	assert_str(job->slurm->time.text, "90:00");
	assert_int_equal(job->slurm->time.seconds, 5400);
	assert_str(job->slurm->mem.v, "4096");
	assert_str(job->slurm->job_name.v, "1e3");
	assert_str(env->items[0].value.v, "yes");
	assert_str(env->items[1].value.v, "0x10");
	assert_str(env->items[2].value.v, "1.50");
	assert_str(env->items[3].value.v, "true");
	fixture_end(&f);
}

static void numbers_are_yaml_integers(void **state)
{
	(void)state;
	struct fixture f;
	bind(&f, "x-slurm: {nodes: 0x10, ntasks: +4, gpus: 0o17, cpus_per_task: 0b11}\n"
		 "services: {a: {image: x}}\n");
	assert_str(fixture_diags(&f), "");
	const struct slurm *slurm = f.unit.job->slurm;
	assert_int_equal(slurm->nodes.v, 16);
	assert_int_equal(slurm->ntasks.v, 4);
	assert_int_equal(slurm->gpus.v, 15);
	assert_int_equal(slurm->cpus_per_task.v, 3);
	fixture_end(&f);
}

static void normal_forms_are_reached(void **state)
{
	(void)state;
	struct fixture f;
	bind(&f, "services:\n"
		 "  a: {image: x, command: \"one\\ntwo\", entrypoint: sh -e}\n"
		 "  b: {image: x, command: one, entrypoint: sh}\n"
		 "  c: {image: x, command: \"one\\ntwo\", entrypoint: [sh]}\n"
		 "  d: {image: x, env_file: [a.env, b.env], environment: {C: 5, D: 6}}\n"
		 "  e: {image: x, modules: [gcc], x-env: {env: {A: b}}}\n"
		 "  f: {image: x, healthcheck: {test: curl -f http://h:1/x, timeout: 1m}}\n"
		 "  g: {image: x, healthcheck: {disable: true}}\n");
	assert_str(fixture_diags(&f), "");
	const struct service *s = f.unit.job->services.items;
	assert_int_equal(s[0].command.n, 3);
	assert_str(s[0].command.items[2].v, "sh -e one\ntwo");
	assert_int_equal(s[0].command.from.kind, ORIGIN_DERIVED);
	assert_false(IS_SET(s[0].entrypoint));
	assert_int_equal(s[1].command.form, COMMAND_STRING);
	assert_true(IS_SET(s[1].entrypoint));
	/* One text and one list: a check refuses it, so both stay as they are. */
	assert_int_equal(s[2].command.form, COMMAND_STRING);
	assert_int_equal(s[3].environment.n, 4);
	assert_str(s[3].environment.items[1].value.v, "3");
	assert_str(s[3].environment.items[2].value.v, "5");
	assert_str(s[4].env_setup->modules->load.items[0].v, "gcc");
	assert_false(s[4].env_setup->modules->purge.v);
	assert_int_equal(s[5].readiness->type.v, READINESS_TYPE_HTTP);
	assert_str(s[5].readiness->url.v, "http://h:1/x");
	assert_int_equal(s[5].readiness->status_code.v, 200);
	assert_int_equal(s[5].readiness->timeout_seconds.v, 60);
	assert_null(s[6].readiness);
	fixture_end(&f);
}

static void large_maps_are_fast(void **state)
{
	(void)state;
	struct fixture f;
	struct buf b;
	fixture_begin(&f);
	buf_init(&b, &f.arena);
	buf_add_c(&b, "services:\n  a:\n    image: x\n    environment:\n");
	for (int i = 0; i < 100000; i++)
		buf_add_fmt(&b, "    - V%d=%d\n", i % 60000, i);
	frontend_read_text(&f.unit, buf_str(&b));
	frontend_bind(&f.unit);
	assert_str(fixture_diags(&f), "");
	const struct v_map *env = &f.unit.job->services.items[0].environment;
	assert_int_equal(env->n, 60000);
	assert_str(env->items[0].value.v, "60000");
	fixture_end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unknown_keys_get_advice),
		cmocka_unit_test(wrong_kinds_say_what_was_expected),
		cmocka_unit_test(poison_is_quiet),
		cmocka_unit_test(problems_point_at_the_character),
		cmocka_unit_test(edits_are_certain),
		cmocka_unit_test(many_mistakes_come_at_once),
		cmocka_unit_test(services_go_by_name_and_lists_keep_order),
		cmocka_unit_test(texts_take_any_scalar),
		cmocka_unit_test(numbers_are_yaml_integers),
		cmocka_unit_test(normal_forms_are_reached),
		cmocka_unit_test(large_maps_are_fast),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
