/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Watching as plain lines: what the queue says until the job runs, then its events.
 */
#include "driver/screen/watch.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "driver/array/table.h"
#include "driver/jobs/cancel.h"
#include "driver/jobs/elements.h"
#include "driver/screen/asking.h"
#include "driver/screen/follow.h"
#include "driver/screen/job_line.h"
#include "driver/interrupt.h"
#include "driver/live/live.h"
#include "driver/open.h"
#include "driver/jobs/status.h"
#include "driver/system.h"

enum {
	LOOK_MS = 200,
};

struct watch {
	struct invocation *inv;
	const struct job_files *job; /* as it was named */
	const struct job_list *parts;
	struct job_view *views;
	struct follow *follows;
	struct arena scratch; /* of one look */
	FILE *out;
	struct str shown; /* of the queue */
	struct asking asking;
	uint64_t next_look;
	bool is_ours;
	int first_signal;
};

static uint32_t count(const struct watch *w, const char *state)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < w->parts->list.n; i++)
		n += str_eq_c(w->views[i].queue.state, state) && !w->views[i].queue.is_over;
	return n;
}

static struct str elements_text(const struct watch *w, struct arena *a, uint32_t running,
				uint32_t waiting)
{
	uint32_t n = w->parts->list.n, over = 0, failed = 0;

	for (uint32_t i = 0; i < n; i++) {
		bool is_over = job_view_is_over(&w->views[i]);

		over += is_over;
		failed += is_over && job_view_exit(&w->views[i]) != EXIT_OK;
	}
	struct buf out;
	buf_init(&out, a);
	buf_add_fmt(&out, "%u elements: %u running, %u waiting", n, running, waiting);
	if (over > failed)
		buf_add_fmt(&out, ", %u done", over - failed);
	if (failed > 0)
		buf_add_fmt(&out, ", %u failed", failed);
	return buf_str(&out);
}

/* What the queue says of one job, or how many elements wait and run; empty when it is over. */
static struct str queue_text(const struct watch *w, struct arena *a)
{
	const struct slurm_job *queue = &w->views[0].queue;
	uint32_t running = count(w, "RUNNING"), waiting = count(w, "PENDING");

	if (w->parts->list.n > 1 && running + waiting > 0)
		return elements_text(w, a, running, waiting);
	if (w->parts->list.n > 1 || !queue->is_known || queue->is_over)
		return STR("");
	if (waiting)
		return str_fmt(a, "waiting in the queue (%.*s)", STR_ARG(queue->reason));
	if (running)
		return str_fmt(a, "running on %.*s", STR_ARG(queue->nodes));
	return queue->state;
}

/* A change of what the queue says is worth a line. */
static void print_queue(struct watch *w)
{
	const struct style *style = &w->follows[0].style;
	struct str text = queue_text(w, &w->scratch);

	if (text.len == 0 || str_eq(text, w->shown))
		return;
	fprintf(w->out, "%sjob %.*s%s: %.*s\n", style->bold, STR_ARG(w->job->id), style->off,
		STR_ARG(str_visible(&w->scratch, text, VISIBLE_LINE)));
	fflush(w->out);
	w->shown = str_dup(w->inv->arena, text);
}

/* The first signal cancels a job of ours, the second stops watching. True to go on. */
static bool handle_signal(struct watch *w)
{
	const struct style *style = &w->follows[0].style;
	bool is_first = w->first_signal == 0;

	if (!interrupt_is_noted())
		return true;
	/* The second may come at once: timeout, and whoever passes signals on, send each twice. */
	if (is_first)
		interrupt_put_off();
	int number = interrupt_take();
	if (is_first)
		w->first_signal = number;
	if (!w->is_ours || !is_first)
		return false;
	fprintf(w->out, "%scancelling %s gracefully; once more to stop watching%s\n", style->busy,
		w->parts->list.n > 1 ? "all elements" : "the job", style->off);
	fflush(w->out);
	uint32_t n;
	bool is_cancelled = jobs_cancel(w->inv, w->parts, &n);
	interrupt_put_back();
	if (is_cancelled || interrupt_is_noted())
		w->asking.next = 0;
	else
		complain("the job isn't cancelled: it goes on; 'hpcc cancel %.*s' tries again",
			 STR_ARG(w->job->id));
	return true;
}

