/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The live view: one row a service, the end of the chosen service's log below.
 *
 *	job 4711 'demo': RUNNING, 3m12s, on n1                          q ends, up/down choose
 *	  SERVICE   STATE      TIME     RESTARTS
 *	> worker    running    3m10s    1/3
 */
#include "driver/screen/screen.h"

#include <curses.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "driver/screen/follow.h"
#include "driver/interrupt.h"
#include "driver/screen/screen_text.h"
#include "driver/jobs/status.h"
#include "driver/screen/style.h"
#include "driver/system.h"

enum {
	LOOK_MS = 250,
	QUEUE_S = 15, /* between two questions to the queue */
	TAIL_BYTES = 1 << 15,
	FIRST_ROW = 2,
};

enum color {
	COLOR_GOOD = 1,
	COLOR_BAD,
	COLOR_BUSY,
};

struct screen {
	struct invocation *inv;
	struct job_files *job;
	struct arena scratch; /* of one round */
	struct job_view view;
	uint64_t next_query;
	size_t chosen;
	size_t first; /* service in the first row */
	bool is_over;
};

static const json_t *services_of(const struct screen *s)
{
	const json_t *live = json_object_get(s->view.state, "services");

	return json_is_array(live) ? live : json_object_get(s->job->record, "services");
}

/* Looks at the files always, at the queue rarely. */
static void look(struct screen *s)
{
	bool asks = !s->job->is_local && !s->is_over && clock_ns() >= s->next_query;
	struct job_list one = {{s->job, 1, 1}};

	job_views_reread(s->inv, &s->scratch, &one, asks, &s->view);
	if (asks)
		s->next_query = clock_ns() + QUEUE_S * UINT64_C(1000000000);
	/* A job that says it has ended is soon over for the queue, too. */
	if (state_is_over(s->view.state) && !s->view.queue.is_over &&
	    s->next_query > clock_ns() + UINT64_C(2000000000))
		s->next_query = clock_ns() + UINT64_C(2000000000);
	s->is_over = job_view_is_over(&s->view);
}

static attr_t state_attribute(const json_t *service)
{
	struct str state = json_str(service, "state"), verdict = json_str(service, "verdict");

	if (str_eq_c(state, "ready") || str_eq_c(state, "running"))
		return COLOR_PAIR(COLOR_GOOD);
	if (str_eq_c(state, "starting") || str_eq_c(state, "backoff") ||
	    str_eq_c(state, "stopping"))
		return COLOR_PAIR(COLOR_BUSY);
	if (str_eq_c(state, "exited") && !str_eq_c(verdict, "completed") &&
	    !str_eq_c(verdict, "stopped"))
		return COLOR_PAIR(COLOR_BAD);
	return A_DIM;
}

static void draw_head(struct screen *s)
{
	struct arena *a = &s->scratch;
	double start = state_time(s->view.state, "started_at");
	double end = state_time(s->view.state, "ended_at");
	struct str time_text = STR("-");

	if (start > 0)
		time_text = duration_text(a, (end > 0 ? end : (double)time(NULL)) - start);
	struct str line = str_fmt(a, "job %.*s '%.*s': %.*s, %.*s", STR_ARG(s->job->id),
				  STR_ARG(json_str(s->job->record, "name")),
				  STR_ARG(job_view_word(&s->view)), STR_ARG(time_text));
	attron(A_BOLD);
	mvaddstr(0, 0, "");
	put_text(line, COLS);
	attroff(A_BOLD);
	if (s->view.queue.is_known && str_eq_c(s->view.queue.state, "PENDING"))
		put_text(str_fmt(a, " (%.*s)", STR_ARG(s->view.queue.reason)), COLS);
	if (s->view.queue_error.len > 0)
		printw(" (the queue doesn't answer)");
	clrtoeol();
	attron(A_DIM);
	mvprintw(1, 0, "  %-20s %-10s %8s  %s", "SERVICE", "STATE", "TIME",
		 s->is_over ? "the job has ended: q ends" : "up, down: choose a log; q: end");
	attroff(A_DIM);
	clrtoeol();
}

