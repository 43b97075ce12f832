/* SPDX-License-Identifier: Apache-2.0 */
/* Reads what a tale is made of from the files of a job. */
#include <errno.h>
#include <time.h>

#include "driver/jobs/status.h"
#include "driver/story/submitted.h"
#include "driver/tale/tale.h"

static double wall_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

bool tale_read(struct invocation *inv, const struct job_view *view, struct tale *t, struct str *why)
{
	struct arena *a = inv->arena;
	struct tale_source *source = ARENA_NEW(a, struct tale_source);

	*source = (struct tale_source){
		.record = view->job->record,
		.state = view->state,
		.id = view->job->id,
		.word = job_view_word(view),
		.is_over = job_view_is_over(view),
		.now = wall_now(),
		.script = submitted_script(a, view->job),
	};
	tale_open(t, a, source);
	bool is_read = history_read(inv, view->job, tale_take, t, why);
	bool is_missing = !is_read && errno == ENOENT;
	tale_close(t);
	/* A job whose services never began has no events; its state says so, if the job has begun. */
	if (is_missing && !view->state)
		*why = str_fmt(a, "it is %.*s, and has written nothing", STR_ARG(source->word));
	return is_read || (is_missing && view->state);
}
