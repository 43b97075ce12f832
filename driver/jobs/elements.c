/* SPDX-License-Identifier: Apache-2.0 */
/* Which elements an array has, and where each keeps its files. */
#include "driver/jobs/elements.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "driver/system.h"

struct str job_link(struct arena *a, const struct job_files *element)
{
	return path_join(a, element->runtime_root, element->id);
}

struct str job_meant(struct arena *a, const struct job_files *job)
{
	/* The name of an element has its index already. */
	if (job->task.len == 0 || !job->is_array)
		return job->id;
	uint64_t index;
	bool is_one = str_to_u64(job->task, &index);
	return str_fmt(a, is_one ? "%.*s_%.*s" : "%.*s_[%.*s]", STR_ARG(job->id),
		       STR_ARG(job->task));
}

void job_locate(struct arena *a, struct job_files *job)
{
	struct str link = job_link(a, job);

	if (job->task.len == 0 || job->number.len > 0)
		return;
	job->root = link;
	char target[PATH_MAX];
	ssize_t n = readlink(link.ptr, target, sizeof(target));
	struct str name = (struct str){target, n > 0 ? (size_t)n : 0};
	/* A number beside it: a link to elsewhere is none of ours. */
	uint64_t number;
	if (!str_to_u64(name, &number))
		return;
	job->number = str_dup(a, name);
	job->root = path_join(a, job->runtime_root, job->number);
}

static void add_element(struct arena *a, const struct job_files *array, uint32_t index,
			struct job_list *parts)
{
	struct job_files *e = LIST_PUSH(a, &parts->list);

	*e = *array;
	e->is_array = false;
	e->task = str_fmt(a, "%u", index);
	e->id = str_fmt(a, "%.*s_%u", STR_ARG(array->id), index);
	e->number = STR("");
	job_locate(a, e);
}

static bool complain_no_element(const struct job_files *array)
{
	if (array->is_array)
		complain("job %.*s has no element '%.*s': its indices are %.*s", STR_ARG(array->id),
			 STR_ARG(array->task), STR_ARG(json_str(array->record, "array")));
	else
		complain("job %.*s is no array: it has no element '%.*s'", STR_ARG(array->id),
			 STR_ARG(array->task));
	return false;
}

bool job_parts(struct invocation *inv, const struct job_files *job, struct job_list *parts)
{
	struct arena *a = inv->arena;

	*parts = (struct job_list){0};
	if (!job->is_array && job->task.len > 0)
		return complain_no_element(job);
	/* An array whose record says nothing of its indices is shown as one job. */
	struct indices all;
	if (!job->is_array || !indices_read(a, json_str(job->record, "array"), &all)) {
		*LIST_PUSH(a, &parts->list) = *job;
		return true;
	}
	struct indices wanted = all;
	if (job->task.len > 0 && !indices_read(a, job->task, &wanted))
		return complain_no_element(job);
	for (uint32_t i = 0; i < wanted.list.n; i++) {
		if (!indices_have(&all, wanted.list.items[i]))
			return complain_no_element(job);
		add_element(a, job, wanted.list.items[i], parts);
	}
	return true;
}