static void print_end(struct watch *w, uint32_t i)
{
	const struct job_view *view = &w->views[i];
	struct follow *f = &w->follows[i];
	struct str word = job_view_word(view);
	int status = job_view_exit(view);
	struct arena *a = w->inv->arena;
	struct str batch = job_batch_log(a, f->job);

	bool has_waited_only = str_eq_c(word, "CANCELLED") && access(batch.ptr, F_OK) != 0;
	if (!has_waited_only && status != 0 && f->events.fd < 0 && w->parts->list.n == 1) {
		fprintf(f->out, "the job ended before its services could start:\n");
		struct str why;
		if (!print_log_tail(f->out, a,
				    open_to_read(a, AT_FDCWD, batch.ptr, OPEN_FILE, &why), 12,
				    "         | ", ""))
			fprintf(f->out, "         its log %.*s is empty or missing\n",
				STR_ARG(str_visible(a, batch, VISIBLE_LINE)));
	}
	fprintf(f->out, "%sjob %.*s%s%.*s: %s%.*s%s", f->style.bold, STR_ARG(f->job->id),
		f->style.off, STR_ARG(attempt_text(a, view->state)),
		status == 0 ? f->style.good : f->style.bad, STR_ARG(word), f->style.off);
	if (status != 0)
		fprintf(f->out, " with status %d", status);
	if (has_waited_only)
		fprintf(f->out, ", before it started\n");
	else
		fprintf(f->out, "; logs are in %.*s/logs\n", STR_ARG(path_shown(a, f->job->root)));
	fflush(f->out);
}

/* One look at the job's files, and at times at the queue. True when all are over. */
static bool look(struct watch *w)
{
	bool asks = asking_is_due(&w->asking), is_news = false;
	uint32_t n = w->parts->list.n;

	for (uint32_t i = 0; i < n; i++)
		is_news = follow_step(&w->follows[i]) || is_news;
	/* The states of hundreds of elements are read once a second, of a single job always. */
	if (!asks && n > 1 && (!is_news || clock_ns() < w->next_look))
		return false;
	w->next_look = clock_ns() + UINT64_C(1000000000);
	job_views_reread(w->inv, &w->scratch, w->parts, asks, w->views);
	if (interrupt_is_noted())
		return false;
	bool is_over = asking_take(&w->asking, w->views, n, asks, w->follows[0].events.fd >= 0);
	if (asks && !w->job->is_local)
		print_queue(w);
	return is_over;
}

static void begin(struct watch *w)
{
	uint32_t n = w->parts->list.n;
	struct arena *a = w->inv->arena;

	w->views = ARENA_ARRAY(a, n, struct job_view);
	w->follows = ARENA_ARRAY(a, n, struct follow);
	arena_init(&w->scratch);
	for (uint32_t i = 0; i < n; i++) {
		w->views[i].job = &w->parts->list.items[i];
		follow_begin(&w->follows[i], w->inv, &w->parts->list.items[i], w->out);
		w->follows[i].tells_bad_alone = n > ARRAY_ROWS_EACH;
		follow_logs(&w->follows[i], !w->is_ours);
	}
}

static int end(struct watch *w, bool is_over)
{
	uint32_t n = w->parts->list.n;
	int status = EXIT_OK;

	for (uint32_t i = 0; i < n && is_over; i++) {
		follow_step(&w->follows[i]);
		follow_rest(&w->follows[i]);
		if (n <= ARRAY_ROWS_EACH)
			print_end(w, i);
		follow_end(&w->follows[i]);
	}
	if (is_over && n > ARRAY_ROWS_EACH) {
		print_array_line(w->out, w->inv->arena, w->job, w->views, n, &w->follows[0].style);
		array_print(w->inv, w->out, w->views, n, &w->follows[0].style);
	}
	if (is_over)
		status = job_views_exit(w->views, n);
	else
		fprintf(w->out, "the job goes on; 'hpcc watch %.*s' shows it again\n",
			STR_ARG(w->job->id));
	if (is_over && n > 1)
		fprintf(w->out, "job %.*s: %.*s\n", STR_ARG(w->job->id),
			STR_ARG(job_views_word(w->views, n)));
	fflush(w->out);
	for (uint32_t i = 0; i < n; i++)
		json_decref(w->views[i].state);
	arena_free(&w->scratch);
	return status == EXIT_OK && w->first_signal ? 128 + w->first_signal : status;
}

static int watch_lines(struct watch *w)
{
	interrupts_catch();
	begin(w);
	for (;;) {
		if (look(w))
			return end(w, true);
		if (!interrupt_is_noted())
			poll(NULL, 0, LOOK_MS);
		if (!w->is_ours && output_is_gone(w->out))
			return EXIT_UNEXPECTED;
		if (!handle_signal(w))
			return end(w, false);
	}
}

/* The view has ended without the job. */
static int leave(struct watch *w, int number)
{
	fprintf(w->out, "the job goes on; 'hpcc watch %.*s' shows it again\n", STR_ARG(w->job->id));
	fflush(w->out);
	return number ? 128 + number : EXIT_OK;
}

int watch_jobs(struct invocation *inv, const struct job_files *job, const struct job_list *parts,
	       bool is_ours, FILE *out)
{
	struct watch w = {.inv = inv, .job = job, .parts = parts, .is_ours = is_ours, .out = out};
	struct live_job task = {.job = job, .parts = parts, .is_ours = is_ours};
	struct live_end view;

	if (!live_is_wanted(inv, parts) || !live_view(inv, &task, &view))
		return watch_lines(&w);
	if (!view.is_over && !(is_ours && view.is_gone))
		return leave(&w, view.is_gone ? SIGHUP : view.signal);
	/* Lines tell it once more, for good. */
	w.first_signal = view.signal;
	return watch_lines(&w);
}
