/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hpcc restart, stop, start, signal: what the owner of a job wants of its services while it runs.
 *
 *	$ hpcc restart worker
 *	job 4711: 'worker' was restarted, launch 2
 */
#include <poll.h>
#include <string.h>

#include "driver/commands/cmd.h"
#include "driver/jobs/elements.h"
#include "driver/jobs/job_process.h"
#include "driver/jobs/known.h"
#include "driver/json.h"
#include "driver/orders/orders.h"
#include "driver/screen/services.h"
#include "driver/system.h"

enum {
	LOOK_MS = 40,
	LOOK_MOST_MS = 200
};

/* For an answer; for what was ordered to happen after it, on top of a service's own grace period. */
#define ANSWER_NS UINT64_C(30000000000)
#define DONE_NS   UINT64_C(60000000000)

/* One service of one job, or of an element of an array. */
struct wish {
	struct str service;
	struct sent_order *sent; /* NULL: it couldn't be given */
	struct order_answer answer;
	bool is_answered, is_done;
	struct str what; /* that became of it */
};

struct wishes {
	struct invocation *inv;
	struct known_job one;
	struct order order;
	LIST(struct str) services;
	LIST(struct wish) list;
	struct sent_order *sent; /* one for each part */
	bool *is_open;           /* of the parts: nobody has answered yet */
	bool has_failed;
};

/* `hpcc restart web 4711` as `hpcc restart 4711 web`, which all commands understand. */
static void job_comes_first(struct invocation *inv, enum rt_order what)
{
	uint32_t n = inv->words.n;

	if (inv->options.job || n < 2 || is_job_id(inv->words.items[0]) ||
	    !is_job_id(inv->words.items[n - 1]))
		return;
	/* In `signal worker 9` it is the signal, in `signal worker TERM 4711` the job. */
	if (what == RT_ORDER_SIGNAL &&
	    (n < 3 || !order_signal(inv->arena, inv->words.items[n - 2])))
		return;
	const char *job = inv->words.items[n - 1];
	memmove(inv->words.items + 1, inv->words.items, (n - 1) * sizeof(inv->words.items[0]));
	inv->words.items[0] = job;
}

static bool take_services(struct wishes *w)
{
	const json_t *services = json_object_get(w->one.job.record, "services");

	if (!services_are_known(w->inv, &w->one.job, NULL))
		return false;
	for (size_t i = 0; i < json_array_size(services); i++) {
		struct str name = json_str(json_array_get(services, i), "name");

		if (service_is_wanted(w->inv, &w->one.job, name))
			*LIST_PUSH(w->inv->arena, &w->services) = name;
	}
	w->order.services = w->services.items;
	w->order.n = w->services.n;
	return true;
}

/* Elements of an array that don't run are nobody's concern while others do. */
static void give(struct wishes *w)
{
	uint32_t n = w->one.parts.list.n, given = 0;
	const struct job_view **views = ARENA_ARRAY(w->inv->arena, n, const struct job_view *);
	bool *is_told = ARENA_ARRAY(w->inv->arena, n, bool);
	struct str why = STR("it has no elements"),
		   *reasons = ARENA_ARRAY(w->inv->arena, n, struct str);

	w->sent = ARENA_ARRAY(w->inv->arena, n, struct sent_order);
	w->is_open = ARENA_ARRAY(w->inv->arena, n, bool);
	for (uint32_t i = 0; i < n; i++) {
		w->is_open[i] =
			order_put(w->inv, &w->one.views[i], &w->order, &w->sent[i], &reasons[i]);
		if (w->is_open[i])
			views[given++] = &w->one.views[i];
		else
			why = reasons[i];
	}
	jobs_nudge(w->inv, views, given, is_told);
	given = 0;
	for (uint32_t i = 0, k = 0; i < n; i++) {
		if (w->is_open[i] && !is_told[k++]) {
			order_close(&w->sent[i]);
			w->is_open[i] = false;
			why = STR("its script can't be reached");
		}
		for (uint32_t s = 0; w->is_open[i] && s < w->services.n; s++)
			*LIST_PUSH(w->inv->arena, &w->list) =
				(struct wish){.service = w->services.items[s], .sent = &w->sent[i]};
		given += w->is_open[i];
	}
	if (given > 0)
		return;
	complain("job %.*s: %.*s", STR_ARG(job_meant(w->inv->arena, &w->one.job)), STR_ARG(why));
	w->has_failed = true;
}

