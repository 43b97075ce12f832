/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The frame of the pure core: set-up, the dispatch of events, start conditions,
 * timers. What an event does to a service is in life.c, how the job ends in
 * teardown.c.
 */
#include "runtime/core/core_parts.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum {
	ACTIONS_PER_SERVICE = 12,
	ACTIONS_PER_JOB = 16
};

void rt_core_init(struct rt_core *core, const struct rt_table *table, struct rt_pool *pool)
{
	memset(core, 0, sizeof(*core));
	core->table = table;
	core->service = rt_pool_array(pool, table->count, sizeof(*core->service));
	core->below = rt_pool_array(pool, table->count, sizeof(*core->below));
	core->action_room = ACTIONS_PER_SERVICE * table->count + ACTIONS_PER_JOB;
	core->action = rt_pool_array(pool, core->action_room, sizeof(*core->action));
	core->bound = core->kill_at = RT_NEVER;
	core->below_is_old = true;
	rt_needs_init(core, pool);
	for (uint32_t i = 0; i < table->count; i++) {
		struct rt_service *s = &core->service[i];
		uint32_t cap = table->service[i].max_in_window;

		s->def = &table->service[i];
		s->probe_deadline = s->timer = RT_NEVER;
		/* The window never holds more than its cap, nor more than what was granted. */
		if (cap > s->def->max_restarts && !s->def->reset_after)
			cap = s->def->max_restarts;
		s->window_size = cap <= RT_WINDOW_MAX ? cap : 0;
		s->window = rt_pool_array(pool, s->window_size, sizeof(*s->window));
	}
}

uint32_t rt_index(const struct rt_core *core, const struct rt_service *s)
{
	return (uint32_t)(s - core->service);
}

struct rt_action *rt_act(struct rt_core *core, enum rt_action_kind kind, struct rt_service *s)
{
	if (core->action_count == core->action_room)
		abort(); /* a service did more in one step than its life allows: a mistake here */
	struct rt_action *a = &core->action[core->action_count++];
	*a = (struct rt_action){.kind = kind};
	if (!s)
		return a;
	a->service = rt_index(core, s);
	a->run = s->launches;
	if (kind == RT_ACT_HOOK || kind == RT_ACT_HOOK_STOP)
		a->run = s->hook_runs;
	if (kind == RT_ACT_PUBLISH || kind == RT_ACT_PUBLISH_STOP)
		a->run = s->publishes;
	return a;
}

/* The public state that a note leads to; it is taken while the core is still on its way there. */
static enum rt_state state_after(enum rt_note note, const struct rt_service *s)
{
	switch (note) {
	case RT_NOTE_STARTING:
		return RT_STARTING;
	case RT_NOTE_RESTARTING:
		return RT_BACKOFF;
	case RT_NOTE_SKIPPED:
		return RT_SKIPPED;
	case RT_NOTE_EXIT:
	case RT_NOTE_COMPLETED:
	case RT_NOTE_IGNORED:
	case RT_NOTE_LIFETIME_CAP:
	case RT_NOTE_WINDOW_CAP:
	case RT_NOTE_JOB_FAILS:
	case RT_NOTE_STOPPED:
	case RT_NOTE_LOST:
	case RT_NOTE_HELD:
		return RT_EXITED;
	case RT_NOTE_LAUNCHED:
	case RT_NOTE_STEP_REFUSED:
	case RT_NOTE_UP:
	case RT_NOTE_START_TIMEOUT:
	case RT_NOTE_READY:
	case RT_NOTE_READY_TIMEOUT:
	case RT_NOTE_LOOK_FAILED:
	case RT_NOTE_LOOK_PASSED:
	case RT_NOTE_UNHEALTHY:
	case RT_NOTE_PROLOGUE_FAILED:
	case RT_NOTE_EPILOGUE_FAILED:
	case RT_NOTE_HOOK_FAILED:
	case RT_NOTE_NEVER_READY:
	case RT_NOTE_CONDITION_BROKEN:
	case RT_NOTE_PUBLISH_FAILED:
	case RT_NOTE_DEPENDENTS_DONE:
	case RT_NOTE_STOPPING:
	case RT_NOTE_KILLING:
	case RT_NOTE_RESTART_BY_HAND:
	case RT_NOTE_START_BY_HAND:
	case RT_NOTE_STOP_BY_HAND:
	case RT_NOTE_SIGNAL_BY_HAND:
	case RT_NOTE_SHUTDOWN:
	case RT_NOTE_TEARDOWN:
		break;
	}
	return rt_core_state(s);
}

struct rt_action *rt_note(struct rt_core *core, enum rt_note note, struct rt_service *s)
{
	struct rt_action *a = rt_act(core, RT_ACT_NOTE, s);

	a->note = note;
	a->status = s ? s->status : core->status;
	a->signal = s ? s->signal : 0;
	a->run += note == RT_NOTE_STARTING; /* it speaks of the launch that comes */
	if (!s)
		return a;
	a->state = state_after(note, s);
	a->restarts = s->restarts;
	a->failed_looks = s->failed_looks;
	a->window_count = s->window_count;
	return a;
}

