/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The life of a service.
 *
 *   waiting ──conditions hold──► prologue ──0──► launch ──► alive ──exit──► epilogue
 *                                   │ y≠0                     │ (spawn fails) │
 *                                   └───────────────┐         │               │
 *   launch ◄── backoff ◄── restart hooks ◄──granted─┴─ judged ◄───────────────┘
 *                                                      │  └─window cap─► window hooks ─► job fails
 *                                                      └─► over (completed, ignored, or job fails)
 *
 * A hook that a table does not name is passed over. The end of the job is in teardown.c, orders by hand in orders.c.
 */
#include "runtime/core/core_parts.h"

#include <signal.h>

void rt_set_phase(struct rt_core *core, struct rt_service *s, enum rt_phase phase)
{
	enum rt_phase before = s->phase;

	s->phase = phase;
	rt_set_timer(core, s, RT_NEVER);
	rt_phase_changed(core, s, before);
}

void rt_service_over(struct rt_core *core, struct rt_service *s)
{
	s->by_hand = RT_ORDER_NONE;
	rt_set_probe_deadline(core, s, RT_NEVER);
	rt_set_phase(core, s, RT_PH_OVER);
}

static void run_hook(struct rt_core *core, struct rt_service *s, enum rt_hook hook,
		     const char *script)
{
	s->hook_runs++;
	s->killing = false;
	struct rt_action *a = rt_act(core, RT_ACT_HOOK, s);
	a->hook = hook;
	a->text = script;
	a->status = s->status;
}

static void launch(struct rt_core *core, struct rt_service *s)
{
	rt_set_phase(core, s, RT_PH_LAUNCH);
	s->launches++;
	s->begun = s->up = s->start_failed = s->unhealthy = s->stopping = s->killing = false;
	s->probe = RT_PROBE_NONE;
	rt_act(core, RT_ACT_LAUNCH, s);
}

void rt_start(struct rt_core *core, struct rt_service *s)
{
	rt_note(core, RT_NOTE_STARTING, s);
	if (!s->def->prologue) {
		launch(core, s);
		return;
	}
	s->stopping = s->begun = s->up = false;
	s->probe = RT_PROBE_NONE;
	rt_set_phase(core, s, RT_PH_PROLOGUE);
	run_hook(core, s, RT_HOOK_PROLOGUE, s->def->prologue);
}

/* Readiness. */

static void publish(struct rt_core *core, struct rt_service *s)
{
	if (!s->def->publish || s->publishing || core->phase != RT_JOB_RUNNING)
		return;
	s->publishing = true;
	s->publishes++;
	rt_act(core, RT_ACT_PUBLISH, s);
}

void rt_unprobe(struct rt_core *core, struct rt_service *s)
{
	if (s->watched)
		rt_act(core, RT_ACT_UNWATCH, s);
	s->watched = false;
	if (s->probe != RT_PROBE_PENDING)
		return;
	if (s->def->ready.kind != RT_READY_SLEEP)
		rt_act(core, RT_ACT_UNPROBE, s);
	s->probe = RT_PROBE_NONE;
	rt_set_probe_deadline(core, s, RT_NEVER);
}

/* From ready on, or from its beginning where nothing says when it is ready. */
static void watch(struct rt_core *core, struct rt_service *s)
{
	if (s->def->live.look.kind == RT_READY_NONE)
		return;
	s->watched = true;
	s->failed_looks = 0;
	rt_act(core, RT_ACT_WATCH, s);
}

void rt_on_look(struct rt_core *core, struct rt_service *s, int status, int64_t now)
{
	if (!status) {
		if (s->failed_looks)
			rt_note(core, RT_NOTE_LOOK_PASSED, s);
		s->failed_looks = 0;
		return;
	}
	s->failed_looks++;
	rt_note(core, RT_NOTE_LOOK_FAILED, s);
	if (s->failed_looks < s->def->live.failures)
		return;
	s->unhealthy = true;
	s->probe = RT_PROBE_NONE; /* nothing may start because it was healthy once */
	rt_note(core, RT_NOTE_UNHEALTHY, s);
	rt_stop(core, s, now);
}

