/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/story/history.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "driver/open.h"
#include "driver/screen/follow.h"
#include "ir/files.gen.h"

enum {
	MAX_EVENTS = 64 << 20, /* of one file; the supervisor goes on in another one at 16 MiB */
	MAX_LOG = 256 << 20,   /* of which lines are counted */
	LOG_BYTES = 16384      /* of its end that are shown at most */
};

static void take_lines(struct str text, struct str file, history_taker *take, void *context)
{
	struct citation place = {.file = file};

	/* A line without an end is being written, or was cut off. */
	while (str_find(text, '\n') != STR_NONE) {
		struct str line;
		text = str_split(text, '\n', &line);
		place.from = ++place.to;
		json_error_t error;
		json_t *event = json_loadb(line.ptr, line.len, 0, &error);
		if (json_is_object(event))
			take(context, event, place);
		json_decref(event);
	}
}

/* Reads one file and closes it. Its bytes are given back: they can be many. */
static void take_file(int fd, struct str file, history_taker *take, void *context)
{
	struct arena scratch;

	arena_init(&scratch);
	struct str text, why;
	if (read_to_end(&scratch, fd, MAX_EVENTS, &text, &why))
		take_lines(text, file, take, context);
	arena_free(&scratch);
	close(fd);
}

static bool is_same_file(int one, int other)
{
	struct stat a, b;

	return fstat(one, &a) == 0 && fstat(other, &b) == 0 && a.st_ino == b.st_ino &&
	       a.st_dev == b.st_dev;
}

bool history_read(struct invocation *inv, const struct job_files *job, history_taker *take,
		  void *context, struct str *why)
{
	struct arena *a = inv->arena;
	int last = job_open(a, job, JOB_FILE_EVENTS, why);

	if (last < 0)
		return false;
	for (unsigned n = 1; last >= 0; n++) {
		struct str file = str_fmt(a, JOB_FILE_OLD_EVENTS("%u"), n), none;

		int fd = job_open(a, job, file.ptr, &none);
		if (fd < 0)
			break;
		/* It was the newest one when we came. */
		if (is_same_file(fd, last)) {
			close(last);
			last = -1;
		}
		take_file(fd, file, take, context);
	}
	if (last >= 0)
		take_file(last, STR(JOB_FILE_EVENTS), take, context);
	return true;
}

/* How many lines end before `size` bytes of the file; 0 when there are too many to count. */
static uint64_t count_lines(int fd, off_t size)
{
	uint64_t n = 0;

	if (size > MAX_LOG)
		return 0;
	char block[1 << 16];
	ssize_t got;
	for (off_t at = 0; at < size; at += got) {
		size_t most =
			size - at < (off_t)sizeof(block) ? (size_t)(size - at) : sizeof(block);

		got = pread(fd, block, most, at);
		if (got <= 0)
			return 0;
		for (ssize_t i = 0; i < got; i++)
			n += block[i] == '\n';
	}
	return n;
}

struct str history_log_end(struct arena *a, int fd, struct str file, unsigned n,
			   struct citation *place)
{
	*place = (struct citation){.file = file};
	if (fd < 0)
		return (struct str){0};
	off_t size = lseek(fd, 0, SEEK_END);
	struct str text = read_log_end(a, fd, LOG_BYTES);
	off_t from = size > LOG_BYTES ? size - LOG_BYTES : 0;
	struct str end = last_lines(text, n);
	off_t at = from + (off_t)(text.len - end.len);
	uint64_t before = count_lines(fd, at);
	close(fd);
	if (end.len > 0 && (before > 0 || at == 0)) {
		place->from = place->to = before + 1;
		for (size_t i = 0; i < end.len; i++)
			place->to += end.ptr[i] == '\n';
	}
	return end;
}
