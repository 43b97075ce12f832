/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/story/why.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "driver/open.h"
#include "driver/screen/style.h"
#include "driver/system.h"
#include "ir/files.gen.h"
#include "runtime/core/notes.h"

enum {
	LOG_LINES = 8,
	MAX_NAMES = 12 /* of services that one line tells */
};

/* An event that is kept: what it says, and where. */
struct fact {
	struct str service, word, text, verdict;
	struct citation place;
};

struct account {
	struct invocation *inv;
	struct arena *arena;
	const struct job_view *view;
	struct why *why;
	LIST(struct fact) facts; /* of this run of the script */
};

static void add_text(struct account *c, const char *label, struct str text, struct citation place)
{
	*LIST_PUSH(c->arena, &c->why->lines) = (struct why_line){label, text, place};
}

__attribute__((format(printf, 4, 5))) static void
add(struct account *c, const char *label, struct citation place, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add_text(c, label, str_vfmt(c->arena, format, args), place);
	va_end(args);
}

static struct citation in_file(const char *file)
{
	return (struct citation){.file = str_c(file)};
}

/* A requeued job goes on writing the same file: what its last run did counts. */
static bool take_event(void *context, const json_t *event, struct citation place)
{
	struct account *c = context;
	struct str word = json_str(event, "event");

	if (str_eq_c(word, "begin"))
		c->facts.n = 0;
	struct fact *fact = LIST_PUSH(c->arena, &c->facts);
	*fact = (struct fact){
		.service = str_dup(c->arena, json_str(event, "service")),
		.word = str_dup(c->arena, word),
		.text = str_dup(c->arena, json_str(event, "text")),
		.verdict = str_dup(c->arena, json_str(event, "verdict")),
		.place = place,
	};
	return true;
}

static const struct rt_note_row *row_of(const struct fact *fact)
{
	return rt_note_of_word(fact->word.ptr);
}

static bool is_bad(const struct fact *fact)
{
	const struct rt_note_row *row = row_of(fact);

	return row && row->tone == RT_TONE_BAD;
}

static const struct fact *find_word(const struct account *c, enum rt_note note)
{
	for (uint32_t i = 0; i < c->facts.n; i++)
		if (row_of(&c->facts.items[i]) == rt_note_row(note))
			return &c->facts.items[i];
	return NULL;
}

/* What ended the job: the last of the grave events that came before the teardown. */
static const struct fact *find_decider(const struct account *c)
{
	const struct fact *teardown = find_word(c, RT_NOTE_TEARDOWN);
	const struct fact *end = teardown ? teardown : c->facts.items + c->facts.n;

	for (const struct fact *f = end; f > c->facts.items; f--)
		if (is_bad(&f[-1]))
			return &f[-1];
	return NULL;
}

static const json_t *service_of(const struct account *c, struct str name)
{
	const json_t *services = json_object_get(c->view->state, "services");

	for (size_t i = 0; i < json_array_size(services); i++)
		if (str_eq(json_str(json_array_get(services, i), "name"), name))
			return json_array_get(services, i);
	return NULL;
}

/* What its end came from: an earlier grave event of the same launch. */
static const struct fact *find_reason(const struct account *c, const struct fact *end)
{
	for (const struct fact *f = end; f > c->facts.items; f--) {
		if (!str_eq(f[-1].service, end->service))
			continue;
		if (row_of(&f[-1]) == rt_note_row(RT_NOTE_STARTING))
			break;
		if (is_bad(&f[-1]))
			return &f[-1];
	}
	return end;
}

static void tell_log(struct account *c, struct str service)
{
	struct str file = job_log_path(c->arena, json_str(service_of(c, service), "token"));
	struct str why;
	struct citation place;
	struct str text =
		history_log_end(c->arena, job_open(c->arena, c->view->job, file.ptr, &why), file,
				LOG_LINES, &place);

	if (text.len > 0)
		add_text(c, "log", text, place);
	else if (text.ptr)
		add(c, "log", place, "it has printed nothing");
}

