/* SPDX-License-Identifier: Apache-2.0 */
/* Reads events.jsonl as it grows, and those before it. */
#include "driver/story/event_stream.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "driver/system.h"
#include "ir/files.gen.h"

struct taking {
	struct event_stream *stream;
	event_taker *take;
	void *context;
};

void event_stream_begin(struct event_stream *s, struct invocation *inv, const struct job_files *job,
			struct str folder)
{
	*s = (struct event_stream){.inv = inv, .job = job, .folder = folder, .fd = -1};
	buf_init(&s->line, inv->arena);
}

void event_stream_end(struct event_stream *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

static void take_line(const struct taking *t)
{
	struct buf *line = &t->stream->line;
	json_error_t error;
	json_t *e = json_loadb(line->ptr ? line->ptr : "", line->len, 0, &error);

	if (json_is_object(e))
		t->take(t->context, e);
	json_decref(e);
	line->len = 0;
}

/* Takes what there is; true if there was something. */
static bool read_events(const struct taking *t)
{
	struct event_stream *s = t->stream;
	bool any = false;
	ssize_t n;
	char block[1 << 14];
	while (s->fd >= 0 && (n = read(s->fd, block, sizeof(block))) > 0) {
		any = true;
		for (ssize_t i = 0; i < n; i++) {
			if (block[i] == '\n')
				take_line(t);
			else
				buf_add_byte(&s->line, block[i]);
		}
	}
	return any;
}

/* An element of an array has no folder before it begins. */
static void locate(struct event_stream *s)
{
	struct arena *a = s->inv->arena;

	if (str_eq(s->root, s->job->root))
		return;
	s->root = s->job->root;
	s->path = path_join(a, path_join(a, s->root, s->folder), STR(JOB_FILE_EVENTS));
}

static int open_events(const struct event_stream *s, struct str name)
{
	struct arena *a = s->inv->arena;
	struct str why;

	return job_open(a, s->job, str_fmt(a, "%.*s%.*s", STR_ARG(s->folder), STR_ARG(name)).ptr,
			&why);
}

static bool is_same_file(int fd, const struct stat *there)
{
	struct stat here;

	return fstat(fd, &here) == 0 && there->st_ino == here.st_ino &&
	       there->st_dev == here.st_dev;
}

/* The name leads to another file by now. */
static bool is_replaced(const struct event_stream *s)
{
	struct stat there;

	return s->fd >= 0 && stat(s->path.ptr, &there) == 0 && !is_same_file(s->fd, &there);
}

/* The next one of those that come before events.jsonl; -1 when there is none. */
static int open_old(const struct event_stream *s)
{
	return open_events(s, str_fmt(s->inv->arena, JOB_FILE_OLD_EVENTS("%u"), s->n_old + 1));
}

/* What was read to its end is one of the old ones by now, or it is another attempt's. */
static void leave(struct event_stream *s)
{
	int old = open_old(s);
	struct stat there;
	bool is_old = old >= 0 && fstat(old, &there) == 0 && is_same_file(s->fd, &there);

	if (old >= 0)
		close(old);
	s->n_old = is_old ? s->n_old + 1 : 0;
	event_stream_end(s);
	s->line.len = 0;
}

/* All that came before, then the file that grows. */
static bool read_from_begin(const struct taking *t)
{
	struct event_stream *s = t->stream;
	bool any = false;
	int fd = open_events(s, STR(JOB_FILE_EVENTS));

	/* Looked for behind it: it may have become one of them meanwhile. */
	while (fd >= 0 && (s->fd = open_old(s)) >= 0) {
		any = read_events(t) || any;
		event_stream_end(s);
		s->n_old++;
		close(fd);
		fd = open_events(s, STR(JOB_FILE_EVENTS));
	}
	s->fd = fd;
	return read_events(t) || any;
}

bool event_stream_step(struct event_stream *s, event_taker *take, void *context)
{
	struct taking t = {s, take, context};
	bool any = read_events(&t);

	locate(s);
	if (is_replaced(s)) {
		any = read_events(&t) || any; /* the last words of the one before */
		leave(s);
	}
	if (s->fd < 0)
		any = read_from_begin(&t) || any;
	return any;
}
