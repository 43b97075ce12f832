/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `hpcc-rt enter` beside the task: here for a local job, else in a step of the job on the task's node,
 *
 *	srun --jobid=4711 --overlap --mem=0 --nodes=1 --ntasks=1 --nodelist=n2 … \
 *	  RUNTIME/bin/hpcc-rt enter --job 4711 --service worker --task 3 -- ls -l
 */
#include "driver/enter/launch.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "driver/enter/attached.h"
#include "driver/enter/step_call.h"
#include "driver/jobs/runtime.h"
#include "driver/system.h"
#include "ir/files.gen.h"

static void put_command(struct step_call *c, const struct enter_target *t,
			const char *const *command)
{
	struct arena *a = c->inv->arena;

	step_put(c, "enter");
	step_put(c, "--job");
	step_put(c, str_to_c(a, t->job->number));
	step_put(c, "--program");
	step_put(c, path_join(a, t->job->root, STR(JOB_FILE_PROGRAM)).ptr);
	step_put(c, "--service");
	step_put(c, str_to_c(a, t->token));
	step_put(c, "--task");
	step_put(c, str_fmt(a, "%llu", (unsigned long long)t->task).ptr);
	step_put(c, "--");
	while (*command)
		step_put(c, *command++);
	step_put(c, NULL);
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
	struct step_call call = {.inv = inv};
	struct str why;
	struct str runtime = runtime_place(inv->arena, t->job->runtime_root, &why);
	if (runtime.len == 0) {
		complain("can't keep hpcc-rt in the job's folder: %.*s", STR_ARG(why));
		return EXIT_ENVIRONMENT;
	}
	if (inv->options.tty && !has_tty)
		complain("there is no terminal here, and the command gets none");
	if (!t->job->is_local) {
		step_begin(&call, t->job, t->component, t->node, "exec");
		step_put(&call, "--chdir=/"); /* a folder of ours may be missing there */
		if (wants_tty && has_tty)
			step_put(&call, "--pty");
	}
	step_put(&call, runtime.ptr);
	put_command(&call, t, command);
	*LIST_PUSH(inv->arena, &call.env) = NULL;
	struct attached attached = {.argv = call.argv.items,
				    .env = call.env.items,
				    .is_piped =
					    t->job->is_local ? !wants_tty : !isatty(STDOUT_FILENO),
				    .is_step = !t->job->is_local};
	int status = attached_run(&attached);
	if (status < 0) {
		complain("can't start %s: %s", call.argv.items[0], strerror(errno));
		return EXIT_UNEXPECTED;
	}
	if (status > 128 && status != 128 + SIGPIPE)
		say_if_ended(inv, t);
	return status;
}
