/* SPDX-License-Identifier: Apache-2.0 */
/* Which services and logs are shown, and what is said below them. */
#include "driver/live/view.h"

#include <curses.h>
#include <stdarg.h>
#include <stdio.h>

void view_say(struct view *v, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	struct str text = str_vfmt(&v->scratch, format, args);
	va_end(args);
	v->is_stale = true;
	snprintf(v->message, sizeof(v->message), "%.*s",
		 STR_ARG(str_visible(&v->scratch, text, VISIBLE_LINE)));
}

void view_ask(struct view *v, enum view_prompt prompt, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	struct str label = str_vfmt(&v->scratch, format, args);
	va_end(args);
	snprintf(v->label, sizeof(v->label), "%.*s",
		 STR_ARG(str_visible(&v->scratch, label, VISIBLE_LINE)));
	v->text[0] = '\0';
	v->prompt = prompt;
}

bool view_has_details(const struct view *v)
{
	if (v->details == DETAILS_BESIDE)
		return COLS >= LAYOUT_WIDE && !v->is_zoomed;
	return v->details == DETAILS_SHOWN;
}

void view_arrange(struct view *v)
{
	v->n_shown = rows_arrange(&v->model.rows, str_c(v->filter), v->order, v->shown);
}

static void add_service(struct view *v, uint32_t number)
{
	const struct live_row *row = &v->model.rows.list.items[number];

	pane_add(&v->pane, row->name, &v->model.parts->list.items[row->part], row->token);
}

static void add_batch_logs(struct view *v)
{
	const struct job_list *parts = v->model.parts;

	for (uint32_t i = 0; i < parts->list.n; i++)
		pane_add(&v->pane,
			 parts->list.n == 1 ? STR("batch")
					    : str_fmt(&v->scratch, "%.*s/batch",
						      STR_ARG(parts->list.items[i].task)),
			 &parts->list.items[i], STR(""));
}

/* Marked ones, or the chosen one. */
static void add_chosen(struct view *v)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < v->model.rows.list.n; i++)
		if (v->model.rows.list.items[i].is_marked) {
			add_service(v, i);
			n++;
		}
	if (n == 0 && v->chosen < v->model.rows.list.n)
		add_service(v, v->chosen);
}

void view_open_logs(struct view *v)
{
	pane_begin(&v->pane);
	switch (v->source) {
	case SOURCE_CHOSEN:
		add_chosen(v);
		break;
	case SOURCE_ALL:
		for (uint32_t i = 0; i < v->n_shown; i++)
			add_service(v, v->shown[i]);
		break;
	case SOURCE_BATCH:
		add_batch_logs(v);
		break;
	case SOURCE_EVENTS:
		if (v->model.events)
			pane_add_file(&v->pane, STR("events"), fileno(v->model.events));
		break;
	}
}
