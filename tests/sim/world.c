/* SPDX-License-Identifier: Apache-2.0 */
/* Running one schedule: what the core commands happens, late, wrongly, or not at all. */
#include "tests/sim/world.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

static void later(struct world *w, uint32_t seconds, struct rt_event e, bool real)
{
	if (w->pending_count < WORLD_PENDING)
		w->pending[w->pending_count++] =
			(struct pending){w->now + seconds * RT_SECOND, e, real};
}

/* Services that restart mostly fail, or there would be little to restart. */
static int some_status(struct world *w, uint32_t service)
{
	static const int statuses[] = {0, 42, 1, 143, 42, 42, 42, 42};

	if (w->service[service].policy == RT_FAIL_JOB)
		return once_in(w->choices, 6) ? 3 : 0;
	return statuses[choose(w->choices, 8)];
}

static struct rt_event exit_event(const struct rt_action *a, int status)
{
	return (struct rt_event){.kind = RT_EV_EXIT,
				 .service = a->service,
				 .run = a->run,
				 .status = status,
				 .verdict = RT_V_APP_EXIT};
}

/* Its tasks begin, some day, or never; and now and then only the last one is heard of. */
static void answer_tasks(struct world *w, struct rt_event e, uint32_t at)
{
	if (!w->service[e.service].tasks || once_in(w->choices, 8))
		return;
	at += choose(w->choices, 4);
	e.kind = RT_EV_BEGUN;
	if (!once_in(w->choices, 4))
		later(w, at, e, false);
	e.kind = RT_EV_UP;
	if (!once_in(w->choices, 6))
		later(w, at + choose(w->choices, 3), e, false);
}

static void answer_launch(struct world *w, const struct rt_action *a)
{
	struct rt_event e = {.kind = RT_EV_LAUNCHED, .service = a->service, .run = a->run};
	uint32_t at;

	w->alive[a->service].process = a->run;
	if (once_in(w->choices, 12)) {
		later(w, choose(w->choices, 2), exit_event(a, 126), true);
		return;
	}
	at = once_in(w->choices, 4) ? choose(w->choices, 3) : 0;
	later(w, at, e, false);
	answer_tasks(w, e, at);
	/* A server never ends by itself. */
	if (!once_in(w->choices, 3))
		later(w, choose(w->choices, 7), exit_event(a, some_status(w, a->service)), true);
}

static void answer_probe(struct world *w, const struct rt_action *a)
{
	struct rt_event e = {.kind = RT_EV_READY, .service = a->service, .run = a->run};

	if (!once_in(w->choices, 4))
		later(w, choose(w->choices, 8), e, false);
}

/* Looks whether it still answers: some, at odd times, mostly bad ones. */
static void answer_watch(struct world *w, const struct rt_action *a)
{
	struct rt_event e = {.kind = RT_EV_LOOK, .service = a->service, .run = a->run};

	for (uint32_t k = choose(w->choices, 6), at = 0; k; k--) {
		at += choose(w->choices, 3);
		e.status = once_in(w->choices, 4) ? 0 : 1;
		later(w, at, e, false);
	}
}

static void answer_signal(struct world *w, const struct rt_action *a)
{
	bool stop = a->signal == w->service[a->service].stop_signal;

	if (stop && !once_in(w->choices, 4))
		later(w, choose(w->choices, 5), exit_event(a, some_status(w, a->service)), true);
}

static void answer_hook(struct world *w, const struct rt_action *a, bool stop)
{
	struct rt_event e = {.kind = RT_EV_HOOK, .service = a->service, .run = a->run};

	e.status = stop ? 143 : once_in(w->choices, 3) ? 5 : 0;
	w->alive[a->service].hook = a->run;
	if (!once_in(w->choices, stop ? 10 : 8))
		later(w, choose(w->choices, 4), e, true);
}

static void answer_publish(struct world *w, const struct rt_action *a, bool stop)
{
	struct rt_event e = {.kind = RT_EV_PUBLISHED, .service = a->service, .run = a->run};

	e.status = stop ? 143 : once_in(w->choices, 4) ? 7 : 0;
	w->alive[a->service].publication = a->run;
	if (!once_in(w->choices, 8))
		later(w, choose(w->choices, 3), e, true);
}

static void answer(struct world *w, const struct rt_action *a)
{
	switch (a->kind) {
	case RT_ACT_LAUNCH:
		answer_launch(w, a);
		break;
	case RT_ACT_PROBE:
		answer_probe(w, a);
		break;
	case RT_ACT_WATCH:
		answer_watch(w, a);
		break;
	case RT_ACT_SIGNAL:
		answer_signal(w, a);
		break;
	case RT_ACT_KILL:
		/* Once in a while even KILL does not help: a process stuck in the kernel. */
		if (!once_in(w->choices, 12))
			later(w, choose(w->choices, 2), exit_event(a, 137), true);
		break;
	case RT_ACT_HOOK:
	case RT_ACT_HOOK_STOP:
		answer_hook(w, a, a->kind == RT_ACT_HOOK_STOP);
		break;
	case RT_ACT_PUBLISH:
	case RT_ACT_PUBLISH_STOP:
		answer_publish(w, a, a->kind == RT_ACT_PUBLISH_STOP);
		break;
	case RT_ACT_END:
		w->ended = true;
		break;
	case RT_ACT_UNPROBE:
	case RT_ACT_UNWATCH:
	case RT_ACT_ANSWER:
	case RT_ACT_NOTE:
		break;
	}
}

