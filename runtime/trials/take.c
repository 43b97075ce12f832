/* SPDX-License-Identifier: Apache-2.0 */
/* What peers, hook and signals tell the schedule. */
#include "runtime/files.h"
#include "runtime/trials/runner.h"

void rt_runner_take(struct rt_runner *r, const struct rt_trials_event *event)
{
	rt_trials_take(&r->trials, event, r->now);
}

void rt_runner_stop(struct rt_runner *r, int signal)
{
	const struct rt_trials_event e = {.kind = RT_TRIALS_STOP};

	if (r->stop_signal)
		return;
	r->stop_signal = signal;
	rt_say("stopping: trials that run are asked to end, the others are left for the next job");
	rt_runner_take(r, &e);
}
