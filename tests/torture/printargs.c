/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Shows what reaches a process: its arguments, its T_* variables, its folder, all as JSON strings.
 * It also knows the hostile values, so that specification and expectation come from one list.
 *
 *	printargs ARG…			what arrived
 *	printargs --spec BACKEND DIR	a spec that runs this program with every value everywhere
 *	printargs --expect WHAT DIR	what the service WHAT of that spec has to print
 *	printargs --folders DIR		makes the folders that the spec names
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

static const char *const values[] = {
	"",
	"plain",
	"two words",
	" lead and trail ",
	"it's",
	"''",
	"\"double\"",
	"$HOME",
	"${JOB_DIR}",
	"$(id)",
	"`id`",
	"a\\b\\",
	"line\nbreak",
	"\n",
	"two\n\n",
	"tab\there",
	"\r",
	"-n",
	"--",
	"--nodes=9",
	"-",
	"~",
	"~root",
	"*",
	"?",
	"[x]",
	"{a,b}",
	"a;b",
	"a&b",
	"a|b",
	"<in",
	">out",
	"#no",
	"!!",
	"=x",
	"a,b,,c",
	"a:b",
	"caf\xc3\xa9",
	"\xe6\x97\xa5\xe6\x9c\xac",
	"\xf0\x9f\x98\x80",
	"%s%n",
	"\x01",
	"HPCC_TABLE",
	"HPCC_HOOK\nHPCC_HOOK_2",
	"%j",
	"true",
	"0x10",
};

enum {
	N_VALUES = sizeof(values) / sizeof(values[0])
};

static void json(const char *text, int doubles_dollars)
{
	putchar('"');
	for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
		if (*p == '"' || *p == '\\')
			printf("\\%c", *p);
		else if (*p < ' ')
			printf("\\u%04x", *p);
		else if (*p == '$' && doubles_dollars)
			printf("$$");
		else
			putchar(*p);
	}
	putchar('"');
}

/* Values that can be a folder's name, and a service's. */
static int can_name(const char *v)
{
	return *v && strcmp(v, "-") && strcmp(v, ".") && !strpbrk(v, "\n\r\x01/") &&
	       strlen(v) < 200;
}

static void folder_of(char *path, size_t room, const char *dir, int i)
{
	snprintf(path, room, "%s/d%d%s", dir, i, values[i]);
}

static void print_command(const char *program)
{
	printf("    command: [");
	json(program, 1);
	for (int i = 0; i < N_VALUES; i++) {
		printf(",\n      ");
		json(values[i], 1);
	}
	printf("]\n");
}

static void print_spec(const char *program, const char *backend, const char *dir)
{
	char path[PATH_MAX];

	printf("name: ");
	json("words # of a job", 1);
	printf("\nruntime: {backend: %s}\nservices:\n  all:\n", backend);
	print_command(program);
	printf("    environment:\n");
	for (int i = 0; i < N_VALUES; i++) {
		printf("      T_%d: ", i);
		json(values[i], 1);
		putchar('\n');
	}
	printf("    x-slurm:\n      prologue: ");
	json("echo 'prologue\nHPCC_HOOK\nEOF\n'\"it's $HPC_COMPOSE_SERVICE_NAME\"", 0);
	printf("\n  reserved:\n    command: [");
	json(program, 1);
	printf("]\n    environment: {NODES: T_x, JOB_DIR: /nowhere, PATH: /bin:/usr/bin, HOME: /h,"
	       " IFS: x, PWD: /p, SPEC_DIR: /s, T_late: \"${HOME}\"}\n");
	for (int i = 0; i < N_VALUES; i++) {
		if (!can_name(values[i]))
			continue;
		folder_of(path, sizeof(path), dir, i);
		printf("  ");
		json(values[i], 0);
		printf(":\n    command: [");
		json(program, 1);
		printf(", in]\n    working_dir: ");
		json(path, 1);
		putchar('\n');
	}
}

static int print_expectation(const char *what, const char *dir)
{
	char path[PATH_MAX];

	if (!strcmp(what, "all")) {
		printf("prologue\nHPCC_HOOK\nEOF\nit's all\n");
		for (int i = 0; i < N_VALUES; i++) {
			json(values[i], 0);
			putchar('\n');
		}
		for (int i = 0; i < N_VALUES; i++) {
			printf("T_%d=", i);
			json(values[i], 0);
			putchar('\n');
		}
		return 0;
	}
	for (int i = 0; i < N_VALUES; i++) {
		if (!can_name(values[i]) || strcmp(what, values[i]))
			continue;
		folder_of(path, sizeof(path), dir, i);
		printf("\"in\"\n");
		json(path, 0);
		putchar('\n');
		return 0;
	}
	return 1;
}

static int make_folders(const char *dir)
{
	char path[PATH_MAX];

	for (int i = 0; i < N_VALUES; i++) {
		folder_of(path, sizeof(path), dir, i);
		if (can_name(values[i]) && mkdir(path, 0755) && errno != EEXIST)
			return 1;
	}
	return 0;
}

static void print_names(void)
{
	for (int i = 0; i < N_VALUES; i++)
		if (can_name(values[i]))
			printf("%s\n", values[i]);
}

static void print_variable(const char *name)
{
	const char *value = getenv(name);

	if (!value)
		return;
	printf("%s=", name);
	json(value, 0);
	putchar('\n');
}

static void print_arrivals(int argc, char **argv)
{
	static const char *const reserved[] = {"NODES", "JOB_DIR",  "PATH",
					       "HOME",  "SPEC_DIR", "T_late"};
	char cwd[PATH_MAX], name[32];

	for (int i = 1; i < argc; i++) {
		json(argv[i], 0);
		putchar('\n');
	}
	for (int i = 0; i < N_VALUES; i++) {
		snprintf(name, sizeof(name), "T_%d", i);
		print_variable(name);
	}
	if (argc == 1)
		for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
			print_variable(reserved[i]);
	if (argc == 2 && getcwd(cwd, sizeof(cwd))) {
		json(cwd, 0);
		putchar('\n');
	}
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "--spec"))
		print_spec(argv[0], argv[2], argv[3]);
	else if (argc == 4 && !strcmp(argv[1], "--expect"))
		return print_expectation(argv[2], argv[3]);
	else if (argc == 3 && !strcmp(argv[1], "--folders"))
		return make_folders(argv[2]);
	else if (argc == 2 && !strcmp(argv[1], "--names"))
		print_names();
	else
		print_arrivals(argc, argv);
	return 0;
}
