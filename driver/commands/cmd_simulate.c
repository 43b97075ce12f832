/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hpcc simulate: the supervision table of a spec under a virtual clock. The decisions are those of
 * the supervisor itself (runtime/core/core.h); only the world is played, by a scenario.
 */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "driver/commands/cmd.h"
#include "driver/json.h"
#include "driver/compile.h"
#include "driver/commands/scenario.h"
#include "driver/screen/style.h"
#include "driver/system.h"
#include "runtime/core/notes.h"
#include "runtime/core/orders.h"

enum {
	MAX_STEPS = 1000000,
	DEFAULT_UNTIL_S = 86400
};

/* Something that will happen. */
struct pending {
	int64_t time;
	uint64_t order;
	struct rt_event event;
	bool is_absolute; /* an exit by the clock: it needs a process to end */
};

struct simulation {
	struct invocation *inv;
	struct arena *a;
	struct rt_table table;
	struct rt_core core;
	struct scenario scenario;
	LIST(struct pending) pending;
	uint64_t order;
	int64_t now;
	bool *is_alive;
	uint32_t *run; /* of the present process */
	bool ended;
	int status;
	unsigned name_width;
	struct style style;
	json_t *timeline; /* with --format=json */
};

static void plan_event(struct simulation *s, int64_t time, struct rt_event event, bool is_absolute)
{
	*LIST_PUSH(s->a, &s->pending) = (struct pending){time, s->order++, event, is_absolute};
}

/* Who begins at once has nothing to tell of it. */
static bool is_told(const struct simulation *s, const struct rt_action *act)
{
	const struct rt_service *svc = &s->core.service[act->service];
	if (act->note == RT_NOTE_UP && (!svc->def->tasks || svc->launch_at == s->now))
		return false;
	return rt_note_row(act->note)->told >= RT_TOLD_TIMELINE;
}

static void print_line(struct simulation *s, const char *name, const char *text)
{
	struct str time = duration_text(s->a, (double)s->now / 1e9);

	printf("%s%8.*s%s  %s%.*s%s  %.*s\n", s->style.dim, STR_ARG(time), s->style.off,
	       s->style.bold, STR_ARG(padded(s->a, str_c(name), s->name_width)), s->style.off,
	       STR_ARG(str_visible(s->a, str_c(text), VISIBLE_LINE)));
}

static void tell(struct simulation *s, const struct rt_action *act)
{
	const struct rt_note_row *row = rt_note_row(act->note);
	const char *name = row->is_job ? "job" : s->core.service[act->service].def->name;
	char text[RT_NOTE_ROOM];
	rt_note_text(&s->core, act, "", false, text);

	if (s->timeline) {
		json_t *one = json_pack("{s:o, s:s?, s:s, s:o, s:i, s:i, s:i}", "t",
					json_seconds((double)s->now / 1e9), "service",
					row->is_job ? NULL : name, "event", row->word, "text",
					json_visible(s->a, str_c(text)), "status", act->status,
					"restart_count", (int)act->restarts,
					"restart_failures_in_window", (int)act->window_count);

		json_array_append_new(s->timeline, one);
	} else if (is_told(s, act)) {
		print_line(s, name, text);
	}
}

/* A process was started: what the scenario has in store for it. */
static void launch(struct simulation *s, const struct rt_action *act)
{
	const struct behaviour *b = &s->scenario.services[act->service];
	uint32_t n = s->core.service[act->service].launches;
	const struct moment *m = NULL;
	struct rt_event e = {.service = act->service, .run = act->run};

	s->is_alive[act->service] = true;
	s->run[act->service] = act->run;
	e.kind = RT_EV_LAUNCHED;
	plan_event(s, s->now, e, false);
	e.kind = RT_EV_UP;
	if (!b->never_begins)
		plan_event(s, s->now + b->begins_after, e, false);
	if (n >= 1 && n <= b->exits_after.list.n)
		m = &b->exits_after.list.items[n - 1];
	else if (b->exits_every_time)
		m = &b->exits_after.list.items[b->exits_after.list.n - 1];
	if (!m)
		return;
	e.kind = RT_EV_EXIT;
	e.status = m->status;
	e.signal = m->signal;
	e.verdict = m->signal ? RT_V_APP_SIGNAL : m->status ? RT_V_APP_EXIT : RT_V_COMPLETED;
	plan_event(s, s->now + m->time, e, false);
}

