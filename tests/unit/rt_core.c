/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The edges of the supervisor's rules, one story each: what is told to the core,
 * and the commands that have to follow, in words.
 */
#include <stdio.h>
#include <string.h>

#include "runtime/core/orders.h"
#include "tests/unit/test.h"

struct story {
	struct rt_pool pool;
	struct rt_table table;
	struct rt_core core;
	int64_t now;
	char heard[4096]; /* commands since the last look */
};

static void hear(struct story *s)
{
	size_t at = strlen(s->heard), room = sizeof(s->heard);

	for (uint32_t i = 0; i < s->core.action_count; i++) {
		const struct rt_action *a = &s->core.action[i];
		const char *name = s->table.service[a->service].name;
		char *to = s->heard + at;

		if (a->kind == RT_ACT_LAUNCH)
			snprintf(to, room - at, "launch %s; ", name);
		else if (a->kind == RT_ACT_PROBE)
			snprintf(to, room - at, "probe %s; ", name);
		else if (a->kind == RT_ACT_UNPROBE)
			snprintf(to, room - at, "unprobe %s; ", name);
		else if (a->kind == RT_ACT_WATCH)
			snprintf(to, room - at, "watch %s; ", name);
		else if (a->kind == RT_ACT_UNWATCH)
			snprintf(to, room - at, "unwatch %s; ", name);
		else if (a->kind == RT_ACT_SIGNAL)
			snprintf(to, room - at, "signal %s %d; ", name, a->signal);
		else if (a->kind == RT_ACT_KILL)
			snprintf(to, room - at, "kill %s; ", name);
		else if (a->kind == RT_ACT_HOOK)
			snprintf(to, room - at, "%s %s; ", rt_hook_name(a->hook), name);
		else if (a->kind == RT_ACT_HOOK_STOP)
			snprintf(to, room - at, "stop-hook %s %d; ", name, a->signal);
		else if (a->kind == RT_ACT_PUBLISH)
			snprintf(to, room - at, "publish %s; ", name);
		else if (a->kind == RT_ACT_ANSWER)
			snprintf(to, room - at, "%s %s; ", name,
				 rt_reply_word((enum rt_reply)a->status));
		else if (a->kind == RT_ACT_END)
			snprintf(to, room - at, "end %d; ", a->status);
		at = strlen(s->heard);
	}
}

static void tell(struct story *s, struct rt_event e)
{
	rt_core_step(&s->core, &e, s->now);
	hear(s);
}

static struct rt_event about(struct story *s, enum rt_event_kind kind, const char *name)
{
	uint32_t i = rt_table_find(&s->table, name);

	return (struct rt_event){.kind = kind, .service = i, .run = s->core.service[i].launches};
}

/* The process is there, and its only task has begun. */
static void launched(struct story *s, const char *name)
{
	tell(s, about(s, RT_EV_LAUNCHED, name));
	tell(s, about(s, RT_EV_UP, name));
}

static void ready(struct story *s, const char *name)
{
	tell(s, about(s, RT_EV_READY, name));
}

/* A look whether it still answers, with 0 if it does. */
static void look(struct story *s, const char *name, int status)
{
	struct rt_event e = about(s, RT_EV_LOOK, name);

	e.status = status;
	tell(s, e);
}

static void exits(struct story *s, const char *name, int status)
{
	struct rt_event e = about(s, RT_EV_EXIT, name);

	e.status = status;
	e.verdict = status ? RT_V_APP_EXIT : RT_V_COMPLETED;
	tell(s, e);
}

static void by_hand(struct story *s, enum rt_order order, const char *name)
{
	struct rt_event e = about(s, RT_EV_ORDER, name);

	e.order = order;
	e.signal = order == RT_ORDER_SIGNAL ? 10 : 0;
	tell(s, e);
}

static void hook_ends(struct story *s, const char *name, int status)
{
	struct rt_event e = about(s, RT_EV_HOOK, name);

	e.run = s->core.service[e.service].hook_runs;
	e.status = status;
	tell(s, e);
}

static void shutdown(struct story *s, int number)
{
	tell(s, (struct rt_event){.kind = RT_EV_SHUTDOWN, .signal = number});
}

