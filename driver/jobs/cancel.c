/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ending jobs: the batch script gets TERM, and the supervisor stops every service in order, each
 * with its own signal and grace period; a note in the job's folder has the script ask Slurm, at its
 * end, to count the job as cancelled.
 */
#include "driver/jobs/cancel.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "driver/jobs/elements.h"
#include "driver/jobs/job_process.h"
#include "driver/jobs/status.h"
#include "ir/files.gen.h"

static void cancel_local(const struct job_files *job, uint32_t *n_asked)
{
	*n_asked += local_job_signal(job, SIGTERM);
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

/* The jobs of one kind in one word: an id, or elements as 4711_[2-9,12]; NULL without any. */
static const char *kind_word(struct arena *a, const struct job_view *views, uint32_t n,
			     bool is_gentle_kind)
{
	const struct job_view *only = NULL;
	struct indices meant = {0};

	for (uint32_t i = 0; i < n; i++) {
		uint64_t index = 0;

		if (views[i].job->is_local || job_view_is_over(&views[i]) ||
		    is_gentle(&views[i]) != is_gentle_kind)
			continue;
		only = &views[i];
		str_to_u64(only->job->task, &index);
		*LIST_PUSH(a, &meant.list) = (uint32_t)index;
	}
	if (meant.list.n < 2)
		return only ? str_to_c(a, only->job->id) : NULL;
	struct str base;
	array_tasks(only->job->id, &base);
	return str_fmt(a, "%.*s_[%.*s]", STR_ARG(base), STR_ARG(indices_text(a, &meant))).ptr;
}

static bool cancel_kind(struct invocation *inv, const struct job_view *views, uint32_t n,
			bool is_gentle_kind)
{
	const char *word = kind_word(inv->arena, views, n, is_gentle_kind);
	const char *option = slurm_cluster_option(inv, views[0].job->cluster);
	const char *argv[6] = {"scancel"};
	size_t k = 1;

	if (!word)
		return true;
	if (option)
		argv[k++] = option;
	if (is_gentle_kind) {
		argv[k++] = "--batch";
		argv[k++] = "--signal=TERM";
	}
	argv[k] = word;
	return call_scancel(inv, argv);
}

/* The job's own script makes it a cancelled one in Slurm's books, once everything is stopped. */
static void leave_notes(struct invocation *inv, const struct job_view *views, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		struct str root = views[i].job->root;
		const char *path =
			str_fmt(inv->arena, "%.*s/" JOB_FILE_CANCELLED, STR_ARG(root)).ptr;

		if (!root.len || views[i].job->is_local || job_view_is_over(&views[i]) ||
		    !is_gentle(&views[i]))
			continue;
		int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
			      JOB_MODE_CANCELLED);
		if (fd >= 0)
			close(fd);
	}
}

/* In their record: a job that dies of the signal at once is FAILED to Slurm. */
static void note_cancelled(struct invocation *inv, const struct job_view *views, uint32_t n)
{
	json_t *record = views[0].job->record;
	json_t *noted = json_object_get(record, "cancelled");

	if (!noted)
		json_object_set_new(record, "cancelled", noted = json_object());
	for (uint32_t i = 0; i < n; i++)
		if (!views[i].job->is_local && !job_view_is_over(&views[i]))
			json_object_set_new(noted, views[i].job->id.ptr,
					    json_integer((json_int_t)time(NULL)));
	struct str why;
	if (json_object_size(noted) > 0 && !record_write(inv->arena, record, &why))
		complain("can't record that job %.*s is cancelled: %.*s", STR_ARG(views[0].job->id),
			 STR_ARG(why));
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
	/* All of one list are of one record. What waits goes first: it would
	   start when the others end. */
	if (ok && *n_asked > 0 && !views[0].job->is_local) {
		leave_notes(inv, views, n);
		ok = cancel_kind(inv, views, n, false) && cancel_kind(inv, views, n, true);
		note_cancelled(inv, views, n);
	}
	for (uint32_t i = 0; i < n; i++)
		json_decref(views[i].state);
	return ok;
}
