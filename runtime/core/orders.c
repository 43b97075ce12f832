/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the job's owner wants of a service by hand (docs/step-in.md).
 *
 * A process that is stopped by hand has not failed: no policy is asked, no cap is touched, and what
 * by_hand says then becomes of it. One that was stopped is over, and held: conditions on it stay open,
 * and what it needs stays, until it is started again or nothing else is left of the job.
 *
 *	restart:  alive ──stop──► [epilogue] ──► launch
 *	stop:     alive ──stop──► [epilogue] ──► over, held ──start──► launch
 */
#include "runtime/core/core_parts.h"

#include <signal.h>

static void hold(struct rt_core *core, struct rt_service *s)
{
	s->held = true;
	s->verdict = RT_V_STOPPED;
	rt_note(core, RT_NOTE_HELD, s);
	rt_service_over(core, s);
}

void rt_stopped_by_hand(struct rt_core *core, struct rt_service *s)
{
	enum rt_order order = s->by_hand;

	s->by_hand = RT_ORDER_NONE;
	if (order == RT_ORDER_RESTART)
		rt_start(core, s);
	else
		hold(core, s);
}

static enum rt_reply taken(struct rt_core *core, struct rt_service *s, enum rt_order order)
{
	static const enum rt_note notes[] = {
		[RT_ORDER_RESTART] = RT_NOTE_RESTART_BY_HAND,
		[RT_ORDER_STOP] = RT_NOTE_STOP_BY_HAND,
		[RT_ORDER_START] = RT_NOTE_START_BY_HAND,
	};

	s->restarts_by_hand += order == RT_ORDER_RESTART;
	rt_note(core, notes[order], s);
	return RT_A_TAKEN;
}

/* Its process, or its prologue. What it is stopped for may be another reason already: this one counts. */
static void stop_for(struct rt_core *core, struct rt_service *s, enum rt_order order, int64_t now)
{
	s->by_hand = order;
	if (s->phase == RT_PH_ALIVE) {
		rt_stop(core, s, now);
		s->probe = RT_PROBE_NONE; /* nothing may start because it was healthy once */
	} else if (!s->stopping) {
		s->stopping = true;
		rt_set_timer(core, s, now + s->def->stop_grace);
		rt_act(core, RT_ACT_HOOK_STOP, s)->signal = SIGTERM;
	}
}

/* It has ended for good, or so it was. */
static enum rt_reply start_again(struct rt_core *core, struct rt_service *s, enum rt_order order)
{
	bool has_begun = s->launched || s->exited;

	if (s->def->lifetime_dependents && !core->needed_by[rt_index(core, s)])
		return RT_A_NOT_NEEDED;
	const struct rt_condition *broken;
	if (!has_begun && rt_check_conditions(core, s, &broken) == RT_CLAIM_BROKEN)
		return RT_A_IN_VAIN;
	taken(core, s, order);
	s->lifetime_over = s->stopping = s->skipped = false;
	rt_set_phase(core, s, RT_PH_WAITING);
	/* A start is decided once: whoever has begun before waits for nobody. */
	if (has_begun)
		rt_start(core, s);
	return RT_A_TAKEN;
}

static enum rt_reply start(struct rt_core *core, struct rt_service *s, enum rt_order order,
			   int64_t now)
{
	bool is_undone = s->by_hand == RT_ORDER_STOP;

	if (s->lifetime_over && s->phase != RT_PH_OVER)
		return RT_A_NOT_NEEDED;
	switch (s->phase) {
	case RT_PH_WAITING:
		return RT_A_WAITS;
	case RT_PH_LAUNCH:
	case RT_PH_RESTART_HOOKS:
		if (!is_undone)
			return RT_A_ALREADY;
		s->by_hand = RT_ORDER_NONE;
		return taken(core, s, order);
	case RT_PH_PROLOGUE:
	case RT_PH_ALIVE:
		if (s->by_hand == RT_ORDER_RESTART || (order == RT_ORDER_START && !is_undone))
			return RT_A_ALREADY;
		taken(core, s, order);
		stop_for(core, s, RT_ORDER_RESTART, now);
		return RT_A_TAKEN;
	case RT_PH_EPILOGUE:
		if (!is_undone)
			return s->by_hand ? RT_A_ALREADY : RT_A_ENDING;
		s->by_hand = RT_ORDER_RESTART;
		return taken(core, s, order);
	case RT_PH_BACKOFF:
		taken(core, s, order);
		rt_start(core, s);
		return RT_A_TAKEN;
	case RT_PH_WINDOW_HOOKS:
		break;
	case RT_PH_OVER:
		return start_again(core, s, order);
	}
	return RT_A_JOB_ENDS;
}

static enum rt_reply stop(struct rt_core *core, struct rt_service *s, int64_t now)
{
	if (s->by_hand == RT_ORDER_STOP || s->lifetime_over || s->phase == RT_PH_OVER)
		return RT_A_ALREADY;
	if (s->phase == RT_PH_EPILOGUE && !s->by_hand)
		return RT_A_ENDING;
	taken(core, s, RT_ORDER_STOP);
	switch (s->phase) {
	case RT_PH_PROLOGUE:
	case RT_PH_ALIVE:
		stop_for(core, s, RT_ORDER_STOP, now);
		break;
	case RT_PH_WAITING:
	case RT_PH_BACKOFF:
		hold(core, s);
		break;
	case RT_PH_LAUNCH:
	case RT_PH_EPILOGUE:
	case RT_PH_RESTART_HOOKS:
	case RT_PH_WINDOW_HOOKS:
	case RT_PH_OVER:
		s->by_hand = RT_ORDER_STOP;
		break;
	}
	return RT_A_TAKEN;
}

static enum rt_reply pass_on(struct rt_core *core, struct rt_service *s, int number)
{
	if (s->phase != RT_PH_ALIVE || (s->def->tasks && !s->begun))
		return RT_A_NOT_THERE;
	if (s->stopping)
		return RT_A_STOPPING;
	rt_note(core, RT_NOTE_SIGNAL_BY_HAND, s)->signal = number;
	rt_act(core, RT_ACT_SIGNAL, s)->signal = number;
	return RT_A_TAKEN;
}

void rt_on_order(struct rt_core *core, struct rt_service *s, const struct rt_event *e, int64_t now)
{
	enum rt_reply answer = RT_A_JOB_ENDS;

	if (core->phase == RT_JOB_RUNNING && !core->closing)
		switch (e->order) {
		case RT_ORDER_NONE:
			break;
		case RT_ORDER_RESTART:
		case RT_ORDER_START:
			answer = start(core, s, e->order, now);
			break;
		case RT_ORDER_STOP:
			answer = stop(core, s, now);
			break;
		case RT_ORDER_SIGNAL:
			answer = pass_on(core, s, e->signal);
			break;
		}
	rt_act(core, RT_ACT_ANSWER, s)->status = (int)answer;
}