void rt_pass_probe(struct rt_core *core, struct rt_service *s, int64_t now)
{
	rt_unprobe(core, s);
	s->probe = RT_PROBE_PASSED;
	s->ready_at = now;
	rt_unsettle(core, s);
	rt_note(core, RT_NOTE_READY, s);
	publish(core, s);
	watch(core, s);
}

static void begin_probe(struct rt_core *core, struct rt_service *s, int64_t now)
{
	const struct rt_ready *ready = &s->def->ready;

	if (ready->kind == RT_READY_NONE) {
		watch(core, s);
		return;
	}
	s->probe = RT_PROBE_PENDING;
	rt_set_probe_deadline(core, s, now + ready->time);
	if (ready->kind != RT_READY_SLEEP)
		rt_act(core, RT_ACT_PROBE, s);
	else if (!ready->time)
		rt_pass_probe(core, s, now);
}

static bool is_awaited(const struct rt_core *core, const struct rt_service *s)
{
	if (s->def->publish)
		return true;
	for (uint32_t d = 0; d < s->def->dependent_count; d++) {
		const struct rt_service *w = &core->service[s->def->dependent[d]];

		for (uint32_t c = 0; w->phase == RT_PH_WAITING && c < w->def->condition_count; c++)
			if (w->def->condition[c].kind == RT_HEALTHY &&
			    &core->service[w->def->condition[c].service] == s)
				return true;
	}
	return false;
}

void rt_probe_clock_ran_out(struct rt_core *core, struct rt_service *s, int64_t now)
{
	if (s->def->ready.kind == RT_READY_SLEEP) {
		rt_pass_probe(core, s, now);
		return;
	}
	rt_unprobe(core, s);
	s->probe = RT_PROBE_FAILED;
	if (core->phase != RT_JOB_RUNNING || !is_awaited(core, s)) {
		rt_note(core, RT_NOTE_READY_TIMEOUT, s);
		return;
	}
	s->never_ready = true;
	rt_note(core, RT_NOTE_NEVER_READY, s);
	rt_job_fail(core, 1, now);
}

/* Exits. */

uint32_t rt_core_window_count(const struct rt_service *s, int64_t now)
{
	uint32_t count = 0;

	for (uint32_t k = 0; k < s->window_count; k++)
		count += now - s->window[(s->window_first + k) % s->window_size] < s->def->window;
	return count;
}

static void forget_old_failures(struct rt_service *s)
{
	while (s->window_count && s->exit_at - s->window[s->window_first] >= s->def->window) {
		s->window_first = (s->window_first + 1) % s->window_size;
		s->window_count--;
	}
}

static void record_failure(struct rt_service *s)
{
	s->restarts++;
	/* Full only if its cap is above RT_WINDOW_MAX: otherwise a cap was reached before. */
	if (s->window_count < s->window_size)
		s->window[(s->window_first + s->window_count++) % s->window_size] = s->exit_at;
}

static void back_off(struct rt_core *core, struct rt_service *s, int64_t now)
{
	if (s->lifetime_over) {
		s->status = 0;
		s->verdict = RT_V_COMPLETED;
	}
	if (s->lifetime_over || core->phase != RT_JOB_RUNNING) {
		rt_service_over(core, s);
		return;
	}
	if (s->by_hand) {
		rt_stopped_by_hand(core, s);
		return;
	}
	rt_set_phase(core, s, RT_PH_BACKOFF);
	rt_set_timer(core, s, now + s->def->backoff);
}

static void judge_restart(struct rt_core *core, struct rt_service *s, int64_t now)
{
	const struct rt_service_def *def = s->def;

	if (def->reset_after && s->failed_before &&
	    s->exit_at - s->last_failure >= def->reset_after)
		s->restarts = 0;
	s->failed_before = true;
	s->last_failure = s->exit_at;
	rt_dues_set(&core->silent, rt_index(core, s),
		    s->exit_at + (def->window > def->reset_after ? def->window : def->reset_after));
	if (s->restarts >= def->max_restarts) {
		rt_note(core, RT_NOTE_LIFETIME_CAP, s);
		rt_service_over(core, s);
		rt_job_fail(core, s->status, now);
	} else if (s->window_count >= def->max_in_window) {
		rt_note(core, RT_NOTE_WINDOW_CAP, s);
		if (!def->on_window.count) {
			rt_service_over(core, s);
			rt_job_fail(core, s->status, now);
			return;
		}
		rt_job_failing(core, s->status);
		rt_set_phase(core, s, RT_PH_WINDOW_HOOKS);
		s->hook_index = 0;
		run_hook(core, s, RT_HOOK_WINDOW, def->on_window.item[0]);
	} else {
		record_failure(s);
		rt_note(core, RT_NOTE_RESTARTING, s);
		if (!def->on_restart.count) {
			back_off(core, s, now);
			return;
		}
		rt_set_phase(core, s, RT_PH_RESTART_HOOKS);
		s->hook_index = 0;
		run_hook(core, s, RT_HOOK_RESTART, def->on_restart.item[0]);
	}
}

