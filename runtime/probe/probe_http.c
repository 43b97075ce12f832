/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The answer to an http probe, as far as it matters: the status of the first line that is not an
 * interim answer's.
 *
 *	HTTP/1.1 103 Early Hints      passed over, up to the blank line
 *	Link: </style.css>
 *
 *	HTTP/1.1 200 OK               counts
 *
 * It comes in pieces of any size. What is kept is one line, of RT_LINE_ROOM bytes; a peer that
 * sends headers for ever is left after TAKEN_LIMIT.
 */
#include "runtime/probe/answer.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum {
	TAKEN_LIMIT = 1 << 20
};

/* HTTP/1.1 200 OK, HTTP/1.0 404, HTTP/2 200; 0: no such line. */
static unsigned status_of(const char *line)
{
	const char *at = line + 5;
	unsigned status = 0;

	if (strncmp(line, "HTTP/", 5))
		return 0;
	at += strspn(at, "0123456789.");
	if (at == line + 5 || *at != ' ')
		return 0;
	at += strspn(at, " ");
	for (int i = 0; i < 3; i++, at++) {
		if (*at < '0' || *at > '9')
			return 0;
		status = 10 * status + (unsigned)(*at - '0');
	}
	return *at && *at != ' ' ? 0 : status;
}

static bool is_interim(unsigned status, unsigned wanted)
{
	return status >= 100 && status < 200 && status != 101 && status != wanted;
}

/* A line is complete, or as long as it may be. */
static enum rt_http take_line(struct rt_answer *p, unsigned wanted, unsigned *status)
{
	if (p->len && p->line[p->len - 1] == '\r')
		p->len--;
	p->line[p->len] = '\0';
	if (p->in_headers) {
		p->in_headers = p->len > 0;
		return RT_HTTP_MORE;
	}
	*status = status_of(p->line);
	if (!*status)
		return RT_HTTP_GARBAGE;
	p->in_headers = is_interim(*status, wanted);
	return p->in_headers ? RT_HTTP_MORE : RT_HTTP_ANSWERED;
}

enum rt_http rt_http_take(struct rt_answer *p, const char *bytes, size_t n, unsigned wanted,
			  unsigned *status)
{
	if (!n) {
		enum rt_http last = p->len ? take_line(p, wanted, status) : RT_HTTP_GARBAGE;

		return last == RT_HTTP_MORE ? RT_HTTP_GARBAGE : last;
	}
	p->taken += n;
	for (size_t i = 0; i < n; i++) {
		enum rt_http line = RT_HTTP_MORE;

		if (bytes[i] == '\n') {
			line = take_line(p, wanted, status);
			p->len = 0;
		} else if (p->len < RT_LINE_ROOM) {
			p->line[p->len++] = bytes[i];
		} else if (!p->in_headers) {
			line = take_line(p, wanted, status);
		}
		if (line != RT_HTTP_MORE)
			return line;
	}
	return p->taken > TAKEN_LIMIT ? RT_HTTP_GARBAGE : RT_HTTP_MORE;
}

void rt_http_begin(struct rt_answer *p)
{
	p->len = p->taken = 0;
	p->in_headers = false;
}

enum rt_http rt_http_read(struct rt_answer *p, int fd, unsigned wanted, unsigned *status)
{
	enum rt_http answer = RT_HTTP_MORE;
	char piece[4096];

	for (int round = 0; round < 64 && answer == RT_HTTP_MORE; round++) {
		ssize_t n = read(fd, piece, sizeof(piece));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			break;
		answer = rt_http_take(p, piece, n > 0 ? (size_t)n : 0, wanted, status);
	}
	return answer;
}

const char *rt_http_garbage(const struct rt_answer *p)
{
	return p->taken ? "no HTTP answer" : "closed without an answer";
}
