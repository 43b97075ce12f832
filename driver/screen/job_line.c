/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/screen/job_line.h"

#include "driver/array/rows.h"

const char *style_of_job(const struct style *style, struct str word)
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
	printf("%.*s\n", STR_ARG(attempt_text(a, view->state)));
}

void print_array_line(FILE *out, struct arena *a, const struct job_files *job,
		      const struct job_view *views, uint32_t n, const struct style *style)
{
	struct str word = job_views_word(views, n);
	uint64_t throttle = array_throttle(job);
	struct array_counts counts;

	array_counts_make(a, views, n, &counts);
	fprintf(out, "%sjob %.*s%s '%.*s': %s%.*s%s, %u element%s", style->bold, STR_ARG(job->id),
		style->off, STR_ARG(str_visible(a, json_str(job->record, "name"), VISIBLE_LINE)),
		style_of_job(style, word), STR_ARG(word), style->off, n, plural(n));
	for (uint32_t i = 0; i < counts.list.n; i++)
		fprintf(out, "%s %u %.*s", i == 0 ? ":" : ",", counts.list.items[i].n,
			STR_ARG(counts.list.items[i].word));
	if (throttle > 0)
		fprintf(out, "; at most %llu at a time", (unsigned long long)throttle);
	putc('\n', out);
}
