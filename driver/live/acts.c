/* SPDX-License-Identifier: Apache-2.0 */
/* What keys do. */
#include <curses.h>
#include <limits.h>
#include <string.h>
#include <wchar.h>

#include "driver/live/view.h"
#include "driver/system.h"
#include "ir/support/emit.h"
#include "ir/support/utf8.h"

/* Where the chosen row is among those that are shown; n_shown when it isn't. */
static uint32_t place_of_chosen(const struct view *v)
{
	uint32_t at = 0;

	while (at < v->n_shown && v->shown[at] != v->chosen)
		at++;
	return at;
}

static void switch_source(struct view *v, enum view_source source)
{
	v->source = v->source == source ? SOURCE_CHOSEN : source;
	view_open_logs(v);
}

static bool has_marks(const struct view *v)
{
	for (uint32_t i = 0; i < v->model.rows.list.n; i++)
		if (v->model.rows.list.items[i].is_marked)
			return true;
	return false;
}

static void choose(struct view *v, int step)
{
	uint32_t at = place_of_chosen(v);

	if (v->n_shown == 0)
		return;
	if (at == v->n_shown)
		at = 0;
	else if (step < 0 ? at > 0 : at + 1 < v->n_shown)
		at += (uint32_t)step;
	if (v->chosen == v->shown[at] && v->source == SOURCE_CHOSEN)
		return;
	v->chosen = v->shown[at];
	if (v->source != SOURCE_CHOSEN || !has_marks(v)) {
		v->source = SOURCE_CHOSEN;
		view_open_logs(v);
	}
}

static void act_mark(struct view *v)
{
	if (v->chosen >= v->model.rows.list.n)
		return;
	v->model.rows.list.items[v->chosen].is_marked ^= true;
	v->source = SOURCE_CHOSEN;
	view_open_logs(v);
}

static void find(struct view *v, bool is_backward, bool from_here)
{
	if (!v->pane.needle[0])
		view_say(v, "nothing is searched for: f begins");
	else if (!pane_find(&v->pane, is_backward, from_here))
		view_say(v, "'%s' isn't in this log", v->pane.needle);
}

/* The filter acts while it is typed. */
static void set_filter(struct view *v, const char *text)
{
	snprintf(v->filter, sizeof(v->filter), "%s", text);
	view_arrange(v);
	if (v->n_shown > 0 && place_of_chosen(v) == v->n_shown) {
		v->chosen = v->shown[0];
		if (v->source == SOURCE_CHOSEN && !has_marks(v))
			view_open_logs(v);
	}
	if (v->source == SOURCE_ALL)
		view_open_logs(v);
}

static void end_prompt(struct view *v)
{
	enum view_prompt prompt = v->prompt;

	v->prompt = PROMPT_NONE;
	if (prompt == PROMPT_FIND) {
		snprintf(v->pane.needle, sizeof(v->pane.needle), "%s", v->text);
		if (v->text[0])
			find(v, true, true);
	}
	if (prompt == PROMPT_SIGNAL && v->text[0]) {
		const char *name = order_signal(&v->scratch, v->text);

		if (name)
			view_order_send(v, name);
		else
			view_say(v, "no signal is called '%s'", v->text);
	}
}

/* The last character goes, whatever its bytes. */
static void erase_last(char *text)
{
	size_t n = strlen(text);

	while (n > 0 && ((unsigned char)text[--n] & 0xc0) == 0x80)
		;
	text[n] = '\0';
}

static void add_typed(char *text, size_t room, uint32_t code)
{
	if (code < ' ' || !code_is_visible(code))
		return;
	char encoded[MB_LEN_MAX];
	mbstate_t state = {0};
	size_t n = strlen(text), bytes = wcrtomb(encoded, (wchar_t)code, &state);
	if (bytes == (size_t)-1 || n + bytes >= room)
		return;
	memcpy(text + n, encoded, bytes);
	text[n + bytes] = '\0';
}

