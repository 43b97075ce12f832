/* SPDX-License-Identifier: Apache-2.0 */
/* A random table. Durations are small whole seconds, so that things coincide often. */
#include "tests/sim/world.h"

#include <string.h>

static const char *const names[ORACLE_SERVICES] = {"a", "b", "c", "d", "e", "f", "g", "h"};
static const char *hook_names[] = {"hook-1", "hook-2"};

static void make_ready(struct choices *c, struct rt_service_def *s)
{
	static const enum rt_ready_kind kinds[] = {RT_READY_NONE, RT_READY_LOG, RT_READY_SLEEP};

	s->ready.kind = kinds[choose(c, 3)];
	if (s->ready.kind == RT_READY_SLEEP)
		s->ready.time = choose(c, 4) * RT_SECOND;
	else if (s->ready.kind == RT_READY_LOG)
		s->ready.time = (1 + choose(c, 5)) * RT_SECOND;
}

static void make_live(struct choices *c, struct rt_service_def *s)
{
	if (!once_in(c, 3))
		return;
	s->live.look.kind = RT_READY_TCP;
	s->live.failures = 1 + choose(c, 3);
}

static void make_policy(struct choices *c, struct rt_service_def *s)
{
	static const enum rt_policy policies[] = {RT_FAIL_JOB, RT_RESTART, RT_IGNORE, RT_RESTART,
						  RT_RESTART};

	s->policy = policies[choose(c, 5)];
	if (s->policy != RT_RESTART)
		return;
	s->max_restarts = 1 + choose(c, 4);
	s->max_in_window = 1 + choose(c, 4);
	s->window = (1 + choose(c, 8)) * RT_SECOND;
	s->backoff = choose(c, 4) * RT_SECOND;
	if (once_in(c, 4))
		s->reset_after = (1 + choose(c, 6)) * RT_SECOND;
	if (once_in(c, 3))
		s->on_restart = (struct rt_list){1 + choose(c, 2), hook_names};
	if (once_in(c, 3))
		s->on_window = (struct rt_list){1 + choose(c, 2), hook_names};
}

static void make_service(struct world *w, uint32_t i)
{
	struct choices *c = w->choices;
	struct rt_service_def *s = &w->service[i];

	*s = (struct rt_service_def){.name = names[i],
				     .token = names[i],
				     .run = names[i],
				     .log = names[i],
				     .stop_signal = 15};
	make_ready(c, s);
	make_live(c, s);
	make_policy(c, s);
	s->stop_grace = choose(c, 6) * RT_SECOND;
	s->tasks = once_in(c, 4) ? 0 : 1 + choose(c, 2);
	if (s->tasks && once_in(c, 3))
		s->start_timeout = (1 + choose(c, 5)) * RT_SECOND;
	s->prologue = once_in(c, 6) ? "prologue" : NULL;
	s->epilogue = once_in(c, 6) ? "epilogue" : NULL;
	s->publish = once_in(c, 4) ? "publish" : NULL;
	s->condition = w->condition[i];
	s->dependent = w->dependent[i];
}

/* Dependencies go from later to earlier services, so there is never a circle. */
static void make_dependencies(struct world *w, uint32_t i)
{
	for (uint32_t d = 0; d < i; d++) {
		struct rt_service_def *dep = &w->service[d], *s = &w->service[i];
		static const enum rt_condition_kind kinds[] = {RT_STARTED, RT_COMPLETED,
							       RT_HEALTHY};
		uint32_t kind;

		if (choose(w->choices, 5) < 3)
			continue;
		kind = choose(w->choices, dep->ready.kind == RT_READY_NONE ? 2 : 3);
		s->condition[s->condition_count++] =
			(struct rt_condition){dep->name, d, kinds[kind], 1};
		dep->dependent[dep->dependent_count++] = i;
	}
}

void world_make_table(struct world *w)
{
	struct rt_table *t = &w->table;

	memset(t, 0, sizeof(*t));
	t->count = 1 + choose(w->choices, 5) + (once_in(w->choices, 6) ? choose(w->choices, 4) : 0);
	t->grace = choose(w->choices, 12) * RT_SECOND;
	t->service = w->service;
	t->order = w->order;
	for (uint32_t i = 0; i < t->count; i++) {
		make_service(w, i);
		make_dependencies(w, i);
		w->order[i] = i;
	}
	for (uint32_t i = 0; i < t->count; i++)
		w->service[i].lifetime_dependents =
			w->service[i].dependent_count && once_in(w->choices, 5);
}
