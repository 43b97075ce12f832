/* SPDX-License-Identifier: Apache-2.0 */
/* Reads events.jsonl as it grows, and tells people what it says. */
#include "driver/screen/follow.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "driver/jobs/status.h"
#include "driver/system.h"

enum {
	TAIL_BYTES = 16384,
	FAILURE_LINES = 8,
	RESTART_LINES = 3
};

/* Seconds since 1970 of "2026-01-31T12:00:00.123Z"; 0 when it isn't one. */
static double wall_of(struct str text)
{
	struct tm tm = {0};
	const char *rest = text.len > 0 ? strptime(text.ptr, "%Y-%m-%dT%H:%M:%S", &tm) : NULL;

	return rest ? (double)timegm(&tm) + (*rest == '.' ? strtod(rest, NULL) : 0) : 0;
}

static double wall_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void follow_begin(struct follow *f, struct invocation *inv, const struct job_files *job, FILE *out)
{
	const json_t *services = json_object_get(job->record, "services");

	*f = (struct follow){.inv = inv, .job = job, .out = out, .events = -1};
	f->style = style_for(inv, out);
	f->start_wall = wall_now();
	if (job->task.len > 0)
		f->prefix = str_fmt(inv->arena, "%.*s/", STR_ARG(job->task));
	f->name_width = 3;
	buf_init(&f->line, inv->arena);
	for (size_t i = 0; i < json_array_size(services); i++) {
		size_t n = json_str(json_array_get(services, i), "name").len;

		if (n > f->name_width)
			f->name_width = n < 32 ? (unsigned)n : 32;
	}
	f->name_width += (unsigned)f->prefix.len;
}

void follow_end(struct follow *f)
{
	if (f->events >= 0)
		close(f->events);
	f->events = -1;
}

struct str read_log_end(struct arena *a, int fd, size_t most)
{
	char *block = arena_alloc(a, most);
	off_t size = lseek(fd, 0, SEEK_END);
	ssize_t got = pread(fd, block, most, size > (off_t)most ? size - (off_t)most : 0);
	struct str text = {block, got > 0 ? (size_t)got : 0};

	while (text.len > 0 && text.ptr[text.len - 1] == '\n')
		text.len--;
	return text;
}

bool print_log_tail(FILE *out, struct arena *a, int fd, unsigned n, const char *mark,
		    const char *off)
{
	unsigned lines = 0;

	if (fd < 0)
		return false;
	struct str text = read_log_end(a, fd, TAIL_BYTES);
	close(fd);
	size_t from;
	for (from = text.len; from > 0 && lines < n; from--)
		lines += text.ptr[from - 1] == '\n';
	text = str_from(text, from + (lines == n));
	bool any = text.len > 0;
	struct str line;
	while (text.len > 0) {
		text = str_split(text, '\n', &line);
		fputs(mark, out);
		print_visible(out, line, *off ? VISIBLE_COLORS : VISIBLE_TEXT);
		fprintf(out, "%s\n", off);
	}
	return any;
}

/* What an event means to people; NULL for those that another one says better. */
static const char *event_text(struct arena *a, const json_t *e, const json_t *service)
{
	struct str name = json_str(e, "event");
	unsigned long long status = json_uint(e, "status"),
			   restarts = json_uint(e, "restart_count");
	unsigned long long max = json_uint(service, "max_restarts");
	struct str signal = json_str(e, "signal");
	struct str end = signal.len > 0 ? str_fmt(a, "ended by signal %.*s", STR_ARG(signal))
					: str_fmt(a, "exited with status %llu", status);

	if (str_eq_c(json_str(e, "verdict"), "oom"))
		end = str_fmt(a, "ran out of memory (status %llu)", status);
	if (str_eq_c(name, "launched"))
		return json_uint(e, "launch") > 1 ? "started again" : "started";
	if (str_eq_c(name, "ready") || str_eq_c(name, "completed") || str_eq_c(name, "skipped"))
		return str_eq_c(name, "skipped") ? "not started: the job ended before"
						 : str_to_c(a, name);
	if (str_eq_c(name, "restarting") && max > 0)
		return str_fmt(a, "%.*s; restarting (%llu/%llu)", STR_ARG(end), restarts, max).ptr;
	if (str_eq_c(name, "restarting"))
		return str_fmt(a, "%.*s; restarting", STR_ARG(end)).ptr;
	if (str_eq_c(name, "lifetime-cap"))
		return str_fmt(a, "%.*s after %llu restarts: the job fails", STR_ARG(end), restarts)
			.ptr;
	if (str_eq_c(name, "window-cap"))
		return str_fmt(a, "%.*s, %llu failures in its window: the job fails", STR_ARG(end),
			       (unsigned long long)json_uint(e, "restart_failures_in_window"))
			.ptr;
	if (str_eq_c(name, "job-fails"))
		return str_fmt(a, "%.*s: the job fails", STR_ARG(end)).ptr;
	if (str_eq_c(name, "ignored"))
		return str_fmt(a, "%.*s; ignored", STR_ARG(end)).ptr;
	if (str_eq_c(name, "never-ready"))
		return str_fmt(a, "was not ready in time: the job fails%.*s",
			       STR_ARG(last_look_text(a, e)))
			.ptr;
	if (str_eq_c(name, "readiness-timeout"))
		return str_fmt(a, "was not ready in time; nobody waits for it%.*s",
			       STR_ARG(last_look_text(a, e)))
			.ptr;
	if (str_eq_c(name, "start-timeout"))
		return "has not begun in time: its launch has failed";
	if (str_eq_c(name, "condition-broken"))
		return "can't start, since what it waits for ended: the job fails";
	if (str_eq_c(name, "prologue-failed") || str_eq_c(name, "epilogue-failed") ||
	    str_eq_c(name, "hook-failed") || str_eq_c(name, "publish-failed"))
		return str_fmt(a, "%.*s with status %llu", STR_ARG(name), status).ptr;
	if (str_eq_c(name, "dependents-done"))
		return "is no longer needed";
	if (str_eq_c(name, "stopping") || str_eq_c(name, "killing") || str_eq_c(name, "stopped") ||
	    str_eq_c(name, "lost"))
		return str_to_c(a, name);
	return NULL;
}

