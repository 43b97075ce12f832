/* SPDX-License-Identifier: Apache-2.0 */
/* Puts together what record, state file and queue say of a job. */
#include "driver/jobs/status.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "driver/jobs/elements.h"
#include "driver/jobs/job_process.h"
#include "driver/system.h"

double state_time(const json_t *object, const char *key)
{
	struct str text = json_str(object, key);
	struct tm tm = {0};
	const char *rest = text.len > 0 ? strptime(text.ptr, "%Y-%m-%dT%H:%M:%S", &tm) : NULL;

	return rest ? (double)timegm(&tm) + (*rest == '.' ? strtod(rest, NULL) : 0) : 0;
}

/* Services of a job that is gone, and whose supervisor couldn't close the record. */
static void settle_services(struct job_view *view)
{
	json_t *services = json_object_get(view->state, "services");

	if (state_is_over(view->state) || !job_view_is_over(view))
		return;
	json_t *service;
	size_t i;
	json_array_foreach(services, i, service)
	{
		struct str state = json_str(service, "state");

		if (str_eq_c(state, "waiting")) {
			json_object_set_new(service, "state", json_string("skipped"));
		} else if (!str_eq_c(state, "exited") && !str_eq_c(state, "skipped")) {
			json_object_set_new(service, "state", json_string("exited"));
			json_object_set_new(service, "verdict", json_string("lost"));
		}
	}
}

/* Every id that Slurm is asked for once: of an array's elements the array's. */
static void collect_ids(struct arena *a, const struct job_list *jobs, struct str cluster,
			const struct job_view *views, struct slurm_question *q)
{
	struct str *ids = ARENA_ARRAY(a, jobs->list.n + 1, struct str);

	*q = (struct slurm_question){.cluster = cluster, .ids = ids};
	struct str base;
	for (uint32_t i = 0; i < jobs->list.n; i++) {
		const struct job_files *job = &jobs->list.items[i];

		array_tasks(job->id, &base);
		if (job->is_local || views[i].queue.is_known || !str_eq(job->cluster, cluster) ||
		    (q->n > 0 && str_eq(ids[q->n - 1], base)))
			continue;
		ids[q->n++] = base;
	}
}

/* Elements that were cancelled before they began have no line any more, or one all together. */
static const struct slurm_job *answer_for(const struct job_files *job,
					  const struct slurm_jobs *answers)
{
	const struct slurm_job *found = slurm_jobs_find(answers, job->id);

	if (found || job->task.len == 0)
		return found;
	struct str base;
	array_tasks(job->id, &base);
	found = slurm_jobs_find(answers, base);
	return found && found->is_over ? found : NULL;
}

/* Components are jobs of their own to Slurm, 4711+1; nodes of the job are those of all. */
static void take_components(struct arena *a, const struct slurm_jobs *answers,
			    struct job_view *view)
{
	struct buf nodes;

	buf_init(&nodes, a);
	view->components = (struct slurm_jobs){0};
	const struct slurm_job *found = &view->queue;
	for (unsigned i = 1; found; i++) {
		struct str next = str_fmt(a, "%.*s+%u", STR_ARG(view->job->id), i);
		if (found->nodes.len > 0)
			buf_add_fmt(&nodes, "%s%.*s", nodes.len ? "," : "", STR_ARG(found->nodes));
		*LIST_PUSH(a, &view->components.list) = *found;
		found = slurm_jobs_find(answers, next);
	}
	if (view->components.list.n == 1)
		view->components.list.n = 0;
	else
		view->queue.nodes = str_dup(a, buf_str(&nodes));
}

static void take_answers(struct arena *a, const struct job_list *jobs, struct str cluster,
			 const struct slurm_jobs *answers, struct str error, struct job_view *views)
{
	for (uint32_t i = 0; i < jobs->list.n; i++) {
		const struct job_files *job = &jobs->list.items[i];
		const struct slurm_job *found = answer_for(job, answers);

		if (job->is_local || views[i].queue.is_known || !str_eq(job->cluster, cluster))
			continue;
		views[i].queue_error = error;
		if (found) {
			views[i].queue = *found;
			take_components(a, answers, &views[i]);
		}
		if (!found && error.len == 0)
			views[i].queue = (struct slurm_job){.is_over = true, .is_forgotten = true};
	}
}

