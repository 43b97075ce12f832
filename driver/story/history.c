/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/story/history.h"

#include <string.h>
#include <unistd.h>

#include "driver/screen/follow.h"
#include "ir/files.gen.h"

enum {
	MAX_EVENTS = 64 << 20, /* of one file; the supervisor goes on in another one at 16 MiB */
	MAX_LOG = 256 << 20,   /* of which lines are counted */
	LOG_BYTES = 16384      /* of its end that are shown at most */
};

/* False when the reading is to end. */
static bool take_lines(struct str text, struct str file, history_taker *take, void *context)
{
	struct citation place = {.file = file};

	for (struct str line; text.len > 0 && str_find(text, '\n') != STR_NONE;) {
		text = str_split(text, '\n', &line);
		place.from = ++place.to;
		json_error_t error;
		json_t *event = json_loadb(line.ptr, line.len, 0, &error);
		bool goes_on = !json_is_object(event) || take(context, event, place);
		json_decref(event);
		if (!goes_on)
			return false;
	}
	return true;
}

bool history_read(struct invocation *inv, const struct job_files *job, history_taker *take,
		  void *context, struct str *why)
{
	struct arena *a = inv->arena;
	struct str text, none;

	for (unsigned n = 1;; n++) {
		struct str file = str_fmt(a, JOB_FILE_OLD_EVENTS("%u"), n);
		if (!job_read(a, job, file.ptr, MAX_EVENTS, &text, &none))
			break;
		if (!take_lines(text, file, take, context))
			return true;
	}
	if (!job_read(a, job, JOB_FILE_EVENTS, MAX_EVENTS, &text, why))
		return false;
	take_lines(text, STR(JOB_FILE_EVENTS), take, context);
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

/* The place where the last n lines begin. */
static size_t lines_begin(struct str text, unsigned n)
{
	size_t at = text.len;

	for (unsigned lines = 0; at > 0; at--)
		if (text.ptr[at - 1] == '\n' && ++lines == n)
			break;
	return at;
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
	size_t at = lines_begin(text, n);
	uint64_t before = count_lines(fd, from + (off_t)at);
	close(fd);
	text = str_from(text, at);
	if (text.len > 0 && (before > 0 || from + (off_t)at == 0)) {
		place->from = place->to = before + 1;
		for (size_t i = 0; i < text.len; i++)
			place->to += text.ptr[i] == '\n';
	}
	return text;
}