/* What was answered, for each of the part's services. */
static void note_answers(struct wishes *w, const struct sent_order *sent, const char *what)
{
	uint32_t k = 0;

	for (uint32_t i = 0; i < w->list.n; i++) {
		struct wish *wish = &w->list.items[i];

		if (wish->sent != sent)
			continue;
		wish->answer = sent->answers[k++];
		wish->is_answered = !what;
		wish->is_done = what || wish->answer.reply != RT_A_TAKEN ||
				w->order.what == RT_ORDER_SIGNAL;
		wish->what = str_c(what ? what : rt_reply_text(wish->answer.reply));
	}
}

/* A supervisor answers what waits when it ends, but one that is killed doesn't. */
static bool has_ended(struct wishes *w, const struct sent_order *sent)
{
	struct str why;
	json_t *state = job_state(w->inv, sent->view->job, &why);
	bool is_over = state_is_over(state);

	json_decref(state);
	return is_over || (sent->view->job->is_local && !local_job_is_alive(sent->view->job));
}

static const char *why_unanswered(enum order_news news, bool is_over)
{
	if (is_over)
		return "the job has ended meanwhile";
	if (news == ORDER_OPEN)
		return "no answer within 30 s; the order was taken back";
	return "the order is gone, and nobody says what became of it";
}

static void wait_for_answers(struct wishes *w)
{
	uint64_t until = clock_ns() + ANSWER_NS;
	bool is_late = false;
	int pause = 1;

	for (bool any = true; any && !is_late;) {
		any = false;
		is_late = clock_ns() >= until;
		for (uint32_t i = 0; i < w->one.parts.list.n; i++) {
			if (!w->is_open[i])
				continue;
			bool is_over = pause == LOOK_MS && has_ended(w, &w->sent[i]);
			enum order_news news = order_look(w->inv, &w->sent[i]);
			if (news == ORDER_OPEN && !is_late && !is_over) {
				any = true;
				continue;
			}
			order_close(&w->sent[i]);
			w->is_open[i] = false;
			note_answers(w, &w->sent[i],
				     news == ORDER_ANSWERED ? NULL : why_unanswered(news, is_over));
		}
		if (any)
			poll(NULL, 0, pause);
		pause = pause * 2 < LOOK_MS ? pause * 2 : LOOK_MS;
	}
}

static bool is_state(const json_t *service, const char *word)
{
	return str_eq_c(json_str(service, "state"), word);
}

/* What was ordered has happened, as the state tells it. */
static bool has_happened(struct wishes *w, struct wish *wish, const json_t *service)
{
	struct arena *a = w->inv->arena;
	uint64_t launch = json_uint(service, "launches");

	if (w->order.what == RT_ORDER_STOP) {
		if (!json_is_true(json_object_get(service, "stopped_by_hand")))
			return false;
		wish->what = STR("was stopped; 'hpcc start' starts it again");
		return true;
	}
	/* Never launched, and waiting for others again. */
	if (is_state(service, "waiting") && launch == wish->answer.launch) {
		wish->what = STR("starts when what it waits for is there");
		return true;
	}
	if (launch <= wish->answer.launch || is_state(service, "starting"))
		return false;
	wish->what = str_fmt(a, "was %s, launch %llu",
			     w->order.what == RT_ORDER_START ? "started" : "restarted",
			     (unsigned long long)launch);
	return true;
}

/* False once there is nothing to wait for. */
static bool look_at_state(struct wishes *w, const struct job_view *view)
{
	struct str why;
	json_t *state = job_state(w->inv, view->job, &why);
	const json_t *services = json_object_get(state, "services");
	bool any = false;

	for (uint32_t i = 0; i < w->list.n; i++) {
		struct wish *wish = &w->list.items[i];

		if (wish->is_done || wish->sent->view != view)
			continue;
		wish->is_done = has_happened(w, wish, json_named(services, wish->service));
		if (!wish->is_done && state_is_over(state)) {
			wish->is_done = true;
			wish->what = STR("the job has ended meanwhile");
		}
		any = any || !wish->is_done;
	}
	json_decref(state);
	return any;
}