/* A key while a text is typed. */
static void prompt_key(struct view *v, bool is_code, int key)
{
	bool is_erase = is_code ? key == KEY_BACKSPACE || key == KEY_DC : key == 127 || key == 8;

	if (v->prompt == PROMPT_SURE) {
		v->prompt = PROMPT_NONE;
		if (!is_code && key == 'y')
			view_order_send(v, NULL);
		return;
	}
	if (!is_code && (key == '\n' || key == '\r')) {
		end_prompt(v);
		return;
	}
	if (!is_code && key == 27) {
		if (v->prompt == PROMPT_FILTER)
			set_filter(v, "");
		v->prompt = PROMPT_NONE;
		return;
	}
	if (is_erase)
		erase_last(v->text);
	else if (!is_code && key == 'U' - '@')
		v->text[0] = '\0';
	else if (!is_code)
		add_typed(v->text, sizeof(v->text), (uint32_t)key);
	if (v->prompt == PROMPT_FILTER)
		set_filter(v, v->text);
}

/* Closes what is open last. */
static void act_escape(struct view *v)
{
	if (v->has_help)
		v->has_help = false;
	else if (v->is_zoomed)
		v->is_zoomed = false;
	else if (v->details == DETAILS_SHOWN)
		v->details = DETAILS_BESIDE;
	else if (v->pane.needle[0])
		v->pane.needle[0] = '\0';
	else if (v->filter[0])
		set_filter(v, "");
	else
		for (uint32_t i = 0; i < v->model.rows.list.n; i++)
			v->model.rows.list.items[i].is_marked = false;
}

static long page_of(const struct view *v)
{
	return v->layout.pane_rows > 1 ? v->layout.pane_rows - 1 : 1;
}

static void act_up(struct view *v)
{
	if (v->is_zoomed)
		pane_move(&v->pane, -1);
	else
		choose(v, -1);
}

static void act_down(struct view *v)
{
	if (v->is_zoomed)
		pane_move(&v->pane, 1);
	else
		choose(v, 1);
}

static void act_page_up(struct view *v)
{
	pane_move(&v->pane, -page_of(v));
}

static void act_page_down(struct view *v)
{
	pane_move(&v->pane, page_of(v));
}

static void act_line_up(struct view *v)
{
	pane_move(&v->pane, -1);
}

static void act_line_down(struct view *v)
{
	pane_move(&v->pane, 1);
}

static void act_begin(struct view *v)
{
	pane_to_begin(&v->pane);
}

static void act_end(struct view *v)
{
	pane_to_end(&v->pane);
}

static void act_follow(struct view *v)
{
	if (v->pane.scroll.follows)
		v->pane.scroll.follows = false;
	else
		pane_to_end(&v->pane);
}

static void act_left(struct view *v)
{
	pane_shift(&v->pane, -8);
}

static void act_right(struct view *v)
{
	pane_shift(&v->pane, 8);
}

static void act_wrap(struct view *v)
{
	v->pane.wraps = !v->pane.wraps;
	v->pane.scroll.row = 0;
}

static void act_filter(struct view *v)
{
	view_ask(v, PROMPT_FILTER, "/");
	snprintf(v->text, sizeof(v->text), "%s", v->filter);
}

static void act_find(struct view *v)
{
	view_ask(v, PROMPT_FIND, "find: ");
}

static void act_next(struct view *v)
{
	find(v, false, false);
}

static void act_previous(struct view *v)
{
	find(v, true, false);
}

static void act_order(struct view *v)
{
	v->order = (v->order + 1) % ROW_ORDERS;
	view_arrange(v);
}

static void act_details(struct view *v)
{
	v->details = view_has_details(v) ? DETAILS_HIDDEN : DETAILS_SHOWN;
}

static void act_usage(struct view *v)
{
	v->has_usage = !v->has_usage;
}

static void act_zoom(struct view *v)
{
	v->is_zoomed = !v->is_zoomed;
}

static void act_all(struct view *v)
{
	switch_source(v, SOURCE_ALL);
}