/* What Slurm or the script said before the supervisor began, or when it was gone. */
static bool tell_batch_log(struct account *c)
{
	struct str path = job_batch_log(c->arena, c->view->job), why;
	struct citation place;
	int fd = c->view->job->is_local
			 ? job_open(c->arena, c->view->job, JOB_FILE_BATCH_LOG, &why)
			 : open_to_read(c->arena, AT_FDCWD, path.ptr, OPEN_FILE, &why);
	struct str text =
		history_log_end(c->arena, fd, path_shown(c->arena, path), LOG_LINES, &place);

	if (text.len > 0)
		add_text(c, "batch log", text, place);
	return text.len > 0;
}

static void tell_usage(struct account *c, const struct fact *cause)
{
	const json_t *usage = json_object_get(service_of(c, cause->service), "usage");
	double cpu = json_number_value(json_object_get(usage, "cpu_seconds"));

	if (json_is_object(usage))
		add(c, "used", in_file(JOB_FILE_STATE), "%.1f MB of memory at most, %.*s of CPU",
		    (double)json_uint(usage, "max_memory_bytes") / 1e6,
		    STR_ARG(duration_text(c->arena, cpu)));
}

/* "a, b, c and 9 more": the services of the events of that kind behind `from`. */
static void tell_names(struct account *c, const struct fact *from, enum rt_note note,
		       const char *label)
{
	struct citation place = {0};
	uint32_t n = 0;
	struct buf out;

	buf_init(&out, c->arena);
	for (const struct fact *f = from; f < c->facts.items + c->facts.n; f++) {
		if (row_of(f) != rt_note_row(note))
			continue;
		if (n == 0)
			place = f->place;
		if (str_eq(place.file, f->place.file))
			place.to = f->place.to;
		if (n++ < MAX_NAMES)
			buf_add_fmt(&out, "%s'%.*s'", n > 1 ? ", " : "", STR_ARG(f->service));
	}
	if (n > MAX_NAMES)
		buf_add_fmt(&out, " and %u more", n - MAX_NAMES);
	if (n > 0)
		add_text(c, label, str_dup(c->arena, buf_str(&out)), place);
}

/* What happened to a service before its end: the first of several failures. */
static void tell_restarts(struct account *c, const struct fact *cause)
{
	const struct fact *first = NULL;
	uint32_t n = 0;

	for (const struct fact *f = c->facts.items; f < cause; f++) {
		if (row_of(f) != rt_note_row(RT_NOTE_RESTARTING) ||
		    !str_eq(f->service, cause->service))
			continue;
		first = first ? first : f;
		n++;
	}
	if (first)
		add(c, "before", first->place, "it was started again %u time%s; first: %.*s", n,
		    n == 1 ? "" : "s", STR_ARG(first->text));
}

/* Failures that the job has borne. */
static uint32_t tell_borne(struct account *c, const char *label)
{
	uint32_t n = 0;

	for (const struct fact *f = c->facts.items; f < c->facts.items + c->facts.n; f++) {
		const struct rt_note_row *row = row_of(f);

		if (row != rt_note_row(RT_NOTE_IGNORED) &&
		    row != rt_note_row(RT_NOTE_HOOK_FAILED) &&
		    row != rt_note_row(RT_NOTE_EPILOGUE_FAILED) &&
		    row != rt_note_row(RT_NOTE_READY_TIMEOUT) && row != rt_note_row(RT_NOTE_LOST))
			continue;
		if (n++ < MAX_NAMES)
			add(c, label, f->place, "'%.*s' %.*s", STR_ARG(f->service),
			    STR_ARG(f->text));
	}
	return n;
}

