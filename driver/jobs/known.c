/* SPDX-License-Identifier: Apache-2.0 */
/* Recorded jobs and their states, read in one go. */
#include "driver/jobs/known.h"

bool known_jobs_read(struct invocation *inv, bool asks_queue, struct known_jobs *all)
{
	struct job_list parts = {0};
	uint32_t n = 0;

	*all = (struct known_jobs){0};
	struct job_list jobs;
	if (!jobs_load(inv, &jobs))
		return false;
	for (uint32_t i = 0; i < jobs.list.n; i++) {
		struct known_job *one = LIST_PUSH(inv->arena, &all->list);

		*one = (struct known_job){.job = jobs.list.items[i]};
		job_parts(inv, &one->job, &one->parts);
		for (uint32_t k = 0; k < one->parts.list.n; k++)
			*LIST_PUSH(inv->arena, &parts.list) = one->parts.list.items[k];
	}
	struct job_view *views = ARENA_ARRAY(inv->arena, parts.list.n, struct job_view);
	job_views_read(inv, &parts, asks_queue, views);
	for (uint32_t i = 0; i < all->list.n; i++) {
		all->list.items[i].views = views + n;
		n += all->list.items[i].parts.list.n;
	}
	for (uint32_t i = 0; i < n; i++)
		if (views[i].queue_error.len > 0)
			all->queue_error = views[i].queue_error;
	return true;
}

bool known_job_find(struct invocation *inv, struct known_job *one)
{
	if (!job_find(inv, &one->job) || !job_parts(inv, &one->job, &one->parts))
		return false;
	one->views = ARENA_ARRAY(inv->arena, one->parts.list.n, struct job_view);
	job_views_read(inv, &one->parts, true, one->views);
	return true;
}
