/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hpcc logs: the ends of the logs of services and batch script, and with --follow what comes.
 *
 *	worker | step 40 of 100
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "driver/commands/cmd.h"
#include "driver/jobs/elements.h"
#include "driver/interrupt.h"
#include "driver/screen/log_lines.h"
#include "driver/open.h"
#include "driver/screen/services.h"
#include "driver/story/pulse.h"
#include "driver/system.h"
#include "ir/support/utf8.h"

enum {
	DEFAULT_LINES = 20,
	BLOCK = 1 << 14,
};

struct log {
	struct str name; /* of the service, or "batch" */
	const struct job_files *part;
	struct str token; /* of the service, or empty */
	struct str path;  /* below the job's root; the batch log's is absolute */
	bool is_located;  /* an element of an array has no folder before it begins */
	int fd;
	bool is_refused; /* what is there is no file; that was said */
	struct log_line line;
};

struct logs {
	struct invocation *inv;
	const struct job_files *job;
	const struct job_list *parts;
	LIST(struct log) list;
	struct log_writer out;
};

static void locate_log(const struct logs *logs, struct log *log)
{
	struct arena *a = logs->inv->arena;

	if (log->is_located)
		return;
	log->is_located = log->part->number.len > 0;
	if (log->token.len > 0)
		log->path = job_log_path(a, log->token);
	else
		log->path = job_batch_log(a, log->part);
}

/* Of several elements of an array each name has the element's index before it. */
static void add_log(struct logs *logs, const struct job_files *part, struct str name,
		    struct str token)
{
	if (!service_is_wanted(logs->inv, part, name))
		return;
	if (logs->parts->list.n > 1)
		name = str_fmt(logs->inv->arena, "%.*s/%.*s", STR_ARG(part->task), STR_ARG(name));
	struct log *log = LIST_PUSH(logs->inv->arena, &logs->list);
	*log = (struct log){.name = name, .part = part, .token = token, .fd = -1};
	log->line.name = str_visible(logs->inv->arena, name, VISIBLE_LINE);
	log->line.columns = utf8_columns(log->line.name);
	locate_log(logs, log);
	buf_init(&log->line.text, logs->inv->arena);
	widen_for(logs->inv->arena, &logs->out.name_width, name);
}

static void add_logs(struct logs *logs, const struct job_files *part)
{
	const json_t *services = json_object_get(part->record, "services");

	for (size_t i = 0; i < json_array_size(services); i++) {
		const json_t *s = json_array_get(services, i);

		add_log(logs, part, json_str(s, "name"), json_str(s, "token"));
	}
	add_log(logs, part, STR("batch"), STR(""));
}

/* What is in another one's folder isn't what the job wrote. */
static bool check_roots(const struct logs *logs)
{
	for (uint32_t i = 0; i < logs->parts->list.n; i++) {
		const struct job_files *part = &logs->parts->list.items[i];
		int root = -1;
		struct str why;
		if (job_open_root(logs->inv->arena, part, &root, &why) == FOUND_REFUSED) {
			complain("the logs of job %.*s: %.*s", STR_ARG(part->id), STR_ARG(why));
			return false;
		}
		if (root >= 0)
			close(root);
	}
	return true;
}

/* Where the last n lines begin. */
static off_t tail_start(int fd, uint64_t n)
{
	off_t at = lseek(fd, 0, SEEK_END);
	uint64_t lines = 0;
	bool is_last = true;
	char block[4096];

	while (at > 0) {
		off_t from = at > (off_t)sizeof(block) ? at - (off_t)sizeof(block) : 0;
		ssize_t got = pread(fd, block, (size_t)(at - from), from);

		if (got <= 0)
			return at;
		for (ssize_t i = got; i-- > 0;) {
			if (block[i] == '\n' && !is_last && ++lines == n)
				return from + i + 1;
			is_last = false;
		}
		at = from;
	}
	return 0;
}

