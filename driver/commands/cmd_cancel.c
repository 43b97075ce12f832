/* SPDX-License-Identifier: Apache-2.0 */
/* hpcc cancel: jobs are asked to end (driver/jobs/cancel.h). hpcc down: the same, then their files go. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "driver/jobs/cancel.h"
#include "driver/commands/cmd.h"
#include "driver/interrupt.h"
#include "driver/jobs/elements.h"
#include "driver/jobs/job_process.h"
#include "driver/jobs/remove.h"
#include "driver/jobs/status.h"
#include "driver/screen/ask.h"
#include "driver/story/pulse.h"

int cmd_cancel(struct invocation *inv)
{
	struct job_files job;
	struct job_list parts;
	uint32_t n;

	if (!job_find(inv, &job) || !job_parts(inv, &job, &parts) || !jobs_cancel(inv, &parts, &n))
		return EXIT_ENVIRONMENT;
	struct str id = job_meant(inv->arena, &job);
	if (n == 0)
		printf("job %.*s has ended already\n", STR_ARG(id));
	else
		printf("job %.*s is asked to end; 'hpcc watch %.*s' shows how it does\n",
		       STR_ARG(id), STR_ARG(id));
	return EXIT_OK;
}

/* Asked once more, since what watching saw last may be old. False after a message. */
static bool are_over(struct invocation *inv, const struct job_files *job,
		     const struct job_list *parts)
{
	struct job_view *views = ARENA_ARRAY(inv->arena, parts->list.n, struct job_view);
	struct str error = STR("");

	job_views_read(inv, parts, true, views);
	bool is_over = job_views_are_over(views, parts->list.n);
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

/* Quietly, until the job is over or a signal comes: one line tells in the end what was done. */
static void wait_for_end(struct invocation *inv, const struct job_files *job,
			 const struct job_list *parts)
{
	struct pulse pulse;

	pulse_begin(&pulse, inv, job, parts);
	while (pulse_beats(&pulse) && !pulse_look(&pulse))
		pulse_wait(&pulse, 0);
}

/* "cancel job 4711 'train' and remove its folder /home/me/.hpc-compose/4711" */
static struct str down_text(struct arena *a, const struct job_files *job)
{
	struct str name = json_str(job->record, "name");

	if (job->task.len > 0)
		return str_fmt(a,
			       "cancel elements %.*s of job %.*s '%.*s' and remove their folders",
			       STR_ARG(job->task), STR_ARG(job->id), STR_ARG(name));
	return str_fmt(a, "cancel job %.*s '%.*s' and remove its folder %.*s", STR_ARG(job->id),
		       STR_ARG(name), STR_ARG(job->root));
}

int cmd_down(struct invocation *inv)
{
	struct job_files job;
	struct job_list parts;

	if (!job_find(inv, &job) || !job_parts(inv, &job, &parts))
		return EXIT_ENVIRONMENT;
	int status;
	if (!may_remove(inv, down_text(inv->arena, &job), &status))
		return status;
	uint32_t n;
	if (!jobs_cancel(inv, &parts, &n))
		return EXIT_ENVIRONMENT;
	if (n > 0)
		wait_for_end(inv, &job, &parts);
	int number = interrupt_take();
	if (number == 0 && !are_over(inv, &job, &parts))
		return EXIT_ENVIRONMENT;
	if (number != 0) {
		complain("job %.*s is asked to end; its files stay, 'hpcc down %.*s' removes them",
			 STR_ARG(job_meant(inv->arena, &job)),
			 STR_ARG(job_meant(inv->arena, &job)));
		return 128 + number;
	}
	struct removed removed = {0};
	bool ok = job_remove(inv, &job, &parts, &removed);
	if (removed.ids.n > 0) {
		removed_print(inv->arena, n > 0 ? "ended and removed" : "removed", &removed);
		putchar('\n');
	}
	return ok ? EXIT_OK : EXIT_ENVIRONMENT;
}
