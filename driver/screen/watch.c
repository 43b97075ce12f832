/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Watching as plain lines: what the queue says until the job runs, then its events. Slurm is
 * asked rarely; the job's own files are looked at often, since that costs nobody anything.
 */
#include "driver/screen/watch.h"

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "driver/jobs/cancel.h"
#include "driver/jobs/elements.h"
#include "driver/screen/follow.h"
#include "driver/interrupt.h"
#include "driver/open.h"
#include "driver/jobs/status.h"
#include "driver/system.h"

enum {
	LOOK_MS = 200,
	QUEUE_S_PENDING = 5, /* between two questions to the queue */
	QUEUE_S_RUNNING = 15,
	QUEUE_S_SILENT = 60, /* at most, while it doesn't answer */
	MAX_MISSING = 3,     /* answers that don't know a job, before it counts as gone */
	MAX_SILENT = 2,      /* questions without an answer, when the job says that it has ended */
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
	uint64_t next_query, next_look;
	unsigned missing, silent;
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

/* What the queue says of one job, or how many elements wait and run; empty when it is over. */
static struct str queue_text(const struct watch *w, struct arena *a)
{
	const struct slurm_job *queue = &w->views[0].queue;
	uint32_t running = count(w, "RUNNING"), waiting = count(w, "PENDING");

	if (w->parts->list.n > 1 && running + waiting > 0)
		return str_fmt(a, "%u elements: %u running, %u waiting", w->parts->list.n, running,
			       waiting);
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

/* A controller that is down says nothing about the job. */
static void note_answer(struct watch *w)
{
	struct str error = STR("");

	for (uint32_t i = 0; i < w->parts->list.n; i++)
		if (w->views[i].queue_error.len > 0)
			error = w->views[i].queue_error;
	if (error.len > 0 && w->silent++ == 0)
		complain("Slurm doesn't answer: %.*s; it is asked again, and the job goes on",
			 STR_ARG(error));
	if (error.len == 0 && w->silent > 0) {
		w->silent = 0;
		complain("Slurm answers again");
	}
}

static bool all_have_ended(const struct watch *w)
{
	for (uint32_t i = 0; i < w->parts->list.n; i++)
		if (!state_is_over(w->views[i].state))
			return false;
	return true;
}

/* All are over, or nobody knows them any more. Looked at after each answer of the queue. */
static bool is_past(struct watch *w)
{
	bool is_missing = false;

	if (w->silent > 0)
		return w->silent > MAX_SILENT && all_have_ended(w);
	if (!job_views_are_over(w->views, w->parts->list.n))
		return false;
	for (uint32_t i = 0; i < w->parts->list.n; i++)
		is_missing = is_missing ||
			     (w->views[i].queue.is_forgotten && !w->views[i].queue.is_known &&
			      !state_is_over(w->views[i].state));
	/* A queue that doesn't know a job just submitted may be slow to show it. */
	return !is_missing || ++w->missing >= MAX_MISSING;
}

/* Nanoseconds until the queue is asked again; soon when the job says that it has ended. */
static uint64_t query_pause(const struct watch *w)
{
	unsigned seconds = w->follows[0].events >= 0 ? QUEUE_S_RUNNING : QUEUE_S_PENDING;

	if (w->silent > 0)
		seconds = w->silent < 4 ? QUEUE_S_PENDING << w->silent : QUEUE_S_SILENT;
	if (w->missing > 0 || all_have_ended(w))
		seconds = 1;
	return seconds * UINT64_C(1000000000);
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
	fprintf(w->out, "%scancelling the job gracefully; once more to stop watching%s\n",
		style->busy, style->off);
	fflush(w->out);
	uint32_t n;
	bool is_cancelled = jobs_cancel(w->inv, w->parts, &n);
	interrupt_put_back();
	if (is_cancelled || interrupt_is_noted())
		w->next_query = 0;
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
	if (!has_waited_only && status != 0 && f->events < 0 && w->parts->list.n == 1) {
		fprintf(f->out, "the job ended before its services could start:\n");
		struct str why;
		if (!print_log_tail(f->out, a,
				    open_to_read(a, AT_FDCWD, batch.ptr, OPEN_FILE, &why), 12,
				    "         | ", ""))
			fprintf(f->out, "         its log %.*s is empty or missing\n",
				STR_ARG(str_visible(a, batch, VISIBLE_LINE)));
	}
	fprintf(f->out, "%sjob %.*s%s: %s%.*s%s", f->style.bold, STR_ARG(f->job->id), f->style.off,
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
	bool asks = clock_ns() >= w->next_query, is_news = false;
	bool is_local = w->job->is_local;

	for (uint32_t i = 0; i < w->parts->list.n; i++)
		is_news = follow_step(&w->follows[i]) || is_news;
	/* The states of hundreds of elements are read once a second, of a single job always. */
	if (!asks && w->parts->list.n > 1 && (!is_news || clock_ns() < w->next_look))
		return false;
	w->next_look = clock_ns() + UINT64_C(1000000000);
	job_views_reread(w->inv, &w->scratch, w->parts, asks, w->views);
	if (interrupt_is_noted())
		return false;
	if (asks && !is_local) {
		note_answer(w);
		print_queue(w);
	}
	if ((asks || is_local) && is_past(w))
		return true;
	if (asks || clock_ns() + query_pause(w) < w->next_query)
		w->next_query = clock_ns() + query_pause(w);
	return false;
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
	}
}

static int end(struct watch *w, bool is_over)
{
	uint32_t n = w->parts->list.n;
	int status = EXIT_OK;

	for (uint32_t i = 0; i < n && is_over; i++) {
		follow_step(&w->follows[i]);
		print_end(w, i);
		follow_end(&w->follows[i]);
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

int watch_jobs(struct invocation *inv, const struct job_files *job, const struct job_list *parts,
	       bool is_ours, FILE *out)
{
	struct watch w = {.inv = inv, .job = job, .parts = parts, .is_ours = is_ours, .out = out};

	interrupts_catch();
	begin(&w);
	for (;;) {
		if (look(&w))
			return end(&w, true);
		if (!interrupt_is_noted())
			poll(NULL, 0, LOOK_MS);
		if (!handle_signal(&w))
			return end(&w, false);
	}
}