/* Slurm gives the reason; that the script ended, and with what status, the job knows better. */
static bool says_why(struct str slurm)
{
	return slurm.len > 0 && !str_eq_c(slurm, "COMPLETED") && !str_eq_c(slurm, "FAILED");
}

/* Keeps in the record what Slurm said last of a job's end. True when the record has changed. */
static bool remember_end(const struct job_files *job, const struct slurm_job *q)
{
	json_t *ends = json_object_get(job->record, "ends");
	bool has_ended = q->is_over && !str_eq_c(q->state, "COMPLETED");
	struct str before = json_str(ends, job->id.ptr);

	if (!q->is_known || str_eq(before, has_ended ? q->state : STR("")))
		return false;
	if (!ends)
		json_object_set_new(job->record, "ends", ends = json_object());
	if (has_ended)
		json_object_set_new(ends, job->id.ptr, json_stringn(q->state.ptr, q->state.len));
	else
		json_object_del(ends, job->id.ptr); /* it was requeued */
	return true;
}

/* Slurm forgets within minutes why a job was ended; its record doesn't. */
static void remember_ends(struct invocation *inv, const struct job_list *jobs,
			  const struct job_view *views)
{
	bool has_changed = false;
	struct str why;

	for (uint32_t i = 0; i < jobs->list.n; i++) {
		const struct job_files *job = &jobs->list.items[i];
		bool is_last =
			i + 1 == jobs->list.n || jobs->list.items[i + 1].record != job->record;

		has_changed = remember_end(job, &views[i].queue) || has_changed;
		/* One that was removed meanwhile stays removed; one that can't be written is of use
		   for this call alone. */
		if (is_last && has_changed &&
		    (job->record_path.len == 0 || path_exists(job->record_path.ptr)))
			record_update(inv->arena, job, &why);
		has_changed = has_changed && !is_last;
	}
}

/* Asks the queue of one cluster, and the accounting for what the queue has forgotten. */
static void ask_cluster(struct invocation *inv, const struct job_list *jobs, struct str cluster,
			struct job_view *views)
{
	struct slurm_question q;

	collect_ids(inv->arena, jobs, cluster, views, &q);
	if (q.n == 0)
		return;
	struct slurm_jobs answers;
	struct str error;
	slurm_ask_queue(inv, &q, &answers, &error);
	take_answers(inv->arena, jobs, cluster, &answers, error, views);
	collect_ids(inv->arena, jobs, cluster, views, &q);
	if (error.len > 0 || q.n == 0)
		return;
	bool has_answered = slurm_ask_accounting(inv, &q, &answers);
	take_answers(inv->arena, jobs, cluster, &answers, error, views);
	for (uint32_t i = 0; !has_answered && i < jobs->list.n; i++)
		if (str_eq(jobs->list.items[i].cluster, cluster))
			views[i].may_be_told = !views[i].queue.is_known;
}

void job_views_ask(struct invocation *inv, const struct job_list *jobs, struct job_view *views)
{
	for (uint32_t i = 0; i < jobs->list.n; i++) {
		struct str cluster = jobs->list.items[i].cluster;
		bool is_asked = jobs->list.items[i].is_local;

		for (uint32_t k = 0; k < i && !is_asked; k++)
			is_asked = !jobs->list.items[k].is_local &&
				   str_eq(jobs->list.items[k].cluster, cluster);
		if (!is_asked)
			ask_cluster(inv, jobs, cluster, views);
	}
}

/* After the queue: a job that is over for Slurm has written its last word. */
static void read_states(struct invocation *inv, const struct job_list *jobs, struct job_view *views)
{
	for (uint32_t i = 0; i < jobs->list.n; i++) {
		const struct job_files *job = &jobs->list.items[i];

		if (job->is_local)
			views[i].is_alive = local_job_is_alive(job);
		views[i].state = job_state(inv, job, &views[i].state_error);
		settle_services(&views[i]);
	}
}

static void begin_views(const struct job_list *jobs, struct job_view *views)
{
	for (uint32_t i = 0; i < jobs->list.n; i++)
		views[i] = (struct job_view){.job = &jobs->list.items[i]};
}

void job_views_read(struct invocation *inv, const struct job_list *jobs, bool asks_queue,
		    struct job_view *views)
{
	begin_views(jobs, views);
	if (asks_queue) {
		job_views_ask(inv, jobs, views);
		remember_ends(inv, jobs, views);
	}
	read_states(inv, jobs, views);
}

