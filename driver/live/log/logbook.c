/* SPDX-License-Identifier: Apache-2.0 */
/* Finds the lines of a file that grows, is emptied, or is replaced by another one. */
#include "driver/live/log/logbook.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "driver/open.h"
#include "driver/system.h"

void logbook_init(struct logbook *book, struct arena *a, struct str name,
		  const struct job_files *part, struct str token)
{
	*book = (struct logbook){.name = name, .part = part, .token = token, .fd = -1};
	book->block = arena_alloc(a, LOGBOOK_BLOCK);
	log_reader_begin(&book->reader, a, -1, 0);
}

void logbook_close(struct logbook *book)
{
	if (book->fd >= 0 && book->part)
		close(book->fd);
	book->fd = book->reader.fd = -1;
}

/* An element of an array has no folder before it begins, so the path is made each time. */
static int open_log(const struct logbook *book, struct arena *a)
{
	struct str why, path = book->token.len > 0 ? job_log_path(a, book->token)
						   : job_batch_log(a, book->part);

	return str_has_prefix(path, "/") ? open_to_read(a, AT_FDCWD, path.ptr, OPEN_FILE, &why)
					 : job_open(a, book->part, path.ptr, &why);
}

static struct str path_of(const struct logbook *book, struct arena *a)
{
	return book->token.len > 0 ? path_join(a, book->part->root, job_log_path(a, book->token))
				   : job_batch_log(a, book->part);
}

/* The file that was read is another one by now, or was cut off. */
static bool is_gone(const struct logbook *book, struct arena *a)
{
	struct stat here;

	if (log_reader_is_cut(&book->reader) || fstat(book->fd, &here) != 0)
		return true;
	struct stat there;
	if (!book->part || stat(path_of(book, a).ptr, &there) != 0)
		return false;
	return there.st_ino != here.st_ino || there.st_dev != here.st_dev;
}

/* Where reading begins: of what is too much a line near the end. */
static void begin(struct logbook *book)
{
	off_t size = lseek(book->fd, 0, SEEK_END);
	off_t from = book->from_end ? size : size - LOGBOOK_WINDOW;
	uint64_t next = from > 0 ? (uint64_t)from : 0;

	if (from > 0 && from < size)
		next = log_line_begin(book->fd, (uint64_t)from);
	log_reader_begin(&book->reader, NULL, book->fd, next);
	book->line = book->back = (off_t)next;
	book->is_open = false;
	book->block_len = 0;
	book->from_end = false;
}

struct sink {
	log_taker *take;
	void *data;
};

/* What stands from the line's begin up to `end` is told. */
static void tell(struct logbook *book, const struct sink *sink, off_t end, bool is_ended)
{
	struct log_news news = {book->line, (uint32_t)(end - book->line), book->is_open, is_ended};

	sink->take(sink->data, &news);
	book->is_open = true;
}

static void end_line(struct logbook *book, off_t next)
{
	book->line = book->back = next;
	book->is_open = false;
}

/* A line that grows too long is cut; of one in which its program went back only the last state counts. */
static void cut(struct logbook *book, const struct sink *sink, off_t at)
{
	if (at - book->line < LOGBOOK_LINE)
		return;
	if (book->back > book->line && at - book->back < LOGBOOK_LINE) {
		book->line = book->back;
	} else {
		tell(book, sink, at, true);
		end_line(book, at);
	}
}

static void take(struct logbook *book, const struct sink *sink, off_t at, struct str bytes)
{
	for (size_t i = 0; i < bytes.len; i++, at++) {
		if (bytes.ptr[i] == '\n') {
			tell(book, sink, at, true);
			end_line(book, at + 1);
		} else if (bytes.ptr[i] == '\r') {
			book->back = at;
		}
		cut(book, sink, at);
	}
	if (at > book->line)
		tell(book, sink, at, false);
}

enum logbook_news logbook_read(struct logbook *book, struct arena *scratch, log_taker *taker,
			       void *data)
{
	struct sink sink = {taker, data};
	size_t room = LOGBOOK_STEP;

	if (book->fd >= 0 && book->reader.fd == book->fd && is_gone(book, scratch)) {
		logbook_close(book);
		return LOGBOOK_ANEW;
	}
	if (book->fd < 0 && book->part)
		book->fd = open_log(book, scratch);
	if (book->fd >= 0 && book->reader.fd != book->fd)
		begin(book);
	struct log_item item;
	bool any = false;
	while (book->fd >= 0 && room > 0 &&
	       (any = log_reader_next(&book->reader, UINT64_MAX, true, &item))) {
		take(book, &sink, (off_t)item.at, item.text);
		room -= item.text.len < room ? item.text.len : room;
	}
	if (room == LOGBOOK_STEP)
		return LOGBOOK_SAME;
	return any ? LOGBOOK_MORE : LOGBOOK_GREW;
}

struct str logbook_line(struct logbook *book, off_t offset, uint32_t length)
{
	off_t end = offset + (off_t)length;

	if (offset < book->block_at || end > book->block_at + (off_t)book->block_len) {
		/* Lines are looked at forwards and backwards: some of both sides is kept. */
		off_t from = offset > LOGBOOK_BLOCK / 4 ? offset - LOGBOOK_BLOCK / 4 : 0;
		ssize_t n = book->fd < 0 ? 0 : pread(book->fd, book->block, LOGBOOK_BLOCK, from);

		book->block_at = from;
		book->block_len = n > 0 ? (size_t)n : 0;
	}
	size_t at = (size_t)(offset - book->block_at);
	return str_slice((struct str){book->block, book->block_len}, at, at + length);
}