/* Time passes, in milliseconds since the beginning; timers fire when they are due. */
static void at(struct story *s, int64_t ms)
{
	int64_t end = ms * 1000000;

	while (rt_core_deadline(&s->core) <= end) {
		int64_t due = rt_core_deadline(&s->core);

		s->now = due > s->now ? due : s->now;
		tell(s, (struct rt_event){.kind = RT_EV_TICK});
	}
	s->now = end;
}

#define EXPECT(s, text)                                                                            \
	do {                                                                                       \
		assert_string_equal((s)->heard, text);                                             \
		(s)->heard[0] = '\0';                                                              \
	} while (0)

static struct story *begin(const char *text)
{
	static struct story story;
	const struct rt_table_error *e;
	struct rt_pool pool = {0};
	char *full;

	rt_pool_free(&story.pool);
	story = (struct story){.pool = pool};
	full = rt_pool_format(&story.pool, "hpcc-table 1\n%s", text);
	e = rt_table_read(&story.table, &story.pool, full, strlen(full));
	if (e)
		fail_msg("line %u: %s", e->line, e->text);
	rt_core_init(&story.core, &story.table, &story.pool);
	tell(&story, (struct rt_event){.kind = RT_EV_BEGIN});
	return &story;
}

static const struct rt_service *service(const struct story *s, const char *name)
{
	return &s->core.service[rt_table_find(&s->table, name)];
}

/* Failures at 0 and at `ms`, with a window of 60 s and cap 1: is the second granted? */
static bool second_is_granted(int64_t ms)
{
	struct story *s =
		begin("service w\nrun f\non-failure restart max 5 window 1 in 60s backoff 1s\n");

	launched(s, "w");
	exits(s, "w", 42);
	at(s, 1000);
	launched(s, "w");
	at(s, ms);
	s->heard[0] = '\0';
	exits(s, "w", 42);
	return s->core.phase == RT_JOB_RUNNING;
}

static void window_edges(void **state)
{
	(void)state;
	assert_false(second_is_granted(59000));
	assert_false(second_is_granted(59999));
	assert_true(second_is_granted(60000));
	assert_true(second_is_granted(60001));
}

/* The clock's resolution: one nanosecond decides. */
static void window_by_a_nanosecond(void **state)
{
	(void)state;
	for (int64_t off = -1; off <= 1; off++) {
		struct story *s = begin(
			"service w\nrun f\non-failure restart max 5 window 1 in 60s backoff 1s\n");

		launched(s, "w");
		exits(s, "w", 42);
		at(s, 1000);
		launched(s, "w");
		s->now = INT64_C(60000000000) + off;
		exits(s, "w", 42);
		assert_int_equal(s->core.phase == RT_JOB_RUNNING, off >= 0);
	}
}

static void lifetime_cap_of_one(void **state)
{
	struct story *s =
		begin("service w\nrun f\non-failure restart max 1 window 1 in 1s backoff 5s\n");

	(void)state;
	launched(s, "w");
	exits(s, "w", 42);
	EXPECT(s, "launch w; ");
	at(s, 4999);
	EXPECT(s, "");
	at(s, 5000);
	EXPECT(s, "launch w; ");
	launched(s, "w");
	exits(s, "w", 42);
	EXPECT(s, "end 42; ");
	assert_int_equal(service(s, "w")->restarts, 1);
}

/* With a backoff longer than the window the window can never trip; the lifetime cap does. */
static void backoff_beyond_window(void **state)
{
	struct story *s =
		begin("service w\nrun f\non-failure restart max 3 window 1 in 2s backoff 10s\n");

	(void)state;
	EXPECT(s, "launch w; ");
	for (int i = 0; i < 3; i++) {
		launched(s, "w");
		exits(s, "w", 1);
		at(s, (i + 1) * 10000);
		EXPECT(s, "launch w; ");
	}
	launched(s, "w");
	exits(s, "w", 1);
	EXPECT(s, "end 1; ");
	assert_int_equal(service(s, "w")->restarts, 3);
}

