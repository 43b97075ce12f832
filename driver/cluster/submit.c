/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Submission: checks the environment, makes missing images, writes the script with the folders of
 * this machine baked in, hands it to sbatch and records the job.
 */
#include "driver/cluster/submit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "driver/interrupt.h"
#include "driver/images/prepare.h"
#include "driver/cluster/preflight.h"
#include "driver/cluster/refusals.h"
#include "driver/cluster/slurm.h"
#include "driver/jobs/runtime.h"
#include "driver/story/submitted.h"
#include "driver/system.h"
#include "driver/trust.h"
#include "frontend/frontend.h"
#include "ir/files.gen.h"

static const struct plan_option *plan_option_find(const struct plan *plan, const char *name)
{
	for (uint32_t i = 0; i < plan->options.n; i++)
		if (str_eq_c(plan->options.items[i].name.v, name))
			return &plan->options.items[i];
	return NULL;
}

/* Slurm takes a percent sign for the start of a pattern, in folders, too. */
static struct str with_percent_signs_doubled(struct arena *a, struct str path)
{
	struct buf out;

	buf_init(&out, a);
	for (size_t i = 0; i < path.len; i++)
		buf_add_repeat(&out, path.ptr[i], path.ptr[i] == '%' ? 2 : 1);
	return str_dup(a, buf_str(&out));
}

/* Where the batch log goes: as the spec says, else below the runtime root. */
static struct str batch_log_of(struct invocation *inv, const struct plan *plan, struct str logs)
{
	const struct plan_option *o = plan_option_find(plan, "output");
	const struct plan_option *chdir = plan_option_find(plan, "chdir");
	struct str here = working_folder(inv->arena);

	if (!o)
		return path_join(inv->arena, with_percent_signs_doubled(inv->arena, logs),
				 STR("hpc-compose-%j.out"));
	if (chdir)
		here = path_join(inv->arena, here, chdir->value.v);
	return path_join(inv->arena, here, o->value.v);
}

/* sbatch gave no job id, but may have submitted the job: its script tells which one it is. */
static void advise_lost_job(struct invocation *inv, struct str script)
{
	struct slurm_jobs jobs;

	slurm_jobs_of_script(inv, script, &jobs);
	for (uint32_t i = 0; i < jobs.list.n; i++)
		complain("job %.*s in the queue is the one that was submitted; it isn't recorded",
			 STR_ARG(jobs.list.items[i].id));
	if (jobs.list.n > 0)
		advise("'scancel %.*s' ends it", STR_ARG(jobs.list.items[0].id));
	else
		advise("'squeue --me' shows whether a job was submitted all the same");
}

static bool call_sbatch(struct compilation *c, struct str script, struct str batch_log,
			struct job_files *job)
{
	struct invocation *inv = c->inv;
	struct arena *a = inv->arena;
	const char *argv[8] = {"sbatch", "--parsable"};
	size_t n = 2;

	if (!plan_option_find(c->unit.plan, "output"))
		argv[n++] = str_fmt(a, "--output=%.*s", STR_ARG(batch_log)).ptr;
	if (c->unit.plan->dependency.v.len > 0)
		argv[n++] =
			str_fmt(a, "--dependency=%.*s", STR_ARG(c->unit.plan->dependency.v)).ptr;
	argv[n++] = script.ptr;
	argv[n] = NULL;
	struct child_end end;
	struct str why;
	if (!slurm_call(inv, argv, &end, &why)) {
		complain("%s: %.*s", end.is_late ? "no word from sbatch" : "sbatch refused the job",
			 STR_ARG(why));
		refusal_advise(end.err);
		if (end.is_late)
			advise_lost_job(inv, script);
		return false;
	}
	if (end.err.len > 0)
		print_visible(stderr, end.err, VISIBLE_TEXT);
	if (slurm_read_id(a, end.out, &job->id, &job->cluster))
		return true;
	complain("sbatch printed no job id: '%.*s'", STR_ARG(str_trim(end.out)));
	advise_lost_job(inv, script);
	return false;
}

static bool make_root(struct arena *a, struct str root)
{
	struct str why;

	if (trust_make_folder(a, root, 1, &why))
		return true;
	complain("the job is submitted, but its folder can't be used: %.*s", STR_ARG(why));
	return false;
}

/* The exact bytes that were submitted belong to the job's files. */
static void file_script(struct arena *a, struct str script, struct str root)
{
	struct str target = path_join(a, root, STR(JOB_FILE_SCRIPT));

	if (rename(script.ptr, target.ptr) != 0)
		complain("the job is submitted, but '%.*s' couldn't be written: %s",
			 STR_ARG(target), strerror(errno));
}

static bool write_script(struct compilation *c, const struct submission *as,
			 struct str runtime_root, struct script *script, struct str *path)
{
	struct arena *a = c->inv->arena;
	mode_t mode = c->unit.plan->has_secrets.v ? 0600 : plain_file_mode();

