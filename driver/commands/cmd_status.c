/* SPDX-License-Identifier: Apache-2.0 */
/* hpcc status: where a job is, and each of its services. hpcc jobs: all jobs started here. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "driver/commands/cmd.h"
#include "driver/jobs/idle.h"
#include "driver/jobs/known.h"
#include "driver/jobs/listing.h"
#include "driver/jobs/report_job.h"
#include "driver/screen/services.h"
#include "driver/screen/style.h"
#include "driver/system.h"

static const char *style_of_job(const struct style *style, struct str word)
{
	if (str_eq_c(word, "FAILED") || str_eq_c(word, "LOST"))
		return style->bad;
	return str_eq_c(word, "COMPLETED") || str_eq_c(word, "RUNNING") ? style->good : style->busy;
}

static void print_job_line(struct invocation *inv, const struct job_view *view,
			   const struct style *style)
{
	struct str word = job_view_word(view), name = json_str(view->job->record, "name");
	struct arena *a = inv->arena;
	double seconds = job_view_seconds(view);
	const json_t *code = json_object_get(view->state, "exit_code");

	printf("%sjob %.*s%s '%.*s': %s%.*s%s", style->bold, STR_ARG(view->job->id), style->off,
	       STR_ARG(str_visible(a, name, VISIBLE_LINE)), style_of_job(style, word),
	       STR_ARG(word), style->off);
	if (json_is_integer(code) && json_integer_value(code) != 0)
		printf(" with status %lld", json_integer_value(code));
	if (seconds >= 0)
		printf(", %.*s", STR_ARG(duration_text(a, seconds)));
	if (view->queue.nodes.len > 0)
		printf(", on %.*s", STR_ARG(str_visible(a, view->queue.nodes, VISIBLE_LINE)));
	if (view->queue.is_known && str_eq_c(view->queue.state, "PENDING"))
		printf(" (%.*s)", STR_ARG(str_visible(a, view->queue.reason, VISIBLE_LINE)));
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
	       STR_ARG(str_visible(a, json_str(s, "name"), VISIBLE_LINE)),
	       STR_ARG(json_str(s, "failure_policy_mode")),
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
		printf(" %s%.*s%s", style->dim, STR_ARG(str_visible(a, remark, VISIBLE_LINE)),
		       style->off);
	putchar('\n');
}

/* The job's line, its services, and what is odd; of one element of many less. */
static void print_view(struct invocation *inv, const struct job_view *view, bool is_one_of_many,
		       const struct style *style)
{
	const json_t *services = json_object_get(view->state, "services");
	struct str warning = idle_warning(inv, view);

	print_job_line(inv, view, style);
	for (size_t i = 0; i < json_array_size(services); i++)
		print_service_line(inv->arena, json_array_get(services, i), style);
	if (!view->state && !is_one_of_many && !str_eq_c(view->queue.state, "PENDING"))
		printf("no state of its services: %.*s\n",
		       STR_ARG(str_visible(inv->arena, view->state_error, VISIBLE_LINE)));
	if (str_eq_c(job_view_word(view), "LOST"))
		printf(JOB_LOST_TEXT "\n");
	if (warning.len > 0)
		complain("warning: %.*s", STR_ARG(warning));
}

/* "3 elements: 1 RUNNING, 2 COMPLETED" */
static void print_array_line(struct arena *a, const struct job_files *job,
			     const struct job_view *views, uint32_t n, const struct style *style)
{
	struct str word = job_views_word(views, n);
	const char *sign = ":";

	printf("%sjob %.*s%s '%.*s': %s%.*s%s, %u elements", style->bold, STR_ARG(job->id),
	       style->off, STR_ARG(str_visible(a, json_str(job->record, "name"), VISIBLE_LINE)),
	       style_of_job(style, word), STR_ARG(word), style->off, n);
	for (uint32_t i = 0; i < n; i++) {
		struct str one = job_view_word(&views[i]);
		uint32_t count = 0;
		bool is_first = true;

		for (uint32_t k = 0; k < n; k++) {
			bool is_same = str_eq(job_view_word(&views[k]), one);

			is_first = is_first && !(is_same && k < i);
			count += is_same;
		}
		if (!is_first)
			continue;
		printf("%s %u %.*s", sign, count, STR_ARG(one));
		sign = ",";
	}
	putchar('\n');
}