/* Worth the end of the service's log. */
static bool is_failure(struct str event)
{
	static const char *const names[] = {"job-fails",    "lifetime-cap",    "window-cap",
					    "never-ready",  "prologue-failed", "condition-broken",
					    "start-timeout"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (str_eq_c(event, names[i]))
			return true;
	return false;
}

static const char *event_color(const struct style *style, struct str event)
{
	if (is_failure(event))
		return style->bad;
	if (str_eq_c(event, "ready") || str_eq_c(event, "completed"))
		return style->good;
	if (str_eq_c(event, "restarting") || str_eq_c(event, "ignored") ||
	    str_has_suffix(event, "-failed") || str_has_suffix(event, "-timeout"))
		return style->busy;
	return "";
}

static void print_line(struct follow *f, const json_t *e, const char *name, const char *text)
{
	double t = wall_of(json_str(e, "t_wall"));
	struct str time = duration_text(f->inv->arena, t > 0 ? t - f->start_wall : 0);
	struct str whole = str_fmt(f->inv->arena, "%.*s%s", STR_ARG(f->prefix), name);

	fprintf(f->out, "%s%7.*s%s  %s%-*s%s  %s%s%s\n", f->style.dim, STR_ARG(time), f->style.off,
		f->style.bold, (int)f->name_width, whole.ptr, f->style.off,
		event_color(&f->style, json_str(e, "event")), text, f->style.off);
}

/* The entry of a service in an array of objects with names, or in an object by name. */
static const json_t *find_service(const json_t *services, struct str name)
{
	for (size_t i = 0; i < json_array_size(services); i++)
		if (str_eq(json_str(json_array_get(services, i), "name"), name))
			return json_array_get(services, i);
	return json_object_get(services, name.ptr);
}

static void print_failure_log(struct follow *f, struct str name, unsigned lines)
{
	const json_t *s = find_service(json_object_get(f->job->record, "services"), name);
	struct arena *a = f->inv->arena;
	struct str log = job_log_path(a, json_str(s, "token"));
	struct str mark = str_fmt(a, "%s%*s| ", f->style.dim, (int)f->name_width + 11, "");
	struct str why;
	if (print_log_tail(f->out, a, job_open(a, f->job, log.ptr, &why), lines, mark.ptr,
			   f->style.off) &&
	    lines == FAILURE_LINES)
		fprintf(f->out, "%s%*s`- end of %.*s%s\n", f->style.dim, (int)f->name_width + 11,
			"", STR_ARG(path_shown(a, path_join(a, f->job->root, log))), f->style.off);
}

static void print_event(struct follow *f, const json_t *e)
{
	struct str service = json_str(e, "service"), event = json_str(e, "event");
	struct arena *a = f->inv->arena;

	if (service.len == 0) {
		if (str_eq_c(event, "signal"))
			print_line(f, e, "job", "is asked to end");
		else if (str_eq_c(event, "begin") && f->begins++ > 0)
			print_line(f, e, "job", "begins again");
		return;
	}
	struct str why;
	json_t *state = str_eq_c(event, "restarting") ? job_state(f->inv, f->job, &why) : NULL;
	const char *text =
		event_text(a, e, find_service(json_object_get(state, "services"), service));
	if (text)
		print_line(f, e, str_to_c(a, service), text);
	if (text && is_failure(event))
		print_failure_log(f, service, FAILURE_LINES);
	else if (text && str_eq_c(event, "restarting"))
		print_failure_log(f, service, RESTART_LINES);
	json_decref(state);
}

static void take_line(struct follow *f)
{
	json_error_t error;
	json_t *e = json_loadb(f->line.ptr ? f->line.ptr : "", f->line.len, 0, &error);

	if (json_is_object(e))
		print_event(f, e);
	json_decref(e);
	f->line.len = 0;
}

/* Takes what there is; true if there was something. */
static bool read_events(struct follow *f)
{
	bool any = false;
	ssize_t n;
	char block[1 << 14];
	while (f->events >= 0 && (n = read(f->events, block, sizeof(block))) > 0) {
		any = true;
		for (ssize_t i = 0; i < n; i++) {
			if (block[i] == '\n')
				take_line(f);
			else
				buf_add_byte(&f->line, block[i]);
		}
	}
	return any;
}

/* An element of an array has no folder before it begins. */
static void locate(struct follow *f)
{
	if (str_eq(f->root, f->job->root))
		return;
	f->root = f->job->root;
	f->path = path_join(f->inv->arena, f->root, STR("events.jsonl"));
}

/* The name leads to the file of another attempt by now. */
static bool is_replaced(const struct follow *f)
{
	struct stat there, here;

	return f->events >= 0 && stat(f->path.ptr, &there) == 0 && fstat(f->events, &here) == 0 &&
	       (there.st_ino != here.st_ino || there.st_dev != here.st_dev);
}

bool follow_step(struct follow *f)
{
	bool any = read_events(f);

	locate(f);
	if (is_replaced(f)) {
		any = read_events(f) || any; /* the last words of the one before */
		follow_end(f);
		f->line.len = 0;
	}
	if (f->events < 0) {
		struct str why;
		f->events = job_open(f->inv->arena, f->job, "events.jsonl", &why);
		any = read_events(f) || any;
	}
	fflush(f->out);
	return any;
}