	if (as && as->script.len > 0)
		*script = (struct script){.text = as->script};
	else
		compilation_script(c, script);
	struct str why;
	struct str prefix = path_join(a, runtime_root, STR("submit-"));
	if (as && as->prefix.len > 0)
		prefix = as->prefix;
	if (file_write_new(a, prefix, script->text, mode, path, &why))
		return true;
	complain("can't write a script into '%.*s': %.*s", STR_ARG(runtime_root), STR_ARG(why));
	return false;
}

/* Makes what a job needs before it is one. */
static int make_ready(struct compilation *c, struct str runtime_root, struct str logs)
{
	struct arena *a = c->inv->arena;

	c->backend.job_root = runtime_root;
	c->backend.spec_dir = path_absolute(a, c->unit.spec_dir);
	struct str why;
	if (!record_can_hold(c, runtime_root, &why)) {
		complain("%.*s", STR_ARG(why));
		return EXIT_ENVIRONMENT;
	}
	if (!trust_make_folder(a, logs, 2, &why) ||
	    !record_make_folder(a, working_folder(a), &why)) {
		complain("can't run jobs from here: %.*s", STR_ARG(why));
		advise("%s", trust_way_out);
		return EXIT_ENVIRONMENT;
	}
	if (runtime_place(a, runtime_root, &why).len == 0) {
		complain("can't keep hpcc-rt here: %.*s", STR_ARG(why));
		return EXIT_ENVIRONMENT;
	}
	return EXIT_OK;
}

static void record_submitted(struct compilation *c, const struct submission *as,
			     const struct script *text, struct job_files *job)
{
	struct arena *a = c->inv->arena;
	const struct plan_option *indices = plan_option_find(c->unit.plan, "array");
	struct str array = indices ? indices->value.v : STR("");

	if (as && as->indices.len > 0)
		array = as->indices;
	struct str why;
	if (!submitted_write(c, text->text, job->root, &why))
		complain("job %.*s is submitted, but a report of it will lack its spec: %.*s",
			 STR_ARG(job->id), STR_ARG(why));
	job->record = record_new(c, job->id, job->root, false);
	json_object_set_new(job->record, "batch_log",
			    json_stringn(job->batch_log.ptr, job->batch_log.len));
	if (job->cluster.len > 0)
		json_object_set_new(job->record, "cluster", json_string(job->cluster.ptr));
	json_object_set_new(job->record, "is_array", json_boolean(job->is_array));
	if (as && as->script.len > 0)
		json_object_del(job->record, "trial"); /* it has several */
	if (job->is_array && array.len > 0)
		json_object_set_new(job->record, "array", json_stringn(array.ptr, array.len));
	if (!record_write(a, job->record, &why))
		complain("job %.*s is submitted, but can't be recorded: %.*s", STR_ARG(job->id),
			 STR_ARG(why));
}

/* Writes the script, submits it, records it. */
int submit_compiled(struct compilation *c, const struct submission *as, struct job_files *job)
{
	struct arena *a = c->inv->arena;
	struct str runtime_root = plan_path_here(a, c, c->unit.plan->runtime_root);
	struct str logs = path_join(a, runtime_root, STR("logs"));
	struct str batch_log = batch_log_of(c->inv, c->unit.plan, logs);
	int status = make_ready(c, runtime_root, logs);

	if (status != EXIT_OK)
		return status;
	/* A job that is submitted is recorded, and its script filed or removed, whatever happens
	   to us meanwhile. */
	interrupts_hold();
	struct script text;
	struct str script;
	if (!write_script(c, as, runtime_root, &text, &script)) {
		interrupts_release();
		return EXIT_ENVIRONMENT;
	}
	if (!call_sbatch(c, script, batch_log, job)) {
		unlink(script.ptr);
		interrupts_release();
		return EXIT_ENVIRONMENT;
	}
	job->number = job->id;
	job->runtime_root = runtime_root;
	job->root = path_join(a, runtime_root, job->id);
	job->batch_log = batch_log;
	job->is_array = c->unit.plan->is_array.v || (as && as->indices.len > 0);
	/* The script goes where it belongs once there is a record: as long as it lies about, a job may have been
	   submitted that nobody knows of (driver/sweep/unfinished.h). */
	bool has_root = make_root(a, job->root);
	record_submitted(c, as, &text, job);
	if (has_root)
		file_script(a, script, job->root);
	return EXIT_OK;
}

int submit_spec(struct invocation *inv, struct job_files *job)
{
	const char *path = spec_find(inv);

	*job = (struct job_files){0};
	struct compilation c;
	if (!path || !compilation_open(&c, inv, path))
		return EXIT_USAGE;
	compilation_plan(&c);
	int status = compilation_report(&c, stderr);
	if (status != EXIT_OK)
		return status;
	if (!inv->options.no_preflight) {
		status = preflight_before(&c);
		if (status != EXIT_OK)
			return status;
	}
	status = prepare_images(&c, false);
	if (status != EXIT_OK)
		return status;
	return submit_compiled(&c, NULL, job);
}