/* Start conditions. */

static enum rt_claim check_condition(const struct rt_core *core, const struct rt_condition *c)
{
	const struct rt_service *d = &core->service[c->service];
	bool over = d->phase == RT_PH_OVER, passed = d->probe == RT_PROBE_PASSED;

	if (d->held)
		return RT_CLAIM_OPEN; /* it may be started again */

	switch (c->kind) {
	case RT_STARTED:
		if (d->phase == RT_PH_ALIVE)
			return RT_CLAIM_HOLDS;
		break;
	case RT_HEALTHY:
		if (d->phase == RT_PH_ALIVE && passed)
			return RT_CLAIM_HOLDS;
		if (d->probe == RT_PROBE_FAILED || (over && !passed))
			return RT_CLAIM_BROKEN;
		break;
	case RT_COMPLETED:
		break;
	}
	if (!over)
		return RT_CLAIM_OPEN;
	return d->status ? RT_CLAIM_BROKEN : RT_CLAIM_HOLDS;
}

bool rt_core_holds(const struct rt_core *core, const struct rt_condition *condition)
{
	return check_condition(core, condition) == RT_CLAIM_HOLDS;
}

static void fail_for_condition(struct rt_core *core, struct rt_service *s,
			       const struct rt_condition *c, int64_t now)
{
	const struct rt_service *d = &core->service[c->service];
	int status = d->phase == RT_PH_OVER && d->status ? d->status : 1;

	rt_note(core, RT_NOTE_CONDITION_BROKEN, s)->other = c->service;
	rt_job_fail(core, status, now);
}

/* Whether a service may start; RT_CLAIM_BROKEN: never, because of *broken. */
enum rt_claim rt_check_conditions(const struct rt_core *core, const struct rt_service *s,
				  const struct rt_condition **broken)
{
	enum rt_claim all = RT_CLAIM_HOLDS;

	for (uint32_t c = 0; c < s->def->condition_count; c++) {
		enum rt_claim claim = check_condition(core, &s->def->condition[c]);

		*broken = &s->def->condition[c];
		if (claim == RT_CLAIM_BROKEN)
			return claim;
		all = claim == RT_CLAIM_OPEN ? claim : all;
	}
	return all;
}

/* Looks at the waiting services: first whether one can never start, then who may start. */
static void settle_conditions(struct rt_core *core, int64_t now)
{
	struct rt_set *starts = &core->looked_at;

	rt_set_move(starts, &core->unsure);
	for (uint32_t i = rt_set_next(starts, 0); i != UINT32_MAX; i = rt_set_next(starts, i + 1)) {
		struct rt_service *s = &core->service[i];
		const struct rt_condition *broken = NULL;
		enum rt_claim claim = s->phase == RT_PH_WAITING
					      ? rt_check_conditions(core, s, &broken)
					      : RT_CLAIM_OPEN;

		if (claim == RT_CLAIM_BROKEN) {
			fail_for_condition(core, s, broken, now);
			return;
		}
		if (claim != RT_CLAIM_HOLDS)
			rt_set_remove(starts, i);
	}
	for (uint32_t i = rt_set_next(starts, 0); i != UINT32_MAX; i = rt_set_next(starts, i + 1))
		rt_start(core, &core->service[i]);
}

/* Time. */

int64_t rt_core_deadline(const struct rt_core *core)
{
	int64_t first = rt_dues_first(&core->dues);

	if (core->phase == RT_JOB_OVER)
		return RT_NEVER;
	if (core->phase == RT_JOB_TEARDOWN && !core->kill_passed && core->kill_at < first)
		first = core->kill_at;
	if (core->phase == RT_JOB_TEARDOWN && !core->bound_passed && core->bound < first)
		first = core->bound;
	return first;
}

int64_t rt_core_silent_deadline(struct rt_core *core, int64_t now)
{
	struct rt_dues *d = &core->silent;

	for (uint32_t i = rt_dues_next(d, 0, now); i < d->count; i = rt_dues_next(d, i, now))
		rt_dues_set(d, i, RT_NEVER);
	return rt_dues_first(d);
}

static void service_tick(struct rt_core *core, struct rt_service *s, int64_t now)
{
	if (s->probe == RT_PROBE_PENDING && s->probe_deadline <= now)
		rt_probe_clock_ran_out(core, s, now);
	if (s->timer > now)
		return;
	if (s->phase == RT_PH_BACKOFF)
		rt_start(core, s);
	else if (s->killing)
		rt_give_up(core, s, now);
	else if (s->phase == RT_PH_PROLOGUE)
		rt_kill_prologue(core, s);
	else if (s->stopping)
		rt_kill(core, s, now);
	else if (s->phase == RT_PH_ALIVE)
		rt_start_clock_ran_out(core, s, now);
}

