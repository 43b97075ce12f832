/* SPDX-License-Identifier: Apache-2.0 */
/* The loop of the live view: waits for a key or the next look, and draws when something is another thing. */
#include "driver/live/live.h"

#include <curses.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "driver/interrupt.h"
#include "driver/jobs/cancel.h"
#include "driver/live/terminal.h"
#include "driver/live/view.h"
#include "driver/system.h"

enum {
	LOOK_MS = 200,
	FIRST_MS = 500, /* before the first picture is drawn without an answer of the queue */
	LOOKED_AT_S =
		600,    /* without a key for so long nobody sits there, and nothing is measured */
	MOST_PARTS = 64 /* elements of an array; of more there are lines */
};

bool live_is_wanted(const struct invocation *inv, const struct job_list *parts)
{
	return !inv->options.plain && !inv->options.shows_logs &&
	       inv->options.format != FORMAT_JSON && parts->list.n <= MOST_PARTS &&
	       terminal_is_there();
}

/* The loop's own, beside what is shown. */
struct loop {
	struct view view;
	const struct live_job *job;
	int child; /* a handle of the process, or -1 */
	int child_status;
	bool is_child_over;
	bool is_gone; /* the terminal */
	time_t drawn_at;
};

/* Keys that are there. False when the terminal is gone. */
static bool take_keys(struct loop *l)
{
	wint_t key;
	int kind, n = 0;

	while ((kind = get_wch(&key)) != ERR) {
		view_key(&l->view, kind == KEY_CODE_YES, (int)key);
		n++;
	}
	return n > 0;
}

/* The first signal ends a job of ours gracefully; a local one can be hurried, one in the queue be left. */
static void pass_to_child(struct loop *l, int number)
{
	struct view *v = &l->view;

	if (v->asked == 1)
		view_say(v, "stopping the job gracefully; once more to hurry");
	if (v->asked < 3)
		kill(l->job->child, number == SIGHUP ? SIGTERM : number);
	else
		kill(-l->job->child, SIGKILL);
}

static void cancel(struct loop *l)
{
	struct view *v = &l->view;

	view_say(v, "cancelling the job gracefully; once more to end the view");
	view_draw(v);
	uint32_t n;
	bool is_cancelled = jobs_cancel(v->inv, l->job->parts, &n);
	if (is_cancelled)
		model_ask_anew(&v->model);
	else
		complain("the job isn't cancelled: it goes on; 'hpcc cancel %.*s' tries again",
			 STR_ARG(l->job->job->id));
}

static void take_signal(struct loop *l)
{
	struct view *v = &l->view;

	if (!interrupt_is_noted())
		return;
	bool is_first = v->asked++ == 0;
	/* The second may come at once: timeout, and whoever passes signals on, send each twice. */
	if (is_first)
		interrupt_put_off();
	int number = interrupt_take();
	/* Kernel and shell both tell of the end of a terminal: more of it shall not hurry anything. */
	if (number == SIGHUP)
		signal(SIGHUP, SIG_IGN);
	if (is_first)
		v->signal = number;
	if (l->job->child > 0)
		pass_to_child(l, number);
	else if (l->job->is_ours && is_first && !v->model.is_over)
		cancel(l);
	else
		v->is_over = true;
	if (is_first)
		interrupt_put_back();
}

