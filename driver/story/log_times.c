/* SPDX-License-Identifier: Apache-2.0 */
/* Reads log-times. */
#include "driver/story/log_times.h"

#include <string.h>

#include "ir/files.gen.h"

enum {
	MAX_TIMES = 64 << 20 /* the supervisor keeps it below 8 MiB */
};

/* The logs of one moment stand one after the other, so the next one is mostly the one that is looked for. */
static struct log_times *find_or_add(struct arena *a, struct times_of_logs *times, struct str token,
				     uint32_t *last)
{
	uint32_t n = times->list.n;

	for (uint32_t k = 0; k < n; k++) {
		uint32_t i = (*last + k) % n;

		if (!str_eq(times->list.items[i].token, token))
			continue;
		*last = i;
		return &times->list.items[i];
	}
	struct log_times *one = LIST_PUSH(a, &times->list);
	*one = (struct log_times){.token = token};
	*last = n;
	return one;
}

static void take_line(struct arena *a, struct times_of_logs *times, struct str line, uint32_t *last)
{
	struct str time, token, rest = str_split(line, ' ', &time);

	rest = str_split(rest, ' ', &token);
	uint64_t ms, size;
	if (!str_to_u64(time, &ms) || token.len == 0 || !str_to_u64(rest, &size))
		return;
	struct log_times *one = find_or_add(a, times, token, last);
	/* The log was emptied, or is another one. */
	if (one->list.n > 0 && size <= one->list.items[one->list.n - 1].size)
		one->list.n = 0;
	if (size > 0)
		*LIST_PUSH(a, &one->list) = (struct log_time){(int64_t)ms, size};
}

void times_of_logs_read(struct arena *a, const struct job_files *job, struct str folder,
			struct times_of_logs *times)
{
	struct str path = str_fmt(a, "%.*s" JOB_FILE_TIMES, STR_ARG(folder));
	uint32_t last = 0;

	*times = (struct times_of_logs){0};
	struct str text, line, why;
	if (!job_read(a, job, path.ptr, MAX_TIMES, &text, &why))
		return;
	/* A line without an end is being written. */
	while (str_find(text, '\n') != STR_NONE) {
		text = str_split(text, '\n', &line);
		take_line(a, times, line, &last);
	}
}

const struct log_times *log_times_find(const struct times_of_logs *times, struct str token)
{
	for (uint32_t i = 0; i < times->list.n; i++)
		if (str_eq(times->list.items[i].token, token))
			return times->list.items[i].list.n > 0 ? &times->list.items[i] : NULL;
	return NULL;
}

double log_times_at(const struct log_times *times, uint64_t offset, double last_write, uint32_t *at)
{
	while (*at < times->list.n && times->list.items[*at].size <= offset)
		++*at;
	if (*at < times->list.n)
		return (double)times->list.items[*at].ms / 1000;
	/* Whoever copies a job's files may give them times of their own, but none before what was noted. */
	double noted = (double)times->list.items[times->list.n - 1].ms / 1000;
	return last_write > noted ? last_write : noted;
}

uint64_t log_times_from(const struct log_times *times, double moment)
{
	uint64_t size = 0;

	for (uint32_t i = 0; i < times->list.n && (double)times->list.items[i].ms / 1000 < moment;
	     i++)
		size = times->list.items[i].size;
	return size;
}

uint64_t log_times_behind(const struct log_times *times, double moment)
{
	uint64_t size = 0;

	for (uint32_t i = 0; i < times->list.n && (double)times->list.items[i].ms / 1000 <= moment;
	     i++)
		size = times->list.items[i].size;
	return size;
}