/* Prints what is there to read; true when there was something. */
static bool drain(struct logs *logs, struct log *log)
{
	bool any = false;
	ssize_t n;
	char block[BLOCK];
	while (log->fd >= 0 && (n = read(log->fd, block, BLOCK)) > 0) {
		any = true;
		log_line_add(&logs->out, &log->line, (struct str){block, (size_t)n});
	}
	return any;
}

static void open_log(const struct logs *logs, struct log *log, uint64_t lines, bool from_start)
{
	struct arena *a = logs->inv->arena;
	struct str why;

	log->fd = str_has_prefix(log->path, "/")
			  ? open_to_read(a, AT_FDCWD, log->path.ptr, OPEN_FILE, &why)
			  : job_open(a, log->part, log->path.ptr, &why);
	if (log->fd >= 0) {
		lseek(log->fd, from_start ? 0 : tail_start(log->fd, lines), SEEK_SET);
	} else if (errno != ENOENT && !log->is_refused) {
		complain("the log of %.*s, '%.*s', isn't read: %.*s", STR_ARG(log->name),
			 STR_ARG(log->path), STR_ARG(why));
		log->is_refused = true;
	}
}

/* A job that runs again has a new file at this name, or has emptied the one that we read. */
static void look_again(struct logs *logs, struct log *log)
{
	struct str path = path_join(logs->inv->arena, log->part->root, log->path);
	struct stat there, here;

	if (log->fd < 0 || stat(path.ptr, &there) != 0 || fstat(log->fd, &here) != 0)
		return;
	if (there.st_ino != here.st_ino || there.st_dev != here.st_dev) {
		close(log->fd);
		log->fd = -1;
		log_line_end(&logs->out, &log->line);
	} else if (here.st_size < lseek(log->fd, 0, SEEK_CUR)) {
		lseek(log->fd, 0, SEEK_SET);
		log_line_end(&logs->out, &log->line);
	}
}

/* Prints what has come. */
static void read_on(struct logs *logs)
{
	for (uint32_t i = 0; i < logs->list.n; i++) {
		struct log *log = &logs->list.items[i];

		drain(logs, log); /* the last words of an attempt */
		look_again(logs, log);
		if (!log->is_located && log->part->number.len > 0)
			locate_log(logs, log);
		if (log->fd < 0)
			open_log(logs, log, 0, true);
		drain(logs, log);
	}
	fflush(stdout);
}

/* Until the job ends, whose status is the result, or a signal comes. */
static int follow(struct logs *logs)
{
	struct pulse pulse;

	pulse_begin(&pulse, logs->inv, logs->job, logs->parts);
	while (pulse_beats(&pulse) && !ferror(stdout)) {
		bool is_over = pulse_look(&pulse);

		read_on(logs);
		if (is_over)
			return pulse_say_end(&pulse);
		pulse_wait(&pulse, 0);
	}
	return ferror(stdout) ? EXIT_UNEXPECTED : 128 + interrupt_take();
}

int cmd_logs(struct invocation *inv)
{
	uint64_t lines = inv->options.lines ? inv->options.lines : DEFAULT_LINES;
	struct logs logs = {.inv = inv};
	struct job_files job;
	struct job_list parts;

	if (!job_find(inv, &job) || !job_parts(inv, &job, &parts))
		return EXIT_ENVIRONMENT;
	logs.job = &job;
	logs.parts = &parts;
	log_writer_init(&logs.out, inv, stdout);
	if (!services_are_known(inv, logs.job, "batch"))
		return EXIT_USAGE;
	if (!check_roots(&logs))
		return EXIT_ENVIRONMENT;
	for (uint32_t i = 0; i < parts.list.n; i++)
		add_logs(&logs, &parts.list.items[i]);
	for (uint32_t i = 0; i < logs.list.n; i++) {
		open_log(&logs, &logs.list.items[i], lines, false);
		drain(&logs, &logs.list.items[i]);
		if (!inv->options.follow)
			log_line_end(&logs.out, &logs.list.items[i].line);
	}
	fflush(stdout);
	int status = inv->options.follow ? follow(&logs) : EXIT_OK;
	for (uint32_t i = 0; i < logs.list.n; i++)
		log_line_end(&logs.out, &logs.list.items[i].line);
	return status;
}