static void look_at_child(struct loop *l)
{
	if (l->job->child <= 0 || l->is_child_over)
		return;
	int status;
	pid_t done = waitpid(l->job->child, &status, WNOHANG);
	if (done == 0 || (done < 0 && errno == EINTR))
		return;
	l->is_child_over = true;
	if (done > 0)
		l->child_status =
			WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* What was complained about meanwhile stands below all. */
static bool take_complaints(struct view *v)
{
	struct str text = terminal_complaints(&v->scratch);

	if (text.len == 0)
		return false;
	struct str line;
	str_split(text, '\n', &line);
	view_say(v, "%.*s", STR_ARG(line));
	return true;
}

/* Waits for a key, the end of the child, or the next look. False when the terminal is gone. */
static bool wait_for_news(struct loop *l)
{
	struct pollfd fds[] = {{STDIN_FILENO, POLLIN, 0},
			       {l->child, POLLIN, 0},
			       {model_queue_fd(&l->view.model), POLLIN, 0}};

	if (interrupt_is_noted())
		return true;
	poll(fds, 3, l->view.pane.has_more ? 0 : LOOK_MS);
	if (fds[0].revents & (POLLHUP | POLLERR | POLLNVAL))
		return false;
	if (fds[1].revents)
		l->child = -1;
	return !(fds[0].revents & POLLIN) || take_keys(l) || isatty(STDIN_FILENO);
}

/* True when there is something else to be seen: also times, once a second. */
static bool look(struct loop *l)
{
	struct view *v = &l->view;
	time_t now = time(NULL);
	bool is_news = model_look(&v->model);

	if (is_news)
		view_arrange(v);
	is_news = pane_read(&v->pane) || is_news;
	is_news = take_complaints(v) || is_news;
	look_at_child(l);
	view_order_look(v);
	if (v->has_usage && clock_ns() - v->key_at < LOOKED_AT_S * UINT64_C(1000000000))
		model_measure(&v->model);
	if (!is_news && (now == l->drawn_at || v->model.is_over))
		return false;
	l->drawn_at = now;
	return true;
}

/* With the job a view of ours ends, too; another one stays until a key ends it. */
static bool is_to_end(const struct loop *l)
{
	const struct view *v = &l->view;

	if (v->is_over)
		return true;
	if (l->job->child > 0)
		return l->is_child_over;
	return l->job->is_ours && v->model.is_over;
}

/* What HUP means where it isn't ignored, and where it comes a moment later than the end of the terminal. */
static void lose_terminal(struct loop *l)
{
	l->is_gone = true;
	if (l->view.asked > 0 || interrupt_is_ignored(SIGHUP))
		return;
	raise(SIGHUP);
	take_signal(l);
}

static void run(struct loop *l)
{
	struct view *v = &l->view;
	bool is_there = true;

	while (is_there && !is_to_end(l)) {
		if (look(l) || v->is_stale) {
			v->is_stale = false;
			view_draw(v);
		}
		is_there = wait_for_news(l);
		take_signal(l);
	}
	if (!is_there)
		lose_terminal(l);
}

static void begin(struct loop *l, struct invocation *inv, const struct live_job *job)
{
	struct view *v = &l->view;

	*l = (struct loop){.job = job, .child = -1};
	v->inv = inv;
	v->task = job;
	v->is_stale = v->has_usage = true;
	v->key_at = clock_ns();
	model_begin(&v->model, inv, job->job, job->parts);
	pane_init(&v->pane);
	arena_init(&v->scratch);
	v->shown = ARENA_ARRAY(inv->arena, v->model.rows.list.n + 1, uint32_t);
	model_look(&v->model);
	struct pollfd answer = {model_queue_fd(&v->model), POLLIN, 0};
	if (answer.fd >= 0 && poll(&answer, 1, FIRST_MS) > 0) /* as a rule it is there at once */
		model_look(&v->model);
	view_arrange(v);
	view_open_logs(v);
	if (job->child > 0)
		l->child = (int)syscall(SYS_pidfd_open, job->child, 0);
}

bool live_view(struct invocation *inv, const struct live_job *job, struct live_end *end)
{
	interrupts_catch(); /* curses would end hpcc with a status of its own */
	if (!terminal_open(inv))
		return false;
	struct loop l;
	begin(&l, inv, job);
	run(&l);
	terminal_close();
	*end = (struct live_end){.is_over = job->child > 0 ? l.is_child_over : l.view.model.is_over,
				 .status = l.child_status,
				 .signal = l.view.signal,
				 .is_gone = l.is_gone};
	if (l.child >= 0)
		close(l.child);
	view_order_end(&l.view);
	pane_free(&l.view.pane);
	arena_free(&l.view.scratch);
	model_end(&l.view.model);
	return true;
}
