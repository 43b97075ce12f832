/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/story/job_logs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "driver/open.h"
#include "driver/screen/services.h"
#include "driver/story/attempts.h"
#include "driver/story/since.h"
#include "driver/system.h"
#include "ir/files.gen.h"
#include "ir/support/utf8.h"

void job_log_locate(const struct job_logs *logs, struct job_log *log)
{
	struct arena *a = logs->inv->arena;

	if (log->is_located)
		return;
	log->is_located = log->part->number.len > 0;
	if (log->token.len > 0)
		log->path = str_fmt(a, "%.*s%.*s", STR_ARG(log->folder),
				    STR_ARG(job_log_path(a, log->token)));
	else
		log->path = job_batch_log(a, log->part);
}

/* Where several elements of an array are shown, or several attempts, names say which one. */
static struct str name_of(const struct job_logs *logs, const struct job_log *log)
{
	struct arena *a = logs->inv->arena;
	struct str name = log->name, attempt;

	if (log->folder.len > 0) {
		attempt = str_slice(log->folder, 0, log->folder.len - 1);
		name = str_fmt(a, "%.*s (attempt %.*s)", STR_ARG(name),
			       STR_ARG(path_base(attempt)));
	}
	return service_shown(a, log->part, name, logs->parts->list.n > 1);
}

static void add_log(struct job_logs *logs, struct job_log log, const struct times_of_logs *times)
{
	struct arena *a = logs->inv->arena;

	if (!service_is_wanted(logs->inv, log.part, log.name))
		return;
	log.name = name_of(logs, &log);
	log.times = log_times_find(times, log.token.len > 0 ? log.token : STR("-"));
	log.reader.fd = -1;
	log.limit = UINT64_MAX;
	log.line = ARENA_NEW(a, struct log_line);
	log.line->name = str_visible(a, log.name, VISIBLE_LINE);
	log.line->columns = utf8_columns(log.line->name);
	log.line->color = name_color(&logs->out.style, logs->list.n);
	buf_init(&log.line->text, a);
	job_log_locate(logs, &log);
	widen_for(a, &logs->out.name_width, log.name);
	struct job_log *kept = ARENA_NEW(a, struct job_log);
	*kept = log;
	*LIST_PUSH(a, &logs->list) = kept;
}

/* Of one attempt; its batch log is that of the whole job. */
static void add_attempt(struct job_logs *logs, const struct job_files *part, struct str folder)
{
	const json_t *services = json_object_get(part->record, "services");
	bool wants_times = logs->choice.shows_times || logs->choice.is_merged ||
			   logs->choice.since > 0 || logs->choice.until > 0;
	struct times_of_logs times = {0};

	if (wants_times)
		times_of_logs_read(logs->inv->arena, part, folder, &times);
	for (size_t i = 0; i < json_array_size(services); i++) {
		const json_t *s = json_array_get(services, i);

		add_log(logs,
			(struct job_log){.name = json_str(s, "name"),
					 .token = json_str(s, "token"),
					 .part = part,
					 .folder = folder},
			&times);
	}
	if (folder.len == 0)
		add_log(logs, (struct job_log){.name = STR("batch"), .part = part}, &times);
}

void job_logs_list(struct job_logs *logs)
{
	for (uint32_t i = 0; i < logs->parts->list.n; i++) {
		const struct job_files *part = &logs->parts->list.items[i];
		uint64_t newest = logs->choice.has_earlier ? newest_attempt(logs->inv, part) : 0;

		for (uint64_t k = 0; k < newest; k++)
			add_attempt(logs, part, attempt_folder(logs->inv->arena, k));
		add_attempt(logs, part, STR(""));
	}
}

double file_written(int fd)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return 0;
	return (double)st.st_mtim.tv_sec + (double)st.st_mtim.tv_nsec / 1e9;
}

int job_log_file(const struct job_logs *logs, const struct job_log *log, const char *behind,
		 struct str *why)
{
	struct arena *a = logs->inv->arena;
	struct str path = str_fmt(a, "%.*s%s", STR_ARG(log->path), behind);

	return str_has_prefix(path, "/") ? open_to_read(a, AT_FDCWD, path.ptr, OPEN_FILE, why)
					 : job_open(a, log->part, path.ptr, why);
}

bool job_log_open(const struct job_logs *logs, struct job_log *log)
{
	struct str why;
	int fd = job_log_file(logs, log, "", &why);

	if (fd >= 0) {
		log_reader_begin(&log->reader, logs->inv->arena, fd, 0);
		log->last_write = file_written(fd);
	} else if (errno != ENOENT && !log->is_refused) {
		complain("the log of %.*s, '%.*s', isn't read: %.*s", STR_ARG(log->name),
			 STR_ARG(log->path), STR_ARG(why));
		log->is_refused = true;
	}
	return fd >= 0;
}

static bool matches(const struct job_logs *logs, const struct log_item *item)
{
	struct str text = item->text;

	if (!logs->choice.grep)
		return true;
	if (str_has_suffix(text, "\n"))
		text.len--;
	regmatch_t whole = {.rm_so = 0, .rm_eo = (regoff_t)text.len};
	return regexec(&logs->choice.pattern, text.ptr, 1, &whole, REG_STARTEND) == 0;
}

/* The item begins a line: when that came, and whether anybody wants it. */
static bool judge(const struct job_logs *logs, struct job_log *log, const struct log_item *item)
{
	const struct log_choice *c = &logs->choice;

	log->time = 0;
	if (log->times)
		log->time = log_times_at(log->times, item->at, log->last_write, &log->times_at);
	else if (log->is_live)
		log->time = log->last_write;
	return (log->time <= 0 || c->since <= 0 || log->time >= c->since) &&
	       (log->time <= 0 || c->until <= 0 || log->time <= c->until) && matches(logs, item);
}