static void probe(struct simulation *s, const struct rt_action *act)
{
	const struct behaviour *b = &s->scenario.services[act->service];
	int64_t when = s->now + b->ready_after;

	if (b->is_never_ready)
		return;
	if (b->ready_at > when)
		when = b->ready_at;
	plan_event(s, when,
		   (struct rt_event){.kind = RT_EV_READY, .service = act->service, .run = act->run},
		   false);
}

/* The first look from `look` on that meets a hang which begins at `from`, or RT_NEVER. */
static int64_t meets(const struct rt_live *live, int64_t from, int64_t length, int64_t look)
{
	if (from > look)
		look += (from - look + live->look.every - 1) / live->look.every * live->look.every;
	return length != RT_NEVER && look + live->look.attempt > from + length ? RT_NEVER : look;
}

/* The first look of the present process, from `look` on, that fails; RT_NEVER: none will. */
static int64_t next_failure(const struct simulation *s, uint32_t service, int64_t look)
{
	const struct behaviour *b = &s->scenario.services[service];
	const struct rt_service *svc = &s->core.service[service];
	uint32_t n = b->hangs_after.list.n, start = svc->launches;
	int64_t first = RT_NEVER;

	if (start > n && b->hangs_every_time)
		start = n;
	if (start <= n) {
		const struct moment *m = &b->hangs_after.list.items[start - 1];
		first = meets(&svc->def->live, svc->launch_at + m->time, m->length, look);
	}
	for (uint32_t k = 0; k < b->hangs_at.list.n; k++) {
		const struct moment *m = &b->hangs_at.list.items[k];
		int64_t at = meets(&svc->def->live, m->time, m->length, look);

		if (m->time >= svc->launch_at && at < first) /* it ends with its process */
			first = at;
	}
	return first;
}

/* The next look whose outcome the core has to hear: one that fails, or the first good one after it. */
static void plan_look(struct simulation *s, uint32_t service, bool was_good)
{
	const struct rt_service *svc = &s->core.service[service];
	struct rt_event e = {.kind = RT_EV_LOOK, .service = service, .run = svc->launches};
	int64_t look = s->now + svc->def->live.look.every;
	int64_t failure = next_failure(s, service, look);

	e.status = was_good || failure == look;
	if (!e.status)
		plan_event(s, look, e, false);
	else if (failure != RT_NEVER)
		plan_event(s, failure + svc->def->live.look.attempt, e, false);
}

/* How the process answers a stop signal, or KILL. */
static void end_process(struct simulation *s, const struct rt_action *act, bool is_kill)
{
	const struct behaviour *b = &s->scenario.services[act->service];
	struct rt_event e = {
		.kind = RT_EV_EXIT, .service = act->service, .run = s->run[act->service]};

	if (!s->is_alive[act->service] || (!is_kill && b->ignores_stop))
		return;
	e.signal = is_kill ? 9 : act->signal;
	e.status = 128 + e.signal;
	e.verdict = RT_V_APP_SIGNAL;
	if (!is_kill && b->stop_status >= 0) {
		e.status = b->stop_status;
		e.signal = 0;
		e.verdict = e.status ? RT_V_APP_EXIT : RT_V_COMPLETED;
	}
	plan_event(s, s->now + (is_kill ? 0 : b->stops_after), e, false);
}

/* Relayed signals do nothing to a played service; those that stop it do. */
static bool is_stop(const struct simulation *s, const struct rt_action *act)
{
	return s->core.service[act->service].stopping ||
	       act->signal == s->core.service[act->service].def->stop_signal;
}

/* What can't be done by hand then. */
static void tell_answer(struct simulation *s, const struct rt_action *act)
{
	const char *why = rt_reply_text((enum rt_reply)act->status);

	if (act->status != RT_A_TAKEN && !s->timeline)
		print_line(s, s->core.service[act->service].def->name,
			   str_fmt(s->a, "(nothing is done by hand: %s)", why).ptr);
}

