/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The end of the job. Once its status is decided nothing starts any more; the
 * living services are stopped, dependents before what they depend on, and all of
 * it has one bound:
 *
 *	decided ─(window hooks)─► teardown ──────────────► kill_at ──────► bound
 *	                          stop, grace, KILL …      KILL to all     KILL to hooks
 *
 * A service's grace is cut in proportion when it and those that have to be
 * stopped after it would not fit into what is left of the bound; so a stubborn
 * service never eats the share of the ones below it.
 */
#include "runtime/core/core_parts.h"

#include <signal.h>

/* Time kept at the end of the bound for the epilogues of services that had to be killed. */
static int64_t epilogue_reserve(const struct rt_table *table)
{
	for (uint32_t i = 0; i < table->count; i++)
		if (table->service[i].epilogue)
			return table->grace / 5 < 2 * RT_SECOND ? table->grace / 5 : 2 * RT_SECOND;
	return 0;
}

void rt_skip(struct rt_core *core, struct rt_service *s)
{
	s->skipped = true;
	rt_note(core, RT_NOTE_SKIPPED, s);
	rt_service_over(core, s);
}

/* What has not got a process, and now never will. */
static void give_up_starts(struct rt_core *core)
{
	for (uint32_t i = 0; i < core->table->count; i++) {
		struct rt_service *s = &core->service[i];

		rt_unprobe(core, s);
		if (s->phase == RT_PH_WAITING) {
			rt_skip(core, s);
		} else if (s->phase == RT_PH_BACKOFF) {
			rt_service_over(core, s);
		} else if (s->phase == RT_PH_ALIVE && !s->stopping) {
			rt_set_timer(
				core, s,
				RT_NEVER); /* whether it begins in time is no question any more */
		}
	}
}

static void stop_hook(struct rt_core *core, struct rt_service *s, int number)
{
	rt_act(core, RT_ACT_HOOK_STOP, s)->signal = number;
}

void rt_job_failing(struct rt_core *core, int status)
{
	core->phase = RT_JOB_FAILING;
	core->status = status;
	give_up_starts(core);
	rt_release_held(core);
}

void rt_job_fail(struct rt_core *core, int status, int64_t now)
{
	if (core->phase == RT_JOB_TEARDOWN || core->phase == RT_JOB_OVER)
		return;
	if (core->phase == RT_JOB_RUNNING) {
		core->status = status;
		give_up_starts(core);
	}
	core->phase = RT_JOB_TEARDOWN;
	core->bound = now + core->table->grace;
	core->kill_at = core->bound - epilogue_reserve(core->table);
	core->settled = false;
	rt_release_held(core);
	for (uint32_t i = 0; i < core->table->count; i++)
		rt_set_add(&core->stoppable, i);
	rt_note(core, RT_NOTE_TEARDOWN, NULL);
	for (uint32_t i = 0; i < core->table->count; i++) {
		struct rt_service *s = &core->service[i];

		if (s->publishing)
			rt_act(core, RT_ACT_PUBLISH_STOP, s)->signal = SIGTERM;
		if (s->phase != RT_PH_PROLOGUE || s->stopping)
			continue;
		s->stopping = true;
		stop_hook(core, s, SIGTERM);
	}
}

/* The longest sum of graces below each service: what has to be stopped after it, one by one. */
static void measure_below(struct rt_core *core)
{
	core->below_is_old = false;
	for (uint32_t k = 0; k < core->table->count; k++) {
		uint32_t i = core->table->order[k];
		const struct rt_service_def *def = core->service[i].def;

		core->below[i] = 0;
		for (uint32_t c = 0; c < def->condition_count; c++) {
			uint32_t d = def->condition[c].service;
			int64_t sum = core->below[d];

			if (core->service[d].phase != RT_PH_OVER && sum < RT_NEVER / 4)
				sum += core->service[d].def->stop_grace;
			if (sum > core->below[i])
				core->below[i] = sum;
		}
	}
}

static int64_t share_of_bound(struct rt_core *core, const struct rt_service *s, int64_t now)
{
	int64_t grace = s->def->stop_grace, left = core->kill_at - now;

	if (core->phase != RT_JOB_TEARDOWN)
		return grace;
	if (core->below_is_old)
		measure_below(core);
	int64_t below = core->below[rt_index(core, s)];
	if (grace <= left - below)
		return grace;
	if (left <= 0)
		return 0;
	return (int64_t)((double)left * ((double)grace / ((double)grace + (double)below)));
}

