/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hpcc cancel: the batch script gets TERM, and the supervisor stops every service in order, each
 * with its own signal and grace period. hpcc down: the same, then the job's files are removed.
 */
#include <signal.h>
#include <stdlib.h>

#include "driver/cancel.h"
#include "driver/cmd.h"
#include "driver/remove.h"
#include "driver/status.h"
#include "driver/watch.h"

static bool cancel_local(const struct job_files *job)
{
	if (!local_job_is_alive(job)) {
		complain("job %.*s isn't running any more", STR_ARG(job->id));
		return false;
	}
	kill((pid_t)json_uint(job->record, "pid"), SIGTERM);
	return true;
}

/* A pending job is dropped; of a running one the batch step alone gets the signal, so that its
   services are stopped by the supervisor and not killed by srun. */
static bool cancel_slurm(struct invocation *inv, const struct job_files *job)
{
	const char *id = job->id.ptr;
	const char *gentle[] = {"scancel", "--batch", "--signal=TERM", id, NULL};
	const char *plain[] = {"scancel", id, NULL};
	struct slurm_job queue;
	struct child_end end;
	struct str why;

	if (!slurm_job_query(inv, job->id, &queue, &why)) {
		complain("the queue couldn't be asked: %.*s", STR_ARG(why));
		return false;
	}
	if (!queue.is_known || queue.is_over) {
		complain("job %.*s isn't in the queue any more", STR_ARG(job->id));
		return false;
	}
	if (slurm_call(inv, str_eq_c(queue.state, "RUNNING") && !job->is_array ? gentle : plain,
		       &end, &why))
		return true;
	complain("scancel failed: %.*s", STR_ARG(why));
	return false;
}

bool job_cancel(struct invocation *inv, const struct job_files *job)
{
	return job->is_local ? cancel_local(job) : cancel_slurm(inv, job);
}

int cmd_cancel(struct invocation *inv)
{
	struct job_files job;

	if (!job_find(inv, &job) || !job_cancel(inv, &job))
		return EXIT_ENVIRONMENT;
	printf("job %.*s is asked to end; 'hpcc watch %.*s' shows how it does\n", STR_ARG(job.id),
	       STR_ARG(job.id));
	return EXIT_OK;
}

int cmd_down(struct invocation *inv)
{
	struct job_files job;
	struct job_view view;

	if (!job_find(inv, &job))
		return EXIT_ENVIRONMENT;
	job_view_read(inv, &job, true, &view);
	if (view.queue_error.len > 0) {
		complain("the queue couldn't be asked: %.*s", STR_ARG(view.queue_error));
		return EXIT_ENVIRONMENT;
	}
	if (!job_view_is_over(&view) && (view.is_alive || view.queue.is_known)) {
		if (!job_cancel(inv, &job))
			return EXIT_ENVIRONMENT;
		watch_job(inv, &job, false);
		job_view_read(inv, &job, true, &view);
		if (!job_view_is_over(&view) && (view.is_alive || view.queue.is_known)) {
			complain("job %.*s hasn't ended; its files stay", STR_ARG(job.id));
			return EXIT_ENVIRONMENT;
		}
	}
	return job_remove(inv, &job) ? EXIT_OK : EXIT_ENVIRONMENT;
}
