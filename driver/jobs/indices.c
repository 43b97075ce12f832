/* SPDX-License-Identifier: Apache-2.0 */
/* The text that says which elements of a job array are meant. */
#include "driver/jobs/indices.h"

#include <stdlib.h>

enum {
	MAX_INDEX = 4000001, /* Slurm's own upper bound of MaxArraySize */
};

static int by_number(const void *x, const void *y)
{
	const uint32_t *a = x, *b = y;

	return (*a > *b) - (*a < *b);
}

/* "3", "1-4" or "0-15:5" */
static bool read_range(struct arena *a, struct str text, struct indices *indices)
{
	uint64_t by = 1;
	struct str range;
	struct str step = str_split(text, ':', &range);
	struct str first;
	struct str last = str_split(range, '-', &first);
	uint64_t from;
	if (!str_to_u64(first, &from) || from > MAX_INDEX)
		return false;
	uint64_t to = from;
	if (last.len > 0 && (!str_to_u64(last, &to) || to > MAX_INDEX || to < from))
		return false;
	if (step.len > 0 && (!str_to_u64(step, &by) || by == 0))
		return false;
	for (uint64_t i = from; i <= to; i += by)
		*LIST_PUSH(a, &indices->list) = (uint32_t)i;
	return true;
}

bool indices_read(struct arena *a, struct str text, struct indices *indices)
{
	uint32_t n = 0;

	*indices = (struct indices){0};
	struct str rest;
	str_split(text, '%', &rest);
	struct str part;
	do {
		rest = str_split(rest, ',', &part);
		if (!read_range(a, part, indices))
			return false;
	} while (rest.len > 0);
	qsort(indices->list.items, indices->list.n, sizeof(uint32_t), by_number);
	for (uint32_t i = 0; i < indices->list.n; i++)
		if (n == 0 || indices->list.items[n - 1] != indices->list.items[i])
			indices->list.items[n++] = indices->list.items[i];
	indices->list.n = n;
	return true;
}

struct str indices_text(struct arena *a, const struct indices *indices)
{
	const uint32_t *items = indices->list.items;
	struct buf out;

	buf_init(&out, a);
	for (uint32_t i = 0, last; i < indices->list.n; i = last + 1) {
		last = i;
		while (last + 1 < indices->list.n && items[last + 1] == items[last] + 1)
			last++;
		buf_add_fmt(&out, "%s%u", i > 0 ? "," : "", items[i]);
		if (last > i)
			buf_add_fmt(&out, "-%u", items[last]);
	}
	return buf_str(&out);
}

bool indices_have(const struct indices *indices, uint32_t index)
{
	return bsearch(&index, indices->list.items, indices->list.n, sizeof(index), by_number);
}

struct str array_tasks(struct str id, struct str *base)
{
	struct str tasks = str_split(id, '_', base);

	if (str_has_prefix(tasks, "[") && str_has_suffix(tasks, "]"))
		tasks = str_slice(tasks, 1, tasks.len - 1);
	return tasks;
}
