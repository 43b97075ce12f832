/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hpcc run: a command in the place of a service's, with its image, mounts, environment and folder. Inside of the job of
 * this spec, if one runs: a step of it, which runs the script for the local scheduler; else as a job of its own.
 */
#include "driver/cluster/submit.h"
#include "driver/commands/cmd.h"
#include "driver/enter/run_follow.h"
#include "driver/enter/step_call.h"
#include "driver/enter/target.h"
#include "driver/jobs/indices.h"
#include "driver/jobs/local.h"
#include "driver/screen/services.h"
#include "driver/json.h"
#include "driver/system.h"

static bool is_inside_of(const struct job_files *job, struct str spec)
{
	return !job->is_local && !job->is_array && json_str(job->record, "one_off").len == 0 &&
	       str_eq(json_str(job->record, "spec"), spec);
}

/* The newest job of this spec that runs under Slurm; false when there is none. */
static bool find_running(struct invocation *inv, struct known_job *known)
{
	const char *path = FIRST_TEXT(inv->options.files);

	path = path ? path : spec_here(inv);
	struct job_list jobs;
	if (!path || !jobs_load(inv, &jobs))
		return false;
	struct str spec = path_absolute(inv->arena, str_c(path));
	for (uint32_t i = jobs.list.n; i-- > 0;) {
		if (!is_inside_of(&jobs.list.items[i], spec))
			continue;
		known->job = jobs.list.items[i];
		*known = (struct known_job){.job = known->job};
		*LIST_PUSH(inv->arena, &known->parts.list) = known->job;
		known->views = ARENA_NEW(inv->arena, struct job_view);
		job_views_read(inv, &known->parts, true, known->views);
		return known->views[0].state && !job_view_is_over(known->views) &&
		       str_eq_c(known->views[0].queue.state, "RUNNING");
	}
	return false;
}

/* What Slurm says to the batch script alone, and no step hears: which element, which attempt. */
static void put_attempt(struct step_call *call, const struct job_view *view)
{
	struct arena *a = call->inv->arena;
	uint64_t attempt = json_uint(view->state, "attempt");

	if (view->job->task.len > 0) {
		struct str base, task = array_tasks(view->job->id, &base);

		*LIST_PUSH(a, &call->env) =
			str_fmt(a, "SLURM_ARRAY_JOB_ID=%.*s", STR_ARG(base)).ptr;
		*LIST_PUSH(a, &call->env) =
			str_fmt(a, "SLURM_ARRAY_TASK_ID=%.*s", STR_ARG(task)).ptr;
	}
	if (attempt > 0)
		*LIST_PUSH(a, &call->env) =
			str_fmt(a, "SLURM_RESTART_COUNT=%llu", (unsigned long long)attempt).ptr;
}

/* Beside its batch script: that node has all that the script needed. A service of another component has other
   needs, and runs where that does. */
static int run_inside(struct invocation *inv, const struct job_view *view)
{
	const json_t *service =
		json_named(json_object_get(view->state, "services"), str_c(inv->one_off.service));
	bool has_components = json_object_get(service, "het_group");
	const json_t *nodes = json_object_get(has_components ? service : view->state, "nodes");
	const json_t *node = json_array_get(nodes, 0);
	struct step_call call = {.inv = inv};

	step_begin(&call, view->job, service,
		   (struct str){json_string_value(node), json_string_length(node)}, "run");
	step_put(&call, "--input=none");
	step_put(&call, NULL);
	put_attempt(&call, view);
	*LIST_PUSH(inv->arena, &call.env) = NULL;
	struct local_launcher launcher = {
		.argv = call.argv.items, .env = call.env.items, .inside = view->job->id};
	struct compilation c;
	struct job_files job;
	int status;
	pid_t pid = local_start(&c, inv, &launcher, &job, &status);
	return pid > 0 ? run_follow(inv, &job, pid, true) : status;
}

static int run_here(struct invocation *inv)
{
	struct compilation c;
	struct job_files job;
	int status;
	pid_t pid = local_start(&c, inv, NULL, &job, &status);

	return pid > 0 ? run_follow(inv, &job, pid, false) : status;
}

static int run_submitted(struct invocation *inv)
{
	struct job_files job;
	int status = submit_spec(inv, &job);

	if (status == EXIT_ENVIRONMENT && program_find(inv->arena, "sbatch").len == 0)
		advise("'hpcc run --local SERVICE COMMAND…' runs it on this machine");
	if (status != EXIT_OK)
		return status;
	fprintf(stderr, "submitted job %.*s\n", STR_ARG(job.id));
	return run_follow(inv, &job, 0, false);
}

int cmd_run(struct invocation *inv)
{
	bool is_named = inv->options.job || services_begin(inv) > 0;
	uint32_t at = services_begin(inv);

	if (inv->words.n < at + 2) {
		complain(inv->words.n > at ? "no command for the service to run"
					   : "no service is named");
		advise("usage: hpcc %s %s", inv->command->name, inv->command->arguments);
		return EXIT_USAGE;
	}
	*LIST_PUSH(inv->arena, &inv->words) = NULL;
	struct known_job known = {0};
	if (is_named && !enter_find_job(inv, &known))
		return EXIT_ENVIRONMENT;
	const char *service = inv->words.items[at];
	const char *const *command = inv->words.items + at + 1;
	if (is_named && !inv->options.files.list.n)
		*LIST_PUSH(inv->arena, &inv->options.files.list) =
			str_to_c(inv->arena, json_str(known.job.record, "spec"));
	inv->words.n = 0; /* the spec isn't among them */
	inv->one_off.service = service;
	inv->one_off.command = command;
	if (inv->options.local || (is_named && known.job.is_local))
		return run_here(inv);
	if (is_named || find_running(inv, &known))
		return run_inside(inv, &known.views[0]);
	return run_submitted(inv);
}
