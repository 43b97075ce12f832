/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/screen/job_line.h"

static const char *style_of_job(const struct style *style, struct str word)
{
	if (str_eq_c(word, "FAILED") || str_eq_c(word, "LOST"))
		return style->bad;
	return str_eq_c(word, "COMPLETED") || str_eq_c(word, "RUNNING") ? style->good : style->busy;
}

void print_job_line(struct invocation *inv, const struct job_view *view, const struct style *style)
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

void print_array_line(struct arena *a, const struct job_files *job, const struct job_view *views,
		      uint32_t n, const struct style *style)
{
	struct str word = job_views_word(views, n);
	const char *sign = ":";

	printf("%sjob %.*s%s '%.*s': %s%.*s%s, %u element%s", style->bold, STR_ARG(job->id),
	       style->off, STR_ARG(str_visible(a, json_str(job->record, "name"), VISIBLE_LINE)),
	       style_of_job(style, word), STR_ARG(word), style->off, n, plural(n));
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
