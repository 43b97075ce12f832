/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs and arrays of jobs as JSON. */
#include "driver/jobs/report_job.h"

#include "driver/array/table.h"
#include "driver/components/components.h"
#include "driver/jobs/idle.h"

static json_t *view_json(struct invocation *inv, const struct job_view *view)
{
	json_t *all = json_object(), *queue = json_null();

	if (view->queue.is_known) {
		queue = json_object();
		json_object_set_new(queue, "state", json_text(inv->arena, view->queue.state));
		json_object_set_new(queue, "reason", json_text(inv->arena, view->queue.reason));
		json_object_set_new(queue, "elapsed", json_text(inv->arena, view->queue.used));
		json_object_set_new(queue, "time_limit", json_text(inv->arena, view->queue.limit));
		json_object_set_new(queue, "nodes", json_text(inv->arena, view->queue.nodes));
		json_object_set_new(queue, "start", json_text(inv->arena, view->queue.start));
	}
	json_object_set_new(all, "schema_version", json_integer(1));
	json_object_set_new(all, "job_id", json_text(inv->arena, view->job->id));
	json_object_set_new(all, "number", json_text(inv->arena, view->job->number));
	json_object_set_new(all, "status", json_text(inv->arena, job_view_word(view)));
	json_object_set_new(all, "is_over", json_boolean(job_view_is_over(view)));
	json_object_set_new(all, "queue", queue);
	if (view->components.list.n)
		json_object_set_new(all, "components", components_json(inv->arena, view));
	json_object_set_new(all, "queue_error", json_text(inv->arena, view->queue_error));
	json_object_set_new(all, "record", job_record_shown(inv->arena, view->job));
	json_object_set_new(all, "state", view->state ? json_incref(view->state) : json_null());
	json_object_set_new(all, "state_error", json_text(inv->arena, view->state_error));
	json_object_set_new(all, "idle_warning", json_text(inv->arena, idle_warning(inv, view)));
	return all;
}

json_t *job_views_json(struct invocation *inv, const struct job_files *job,
		       const struct job_list *parts, const struct job_view *views)
{
	uint32_t n = parts->list.n;

	if (!job->is_array || (n == 1 && job->task.len > 0))
		return view_json(inv, &views[0]);
	json_t *all = json_object();
	json_t *elements = json_array();
	json_object_set_new(all, "schema_version", json_integer(1));
	json_object_set_new(all, "job_id", json_text(inv->arena, job->id));
	json_object_set_new(all, "status", json_text(inv->arena, job_views_word(views, n)));
	json_object_set_new(all, "is_over", json_boolean(job_views_are_over(views, n)));
	array_add_json(inv, all, job, views, n);
	json_object_set_new(all, "record", job_record_shown(inv->arena, job));
	for (uint32_t i = 0; i < n; i++)
		json_array_append_new(elements, view_json(inv, &views[i]));
	json_object_set_new(all, "elements", elements);
	return all;
}

json_t *job_json(struct invocation *inv, const struct job_files *job, const struct job_list *parts)
{
	struct job_view *views = ARENA_ARRAY(inv->arena, parts->list.n, struct job_view);

	job_views_read(inv, parts, true, views);
	json_t *all = job_views_json(inv, job, parts, views);
	for (uint32_t i = 0; i < parts->list.n; i++)
		json_decref(views[i].state);
	return all;
}