static void restart_while_dependents_wait(void **state)
{
	struct story *s = begin("service a\nrun f\nlog l\nready log x within 10s\n"
				"on-failure restart max 2 window 2 in 60s backoff 1s\n"
				"service b\nrun f\nafter a healthy\n");

	(void)state;
	launched(s, "a");
	exits(s, "a", 1);
	EXPECT(s, "launch a; probe a; unprobe a; ");
	at(s, 1000);
	launched(s, "a");
	EXPECT(s, "launch a; probe a; ");
	/* The readiness clock began anew with the second launch. */
	at(s, 10999);
	EXPECT(s, "");
	ready(s, "a");
	EXPECT(s, "unprobe a; launch b; ");
	launched(s, "b");
	exits(s, "b", 0);
	exits(s, "a", 0);
	EXPECT(s, "end 0; ");
}

static void time_out_when_somebody_waits(void **state)
{
	static const char *const policies[] = {"fail-job", "ignore",
					       "restart max 2 window 2 in 60s backoff 1s"};

	(void)state;
	for (int i = 0; i < 3; i++) {
		char table[400];
		struct story *s;

		snprintf(table, sizeof(table),
			 "service a\nrun f\nlog l\nready log x within 10s\non-failure %s\n"
			 "service b\nrun f\nafter a healthy\n",
			 policies[i]);
		s = begin(table);
		launched(s, "a");
		at(s, 9999);
		EXPECT(s, "launch a; probe a; ");
		at(s, 10000);
		EXPECT(s, "unprobe a; signal a 15; ");
		exits(s, "a", 0);
		EXPECT(s, "end 1; ");
		assert_int_equal(service(s, "a")->verdict, RT_V_NEVER_READY);
	}
}

static void time_out_when_nobody_waits(void **state)
{
	struct story *s = begin("service a\nrun f\nlog l\nready log x within 10s\n");

	(void)state;
	launched(s, "a");
	at(s, 20000);
	EXPECT(s, "launch a; probe a; unprobe a; ");
	exits(s, "a", 0);
	EXPECT(s, "end 0; ");
}

/* An answer that comes with the clock already out is looked at first. */
static void check_before_clock(void **state)
{
	struct story *s = begin("service a\nrun f\nlog l\nready log x within 10s\n"
				"service b\nrun f\nafter a healthy\n");

	(void)state;
	launched(s, "a");
	s->now = INT64_C(10000000000);
	ready(s, "a");
	tell(s, (struct rt_event){.kind = RT_EV_TICK});
	EXPECT(s, "launch a; probe a; unprobe a; launch b; ");
}

static void failure_during_backoff_and_probe_of_others(void **state)
{
	struct story *s =
		begin("service a\nrun f\non-failure restart max 2 window 2 in 60s backoff 5s\n"
		      "service b\nrun f\nlog l\nready log x within 60s\n"
		      "service c\nrun f\n");

	(void)state;
	launched(s, "a");
	launched(s, "b");
	launched(s, "c");
	exits(s, "a", 1);
	at(s, 2000);
	EXPECT(s, "launch a; launch b; launch c; probe b; ");
	exits(s, "c", 7);
	EXPECT(s, "unprobe b; signal b 15; ");
	assert_int_equal(rt_core_state(service(s, "a")), RT_EXITED);
	at(s, 5000);
	EXPECT(s, "");
	exits(s, "b", 143);
	EXPECT(s, "end 7; ");
}

static void two_fatal_exits_in_one_tick(void **state)
{
	struct story *s = begin("service a\nrun f\nservice b\nrun f\n");

	(void)state;
	launched(s, "a");
	launched(s, "b");
	s->heard[0] = '\0';
	exits(s, "a", 3);
	exits(s, "b", 4);
	EXPECT(s, "signal b 15; end 3; ");
	assert_int_equal(service(s, "b")->status, 4);
}

static void term_during_backoff(void **state)
{
	struct story *s =
		begin("service a\nrun f\non-failure restart max 2 window 2 in 60s backoff 5s\n");

	(void)state;
	launched(s, "a");
	exits(s, "a", 1);
	at(s, 1000);
	shutdown(s, 15);
	EXPECT(s, "launch a; end 143; ");
}

