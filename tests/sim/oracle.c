/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rules of a job, written as people tell them: each service is a program that
 * goes from top to bottom and waits here and there. (WAIT returns to the caller
 * and comes back to the same line at the next step, so that the program can be
 * read as if it ran in a thread of its own.) Counters are counted from the whole
 * history every time; nothing is kept up to date cleverly.
 *
 * One file, longer than others, so that it can be read as a whole.
 */
#include "tests/sim/oracle.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* The programs of services: a switch that WAIT jumps back into. */
#define BEGIN(s)                                                                                   \
	switch ((s)->line) {                                                                       \
	case 0:
#define WAIT(s, condition)                                                                         \
	do {                                                                                       \
		(s)->line = __LINE__;                                                              \
		__attribute__((fallthrough));                                                      \
	case __LINE__:                                                                             \
		if (!(condition))                                                                  \
			return;                                                                    \
	} while (0)
#define END() }

static const struct rt_service_def *def_of(const struct oracle *o, uint32_t i)
{
	return &o->table->service[i];
}

static void say(struct oracle *o, enum rt_action_kind kind, uint32_t i, uint32_t run, int detail)
{
	if (o->command_count == ORACLE_COMMANDS)
		abort();
	o->command[o->command_count++] = (struct command){kind, i, run, detail};
	o->progress = true;
}

/* Uses up the event if it is this one. */
static bool came(struct oracle *o, enum rt_event_kind kind, uint32_t i, uint32_t run)
{
	if (!o->has_event || o->event.kind != kind || o->event.service != i || o->event.run != run)
		return false;
	o->has_event = false;
	o->progress = true;
	return true;
}

static bool timer(const struct oracle *o, int64_t until)
{
	return o->tick && o->now >= until;
}

static void drop_probe(struct oracle *o, uint32_t i)
{
	struct oracle_service *s = &o->service[i];

	if (s->probing && def_of(o, i)->ready.kind != RT_READY_SLEEP)
		say(o, RT_ACT_UNPROBE, i, s->launches, 0);
	s->probing = false;
	if (s->watched)
		say(o, RT_ACT_UNWATCH, i, s->launches, 0);
	s->watched = false;
}

/* The job's end is decided: nothing starts any more, nobody is asked whether it is ready. */
static void decide(struct oracle *o, int status)
{
	if (o->decided)
		return;
	o->decided = o->progress = true;
	o->status = status;
	for (uint32_t i = 0; i < o->table->count; i++)
		drop_probe(o, i);
}

static bool any_epilogue(const struct oracle *o)
{
	for (uint32_t i = 0; i < o->table->count; i++)
		if (def_of(o, i)->epilogue)
			return true;
	return false;
}

static void tear_down(struct oracle *o)
{
	int64_t reserve = o->table->grace / 5;

	if (o->tearing)
		return;
	o->tearing = o->progress = true;
	if (reserve > 2 * RT_SECOND)
		reserve = 2 * RT_SECOND;
	o->bound = o->now + o->table->grace;
	o->kill_at = o->bound - (any_epilogue(o) ? reserve : 0);
	for (uint32_t i = 0; i < o->table->count; i++) {
		struct oracle_service *s = &o->service[i];

		if (s->publishing)
			say(o, RT_ACT_PUBLISH_STOP, i, s->publishes, 15);
		if (s->in_prologue && !s->stopped) {
			s->stopped = true;
			say(o, RT_ACT_HOOK_STOP, i, s->hooks, 15);
		}
	}
}

static void fail_job(struct oracle *o, int status)
{
	decide(o, status);
	tear_down(o);
}

/* Stops. */

static int64_t below(const struct oracle *o, uint32_t i)
{
	int64_t most = 0;

	for (uint32_t c = 0; c < def_of(o, i)->condition_count; c++) {
		uint32_t d = def_of(o, i)->condition[c].service;
		int64_t sum = below(o, d) + (o->service[d].over ? 0 : def_of(o, d)->stop_grace);

		most = sum > most ? sum : most;
	}
	return most;
}

static void stop(struct oracle *o, uint32_t i)
{
	struct oracle_service *s = &o->service[i];
	int64_t grace = def_of(o, i)->stop_grace, left = o->kill_at - o->now, need;

	if (!s->alive || s->stopped)
		return;
	need = grace + below(o, i);
	if (o->tearing && need > left)
		grace = left <= 0 ? 0 : (int64_t)((double)left * ((double)grace / (double)need));
	drop_probe(o, i);
	s->stopped = true;
	s->until = o->now + grace;
	say(o, RT_ACT_SIGNAL, i, s->launches, def_of(o, i)->stop_signal);
}

static void kill_it(struct oracle *o, uint32_t i)
{
	struct oracle_service *s = &o->service[i];

	drop_probe(o, i);
	s->stopped = s->killed = true;
	s->until = o->now + RT_LOST_AFTER;
	say(o, RT_ACT_KILL, i, s->launches, 0);
}

/* It has ended for good; one that was stopped by hand may yet be started again. */
static bool is_gone(const struct oracle *o, uint32_t i)
{
	return o->service[i].over && (!o->service[i].held || o->decided || o->closing);
}

/* All that depends on it, directly or through others, has ended for good. */
static bool is_unneeded(const struct oracle *o, uint32_t i)
{
	for (uint32_t j = 0; j < o->table->count; j++)
		for (uint32_t c = 0; c < def_of(o, j)->condition_count; c++)
			if (def_of(o, j)->condition[c].service == i &&
			    (!is_gone(o, j) || !is_unneeded(o, j)))
				return false;
	return true;
}

/* Readiness. */

static void publish(struct oracle *o, uint32_t i)
{
	struct oracle_service *s = &o->service[i];

	if (!def_of(o, i)->publish || s->publishing || o->decided)
		return;
	s->publishing = true;
	say(o, RT_ACT_PUBLISH, i, ++s->publishes, 0);
}

static void watch(struct oracle *o, uint32_t i)
{
	if (!def_of(o, i)->live.failures)
		return;
	o->service[i].watched = true;
	o->service[i].bad_looks = 0;
	say(o, RT_ACT_WATCH, i, o->service[i].launches, 0);
}

static void pass(struct oracle *o, uint32_t i)
{
	drop_probe(o, i);
	o->service[i].passed = true;
	publish(o, i);
	watch(o, i);
}

static void begin_probe(struct oracle *o, uint32_t i)
{
	struct oracle_service *s = &o->service[i];
	const struct rt_ready *r = &def_of(o, i)->ready;

	if (r->kind == RT_READY_NONE) {
		watch(o, i);
		return;
	}
	s->probing = true;
	s->probe_until = o->now + r->time;
	if (r->kind != RT_READY_SLEEP)
		say(o, RT_ACT_PROBE, i, s->launches, 0);
	else if (r->time == 0)
		pass(o, i);
}

/* Has its first task begun, have all? Clocks of readiness wait for the first. */
static void watch_start(struct oracle *o, uint32_t i)
{
	struct oracle_service *s = &o->service[i];
	bool all = !s->up && came(o, RT_EV_UP, i, s->launches);
	bool first = !s->begun && (all || came(o, RT_EV_BEGUN, i, s->launches));

	s->up = s->up || all;
	s->begun = s->begun || first;
	if (first && def_of(o, i)->tasks && !s->stopped && !o->decided)
		begin_probe(o, i);
}

/* A launch that has not begun in time has failed; once the end is decided, nobody cares. */
static void watch_start_clock(struct oracle *o, uint32_t i)
{
	struct oracle_service *s = &o->service[i];

	if (s->up || s->stopped || o->decided || !def_of(o, i)->start_timeout ||
	    !timer(o, s->launched_at + def_of(o, i)->start_timeout))
		return;
	s->too_late = true;
	stop(o, i);
}

static bool somebody_waits(const struct oracle *o, uint32_t i)
{
	for (uint32_t j = 0; j < o->table->count; j++)
		for (uint32_t c = 0; c < def_of(o, j)->condition_count; c++)
			if (o->service[j].waiting && def_of(o, j)->condition[c].service == i &&
			    def_of(o, j)->condition[c].kind == RT_HEALTHY)
				return true;
	return def_of(o, i)->publish;
}

/* Check before clock: an answer has been looked at before this is called. */
static void watch_readiness(struct oracle *o, uint32_t i)
{
	struct oracle_service *s = &o->service[i];

	if (s->probing && came(o, RT_EV_READY, i, s->launches))
		pass(o, i);
	if (!s->probing || !timer(o, s->probe_until))
		return;
	if (def_of(o, i)->ready.kind == RT_READY_SLEEP) {
		pass(o, i);
		return;
	}
	drop_probe(o, i);
	s->timed_out = true;
	if (somebody_waits(o, i))
		fail_job(o, 1);
}

/* One bad look too many in a row, and it is stopped; it counts as healthy no longer. */
static void watch_health(struct oracle *o, uint32_t i)
{
	struct oracle_service *s = &o->service[i];

	if (!s->watched || !came(o, RT_EV_LOOK, i, s->launches))
		return;
	s->bad_looks = o->event.status ? s->bad_looks + 1 : 0;
	if (s->bad_looks != def_of(o, i)->live.failures)
		return;
	s->sick = true;
	s->passed = false;
	stop(o, i);
}

/* Start conditions. */

static bool holds(const struct oracle *o, const struct rt_condition *c)
{
	const struct oracle_service *d = &o->service[c->service];
	bool good_end = d->over && !d->held && d->status == 0;

	if (c->kind == RT_COMPLETED)
		return good_end;
	if (c->kind == RT_HEALTHY)
		return d->passed && (d->alive || good_end);
	return d->alive || good_end;
}

/* It can never hold any more. */
static bool is_broken(const struct oracle *o, const struct rt_condition *c)
{
	const struct oracle_service *d = &o->service[c->service];

	return !d->held && ((d->over && !holds(o, c)) || (c->kind == RT_HEALTHY && d->timed_out));
}

static bool may_start(const struct oracle *o, uint32_t i)
{
	for (uint32_t c = 0; c < def_of(o, i)->condition_count; c++)
		if (!holds(o, &def_of(o, i)->condition[c]))
			return false;
	return true;
}

static void fail_for_broken_conditions(struct oracle *o)
{
	for (uint32_t i = 0; i < o->table->count; i++)
		for (uint32_t c = 0; o->service[i].waiting && c < def_of(o, i)->condition_count;
		     c++) {
			const struct rt_condition *cond = &def_of(o, i)->condition[c];
			const struct oracle_service *d = &o->service[cond->service];

			if (is_broken(o, cond)) {
				fail_job(o, d->over && d->status ? d->status : 1);
				return;
			}
		}
}

/* The policy: how often has it failed, in the window and ever? */

static uint32_t failures_in_window(const struct oracle *o, uint32_t i)
{
	const struct oracle_service *s = &o->service[i];
	uint32_t n = 0;

	for (uint32_t k = 0; k < s->failures; k++)
		n += s->exit_at - o->failure[i][k] < def_of(o, i)->window;
	return n;
}

enum sentence {
	OVER,
	BY_HAND,
	RESTART,
	EXHAUSTED
};

static enum sentence judge(struct oracle *o, uint32_t i)
{
	struct oracle_service *s = &o->service[i];
	const struct rt_service_def *def = def_of(o, i);
	int x = s->status;

	if (s->needless && s->stopped) {
		s->status = 0;
		return OVER;
	}
	if (s->hand && !o->decided)
		return BY_HAND;
	if (o->decided || x == 0 || def->policy == RT_IGNORE)
		return OVER;
	if (def->policy == RT_FAIL_JOB) {
		s->over = true;
		fail_job(o, x);
		return OVER;
	}
	if (def->reset_after && s->last_failure >= 0 &&
	    s->exit_at - s->last_failure >= def->reset_after)
		s->granted = 0;
	s->last_failure = s->exit_at;
	if (s->granted >= def->max_restarts) {
		s->over = true;
		fail_job(o, x);
		return OVER;
	}
	if (failures_in_window(o, i) >= def->max_in_window) {
		decide(o, x);
		return EXHAUSTED;
	}
	if (s->failures == ORACLE_FAILURES)
		abort();
	o->failure[i][s->failures++] = s->exit_at;
	s->granted++;
	return RESTART;
}

static void start_hook(struct oracle *o, uint32_t i, enum rt_hook hook)
{
	struct oracle_service *s = &o->service[i];

	s->in_hook = true;
	s->killed = false;
	say(o, RT_ACT_HOOK, i, ++s->hooks, (int)hook);
}

/* It was killed and has not come back. */
static bool is_lost(const struct oracle *o, uint32_t i)
{
	return o->service[i].killed && timer(o, o->service[i].until);
}

/* A hook ended, or was killed at the bound and never came back (then *lost is set). */
static bool hook_ended(struct oracle *o, uint32_t i, bool *lost)
{
	struct oracle_service *s = &o->service[i];

	*lost = is_lost(o, i);
	if (!*lost && !came(o, RT_EV_HOOK, i, s->hooks))
		return false;
	s->in_hook = s->in_prologue = false;
	o->progress = true;
	return true;
}

/* One that was told to end by hand has as long as its service would have. */
static bool prologue_ended(struct oracle *o, uint32_t i, bool *lost)
{
	struct oracle_service *s = &o->service[i];

	if (!s->killed && timer(o, s->prologue_until)) {
		s->prologue_until = RT_NEVER;
		say(o, RT_ACT_HOOK_STOP, i, s->hooks, 9);
	}
	return hook_ended(o, i, lost);
}

/* What may happen to a living process, up to its end. */
static bool process_ended(struct oracle *o, uint32_t i)
{
	struct oracle_service *s = &o->service[i];

	watch_start(o, i);
	watch_readiness(o, i);
	watch_health(o, i);
	if (is_lost(o, i))
		return true;
	if (s->stopped && !s->killed && timer(o, s->until))
		kill_it(o, i);
	watch_start_clock(o, i);
	return came(o, RT_EV_EXIT, i, s->launches);
}

/* A service is there again: what it needs stays, unless it was told to stop already. */
static void need_again(struct oracle *o)
{
	for (uint32_t i = 0; i < o->table->count; i++)
		if (!o->service[i].over && !o->service[i].stopped && !is_unneeded(o, i))
			o->service[i].needless = false;
}

/* The life of a service, from top to bottom. */
static void live(struct oracle *o, uint32_t i)
{
	struct oracle_service *s = &o->service[i];
	const struct rt_service_def *def = def_of(o, i);
	enum sentence sentence;
	bool lost;

	BEGIN(s);
waiting:
	s->waiting = true;
	WAIT(s, o->decided || s->hand || (s->needless && o->closing) ||
			(o->may_start && may_start(o, i)));
	s->waiting = false;
	if (o->decided || (s->needless && o->closing))
		goto over;
	if (s->hand)
		goto by_hand;
start:
	s->hand = RT_ORDER_NONE;
	s->stopped = s->passed = s->timed_out = false;
	if (def->prologue) {
		s->in_prologue = true;
		start_hook(o, i, RT_HOOK_PROLOGUE);
		s->prologue_until = RT_NEVER;
		WAIT(s, prologue_ended(o, i, &lost));
		if (lost || s->needless || (o->decided && (!o->event.status || s->stopped))) {
			s->status = s->needless ? 0 : s->status;
			goto over;
		}
		if (s->hand)
			goto by_hand;
		if (o->event.status) {
			s->status = o->event.status;
			s->exit_at = o->now;
			goto judge;
		}
	}
	s->launches++;
	s->stopped = s->killed = s->passed = s->timed_out = false;
	s->begun = s->up = s->too_late = s->sick = false;
	s->launching = true;
	say(o, RT_ACT_LAUNCH, i, s->launches, 0);
	WAIT(s, came(o, RT_EV_LAUNCHED, i, s->launches) || came(o, RT_EV_EXIT, i, s->launches) ||
			is_lost(o, i));
	s->launching = false;
	if (o->event.kind == RT_EV_TICK)
		goto lost;
	if (o->event.kind == RT_EV_EXIT) {
		s->status = o->event.status;
		s->exit_at = o->now;
		goto judge;
	}
	s->alive = s->ever = true;
	if (s->killed)
		kill_it(o, i);
	else if (s->needless || (s->hand && !o->decided))
		stop(o, i);
	else if (!o->decided) {
		s->launched_at = o->now;
		if (def->ready.kind == RT_READY_NONE)
			publish(o, i);
		if (!def->tasks)
			begin_probe(o, i);
	}
	WAIT(s, process_ended(o, i));
	if (o->event.kind == RT_EV_TICK)
		goto lost;
	drop_probe(o, i);
	s->alive = s->killed = false;
	s->status = (s->too_late || s->sick) && !s->needless && !s->hand ? 1 : o->event.status;
	s->exit_at = o->now;
	if (def->epilogue && !o->bound_over) {
		start_hook(o, i, RT_HOOK_EPILOGUE);
		s->in_epilogue = true;
		WAIT(s, hook_ended(o, i, &lost));
		s->in_epilogue = false;
		if (lost)
			goto over;
		if (s->status == 0)
			s->status = o->event.status;
	}
judge:
	s->ever = true;
	sentence = judge(o, i);
	if (sentence == OVER)
		goto over;
	if (sentence == BY_HAND)
		goto by_hand;
	if (sentence == EXHAUSTED) {
		for (s->k = 0; s->k < def->on_window.count && !(s->k && o->bound_over); s->k++) {
			start_hook(o, i, RT_HOOK_WINDOW);
			WAIT(s, hook_ended(o, i, &lost));
			if (lost)
				goto over;
		}
		s->over = true;
		tear_down(o);
		goto over;
	}
	for (s->k = 0; s->k < def->on_restart.count && !(s->k && o->bound_over); s->k++) {
		start_hook(o, i, RT_HOOK_RESTART);
		s->in_restart_hooks = true;
		WAIT(s, hook_ended(o, i, &lost));
		s->in_restart_hooks = false;
		if (lost)
			goto over;
	}
	s->backing_off = true;
	s->until = o->now + def->backoff;
	WAIT(s, o->decided || s->needless || s->hand || timer(o, s->until));
	s->backing_off = false;
	if (s->needless) {
		s->status = 0;
		goto over;
	}
	if (o->decided)
		goto over;
	if (!s->hand)
		goto start;
by_hand:
	if (s->hand != RT_ORDER_STOP)
		goto start;
	s->held = true;
	goto over;
lost:
	drop_probe(o, i);
	s->alive = false;
	s->ever = true;
	s->status = s->needless ? 0 : 137;
over:
	s->over = o->progress = true;
	o->kept_open = s->held;
	s->hand = RT_ORDER_NONE;
	WAIT(s, s->hand);
	s->over = s->held = s->needless = s->stopped = false;
	need_again(o);
	if (s->ever)
		goto start;
	s->hand = RT_ORDER_NONE;
	goto waiting;
	END();
}

static void watch_publication(struct oracle *o, uint32_t i)
{
	struct oracle_service *s = &o->service[i];

	if (!s->publishing || !came(o, RT_EV_PUBLISHED, i, s->publishes))
		return;
	s->publishing = false;
	if (o->event.status && !o->decided)
		fail_job(o, o->event.status);
}

/* Orders by hand: what becomes of them, and what the service's program finds in `hand` then. */

static void bring_down(struct oracle *o, uint32_t i)
{
	struct oracle_service *s = &o->service[i];

	if (s->alive) {
		stop(o, i);
		s->passed = s->timed_out = false;
	} else if (!s->stopped) {
		s->stopped = true;
		s->prologue_until = o->now + def_of(o, i)->stop_grace;
		say(o, RT_ACT_HOOK_STOP, i, s->hooks, 15);
	}
}

static enum rt_reply begin_by_hand(struct oracle *o, uint32_t i, enum rt_order order)
{
	struct oracle_service *s = &o->service[i];

	if (s->over && def_of(o, i)->lifetime_dependents && is_unneeded(o, i))
		return RT_A_NOT_NEEDED;
	for (uint32_t c = 0; s->over && !s->ever && c < def_of(o, i)->condition_count; c++)
		if (is_broken(o, &def_of(o, i)->condition[c]))
			return RT_A_IN_VAIN;
	if (!s->over && s->needless)
		return RT_A_NOT_NEEDED;
	if (s->waiting)
		return RT_A_WAITS;
	if (s->over || s->backing_off) {
		s->hand = order;
		return RT_A_TAKEN;
	}
	if (s->hand == RT_ORDER_STOP && !s->alive && !s->in_prologue && !s->in_epilogue) {
		s->hand = RT_ORDER_NONE; /* nothing has been told to end yet */
		return RT_A_TAKEN;
	}
	if (s->hand == RT_ORDER_STOP) {
		s->hand = RT_ORDER_RESTART;
		if (!s->in_epilogue)
			bring_down(o, i);
		return RT_A_TAKEN;
	}
	if (s->in_epilogue && !s->hand)
		return RT_A_ENDING;
	if (s->hand || order == RT_ORDER_START || !(s->alive || s->in_prologue))
		return RT_A_ALREADY;
	s->hand = RT_ORDER_RESTART;
	bring_down(o, i);
	return RT_A_TAKEN;
}

static enum rt_reply stop_by_hand(struct oracle *o, uint32_t i)
{
	struct oracle_service *s = &o->service[i];

	if (s->over || s->needless || s->hand == RT_ORDER_STOP)
		return RT_A_ALREADY;
	if (s->in_epilogue && !s->hand)
		return RT_A_ENDING;
	s->hand = RT_ORDER_STOP;
	if (s->alive || s->in_prologue)
		bring_down(o, i);
	return RT_A_TAKEN;
}

static enum rt_reply signal_by_hand(struct oracle *o, uint32_t i)
{
	struct oracle_service *s = &o->service[i];

	if (!s->alive || (!s->begun && def_of(o, i)->tasks))
		return RT_A_NOT_THERE;
	if (s->stopped)
		return RT_A_STOPPING;
	say(o, RT_ACT_SIGNAL, i, s->launches, o->event.signal);
	return RT_A_TAKEN;
}

static void obey(struct oracle *o, uint32_t i)
{
	enum rt_order order = o->event.order;
	enum rt_reply reply = o->decided || o->closing   ? RT_A_JOB_ENDS
			      : order == RT_ORDER_STOP   ? stop_by_hand(o, i)
			      : order == RT_ORDER_SIGNAL ? signal_by_hand(o, i)
							 : begin_by_hand(o, i, order);

	say(o, RT_ACT_ANSWER, i, 0, (int)reply);
}

/* What the job as a whole does in a step, before and after its services. */

static void hear(struct oracle *o)
{
	if (o->event.kind == RT_EV_SHUTDOWN)
		fail_job(o, 128 + o->event.signal);
	if (o->event.kind == RT_EV_ORDER)
		obey(o, o->event.service);
	if (o->event.kind != RT_EV_RELAY)
		return;
	for (uint32_t i = 0; i < o->table->count; i++)
		if (o->service[i].alive && !o->service[i].stopped)
			say(o, RT_ACT_SIGNAL, i, o->service[i].launches, o->event.signal);
}

static void watch_bound(struct oracle *o)
{
	if (!o->tearing || !o->tick)
		return;
	for (uint32_t i = 0; !o->killed_all && o->now >= o->kill_at && i < o->table->count; i++)
		if ((o->service[i].alive || o->service[i].launching) && !o->service[i].killed)
			kill_it(o, i);
	o->killed_all = o->killed_all || o->now >= o->kill_at;
	for (uint32_t i = 0; !o->bound_over && o->now >= o->bound && i < o->table->count; i++) {
		struct oracle_service *s = &o->service[i];

		if (s->publishing)
			say(o, RT_ACT_PUBLISH_STOP, i, s->publishes, 9);
		s->publishing = false;
		if (!s->in_hook)
			continue;
		s->killed = true;
		s->until = o->now + RT_LOST_AFTER;
		say(o, RT_ACT_HOOK_STOP, i, s->hooks, 9);
	}
	o->bound_over = o->bound_over || o->now >= o->bound;
}

/* Nothing is left but what was stopped by hand and what lives for that, and something else was the last to end. */
static void close_if_all_is_held(struct oracle *o)
{
	bool any = false;

	if (o->decided || o->kept_open || o->closing)
		return;
	for (uint32_t i = 0; i < o->table->count; i++) {
		if (!o->service[i].over && !def_of(o, i)->lifetime_dependents)
			return;
		any = any || o->service[i].held;
	}
	o->closing = any;
	o->progress = o->progress || any;
}

static void end_needless(struct oracle *o)
{
	for (uint32_t i = 0; !o->decided && i < o->table->count; i++) {
		struct oracle_service *s = &o->service[i];

		if (!def_of(o, i)->lifetime_dependents || s->needless || s->over ||
		    !is_unneeded(o, i))
			continue;
		s->needless = o->progress = true;
		stop(o, i);
		if (s->in_prologue) {
			s->stopped = true;
			say(o, RT_ACT_HOOK_STOP, i, s->hooks, 15);
		}
	}
}

static void run_services(struct oracle *o)
{
	for (uint32_t i = 0; i < o->table->count; i++) {
		live(o, i);
		watch_publication(o, i);
	}
}

static void end_job(struct oracle *o)
{
	for (uint32_t i = 0; i < o->table->count; i++)
		if (!o->service[i].over || o->service[i].publishing)
			return;
	if ((o->decided && !o->tearing) || (o->kept_open && !o->decided))
		return;
	o->ended = true;
	say(o, RT_ACT_END, 0, 0, o->status);
}

void oracle_init(struct oracle *o, const struct rt_table *table)
{
	memset(o, 0, offsetof(struct oracle, command));
	o->table = table;
	for (uint32_t i = 0; i < table->count; i++)
		o->service[i].last_failure = -1;
}

void oracle_step(struct oracle *o, const struct rt_event *event, int64_t now)
{
	o->command_count = 0;
	if (o->ended)
		return;
	o->now = now;
	o->event = *event;
	o->has_event = true;
	o->tick = event->kind == RT_EV_TICK;
	hear(o);
	run_services(o);
	watch_bound(o);
	o->tick = o->has_event = false;
	do {
		o->progress = false;
		run_services(o);
		if (!o->decided)
			fail_for_broken_conditions(o);
		o->may_start = !o->decided;
		run_services(o);
		o->may_start = false;
		close_if_all_is_held(o);
		end_needless(o);
		for (uint32_t i = 0; o->tearing && i < o->table->count; i++)
			if (is_unneeded(o, i))
				stop(o, i);
	} while (o->progress);
	end_job(o);
}
