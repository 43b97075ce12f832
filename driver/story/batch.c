/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/story/batch.h"

#include <fcntl.h>
#include <unistd.h>

#include "driver/open.h"
#include "driver/system.h"
#include "ir/files.gen.h"

enum {
	HEAD_BYTES = 65536 /* of its beginning in which set-up is looked for */
};

static const char mark[] = "hpcc: x-slurm.setup[";

static int open_batch_log(struct arena *a, const struct job_files *job, struct str *name)
{
	struct str path = job_batch_log(a, job);

	*name = job->is_local ? STR(JOB_FILE_BATCH_LOG) : path;
	struct str why;
	return job->is_local ? job_open(a, job, JOB_FILE_BATCH_LOG, &why)
			     : open_to_read(a, AT_FDCWD, path.ptr, OPEN_FILE, &why);
}

struct str batch_log_end(struct arena *a, const struct job_files *job, unsigned n,
			 struct citation *place)
{
	struct str name;
	int fd = open_batch_log(a, job, &name);

	return history_log_end(a, fd, name, n, place);
}

/* The next line in which the script says of a line of its set-up what `told` says (backends/bash/finish.sh,
   setup_told.sh), without hpcc's name; empty if there is none. *n counts the lines that were read. */
static struct str next_of_setup(struct str *text, const char *told, uint64_t *n)
{
	struct str line;

	while (text->len > 0) {
		*text = str_split(*text, '\n', &line);
		++*n;
		if (str_has_prefix(line, mark) && str_contains(line, told))
			return str_from(line, sizeof("hpcc: ") - 1);
	}
	return (struct str){0};
}

struct str batch_log_ender(struct arena *a, const struct job_files *job, unsigned n,
			   struct str *last, struct citation *place)
{
	struct str text = batch_log_end(a, job, n, place), rest = text;
	uint64_t at = 0, last_at = 0;
	struct str ender = next_of_setup(&rest, " ended the job with status ", &at);

	*last = (struct str){0};
	struct str line;
	for (uint64_t i = 1; text.len > 0; i++) {
		text = str_split(text, '\n', &line);
		if (line.len == 0)
			continue;
		*last = line;
		last_at = i;
	}
	at = ender.len > 0 ? at : last_at;
	place->from = place->to = place->from > 0 && at > 0 ? place->from + at - 1 : 0;
	return ender;
}

struct str batch_log_failure(struct arena *a, const struct job_files *job, unsigned *n,
			     struct citation *place)
{
	static const char told[] = ", and the job goes on";
	int fd = open_batch_log(a, job, &place->file);
	char *head = arena_alloc(a, HEAD_BYTES);
	ssize_t got = fd < 0 ? -1 : pread(fd, head, HEAD_BYTES, 0);

	if (fd >= 0)
		close(fd);
	struct str text = {head, got > 0 ? (size_t)got : 0};
	uint64_t at = 0;
	struct str first = next_of_setup(&text, told, &at);
	place->from = place->to = at;
	for (*n = first.len > 0; next_of_setup(&text, told, &at).len > 0;)
		++*n;
	struct str words = first;
	for (size_t i = 0; i < first.len; i++)
		if (str_has_prefix(str_from(first, i), told))
			words.len = i;
	return words;
}