static void term_during_prologue(void **state)
{
	struct story *s = begin("service a\nrun f\nprologue p\nepilogue e\n");

	(void)state;
	shutdown(s, 2);
	EXPECT(s, "prologue a; stop-hook a 15; ");
	hook_ends(s, "a", 143);
	EXPECT(s, "end 130; ");
	assert_int_equal(rt_core_state(service(s, "a")), RT_SKIPPED);
}

static void term_during_start(void **state)
{
	struct story *s = begin("service a\nrun f\n");

	(void)state;
	shutdown(s, 15);
	EXPECT(s, "launch a; ");
	launched(s, "a");
	EXPECT(s, "signal a 15; ");
	/* Twice is not sooner. */
	shutdown(s, 15);
	EXPECT(s, "");
	at(s, 9999);
	EXPECT(s, "");
	at(s, 10000);
	EXPECT(s, "kill a; ");
	exits(s, "a", 137);
	EXPECT(s, "end 143; ");
}

static void stop_in_reverse_order(void **state)
{
	struct story *s =
		begin("job grace 30s\nservice a\nrun f\nservice b\nrun f\nafter a started\n"
		      "service c\nrun f\nafter b started\nepilogue e\n");

	(void)state;
	launched(s, "a");
	launched(s, "b");
	launched(s, "c");
	s->heard[0] = '\0';
	shutdown(s, 15);
	EXPECT(s, "signal c 15; ");
	exits(s, "c", 0);
	EXPECT(s, "epilogue c; ");
	hook_ends(s, "c", 0);
	EXPECT(s, "signal b 15; ");
	exits(s, "b", 0);
	EXPECT(s, "signal a 15; ");
	exits(s, "a", 0);
	EXPECT(s, "end 143; ");
}

/* Three stubborn services and a bound of 12 s: each gets its share, and all is over by then. */
static void bound_is_shared(void **state)
{
	struct story *s =
		begin("job grace 12s\nservice a\nrun f\nservice b\nrun f\nafter a started\n"
		      "service c\nrun f\nafter b started\n");

	(void)state;
	launched(s, "a");
	launched(s, "b");
	launched(s, "c");
	s->heard[0] = '\0';
	shutdown(s, 15);
	at(s, 3999);
	EXPECT(s, "signal c 15; ");
	at(s, 4000);
	EXPECT(s, "kill c; ");
	exits(s, "c", 137);
	EXPECT(s, "signal b 15; ");
	at(s, 8000);
	EXPECT(s, "kill b; ");
	exits(s, "b", 137);
	at(s, 12000);
	EXPECT(s, "signal a 15; kill a; ");
	exits(s, "a", 137);
	EXPECT(s, "end 143; ");
}

static void window_hooks_before_the_end(void **state)
{
	struct story *s =
		begin("service d\nrun f\n"
		      "service w\nrun f\non-failure restart max 5 window 1 in 60s backoff 1s\n"
		      "on restart r\non window-exhausted x\non window-exhausted y\n");

	(void)state;
	launched(s, "d");
	launched(s, "w");
	exits(s, "w", 9);
	EXPECT(s, "launch d; launch w; restart w; ");
	at(s, 5000);
	EXPECT(s, "");
	hook_ends(s, "w", 1); /* no effect */
	at(s, 5999);
	EXPECT(s, "");
	at(s, 6000);
	launched(s, "w");
	exits(s, "w", 9);
	EXPECT(s, "launch w; window_exhausted w; ");
	hook_ends(s, "w", 0);
	EXPECT(s, "window_exhausted w; ");
	hook_ends(s, "w", 0);
	EXPECT(s, "signal d 15; ");
	exits(s, "d", 0);
	EXPECT(s, "end 9; ");
}

static void prologue_failure_counts(void **state)
{
	struct story *s = begin("service a\nrun f\nprologue p\nepilogue e\n"
				"on-failure restart max 1 window 1 in 60s backoff 1s\n");

	(void)state;
	hook_ends(s, "a", 5);
	at(s, 1000);
	EXPECT(s, "prologue a; prologue a; ");
	hook_ends(s, "a", 6);
	EXPECT(s, "end 6; ");
}