static void tell_slurm(struct account *c)
{
	const struct slurm_job *q = &c->view->queue;
	struct citation place = in_file(q->is_over ? "sacct" : "squeue");

	if (c->view->job->is_local)
		return;
	if (c->view->queue_error.len > 0) {
		add(c, "Slurm", place, "didn't answer: %.*s", STR_ARG(c->view->queue_error));
		return;
	}
	if (!q->is_known)
		return;
	struct buf out;
	buf_init(&out, c->arena);
	buf_add(&out, q->state);
	if (q->reason.len > 0 && !str_eq_c(q->reason, "None"))
		buf_add_fmt(&out, " (%.*s)", STR_ARG(q->reason));
	if (q->used.len > 0)
		buf_add_fmt(&out, ", time %.*s", STR_ARG(q->used));
	if (q->used.len > 0 && q->limit.len > 0)
		buf_add_fmt(&out, " of %.*s", STR_ARG(q->limit));
	if (q->nodes.len > 0)
		buf_add_fmt(&out, ", on %.*s", STR_ARG(q->nodes));
	add_text(c, "Slurm", str_dup(c->arena, buf_str(&out)), place);
}

/* What to try next, by how a service or a job has ended. A prefix counts: "app-exit 127". */
static const struct {
	const char *ended, *next;
} ways_out[] = {
	{"app-exit 127",
	 "the command isn't there: look at its spelling, PATH and image ('hpcc inspect' shows it)"},
	{"app-exit 126", "the command can't be executed: look at its mode and its first line"},
	{"app-exit", "read its log: 'hpcc logs SERVICE'"},
	{"app-signal", "its program was killed or crashed: read its log ('hpcc logs SERVICE')"},
	{"oom", "ask for more memory: x-slurm.mem of the service, or of the job"},
	{"not-started",
	 "its command didn't begin: look at its name, image, mounts and working folder ('hpcc preflight')"},
	{"step-not-created",
	 "Slurm refused its step: its log has srun's words ('hpcc logs SERVICE')"},
	{"never-ready", "is the probe right? else give it time: readiness.timeout_seconds"},
	{"unhealthy",
	 "is the probe right? else let it answer later: liveness.failures, attempt_timeout_seconds"},
	{"lost", "look at its node: 'sacct --jobs=JOB --format=JobID,State,NodeList,ExitCode'"},
	{"TIMEOUT",
	 "ask for more time (x-slurm.time), or let it save what it has: docs/checkpoint-and-requeue.md"},
	{"OUT_OF_MEMORY", "ask for more memory: x-slurm.mem"},
	{"NODE_FAIL", "submit it again; x-slurm.requeue: true lets Slurm do that"},
	{"PREEMPTED",
	 "x-slurm.requeue: true starts it again; docs/checkpoint-and-requeue.md keeps its work"},
	{"LOST", "look at what its nodes say: 'sacct --jobs=JOB'"},
};

static void tell_way_out(struct account *c, struct str ended, struct str service)
{
	struct arena *a = c->arena;

	for (size_t i = 0; i < sizeof(ways_out) / sizeof(*ways_out); i++) {
		if (!str_has_prefix(ended, ways_out[i].ended))
			continue;
		struct buf out;
		buf_init(&out, a);
		for (struct str rest = str_c(ways_out[i].next); rest.len > 0;) {
			bool is_service = str_has_prefix(rest, "SERVICE");
			bool is_job = str_has_prefix(rest, "JOB");

			if (is_service)
				buf_add(&out, service);
			else if (is_job)
				buf_add(&out, c->view->job->number);
			else
				buf_add_byte(&out, rest.ptr[0]);
			rest = str_from(rest, is_service ? 7 : is_job ? 3 : 1);
		}
		add_text(c, "next", str_dup(a, buf_str(&out)), (struct citation){0});
		return;
	}
}

/* A job that a service has ended. */
static void tell_failure(struct account *c, const struct fact *decider)
{
	const struct fact *cause = find_reason(c, decider);

	add(c, "cause", cause->place, "'%.*s' %.*s", STR_ARG(cause->service), STR_ARG(cause->text));
	if (cause != decider)
		add(c, "then", decider->place, "'%.*s' %.*s", STR_ARG(decider->service),
		    STR_ARG(decider->text));
	tell_restarts(c, cause);
	tell_log(c, cause->service);
	tell_usage(c, cause);
	tell_names(c, decider, RT_NOTE_STOPPING, "stopped");
	tell_names(c, decider, RT_NOTE_SKIPPED, "not begun");
	tell_slurm(c);
	tell_way_out(c, decider->verdict, cause->service);
}

