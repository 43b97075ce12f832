/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The batch script's process gets URG, which nobody but the owner of a job can send: of a local job at once, of
 * one under Slurm by scancel. It is told to the supervisor, which asks the steps and writes their answers,
 * with the time, into the state (docs/wire.md). To a script that knows nothing of it URG does nothing.
 */
#include "driver/jobs/known.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>

#include "driver/cluster/slurm.h"
#include "driver/jobs/job_process.h"
#include "driver/json.h"

enum {
	LOOK_MS = 20,
	LOOKS = 100,
	ASKED_MAX = 64 /* elements of an array at a time */
};

static bool can_tell(const struct job_view *view)
{
	if (job_view_is_over(view) || !json_object_get(view->state, "measured_at") ||
	    !str_eq_c(json_str(view->state, "status"), "RUNNING"))
		return false;
	return view->job->is_local || str_eq_c(view->queue.state, "RUNNING");
}

/* How many were asked; which, a flag each. */
static uint32_t ask(struct invocation *inv, const struct known_job *one, bool *is_asked)
{
	const char *argv[ASKED_MAX + 5] = {"scancel", "--batch", "--signal=URG"};
	uint32_t words = 3, asked = 0;
	const char *option = slurm_cluster_option(inv, one->job.cluster);
	if (option)
		argv[words++] = option;
	uint32_t first = words;
	for (uint32_t i = 0; i < one->parts.list.n; i++) {
		const struct job_view *view = &one->views[i];

		is_asked[i] = can_tell(view) && words - first < ASKED_MAX &&
			      (!view->job->is_local || local_job_signal(view->job, SIGURG));
		asked += is_asked[i];
		if (is_asked[i] && !view->job->is_local)
			argv[words++] = str_to_c(inv->arena, view->job->id);
	}
	struct child_end end;
	struct str why;
	return words > first && !slurm_call(inv, argv, &end, &why) ? 0 : asked;
}

/* Its state has another answer than before. */
static bool has_told(struct invocation *inv, struct job_view *view)
{
	struct str why;
	json_t *state = job_state(inv, view->job, &why);

	if (!state ||
	    str_eq(json_str(state, "measured_at"), json_str(view->state, "measured_at"))) {
		json_decref(state);
		return false;
	}
	json_decref(view->state);
	view->state = state;
	return true;
}

void job_measure(struct invocation *inv, struct known_job *one)
{
	bool *is_asked = ARENA_ARRAY(inv->arena, one->parts.list.n, bool);
	uint32_t left = ask(inv, one, is_asked);
	struct arena scratch, *lasting = inv->arena;

	for (unsigned look = 0; left && look < LOOKS; look++) {
		poll(NULL, 0, LOOK_MS);
		arena_init(&scratch);
		inv->arena = &scratch;
		for (uint32_t i = 0; i < one->parts.list.n; i++)
			if (is_asked[i] && has_told(inv, &one->views[i])) {
				is_asked[i] = false;
				left--;
			}
		inv->arena = lasting;
		arena_free(&scratch);
	}
}
