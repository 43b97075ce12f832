/* SPDX-License-Identifier: Apache-2.0 */
/* Answers of the queue come from another process, as JSON. */
#include "driver/live/queue.h"

#include "driver/json.h"

/* The texts of an answer, and their names in it. */
static const char *const names[] = {"id",   "number", "state", "reason",
				    "used", "limit",  "nodes", "start"};
enum {
	TEXTS = sizeof(names) / sizeof(*names)
};

static void list_texts(struct slurm_job *job, struct str *texts[TEXTS])
{
	struct str *const all[TEXTS] = {&job->id,   &job->number, &job->state, &job->reason,
					&job->used, &job->limit,  &job->nodes, &job->start};

	for (size_t i = 0; i < TEXTS; i++)
		texts[i] = all[i];
}

static json_t *say(struct job_view *view)
{
	struct slurm_job *job = &view->queue;
	struct str *texts[TEXTS];
	json_t *said = json_object();

	list_texts(job, texts);
	for (size_t i = 0; i < TEXTS; i++)
		json_object_set_new(said, names[i], json_from(*texts[i]));
	json_object_set_new(said, "is_known", json_boolean(job->is_known));
	json_object_set_new(said, "is_over", json_boolean(job->is_over));
	json_object_set_new(said, "is_forgotten", json_boolean(job->is_forgotten));
	json_object_set_new(said, "may_be_told", json_boolean(view->may_be_told));
	json_object_set_new(said, "error", json_from(view->queue_error));
	return said;
}

static void hear(const json_t *said, struct job_view *view)
{
	struct slurm_job *job = &view->queue;
	struct str *texts[TEXTS];

	list_texts(job, texts);
	for (size_t i = 0; i < TEXTS; i++)
		*texts[i] = json_str(said, names[i]);
	job->is_known = json_is_true(json_object_get(said, "is_known"));
	job->is_over = json_is_true(json_object_get(said, "is_over"));
	job->is_forgotten = json_is_true(json_object_get(said, "is_forgotten"));
	view->may_be_told = json_is_true(json_object_get(said, "may_be_told"));
	view->queue_error = json_str(said, "error");
}

static json_t *ask(void *context)
{
	struct live_queue *q = context;
	json_t *all = json_array();

	job_views_ask(q->inv, q->parts, q->asked);
	for (uint32_t i = 0; i < q->parts->list.n; i++)
		json_array_append_new(all, say(&q->asked[i]));
	return all;
}

void queue_init(struct live_queue *q, struct invocation *inv, const struct job_list *parts)
{
	*q = (struct live_queue){.inv = inv, .parts = parts, .errand.fd = -1};
	q->asked = ARENA_ARRAY(inv->arena, parts->list.n + 1, struct job_view);
}

/* Nothing is known of an answer any more. */
static void forget(struct live_queue *q)
{
	for (uint32_t i = 0; i < q->parts->list.n; i++)
		q->asked[i] = (struct job_view){.job = &q->parts->list.items[i]};
	json_decref(q->answer);
	q->answer = NULL;
}

void queue_free(struct live_queue *q)
{
	json_decref(errand_end(&q->errand));
	forget(q);
}

bool queue_ask(struct live_queue *q)
{
	queue_free(q);
	return errand_begin(&q->errand, ask, q);
}

const struct job_view *queue_take(struct live_queue *q)
{
	if (!errand_is_open(&q->errand) || !errand_has_ended(&q->errand))
		return NULL;
	forget(q);
	q->answer = errand_end(&q->errand);
	for (uint32_t i = 0; i < q->parts->list.n; i++) {
		hear(json_array_get(q->answer, i), &q->asked[i]);
		if (!q->answer)
			q->asked[i].queue_error = STR("it couldn't be asked");
	}
	return q->asked;
}
