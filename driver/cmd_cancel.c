/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hpcc cancel: the batch script gets TERM, and the supervisor stops every service in order, each
 * with its own signal and grace period. hpcc down: the same, then the job's files are removed.
 */
#include <signal.h>
#include <stdlib.h>

#include "driver/cancel.h"
#include "driver/cmd.h"
#include "driver/elements.h"
#include "driver/remove.h"
#include "driver/status.h"
#include "driver/watch.h"

enum {
	MAX_WORDS = 200 /* ids in one call of scancel */
};

static void cancel_local(const struct job_files *job, uint32_t *n_asked)
{
	if (!local_job_is_alive(job))
		return;
	kill((pid_t)json_uint(job->record, "pid"), SIGTERM);
	++*n_asked;
}

/* Jobs that ended a moment ago don't make it a failure. */
static bool call_scancel(struct invocation *inv, const char *const *argv)
{
	struct child_end end;
	struct str why;

	if (slurm_call(inv, argv, &end, &why) ||
	    (end.is_found && !end.is_late && !end.is_interrupted &&
	     (str_contains(end.err, "nvalid job id specified") ||
	      str_contains(end.err, "already completing or completed"))))
		return true;
	complain("scancel failed: %.*s", STR_ARG(why));
	return false;
}

/* A pending job is dropped; of a running one the batch step alone gets the signal, so that its
   services are stopped by the supervisor and not killed by srun. */
static bool is_gentle(const struct job_view *view)
{
	return str_eq_c(view->queue.state, "RUNNING");
}

/* scancel for those of one kind on one cluster, many at once. */
static bool cancel_kind(struct invocation *inv, const struct job_view *views, uint32_t n,
			struct str cluster, bool is_gentle_kind)
{
	const char *words[MAX_WORDS + 5];
	const char *option = slurm_cluster_option(inv, cluster);
	uint32_t i = 0;

	while (i < n) {
		size_t k = 0, first;

		words[k++] = "scancel";
		if (option)
			words[k++] = option;
		if (is_gentle_kind) {
			words[k++] = "--batch";
			words[k++] = "--signal=TERM";
		}
		for (first = k; i < n && k < first + MAX_WORDS; i++)
			if (!views[i].job->is_local && !job_view_is_over(&views[i]) &&
			    is_gentle(&views[i]) == is_gentle_kind &&
			    str_eq(views[i].job->cluster, cluster))
				words[k++] = str_to_c(inv->arena, views[i].job->id);
		words[k] = NULL;
		if (k > first && !call_scancel(inv, words))
			return false;
	}
	return true;
}

bool jobs_cancel(struct invocation *inv, const struct job_list *jobs, uint32_t *n_asked)
{
	uint32_t n = jobs->list.n;
	struct job_view *views = ARENA_ARRAY(inv->arena, n, struct job_view);
	bool ok = true;

	*n_asked = 0;
	job_views_read(inv, jobs, true, views);
	for (uint32_t i = 0; i < n && ok; i++) {
		if (views[i].queue_error.len > 0) {
			complain("the queue couldn't be asked: %.*s",
				 STR_ARG(views[i].queue_error));
			ok = false;
		} else if (views[i].job->is_local) {
			cancel_local(views[i].job, n_asked);
		} else {
			*n_asked += !job_view_is_over(&views[i]);
		}
	}
	/* All of one list are of one record, hence of one cluster. What waits goes first: it would
	   start when the others end. */
	if (ok && n > 0 && *n_asked > 0)
		ok = cancel_kind(inv, views, n, views[0].job->cluster, false) &&
		     cancel_kind(inv, views, n, views[0].job->cluster, true);
	for (uint32_t i = 0; i < n; i++)
		json_decref(views[i].state);
	return ok;
}

int cmd_cancel(struct invocation *inv)
{
	struct job_files job;
	struct job_list parts;
	uint32_t n;

	if (!job_find(inv, &job) || !job_parts(inv, &job, &parts) || !jobs_cancel(inv, &parts, &n))
		return EXIT_ENVIRONMENT;
	if (n == 0)
		printf("job %.*s has ended already\n", STR_ARG(job.id));
	else
		printf("job %.*s is asked to end; 'hpcc watch %.*s' shows how it does\n",
		       STR_ARG(job.id), STR_ARG(job.id));
	return EXIT_OK;
}

/* Asked once more, since what watching saw last may be old. False after a message. */
static bool are_over(struct invocation *inv, const struct job_files *job,
		     const struct job_list *parts)
{
	struct job_view *views = ARENA_ARRAY(inv->arena, parts->list.n, struct job_view);
	struct str error = STR("");
	bool is_over;

	job_views_read(inv, parts, true, views);
	is_over = job_views_are_over(views, parts->list.n);
	for (uint32_t i = 0; i < parts->list.n; i++) {
		if (views[i].queue_error.len > 0)
			error = views[i].queue_error;
		json_decref(views[i].state);
	}
	if (error.len > 0)
		complain("the queue couldn't be asked: %.*s; the files of job %.*s stay",
			 STR_ARG(error), STR_ARG(job->id));
	else if (!is_over)
		complain("job %.*s hasn't ended; its files stay", STR_ARG(job->id));
	return is_over && error.len == 0;
}

int cmd_down(struct invocation *inv)
{
	struct job_files job;
	struct job_list parts;
	bool ok = true;
	uint32_t n;

	if (!job_find(inv, &job) || !job_parts(inv, &job, &parts) || !jobs_cancel(inv, &parts, &n))
		return EXIT_ENVIRONMENT;
	if (n > 0)
		watch_jobs(inv, &job, &parts, false, stdout);
	if (!are_over(inv, &job, &parts))
		return EXIT_ENVIRONMENT;
	if (job.is_array)
		ok = elements_remove(inv, &parts);
	/* Some elements of an array go, the others and its record stay. */
	if (job.task.len == 0)
		ok = job_remove(inv, &job) && ok;
	return ok ? EXIT_OK : EXIT_ENVIRONMENT;
}
