/* SPDX-License-Identifier: Apache-2.0 */
/* What the live view shows at this moment, and where in it its user is. */
#ifndef HPCC_DRIVER_LIVE_VIEW_H
#define HPCC_DRIVER_LIVE_VIEW_H

#include "driver/live/keys.h"
#include "driver/live/layout.h"
#include "driver/live/live.h"
#include "driver/live/model.h"
#include "driver/live/log/pane.h"
#include "driver/orders/orders.h"

enum view_source {
	SOURCE_CHOSEN, /* the chosen service, or all marked ones */
	SOURCE_ALL,
	SOURCE_BATCH,
	SOURCE_EVENTS
};

enum view_prompt {
	PROMPT_NONE,
	PROMPT_FILTER,
	PROMPT_FIND,
	PROMPT_SIGNAL, /* its name */
	PROMPT_SURE    /* y, or not */
};

enum view_details {
	DETAILS_BESIDE, /* where there is room for them beside the log */
	DETAILS_SHOWN,
	DETAILS_HIDDEN
};

/* An order by hand. */
struct view_order {
	enum rt_order what;
	uint32_t part;
	struct str *services;
	uint32_t n;
	struct sent_order sent;
	struct errand nudge;
	bool is_open; /* not answered yet */
	uint64_t until;
};

struct view {
	struct invocation *inv;
	const struct live_job *task;
	struct model model;
	struct pane pane;
	struct layout layout;
	struct arena scratch; /* of one drawing */

	uint32_t *shown; /* numbers of rows, arranged */
	uint32_t n_shown;
	uint32_t chosen; /* row */
	uint32_t first;  /* of those shown, at the top of the list */
	enum row_order order;
	char filter[128];
	bool is_zoomed, has_usage, has_help;
	enum view_details details;
	unsigned help_top; /* its first line */

	enum view_source source;
	enum view_prompt prompt;
	char label[128]; /* before what is typed */
	char text[128];  /* that is typed */
	struct view_order order_by_hand;
	char message[512]; /* below all, until the next key */
	bool is_stale;     /* what is drawn is */
	uint64_t key_at;   /* when the last one came */
	bool is_over;      /* the view */
	int signal;        /* the first that came */
	unsigned asked;    /* signals so far */
};

void view_say(struct view *v, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* By what was chosen, and the room that there is. */
bool view_has_details(const struct view *v);

/* After rows, filter or order have changed. */
void view_arrange(struct view *v);

/* The pane shows what is chosen by now. */
void view_open_logs(struct view *v);

/* Begins to ask for a text, which `text` holds. */
void view_ask(struct view *v, enum view_prompt prompt, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Orders to the marked services, or the chosen one: what is asked before, the order itself, what comes of it. */
void view_order_begin(struct view *v, enum rt_order what);
void view_order_send(struct view *v, const char *number);
void view_order_look(struct view *v);
void view_order_end(struct view *v);

/* Answers a key of curses; is_code: no character. */
void view_key(struct view *v, bool is_code, int key);

/* Into the clipboard of whoever sits there, and said. */
void view_copy(struct view *v, struct str text);

/* "87% 12.1/80G, 3% 0.4/80G": of the GPUs on these nodes, where they are sampled; else empty. */
struct str view_gpus(struct view *v, uint32_t part, const json_t *nodes);

/* A shell beside the chosen service (hpcc shell), which has the terminal meanwhile. */
void view_shell(struct view *v);

void view_draw(struct view *v);
void view_draw_details(struct view *v);
void view_draw_help(struct view *v);
void view_draw_log(struct view *v);

#endif
