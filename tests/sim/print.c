/* SPDX-License-Identifier: Apache-2.0 */
/* A schedule in words: its table, what happened, what the core did. */
#include "tests/sim/world.h"

#include <stdio.h>
#include <string.h>

static const char *const actions[] = {
	[RT_ACT_LAUNCH] = "launch",
	[RT_ACT_PROBE] = "probe",
	[RT_ACT_UNPROBE] = "unprobe",
	[RT_ACT_WATCH] = "watch",
	[RT_ACT_UNWATCH] = "unwatch",
	[RT_ACT_SIGNAL] = "signal",
	[RT_ACT_KILL] = "kill",
	[RT_ACT_HOOK] = "hook",
	[RT_ACT_HOOK_STOP] = "stop-hook",
	[RT_ACT_PUBLISH] = "publish",
	[RT_ACT_PUBLISH_STOP] = "stop-publish",
	[RT_ACT_ANSWER] = "answer",
	[RT_ACT_NOTE] = "note",
	[RT_ACT_END] = "end",
};

static const char *const events[] = {
	[RT_EV_BEGIN] = "begin",
	[RT_EV_LAUNCHED] = "launched",
	[RT_EV_BEGUN] = "begun",
	[RT_EV_UP] = "up",
	[RT_EV_READY] = "ready",
	[RT_EV_LOOK] = "look",
	[RT_EV_EXIT] = "exit",
	[RT_EV_HOOK] = "hook ended",
	[RT_EV_PUBLISHED] = "published",
	[RT_EV_SHUTDOWN] = "signal to the job",
	[RT_EV_RELAY] = "signal to pass on",
	[RT_EV_ORDER] = "order",
	[RT_EV_TICK] = "tick",
};

static const char *const orders[] = {
	[RT_ORDER_NONE] = "nothing", [RT_ORDER_RESTART] = "restart", [RT_ORDER_STOP] = "stop",
	[RT_ORDER_START] = "start",  [RT_ORDER_SIGNAL] = "signal",
};

void world_print_commands(char *text, size_t room, const struct world *w, const struct command *c,
			  uint32_t count)
{
	size_t at = 0;

	text[0] = '\0';
	for (uint32_t i = 0; i < count && at < room; i++)
		at += (size_t)snprintf(text + at, room - at, "%s%s %s#%u", i ? ", " : "",
				       actions[c[i].kind], w->service[c[i].service].name, c[i].run);
	for (uint32_t i = 0; i < count && at < room; i++)
		if (c[i].detail)
			at += (size_t)snprintf(text + at, room - at, " [%s: %d]",
					       actions[c[i].kind], c[i].detail);
}

static double seconds(int64_t ns)
{
	return (double)ns / (double)RT_SECOND;
}

static void print_service(const struct rt_service_def *s)
{
	static const char *const kinds[] = {"started", "healthy", "completed"};

	printf("service %s\n  run %s\n  log %s\n", s->name, s->run, s->log);
	for (uint32_t c = 0; c < s->condition_count; c++)
		printf("  after %s %s\n", s->condition[c].name, kinds[s->condition[c].kind]);
	printf("  tasks %u\n", s->tasks);
	if (s->start_timeout)
		printf("  start within %gs\n", seconds(s->start_timeout));
	if (s->ready.kind == RT_READY_SLEEP)
		printf("  ready sleep %gs\n", seconds(s->ready.time));
	if (s->ready.kind == RT_READY_LOG)
		printf("  ready log x within %gs\n", seconds(s->ready.time));
	if (s->live.failures)
		printf("  live tcp localhost:1 every 1s attempt 1s failures %u\n",
		       s->live.failures);
	if (s->policy == RT_IGNORE)
		printf("  on-failure ignore\n");
	if (s->policy == RT_RESTART)
		printf("  on-failure restart max %u window %u in %gs backoff %gs\n",
		       s->max_restarts, s->max_in_window, seconds(s->window), seconds(s->backoff));
	if (s->reset_after)
		printf("  reset-after %gs\n", seconds(s->reset_after));
	printf("  stop TERM grace %gs\n", seconds(s->stop_grace));
	if (s->lifetime_dependents)
		printf("  lifetime dependents\n");
	if (s->prologue)
		printf("  prologue p\n");
	if (s->epilogue)
		printf("  epilogue e\n");
	for (uint32_t k = 0; k < s->on_restart.count; k++)
		printf("  on restart r%u\n", k);
	for (uint32_t k = 0; k < s->on_window.count; k++)
		printf("  on window-exhausted w%u\n", k);
	if (s->publish)
		printf("  publish f\n");
}

static bool table_printed;

static void print_table(const struct world *w)
{
	printf("hpcc-table 1\njob grace %gs\n", seconds(w->table.grace));
	for (uint32_t i = 0; i < w->table.count; i++)
		print_service(&w->service[i]);
	printf("\n");
}

static void print_step(const struct world *w, const struct rt_event *e)
{
	if (!table_printed)
		print_table(w);
	table_printed = true;
	printf("%6gs  %s", seconds(w->now), events[e->kind]);
	if (e->kind != RT_EV_TICK && e->kind != RT_EV_BEGIN && e->kind != RT_EV_SHUTDOWN &&
	    e->kind != RT_EV_RELAY)
		printf(" %s#%u", w->service[e->service].name, e->run);
	if (e->status || e->kind == RT_EV_EXIT || e->kind == RT_EV_HOOK || e->kind == RT_EV_LOOK)
		printf(" status %d", e->status);
	if (e->kind == RT_EV_ORDER)
		printf(" %s", orders[e->order]);
	if (e->signal)
		printf(" %d", e->signal);
	printf("  ->");
	for (uint32_t i = 0; i < w->core.action_count; i++) {
		const struct rt_action *a = &w->core.action[i];

		if (a->kind == RT_ACT_NOTE)
			continue;
		printf(" %s", actions[a->kind]);
		if (a->kind == RT_ACT_END)
			printf(" %d;", a->status);
		else if (a->kind == RT_ACT_ANSWER)
			printf(" %s %d;", w->service[a->service].name, a->status);
		else
			printf(" %s#%u;", w->service[a->service].name, a->run);
	}
	printf("\n");
}

void world_print(struct choices *choices)
{
	static struct world w;
	char expected[512];

	table_printed = false;
	choices->is_replay = true;
	choices->next = 0;
	world_run(&w, choices, print_step);
	printf("\n%s\n", w.complaint ? w.complaint : "(no complaint)");
	if (!w.detail[0])
		return;
	world_print_commands(expected, sizeof(expected), &w, w.oracle.command,
			     w.oracle.command_count);
	printf("  core:   %s\n  oracle: %s\n", w.detail, expected);
}
