/* SPDX-License-Identifier: Apache-2.0 */
/* Dotenv files, the map of variables, secrets, settings files. */
#include "tests/unit/test.h"

#include "frontend/variables/dotenv.h"
#include "frontend/settings.h"
#include "frontend/toml/site_file.h"
#include "frontend/variables/variables.h"
#include "tests/unit/fixture.h"

static struct fixture f;

static int set_up(void **state)
{
	(void)state;
	fixture_begin(&f);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	assert_null(fixture_check_spans(&f));
	fixture_end(&f);
	return 0;
}

static bool load_settings(const char *folder, const char *profile)
{
	f.unit.profiles.n = 0;
	if (*profile)
		*LIST_PUSH(&f.arena, &f.unit.profiles) =
			(struct profile_name){.name = str_c(profile)};
	return settings_load(&f.unit, str_c(folder));
}

static void test_dotenv(void **state)
{
	(void)state;
	static const char text[] = "\xef\xbb\xbf"
				   "A=1\r\n"
				   "# comment = x\n"
				   "   \n"
				   "export B=\"two words\"\n"
				   " C = x \n"
				   "D=\n"
				   "E='left\n"
				   "F=1 # x\n"
				   "G=a=b\n"
				   "export=5\n"
				   "exportX=6\n"
				   "\texport\tH='q'\n"
				   "I=\"\n"
				   "J=''\n"
				   "A=last";
	static const char *const expected[][2] = {
		{"A", "1"},       {"B", "two words"}, {"C", "x"},   {"D", ""},
		{"E", "'left"},   {"F", "1 # x"},     {"G", "a=b"}, {"export", "5"},
		{"exportX", "6"}, {"H", "q"},         {"I", "\""},  {"J", ""},
		{"A", "last"},
	};
	struct dotenv file;
	struct str why;
	fixture_file(&f, ".env", text);
	assert_int_equal(dotenv_read(&f.unit, STR(".env"), false, &file, &why), DOTENV_READ);
	assert_int_equal(file.entries.n, sizeof(expected) / sizeof(*expected));
	for (uint32_t i = 0; i < file.entries.n; i++) {
		const struct dotenv_entry *e = &file.entries.items[i];
		assert_str(e->name, expected[i][0]);
		assert_str(e->value, expected[i][1]);
		assert_str(source_text(&f.unit.sources, e->value_at), expected[i][1]);
	}
	assert_int_equal(dotenv_read(&f.unit, STR("none"), false, &file, &why), DOTENV_MISSING);
}

static void test_dotenv_mistakes(void **state)
{
	(void)state;
	struct dotenv file;
	struct str why;
	fixture_file(&f, ".env", "A=1\nBROKEN\n=v\n  export =w\nB=2\nexport \nBAD TOO");
	assert_int_equal(dotenv_read(&f.unit, STR(".env"), false, &file, &why), DOTENV_BROKEN);
	assert_int_equal(file.entries.n, 2);
	assert_str(fixture_diags(&f),
		   ".env:2:1-7 R029 'BROKEN' has no '=' | help a line is NAME=value, or a comment "
		   "that begins with '#'\n"
		   ".env:3:1-1 R029 no name stands before '=' | help a line is NAME=value, or a "
		   "comment that begins with '#'\n"
		   ".env:4:10-10 R029 no name stands before '=' | help a line is NAME=value, or a "
		   "comment that begins with '#'\n"
		   ".env:6:1-7 R029 'export' has no '=' | help a line is NAME=value, or a comment "
		   "that begins with '#'\n"
		   ".env:7:1-8 R029 'BAD TOO' has no '=' | help a line is NAME=value, or a comment "
		   "that begins with '#'");
}

static void set_process(const char *name, const char *value)
{
	*LIST_PUSH(&f.arena, &f.unit.process_env) = (struct assignment){str_c(name), str_c(value)};
}

static void expect(const char *name, const char *value, enum variable_source source)
{
	const struct variable *v = variable_find(&f.unit, str_c(name));
	if (!v)
		fail_msg("%s isn't set", name);
	assert_str(v->value, value);
	assert_int_equal(v->source, source);
}