static void perform(struct simulation *s, const struct rt_action *act)
{
	struct rt_event answer = {.service = act->service, .run = act->run};

	switch (act->kind) {
	case RT_ACT_LAUNCH:
		launch(s, act);
		return;
	case RT_ACT_PROBE:
		probe(s, act);
		return;
	case RT_ACT_SIGNAL:
		if (is_stop(s, act))
			end_process(s, act, false);
		return;
	case RT_ACT_KILL:
		end_process(s, act, true);
		return;
	case RT_ACT_HOOK:
		answer.kind = RT_EV_HOOK;
		plan_event(s, s->now, answer, false);
		return;
	case RT_ACT_PUBLISH:
		answer.kind = RT_EV_PUBLISHED;
		plan_event(s, s->now, answer, false);
		return;
	case RT_ACT_NOTE:
		tell(s, act);
		return;
	case RT_ACT_END:
		s->ended = true;
		s->status = act->status;
		return;
	case RT_ACT_WATCH:
		plan_look(s, act->service, true);
		return;
	case RT_ACT_ANSWER:
		tell_answer(s, act);
		return;
	case RT_ACT_UNWATCH:
	case RT_ACT_UNPROBE:
	case RT_ACT_HOOK_STOP:
	case RT_ACT_PUBLISH_STOP:
		return;
	}
}

static void step(struct simulation *s, const struct rt_event *event)
{
	rt_core_step(&s->core, event, s->now);
	for (uint32_t i = 0; i < s->core.action_count && !s->ended; i++) {
		struct rt_action act = s->core.action[i];

		perform(s, &act);
	}
}

/* The next pending event, taken from the list; false when there is none. */
static bool next_pending(const struct simulation *s, uint32_t *found)
{
	bool any = false;

	for (uint32_t i = 0; i < s->pending.n; i++) {
		const struct pending *p = &s->pending.items[i], *best = &s->pending.items[*found];

		if (!any || p->time < best->time ||
		    (p->time == best->time && p->order < best->order))
			*found = i;
		any = true;
	}
	return any;
}

static void happen(struct simulation *s, struct pending p)
{
	struct rt_event *e = &p.event;

	if (p.is_absolute) {
		e->run = s->run[e->service];
		if (!s->is_alive[e->service]) {
			if (!s->timeline)
				print_line(s, s->core.service[e->service].def->name,
					   "(isn't running: nothing to exit)");
			return;
		}
	}
	if (e->kind == RT_EV_EXIT) {
		if (!s->is_alive[e->service] || e->run != s->run[e->service])
			return;
		s->is_alive[e->service] = false;
	}
	bool is_look = e->kind == RT_EV_LOOK && s->core.service[e->service].watched &&
		       s->core.service[e->service].launches == e->run;
	step(s, e);
	if (is_look && s->core.service[e->service].watched)
		plan_look(s, e->service, !e->status);
}

/* False when nothing would happen any more, or not before `until`. */
static bool advance(struct simulation *s, int64_t until)
{
	int64_t deadline = rt_core_deadline(&s->core);
	uint32_t i = 0;
	bool any = next_pending(s, &i);

	if (any && s->pending.items[i].time <= deadline) {
		struct pending p = s->pending.items[i];
		if (p.time > until)
			return false;
		s->pending.items[i] = s->pending.items[--s->pending.n];
		s->now = p.time;
		happen(s, p);
		return true;
	}
	if (deadline == RT_NEVER || deadline > until)
		return false;
	s->now = deadline > s->now ? deadline : s->now;
	step(s, &(struct rt_event){.kind = RT_EV_TICK});
	return true;
}

static void plan_orders(struct simulation *s, uint32_t service)
{
	const struct moments *m = &s->scenario.services[service].orders;

	for (uint32_t k = 0; k < m->list.n; k++)
		plan_event(s, m->list.items[k].time,
			   (struct rt_event){.kind = RT_EV_ORDER,
					     .service = service,
					     .order = (enum rt_order)m->list.items[k].status},
			   false);
}

static void plan_scenario(struct simulation *s)
{
	for (uint32_t i = 0; i < s->table.count; i++) {
		const struct moments *m = &s->scenario.services[i].exits_at;

		plan_orders(s, i);
		for (uint32_t k = 0; k < m->list.n; k++) {
			const struct moment *one = &m->list.items[k];
			enum rt_verdict verdict = one->signal   ? RT_V_APP_SIGNAL
						  : one->status ? RT_V_APP_EXIT
								: RT_V_COMPLETED;

			plan_event(s, one->time,
				   (struct rt_event){.kind = RT_EV_EXIT,
						     .service = i,
						     .status = one->status,
						     .signal = one->signal,
						     .verdict = verdict},
				   true);
		}
	}
	for (uint32_t k = 0; k < s->scenario.signals.list.n; k++) {
		const struct moment *one = &s->scenario.signals.list.items[k];
		bool ends = one->signal == 15 || one->signal == 2;

		plan_event(s, one->time,
			   (struct rt_event){.kind = ends ? RT_EV_SHUTDOWN : RT_EV_RELAY,
					     .signal = one->signal},
			   false);
	}
}