static void epilogue_replaces_zero(void **state)
{
	struct story *s = begin("service a\nrun f\nepilogue e\n");

	(void)state;
	launched(s, "a");
	exits(s, "a", 0);
	hook_ends(s, "a", 5);
	EXPECT(s, "launch a; epilogue a; end 5; ");
	s = begin("service a\nrun f\nepilogue e\n");
	launched(s, "a");
	exits(s, "a", 3);
	hook_ends(s, "a", 5);
	EXPECT(s, "launch a; epilogue a; end 3; ");
}

static void server_goes_with_its_clients(void **state)
{
	struct story *s =
		begin("service a\nrun f\nlifetime dependents\n"
		      "service b\nrun f\nafter a started\nservice c\nrun f\nafter b completed\n");

	(void)state;
	launched(s, "a");
	launched(s, "b");
	exits(s, "b", 0);
	launched(s, "c");
	EXPECT(s, "launch a; launch b; launch c; ");
	exits(s, "c", 0);
	EXPECT(s, "signal a 15; ");
	exits(s, "a", 143);
	EXPECT(s, "end 0; ");
	assert_int_equal(service(s, "a")->status, 0);
	assert_int_equal(service(s, "a")->verdict, RT_V_STOPPED);
}

static void reset_gives_the_budget_back(void **state)
{
	struct story *s =
		begin("service w\nrun f\non-failure restart max 1 window 9 in 1s backoff 1s\n"
		      "reset-after 100s\n");

	(void)state;
	launched(s, "w");
	exits(s, "w", 1);
	at(s, 1000);
	launched(s, "w");
	at(s, 100000);
	exits(s, "w", 1);
	at(s, 101000);
	EXPECT(s, "launch w; launch w; launch w; ");
	launched(s, "w");
	at(s, 199999);
	exits(s, "w", 1);
	EXPECT(s, "end 1; ");
}

static void stale_and_doubled_events(void **state)
{
	struct story *s =
		begin("service w\nrun f\non-failure restart max 3 window 3 in 60s backoff 1s\n");
	struct rt_event old;

	(void)state;
	launched(s, "w");
	old = about(s, RT_EV_EXIT, "w");
	old.status = 1;
	exits(s, "w", 1);
	tell(s, old);
	assert_int_equal(service(s, "w")->restarts, 1);
	at(s, 1000);
	launched(s, "w");
	tell(s, old);
	assert_int_equal(rt_core_state(service(s, "w")), RT_RUNNING);
	assert_int_equal(service(s, "w")->phase, RT_PH_ALIVE);
	assert_int_equal(service(s, "w")->restarts, 1);
}

static void what_never_comes_back(void **state)
{
	struct story *s = begin("service a\nrun f\nstop TERM grace 1s\n");

	(void)state;
	launched(s, "a");
	shutdown(s, 15);
	at(s, 1000);
	EXPECT(s, "launch a; signal a 15; kill a; ");
	at(s, 10999);
	EXPECT(s, "");
	at(s, 11000);
	EXPECT(s, "end 143; ");
	assert_int_equal(service(s, "a")->verdict, RT_V_LOST);
}

static void clocks_wait_for_the_start(void **state)
{
	(void)state;
	struct story *s = begin("service a\nrun f\ntasks 3\nlog l\nready log x within 5s\n"
				"service b\nrun f\nready sleep 2s\n"
				"service c\nrun f\ntasks 0\nready sleep 2s\n"
				"service d\nrun f\nafter a healthy\nafter b healthy\n");

	tell(s, about(s, RT_EV_LAUNCHED, "a"));
	tell(s, about(s, RT_EV_LAUNCHED, "b"));
	tell(s, about(s, RT_EV_LAUNCHED, "c"));
	EXPECT(s, "launch a; launch b; launch c; ");
	at(s, 60000);
	EXPECT(s, "");
	assert_int_equal(service(s, "c")->probe, RT_PROBE_PASSED);
	assert_int_equal(service(s, "b")->probe, RT_PROBE_NONE);
	/* The first of its tasks is enough. */
	tell(s, about(s, RT_EV_BEGUN, "a"));
	EXPECT(s, "probe a; ");
	tell(s, about(s, RT_EV_BEGUN, "a"));
	tell(s, about(s, RT_EV_UP, "a"));
	tell(s, about(s, RT_EV_UP, "b"));
	at(s, 61999);
	assert_int_equal(service(s, "b")->probe, RT_PROBE_PENDING);
	at(s, 62000);
	assert_int_equal(service(s, "b")->probe, RT_PROBE_PASSED);
	at(s, 64999);
	EXPECT(s, "");
	at(s, 65000);
	EXPECT(s, "unprobe a; signal c 15; signal b 15; signal a 15; ");
}