static struct slurm_job keep_answer(struct arena *a, struct slurm_job q)
{
	struct str *const texts[] = {&q.id,   &q.number, &q.state, &q.reason,
				     &q.used, &q.limit,  &q.nodes, &q.start};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		*texts[i] = str_dup(a, *texts[i]);
	return q;
}

static void keep_answers(struct arena *a, const struct job_view *from, struct job_view *view)
{
	view->queue = keep_answer(a, from->queue);
	for (uint32_t i = 0; i < from->components.list.n; i++)
		*LIST_PUSH(a, &view->components.list) =
			keep_answer(a, from->components.list.items[i]);
}

/* What was known lives in the arena of the round before. */
static void renew(struct invocation *inv, struct arena *scratch, const struct job_list *jobs,
		  const struct job_view *asked, struct job_view *views)
{
	size_t n = jobs->list.n;
	struct arena before = *scratch;

	arena_init(scratch);
	struct job_view *old = ARENA_ARRAY(scratch, n, struct job_view);
	memcpy(old, views, n * sizeof(*old));
	inv->arena = scratch;
	begin_views(jobs, views);
	for (size_t i = 0; i < n; i++) {
		const struct job_view *from = asked ? &asked[i] : &old[i];
		bool has_answer = asked && from->queue_error.len == 0;

		json_decref(old[i].state);
		keep_answers(scratch, has_answer ? &asked[i] : &old[i], &views[i]);
		views[i].queue_error = str_dup(scratch, from->queue_error);
		views[i].may_be_told = from->may_be_told;
	}
	if (asked)
		remember_ends(inv, jobs, views);
	read_states(inv, jobs, views);
	arena_free(&before);
}

void job_views_take(struct invocation *inv, struct arena *scratch, const struct job_list *jobs,
		    const struct job_view *asked, struct job_view *views)
{
	struct arena *lasting = inv->arena;

	for (size_t i = 0; i < jobs->list.n; i++)
		job_locate(lasting, &jobs->list.items[i]);
	renew(inv, scratch, jobs, asked, views);
	inv->arena = lasting;
}

void job_views_reread(struct invocation *inv, struct arena *scratch, const struct job_list *jobs,
		      bool asks_queue, struct job_view *views)
{
	struct arena answers, *lasting = inv->arena;
	struct job_view *asked = NULL;

	arena_init(&answers);
	if (asks_queue) {
		asked = ARENA_ARRAY(&answers, jobs->list.n + 1, struct job_view);
		begin_views(jobs, asked);
		inv->arena = &answers;
		job_views_ask(inv, jobs, asked);
		inv->arena = lasting;
	}
	job_views_take(inv, scratch, jobs, asked, views);
	arena_free(&answers);
}

bool state_is_over(const json_t *state)
{
	return json_str(state, "ended_at").len > 0;
}

struct str attempt_text(struct arena *a, const json_t *state)
{
	uint64_t attempt = json_uint(state, "attempt");

	return attempt > 0 ? str_fmt(a, ", attempt %llu", (unsigned long long)attempt) : STR("");
}

/* The word for a job that is over. */
static struct str last_word(const struct job_view *view)
{
	struct str id = view->job->id, slurm = view->queue.state;
	struct str own = state_is_over(view->state) ? json_str(view->state, "status") : STR("");

	if (slurm.len == 0)
		slurm = json_str(json_object_get(view->job->record, "ends"), id.ptr);
	/* A step that ran out of memory doesn't make a job fail whose spec ignores it. */
	if (says_why(slurm) && !(str_eq_c(slurm, "OUT_OF_MEMORY") && str_eq_c(own, "COMPLETED")))
		return slurm;
	if (own.len > 0)
		return own;
	/* The signal came before the script could care for it. */
	if (str_eq_c(slurm, "FAILED") &&
	    json_object_get(json_object_get(view->job->record, "cancelled"), id.ptr))
		return STR("CANCELLED");
	/* An element that never began and waits no more was cancelled. */
	if (slurm.len == 0 && view->job->task.len > 0 && view->job->number.len == 0)
		return STR("CANCELLED");
	return slurm.len > 0 ? slurm : STR("LOST");
}

struct str job_view_word(const struct job_view *view)
{
	struct str word = json_str(view->state, "status");

