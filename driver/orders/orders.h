/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Orders to a running job: restart, stop, start a service, or send it a signal. An order is a file in
 * the job's folder (docs/wire.md), and its answer takes that file's place.
 *
 *	struct order o = {.what = RT_ORDER_RESTART, .services = &name, .n = 1};
 *	if (!order_put(inv, view, &o, &sent, &why))	it can't be given: why
 *	jobs_nudge(inv, &view, 1, &is_told)		has the supervisor look
 *	… order_look(inv, &sent) now and then, as the screen is drawn, until it isn't ORDER_OPEN …
 *	sent.answers[0].reply				rt_reply_text says it in words
 *	order_close(&sent);
 */
#ifndef HPCC_DRIVER_ORDERS_ORDERS_H
#define HPCC_DRIVER_ORDERS_ORDERS_H

#include "driver/jobs/status.h"
#include "runtime/core/orders.h"

struct order {
	enum rt_order what;
	const char *signal;         /* "HUP", of RT_ORDER_SIGNAL */
	const struct str *services; /* by their names in state.json */
	uint32_t n;
};

struct order_answer {
	enum rt_reply reply;
	uint32_t launch; /* of the service, when the order came; 0: it hadn't been launched */
};

struct sent_order {
	const struct job_view *view;
	int folder; /* of orders */
	struct str name;
	uint32_t n;
	struct order_answer *answers; /* of each service, once it is ORDER_ANSWERED */
	uint64_t nudged_at;           /* when the supervisor was last told to look, and how often */
	unsigned nudges;
};

/* The name that an order has of a signal: "HUP" of HUP, SIGHUP, hup and 1; NULL: there is none. */
const char *order_signal(struct arena *a, const char *word);

/* Puts an order into the job's folder. False with *why: "it hasn't begun", "it has ended". */
bool order_put(struct invocation *inv, const struct job_view *view, const struct order *o,
	       struct sent_order *sent, struct str *why);

enum order_news {
	ORDER_OPEN,
	ORDER_ANSWERED, /* and its file is gone */
	ORDER_VANISHED  /* the supervisor took it, or has begun anew, and can't write an answer */
};
/* Waits for nothing; has the supervisor look again when it takes long. */
enum order_news order_look(struct invocation *inv, struct sent_order *sent);
/* Its two parts: what is there, and whether the supervisor is to look again, which counts as told then. */
enum order_news order_read(struct sent_order *sent);
bool order_is_to_nudge(struct sent_order *sent);

/* Closes one; what nobody has answered is taken back. */
void order_close(struct sent_order *sent);

/*
 * Jobs that may have something to do are told to look: their batch scripts get URG, which nobody but the
 * owner of a job can send, and hand it on to the supervisors. Which couldn't be told, a flag each.
 */
void jobs_nudge(struct invocation *inv, const struct job_view *const *views, uint32_t n,
		bool *is_told);

#endif