/* A thing ends once. What is told of it again is stale, and now and then it is told. */
static bool is_news(struct world *w, const struct pending *p)
{
	struct world_service *a = &w->alive[p->event.service];
	uint32_t *what = p->event.kind == RT_EV_EXIT   ? &a->process
			 : p->event.kind == RT_EV_HOOK ? &a->hook
						       : &a->publication;

	if (!p->real)
		return true;
	if (*what != p->event.run)
		return once_in(w->choices, 8);
	*what = 0;
	return true;
}

static void step(struct world *w, const struct rt_event *e)
{
	rt_core_step(&w->core, e, w->now);
	oracle_step(&w->oracle, e, w->now);
	if (w->tell)
		w->tell(w, e);
	if (!world_check(w, e))
		return;
	for (uint32_t i = 0; i < w->core.action_count; i++)
		answer(w, &w->core.action[i]);
}

/* The next thing that happens: of those due first, any. */
static uint32_t pick(struct world *w)
{
	uint32_t best = 0, same = 0;

	for (uint32_t i = 1; i < w->pending_count; i++)
		if (w->pending[i].at < w->pending[best].at)
			best = i;
	for (uint32_t i = 0; i < w->pending_count; i++)
		same += w->pending[i].at == w->pending[best].at;
	same = same > 1 ? choose(w->choices, same) : 0;
	for (uint32_t i = best;; i++)
		if (w->pending[i].at == w->pending[best].at && !same--)
			return i;
}

static void deliver(struct world *w, uint32_t at)
{
	struct pending p = w->pending[at];

	memmove(&w->pending[at], &w->pending[at + 1],
		(--w->pending_count - at) * sizeof(w->pending[0]));
	w->now = p.at > w->now ? p.at : w->now;
	if (!is_news(w, &p))
		return;
	if (once_in(w->choices, 16))
		later(w, choose(w->choices, 3), p.event, false); /* told twice */
	step(w, &p.event);
}

static void signal_comes(struct world *w, int number, enum rt_event_kind kind)
{
	struct rt_event e = {.kind = kind, .signal = number};

	step(w, &e);
}

/* Somebody wants something of a service, in whatever state it is. */
static void order_comes(struct world *w)
{
	static const enum rt_order orders[] = {RT_ORDER_RESTART, RT_ORDER_STOP, RT_ORDER_START,
					       RT_ORDER_START, RT_ORDER_SIGNAL};
	struct rt_event e = {.kind = RT_EV_ORDER, .order = orders[choose(w->choices, 5)]};

	e.service = choose(w->choices, w->table.count);
	e.signal = e.order == RT_ORDER_SIGNAL ? 10 : 0;
	step(w, &e);
}

static void surprise(struct world *w)
{
	switch (choose(w->choices, 40)) {
	case 39:
		signal_comes(w, 10, RT_EV_RELAY);
		break;
	case 38:
		if (once_in(w->choices, 4))
			signal_comes(w, once_in(w->choices, 2) ? 2 : 15, RT_EV_SHUTDOWN);
		break;
	case 36:
	case 35:
	case 34:
		order_comes(w);
		break;
	case 37:
		signal_comes(w, 0, RT_EV_TICK); /* for nothing */
		break;
	default:
		break;
	}
}

/* One thing happens: an event, a timer, on time or a little late. */
static void go_on(struct world *w)
{
	int64_t due = rt_core_deadline(&w->core), next = RT_NEVER;

	if (w->steps > WORLD_STEPS / 2 && !w->shutdown_sent) {
		w->shutdown_sent = true;
		signal_comes(w, 15, RT_EV_SHUTDOWN);
		return;
	}
	for (uint32_t i = 0; i < w->pending_count; i++)
		next = w->pending[i].at < next ? w->pending[i].at : next;
	if (due == RT_NEVER && next == RT_NEVER) {
		/* Only servers are left; the time limit comes. */
		w->now += RT_SECOND;
		signal_comes(w, 15, RT_EV_SHUTDOWN);
		w->shutdown_sent = true;
	} else if (next < due || (next == due && !once_in(w->choices, 3))) {
		deliver(w, pick(w));
	} else {
		w->now = due > w->now ? due : w->now;
		if (once_in(w->choices, 8) && w->now + RT_SECOND <= next)
			w->now += RT_SECOND;
		signal_comes(w, 0, RT_EV_TICK);
	}
}

bool world_run(struct world *w, struct choices *choices,
	       void (*tell)(const struct world *w, const struct rt_event *e))
{
	struct rt_event begin = {.kind = RT_EV_BEGIN};

	memset(w, 0, offsetof(struct world, oracle));
	w->choices = choices;
	w->tell = tell;
	world_make_table(w);
	rt_core_init(&w->core, &w->table, &w->pool);
	oracle_init(&w->oracle, &w->table);
	step(w, &begin);
	while (!w->ended && !w->complaint && w->steps++ < WORLD_STEPS) {
		surprise(w);
		if (!w->ended && !w->complaint)
			go_on(w);
	}
	if (!w->ended && !w->complaint)
		w->complaint = "the job does not end";
	if (!w->complaint && w->exits_noted != w->exits_told)
		w->complaint = "an exit was not recorded exactly once";
	rt_pool_free(&w->pool);
	return !w->complaint;
}