static void test_precedence(void **state)
{
	(void)state;
	fixture_file(&f, ".env",
		     "A=dotenv\nB=dotenv\nC=dotenv\nD=dotenv\nE=dotenv\nF=dotenv\nG=dotenv\n");
	fixture_file(&f, ".hpc-compose/settings.toml",
		     "[defaults]\nenv_files = [\"d.env\"]\n"
		     "[defaults.env]\nC = \"defaults\"\nD = \"defaults\"\n"
		     "[profiles.big]\nenv_files = [\"p.env\"]\nenv.E = \"profile\"\n");
	fixture_file(&f, "d.env", "B=d.env\nC=d.env\n");
	fixture_file(&f, "p.env", "D=p.env\nE=p.env\n");
	fixture_file(&f, "c.env", "G=c.env\nH=c.env\n");
	fixture_file(&f, "key.txt", "  hush \n");
	fixture_file(&f, "job.yaml", "secrets: {F: {file: key.txt}, S: {env: P}}\nservices: {}\n");
	set_process("P", "process");
	set_process("F", "process");
	set_process("DB_PASSWORD", "x");
	*LIST_PUSH(&f.arena, &f.unit.command_line_env_files) = STR("c.env");
	*LIST_PUSH(&f.arena, &f.unit.command_line_env) = (struct assignment){STR("H"), STR("line")};
	assert_true(load_settings(".", "big"));
	frontend_read(&f.unit);
	variables_build(&f.unit);
	assert_str(fixture_diags(&f), "");
	expect("A", "dotenv", VARIABLE_DOTENV);
	expect("B", "d.env", VARIABLE_SETTINGS);
	expect("C", "defaults", VARIABLE_SETTINGS);
	expect("D", "p.env", VARIABLE_SETTINGS);
	expect("E", "profile", VARIABLE_SETTINGS);
	expect("P", "process", VARIABLE_PROCESS);
	expect("F", "hush", VARIABLE_SECRET);
	expect("S", "process", VARIABLE_SECRET);
	expect("G", "c.env", VARIABLE_COMMAND_LINE);
	expect("H", "line", VARIABLE_COMMAND_LINE);
	assert_true(variable_find(&f.unit, STR("F"))->is_secret);
	assert_true(variable_find(&f.unit, STR("DB_PASSWORD"))->is_secret);
	assert_false(variable_find(&f.unit, STR("A"))->is_secret);
	assert_true(variable_is_secret_text(&f.unit, STR("hush")));
	assert_false(variable_is_secret_text(&f.unit, STR("x")));
	assert_null(variable_find(&f.unit, STR("NONE")));
	struct span at = variable_find(&f.unit, STR("A"))->at;
	assert_str(source_text(&f.unit.sources, at), "dotenv");
}

static void test_secret_mistakes(void **state)
{
	(void)state;
	fixture_file(&f, "job.yaml",
		     "secrets:\n"
		     "  A: {file: x, env: Y}\n"
		     "  B: {}\n"
		     "  1C: {env: HOME}\n"
		     "  D: {file: none.txt}\n"
		     "  E: {env: HOMES}\n"
		     "services: {}\n");
	set_process("HOME", "/root");
	frontend_read(&f.unit);
	variables_build(&f.unit);
	assert_str(
		fixture_diags(&f),
		"job.yaml:2:21-22 R033 secrets.A has both 'file' and 'env': one of them can be the "
		"source | note job.yaml:2:13-14 the other one is here\n"
		"job.yaml:3:3-4 R033 secrets.B names no source: set 'file' or 'env'\n"
		"job.yaml:4:3-5 R034 secrets.1C: a secret's name is the name of a variable | help "
		"use letters, digits and '_', not beginning with a digit\n"
		"job.yaml:5:13-21 R035 secrets.D.file: 'none.txt' can't be read: no such file or "
		"directory | help the path goes by the folder of the spec\n"
		"job.yaml:6:12-17 R036 secrets.E.env: variable 'HOMES' is not set | help did you "
		"mean 'HOME'?");
}

