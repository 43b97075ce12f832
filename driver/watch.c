/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Watching as plain lines: what the queue says until the job runs, then its events. Slurm is
 * asked rarely; the job's own files are looked at often, since that costs nobody anything.
 */
#include "driver/watch.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>

#include "driver/cancel.h"
#include "driver/follow.h"
#include "driver/status.h"
#include "driver/system.h"

enum {
	LOOK_MS = 200,
	QUEUE_S_PENDING = 5, /* between two questions to the queue */
	QUEUE_S_RUNNING = 15,
};

static volatile sig_atomic_t last_signal;

static void note_signal(int number)
{
	last_signal = number;
}

/* A change of what the queue says is worth a line. */
static void print_queue(struct follow *f, const struct slurm_job *queue, struct str *shown)
{
	struct str text;

	if (!queue->is_known || queue->is_over)
		return;
	text = str_eq_c(queue->state, "PENDING")
		       ? str_fmt(f->inv->arena, "waiting in the queue (%.*s)",
				 STR_ARG(queue->reason))
	       : str_eq_c(queue->state, "RUNNING")
		       ? str_fmt(f->inv->arena, "running on %.*s", STR_ARG(queue->nodes))
		       : str_dup(f->inv->arena, queue->state);
	if (!str_eq(text, *shown))
		fprintf(f->out, "%sjob %.*s%s: %.*s\n", f->style.bold, STR_ARG(f->job->id),
			f->style.off, STR_ARG(text));
	*shown = text;
	fflush(f->out);
}

static bool has_ended(const json_t *state)
{
	return json_str(state, "ended_at").len > 0;
}

/* Ctrl-C: the first cancels a job of ours, the second stops watching. True to go on. */
static bool handle_signal(struct follow *f, bool is_ours, unsigned *asked)
{
	if (last_signal == 0)
		return true;
	last_signal = 0;
	if (!is_ours || ++*asked > 1)
		return false;
	fprintf(f->out, "%scancelling the job gracefully; once more to stop watching%s\n",
		f->style.busy, f->style.off);
	fflush(f->out);
	job_cancel(f->inv, f->job);
	return true;
}

static void print_end(struct follow *f, const struct job_view *view, int status)
{
	struct str word = job_view_word(view);
	struct arena *a = f->inv->arena;
	struct str batch = job_batch_log(a, f->job);

	if (status != 0 && f->events < 0) {
		fprintf(f->out, "the job ended before its services could start:\n");
		if (!print_log_tail(f->out, a, batch, 12, "         | ", ""))
			fprintf(f->out, "         its log %.*s is empty or missing\n",
				STR_ARG(batch));
	}
	fprintf(f->out, "%sjob %.*s%s: %s%.*s%s", f->style.bold, STR_ARG(f->job->id), f->style.off,
		status == 0 ? f->style.good : f->style.bad, STR_ARG(word), f->style.off);
	if (status != 0)
		fprintf(f->out, " with status %d", status);
	fprintf(f->out, "; logs are in %.*s/logs\n", STR_ARG(path_shown(a, f->job->root)));
	fflush(f->out);
}

/* The job is over, or nobody knows it any more. Looked at after each answer of the queue. */
static bool is_past(const struct follow *f, const struct job_view *view, unsigned *missing)
{
	if (f->job->is_local || view->queue.is_known)
		return job_view_is_over(view);
	if (view->queue_error.len > 0)
		return false;
	/* A queue that doesn't know a job just submitted may be slow to show it. */
	return has_ended(view->state) || ++*missing > 2;
}

/* Nanoseconds until the queue is asked again; soon when the job says that it has ended. */
static uint64_t query_pause(const struct follow *f, const struct job_view *view)
{
	unsigned seconds = f->events >= 0 ? QUEUE_S_RUNNING : QUEUE_S_PENDING;

	if (has_ended(view->state))
		seconds = 1;
	return seconds * UINT64_C(1000000000);
}

/* Looks until the job is over. False when watching was stopped before. */
static bool watch_until_over(struct follow *f, bool is_ours, struct job_view *view)
{
	struct str shown = STR("");
	uint64_t next_query = 0;
	unsigned asked = 0, missing = 0;
	struct arena *scratch = ARENA_NEW(f->inv->arena, struct arena);

	*view = (struct job_view){.job = f->job};
	for (;;) {
		bool asks = clock_ns() >= next_query;

		job_view_reread(f->inv, scratch, asks, view);
		if (asks && view->queue_error.len > 0)
			complain("the queue couldn't be asked: %.*s", STR_ARG(view->queue_error));
		if (asks && !f->job->is_local)
			print_queue(f, &view->queue, &shown);
		follow_step(f);
		if ((asks || f->job->is_local) && is_past(f, view, &missing))
			return true;
		if (asks || clock_ns() + query_pause(f, view) < next_query)
			next_query = clock_ns() + query_pause(f, view);
		poll(NULL, 0, LOOK_MS);
		if (!handle_signal(f, is_ours, &asked))
			return false;
	}
}

int watch_job(struct invocation *inv, const struct job_files *job, bool is_ours)
{
	struct sigaction action = {.sa_handler = note_signal};
	struct job_view view;
	struct follow f;
	int status;

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	follow_begin(&f, inv, job, stdout);
	if (!watch_until_over(&f, is_ours, &view)) {
		fprintf(f.out, "the job goes on; 'hpcc watch %.*s' shows it again\n",
			STR_ARG(job->id));
		return EXIT_OK;
	}
	follow_step(&f);
	status = job_view_exit(&view);
	print_end(&f, &view, status);
	follow_end(&f);
	return is_ours ? status : EXIT_OK;
}
