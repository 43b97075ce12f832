/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Logs that are rotated while they are followed. One that was renamed is read on, since its program may go on writing to it,
 * beside the one that has its name then. One that was copied and cut off is read on in the copy, where that has
 * the log's name with .1 behind it, and then from its beginning. A job that runs again does the same to its logs.
 */
#include "driver/story/job_logs.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "driver/system.h"

static struct log_copy copy_beside(const struct job_logs *logs, const struct job_log *log, int *fd)
{
	struct str why;

	*fd = job_log_file(logs, log, ".1", &why);
	struct stat st;
	if (*fd < 0 || fstat(*fd, &st) != 0)
		return (struct log_copy){0};
	return (struct log_copy){st.st_ino,
				 st.st_mtim.tv_sec * INT64_C(1000000000) + st.st_mtim.tv_nsec};
}

static void remember_copy(const struct job_logs *logs, struct job_log *log)
{
	int fd;

	log->copy = copy_beside(logs, log, &fd);
	if (fd >= 0)
		close(fd);
}

/* The one that was written to the longest time ago is told to its end, and gives its place. */
static struct job_log *leave_one(struct job_logs *logs, struct job_log *log)
{
	struct job_log *oldest = log->before[0];

	for (uint32_t i = 1; i < log->n_before; i++)
		if (log->before[i]->last_write < oldest->last_write)
			oldest = log->before[i];
	job_log_finish(logs, oldest, UINT64_MAX);
	log_reader_end(&oldest->reader);
	return oldest;
}

/* A place in front of the log for the file that has had its name. */
static struct job_log *place_before(struct job_logs *logs, struct job_log *log)
{
	struct arena *a = logs->inv->arena;

	if (log->n_before == LOG_FILES_BEFORE)
		return leave_one(logs, log);
	struct job_log *before = ARENA_NEW(a, struct job_log);
	*before = *log;
	before->reader = (struct log_reader){.fd = -1};
	before->is_old = true;
	before->line = ARENA_NEW(a, struct log_line);
	*before->line = *log->line;
	buf_init(&before->line->text, a);
	log->before[log->n_before++] = before;
	*LIST_PUSH(a, &logs->list) = log;
	uint32_t at = logs->list.n - 1;
	for (; logs->list.items[at - 1] != log; at--)
		logs->list.items[at] = logs->list.items[at - 1];
	logs->list.items[at - 1] = before;
	logs->list.items[at] = log;
	return before;
}

/* What was read of the log so far, and is being read, goes to `before`, with its line that hasn't ended. */
static struct job_log *hand_over(struct job_logs *logs, struct job_log *log)
{
	struct job_log *before = place_before(logs, log);
	struct log_reader reader = before->reader;
	struct log_line *line = before->line;

	before->reader = log->reader;
	before->line = log->line;
	before->is_wanted = log->is_wanted;
	before->time = log->time;
	before->is_live = true;
	before->times = log->times;
	before->times_at = log->times_at;
	before->last_write = log->last_write;
	log->reader = reader;
	log->line = line;
	log->times = NULL; /* they are of the file before */
	return before;
}

/* Cut off: what wasn't read of it yet may stand in a copy. */
static void go_back(struct job_logs *logs, struct job_log *log)
{
	int copy, fd = log->reader.fd;
	struct log_copy now = copy_beside(logs, log, &copy);
	bool is_new = now.inode != log->copy.inode || now.written != log->copy.written;

	if (copy >= 0 && is_new && log_reader_is_copy(&log->reader, copy)) {
		hand_over(logs, log)->reader.fd = copy;
	} else {
		if (copy >= 0)
			close(copy);
		job_log_finish(logs, log, log->reader.at + log->reader.len);
		log->times = NULL;
	}
	log_reader_begin(&log->reader, logs->inv->arena, fd, 0);
	log->copy = now;
}

static bool is_replaced(const struct job_logs *logs, const struct job_log *log)
{
	struct str path = path_join(logs->inv->arena, log->part->root, log->path);
	struct stat there, here;

	return stat(path.ptr, &there) == 0 && fstat(log->reader.fd, &here) == 0 &&
	       (there.st_ino != here.st_ino || there.st_dev != here.st_dev);
}

static void look_at(struct job_logs *logs, struct job_log *log)
{
	bool is_first = !log->is_live;

	if (!log->is_located && log->part->number.len > 0)
		job_log_locate(logs, log);
	log->is_live = true;
	if (log->reader.fd < 0) {
		if (job_log_open(logs, log))
			remember_copy(logs, log);
		return;
	}
	if (is_first)
		remember_copy(logs, log);
	double written = file_written(log->reader.fd);
	if (written > log->last_write && log_reader_is_cut(&log->reader))
		go_back(logs, log);
	log->last_write = written;
	if (!is_replaced(logs, log))
		return;
	hand_over(logs, log);
	log_reader_end(&log->reader);
	job_log_open(logs, log);
	remember_copy(logs, log);
}

void job_logs_look(struct job_logs *logs)
{
	for (uint32_t i = 0; i < logs->list.n; i++) {
		struct job_log *log = logs->list.items[i];

		if (log->is_old)
			log->last_write = file_written(log->reader.fd);
		else if (log->folder.len == 0)
			look_at(logs, log);
	}
}