static void test_settings(void **state)
{
	(void)state;
	fixture_file(&f, "../.hpc-compose/settings.toml",
		     "# settings of the project\n"
		     "[defaults]\n"
		     "cache_dir = \"cache\" # shared\n"
		     "enroot_temp_dir = '/tmp/\\x'\n"
		     "[resources.gpu-small]\n"
		     "partition = \"gpu\"\n"
		     "nodes = 2\n"
		     "time = \"1:00:00\"\n"
		     "[profiles.big]\n"
		     "cache_dir = \"\\u00e9\\t\\\"\"\n"
		     "env_files = [\n  \"a.env\", # one\n  'b.env',\n]\n");
	fixture_file(
		&f, "../.hpc-compose/cluster.toml",
		"wire = \"off\"\ndistributed.rdzv_port_base = 20_000\n[distributed.env]\nNCCL_DEBUG = \"INFO\"\n");
	assert_true(load_settings(".", "big"));
	const struct settings *s = f.unit.settings;
	assert_str(fixture_diags(&f), "");
	assert_str(s->base, "..");
	assert_str(s->cache_dir, "\xc3\xa9\t\"");
	assert_str(s->unpack_dir, "/tmp/\\x");
	assert_int_equal(s->layers.n, 2);
	assert_int_equal(s->layers.items[1].env_files.n, 2);
	assert_str(s->layers.items[1].env_files.items[1].value, "b.env");
	const struct node *profile = node_get(s->resource_profiles, "gpu-small");
	assert_str(node_get(profile, "nodes")->text, "2");
	assert_int_equal(node_get(profile, "nodes")->kind, NODE_INT);
	assert_int_equal(s->rdzv_port_base, 20000);
	assert_int_equal(s->distributed_env.n, 1);
	assert_true(s->is_wire_off);
}

static void test_no_settings(void **state)
{
	(void)state;
	assert_true(load_settings("/a/b", ""));
	assert_null(f.unit.settings);
	fixture_file(&f, "../.hpc-compose/settings.toml", "[defaults.env]\nC = \"x\"\n");
	f.unit.reader.n_folders = 1; /* the working folder is / */
	assert_true(load_settings(".", ""));
	assert_null(f.unit.settings);
	f.unit.reader.n_folders = 2;
	assert_true(load_settings(".", ""));
	assert_non_null(f.unit.settings);
	f.unit.reader.n_folders = 1;
	assert_true(load_settings(".", "big"));
	assert_false(f.unit.profiles.items[0].is_setting);
	fixture_file(&f, "job.yaml", "services: {a: {image: x}}\n");
	frontend_read(&f.unit);
	frontend_bind(&f.unit);
	assert_str(fixture_diags(&f),
		   "- R085 neither the settings nor a service have a profile 'big' | help no "
		   ".hpc-compose/settings.toml was found from here upward");
}

static void test_settings_mistakes(void **state)
{
	(void)state;
	fixture_file(&f, ".hpc-compose/settings.toml",
		     "[default]\n"
		     "x = 1\n"
		     "[defaults]\n"
		     "cache_dir = shared\n"
		     "cache_dir = 7\n"
		     "env_files = \"a.env\"\n"
		     "what\n"
		     "env = { A = 1 }\n"
		     "[[profiles]]\n"
		     "[resources.a]\n"
		     "partitoin = \"x\"\n"
		     "mem = [1]\n"
		     "mem = \"1G\"\n"
		     "[resources.a]\n"
		     "qos = \"open\n"
		     "account = \"\\q\"\n"
		     "time = [1,\n oops, 2]\n"
		     "gres = \"gpu:1\"\n");
	assert_false(load_settings(".", "b"));
	struct str got = fixture_diags(&f);
	static const char *const wanted[] = {
		".hpc-compose/settings.toml:4:13-19 R001 strings need quotes; else only numbers, dates, "
		"true, false, [arrays] and {tables} can stand here",
		":7:5-8:1 R001 a line is KEY = VALUE or [TABLE]",
		":13:1-4 R002 key 'mem' is repeated | note .hpc-compose/settings.toml:12:1-4 the first "
		"one is here",
		":9:3-11 R013 profiles: expected a table, found a list",
		":14:12-13 R002 key 'a' is repeated",
		":15:7-8 R001 a string has no closing quote on its line",
		":16:12-14 R001 there is no such escape in a string; '...' takes backslashes as they are",
		":18:2-6 R001 strings need quotes",
		":1:2-9 R005 hpcc has no use for the key 'default' | help did you mean 'defaults'?",
		":5:13-14 R013 cache_dir: expected a string, found an integer",
		":6:13-20 R013 env_files: expected an array of strings, found a string",
		":11:1-10 R005 unknown key 'partitoin' | help did you mean 'partition'?",
		":12:7-10 R013 mem: expected a string or an integer, found a list",
	};
	uint32_t n = sizeof(wanted) / sizeof(*wanted);
	for (uint32_t i = 0; i < n; i++)
		if (!str_contains(got, wanted[i]))
			fail_msg("'%s' is missing from:\n%.*s", wanted[i], STR_ARG(got));
	assert_int_equal(f.unit.diags.list.n, n);
}

