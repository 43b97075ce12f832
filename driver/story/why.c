/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/story/why.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "driver/screen/style.h"
#include "driver/story/batch.h"
#include "driver/system.h"
#include "ir/files.gen.h"
#include "ir/support/emit.h"
#include "runtime/core/notes.h"

enum {
	LOG_LINES = 8,
	MAX_NAMES = 12 /* of services that one line tells */
};

/* An event that is kept: what it says, and where. */
struct fact {
	const struct rt_note_row *row;
	struct str service, text, verdict;
	uint64_t launch;
	struct citation place;
};

struct account {
	struct invocation *inv;
	struct arena *arena;
	const struct job_view *view;
	struct why *why;
	struct str unread;       /* why there are no events to read, or empty */
	bool has_begun;          /* the supervisor, in this run of the script */
	LIST(struct fact) facts; /* of this run */
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

/* Most events of a long job say that all is well. */
static bool is_of_use(const struct rt_note_row *row)
{
	return row->is_job || row->tone == RT_TONE_BAD ||
	       (row->tone == RT_TONE_BUSY && row->told >= RT_TOLD_SCREEN) ||
	       row == rt_note_row(RT_NOTE_STOPPING) || row == rt_note_row(RT_NOTE_SKIPPED);
}

/* A requeued job goes on writing the same file: what its last run did counts. */
static void take_event(void *context, const json_t *event, struct citation place)
{
	struct account *c = context;
	struct str word = json_str(event, "event");

	if (str_eq_c(word, "begin")) {
		c->has_begun = true;
		c->facts.n = 0;
	}
	const struct rt_note_row *row = word.len ? rt_note_of_word(word.ptr) : NULL;
	if (!row || !is_of_use(row))
		return;
	*LIST_PUSH(c->arena, &c->facts) = (struct fact){
		.row = row,
		.service = str_dup(c->arena, json_str(event, "service")),
		.text = str_dup(c->arena, json_str(event, "text")),
		.verdict = str_dup(c->arena, json_str(event, "verdict")),
		.launch = json_uint(event, "launch"),
		.place = place,
	};
}

static bool is_note(const struct fact *fact, enum rt_note note)
{
	return fact->row == rt_note_row(note);
}

static bool is_bad(const struct fact *fact)
{
	return fact->row->tone == RT_TONE_BAD;
}

static const struct fact *find_note(const struct account *c, enum rt_note note)
{
	for (uint32_t i = 0; i < c->facts.n; i++)
		if (is_note(&c->facts.items[i], note))
			return &c->facts.items[i];
	return NULL;
}

/* What ended the job: the last of the grave events that came before the teardown. */
static const struct fact *find_decider(const struct account *c)
{
	const struct fact *teardown = find_note(c, RT_NOTE_TEARDOWN);
	const struct fact *end = teardown ? teardown : c->facts.items + c->facts.n;

	for (const struct fact *f = end; f > c->facts.items; f--)
		if (is_bad(&f[-1]))
			return &f[-1];
	return NULL;
}

static const json_t *service_of(const struct account *c, struct str name)
{
	return json_named(json_object_get(c->view->state, "services"), name);
}

/* What its end came from: the last grave event before it, of the same launch. */
static const struct fact *find_reason(const struct account *c, const struct fact *end)
{
	for (const struct fact *f = end; f > c->facts.items; f--)
		if (is_bad(&f[-1]) && f[-1].launch == end->launch &&
		    str_eq(f[-1].service, end->service))
			return &f[-1];
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
static void tell_batch_log(struct account *c)
{
	struct citation place;
	struct str text = batch_log_end(c->arena, c->view->job, LOG_LINES, &place);

	if (text.len > 0)
		add_text(c, "batch log", text, place);
}

/* The script ended before the supervisor began. */
static void tell_false_start(struct account *c)
{
	struct citation place;
	struct str last;
	struct str ender = batch_log_ender(c->arena, c->view->job, LOG_LINES, &last, &place);

	if (ender.len > 0)
		add(c, "cause", place, "%.*s, before services could start", STR_ARG(ender));
	else
		add(c, "cause", place, "it ended before its services could start%s%.*s",
		    last.len ? ": " : "", STR_ARG(last));
}

/* A line of set-up that failed and didn't end the job may well be what a service failed for. */
static void tell_setup(struct account *c)
{
	struct citation place;
	unsigned n;
	struct str text = batch_log_failure(c->arena, c->view->job, &n, &place);

	if (n > 1)
		add(c, "set-up", place, "%.*s, and %u more failure%s", STR_ARG(text), n - 1,
		    plural(n - 1));
	else if (n > 0)
		add_text(c, "set-up", text, place);
}

static void tell_usage(struct account *c, const struct fact *cause)
{
	const json_t *usage = json_object_get(service_of(c, cause->service), "usage");
	double cpu = json_number_value(json_object_get(usage, "cpu_seconds"));

	if (json_is_object(usage))
		add(c, "used", in_file(JOB_FILE_STATE), "%.1f MiB of memory at most, %.*s of CPU",
		    (double)json_uint(usage, "max_memory_bytes") / (1 << 20),
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
		if (!is_note(f, note))
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
		if (!is_note(f, RT_NOTE_RESTARTING) || !str_eq(f->service, cause->service))
			continue;
		first = first ? first : f;
		n++;
	}
	if (first)
		add(c, "before", first->place, "it was started again %u time%s; first: %.*s", n,
		    plural(n), STR_ARG(first->text));
}

/* Failures that the job has borne. */
static void tell_borne(struct account *c)
{
	static const enum rt_note notes[] = {RT_NOTE_IGNORED, RT_NOTE_HOOK_FAILED,
					     RT_NOTE_EPILOGUE_FAILED, RT_NOTE_READY_TIMEOUT,
					     RT_NOTE_LOST};
	uint32_t n = 0;

	for (const struct fact *f = c->facts.items; f < c->facts.items + c->facts.n; f++) {
		bool is_borne = false;

		for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++)
			is_borne = is_borne || is_note(f, notes[i]);
		if (is_borne && n++ < MAX_NAMES)
			add(c, "borne", f->place, "'%.*s' %.*s", STR_ARG(f->service),
			    STR_ARG(f->text));
	}
}

/* Set-up, and what Slurm says. */
static void tell_surroundings(struct account *c)
{
	const struct slurm_job *q = &c->view->queue;
	struct citation place = in_file(q->is_over ? "sacct" : "squeue");

	tell_setup(c);
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

/* What to try next, by how a service or a job has ended ("app-exit 127": a prefix counts), or by the event that
   ended the job while its service ran; and the command that shows more. */
static const struct {
	const char *ended, *next;
	enum {
		SHOW_NOTHING,
		SHOW_LOG,
		SHOW_ACCOUNTING
	} shows;
} ways_out[] = {
	{"app-exit 127",
	 "the command isn't there: look at its spelling, PATH and image ('hpcc inspect' shows it)",
	 SHOW_NOTHING},
	{"app-exit 126", "the command can't be executed: look at its mode and its first line",
	 SHOW_NOTHING},
	{"app-exit", "read its log", SHOW_LOG},
	{"app-signal", "its program was killed or crashed: read its log", SHOW_LOG},
	{"oom", "ask for more memory: x-slurm.mem of the service, or of the job", SHOW_NOTHING},
	{"not-started",
	 "its command didn't begin: look at its name, image, mounts and working folder ('hpcc preflight')",
	 SHOW_NOTHING},
	{"step-not-created", "Slurm refused its step: its log has srun's words", SHOW_LOG},
	{"condition-broken",
	 "wait for one that ends by itself with condition: service_completed_successfully",
	 SHOW_NOTHING},
	{"never-ready", "is the probe right? else give it time: readiness.timeout_seconds",
	 SHOW_NOTHING},
	{"component-ended",
	 "its component ended before the job: was it cancelled, or is its x-slurm.time too short?",
	 SHOW_ACCOUNTING},
	{"unhealthy",
	 "is the probe right? else let it answer later: liveness.failures, attempt_timeout_seconds",
	 SHOW_NOTHING},
	{"lost", "look at what its node says", SHOW_ACCOUNTING},
	{"TIMEOUT",
	 "ask for more time (x-slurm.time), or let it save what it has: docs/checkpoint-and-requeue.md",
	 SHOW_NOTHING},
	{"OUT_OF_MEMORY", "ask for more memory: x-slurm.mem", SHOW_NOTHING},
	{"NODE_FAIL", "submit it again; x-slurm.requeue: true lets Slurm do that", SHOW_NOTHING},
	{"PREEMPTED",
	 "x-slurm.requeue: true starts it again; docs/checkpoint-and-requeue.md keeps its work",
	 SHOW_NOTHING},
	{"LOST", "look at what its nodes say", SHOW_ACCOUNTING},
	{"FAILED", "read the log of the batch script", SHOW_LOG},
};

static void tell_way_out(struct account *c, struct str ended, struct str service)
{
	size_t i = 0, n = sizeof(ways_out) / sizeof(*ways_out);

	while (i < n && !str_has_prefix(ended, ways_out[i].ended))
		i++;
	if (i == n)
		return;
	struct emitter out;
	emit_init(&out, c->arena);
	buf_add_c(&out.text, ways_out[i].next);
	if (ways_out[i].shows == SHOW_LOG) {
		buf_add_c(&out.text, ": hpcc logs ");
		if (c->inv->options.job || c->inv->words.n > 0 || c->view->job->task.len > 0)
			buf_add_fmt(&out.text, "%.*s ", STR_ARG(c->view->job->id));
		emit_word(&out, service);
	} else if (ways_out[i].shows == SHOW_ACCOUNTING && !c->view->job->is_local) {
		buf_add_fmt(&out.text, ": sacct --jobs=%.*s --format=JobID,State,NodeList,ExitCode",
			    STR_ARG(c->view->job->number));
	}
	add_text(c, "next", buf_str(&out.text), (struct citation){0});
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
	tell_surroundings(c);
	tell_way_out(c, decider->verdict.len ? decider->verdict : str_c(decider->row->word),
		     cause->service);
}

/* How far the services are, but for those that have completed. */
static void tell_services(struct account *c)
{
	const json_t *services = json_object_get(c->view->state, "services");
	struct citation place = in_file(JOB_FILE_STATE);
	size_t n = 0;

	for (size_t i = 0; i < json_array_size(services); i++) {
		const json_t *s = json_array_get(services, i);
		struct str remark = service_remark(c->arena, s);

		if (remark.len == 0 || str_eq_c(json_str(s, "verdict"), "completed") ||
		    n++ >= MAX_NAMES)
			continue;
		add(c, "service", place, "'%.*s' is %.*s %.*s", STR_ARG(json_str(s, "name")),
		    STR_ARG(json_str(s, "state")), STR_ARG(remark));
	}
}

/* Its services began, but the events that tell of its end are gone, cut off or can't be understood. */
static bool is_untold(const struct account *c)
{
	const json_t *services = json_object_get(c->view->state, "services");
	bool has_launched = false;

	for (size_t i = 0; i < json_array_size(services) && !has_launched; i++)
		has_launched = json_uint(json_array_get(services, i), "launches") > 0;
	return has_launched && !find_note(c, RT_NOTE_TEARDOWN);
}

/* Ended by Slurm, by somebody, or by the script itself. */
static void tell_other_end(struct account *c, struct str word)
{
	const struct fact *sent = find_note(c, RT_NOTE_SHUTDOWN);
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
	else if (str_eq_c(word, "FAILED") && c->unread.len > 0)
		add(c, "cause", in_file(JOB_FILE_EVENTS), "what happened can't be read: %.*s",
		    STR_ARG(c->unread));
	else if (str_eq_c(word, "FAILED") && is_untold(c))
		add(c, "cause", in_file(JOB_FILE_EVENTS), "no event tells what failed first");
	else if (str_eq_c(word, "FAILED") && !c->has_begun)
		tell_false_start(c);
	else if (str_eq_c(word, "FAILED"))
		add(c, "cause", in_file(JOB_FILE_STATE),
		    "no service failed, but the script ended with status %d",
		    job_view_exit(c->view));
	else if (str_eq_c(word, "LOST"))
		add(c, "cause", in_file(JOB_FILE_STATE), JOB_LOST_TEXT);
	else
		add(c, "cause", in_file("sacct"), "Slurm ended it: %.*s", STR_ARG(word));
	if (str_eq_c(word, "FAILED") && is_untold(c))
		tell_services(c);
	if (sent)
		tell_names(c, sent, RT_NOTE_STOPPING, "stopped");
	tell_surroundings(c);
	if (!str_eq_c(word, "CANCELLED"))
		tell_batch_log(c);
	tell_way_out(c, word, STR("batch"));
}

/* A job that goes on: what it waits for. */
static void tell_course(struct account *c, struct str word)
{
	if (str_eq_c(word, "PENDING")) {
		add(c, "cause", in_file("squeue"), "it hasn't begun: Slurm says %.*s",
		    STR_ARG(c->view->queue.reason));
		return;
	}
	add(c, "cause", in_file(JOB_FILE_STATE), "it is %.*s; nothing has ended it", STR_ARG(word));
	tell_services(c);
	tell_borne(c);
	tell_surroundings(c);
}

/* Its end is written down, and the script just hasn't gone yet. */
static bool is_told_end(const struct job_view *view)
{
	return view->job->is_local && state_is_over(view->state);
}

void why_tell(struct invocation *inv, const struct job_view *view, struct why *why)
{
	struct account c = {.inv = inv, .arena = inv->arena, .view = view, .why = why};
	struct str word = job_view_word(view);

	*why = (struct why){0};
	/* A job whose services never began has no events. */
	if (!history_read(inv, view->job, take_event, &c, &c.unread) && errno == ENOENT)
		c.unread = STR("");
	const struct fact *decider = find_decider(&c);
	if (str_eq_c(word, "COMPLETED")) {
		add(&c, "cause", in_file(JOB_FILE_STATE), "it completed");
		tell_borne(&c);
		tell_surroundings(&c);
	} else if (decider && (str_eq_c(word, "FAILED") || str_eq_c(word, "OUT_OF_MEMORY") ||
			       !job_view_is_over(view))) {
		tell_failure(&c, decider);
	} else if (!job_view_is_over(view) && !is_told_end(view)) {
		tell_course(&c, word);
	} else {
		tell_other_end(&c, word);
	}
}