/* Ended by Slurm, by somebody, or by the script itself. */
static void tell_other_end(struct account *c, struct str word)
{
	const struct fact *sent = find_word(c, RT_NOTE_SHUTDOWN);
	struct arena *a = c->arena;
	struct str why;
	int fd = job_open(a, c->view->job, JOB_FILE_CANCELLED, &why);

	if (fd >= 0)
		close(fd);
	if (str_eq_c(word, "CANCELLED") && fd >= 0)
		add(c, "cause", in_file(JOB_FILE_CANCELLED),
		    "it was cancelled by 'hpcc cancel' or Ctrl-C");
	else if (str_eq_c(word, "CANCELLED") && sent)
		add(c, "cause", sent->place, "it was cancelled: %.*s", STR_ARG(sent->text));
	else if (str_eq_c(word, "FAILED") && c->facts.n == 0)
		add(c, "cause", in_file(path_shown(a, job_batch_log(a, c->view->job)).ptr),
		    "it ended before its services could start");
	else if (str_eq_c(word, "FAILED"))
		add(c, "cause", in_file(JOB_FILE_STATE),
		    "no service failed, but the script ended with status %d",
		    job_view_exit(c->view));
	else
		add(c, "cause", in_file(c->view->job->is_local ? JOB_FILE_STATE : "sacct"),
		    "Slurm ended it, or lost it: %.*s", STR_ARG(word));
	if (sent)
		tell_names(c, sent, RT_NOTE_STOPPING, "stopped");
	tell_slurm(c);
	if (!str_eq_c(word, "CANCELLED"))
		tell_batch_log(c);
	tell_way_out(c, word, STR("batch"));
}

/* A job that goes on: what it waits for. */
static void tell_course(struct account *c, struct str word)
{
	const json_t *services = json_object_get(c->view->state, "services");
	struct citation place = in_file(JOB_FILE_STATE);
	size_t n = 0;

	if (str_eq_c(word, "PENDING")) {
		add(c, "cause", in_file("squeue"), "it hasn't begun: Slurm says %.*s",
		    STR_ARG(c->view->queue.reason));
		return;
	}
	add(c, "cause", place, "it is %.*s; nothing has ended it", STR_ARG(word));
	for (size_t i = 0; i < json_array_size(services); i++) {
		const json_t *s = json_array_get(services, i);
		struct str remark = service_remark(c->arena, s);

		if (remark.len == 0 || str_eq_c(json_str(s, "verdict"), "completed") ||
		    n++ >= MAX_NAMES)
			continue;
		add(c, "service", place, "'%.*s' is %.*s %.*s", STR_ARG(json_str(s, "name")),
		    STR_ARG(json_str(s, "state")), STR_ARG(remark));
	}
	tell_borne(c, "borne");
	tell_slurm(c);
}

void why_tell(struct invocation *inv, const struct job_view *view, struct why *why)
{
	struct account c = {.inv = inv, .arena = inv->arena, .view = view, .why = why};
	struct str word = job_view_word(view);

	*why = (struct why){0};
	struct str unread;
	history_read(inv, view->job, take_event, &c, &unread);
	const struct fact *decider = find_decider(&c);
	if (str_eq_c(word, "COMPLETED")) {
		add(&c, "cause", in_file(JOB_FILE_STATE), "it completed");
		tell_borne(&c, "borne");
		tell_slurm(&c);
	} else if (decider && (str_eq_c(word, "FAILED") || str_eq_c(word, "OUT_OF_MEMORY") ||
			       !job_view_is_over(view))) {
		tell_failure(&c, decider);
	} else if (!job_view_is_over(view)) {
		tell_course(&c, word);
	} else {
		tell_other_end(&c, word);
	}
}
