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

#include "driver/cmd.h"
#include "driver/status.h"
#include "driver/style.h"
#include "driver/system.h"

enum {
	DEFAULT_LINES = 20,
	LOOK_MS = 200,
	BLOCK = 1 << 14
};

/* Between two questions to the queue: when the job says that it has ended, and before. */
#define SOON_NS  UINT64_C(1000000000)
#define LATER_NS UINT64_C(15000000000)

struct log {
	struct str name; /* of the service, or "batch" */
	struct str path;
	int fd;
	struct buf line; /* read, not ended yet */
};

struct logs {
	struct invocation *inv;
	const struct job_files *job;
	struct style style;
	LIST(struct log) list;
	unsigned name_width;
};

static bool is_wanted(const struct invocation *inv, struct str name)
{
	uint32_t names = 0;

	for (uint32_t i = 0; i < inv->words.n; i++) {
		if (is_job_id(inv->words.items[i]) && i == 0)
			continue;
		names++;
		if (str_eq_c(name, inv->words.items[i]))
			return true;
	}
	return names == 0;
}

static void add_log(struct logs *logs, struct str name, struct str path)
{
	struct log *log;

	if (!is_wanted(logs->inv, name))
		return;
	log = LIST_PUSH(logs->inv->arena, &logs->list);
	*log = (struct log){.name = name, .path = path, .fd = -1};
	buf_init(&log->line, logs->inv->arena);
	if (name.len > logs->name_width)
		logs->name_width = name.len < 32 ? (unsigned)name.len : 32;
}

static void add_logs(struct logs *logs)
{
	const json_t *services = json_object_get(logs->job->record, "services");
	struct arena *a = logs->inv->arena;

	for (size_t i = 0; i < json_array_size(services); i++) {
		const json_t *s = json_array_get(services, i);
		struct str log = str_fmt(a, "logs/%.*s.log", STR_ARG(json_str(s, "token")));

		add_log(logs, json_str(s, "name"), job_log_path(a, logs->job, log));
	}
	add_log(logs, STR("batch"), job_batch_log(a, logs->job));
}

/* A word that names no service is a mistake. */
static bool check_names(const struct logs *logs)
{
	const struct invocation *inv = logs->inv;

	for (uint32_t i = 0; i < inv->words.n; i++) {
		const char *names[256];
		const char *near;
		size_t n = 0;
		bool known = i == 0 && is_job_id(inv->words.items[i]);
		const json_t *services = json_object_get(logs->job->record, "services");

		for (; n < json_array_size(services) && n < 255; n++)
			names[n] = json_str(json_array_get(services, n), "name").ptr;
		names[n++] = "batch";
		for (size_t k = 0; k < n; k++)
			known = known || strcmp(names[k], inv->words.items[i]) == 0;
		if (known)
			continue;
		near = suggest_word(inv->words.items[i], names, n);
		complain("job %.*s has no service '%s'", STR_ARG(logs->job->id),
			 inv->words.items[i]);
		if (near)
			advise("did you mean '%s'?", near);
		return false;
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

static void print_line(const struct logs *logs, struct log *log)
{
	printf("%s%-*.*s |%s %.*s\n", logs->style.dim, (int)logs->name_width, (int)log->name.len,
	       log->name.ptr, logs->style.off, (int)log->line.len,
	       log->line.len ? log->line.ptr : "");
	log->line.len = 0;
}

/* Prints what is there to read; true when there was something. */
static bool drain(const struct logs *logs, struct log *log)
{
	char block[BLOCK];
	bool any = false;
	ssize_t n;

	while (log->fd >= 0 && (n = read(log->fd, block, BLOCK)) > 0) {
		any = true;
		for (ssize_t i = 0; i < n; i++) {
			if (block[i] == '\n')
				print_line(logs, log);
			else
				buf_add_byte(&log->line, block[i]);
		}
	}
	return any;
}

static void open_log(struct log *log, uint64_t lines, bool from_start)
{
	log->fd = open(log->path.ptr, O_RDONLY | O_CLOEXEC);
	if (log->fd >= 0)
		lseek(log->fd, from_start ? 0 : tail_start(log->fd, lines), SEEK_SET);
}

/* A job that runs again has a new file at this name, or has emptied the one that we read. */
static void look_again(struct log *log)
{
	struct stat there, here;

	if (log->fd < 0 || stat(log->path.ptr, &there) != 0 || fstat(log->fd, &here) != 0)
		return;
	if (there.st_ino != here.st_ino || there.st_dev != here.st_dev) {
		close(log->fd);
		log->fd = -1;
		log->line.len = 0;
	} else if (here.st_size < lseek(log->fd, 0, SEEK_CUR)) {
		lseek(log->fd, 0, SEEK_SET);
		log->line.len = 0;
	}
}

/* Nothing will be written any more, as far as is known. An end in the state file is the end of an
   attempt; whether another one comes is for the queue to say. */
static bool is_past(const struct logs *logs, const struct job_view *view, bool has_asked)
{
	bool has_ended = json_str(view->state, "ended_at").len > 0;

	if (logs->job->is_local)
		return job_view_is_over(view);
	if (view->queue.is_known)
		return has_asked && view->queue.is_over;
	return has_asked && has_ended;
}

static void follow(struct logs *logs)
{
	struct job_view view = {.job = logs->job};
	struct arena *scratch = ARENA_NEW(logs->inv->arena, struct arena);
	uint64_t next_query = 0;

	for (;;) {
		bool is_over, asks = clock_ns() >= next_query;
		uint64_t pause;

		job_view_reread(logs->inv, scratch, asks, &view);
		pause = json_str(view.state, "ended_at").len > 0 ? SOON_NS : LATER_NS;
		if (asks || clock_ns() + pause < next_query)
			next_query = clock_ns() + pause;
		is_over = is_past(logs, &view, asks);
		for (uint32_t i = 0; i < logs->list.n; i++) {
			drain(logs, &logs->list.items[i]); /* the last words of an attempt */
			look_again(&logs->list.items[i]);
			if (logs->list.items[i].fd < 0)
				open_log(&logs->list.items[i], 0, true);
			drain(logs, &logs->list.items[i]);
		}
		fflush(stdout);
		if (is_over || ferror(stdout))
			return;
		poll(NULL, 0, LOOK_MS);
	}
}

int cmd_logs(struct invocation *inv)
{
	uint64_t lines = inv->options.lines ? inv->options.lines : DEFAULT_LINES;
	struct logs logs = {.inv = inv};
	struct job_files job;

	if (!job_find(inv, &job))
		return EXIT_ENVIRONMENT;
	logs.job = &job;
	logs.style = style_for(inv, stdout);
	if (!check_names(&logs))
		return EXIT_USAGE;
	add_logs(&logs);
	for (uint32_t i = 0; i < logs.list.n; i++) {
		open_log(&logs.list.items[i], lines, false);
		drain(&logs, &logs.list.items[i]);
		if (logs.list.items[i].line.len > 0 && !inv->options.follow)
			print_line(&logs, &logs.list.items[i]);
	}
	fflush(stdout);
	if (inv->options.follow)
		follow(&logs);
	return EXIT_OK;
}
