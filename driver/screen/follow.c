/* SPDX-License-Identifier: Apache-2.0 */
/* Tells people what the events of a job say. */
#include "driver/screen/follow.h"

#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "driver/jobs/status.h"
#include "driver/live/log/stream.h"
#include "driver/system.h"
#include "runtime/core/notes.h"

enum {
	TAIL_BYTES = 16384,
	FAILURE_LINES = 8,
	RESTART_LINES = 3
};

static double wall_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void follow_begin(struct follow *f, struct invocation *inv, const struct job_files *job, FILE *out)
{
	const json_t *services = json_object_get(job->record, "services");

	*f = (struct follow){.inv = inv, .job = job, .out = out};
	event_stream_begin(&f->events, inv, job, STR(""));
	f->style = style_for(inv, out);
	f->start_wall = wall_now();
	if (job->task.len > 0)
		f->prefix = str_fmt(inv->arena, "%.*s/", STR_ARG(job->task));
	f->name_width = 3;
	for (size_t i = 0; i < json_array_size(services); i++)
		widen_for(inv->arena, &f->name_width,
			  json_str(json_array_get(services, i), "name"));

	f->name_width += (unsigned)f->prefix.len;
}

void follow_end(struct follow *f)
{
	event_stream_end(&f->events);
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

struct str last_lines(struct str text, unsigned n)
{
	unsigned lines = 0;
	size_t from;

	for (from = text.len; from > 0 && lines < n; from--)
		lines += text.ptr[from - 1] == '\n';
	return str_from(text, from + (lines == n));
}

/* The last n lines; true if there are any. */
static bool print_tail(FILE *out, struct str text, unsigned n, const char *mark, const char *off)
{
	text = last_lines(text, n);
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

/* Closes fd, which may be none. */
static struct str take_log_end(struct arena *a, int fd)
{
	if (fd < 0)
		return STR("");
	struct str text = read_log_end(a, fd, TAIL_BYTES);
	close(fd);
	return text;
}

bool print_log_tail(FILE *out, struct arena *a, int fd, unsigned n, const char *mark,
		    const char *off)
{
	return print_tail(out, take_log_end(a, fd), n, mark, off);
}

static const char *tone_color(const struct style *style, enum rt_tone tone)
{
	switch (tone) {
	case RT_TONE_PLAIN:
		return "";
	case RT_TONE_GOOD:
		return style->good;
	case RT_TONE_BUSY:
		return style->busy;
	case RT_TONE_BAD:
		return style->bad;
	}
	return "";
}

static void print_line(struct follow *f, const json_t *e, const char *name, const char *color,
		       struct str text)
{
	double t = state_time(e, "t_wall");
	struct str time = duration_text(f->inv->arena, t > 0 ? t - f->start_wall : 0);
	struct str whole = str_fmt(f->inv->arena, "%.*s%s", STR_ARG(f->prefix), name);

	fprintf(f->out, "%s%7.*s%s  %s%.*s%s  %s", f->style.dim, STR_ARG(time), f->style.off,
		f->style.bold, STR_ARG(padded(f->inv->arena, whole, f->name_width)), f->style.off,
		color);
	print_visible(f->out, text, VISIBLE_LINE);
	fprintf(f->out, "%s\n", f->style.off);
}

/* Images whose programs write below their root fail by this in a container that is as its tool has it. */
static void print_log_hint(struct follow *f, struct str text)
{
	if (str_contains(text, "Read-only file system"))
		fprintf(f->out,
			"%s%*s`- in a container, x-runtime: {writable: true} lets a service write "
			"below its root%s\n",
			f->style.dim, (int)f->name_width + 11, "", f->style.off);
}

static void print_failure_log(struct follow *f, struct str name, unsigned lines)
{
	if (f->shows_logs)
		return; /* it was seen */
	const json_t *s = json_named(json_object_get(f->job->record, "services"), name);
	struct arena *a = f->inv->arena;
	struct str log = job_log_path(a, json_str(s, "token"));
	struct str mark = str_fmt(a, "%s%*s| ", f->style.dim, (int)f->name_width + 11, "");
	struct str why;
	struct str end = take_log_end(a, job_open(a, f->job, log.ptr, &why));
	if (!print_tail(f->out, end, lines, mark.ptr, f->style.off))
		return;
	print_log_hint(f, end);
	if (lines == FAILURE_LINES)
		fprintf(f->out, "%s%*s`- end of %.*s%s\n", f->style.dim, (int)f->name_width + 11,
			"", STR_ARG(path_shown(a, path_join(a, f->job->root, log))), f->style.off);
}

/* What is before the first event is ours to wait through; of a job that has run for long times count from there. */
static void find_origin(struct follow *f, const json_t *e)
{
	double t = state_time(e, "t_wall");

	if (f->has_origin || t <= 0)
		return;
	f->has_origin = true;
	if (t >= f->start_wall)
		return;
	f->start_wall = t;
	time_t whole = (time_t)t;
	struct tm tm;
	localtime_r(&whole, &tm);
	char text[64];
	strftime(text, sizeof(text), "began on %Y-%m-%d at %H:%M:%S", &tm);
	print_line(f, e, "job", "", str_c(text));
}

static void print_event(struct follow *f, const json_t *e)
{
	find_origin(f, e);
	struct str service = json_str(e, "service"), event = json_str(e, "event");
	struct arena *a = f->inv->arena;

	if (str_eq_c(event, "begin") && f->begins++ > 0 && !f->tells_bad_alone)
		print_line(f, e, "job", "", STR("begins again"));
	const struct rt_note_row *row = rt_note_of_word(str_to_c(a, event));
	if (!row || row->told < RT_TOLD_SCREEN || row->is_job != (service.len == 0) ||
	    (f->tells_bad_alone && row->tone != RT_TONE_BAD))
		return;
	print_line(f, e, row->is_job ? "job" : str_to_c(a, service),
		   tone_color(&f->style, row->tone), json_str(e, "text"));
	if (row->tone == RT_TONE_BAD)
		print_failure_log(f, service, FAILURE_LINES);
	else if (row == rt_note_row(RT_NOTE_RESTARTING))
		print_failure_log(f, service, RESTART_LINES);
}

static void take_event(void *context, const json_t *event)
{
	print_event(context, event);
}

void follow_logs(struct follow *f, bool from_end)
{
	if (!f->inv->options.shows_logs)
		return;
	f->shows_logs = !from_end;
	f->logs = ARENA_NEW(f->inv->arena, struct log_stream);
	log_stream_begin(f->logs, f->inv, f->job, f->out, from_end);
}

void follow_rest(struct follow *f)
{
	if (f->logs)
		log_stream_end(f->logs);
	f->logs = NULL;
}

bool follow_step(struct follow *f)
{
	if (f->logs)
		log_stream_step(f->logs); /* before the event that ends a service */
	bool any = event_stream_step(&f->events, take_event, f);

	fflush(f->out);
	return any;
}