static void launch_that_never_begins(void **state)
{
	(void)state;
	struct story *s = begin("service a\nrun f\ntasks 2\nstart within 5s\nready sleep 1s\n"
				"on-failure restart max 2 window 2 in 60s backoff 1s\n");

	tell(s, about(s, RT_EV_LAUNCHED, "a"));
	tell(s, about(s, RT_EV_BEGUN, "a"));
	at(s, 4999);
	EXPECT(s, "launch a; ");
	at(s, 5000);
	EXPECT(s, "signal a 15; ");
	/* Too late; and what the launcher makes of the signal says nothing. */
	tell(s, about(s, RT_EV_UP, "a"));
	exits(s, "a", 0);
	assert_int_equal(service(s, "a")->status, 1);
	assert_int_equal(service(s, "a")->verdict, RT_V_NOT_STARTED);
	at(s, 6000);
	EXPECT(s, "launch a; ");
	launched(s, "a");
	at(s, 30000);
	EXPECT(s, "");
	assert_int_equal(service(s, "a")->probe, RT_PROBE_PASSED);
}

static void unhealthy_and_started_again(void **state)
{
	(void)state;
	struct story *s = begin("service a\nrun f\nready tcp h:1 within 9s\n"
				"live tcp h:1 every 10s attempt 5s failures 2\n"
				"on-failure restart max 1 window 1 in 60s backoff 1s\n");

	launched(s, "a");
	look(s, "a", 1); /* nobody has asked yet */
	ready(s, "a");
	EXPECT(s, "launch a; probe a; unprobe a; watch a; ");
	look(s, "a", 1);
	look(s, "a", 0); /* counting begins again */
	look(s, "a", 1);
	EXPECT(s, "");
	assert_int_equal(rt_core_state(service(s, "a")), RT_READY);
	look(s, "a", 1);
	EXPECT(s, "unwatch a; signal a 15; ");
	assert_int_equal(rt_core_state(service(s, "a")), RT_STOPPING);
	/* Whatever status it gives: a failure, and the policy decides. */
	exits(s, "a", 0);
	assert_int_equal(service(s, "a")->status, 1);
	assert_int_equal(service(s, "a")->verdict, RT_V_UNHEALTHY);
	at(s, 1000);
	launched(s, "a");
	ready(s, "a");
	EXPECT(s, "launch a; probe a; unprobe a; watch a; ");
	look(s, "a", 1);
	tell(s, (struct rt_event){
			.kind = RT_EV_LOOK, .run = 1, .status = 1}); /* of the first launch */
	EXPECT(s, "");
	look(s, "a", 1);
	exits(s, "a", 143);
	EXPECT(s, "unwatch a; signal a 15; end 1; "); /* the caps count it */
	assert_int_equal(service(s, "a")->verdict, RT_V_UNHEALTHY);
}

