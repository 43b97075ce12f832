/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/sweep/unfinished.h"

#include <dirent.h>

#include "driver/cluster/slurm.h"
#include "driver/jobs/indices.h"
#include "driver/jobs/jobs.h"
#include "driver/system.h"

enum {
	N_RANDOM = 6 /* bytes behind the prefix: driver/system.h */
};

struct str unfinished_script(struct compilation *c, const struct sweep_run *s,
			     const struct sweep_trial *t)
{
	struct arena *a = c->inv->arena;
	struct str id = t ? t->id : str_c(sweep_form_words[s->form]);

	return path_join(a, plan_path_here(a, c, c->unit.plan->runtime_root),
			 str_fmt(a, "submit-%.*s.%.*s.", STR_ARG(s->id), STR_ARG(id)));
}

/* The job of the record runs the trial, and was submitted when that began; empty: it doesn't, or wasn't. */
static struct str job_of(struct arena *a, const struct job_files *job, const struct sweep_run *s,
			 const struct sweep_trial *t)
{
	struct indices indices = {0};
	struct str id = job->id, trial = json_str(job->record, "trial");

	if (!str_eq(json_str(job->record, "sweep"), s->id) ||
	    json_uint(job->record, "submitted_at") < t->since)
		return STR("");
	if (s->form == SWEEP_PACKED) {
		/* It runs all that were noted with it. */
	} else if (trial.len == 0) {
		if (!indices_read(a, json_str(job->record, "array"), &indices) ||
		    !indices_have(&indices, (uint32_t)t->index))
			return STR("");
		id = str_fmt(a, "%.*s_%llu", STR_ARG(id), (unsigned long long)t->index);
	} else if (!str_eq(trial, t->id)) {
		return STR("");
	}
	/* What failed in the second in which it was submitted again has a line. */
	return str_eq(id, t->job) ? STR("") : id;
}

/* A script whose path begins like that; empty without one. */
static struct str script_left(struct arena *a, struct str prefix)
{
	struct str folder = path_folder(a, prefix), left = STR("");
	struct str name = str_from(prefix, folder.len + 1);
	DIR *dir = opendir(folder.ptr);

	for (struct dirent *e; dir && (e = readdir(dir));) {
		struct str found = str_c(e->d_name);
		if (found.len == name.len + N_RANDOM && str_eq(str_slice(found, 0, name.len), name))
			left = path_join(a, folder, str_dup(a, found));
	}
	if (dir)
		closedir(dir);
	return left;
}

static void tell(struct invocation *inv, const struct sweep_trial *t, struct str left,
		 enum sweep_form form)
{
	static const char *const texts[N_SWEEP_FORMS] = {
		[SWEEP_JOBS] = "trial",
		[SWEEP_ARRAY] = "an array with trial",
		[SWEEP_PACKED] = "a job with trial",
	};
	struct slurm_jobs jobs;
	const char *which = texts[form];

	slurm_jobs_of_script(inv, left, &jobs);
	complain("hpcc was ended while it submitted %s %.*s", which, STR_ARG(t->id));
	if (jobs.list.n > 0)
		advise("job %.*s in the queue is the one: 'scancel %.*s' ends it; without "
		       "'%.*s' a resume submits it again",
		       STR_ARG(jobs.list.items[0].id), STR_ARG(jobs.list.items[0].id),
		       STR_ARG(left));
	else
		advise("'squeue --me' and 'sacct' show whether it runs or ran; without '%.*s' a "
		       "resume submits it again",
		       STR_ARG(left));
}

bool unfinished_find(struct invocation *inv, struct sweep_run *s)
{
	struct arena *a = inv->arena;
	struct job_list jobs = {0};
	struct str told = STR("");
	bool is_loaded = false;

	for (uint32_t i = 0; i < s->trials.n; i++) {
		struct sweep_trial *t = &s->trials.items[i];
		struct str job = STR("");

		if (t->script.len == 0)
			continue;
		if (!is_loaded && !jobs_load(inv, &jobs))
			return false;
		is_loaded = true;
		for (uint32_t k = jobs.list.n; k > 0 && job.len == 0; k--)
			job = job_of(a, &jobs.list.items[k - 1], s, t);
		t->is_found = job.len > 0;
		if (t->is_found) {
			t->job = job;
			continue;
		}
		struct str left = script_left(a, t->script);
		t->is_uncertain = left.len > 0;
		if (t->is_uncertain && !str_eq(left, told))
			tell(inv, t, left, s->form);
		told = left;
	}
	return true;
}