static void act_batch(struct view *v)
{
	switch_source(v, SOURCE_BATCH);
}

static void act_events(struct view *v)
{
	switch_source(v, SOURCE_EVENTS);
}

static void act_restart(struct view *v)
{
	view_order_begin(v, RT_ORDER_RESTART);
}

static void act_stop(struct view *v)
{
	view_order_begin(v, RT_ORDER_STOP);
}

static void act_start(struct view *v)
{
	view_order_begin(v, RT_ORDER_START);
}

static void act_signal(struct view *v)
{
	view_order_begin(v, RT_ORDER_SIGNAL);
}

static void act_redraw(struct view *v)
{
	(void)v;
	clearok(curscr, TRUE);
}

static void act_help(struct view *v)
{
	v->has_help = true;
	v->help_top = 0;
}

static void act_quit(struct view *v)
{
	v->is_over = true;
}

/* The command that shows the log, for another terminal. */
static void act_copy(struct view *v)
{
	struct str name = STR("batch");

	if (v->source == SOURCE_CHOSEN && v->chosen < v->model.rows.list.n)
		name = v->model.rows.list.items[v->chosen].name;
	struct emitter e;
	emit_init(&e, &v->scratch);
	emit_lit(&e, "hpcc logs -f ");
	emit_word(&e, v->task->job->id);
	emit_lit(&e, " ");
	emit_word(&e, name);
	view_copy(v, buf_str(&e.text));
}

static void (*const acts[])(struct view *v) = {
	[ACT_UP] = act_up,
	[ACT_DOWN] = act_down,
	[ACT_MARK] = act_mark,
	[ACT_FILTER] = act_filter,
	[ACT_ORDER] = act_order,
	[ACT_DETAILS] = act_details,
	[ACT_USAGE] = act_usage,
	[ACT_ZOOM] = act_zoom,
	[ACT_ALL] = act_all,
	[ACT_BATCH] = act_batch,
	[ACT_EVENTS] = act_events,
	[ACT_PAGE_UP] = act_page_up,
	[ACT_PAGE_DOWN] = act_page_down,
	[ACT_LINE_UP] = act_line_up,
	[ACT_LINE_DOWN] = act_line_down,
	[ACT_BEGIN] = act_begin,
	[ACT_END] = act_end,
	[ACT_FOLLOW] = act_follow,
	[ACT_WRAP] = act_wrap,
	[ACT_LEFT] = act_left,
	[ACT_RIGHT] = act_right,
	[ACT_FIND] = act_find,
	[ACT_NEXT] = act_next,
	[ACT_PREVIOUS] = act_previous,
	[ACT_RESTART] = act_restart,
	[ACT_STOP] = act_stop,
	[ACT_START] = act_start,
	[ACT_SIGNAL] = act_signal,
	[ACT_SHELL] = view_shell,
	[ACT_COPY] = act_copy,
	[ACT_REDRAW] = act_redraw,
	[ACT_HELP] = act_help,
	[ACT_ESCAPE] = act_escape,
	[ACT_QUIT] = act_quit,
};

/* The help is gone through, and closed by any other key. */
static void help_key(struct view *v, enum act act)
{
	unsigned step = act == ACT_PAGE_DOWN || act == ACT_PAGE_UP ? 10 : 1;

	if (act == ACT_DOWN || act == ACT_PAGE_DOWN)
		v->help_top += step;
	else if (act == ACT_UP || act == ACT_PAGE_UP)
		v->help_top -= step < v->help_top ? step : v->help_top;
	else
		v->has_help = false;
}

void view_key(struct view *v, bool is_code, int key)
{
	enum act act = act_of_key(is_code, key);

	v->message[0] = '\0';
	v->is_stale = true;
	v->key_at = clock_ns();
	if (v->prompt != PROMPT_NONE)
		prompt_key(v, is_code, key);
	else if (v->has_help)
		help_key(v, act);
	else if (act != ACT_NONE)
		acts[act](v);
}