static struct str site_says(const struct node *table, const char *key)
{
	const struct node *value = node_get(table, key);
	return value ? value->text : STR("-");
}

/* Ports that the site allows: those of rendezvous and those that jobs choose don't meet. */
static void test_ports(void **state)
{
	static const struct {
		const char *file;
		uint64_t base, span, first, last; /* 0: as usual */
	} rows[] = {
		{"ports = {first = 15000, last = 15099}\n", 15050, 50, 15000, 15049},
		{"ports = {first = 15000, last = 15002}\n", 15001, 2, 15000, 15000},
		{"ports = {first = 15000, last = 15000}\n", 15000, 1, 15000, 15000},
		{"ports = {first = 1, last = 65535}\n", 64536, 1000, 1, 64535},
		{"ports = {first = 20000}\n", 28500, 1000, 20000, 28499},
		{"ports = {first = 40000}\n", 64536, 1000, 40000, 64535},
		{"ports = {last = 12000}\n", 11001, 1000, 10000, 11000},
		{"ports = {last = 9000}\n", 8001, 1000, 1, 8000},
		{"ports = {first = 5000, last = 4000}\n", 0, 0, 0, 0},
		{"ports = {first = 15000, last = 15999}\ndistributed.rdzv_port = 15100\n", 0, 0,
		 15101, 15999},
		{"ports = {first = 15000, last = 15999}\ndistributed.rdzv_port_base = 15500\n"
		 "distributed.rdzv_port_span = 500\n",
		 15500, 500, 15000, 15499},
		{"ports = {first = 15000, last = 15999}\ndistributed.rdzv_port_base = 20000\n",
		 20000, 0, 15000, 15999},
		{"ports = {first = 15000, last = 15999}\ndistributed.rdzv_port_base = 15000\n",
		 15000, 0, 15000, 15999},
		{"wire = \"on\"\n", 0, 0, 0, 0},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		fixture_end(&f);
		fixture_begin(&f);
		fixture_file(&f, ".hpc-compose/cluster.toml", rows[i].file);
		assert_true(load_settings(".", ""));
		const struct settings *s = f.unit.settings;
		assert_int_equal(s->rdzv_port_base, rows[i].base);
		assert_int_equal(s->rdzv_port_span, rows[i].span);
		assert_int_equal(s->auto_port_first, rows[i].first);
		assert_int_equal(s->auto_port_last, rows[i].last);
	}
}

/* The project's, the user's and the machine's file, key by key; partitions by their names. */
static void test_site(void **state)
{
	(void)state;
	fixture_file(&f, "../.hpc-compose/cluster.toml",
		     "wire = \"off\"\n"
		     "[[partitions]]\nname = \"b\"\nmax_time = \"1:00:00\"\n");
	fixture_file(&f, "/me/.config/hpcc/cluster.toml",
		     "wire = \"on\"\nslurm_version = \"23.02.7\"\nqos = [\"mine\"]\n");
	fixture_file(&f, "/etc/hpcc/cluster.toml",
		     "slurm_version = \"22.05\"\nqos = [\"a\", \"b\"]\nname = \"x\"\n"
		     "[[partitions]]\nname = \"a\"\nnodes = 1\n"
		     "[[partitions]]\nname = \"b\"\nnodes = 2\nmax_time = \"infinite\"\n"
		     "[distributed.env]\nA = \"1\"\n");
	set_process("HOME", "/me");
	assert_true(load_settings(".", ""));
	assert_str(fixture_diags(&f), "");
	const struct node *site = f.unit.site->tree;
	assert_str(site_says(site, "wire"), "off");
	assert_str(site_says(site, "slurm_version"), "23.02.7");
	assert_str(site_says(site, "name"), "x");
	assert_int_equal(node_get(site, "qos")->n, 1);
	const struct node *partitions = node_get(site, "partitions");
	assert_int_equal(partitions->n, 2);
	assert_str(site_says(partitions->items[0], "max_time"), "1:00:00");
	assert_str(site_says(partitions->items[0], "nodes"), "2");
	assert_str(site_says(partitions->items[1], "name"), "a");
	assert_int_equal(f.unit.settings->distributed_env.n, 1);
	assert_true(f.unit.settings->is_wire_off);
	site_give_target(&f.unit);
	assert_int_equal(f.unit.target.slurm, 2302);
	assert_int_equal(f.unit.site_places.n, 3);
	/* Named in the environment, it takes the machine's place; what is missing is told. */
	set_process("HPCC_SITE", "");
	assert_true(load_settings(".", ""));
	assert_null(node_get(f.unit.site->tree, "name"));
	f.unit.process_env.n--;
	set_process("HPCC_SITE", "gone.toml");
	assert_false(load_settings(".", ""));
	assert_true(str_contains(fixture_diags(&f), "HPCC_SITE: 'gone.toml': no such file"));
}

