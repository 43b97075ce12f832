/* SPDX-License-Identifier: Apache-2.0 */
/* hpcc status: where a job is, and each of its services. hpcc jobs: all jobs started here. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "driver/components/components.h"
#include "driver/array/table.h"
#include "driver/commands/cmd.h"
#include "driver/jobs/idle.h"
#include "driver/jobs/known.h"
#include "driver/jobs/listing.h"
#include "driver/jobs/report_job.h"
#include "driver/screen/job_account.h"
#include "driver/screen/job_line.h"
#include "driver/screen/services.h"
#include "driver/screen/style.h"
#include "driver/system.h"

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

/* The job's line, its services, and what is odd. */
static void print_view(struct invocation *inv, const struct job_view *view, bool is_one_of_many,
		       const struct style *style)
{
	const json_t *services = json_object_get(view->state, "services");

	print_job_line(inv, view, style);
	components_print(inv, view, style);
	for (size_t i = 0; inv->options.as_lines && i < json_array_size(services); i++)
		print_service_line(inv->arena, json_array_get(services, i), style);
	if (!inv->options.as_lines)
		print_job_account(inv, view, style);
	if (!view->state && !is_one_of_many && !str_eq_c(view->queue.state, "PENDING"))
		printf("no state of its services: %.*s\n",
		       STR_ARG(str_visible(inv->arena, view->state_error, VISIBLE_LINE)));
	if (str_eq_c(job_view_word(view), "LOST"))
		printf(JOB_LOST_TEXT "\n");
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

/* A job, or an array as a table. */
static void print_views(struct invocation *inv, const struct known_job *one,
			const struct style *style)
{
	uint32_t n = one->parts.list.n;

	if (n > 1)
		print_array_line(stdout, inv->arena, &one->job, one->views, n, style);
	if (n > 1 && !inv->options.as_lines) {
		array_print(inv, stdout, one->views, n, style);
		return;
	}
	for (uint32_t i = 0; i < n; i++)
		print_view(inv, &one->views[i], n > 1, style);
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
	uint32_t n = one.parts.list.n;
	for (uint32_t i = 0; i < n; i++)
		leave_out_services(inv, &one.views[i]);
	if (inv->options.format == FORMAT_JSON) {
		json_print(job_views_json(inv, &one.job, &one.parts, one.views));
		return EXIT_OK;
	}
	if (inv->options.format == FORMAT_CSV)
		array_print_csv(inv, one.views, n);
	else
		print_views(inv, &one, &style);
	for (uint32_t i = 0; i < n; i++) {
		struct str warning = idle_warning(inv, &one.views[i]);

		if (warning.len > 0)
			complain("warning: %.*s", STR_ARG(warning));
		if (one.views[i].queue_error.len > 0)
			error = one.views[i].queue_error;
	}
	if (error.len > 0)
		complain_queue(error);
	return EXIT_OK;
}

/* Of an array with many elements those that are called the same in one row. */
static void fold_elements(struct arena *a, const struct listing_job *job, struct listing_job *rows)
{
	struct indices *elements = ARENA_ARRAY(a, job->rows.n, struct indices);
	struct str base = job->rows.items[0].id;

	memset(&rows->rows, 0, sizeof(rows->rows));
	*LIST_PUSH(a, &rows->rows) = job->rows.items[0];
	for (uint32_t i = 1, k; i < job->rows.n; i++) {
		uint64_t index = 0;

		for (k = 1; k < rows->rows.n; k++)
			if (str_eq(rows->rows.items[k].word, job->rows.items[i].word))
				break;
		if (k == rows->rows.n)
			*LIST_PUSH(a, &rows->rows) = job->rows.items[i];
		str_to_u64(array_tasks(job->rows.items[i].id, &base), &index);
		*LIST_PUSH(a, &elements[k].list) = (uint32_t)index;
	}
	for (uint32_t k = 1; k < rows->rows.n; k++) {
		if (elements[k].list.n < 2)
			continue;
		rows->rows.items[k].id = array_id(a, base, &elements[k]);
		rows->rows.items[k].ms = -1;
	}
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
	struct listing_job rows = *job;
	if (job->rows.n > ARRAY_ROWS_EACH)
		fold_elements(inv->arena, job, &rows);
	for (uint32_t i = 0; i < rows.rows.n; i++) {
		const struct listing_row *row = &rows.rows.items[i];

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
