/* SPDX-License-Identifier: Apache-2.0 */
/* Handing on what a command puts out, and looking for a line in it. */
#include "runtime/step/step_lines.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <locale.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/files.h"

enum {
	PIECE = 65536
};

bool rt_step_lines_setup(struct rt_step_lines *l)
{
	static struct rt_pool pool;

	for (unsigned i = 0; i < RT_STEP_STREAMS; i++)
		l->stream[i] = (struct rt_step_stream){.in = -1, .child = -1};
	if (!l->ere)
		return true;
	setlocale(LC_CTYPE, "C.UTF-8"); /* as the supervisor does, for the same matches */
	if (rt_pattern_read(&l->pattern, &pool, l->ere))
		return true;
	rt_say("step: option '--lines' takes a POSIX ERE, not '%s'", l->ere);
	return false;
}

static bool open_stream(struct rt_step_lines *l, int out)
{
	struct rt_step_stream *s = &l->stream[l->count];
	struct stat st;

	if (fstat(out, &st))
		return true; /* closed: nothing is put out there */
	if (!s->bytes)
		s->bytes = malloc(PIECE);
	if (!s->lines.line)
		s->lines.line = malloc(RT_LINE_ROOM + 1);
	int ends[2];
	if (!s->bytes || !s->lines.line || pipe2(ends, O_CLOEXEC))
		return false;
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	s->in = ends[0];
	s->child = ends[1];
	s->out = out;
	s->is_file = S_ISREG(st.st_mode);
	s->lines.pattern = &l->pattern;
	l->count++;
	return true;
}

static bool are_one_file(int a, int b)
{
	struct stat x, y;

	return !fstat(a, &x) && !fstat(b, &y) && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

bool rt_step_lines_begin(struct rt_step_lines *l)
{
	l->count = 0;
	l->is_one = are_one_file(STDOUT_FILENO, STDERR_FILENO);
	if (!l->ere ||
	    (open_stream(l, STDOUT_FILENO) && (l->is_one || open_stream(l, STDERR_FILENO))))
		return true;
	int error = errno;
	rt_step_lines_end(l);
	errno = error;
	return false;
}

void rt_step_lines_become(const struct rt_step_lines *l)
{
	for (unsigned i = 0; i < l->count; i++)
		dup2(l->stream[i].child, l->stream[i].out);
	if (l->count && l->is_one)
		dup2(STDOUT_FILENO, STDERR_FILENO);
}

static void close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void rt_step_lines_started(struct rt_step_lines *l)
{
	for (unsigned i = 0; i < l->count; i++)
		close_end(&l->stream[i].child);
}

void rt_step_lines_end(struct rt_step_lines *l)
{
	for (unsigned i = 0; i < l->count; i++) {
		close_end(&l->stream[i].in);
		close_end(&l->stream[i].child);
	}
	l->count = 0;
}

static void look(struct rt_step_lines *l, bool matches)
{
	if (!matches)
		return;
	l->has_matched = true;
	l->tell(l->arg);
}

/* False if there is nothing to read at the moment. */
static bool read_stream(struct rt_step_lines *l, struct rt_step_stream *s)
{
	ssize_t n;

	do
		n = read(s->in, s->bytes, PIECE);
	while (n < 0 && errno == EINTR);
	s->at = 0;
	s->len = n > 0 ? (size_t)n : 0;
	if (!n)
		close_end(&s->in);
	if (!l->has_matched && n > 0)
		look(l, rt_lines_take(&s->lines, s->bytes, s->len));
	/* What matches without an end will match the whole line, too. */
	if (!l->has_matched && n >= 0)
		look(l, rt_lines_last_matches(&s->lines, n > 0));
	return n > 0;
}

static bool is_waiting(const struct rt_step_stream *s)
{
	return s->at < s->len;
}

static bool can_be_written(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLOUT};

	return poll(&p, 1, 0) > 0;
}

/*
 * After poll() a pipe takes so many bytes without waiting; a file any number. What can't be written is
 * lost, as it would be without us; who would have heard of a closed pipe hears of it.
 */
static void write_stream(struct rt_step_stream *s)
{
	ssize_t n;

	do {
		size_t left = s->len - s->at;

		n = write(s->out, s->bytes + s->at,
			  left < PIPE_BUF || s->is_file ? left : PIPE_BUF);
		s->at += n > 0 ? (size_t)n : 0;
	} while (n > 0 && is_waiting(s) && can_be_written(s->out));
	if (n < 0 && errno == EPIPE)
		close_end(&s->in);
	if (n < 0 && errno != EINTR && errno != EAGAIN)
		s->at = s->len;
}

void rt_step_lines_poll(const struct rt_step_lines *l, struct pollfd *p)
{
	for (unsigned i = 0; i < RT_STEP_STREAMS; i++) {
		const struct rt_step_stream *s = &l->stream[i];

		p[i] = (struct pollfd){.fd = i < l->count ? s->in : -1, .events = POLLIN};
		if (i < l->count && is_waiting(s))
			p[i] = (struct pollfd){.fd = s->out, .events = POLLOUT};
	}
}

void rt_step_lines_go_on(struct rt_step_lines *l, const struct pollfd *p)
{
	for (unsigned i = 0; i < l->count; i++) {
		struct rt_step_stream *s = &l->stream[i];

		if (!p[i].revents)
			continue;
		if (!is_waiting(s))
			read_stream(l, s);
		else
			write_stream(s);
	}
}

bool rt_step_lines_are_through(struct rt_step_lines *l)
{
	bool are_through = true;

	for (unsigned i = 0; i < l->count; i++)
		are_through = (!is_waiting(&l->stream[i]) &&
			       (l->stream[i].in < 0 || !read_stream(l, &l->stream[i]))) &&
			      are_through;
	return are_through;
}