static void on_tick(struct rt_core *core, int64_t now)
{
	struct rt_dues *d = &core->dues;

	for (uint32_t i = rt_dues_next(d, 0, now); i < d->count; i = rt_dues_next(d, i + 1, now))
		service_tick(core, &core->service[i], now);
	rt_teardown_tick(core, now);
}

static void settle(struct rt_core *core, int64_t now)
{
	while (!core->settled && core->phase != RT_JOB_OVER) {
		core->settled = true;
		if (core->phase == RT_JOB_RUNNING)
			settle_conditions(core, now);
		if (core->phase == RT_JOB_RUNNING) {
			rt_held_settle(core);
			rt_lifetimes_settle(core, now);
		}
		rt_teardown_settle(core, now);
	}
}

static void on_service_event(struct rt_core *core, struct rt_service *s, const struct rt_event *e,
			     int64_t now)
{
	bool present = e->run == s->launches;

	if (e->kind == RT_EV_LAUNCHED && present && s->phase == RT_PH_LAUNCH) {
		rt_on_launched(core, s, now);
	} else if (e->kind == RT_EV_BEGUN && present && s->phase == RT_PH_ALIVE && !s->begun) {
		rt_on_begun(core, s, now);
	} else if (e->kind == RT_EV_UP && present && s->phase == RT_PH_ALIVE && !s->up) {
		rt_on_up(core, s, now);
	} else if (e->kind == RT_EV_READY && present && s->probe == RT_PROBE_PENDING) {
		rt_pass_probe(core, s, now);
	} else if (e->kind == RT_EV_LOOK && present && s->watched) {
		rt_on_look(core, s, e->status, now);
	} else if (e->kind == RT_EV_EXIT && present &&
		   (s->phase == RT_PH_ALIVE || s->phase == RT_PH_LAUNCH)) {
		rt_on_exit(core, s, e, now);
	} else if (e->kind == RT_EV_HOOK && e->run == s->hook_runs) {
		rt_on_hook(core, s, e->status, now);
	} else if (e->kind == RT_EV_PUBLISHED && s->publishing && e->run == s->publishes) {
		s->publishing = false;
		core->settled = false;
		if (!e->status || core->phase != RT_JOB_RUNNING)
			return;
		rt_note(core, RT_NOTE_PUBLISH_FAILED, s)->status = e->status;
		rt_job_fail(core, e->status, now);
	}
}

static void on_shutdown(struct rt_core *core, int number, int64_t now)
{
	rt_note(core, RT_NOTE_SHUTDOWN, NULL)->signal = number;
	if (core->phase == RT_JOB_RUNNING) {
		core->shutdown = number;
		rt_job_fail(core, 128 + number, now);
		return;
	}
	/* Slurm signals steps and script at once: a service that died of it may be seen first. */
	if (core->status == 128 + number)
		core->shutdown = number;
	rt_job_fail(core, core->status, now);
}

static void on_relay(struct rt_core *core, int number)
{
	for (uint32_t i = 0; i < core->table->count; i++)
		if (core->service[i].phase == RT_PH_ALIVE && !core->service[i].stopping)
			rt_act(core, RT_ACT_SIGNAL, &core->service[i])->signal = number;
}

void rt_core_step(struct rt_core *core, const struct rt_event *e, int64_t now)
{
	core->action_count = 0;
	if (core->phase == RT_JOB_OVER)
		return;
	switch (e->kind) {
	case RT_EV_BEGIN:
		core->settled = false;
		break;
	case RT_EV_TICK:
		on_tick(core, now);
		break;
	case RT_EV_SHUTDOWN:
		on_shutdown(core, e->signal, now);
		break;
	case RT_EV_RELAY:
		on_relay(core, e->signal);
		break;
	case RT_EV_ORDER:
		if (e->service < core->table->count)
			rt_on_order(core, &core->service[e->service], e, now);
		break;
	case RT_EV_LAUNCHED:
	case RT_EV_BEGUN:
	case RT_EV_UP:
	case RT_EV_READY:
	case RT_EV_LOOK:
	case RT_EV_EXIT:
	case RT_EV_HOOK:
	case RT_EV_PUBLISHED:
		if (e->service < core->table->count)
			on_service_event(core, &core->service[e->service], e, now);
		break;
	}
	settle(core, now);
}

/* Its last process has ended, and how is known; the next one isn't there yet. */
static bool is_between_launches(const struct rt_service *s)
{
	return s->phase == RT_PH_EPILOGUE || s->phase == RT_PH_RESTART_HOOKS ||
	       s->phase == RT_PH_BACKOFF || s->phase == RT_PH_WINDOW_HOOKS;
}

void rt_core_abandon(struct rt_core *core)
{
	for (uint32_t i = 0; i < core->table->count; i++) {
		struct rt_service *s = &core->service[i];

		if (s->phase == RT_PH_OVER)
			continue;
		s->skipped = s->phase == RT_PH_WAITING;
		if (!s->skipped && !is_between_launches(s))
			s->verdict = RT_V_LOST;
		rt_service_over(core, s);
	}
	core->phase = RT_JOB_OVER;
}