static void draw_service(struct screen *s, size_t i, int row)
{
	const json_t *service = json_array_get(services_of(s), i);
	double start = state_time(service, "started_at"), end = state_time(service, "ended_at");
	struct arena *a = &s->scratch;
	struct str state = json_str(service, "state"), remark = service_remark(a, service);
	struct str took = STR("");

	if (start > 0)
		took = duration_text(a, (end > start ? end : (double)time(NULL)) - start);
	move(row, 0);
	addstr(i == s->chosen ? "> " : "  ");
	attron(i == s->chosen ? A_BOLD : A_NORMAL);
	put_text(json_str(service, "name"), 20);
	attroff(A_BOLD);
	move(row, 23);
	attron(state_attribute(service));
	put_text(state.len > 0 ? state : STR("waiting"), 10);
	attroff(state_attribute(service));
	mvprintw(row, 34, "%8.*s  ", (int)took.len, took.ptr);
	put_text(remark, COLS - 45 > 0 ? COLS - 45 : 0);
	clrtoeol();
}

/* The last lines of a file of the job that fit into the rows [row, LINES). */
static void draw_log(struct screen *s, struct str path, int row)
{
	struct str text = STR(""), why;
	int fd = job_open(&s->scratch, s->job, path.ptr, &why), lines = 0;

	if (fd >= 0) {
		text = read_log_end(&s->scratch, fd, TAIL_BYTES);
		close(fd);
	}
	size_t from;
	for (from = text.len; from > 0 && lines < LINES - row; from--)
		lines += text.ptr[from - 1] == '\n';
	text = str_from(text, from + (from > 0));
	struct str line;
	while (row < LINES) {
		text = str_split(text, '\n', &line);
		move(row++, 0);
		put_log_line(line, COLS);
		clrtoeol();
	}
}

static void draw(struct screen *s)
{
	const json_t *services = services_of(s);
	size_t n = json_array_size(services);
	int rows = LINES / 2 - FIRST_ROW;

	erase();
	draw_head(s);
	rows = (size_t)rows > n ? (int)n : rows < 1 ? 1 : rows;
	if (s->chosen >= n)
		s->chosen = n > 0 ? n - 1 : 0;
	if (s->chosen < s->first)
		s->first = s->chosen;
	if (s->chosen >= s->first + (size_t)rows)
		s->first = s->chosen - (size_t)rows + 1;
	for (int i = 0; i < rows && s->first + (size_t)i < n; i++)
		draw_service(s, s->first + (size_t)i, FIRST_ROW + i);
	struct str log =
		job_log_path(&s->scratch, json_str(json_array_get(services, s->chosen), "token"));
	attron(A_DIM);
	mvhline(FIRST_ROW + rows, 0, '-', COLS);
	mvprintw(FIRST_ROW + rows, 2, " %.*s ", (int)log.len, log.ptr);
	attroff(A_DIM);
	draw_log(s, log, FIRST_ROW + rows + 1);
	refresh();
}

static bool open_screen(const struct invocation *inv)
{
	screen_text_locale();
	if (!initscr())
		return false;
	cbreak();
	noecho();
	keypad(stdscr, TRUE);
	curs_set(0);
	timeout(LOOK_MS);
	if (has_colors() && wants_color(inv, stdout)) {
		start_color();
		use_default_colors();
		init_pair(COLOR_GOOD, COLOR_GREEN, -1);
		init_pair(COLOR_BAD, COLOR_RED, -1);
		init_pair(COLOR_BUSY, COLOR_YELLOW, -1);
		screen_text_colors();
	}
	return true;
}

bool screen_watch(struct invocation *inv, struct job_files *job, int *status)
{
	struct screen s = {.inv = inv, .job = job, .view = {.job = job}};

	arena_init(&s.scratch);
	interrupts_catch(); /* curses would end hpcc with a status of its own */
	if (!open_screen(inv))
		return false;
	int key;
	do {
		look(&s);
		draw(&s);
		key = getch();
		if (key == KEY_UP && s.chosen > 0)
			s.chosen--;
		else if (key == KEY_DOWN)
			s.chosen++;
	} while (key != 'q' && key != 27 && !interrupt_is_noted());
	endwin();
	*status = s.is_over ? job_view_exit(&s.view) : EXIT_OK;
	if (*status == EXIT_OK && interrupt_is_noted())
		*status = 128 + interrupt_take();
	printf("job %.*s: %.*s\n", STR_ARG(job->id), STR_ARG(job_view_word(&s.view)));
	json_decref(s.view.state);
	arena_free(&s.scratch);
	return true;
}