/* The status is final; what becomes of the service, and of the job? */
static void judge(struct rt_core *core, struct rt_service *s, int64_t now)
{
	s->exited = true;
	forget_old_failures(s);
	if (s->lifetime_over && s->stopping) {
		s->status = 0;
		rt_note(core, RT_NOTE_STOPPED, s);
		rt_service_over(core, s);
	} else if (core->phase != RT_JOB_RUNNING) {
		rt_note(core, s->stopping || s->status ? RT_NOTE_STOPPED : RT_NOTE_COMPLETED, s);
		rt_service_over(core, s);
	} else if (s->by_hand) {
		rt_stopped_by_hand(core, s);
	} else if (!s->status) {
		rt_note(core, RT_NOTE_COMPLETED, s);
		rt_service_over(core, s);
	} else if (s->def->policy == RT_IGNORE) {
		rt_note(core, RT_NOTE_IGNORED, s);
		rt_service_over(core, s);
	} else if (s->def->policy == RT_FAIL_JOB || s->verdict == RT_V_COMPONENT_ENDED) {
		rt_note(core, RT_NOTE_JOB_FAILS, s);
		rt_service_over(core, s);
		rt_job_fail(core, s->status, now);
	} else {
		judge_restart(core, s, now);
	}
}

void rt_on_exit(struct rt_core *core, struct rt_service *s, const struct rt_event *e, int64_t now)
{
	bool ran = s->phase == RT_PH_ALIVE;

	rt_unprobe(core, s);
	s->status = e->status;
	s->signal = e->signal;
	s->exit_at = now;
	s->verdict = e->verdict;
	s->killing = false;
	rt_note(core, RT_NOTE_EXIT, s);
	if ((s->start_failed || s->unhealthy) && !s->lifetime_over && !s->by_hand) {
		/* Whatever it, or its launcher, made of the signal that ended it. */
		s->status = 1;
		s->signal = 0;
		s->verdict = s->unhealthy ? RT_V_UNHEALTHY : RT_V_NOT_STARTED;
	} else if (s->never_ready) {
		s->verdict = RT_V_NEVER_READY;
	} else if (s->stopping) {
		s->verdict = RT_V_STOPPED;
	}
	if (!ran || !s->def->epilogue || core->bound_passed) {
		judge(core, s, now);
		return;
	}
	rt_set_phase(core, s, RT_PH_EPILOGUE);
	run_hook(core, s, RT_HOOK_EPILOGUE, s->def->epilogue);
}

/* Hooks. */

/* The prologue ended with the job, or the need for the service, already gone. */
static void end_unlaunched(struct rt_core *core, struct rt_service *s)
{
	s->skipped = !s->launched && !s->exited;
	if (s->lifetime_over && !s->skipped) {
		s->status = 0;
		s->verdict = RT_V_COMPLETED;
	}
	rt_note(core, s->skipped ? RT_NOTE_SKIPPED : RT_NOTE_STOPPED, s);
	rt_service_over(core, s);
}

static void after_prologue(struct rt_core *core, struct rt_service *s, int status, int64_t now)
{
	if (s->lifetime_over || (core->phase != RT_JOB_RUNNING && (!status || s->stopping))) {
		end_unlaunched(core, s);
		return;
	}
	if (s->by_hand) {
		rt_stopped_by_hand(core, s);
		return;
	}
	if (!status) {
		launch(core, s);
		return;
	}
	s->status = status;
	s->signal = 0;
	s->verdict = RT_V_NOT_STARTED;
	s->exit_at = now;
	rt_note(core, RT_NOTE_PROLOGUE_FAILED, s);
	judge(core, s, now);
}

