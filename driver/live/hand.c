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

void view_order_send(struct view *v, const char *number)
{
	struct view_order *order = &v->order_by_hand;
	struct order o = {
		.what = order->what, .signal = number, .services = order->services, .n = order->n};
	struct str why;

	order->is_open = order_send(v->inv, &v->model.views[order->part], &o, &order->sent, &why);
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

void view_order_look(struct view *v)
{
	struct view_order *order = &v->order_by_hand;

	if (!order->is_open)
		return;
	enum order_news news = order_look(v->inv, &order->sent);
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
	order_close(&order->sent);
	order->is_open = false;
}

void view_order_end(struct view *v)
{
	if (v->order_by_hand.is_open)
		order_close(&v->order_by_hand.sent);
	v->order_by_hand.is_open = false;
}