static void watched_without_readiness(void **state)
{
	(void)state;
	struct story *s = begin("service a\nrun f\non-failure ignore\nstop TERM grace 3s\n"
				"live http http://h:1/ status 200 every 10s attempt 5s failures 1\n"
				"service b\nrun f\n");

	tell(s, about(s, RT_EV_LAUNCHED, "a"));
	EXPECT(s, "launch a; launch b; ");
	tell(s, about(s, RT_EV_BEGUN, "a"));
	EXPECT(s, "watch a; ");
	look(s, "a", 1);
	at(s, 3000); /* it hangs, and doesn't hear TERM either */
	exits(s, "a", 137);
	EXPECT(s, "unwatch a; signal a 15; kill a; ");
	assert_int_equal(service(s, "a")->verdict, RT_V_UNHEALTHY);
	/* The end of the job ends the looks; what is told then is too late. */
	s = begin(
		"service a\nrun f\nlive tcp h:1 every 10s attempt 5s failures 1\nservice b\nrun f\n");
	launched(s, "a");
	launched(s, "b");
	exits(s, "b", 3);
	look(s, "a", 1);
	exits(s, "a", 0);
	EXPECT(s, "launch a; launch b; watch a; unwatch a; signal a 15; end 3; ");
	assert_int_equal(service(s, "a")->verdict, RT_V_STOPPED);
}

static void conditions_that_break(void **state)
{
	struct story *s;

	(void)state;
	/* It ended with 0 before anyone asked: that is as good as alive. */
	s = begin(
		"service a\nrun f\nservice z\nrun f\nservice b\nrun f\nafter a started\nafter z completed\n");
	launched(s, "a");
	exits(s, "a", 0);
	launched(s, "z");
	exits(s, "z", 0);
	EXPECT(s, "launch a; launch z; launch b; ");
	/* It ended for good before it was ready. */
	s = begin(
		"service a\nrun f\nlog l\nready log x within 9s\nservice b\nrun f\nafter a healthy\n");
	launched(s, "a");
	exits(s, "a", 0);
	EXPECT(s, "launch a; probe a; unprobe a; end 1; ");
	/* It failed for good under `ignore`: no dependent can start. */
	s = begin("service a\nrun f\non-failure ignore\nservice b\nrun f\nafter a completed\n");
	launched(s, "a");
	exits(s, "a", 9);
	EXPECT(s, "launch a; end 9; ");
}

/* An end by hand counts nowhere: a cap of one is still there after three of them. */
static void restart_by_hand(void **state)
{
	struct story *s =
		begin("service a\nrun f\non-failure restart max 1 window 1 in 60s backoff 0s\n");

	(void)state;
	launched(s, "a");
	EXPECT(s, "launch a; ");
	for (int i = 0; i < 3; i++) {
		by_hand(s, RT_ORDER_RESTART, "a");
		by_hand(s, RT_ORDER_RESTART, "a");
		EXPECT(s, "signal a 15; a taken; a already; ");
		exits(s, "a", 1);
		launched(s, "a");
		EXPECT(s, "launch a; ");
	}
	assert_int_equal(s->core.service[0].restarts, 0);
	assert_int_equal(s->core.service[0].restarts_by_hand, 3);
	assert_int_equal(rt_core_window_count(&s->core.service[0], s->now), 0);
	exits(s, "a", 1);
	at(s, 1);
	launched(s, "a");
	exits(s, "a", 1);
	EXPECT(s, "launch a; end 1; ");
}

/* What was stopped is needed no less: whoever waits for it waits on, and its server stays. */
static void stop_by_hand(void **state)
{
	struct story *s = begin("service server\nrun f\nlifetime dependents\n"
				"service client\nrun f\nafter server started\n"
				"service after\nrun f\nafter client completed\n");

	(void)state;
	launched(s, "server");
	launched(s, "client");
	EXPECT(s, "launch server; launch client; ");
	by_hand(s, RT_ORDER_STOP, "client");
	exits(s, "client", 143);
	by_hand(s, RT_ORDER_STOP, "client");
	by_hand(s, RT_ORDER_SIGNAL, "client");
	by_hand(s, RT_ORDER_START, "after");
	EXPECT(s,
	       "signal client 15; client taken; client already; client not-there; after waits; ");
	by_hand(s, RT_ORDER_START, "client");
	launched(s, "client");
	by_hand(s, RT_ORDER_SIGNAL, "client");
	EXPECT(s, "launch client; client taken; signal client 10; client taken; ");
	exits(s, "client", 0);
	launched(s, "after");
	exits(s, "after", 0);
	EXPECT(s, "launch after; signal server 15; ");
	by_hand(s, RT_ORDER_RESTART, "server");
	exits(s, "server", 143);
	EXPECT(s, "server not-needed; end 0; ");
}