static void print_end(struct simulation *s)
{
	if (s->timeline) {
		json_t *all = json_pack(
			"{s:i, s:b, s:o, s:o, s:o}", "schema_version", 1, "ended", s->ended,
			"status", s->ended ? json_integer(s->status) : json_null(), "t",
			json_seconds((double)s->now / 1e9), "timeline", s->timeline);

		json_print(all);
		return;
	}
	if (s->ended) {
		const char *how = s->core.shutdown ? "is cancelled"
				  : s->status      ? "fails"
						   : "completes";

		printf("the job %s%s%s after %.*s, with status %d\n",
		       s->status ? s->style.bad : s->style.good, how, s->style.off,
		       STR_ARG(duration_text(s->a, (double)s->now / 1e9)), s->status);
		return;
	}
	printf("nothing more happens; the job would run on until its time limit with");
	for (uint32_t i = 0; i < s->table.count; i++)
		if (s->is_alive[i])
			printf(" %.*s", STR_ARG(str_visible(s->a, str_c(s->table.service[i].name),
							    VISIBLE_LINE)));
	putchar('\n');
}

/* The scenario itself, or the name of a file that holds it. */
static bool read_scenario(struct simulation *s, const struct plan *plan)
{
	const char *given = s->inv->options.scenario;
	struct str text = str_c(given ? given : ""), why;

	if (given && (strcmp(given, "-") == 0 || (!strchr(given, ' ') && path_exists(given))) &&
	    !stream_read(s->a, given, 1 << 20, &text, &why)) {
		complain("can't read '%s': %.*s", given, STR_ARG(why));
		return false;
	}
	return scenario_read(s->a, text, plan, &s->table, &s->scenario);
}

static bool read_table(struct simulation *s, struct compilation *c, struct rt_pool *pool)
{
	struct str text = backend_table(s->a, c->unit.plan, &c->backend);

	/* In play every value of the job is 1, which is a host and a port, too. */
	for (uint32_t i = 0; i < c->unit.plan->values.n; i++)
		setenv(str_to_c(s->a, c->unit.plan->values.items[i].variable.v), "1", 1);
	struct rt_table_error *errors = rt_table_read(&s->table, pool, text.ptr, text.len);
	for (const struct rt_table_error *e = errors; e; e = e->next)
		complain("the supervision table, line %u: %s", e->line, e->text);
	if (errors)
		return false;
	for (uint32_t i = 0; i < s->table.count; i++)
		widen_for(s->a, &s->name_width, str_c(s->table.service[i].name));
	return s->table.count > 0;
}

static int simulate(struct simulation *s, int64_t until, struct rt_pool *pool)
{
	unsigned steps = 0;

	s->is_alive = ARENA_ARRAY(s->a, s->table.count, bool);
	s->run = ARENA_ARRAY(s->a, s->table.count, uint32_t);
	if (s->inv->options.format == FORMAT_JSON)
		s->timeline = json_array();
	rt_core_init(&s->core, &s->table, pool);
	plan_scenario(s);
	step(s, &(struct rt_event){.kind = RT_EV_BEGIN});
	while (!s->ended && steps++ < MAX_STEPS && advance(s, until))
		;
	print_end(s);
	return EXIT_OK;
}

int cmd_simulate(struct invocation *inv)
{
	struct simulation s = {.inv = inv, .a = inv->arena, .name_width = 3};
	int64_t until = (int64_t)DEFAULT_UNTIL_S * RT_SECOND;
	struct rt_pool pool = {0};
	struct compilation c;
	int status = compile_spec(&c, inv);

	if (status != EXIT_OK)
		return status;
	if (inv->options.until && !scenario_time(str_c(inv->options.until), &until)) {
		complain("--until wants a time such as 90s or 1h%s, not '%s'",
			 until == RT_NEVER ? ", of ten years at most" : "", inv->options.until);
		return EXIT_USAGE;
	}
	s.style = style_for(inv, stdout);
	if (!read_table(&s, &c, &pool))
		status = EXIT_UNEXPECTED;
	else if (!read_scenario(&s, c.unit.plan))
		status = EXIT_USAGE;
	else
		status = simulate(&s, until, &pool);
	rt_pool_free(&pool);
	return status;
}