/* Goes to the next of the lines that were picked, or behind the last one. */
static void go_to_pick(struct job_log *log)
{
	struct log_picks *p = &log->picks;

	if (p->n < p->list.n) {
		log->times_at = 0;
		log_reader_seek(&log->reader, p->list.items[(p->first + p->n++) % p->list.n]);
	} else {
		log_reader_seek(&log->reader, p->go_on_at);
		p->list.n = 0;
	}
}

/* Reads on to the next item that is wanted; false when there is none yet. */
static bool load(const struct job_logs *logs, struct job_log *log, bool comes)
{
	while (!log->has_item && log->reader.fd >= 0) {
		if (log->picks.list.n > 0 && !log->reader.is_inside)
			go_to_pick(log);
		if (!log_reader_next(&log->reader, log->limit, !comes, &log->item))
			return false;
		if (log->item.begins)
			log->is_wanted = judge(logs, log, &log->item);
		log->has_item = log->is_wanted;
	}
	return log->has_item;
}

static void tell(struct job_logs *logs, struct job_log *log)
{
	struct arena scratch;

	arena_init(&scratch);
	if (logs->choice.shows_times && log->item.begins) {
		struct str time = log->time > 0 ? moment_text(&scratch, log->time)
						: STR("-                       ");
		snprintf(log->line->when, sizeof(log->line->when), "%.*s", STR_ARG(time));
	}
	arena_free(&scratch);
	log_line_add(&logs->out, log->line, log->item.text);
	log->has_item = false;
}

/* The log whose next line is the oldest; of lines of one moment, those of one log stay together. */
static struct job_log *oldest(const struct job_logs *logs, struct job_log *last, bool comes)
{
	struct job_log *first = last && load(logs, last, comes) ? last : NULL;

	/* What has begun is told to its end. */
	if (first && !first->item.begins)
		return first;
	for (uint32_t i = 0; i < logs->list.n; i++) {
		struct job_log *log = logs->list.items[i];

		if (load(logs, log, comes) && (!first || log->time < first->time))
			first = log;
	}
	return first;
}

void job_log_finish(struct job_logs *logs, struct job_log *log, uint64_t limit)
{
	log->limit = limit < log->limit ? limit : log->limit;
	while (load(logs, log, false))
		tell(logs, log);
	log_line_end(&logs->out, log->line);
	log->limit = UINT64_MAX;
}

void job_logs_pour(struct job_logs *logs, bool comes)
{
	struct job_log *log = NULL;

	while (logs->choice.is_merged && (log = oldest(logs, log, comes)) != NULL)
		tell(logs, log);
	for (uint32_t i = 0; i < logs->list.n; i++) {
		log = logs->list.items[i];
		while (load(logs, log, comes))
			tell(logs, log);
		if (!comes)
			log_line_end(&logs->out, log->line);
	}
	fflush(logs->out.out);
}

/* Picks the last lines of those that are wanted, where that can't be told from the end: a ring of places. */
static void pick_last(const struct job_logs *logs, struct job_log *log)
{
	uint64_t most = logs->choice.last, n = 0;
	struct log_picks picks = {0};

	while (load(logs, log, true)) {
		log->has_item = false;
		if (!log->item.begins || most == 0)
			continue;
		if (picks.list.n < most)
			*LIST_PUSH(logs->inv->arena, &picks.list) = log->item.at;
		else
			picks.list.items[n % most] = log->item.at;
		n++;
	}
	picks.first = n > most && most > 0 ? (uint32_t)(n % most) : 0;
	/* A last line without an end is judged as what comes. */
	picks.go_on_at = log->reader.at;
	log->picks = picks;
	log->times_at = 0;
	log_reader_seek(&log->reader, picks.go_on_at);
}

/* Nobody has noted when this log was written: it is shown as a whole, or not at all. */
static void do_without_times(const struct job_logs *logs, struct job_log *log, uint64_t size)
{
	const struct log_choice *c = &logs->choice;
	bool is_asked = c->shows_times || c->is_merged || c->since > 0 || c->until > 0;
	bool is_old = c->since > 0 && log->last_write < c->since;

	if (log->times || !is_asked || size == 0)
		return;
	complain("when the lines of %.*s came wasn't noted: %s", STR_ARG(log->name),
		 is_old ? "its file is older than --since, and none is shown"
			: "they are shown without times, and before others");
	if (is_old)
		log_reader_seek(&log->reader, size);
}

/* Goes to the first line that is wanted. */
static void begin(const struct job_logs *logs, struct job_log *log)
{
	const struct log_choice *c = &logs->choice;
	struct log_reader *r = &log->reader;
	struct stat st;

	if (fstat(r->fd, &st) != 0)
		return;
	uint64_t size = (uint64_t)st.st_size, end = size, from = 0;
	if (log->times && c->since > 0) {
		from = log_times_from(log->times, c->since);
		from = log->last_write < c->since ? size : log_line_begin(r->fd, from);
	}
	if (log->times && c->until > 0 && c->until < log->last_write)
		end = log_line_begin(r->fd, log_times_behind(log->times, c->until));
	log->limit = end < size ? end : UINT64_MAX;
	bool is_counted = c->last < UINT64_MAX && !c->grep;
	log_reader_seek(r, is_counted ? log_tail(r->fd, from, end, c->last) : from);
	do_without_times(logs, log, size);
	if (c->last < UINT64_MAX && c->grep)
		pick_last(logs, log);
}

void job_logs_open(struct job_logs *logs)
{
	for (uint32_t i = 0; i < logs->list.n; i++)
		if (job_log_open(logs, logs->list.items[i]))
			begin(logs, logs->list.items[i]);
}
