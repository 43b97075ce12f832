/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/array/rows.h"

#include "driver/jobs/elements.h"
#include "driver/screen/roster.h"

struct str array_failure(struct invocation *inv, const struct job_view *view, struct str *service)
{
	struct roster roster = {0};
	struct str text = STR("");

	*service = STR("");
	roster_add(inv, view, &roster);
	const struct roster_row *failure = roster_first_failure(&roster);
	if (failure) {
		*service = str_dup(inv->arena, failure->name);
		text = str_fmt(
			inv->arena, "'%.*s' %.*s", STR_ARG(failure->name),
			STR_ARG(failure->end.len > 0 ? failure->end : str_c(failure->words)));
	} else if (str_eq_c(job_view_word(view), "LOST")) {
		text = STR(JOB_LOST_TEXT);
	}
	roster_free(&roster);
	return text;
}

static struct str about(struct invocation *inv, const struct job_view *view)
{
	struct str reason = view->queue.reason, service;

	if (job_view_is_over(view))
		return job_view_exit(view) == EXIT_OK ? STR("")
						      : array_failure(inv, view, &service);
	bool waits = view->queue.is_known && str_eq_c(view->queue.state, "PENDING");
	uint64_t attempt = json_uint(view->state, "attempt");
	if (waits && reason.len > 0 && !str_eq_c(reason, "None"))
		return reason;
	return attempt > 0 ? str_fmt(inv->arena, "attempt %llu", (unsigned long long)attempt)
			   : STR("");
}

static struct array_row make_row(struct invocation *inv, const struct job_view *view)
{
	return (struct array_row){.view = view,
				  .word = job_view_word(view),
				  .status = job_view_is_over(view) ? job_view_exit(view) : EXIT_OK,
				  .about = about(inv, view)};
}

static struct array_row *find_same(struct array_rows *rows, const struct array_row *row)
{
	for (uint32_t i = 0; i < rows->list.n; i++) {
		struct array_row *other = &rows->list.items[i];

		if (str_eq(other->word, row->word) && other->status == row->status &&
		    str_eq(other->about, row->about))
			return other;
	}
	return NULL;
}

void array_rows_make(struct invocation *inv, const struct job_view *views, uint32_t n,
		     struct array_rows *rows)
{
	struct arena *a = inv->arena;

	*rows = (struct array_rows){0};
	for (uint32_t i = 0; i < n; i++) {
		struct array_row row = make_row(inv, &views[i]);
		struct array_row *same = n > ARRAY_ROWS_EACH ? find_same(rows, &row) : NULL;
		uint64_t index = 0;

		if (!same) {
			same = LIST_PUSH(a, &rows->list);
			*same = row;
		}
		str_to_u64(views[i].job->task, &index);
		*LIST_PUSH(a, &same->indices.list) = (uint32_t)index;
	}
}

struct str array_id(struct arena *a, struct str base, const struct indices *indices)
{
	return str_fmt(a, "%.*s_[%.*s]", STR_ARG(base), STR_ARG(indices_text(a, indices)));
}

struct str array_row_id(struct arena *a, const struct array_row *row)
{
	if (row->indices.list.n < 2)
		return row->view->job->id;
	struct str base;
	array_tasks(row->view->job->id, &base);
	return array_id(a, base, &row->indices);
}

void array_counts_make(struct arena *a, const struct job_view *views, uint32_t n,
		       struct array_counts *counts)
{
	*counts = (struct array_counts){0};
	for (uint32_t i = 0; i < n; i++) {
		struct str word = job_view_word(&views[i]);
		uint32_t k = 0;

		while (k < counts->list.n && !str_eq(counts->list.items[k].word, word))
			k++;
		if (k == counts->list.n)
			*LIST_PUSH(a, &counts->list) = (struct array_count){word, 0};
		counts->list.items[k].n++;
	}
}

uint64_t array_throttle(const struct job_files *job)
{
	struct str indices;
	struct str most = str_split(json_str(job->record, "array"), '%', &indices);
	uint64_t n;

	return str_to_u64(most, &n) ? n : 0;
}
