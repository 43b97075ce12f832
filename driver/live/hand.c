/* SPDX-License-Identifier: Apache-2.0 */
/* Orders by hand from the live view: restart, stop, start, signal; one at a time, and its answer is said below. */
#include <signal.h>
#include <stdio.h>

#include "driver/live/view.h"
#include "driver/system.h"

enum {
	ANSWER_S = 30
};

/* Marked services, or the chosen one; of an array those of the chosen one's element. */
static void collect(struct view *v, struct view_order *order)
{
	const struct live_row *rows = v->model.rows.list.items;
	uint32_t part = rows[v->chosen].part;

	order->services = ARENA_ARRAY(v->inv->arena, v->model.rows.list.n, struct str);
	order->n = 0;
	for (uint32_t i = 0; i < v->model.rows.list.n; i++)
		if (rows[i].is_marked && rows[i].part == part)
			order->services[order->n++] = rows[i].own_name;
	if (order->n == 0)
		order->services[order->n++] = rows[v->chosen].own_name;
}

static struct str names_of(struct view *v, const struct view_order *order)
{
	if (order->n > 1)
		return str_fmt(&v->scratch, "%u services", order->n);
	return str_fmt(&v->scratch, "'%.*s'", STR_ARG(order->services[0]));
}

void view_order_begin(struct view *v, enum rt_order what)
{
	struct view_order *order = &v->order_by_hand;

	if (v->model.is_over || v->chosen >= v->model.rows.list.n) {
		view_say(v, "the job has ended");
		return;
	}
	if (order->is_open) {
		view_say(v, "the order before this one isn't answered yet");
		return;
	}
	order->what = what;
	order->part = v->model.rows.list.items[v->chosen].part;
	collect(v, order);
	struct str names = names_of(v, order);
	if (what == RT_ORDER_SIGNAL)
		view_ask(v, PROMPT_SIGNAL, "signal to %.*s (HUP, USR1, …): ", STR_ARG(names));
	else if (what == RT_ORDER_START)
		view_order_send(v, NULL);
	else
		view_ask(v, PROMPT_SURE, "%s %.*s? y: do it ", rt_order_word(what), STR_ARG(names));
}

static json_t *nudge(void *context)
{
	struct view *v = context;
	const struct job_view *view = v->order_by_hand.sent.view;
	bool is_told = false;

	jobs_nudge(v->inv, &view, 1, &is_told);
	return json_boolean(is_told);
}

void view_order_send(struct view *v, const char *number)
{
	struct view_order *order = &v->order_by_hand;
	struct order o = {
		.what = order->what, .signal = number, .services = order->services, .n = order->n};
	struct str why;

	order->is_open = order_put(v->inv, &v->model.views[order->part], &o, &order->sent, &why);
	if (order->is_open && !errand_begin(&order->nudge, nudge, v)) {
		order_close(&order->sent);
		order->is_open = false;
		why = STR("no process can be started");
	}
	order->until = clock_ns() + ANSWER_S * UINT64_C(1000000000);
	if (order->is_open)
		view_say(v, "%s %.*s …", rt_order_word(order->what), STR_ARG(names_of(v, order)));
	else
		view_say(v, "%s: %.*s", rt_order_word(order->what), STR_ARG(why));
}

/* The first service that isn't just obeyed, else the first. */
static uint32_t worst(const struct sent_order *sent)
{
	for (uint32_t i = 0; i < sent->n; i++)
		if (sent->answers[i].reply != RT_A_TAKEN)
			return i;
	return 0;
}

/* False when the supervisor can't be told to look. */
static bool nudges(struct view *v)
{
	struct view_order *order = &v->order_by_hand;

	if (!errand_is_open(&order->nudge))
		return !order_is_to_nudge(&order->sent) || errand_begin(&order->nudge, nudge, v);
	if (!errand_has_ended(&order->nudge))
		return true;
	json_t *is_told = errand_end(&order->nudge);
	bool ok = json_is_true(is_told) || order->sent.nudges > 0;
	json_decref(is_told);
	return ok;
}

void view_order_look(struct view *v)
{
	struct view_order *order = &v->order_by_hand;

	if (!order->is_open)
		return;
	enum order_news news = order_read(&order->sent);
	if (news == ORDER_OPEN && !nudges(v)) {
		bool is_local = v->model.job->is_local;

		view_say(v, "%s: %s", rt_order_word(order->what),
			 is_local ? "it has ended" : "scancel can't reach it");
		view_order_end(v);
		return;
	}
	bool is_late = clock_ns() > order->until || v->model.is_over;
	if (news == ORDER_OPEN && !is_late)
		return;
	if (news == ORDER_ANSWERED) {
		uint32_t i = worst(&order->sent);

		view_say(v, "%s '%.*s': %s", rt_order_word(order->what),
			 STR_ARG(order->services[i]), rt_reply_text(order->sent.answers[i].reply));
	} else {
		view_say(v, "%s: no answer", rt_order_word(order->what));
	}
	view_order_end(v);
}

void view_order_end(struct view *v)
{
	struct view_order *order = &v->order_by_hand;

	if (!order->is_open)
		return;
	json_decref(errand_end(&order->nudge));
	order_close(&order->sent);
	order->is_open = false;
}