static void test_site_mistakes(void **state)
{
	(void)state;
	fixture_file(&f, ".hpc-compose/cluster.toml",
		     "slurm_version = \"new\"\n"
		     "qos = \"a\"\n"
		     "partitions = [1]\n"
		     "runtimes.pyxis = \"yes\"\n"
		     "[containers]\noptions.docker = []\ngpu = \"intel\"\n"
		     "[limits]\nmax_array_size = 0\n");
	assert_false(load_settings(".", ""));
	assert_str(
		fixture_diags(&f),
		".hpc-compose/cluster.toml:1:17-22 R014 slurm_version is a version such as "
		"\"22.05\", not 'new'\n"
		".hpc-compose/cluster.toml:2:7-10 R013 qos: expected an array of strings, found a "
		"string\n"
		".hpc-compose/cluster.toml:3:15-16 R013 partitions: expected a table, found an "
		"integer\n"
		".hpc-compose/cluster.toml:4:18-23 R013 pyxis: expected true or false, found a "
		"string\n"
		".hpc-compose/cluster.toml:6:9-15 R014 'docker' is no container runtime\n"
		".hpc-compose/cluster.toml:7:7-14 R014 gpu is \"nvidia\", \"amd\" or \"none\", not "
		"'intel'\n"
		".hpc-compose/cluster.toml:9:18-19 R016 max_array_size is from 1 to 4294967295, not "
		"0");
}

/* Each partition has its name, in every file; kinds of nodes have none. */
static void test_partitions_without_name(void **state)
{
	(void)state;
	fixture_file(&f, ".hpc-compose/cluster.toml",
		     "[[partitions]]\nnodes = 4\n[[partitions.kinds]]\nnodes = 2\n"
		     "[[partitions]]\nname = \" \"\n"
		     "[[partitions]]\nname = 3\n"
		     "[[partitions]]\nname = \"a\"\n");
	assert_false(load_settings(".", ""));
	assert_str(
		fixture_diags(&f),
		".hpc-compose/cluster.toml:1:3-13 R015 partitions: the key 'name' is missing\n"
		".hpc-compose/cluster.toml:6:8-11 R014 name is what jobs call it, not ' '\n"
		".hpc-compose/cluster.toml:8:8-9 R013 name: expected a string, found an integer");
}

static void test_cluster_mistakes(void **state)
{
	(void)state;
	fixture_file(&f, ".hpc-compose/cluster.toml",
		     "wire = \"of\"\n"
		     "[distributed]\nrdzv_port = 70000\nrdzv_port_base = 65000\nport = 1\n"
		     "env.HPC_COMPOSE_X = \"1\"\nenv.9 = \"1\"\n");
	assert_false(load_settings(".", ""));
	assert_str(
		fixture_diags(&f),
		".hpc-compose/cluster.toml:1:8-12 R014 wire is \"on\" or \"off\", not 'of'\n"
		".hpc-compose/cluster.toml:3:13-18 R016 rdzv_port is from 1 to 65535, not 70000\n"
		".hpc-compose/cluster.toml:5:1-5 R005 hpcc has no use for the key 'port'\n"
		".hpc-compose/cluster.toml:7:5-6 R032 '9' is no name of a variable\n"
		".hpc-compose/cluster.toml:4:18-23 R016 ports 65000 to 65999 are asked for, but "
		"65535 is the last one");
}

static void test_deep_arrays(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, &f.arena);
	buf_add_c(&b, "a = ");
	buf_add_repeat(&b, '[', 100000);
	fixture_file(&f, ".hpc-compose/settings.toml", str_dup(&f.arena, buf_str(&b)).ptr);
	assert_false(load_settings(".", ""));
	assert_true(str_contains(fixture_diags(&f), "nested too deep"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_dotenv, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_dotenv_mistakes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_precedence, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_secret_mistakes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_settings, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_no_settings, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_settings_mistakes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_site, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_site_mistakes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_ports, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_partitions_without_name, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_cluster_mistakes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_deep_arrays, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
