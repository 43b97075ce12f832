/* SPDX-License-Identifier: Apache-2.0 */
/*
 * After every step: do the core's commands agree with the oracle's, and do the
 * invariants of the contract hold? The invariants are counted from what was seen
 * to happen, by neither core nor oracle.
 */
#include "tests/sim/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool complain(struct world *w, const char *what)
{
	if (!w->complaint)
		w->complaint = what;
	return false;
}

static int compare(const void *a, const void *b)
{
	const struct command *x = a, *y = b;

	if (x->service != y->service)
		return x->service < y->service ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->run != y->run)
		return x->run < y->run ? -1 : 1;
	return x->detail < y->detail ? -1 : x->detail > y->detail;
}

static struct command as_command(const struct rt_action *a)
{
	struct command c = {.kind = a->kind, .service = a->service, .run = a->run};

	switch (a->kind) {
	case RT_ACT_SIGNAL:
	case RT_ACT_HOOK_STOP:
	case RT_ACT_PUBLISH_STOP:
		c.detail = a->signal;
		break;
	case RT_ACT_HOOK:
		c.detail = (int)a->hook;
		break;
	case RT_ACT_ANSWER:
		c.run = 0;
		c.detail = a->status;
		break;
	case RT_ACT_END:
		c.detail = a->status;
		break;
	case RT_ACT_LAUNCH:
	case RT_ACT_PROBE:
	case RT_ACT_UNPROBE:
	case RT_ACT_WATCH:
	case RT_ACT_UNWATCH:
	case RT_ACT_KILL:
	case RT_ACT_PUBLISH:
	case RT_ACT_NOTE:
		break;
	}
	return c;
}

static bool agree(struct world *w)
{
	struct command mine[ORACLE_COMMANDS];
	struct oracle *o = &w->oracle;
	uint32_t n = 0;

	for (uint32_t i = 0; i < w->core.action_count && n < ORACLE_COMMANDS; i++)
		if (w->core.action[i].kind != RT_ACT_NOTE)
			mine[n++] = as_command(&w->core.action[i]);
	if (n > 1) {
		qsort(mine, n, sizeof(mine[0]), compare);
		qsort(o->command, o->command_count, sizeof(mine[0]), compare);
	}
	if (n == o->command_count) {
		uint32_t i = 0;

		while (i < n && !compare(&mine[i], &o->command[i]))
			i++;
		if (i == n)
			return true;
	}
	world_print_commands(w->detail, sizeof(w->detail), w, mine, n);
	return complain(w, "core and oracle disagree");
}

/* Keeps the record of what has been seen. */
static void note(struct world *w, const struct rt_action *a)
{
	uint32_t i = a->service;

	if (a->note == RT_NOTE_LAUNCHED) {
		w->up[i] = true;
		w->was_ready[i] = false;
	} else if (a->note == RT_NOTE_READY) {
		w->was_ready[i] = true;
	} else if (a->note == RT_NOTE_EXIT) {
		w->exits_noted++;
		w->up[i] = false;
	} else if (a->note == RT_NOTE_HELD) {
		w->held[i] = true;
	} else if (a->note == RT_NOTE_TEARDOWN || a->note == RT_NOTE_WINDOW_CAP) {
		w->torn_down = true;
	}
	w->over[i] = w->core.service[i].phase == RT_PH_OVER;
	w->last_status[i] = w->core.service[i].status;
}

static bool condition_held(const struct world *w, const struct rt_condition *c)
{
	uint32_t d = c->service;
	bool good_end = w->over[d] && !w->last_status[d];

	if (c->kind == RT_COMPLETED)
		return good_end;
	return (w->up[d] || good_end) && (c->kind == RT_STARTED || w->was_ready[d]);
}

static bool check_start(struct world *w, uint32_t i)
{
	if (w->torn_down)
		return complain(w, "a service starts after the end was decided");
	if (w->held[i])
		return complain(w, "a service starts that was stopped by hand");
	for (uint32_t c = 0; !w->started[i] && c < w->service[i].condition_count; c++)
		if (!condition_held(w, &w->service[i].condition[c]))
			return complain(w, "a service starts before its conditions hold");
	w->started[i] = true;
	return true;
}

