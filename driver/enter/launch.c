/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `hpcc-rt enter` beside the task: here for a local job, else in a step of the job on the task's node,
 *
 *	srun --jobid=4711 --overlap --mem=0 --nodes=1 --ntasks=1 --nodelist=n2 … \
 *	  RUNTIME/bin/hpcc-rt enter --job 4711 --service worker --task 3 -- ls -l
 */
#include "driver/enter/launch.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "driver/enter/attached.h"
#include "driver/jobs/runtime.h"
#include "driver/system.h"
#include "ir/files.gen.h"
#include "ir/options.h"

struct call {
	struct invocation *inv;
	LIST(const char *) argv;
	LIST(const char *) env;
};

static void put(struct call *c, const char *word)
{
	*LIST_PUSH(c->inv->arena, &c->argv) = word;
}

/* What says to srun how to behave: of another allocation that we may be in, or of a profile. */
static void leave_out_slurm(struct call *c)
{
	static const char *const prefixes[] = {"SLURM_", "SLURMD_", "SRUN_", "PMI_", "PMIX_"};
	extern char **environ;

	for (char **at = environ; *at; at++) {
		struct str name;

		str_split(str_c(*at), '=', &name);
		if (str_eq_c(name, "SLURM_CONF"))
			continue;
		for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++)
			if (str_has_prefix(name, prefixes[i]))
				*LIST_PUSH(c->inv->arena, &c->env) = str_to_c(c->inv->arena, name);
	}
}

/* Shares what the job has, as services do that state nothing. */
static void put_share(struct call *c)
{
	uint32_t version = 0;

	slurm_version(c->inv, &version);
	const struct slurm_version *v = slurm_version_for(version);
	if (!v)
		return;
	if (*v->share)
		put(c, v->share);
	if (v->has_mem_zero)
		put(c, "--mem=0");
	if (v->share_keeps_gres)
		put(c, "--gres=none");
}

static void put_step(struct call *c, const struct enter_target *t, bool has_tty)
{
	struct arena *a = c->inv->arena;
	/* Ctrl-C goes to the command at once; a folder of ours may be missing there. */
	static const char *const fixed[] = {"--nodes=1",
					    "--ntasks=1",
					    "--mpi=none",
					    "--chdir=/",
					    "--export=ALL",
					    "--disable-status",
					    "--job-name=hpc-compose:exec"};
	const char *cluster = slurm_cluster_option(c->inv, t->job->cluster);

	put(c, "srun");
	put(c, str_fmt(a, "--jobid=%.*s", STR_ARG(t->job->number)).ptr);
	if (cluster)
		put(c, cluster);
	put_share(c);
	for (size_t i = 0; i < sizeof(fixed) / sizeof(*fixed); i++)
		put(c, fixed[i]);
	put(c, str_fmt(a, "--nodelist=%.*s", STR_ARG(t->node)).ptr);
	if (has_tty)
		put(c, "--pty");
	leave_out_slurm(c);
}

static void put_command(struct call *c, const struct enter_target *t, const char *const *command)
{
	struct arena *a = c->inv->arena;

	put(c, "enter");
	put(c, "--job");
	put(c, str_to_c(a, t->job->number));
	put(c, "--program");
	put(c, path_join(a, t->job->root, STR(JOB_FILE_PROGRAM)).ptr);
	put(c, "--service");
	put(c, str_to_c(a, t->token));
	put(c, "--task");
	put(c, str_fmt(a, "%llu", (unsigned long long)t->task).ptr);
	put(c, "--");
	while (*command)
		put(c, *command++);
	put(c, NULL);
}

/* The job may have gone while the command ran, and taken it along. */
static void say_if_ended(struct invocation *inv, const struct enter_target *t)
{
	struct str why;
	json_t *state = job_state(inv, t->job, &why);

	if (state && state_is_over(state))
		complain("job %.*s has ended, and the command with it", STR_ARG(t->job->id));
	json_decref(state);
}

int enter_launch(struct invocation *inv, const struct enter_target *t, const char *const *command,
		 bool wants_tty)
{
	bool has_tty = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
	struct call call = {.inv = inv};
	struct str why;
	struct str runtime = runtime_place(inv->arena, t->job->runtime_root, &why);
	if (runtime.len == 0) {
		complain("can't keep hpcc-rt in the job's folder: %.*s", STR_ARG(why));
		return EXIT_ENVIRONMENT;
	}
	if (inv->options.tty && !has_tty)
		complain("there is no terminal here, and the command gets none");
	if (!t->job->is_local)
		put_step(&call, t, wants_tty && has_tty);
	put(&call, runtime.ptr);
	put_command(&call, t, command);
	*LIST_PUSH(inv->arena, &call.env) = NULL;
	struct attached attached = {.argv = call.argv.items,
				    .env = call.env.items,
				    .is_piped = t->job->is_local && !wants_tty,
				    .is_step = !t->job->is_local};
	int status = attached_run(&attached);
	if (status < 0) {
		complain("can't start %s: %s", call.argv.items[0], strerror(errno));
		return EXIT_UNEXPECTED;
	}
	if (status > 128)
		say_if_ended(inv, t);
	return status;
}