void rt_stop(struct rt_core *core, struct rt_service *s, int64_t now)
{
	if (s->phase != RT_PH_ALIVE || s->stopping)
		return;
	rt_unprobe(core, s);
	s->stopping = true;
	rt_set_timer(core, s, now + share_of_bound(core, s, now));
	rt_note(core, RT_NOTE_STOPPING, s)->signal = s->def->stop_signal;
	rt_act(core, RT_ACT_SIGNAL, s)->signal = s->def->stop_signal;
}

void rt_kill_prologue(struct rt_core *core, struct rt_service *s)
{
	rt_set_timer(core, s, RT_NEVER);
	stop_hook(core, s, SIGKILL);
}

void rt_kill(struct rt_core *core, struct rt_service *s, int64_t now)
{
	rt_unprobe(core, s);
	s->stopping = s->killing = true;
	rt_set_timer(core, s, now + RT_LOST_AFTER);
	rt_note(core, RT_NOTE_KILLING, s);
	rt_act(core, RT_ACT_KILL, s);
}

void rt_lifetimes_settle(struct rt_core *core, int64_t now)
{
	struct rt_set *freed = &core->looked_at;

	rt_set_move(freed, &core->freed);
	for (uint32_t i = rt_set_next(freed, 0); i != UINT32_MAX; i = rt_set_next(freed, i + 1)) {
		struct rt_service *s = &core->service[i];

		if (!s->def->lifetime_dependents || s->lifetime_over || s->phase == RT_PH_OVER)
			continue;
		s->lifetime_over = true;
		rt_note(core, RT_NOTE_DEPENDENTS_DONE, s);
		if (s->phase == RT_PH_ALIVE) {
			rt_stop(core, s, now);
		} else if (s->phase == RT_PH_PROLOGUE) {
			s->stopping = true;
			stop_hook(core, s, SIGTERM);
		} else if (s->phase == RT_PH_BACKOFF) {
			s->status = 0;
			s->verdict = RT_V_COMPLETED;
			rt_service_over(core, s);
		}
	}
}

static void end_if_done(struct rt_core *core)
{
	if (core->open || (core->kept_open && core->phase == RT_JOB_RUNNING))
		return;
	for (uint32_t i = 0; i < core->table->count; i++)
		if (core->service[i].publishing)
			return;
	core->phase = RT_JOB_OVER;
	rt_act(core, RT_ACT_END, NULL)->status = core->status;
}

void rt_teardown_settle(struct rt_core *core, int64_t now)
{
	struct rt_set *stoppable = &core->stoppable;

	if (core->phase == RT_JOB_TEARDOWN)
		for (uint32_t k = rt_set_before(stoppable, core->table->count); k != UINT32_MAX;
		     k = rt_set_before(stoppable, k)) {
			uint32_t i = core->table->order[k];

			rt_set_remove(stoppable, k);
			if (!core->needed_by[i])
				rt_stop(core, &core->service[i], now);
		}
	end_if_done(core);
}

void rt_teardown_tick(struct rt_core *core, int64_t now)
{
	if (core->phase != RT_JOB_TEARDOWN)
		return;
	if (!core->kill_passed && core->kill_at <= now) {
		core->kill_passed = true;
		for (uint32_t i = 0; i < core->table->count; i++) {
			struct rt_service *s = &core->service[i];

			if ((s->phase == RT_PH_ALIVE || s->phase == RT_PH_LAUNCH) && !s->killing)
				rt_kill(core, s, now);
		}
	}
	if (core->bound_passed || core->bound > now)
		return;
	core->bound_passed = true;
	for (uint32_t i = 0; i < core->table->count; i++) {
		struct rt_service *s = &core->service[i];

		if (s->publishing)
			rt_act(core, RT_ACT_PUBLISH_STOP, s)->signal = SIGKILL;
		s->publishing = false;
		if (s->phase != RT_PH_PROLOGUE && s->phase != RT_PH_EPILOGUE &&
		    s->phase != RT_PH_RESTART_HOOKS && s->phase != RT_PH_WINDOW_HOOKS)
			continue;
		s->killing = true;
		rt_set_timer(core, s, now + RT_LOST_AFTER);
		stop_hook(core, s, SIGKILL);
	}
	core->settled = false;
}
