/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The batch script's process gets URG, which nobody but the owner of a job can send: of a local job at once, of
 * one under Slurm by scancel. It is told to the supervisor, which asks the steps and writes their answers,
 * with the time, into the state (docs/wire.md). To a script that knows nothing of it URG does nothing.
 */
#include "driver/jobs/known.h"

#include <poll.h>

#include "driver/json.h"
#include "driver/orders/orders.h"

enum {
	LOOK_MS = 20,
	LOOKS = 100
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
	uint32_t most = one->parts.list.n, n = 0, asked = 0;
	const struct job_view **views = ARENA_ARRAY(inv->arena, most, const struct job_view *);
	uint32_t *which = ARENA_ARRAY(inv->arena, most, uint32_t);
	bool *is_told = ARENA_ARRAY(inv->arena, most, bool);

	for (uint32_t i = 0; i < most; i++) {
		if (!can_tell(&one->views[i]))
			continue;
		which[n] = i;
		views[n++] = &one->views[i];
	}
	jobs_nudge(inv, views, n, is_told);
	for (uint32_t k = 0; k < n; k++) {
		is_asked[which[k]] = is_told[k];
		asked += is_told[k];
	}
	return asked;
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

void job_measure_ask(struct invocation *inv, const struct known_job *one)
{
	ask(inv, one, ARENA_ARRAY(inv->arena, one->parts.list.n, bool));
}