static void after_epilogue(struct rt_core *core, struct rt_service *s, int status, int64_t now)
{
	if (status) {
		rt_note(core, RT_NOTE_EPILOGUE_FAILED, s)->status = status;
		if (!s->status) {
			s->status = status;
			s->verdict = s->stopping ? RT_V_STOPPED : RT_V_APP_EXIT;
		}
	}
	judge(core, s, now);
}

static void after_policy_hook(struct rt_core *core, struct rt_service *s, int status, int64_t now)
{
	bool restart = s->phase == RT_PH_RESTART_HOOKS;
	const struct rt_list *hooks = restart ? &s->def->on_restart : &s->def->on_window;

	if (status)
		rt_note(core, RT_NOTE_HOOK_FAILED, s)->status = status;
	if (++s->hook_index < hooks->count && !core->bound_passed) {
		run_hook(core, s, restart ? RT_HOOK_RESTART : RT_HOOK_WINDOW,
			 hooks->item[s->hook_index]);
	} else if (restart) {
		back_off(core, s, now);
	} else {
		rt_service_over(core, s);
		rt_job_fail(core, core->status, now);
	}
}

void rt_on_hook(struct rt_core *core, struct rt_service *s, int status, int64_t now)
{
	switch (s->phase) {
	case RT_PH_PROLOGUE:
		after_prologue(core, s, status, now);
		break;
	case RT_PH_EPILOGUE:
		after_epilogue(core, s, status, now);
		break;
	case RT_PH_RESTART_HOOKS:
	case RT_PH_WINDOW_HOOKS:
		after_policy_hook(core, s, status, now);
		break;
	case RT_PH_WAITING:
	case RT_PH_LAUNCH:
	case RT_PH_ALIVE:
	case RT_PH_BACKOFF:
	case RT_PH_OVER:
		break;
	}
}

/* Where a step shim runs inside, its mark tells when the command begins; else the launch has to do.
 */
static void await_begin(struct rt_core *core, struct rt_service *s, int64_t now)
{
	if (s->def->ready.kind == RT_READY_NONE)
		publish(core, s);
	if (!s->def->tasks)
		begin_probe(core, s, now);
	else if (s->def->start_timeout)
		rt_set_timer(core, s, now + s->def->start_timeout);
}

void rt_on_launched(struct rt_core *core, struct rt_service *s, int64_t now)
{
	rt_set_phase(core, s, RT_PH_ALIVE);
	if (!s->launched)
		s->first_launch = now;
	s->launched = true;
	s->launch_at = now;
	rt_note(core, RT_NOTE_LAUNCHED, s);
	if (s->killing)
		rt_kill(core, s, now);
	else if (s->lifetime_over || (s->by_hand && core->phase == RT_JOB_RUNNING))
		rt_stop(core, s, now);
	else if (core->phase == RT_JOB_RUNNING)
		await_begin(core, s, now);
}

void rt_on_begun(struct rt_core *core, struct rt_service *s, int64_t now)
{
	s->begun = true;
	if (core->phase == RT_JOB_RUNNING && !s->stopping && !s->killing && s->def->tasks)
		begin_probe(core, s, now);
}

void rt_on_up(struct rt_core *core, struct rt_service *s, int64_t now)
{
	if (!s->begun)
		rt_on_begun(core, s, now);
	s->up = true;
	if (!s->stopping && !s->killing)
		rt_set_timer(core, s, RT_NEVER);
	rt_note(core, RT_NOTE_UP, s);
}

void rt_start_clock_ran_out(struct rt_core *core, struct rt_service *s, int64_t now)
{
	s->start_failed = true;
	rt_note(core, RT_NOTE_START_TIMEOUT, s);
	rt_stop(core, s, now);
}

void rt_give_up(struct rt_core *core, struct rt_service *s, int64_t now)
{
	bool process = s->phase == RT_PH_ALIVE || s->phase == RT_PH_LAUNCH;

	if (process) {
		s->status = 128 + SIGKILL;
		s->signal = SIGKILL;
		s->verdict = RT_V_LOST;
		s->exit_at = now;
		s->exited = true;
	}
	rt_unprobe(core, s);
	rt_note(core, RT_NOTE_LOST, s);
	if (process && s->lifetime_over && s->stopping)
		s->status = 0;
	rt_service_over(core, s);
}
