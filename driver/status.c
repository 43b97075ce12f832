/* SPDX-License-Identifier: Apache-2.0 */
/* Puts together what record, state file and queue say of a job. */
#include "driver/status.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "driver/system.h"

double state_time(const json_t *object, const char *key)
{
	struct str text = json_str(object, key);
	struct tm tm = {0};
	const char *rest = text.len > 0 ? strptime(text.ptr, "%Y-%m-%dT%H:%M:%S", &tm) : NULL;

	return rest ? (double)timegm(&tm) + (*rest == '.' ? strtod(rest, NULL) : 0) : 0;
}

bool local_job_is_alive(const struct job_files *job)
{
	pid_t pid = (pid_t)json_uint(job->record, "pid");
	struct str bytes, why, path;
	struct arena a;
	bool is_ours;

	if (pid <= 0)
		return false;
	/* The number may belong to a stranger by now; the environment tells. */
	arena_init(&a);
	path = str_fmt(&a, "/proc/%d/environ", (int)pid);
	is_ours = file_read(&a, path.ptr, 1 << 22, &bytes, &why) &&
		  memmem(bytes.ptr, bytes.len, job->id.ptr, job->id.len) != NULL;
	arena_free(&a);
	return is_ours;
}

void job_view_read(struct invocation *inv, const struct job_files *job, bool asks_queue,
		   struct job_view *view)
{
	*view = (struct job_view){.job = job};
	if (job->is_local)
		view->is_alive = local_job_is_alive(job);
	else if (asks_queue)
		slurm_job_query(inv, job->id, &view->queue, &view->queue_error);
	view->state = job_state(inv, job, &view->state_error);
}

static struct slurm_job keep_answer(struct arena *a, const struct slurm_job *q)
{
	return (struct slurm_job){.id = str_dup(a, q->id),
				  .state = str_dup(a, q->state),
				  .reason = str_dup(a, q->reason),
				  .used = str_dup(a, q->used),
				  .limit = str_dup(a, q->limit),
				  .nodes = str_dup(a, q->nodes),
				  .is_known = q->is_known,
				  .is_over = q->is_over};
}

void job_view_reread(struct invocation *inv, struct arena *scratch, bool asks_queue,
		     struct job_view *view)
{
	struct slurm_job queue = view->queue;
	struct str queue_error = view->queue_error;
	struct arena *lasting = inv->arena;

	json_decref(view->state);
	arena_free(scratch);
	arena_init(scratch);
	inv->arena = scratch;
	job_view_read(inv, view->job, asks_queue, view);
	inv->arena = lasting;
	if (asks_queue) {
		queue = keep_answer(lasting, &view->queue);
		queue_error = str_dup(lasting, view->queue_error);
	}
	view->queue = queue;
	view->queue_error = queue_error;
}

static bool state_is_over(const json_t *state)
{
	return json_str(state, "ended_at").len > 0;
}

struct str job_view_word(const struct job_view *view)
{
	struct str word = json_str(view->state, "status");

	/* The queue knows of requeues, the state file how the services ended. */
	if (view->queue.is_known && !view->queue.is_over)
		return view->queue.state;
	if (state_is_over(view->state))
		return word;
	if (view->queue.is_known)
		return view->queue.state;
	if (view->job->is_local)
		return view->is_alive ? word.len > 0 ? word : STR("RUNNING") : STR("LOST");
	return word.len > 0 ? word : STR("UNKNOWN");
}

bool job_view_is_over(const struct job_view *view)
{
	if (view->job->is_local)
		return !view->is_alive;
	if (view->queue.is_known)
		return view->queue.is_over;
	return state_is_over(view->state);
}

int job_view_exit(const struct job_view *view)
{
	struct str word = job_view_word(view);

	if (state_is_over(view->state)) {
		int code = (int)json_integer_value(json_object_get(view->state, "exit_code"));

		if (code != 0 || !view->queue.is_known)
			return code;
	}
	return str_eq_c(word, "COMPLETED") ? 0 : 1;
}

struct str service_remark(struct arena *a, const json_t *service)
{
	const json_t *waits = json_object_get(service, "waiting_for");
	const json_t *exit_code = json_object_get(service, "last_exit_code");
	struct str state = json_str(service, "state"), verdict = json_str(service, "verdict");
	struct buf out;

	buf_init(&out, a);
	if (str_eq_c(state, "exited")) {
		buf_add(&out, verdict);
		/* "app-exit 42" says it already. */
		if (json_is_integer(exit_code) && !str_eq_c(verdict, "completed") &&
		    !str_has_prefix(verdict, "app-exit"))
			buf_add_fmt(&out, ", status %lld", json_integer_value(exit_code));
	}
	for (size_t i = 0; str_eq_c(state, "waiting") && i < json_array_size(waits); i++) {
		const json_t *one = json_array_get(waits, i);

		buf_add_fmt(&out, "%s%.*s (%.*s)", i == 0 ? "for " : ", ",
			    STR_ARG(json_str(one, "service")), STR_ARG(json_str(one, "condition")));
	}
	if (json_uint(service, "restart_count") > 0)
		buf_add_fmt(&out, "%srestarts %llu/%llu", out.len > 0 ? "; " : "",
			    (unsigned long long)json_uint(service, "restart_count"),
			    (unsigned long long)json_uint(service, "max_restarts"));
	return str_dup(a, buf_str(&out));
}
