/* SPDX-License-Identifier: Apache-2.0 */
/* What to type next with a template; see the header. Templates are ours: a line tells what they have. */
#include "driver/cluster/first_steps.h"

#include <stdio.h>

#include "driver/child.h"
#include "driver/cluster/slurm.h"
#include "driver/system.h"
#include "ir/containers.h"

static bool is_here(struct invocation *inv, const struct container *c)
{
	const char *const argv[] = {"srun", "--help", NULL};

	if (!c->is_srun_option)
		return program_find(inv->arena, c->program).len > 0;
	struct child_end end;
	struct str why;
	return program_find(inv->arena, argv[0]).len > 0 && slurm_call(inv, argv, &end, &why) &&
	       str_contains(end.out, "--container-image");
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

	for (enum runtime_backend i = 0; i < RUNTIME_BACKEND_N; i++) {
		if (!containers[i].is_contained || !is_here(inv, &containers[i]))
			continue;
		if (str_eq_c(backend, containers[i].name))
			return;
		if (!other)
			other = containers[i].name;
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