static void wait_for_deeds(struct wishes *w)
{
	uint64_t until = clock_ns() + DONE_NS;
	int pause = 1;

	for (;;) {
		bool any = false;

		for (uint32_t i = 0; i < w->one.parts.list.n; i++)
			any = look_at_state(w, &w->one.views[i]) || any;
		if (!any || clock_ns() >= until)
			return;
		poll(NULL, 0, pause);
		pause = pause * 2 < LOOK_MOST_MS ? pause * 2 : LOOK_MOST_MS;
	}
}

static void tell(struct wishes *w)
{
	for (uint32_t i = 0; i < w->list.n; i++) {
		const struct wish *wish = &w->list.items[i];
		bool is_good = wish->is_answered && (wish->answer.reply == RT_A_TAKEN ||
						     wish->answer.reply == RT_A_ALREADY);
		struct str what = wish->what,
			   attempt = attempt_text(w->inv->arena, wish->sent->view->state);

		if (w->order.what == RT_ORDER_SIGNAL && is_good)
			what = str_fmt(w->inv->arena, "was sent %s", w->order.signal);
		w->has_failed = w->has_failed || !is_good;
		if (is_good)
			printf("job %.*s%.*s: '%.*s' %s%.*s\n", STR_ARG(wish->sent->view->job->id),
			       STR_ARG(attempt), STR_ARG(wish->service),
			       wish->answer.reply == RT_A_ALREADY ? "stays as it is: " : "",
			       STR_ARG(what));
		else
			complain("job %.*s%.*s: can't %s '%.*s': %.*s",
				 STR_ARG(wish->sent->view->job->id), STR_ARG(attempt),
				 rt_order_word(w->order.what), STR_ARG(wish->service),
				 STR_ARG(what));
	}
}

static json_t *wish_json(const struct wishes *w, const struct wish *wish)
{
	return json_pack(
		"{s:o, s:I, s:o, s:o, s:b, s:o}", "job_id",
		json_text(w->inv->arena, wish->sent->view->job->id), "attempt",
		(json_int_t)json_uint(wish->sent->view->state, "attempt"), "service",
		json_text(w->inv->arena, wish->service), "answer",
		wish->is_answered ? json_string(rt_reply_word(wish->answer.reply)) : json_null(),
		"done", wish->is_done && wish->is_answered && wish->answer.reply == RT_A_TAKEN,
		"text", json_text(w->inv->arena, wish->what));
}

static int give_order(struct invocation *inv, enum rt_order what)
{
	struct wishes w = {.inv = inv, .order = {.what = what}};

	job_comes_first(inv, what);
	uint32_t wanted = 1u + (what == RT_ORDER_SIGNAL);
	if (inv->words.n < services_begin(inv) + wanted) {
		complain(what == RT_ORDER_SIGNAL
				 ? "which service, and which signal? hpcc signal SERVICE SIGNAL"
				 : "which service? hpcc %s SERVICE",
			 rt_order_word(what));
		return EXIT_USAGE;
	}
	if (what == RT_ORDER_SIGNAL) {
		const char *word = inv->words.items[--inv->words.n];
		w.order.signal = order_signal(inv->arena, word);
		if (!w.order.signal) {
			complain("no signal is called '%s'; 'kill -l' lists those there are", word);
			return EXIT_USAGE;
		}
	}
	if (!known_job_find(inv, &w.one))
		return EXIT_ENVIRONMENT;
	if (!take_services(&w))
		return EXIT_USAGE;
	give(&w);
	wait_for_answers(&w);
	wait_for_deeds(&w);
	if (inv->options.format == FORMAT_JSON) {
		json_t *orders = json_array();

		for (uint32_t i = 0; i < w.list.n; i++)
			json_array_append_new(orders, wish_json(&w, &w.list.items[i]));
		json_print(json_pack("{s:i, s:s, s:o}", "schema_version", 1, "order",
				     rt_order_word(what), "orders", orders));
	} else {
		tell(&w);
	}
	return w.has_failed ? EXIT_ENVIRONMENT : EXIT_OK;
}

int cmd_restart(struct invocation *inv)
{
	return give_order(inv, RT_ORDER_RESTART);
}

int cmd_stop(struct invocation *inv)
{
	return give_order(inv, RT_ORDER_STOP);
}

int cmd_start(struct invocation *inv)
{
	return give_order(inv, RT_ORDER_START);
}

int cmd_signal(struct invocation *inv)
{
	return give_order(inv, RT_ORDER_SIGNAL);
}
