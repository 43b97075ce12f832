/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/live/log/order.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "driver/story/log_times.h"

/* When the lines of one log came. */
struct clock {
	const struct log_times *times;
	double last_write;
	uint32_t at;
};

struct dated {
	double time;
	struct log_entry entry;
};

static int by_time(const void *x, const void *y)
{
	const struct dated *a = x, *b = y;

	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	if (a->entry.book != b->entry.book)
		return a->entry.book < b->entry.book ? -1 : 1;
	return a->entry.offset < b->entry.offset ? -1 : a->entry.offset > b->entry.offset;
}

static void read_times(struct arena *a, const struct logbook *books, uint32_t n,
		       struct clock *clocks)
{
	const struct job_files *part = NULL;
	struct times_of_logs times = {0};

	for (uint32_t i = 0; i < n; i++) {
		if (!books[i].part)
			continue;
		if (books[i].part != part)
			times_of_logs_read(a, books[i].part, STR(""), &times);
		part = books[i].part;
		clocks[i].times =
			log_times_find(&times, books[i].token.len > 0 ? books[i].token : STR("-"));
		struct stat st;
		if (books[i].fd >= 0 && fstat(books[i].fd, &st) == 0)
			clocks[i].last_write =
				(double)st.st_mtim.tv_sec + (double)st.st_mtim.tv_nsec / 1e9;
	}
}

void order_by_time(struct logbook *books, uint32_t n_books, struct log_entry *lines,
		   uint32_t n_lines)
{
	struct arena a;

	arena_init(&a);
	struct clock *clocks = ARENA_ARRAY(&a, n_books + 1, struct clock);
	struct dated *dated = ARENA_ARRAY(&a, n_lines + 1, struct dated);
	read_times(&a, books, n_books, clocks);
	for (uint32_t i = 0; i < n_lines; i++) {
		struct clock *clock = &clocks[lines[i].book];

		dated[i].entry = lines[i];
		if (clock->times)
			dated[i].time = log_times_at(clock->times, (uint64_t)lines[i].offset,
						     clock->last_write, &clock->at);
	}
	qsort(dated, n_lines, sizeof(*dated), by_time);
	for (uint32_t i = 0; i < n_lines; i++)
		lines[i] = dated[i].entry;
	arena_free(&a);
}
