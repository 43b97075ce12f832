/* SPDX-License-Identifier: Apache-2.0 */
/* hpcc status: where a job is, and each of its services. hpcc jobs: all jobs started here. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "driver/cmd.h"
#include "driver/idle.h"
#include "driver/status.h"
#include "driver/style.h"
#include "driver/system.h"

static void print_json(json_t *value)
{
	char *text = json_dumps(value, JSON_INDENT(2));

	puts(text);
	free(text);
	json_decref(value);
}

static json_t *json_text(struct str s)
{
	return s.len > 0 ? json_stringn(s.ptr, s.len) : json_null();
}

static json_t *view_json(const struct job_view *view)
{
	json_t *all = json_object(), *queue = json_null();

	if (view->queue.is_known) {
		queue = json_object();
		json_object_set_new(queue, "state", json_text(view->queue.state));
		json_object_set_new(queue, "reason", json_text(view->queue.reason));
		json_object_set_new(queue, "elapsed", json_text(view->queue.used));
		json_object_set_new(queue, "time_limit", json_text(view->queue.limit));
		json_object_set_new(queue, "nodes", json_text(view->queue.nodes));
	}
	json_object_set_new(all, "schema_version", json_integer(1));
	json_object_set_new(all, "job_id", json_text(view->job->id));
	json_object_set_new(all, "status", json_text(job_view_word(view)));
	json_object_set_new(all, "is_over", json_boolean(job_view_is_over(view)));
	json_object_set_new(all, "queue", queue);
	json_object_set_new(all, "queue_error", json_text(view->queue_error));
	json_object_set(all, "record", view->job->record);
	json_object_set_new(all, "state", view->state ? json_incref(view->state) : json_null());
	json_object_set_new(all, "state_error", json_text(view->state_error));
	return all;
}

static double running_seconds(const json_t *object)
{
	double start = state_time(object, "started_at"), end = state_time(object, "ended_at");

	if (start <= 0)
		return -1;
	return (end > 0 ? end : (double)time(NULL)) - start;
}

static void print_job_line(struct invocation *inv, const struct job_view *view,
			   const struct style *style)
{
	struct str word = job_view_word(view), name = json_str(view->job->record, "name");
	double seconds = running_seconds(view->state);
	const json_t *code = json_object_get(view->state, "exit_code");

	printf("%sjob %.*s%s '%.*s': %s%.*s%s", style->bold, STR_ARG(view->job->id), style->off,
	       STR_ARG(name),
	       str_eq_c(word, "FAILED")                                   ? style->bad
	       : str_eq_c(word, "COMPLETED") || str_eq_c(word, "RUNNING") ? style->good
									  : style->busy,
	       STR_ARG(word), style->off);
	if (json_is_integer(code) && json_integer_value(code) != 0)
		printf(" with status %lld", json_integer_value(code));
	if (seconds >= 0)
		printf(", %.*s", STR_ARG(duration_text(inv->arena, seconds)));
	if (view->queue.nodes.len > 0)
		printf(", on %.*s", STR_ARG(view->queue.nodes));
	if (view->queue.is_known && str_eq_c(view->queue.state, "PENDING"))
		printf(" (%.*s)", STR_ARG(view->queue.reason));
	if (json_uint(view->state, "attempt") > 0)
		printf(", attempt %llu", (unsigned long long)json_uint(view->state, "attempt"));
	putchar('\n');
}

/* state service 'worker': failure_policy=… restarts=1/5 window=1/3@60s last_exit=42 … */
static void print_service_line(struct arena *a, const json_t *s, const struct style *style)
{
	const json_t *code = json_object_get(s, "last_exit_code");
	struct str state = json_str(s, "state"), remark = service_remark(a, s);
	double window = json_number_value(json_object_get(s, "window_seconds"));

	printf("state service '%.*s': failure_policy=%.*s restarts=%llu/%llu window=%llu/%llu@%gs ",
	       STR_ARG(json_str(s, "name")), STR_ARG(json_str(s, "failure_policy_mode")),
	       (unsigned long long)json_uint(s, "restart_count"),
	       (unsigned long long)json_uint(s, "max_restarts"),
	       (unsigned long long)json_uint(s, "restart_failures_in_window"),
	       (unsigned long long)json_uint(s, "max_restarts_in_window"), window);
	if (json_is_integer(code))
		printf("last_exit=%lld", json_integer_value(code));
	else
		printf("last_exit=none");
	printf(" completed=%s", str_eq_c(json_str(s, "verdict"), "completed") ? "yes" : "no");
	printf(" %s%.*s%s", style_of_state(style, state, json_str(s, "verdict")), STR_ARG(state),
	       style->off);
	if (remark.len > 0)
		printf(" %s%.*s%s", style->dim, STR_ARG(remark), style->off);
	putchar('\n');
}