/* A stop ends no job, but the end of another service does when only stopped ones are left. */
static void only_stopped_ones_are_left(void **state)
{
	struct story *s = begin("service db\nrun f\nlifetime dependents\n"
				"service a\nrun f\nafter db started\nservice b\nrun f\n");

	(void)state;
	launched(s, "db");
	launched(s, "a");
	launched(s, "b");
	exits(s, "b", 0);
	by_hand(s, RT_ORDER_STOP, "a");
	exits(s, "a", 143);
	EXPECT(s, "launch db; launch b; launch a; signal a 15; a taken; ");
	by_hand(s, RT_ORDER_START, "b");
	launched(s, "b");
	EXPECT(s, "launch b; b taken; ");
	exits(s, "b", 0);
	by_hand(s, RT_ORDER_START, "a");
	EXPECT(s, "signal db 15; a job-ends; ");
	exits(s, "db", 143);
	EXPECT(s, "end 0; ");
	/* A server that waits for what was stopped isn't begun for nobody. */
	s = begin(
		"service init\nrun f\nservice db\nrun f\nlifetime dependents\nafter init completed\n"
		"service client\nrun f\nafter db started\nservice b\nrun f\n");
	launched(s, "init");
	launched(s, "b");
	by_hand(s, RT_ORDER_STOP, "client");
	by_hand(s, RT_ORDER_STOP, "init");
	exits(s, "init", 143);
	EXPECT(s, "launch init; launch b; client taken; signal init 15; init taken; ");
	exits(s, "b", 0);
	EXPECT(s, "end 0; ");
}

/* Whatever it is stopped for, an end by hand is none of its failures: neither unhealthy nor never begun. */
static void ends_by_hand(void **state)
{
	struct story *s = begin("service a\nrun f\nlive tcp h:1 every 1s attempt 1s failures 1\n");

	(void)state;
	launched(s, "a");
	look(s, "a", 1);
	by_hand(s, RT_ORDER_STOP, "a");
	exits(s, "a", 143);
	EXPECT(s, "launch a; watch a; unwatch a; signal a 15; a taken; ");
	assert_int_equal(s->core.service[0].status, 143);
	assert_int_equal(s->core.service[0].verdict, RT_V_STOPPED);
	assert_true(s->core.service[0].held);
	shutdown(s, 15);
	EXPECT(s, "end 143; ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(window_edges),
		cmocka_unit_test(window_by_a_nanosecond),
		cmocka_unit_test(lifetime_cap_of_one),
		cmocka_unit_test(backoff_beyond_window),
		cmocka_unit_test(restart_while_dependents_wait),
		cmocka_unit_test(time_out_when_somebody_waits),
		cmocka_unit_test(time_out_when_nobody_waits),
		cmocka_unit_test(check_before_clock),
		cmocka_unit_test(failure_during_backoff_and_probe_of_others),
		cmocka_unit_test(two_fatal_exits_in_one_tick),
		cmocka_unit_test(term_during_backoff),
		cmocka_unit_test(term_during_prologue),
		cmocka_unit_test(term_during_start),
		cmocka_unit_test(stop_in_reverse_order),
		cmocka_unit_test(bound_is_shared),
		cmocka_unit_test(window_hooks_before_the_end),
		cmocka_unit_test(prologue_failure_counts),
		cmocka_unit_test(epilogue_replaces_zero),
		cmocka_unit_test(server_goes_with_its_clients),
		cmocka_unit_test(reset_gives_the_budget_back),
		cmocka_unit_test(stale_and_doubled_events),
		cmocka_unit_test(what_never_comes_back),
		cmocka_unit_test(clocks_wait_for_the_start),
		cmocka_unit_test(launch_that_never_begins),
		cmocka_unit_test(unhealthy_and_started_again),
		cmocka_unit_test(watched_without_readiness),
		cmocka_unit_test(conditions_that_break),
		cmocka_unit_test(restart_by_hand),
		cmocka_unit_test(stop_by_hand),
		cmocka_unit_test(only_stopped_ones_are_left),
		cmocka_unit_test(ends_by_hand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
