/* SPDX-License-Identifier: Apache-2.0 */
/* Slurm is asked rarely; the job's own files are looked at often, since that costs nobody anything. */
#include "driver/screen/asking.h"

#include "driver/system.h"

enum {
	QUEUE_S_PENDING = 5, /* between two questions to the queue */
	QUEUE_S_RUNNING = 15,
	QUEUE_S_SILENT = 60, /* at most, while it doesn't answer */
	MAX_MISSING = 3,     /* answers that don't know a job, before it counts as gone */
	MAX_SILENT = 2,      /* questions without an answer, when the job says that it has ended */
};

bool asking_is_due(const struct asking *asking)
{
	return clock_ns() >= asking->next;
}

/* A controller that is down says nothing about the job. */
static void note(struct asking *asking, const struct job_view *views, uint32_t n)
{
	struct str error = STR("");

	for (uint32_t i = 0; i < n; i++)
		if (views[i].queue_error.len > 0)
			error = views[i].queue_error;
	if (error.len > 0 && asking->silent++ == 0)
		complain("Slurm doesn't answer: %.*s; it is asked again, and the job goes on",
			 STR_ARG(error));
	if (error.len == 0 && asking->silent > 0) {
		asking->silent = 0;
		complain("Slurm answers again");
	}
}

static bool all_have_ended(const struct job_view *views, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (!state_is_over(views[i].state))
			return false;
	return true;
}

/* All are over, or nobody knows them any more. */
static bool is_past(struct asking *asking, const struct job_view *views, uint32_t n)
{
	bool is_missing = false;

	if (asking->silent > 0)
		return asking->silent > MAX_SILENT && all_have_ended(views, n);
	if (!job_views_are_over(views, n))
		return false;
	for (uint32_t i = 0; i < n; i++)
		is_missing =
			is_missing || (views[i].queue.is_forgotten && !views[i].queue.is_known &&
				       !state_is_over(views[i].state));
	/* A queue that doesn't know a job just submitted may be slow to show it. */
	return !is_missing || ++asking->missing >= MAX_MISSING;
}

/* Nanoseconds until the queue is asked again; soon when the job says that it has ended. */
static uint64_t pause_of(const struct asking *asking, const struct job_view *views, uint32_t n,
			 bool is_running)
{
	unsigned seconds = is_running ? QUEUE_S_RUNNING : QUEUE_S_PENDING;

	if (asking->silent > 0)
		seconds = asking->silent < 4 ? QUEUE_S_PENDING << asking->silent : QUEUE_S_SILENT;
	if (asking->missing > 0 || all_have_ended(views, n))
		seconds = 1;
	return seconds * UINT64_C(1000000000);
}

bool asking_take(struct asking *asking, const struct job_view *views, uint32_t n, bool has_asked,
		 bool is_running)
{
	bool is_local = views[0].job->is_local;

	if (has_asked && !is_local)
		note(asking, views, n);
	bool is_over = (has_asked || is_local) && is_past(asking, views, n);
	uint64_t next = clock_ns() + pause_of(asking, views, n, is_running);

	if (has_asked || next < asking->next)
		asking->next = next;
	return is_over;
}