int cmd_status(struct invocation *inv)
{
	struct style style = style_for(inv, stdout);
	struct job_files job;
	struct job_view view;
	const json_t *services;
	struct str warning;

	if (!job_find(inv, &job))
		return EXIT_ENVIRONMENT;
	job_view_read(inv, &job, true, &view);
	if (inv->options.format == FORMAT_JSON) {
		json_t *all = view_json(&view);

		json_object_set_new(all, "idle_warning", json_text(idle_warning(inv, &view)));
		print_json(all);
		return EXIT_OK;
	}
	print_job_line(inv, &view, &style);
	services = json_object_get(view.state, "services");
	for (size_t i = 0; i < json_array_size(services); i++)
		print_service_line(inv->arena, json_array_get(services, i), &style);
	if (!view.state && !(view.queue.is_known && str_eq_c(view.queue.state, "PENDING")))
		printf("no state of its services: %.*s\n", STR_ARG(view.state_error));
	if (view.queue_error.len > 0)
		complain("the queue couldn't be asked: %.*s", STR_ARG(view.queue_error));
	warning = idle_warning(inv, &view);
	if (warning.len > 0)
		complain("warning: %.*s", STR_ARG(warning));
	return EXIT_OK;
}

/* One call of squeue for all jobs that may be in the queue. */
static void query_queue(struct invocation *inv, const struct job_list *jobs,
			struct slurm_job *queue, size_t *n)
{
	struct buf ids;
	struct str why;

	*n = 0;
	buf_init(&ids, inv->arena);
	for (uint32_t i = 0; i < jobs->list.n; i++)
		if (!jobs->list.items[i].is_local)
			buf_add_fmt(&ids, "%s%.*s", ids.len > 0 ? "," : "",
				    STR_ARG(jobs->list.items[i].id));
	if (ids.len > 0 && program_find(inv->arena, "squeue").len > 0 &&
	    !slurm_jobs_query(inv, buf_str(&ids), queue, jobs->list.n, n, &why))
		complain("the queue couldn't be asked: %.*s", STR_ARG(why));
}

static void fill_from_queue(struct job_view *view, const struct slurm_job *queue, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(queue[i].id, view->job->id))
			view->queue = queue[i];
}

static void print_jobs_row(struct invocation *inv, const struct job_view *view,
			   const struct style *style)
{
	const json_t *record = view->job->record;
	time_t when = (time_t)json_uint(record, "submitted_at");
	struct str word = job_view_word(view);
	double seconds = running_seconds(view->state);
	char stamp[32] = "";
	struct tm tm;

	if (localtime_r(&when, &tm))
		strftime(stamp, sizeof(stamp), "%Y-%m-%d %H:%M", &tm);
	printf("%s%-22.*s%s %-16s %-11.*s %-8.*s %.*s\n", style->bold, STR_ARG(view->job->id),
	       style->off, stamp, STR_ARG(word),
	       STR_ARG(seconds >= 0 ? duration_text(inv->arena, seconds) : STR("-")),
	       STR_ARG(json_str(record, "name")));
}

int cmd_jobs(struct invocation *inv)
{
	struct style style = style_for(inv, stdout);
	json_t *list = json_array();
	struct slurm_job *queue;
	struct job_list jobs;
	size_t n;

	jobs_load(inv, &jobs);
	queue = ARENA_ARRAY(inv->arena, jobs.list.n + 1, struct slurm_job);
	query_queue(inv, &jobs, queue, &n);
	for (uint32_t i = jobs.list.n; i-- > 0;) {
		struct job_view view;

		job_view_read(inv, &jobs.list.items[i], false, &view);
		fill_from_queue(&view, queue, n);
		if (inv->options.format == FORMAT_JSON)
			json_array_append_new(list, view_json(&view));
		else
			print_jobs_row(inv, &view, &style);
	}
	if (inv->options.format == FORMAT_JSON)
		print_json(list);
	else if (jobs.list.n == 0)
		puts("no job was started from this folder");
	return EXIT_OK;
}
