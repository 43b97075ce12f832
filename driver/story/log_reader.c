/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/story/log_reader.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void log_reader_begin(struct log_reader *r, struct arena *a, int fd, uint64_t from)
{
	char *bytes = r->bytes ? r->bytes : arena_alloc(a, LOG_PIECE);

	*r = (struct log_reader){.fd = fd, .bytes = bytes, .at = from};
}

void log_reader_seek(struct log_reader *r, uint64_t at)
{
	r->at = at;
	r->begin = r->len = r->mark_len = 0;
	r->is_inside = false;
}

void log_reader_end(struct log_reader *r)
{
	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
}

/* The last bytes of what was read so far, and of these. */
static void keep_mark(struct log_reader *r, const char *bytes, size_t n)
{
	size_t taken = n < LOG_MARK ? n : LOG_MARK, room = LOG_MARK - taken;
	size_t old = r->mark_len < room ? r->mark_len : room;

	memmove(r->mark, r->mark + r->mark_len - old, old);
	memcpy(r->mark + old, bytes + n - taken, taken);
	r->mark_len = old + taken;
}

/* Reads more behind what is there; false when there is nothing. */
static bool fill(struct log_reader *r, uint64_t limit)
{
	uint64_t at = r->at + r->len;

	if (at >= limit || r->len == LOG_PIECE)
		return false;
	if (r->begin + r->len == LOG_PIECE) {
		memmove(r->bytes, r->bytes + r->begin, r->len);
		r->begin = 0;
	}
	size_t room = LOG_PIECE - r->begin - r->len;
	ssize_t n;
	do
		n = pread(r->fd, r->bytes + r->begin + r->len,
			  room < limit - at ? room : (size_t)(limit - at), (off_t)at);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		return false;
	keep_mark(r, r->bytes + r->begin + r->len, (size_t)n);
	r->len += (size_t)n;
	return true;
}

static void take(struct log_reader *r, size_t n, bool ends, struct log_item *item)
{
	*item = (struct log_item){.text = {r->bytes + r->begin, n},
				  .at = r->at,
				  .begins = !r->is_inside,
				  .ends = ends};
	r->at += n;
	r->len -= n;
	r->begin = r->len > 0 ? r->begin + n : 0;
	r->is_inside = !ends;
}

bool log_reader_next(struct log_reader *r, uint64_t limit, bool is_last, struct log_item *item)
{
	size_t searched = 0;

	for (;;) {
		const char *from = r->bytes + r->begin;
		const char *end =
			r->len > searched ? memchr(from + searched, '\n', r->len - searched) : NULL;

		if (end) {
			take(r, (size_t)(end - from) + 1, true, item);
			return true;
		}
		searched = r->len;
		if (fill(r, limit))
			continue;
		/* A piece of a long line is handed on; so is the last one. */
		if (r->len == 0 || (r->len < LOG_PIECE && !is_last))
			return false;
		take(r, r->len, false, item);
		return true;
	}
}

static bool has_mark_at(const struct log_reader *r, int fd)
{
	uint64_t end = r->at + r->len;
	char there[LOG_MARK];
	ssize_t n = pread(fd, there, r->mark_len, (off_t)(end - r->mark_len));

	return n == (ssize_t)r->mark_len && memcmp(there, r->mark, r->mark_len) == 0;
}

bool log_reader_is_cut(const struct log_reader *r)
{
	struct stat st;

	if (fstat(r->fd, &st) != 0)
		return false;
	return (uint64_t)st.st_size < r->at + r->len || !has_mark_at(r, r->fd);
}

bool log_reader_is_copy(const struct log_reader *r, int fd)
{
	return r->mark_len > 0 && has_mark_at(r, fd);
}

uint64_t log_tail(int fd, uint64_t begin, uint64_t end, uint64_t n)
{
	uint64_t at = end, lines = 0;
	bool is_last = true;

	if (n == 0)
		return end;
	char block[LOG_PIECE];
	while (at > begin) {
		uint64_t from = at - begin > sizeof(block) ? at - sizeof(block) : begin;
		ssize_t got = pread(fd, block, (size_t)(at - from), (off_t)from);

		if (got <= 0)
			return at;
		for (ssize_t i = got; i-- > 0;) {
			if (block[i] == '\n' && !is_last && ++lines == n)
				return from + (uint64_t)i + 1;
			is_last = false;
		}
		at = from;
	}
	return begin;
}

uint64_t log_line_begin(int fd, uint64_t at)
{
	char block[4096];

	for (uint64_t from = at > 0 ? at - 1 : 0; at > 0;) {
		ssize_t n = pread(fd, block, sizeof(block), (off_t)from);
		const char *end = n > 0 ? memchr(block, '\n', (size_t)n) : NULL;

		if (n <= 0)
			return from;
		if (end)
			return from + (uint64_t)(end - block) + 1;
		from += (uint64_t)n;
	}
	return 0;
}
