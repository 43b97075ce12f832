/* SPDX-License-Identifier: Apache-2.0 */
/* What to type next with a template; see the header. Templates are ours: a line tells what they have. */
#include "driver/cluster/first_steps.h"

#include <stdio.h>

#include "driver/child.h"
#include "driver/cluster/slurm.h"
#include "driver/system.h"

/* Backends in the order in which they are advised, each with the program that shows that it's there. */
static const struct {
	const char *backend, *program, *shown; /* what its help has; NULL: being there is enough */
} backends[] = {
	{"pyxis", "srun", "--container-image"},
	{"apptainer", "apptainer", NULL},
	{"singularity", "singularity", NULL},
	{"charliecloud", "ch-run", NULL},
};

static bool is_here(struct invocation *inv, size_t i)
{
	const char *argv[] = {backends[i].program, "--help", NULL};

	if (program_find(inv->arena, backends[i].program).len == 0)
		return false;
	if (!backends[i].shown)
		return true;
	struct child_end end;
	struct str why;
	return slurm_call(inv, argv, &end, &why) && str_contains(end.out, backends[i].shown);
}

/* The root's backend, a line of its own; pyxis is the default. */
static struct str backend_of(struct str text)
{
	const struct str key = STR("  backend: ");
	struct str line;

	while (text.len > 0) {
		text = str_split(text, '\n', &line);
		if (str_has_prefix(line, key.ptr))
			return str_trim(str_from(line, key.len));
	}
	return STR("pyxis");
}

static void print_containers(struct invocation *inv, struct str backend)
{
	const char *other = NULL;

	for (size_t i = 0; i < sizeof(backends) / sizeof(*backends); i++) {
		if (!is_here(inv, i))
			continue;
		if (str_eq_c(backend, backends[i].backend))
			return;
		if (!other)
			other = backends[i].backend;
	}
	if (other)
		printf("runtime.backend is %.*s, which isn't found here; %s is: write 'runtime: {backend: %s}'\n",
		       STR_ARG(backend), other, other);
	else
		printf("runtime.backend is %.*s; no tool for containers is found here: ask 'hpcc doctor' on the "
		       "cluster, or write 'runtime: {backend: host}' without images\n",
		       STR_ARG(backend));
}

void first_steps_print(struct invocation *inv, struct str text, const char *path)
{
	struct str backend = backend_of(text);
	bool has_slurm = program_find(inv->arena, "sbatch").len > 0;
	bool is_host = str_eq_c(backend, "host");
	/* What a local run can't do (R165). */
	bool is_local =
		is_host && !str_contains(text, "\n  nodes: ") && !str_contains(text, "\n  array: ");

	if (!is_host)
		print_containers(inv, backend);
	if (is_local)
		printf("try: hpcc validate %s && hpcc up --local %s\n", path, path);
	else if (has_slurm)
		printf("try: hpcc validate %s && hpcc up %s\n", path, path);
	else
		printf("try: hpcc validate %s && hpcc %s -o job.sbatch; there is no Slurm here to submit it to\n",
		       path, path);
}
