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
#include "driver/jobs/status.h"
#include "driver/system.h"
#include "ir/support/utf8.h"

enum {
	DEFAULT_LINES = 20,
	LOOK_MS = 200,
	BLOCK = 1 << 14,
	MAX_SILENT = 2, /* questions without an answer, when the job says that it has ended */
};

/* Between two questions to the queue: when the job says that it has ended, and before. */
#define SOON_NS   UINT64_C(1000000000)
#define LATER_NS  UINT64_C(15000000000)
#define SILENT_NS UINT64_C(60000000000) /* while it doesn't answer */

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

/* Nothing will be written any more, as far as is known. An end in the state file is the end of an
   attempt; whether another one comes is for the queue to say, if it answers. */
static bool is_past(const struct logs *logs, const struct job_view *views, bool has_asked,
		    unsigned *silent)
{
	uint32_t n = logs->parts->list.n;
	bool is_silent = false, have_ended = true;

	if (logs->job->is_local)
		return job_views_are_over(views, n);
	if (!has_asked)
		return false;
	for (uint32_t i = 0; i < n; i++) {
		is_silent = is_silent || views[i].queue_error.len > 0;
		have_ended = have_ended && state_is_over(views[i].state);
	}
	if (is_silent && (*silent)++ == 0)
		complain("Slurm doesn't answer; it is asked again, and the job goes on");
	if (!is_silent)
		*silent = 0;
	return is_silent ? *silent > MAX_SILENT && have_ended : job_views_are_over(views, n);
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

/* How the job ended goes where it isn't taken for a line of a log. */
static int say_end(const struct logs *logs, const struct job_view *views)
{
	uint32_t n = logs->parts->list.n;
	int status = job_views_exit(views, n);

	fprintf(stderr, "job %.*s: %.*s", STR_ARG(logs->job->id),
		STR_ARG(job_views_word(views, n)));
	if (status != EXIT_OK)
		fprintf(stderr, " with status %d", status);
	fputc('\n', stderr);
	return status;
}

/* Until the job ends, whose status is the result, or a signal comes. */
static int follow(struct logs *logs)
{
	uint32_t n = logs->parts->list.n;
	struct job_view *views = ARENA_ARRAY(logs->inv->arena, n, struct job_view);
	struct arena *scratch = ARENA_NEW(logs->inv->arena, struct arena);
	uint64_t next_query = 0;
	unsigned silent = 0;

	for (uint32_t i = 0; i < n; i++)
		views[i].job = &logs->parts->list.items[i];
	interrupts_catch();
	while (!interrupt_is_noted() && !ferror(stdout)) {
		bool have_ended = true, asks = clock_ns() >= next_query;

		job_views_reread(logs->inv, scratch, logs->parts, asks, views);
		for (uint32_t i = 0; i < n; i++)
			have_ended = have_ended && state_is_over(views[i].state);
		uint64_t pause = have_ended ? SOON_NS : silent > 0 ? SILENT_NS : LATER_NS;
		if (asks || clock_ns() + pause < next_query)
			next_query = clock_ns() + pause;
		bool is_over = is_past(logs, views, asks && !interrupt_is_noted(), &silent);
		read_on(logs);
		if (is_over)
			return say_end(logs, views);
		poll(NULL, 0, LOOK_MS);
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