static void complain_queue(struct str why)
{
	complain("the queue couldn't be asked: %.*s", STR_ARG(why));
}

/* Of services that the command line doesn't name nothing is told. */
static void leave_out_services(struct invocation *inv, struct job_view *view)
{
	json_t *services = json_object_get(view->state, "services");

	for (size_t i = json_array_size(services); i-- > 0;)
		if (!service_is_wanted(inv, view->job,
				       json_str(json_array_get(services, i), "name")))
			json_array_remove(services, i);
}

int cmd_status(struct invocation *inv)
{
	struct style style = style_for(inv, stdout);
	struct str error = STR("");
	struct known_job one;

	if (!known_job_find(inv, &one))
		return EXIT_ENVIRONMENT;
	if (!services_are_known(inv, &one.job, NULL))
		return EXIT_USAGE;
	for (uint32_t i = 0; i < one.parts.list.n; i++)
		leave_out_services(inv, &one.views[i]);
	if (inv->options.format == FORMAT_JSON) {
		json_print(job_views_json(inv, &one.job, &one.parts, one.views));
		return EXIT_OK;
	}
	if (one.parts.list.n > 1)
		print_array_line(inv->arena, &one.job, one.views, one.parts.list.n, &style);
	for (uint32_t i = 0; i < one.parts.list.n; i++) {
		print_view(inv, &one.views[i], one.parts.list.n > 1, &style);
		if (one.views[i].queue_error.len > 0)
			error = one.views[i].queue_error;
	}
	if (error.len > 0)
		complain_queue(error);
	return EXIT_OK;
}

static void print_jobs_rows(struct invocation *inv, const struct listing_job *job,
			    const struct style *style)
{
	time_t when = (time_t)job->submitted_at;
	char stamp[32] = "";
	struct tm tm;

	if (localtime_r(&when, &tm))
		strftime(stamp, sizeof(stamp), "%Y-%m-%d %H:%M", &tm);
	struct str name = str_visible(inv->arena, job->name, VISIBLE_LINE);
	for (uint32_t i = 0; i < job->rows.n; i++) {
		const struct listing_row *row = &job->rows.items[i];

		printf("%s%-22.*s%s %-16s %-11.*s %-8.*s %.*s\n", style->bold, STR_ARG(row->id),
		       style->off, stamp, STR_ARG(row->word),
		       STR_ARG(row->ms >= 0 ? duration_text(inv->arena, (double)row->ms / 1000)
					    : STR("-")),
		       STR_ARG(name));
	}
}

static int jobs_json(struct invocation *inv, bool asks)
{
	json_t *list = json_array();
	struct known_jobs all;

	if (!known_jobs_read(inv, asks, &all))
		return EXIT_ENVIRONMENT;
	if (all.queue_error.len > 0)
		complain_queue(all.queue_error);
	for (uint32_t i = all.list.n; i-- > 0;) {
		const struct known_job *one = &all.list.items[i];

		json_array_append_new(list,
				      job_views_json(inv, &one->job, &one->parts, one->views));
	}
	json_print(list);
	return EXIT_OK;
}

int cmd_jobs(struct invocation *inv)
{
	bool asks = program_find(inv->arena, "squeue").len > 0;
	struct style style = style_for(inv, stdout);

	if (inv->options.format == FORMAT_JSON)
		return jobs_json(inv, asks);
	struct listing all;
	if (!listing_read(inv, asks, &all))
		return EXIT_ENVIRONMENT;
	if (all.queue_error.len > 0)
		complain_queue(all.queue_error);
	for (uint32_t i = all.jobs.n; i-- > 0;)
		print_jobs_rows(inv, &all.jobs.items[i], &style);
	if (all.jobs.n == 0)
		puts("no job was started from this folder");
	return EXIT_OK;
}