	if (job_view_is_over(view))
		return last_word(view);
	if (view->job->is_local)
		return word.len > 0 ? word : STR("RUNNING");
	/* The queue knows of requeues, the state file how far the services are. */
	if (view->queue.is_known && str_eq_c(view->queue.state, "RUNNING") &&
	    str_eq_c(word, "STOPPING"))
		return word;
	if (view->queue.is_known)
		return view->queue.state;
	return word.len > 0 ? word : STR("UNKNOWN");
}

struct str job_views_word(const struct job_view *views, size_t n)
{
	struct str all = STR("COMPLETED");
	bool is_pending = true;

	if (n == 1)
		return job_view_word(views);
	if (!job_views_are_over(views, n)) {
		for (size_t i = 0; i < n; i++)
			is_pending = is_pending && str_eq_c(job_view_word(&views[i]), "PENDING");
		return is_pending ? STR("PENDING") : STR("RUNNING");
	}
	for (size_t i = 0; i < n; i++) {
		struct str word = job_view_word(&views[i]);

		if (str_eq_c(word, "COMPLETED") || str_eq(word, all))
			continue;
		if (!str_eq_c(all, "COMPLETED"))
			return STR("FAILED");
		all = word;
	}
	return all;
}

bool job_view_is_over(const struct job_view *view)
{
	if (view->job->is_local)
		return !view->is_alive;
	if (view->queue.is_known || view->queue.is_forgotten)
		return view->queue.is_over;
	return state_is_over(view->state);
}

double job_view_seconds(const struct job_view *view)
{
	double start = state_time(view->state, "started_at");
	double end = state_time(view->state, "ended_at");

	/* Nobody has written down when one ended that was killed. */
	if (start <= 0 || (end <= 0 && job_view_is_over(view)))
		return -1;
	double seconds = (end > 0 ? end : (double)time(NULL)) - start;
	/* Its clock counts parts of a second, and may be another machine's. */
	return seconds > 0 ? seconds : 0;
}

bool job_views_are_over(const struct job_view *views, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!job_view_is_over(&views[i]))
			return false;
	return true;
}

int job_view_exit(const struct job_view *view)
{
	int code = (int)json_integer_value(json_object_get(view->state, "exit_code"));

	if (str_eq_c(job_view_word(view), "COMPLETED"))
		return EXIT_OK;
	if (state_is_over(view->state) && code != 0)
		return code;
	/* Cancelled while it was waiting, it left no status of its own. */
	return str_eq_c(job_view_word(view), "CANCELLED") ? 128 + SIGTERM : EXIT_UNEXPECTED;
}

/* Whether x failed before y; of those whose end nobody has written down the first in the list did. */
static bool failed_before(const struct job_view *x, const struct job_view *y)
{
	bool is_x_cancelled = str_eq_c(job_view_word(x), "CANCELLED");
	bool is_y_cancelled = str_eq_c(job_view_word(y), "CANCELLED");
	double x_end = state_time(x->state, "ended_at"), y_end = state_time(y->state, "ended_at");

	if (is_x_cancelled != is_y_cancelled)
		return is_y_cancelled;
	return x_end > 0 && (y_end <= 0 || x_end < y_end);
}

const struct job_view *job_views_failed_first(const struct job_view *views, size_t n)
{
	const struct job_view *first = NULL;

	for (size_t i = 0; i < n; i++)
		if (job_view_is_over(&views[i]) && job_view_exit(&views[i]) != EXIT_OK &&
		    (!first || failed_before(&views[i], first)))
			first = &views[i];
	return first;
}

int job_views_exit(const struct job_view *views, size_t n)
{
	const struct job_view *first = job_views_failed_first(views, n);

	return first ? job_view_exit(first) : EXIT_OK;
}

struct str last_look_text(struct arena *a, const json_t *object)
{
	struct str seen = json_str(object, "last_look");

	return seen.len > 0 ? str_fmt(a, " (last look: %.*s)", STR_ARG(seen)) : STR("");
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
		if (str_eq_c(verdict, "never-ready") || str_eq_c(verdict, "unhealthy"))
			buf_add(&out, last_look_text(a, service));
	}
	bool is_up = str_eq_c(state, "running") || str_eq_c(state, "ready");
	if (is_up && json_str(service, "last_look").len > 0) {
		bool is_pending = str_eq_c(json_str(service, "readiness"), "pending") ||
				  str_eq_c(json_str(service, "readiness"), "timeout");
		buf_add_c(&out, is_pending ? "not ready" : "doesn't answer");
		buf_add(&out, last_look_text(a, service));
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