/* A granted restart: within the caps, counted from all failures ever seen? */
static bool check_grant(struct world *w, uint32_t i, int64_t exit_at)
{
	const struct rt_service_def *def = &w->service[i];
	uint32_t in_window = 0;

	for (uint32_t k = 0; k < w->failures[i]; k++)
		in_window += exit_at - w->failure[i][k] < def->window;
	if (w->failures[i] < ORACLE_FAILURES)
		w->failure[i][w->failures[i]++] = exit_at;
	if (in_window >= def->max_in_window)
		return complain(w, "more restarts than the window allows");
	if (++w->relaunches[i] > def->max_restarts && !def->reset_after)
		return complain(w, "more restarts than the lifetime allows");
	return true;
}

static bool check_stop(struct world *w, uint32_t i)
{
	const struct rt_service *s = &w->core.service[i];

	/* A launch that failed, has become unhealthy, or is stopped by hand ends for its own reason. */
	bool has_reason = s->start_failed || s->unhealthy || s->by_hand;

	for (uint32_t d = 0; d < w->service[i].dependent_count && !has_reason; d++)
		if (w->core.service[w->service[i].dependent[d]].phase != RT_PH_OVER)
			return complain(w, "a service is stopped before one that depends on it");
	return true;
}

static bool check_action(struct world *w, const struct rt_action *a)
{
	switch (a->kind) {
	case RT_ACT_LAUNCH:
		return check_start(w, a->service);
	case RT_ACT_HOOK:
		return a->hook != RT_HOOK_PROLOGUE || check_start(w, a->service);
	case RT_ACT_SIGNAL:
		return a->signal != w->service[a->service].stop_signal || check_stop(w, a->service);
	case RT_ACT_NOTE:
		if (a->note == RT_NOTE_RESTARTING &&
		    !check_grant(w, a->service, w->core.service[a->service].exit_at))
			return false;
		if (a->note == RT_NOTE_UNHEALTHY &&
		    w->bad_looks[a->service] != w->service[a->service].live.failures)
			return complain(w, "unhealthy without so many failed looks in a row");
		note(w, a);
		return true;
	case RT_ACT_WATCH:
		w->watched[a->service] = a->run;
		w->bad_looks[a->service] = 0;
		return true;
	case RT_ACT_UNWATCH:
		w->watched[a->service] = 0;
		return true;
	case RT_ACT_PROBE:
	case RT_ACT_UNPROBE:
	case RT_ACT_KILL:
	case RT_ACT_HOOK_STOP:
	case RT_ACT_PUBLISH:
	case RT_ACT_PUBLISH_STOP:
	case RT_ACT_ANSWER:
	case RT_ACT_END:
		return true;
	}
	return true;
}

bool world_check(struct world *w, const struct rt_event *e)
{
	uint32_t noted = w->exits_noted;

	if (!agree(w))
		return false;
	if (e->kind == RT_EV_ORDER && (e->order == RT_ORDER_START || e->order == RT_ORDER_RESTART))
		w->held[e->service] = false;
	if (e->kind == RT_EV_LOOK && e->run == w->watched[e->service])
		w->bad_looks[e->service] = e->status ? w->bad_looks[e->service] + 1 : 0;
	for (uint32_t i = 0; i < w->core.action_count; i++)
		if (!check_action(w, &w->core.action[i]))
			return false;
	w->exits_told += w->exits_noted - noted;
	if (e->kind != RT_EV_EXIT && w->exits_noted != noted)
		return complain(w, "an exit was recorded that nobody told");
	if (w->exits_noted > noted + 1)
		return complain(w, "one exit was recorded twice");
	for (uint32_t i = 0; i < w->table.count; i++) {
		w->over[i] = w->core.service[i].phase == RT_PH_OVER;
		w->last_status[i] = w->core.service[i].status;
	}
	if (!w->ended && rt_core_deadline(&w->core) < w->now && e->kind == RT_EV_TICK)
		return complain(w, "a timer is overdue after a tick");
	return true;
}
