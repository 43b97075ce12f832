/* SPDX-License-Identifier: Apache-2.0 */
/* Writing and reading marks. */
#include "runtime/step/marks.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/files.h"
#include "runtime/out.h"
#include "ir/files.gen.h"

const enum rt_wire_type rt_wire_of_mark[RT_MARK_KINDS] = {RT_WIRE_STARTED, RT_WIRE_READY,
							  RT_WIRE_EXITED};
static const char *const endings[RT_MARK_KINDS] = {"start", "ready", "exit"};

static bool mark_names(char *name, char *temporary, const char *job_dir, const char *prefix,
		       uint32_t task, enum rt_mark_kind kind)
{
	int a = snprintf(name, RT_MARK_PATH_ROOM, "%s/" JOB_FOLDER_MARKS "/%s.%u.%s", job_dir,
			 prefix, task, endings[kind]);
	int b = snprintf(temporary, RT_MARK_PATH_ROOM, "%s/" JOB_FOLDER_MARKS "/.%s.%u.%s", job_dir,
			 prefix, task, endings[kind]);

	return a > 0 && b > 0 && b < RT_MARK_PATH_ROOM;
}

size_t rt_mark_token_length(const char *name)
{
	size_t len = strlen(name);

	for (unsigned part = 0; part < 3 && len; part++)
		while (len && name[--len] != '.')
			;
	return len;
}

void rt_mark_line(const struct rt_mark *m, enum rt_mark_kind kind, char line[RT_MARK_LINE_ROOM])
{
	char step[sizeof(" step=") + RT_MARK_STEP_ROOM] = "", end[128] = "";

	if (m->step[0])
		snprintf(step, sizeof(step), " step=%s", m->step);
	if (kind == RT_MARK_EXIT)
		snprintf(end, sizeof(end),
			 " status=%d signal=%d ran=%d cpu=%lld mem=%lld read=%lld written=%lld%s",
			 m->status, m->signal, m->ran, (long long)m->usage.cpu_us,
			 (long long)m->usage.memory, (long long)m->usage.read,
			 (long long)m->usage.written, m->oom ? " oom=1" : "");
	snprintf(line, RT_MARK_LINE_ROOM, "task=%u pid=%lld wall=%lld mono=%lld%s%s host=%s",
		 m->task, (long long)m->pid, (long long)m->wall, (long long)m->mono, step, end,
		 m->host);
}

bool rt_mark_write(const char *job_dir, const char *prefix, enum rt_mark_kind kind,
		   const struct rt_mark *m)
{
	char name[RT_MARK_PATH_ROOM], temporary[RT_MARK_PATH_ROOM];

	if (!mark_names(name, temporary, job_dir, prefix, m->task, kind))
		return false;
	unlink(temporary);
	int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		      JOB_MODE_START_MARK);
	if (fd < 0)
		return false;
	struct rt_out out;
	rt_out_open(&out, fd);
	char line[RT_MARK_LINE_ROOM];
	rt_mark_line(m, kind, line);
	rt_out_text(&out, line);
	rt_out_text(&out, "\n");
	bool good = rt_out_flush(&out);
	if (close(fd))
		good = false;
	/* That a task has begun can be told even on a full disk, by a file with nothing in it. */
	if ((good || kind != RT_MARK_EXIT) && !rename(temporary, name))
		return true;
	unlink(temporary);
	return false;
}

static int64_t higher(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

void rt_usage_add(struct rt_usage *to, const struct rt_usage *other)
{
	to->cpu_us += other->cpu_us;
	to->memory = higher(to->memory, other->memory);
	to->read += other->read;
	to->written += other->written;
}

void rt_usage_take_higher(struct rt_usage *to, const struct rt_usage *other)
{
	to->cpu_us = higher(to->cpu_us, other->cpu_us);
	to->memory = higher(to->memory, other->memory);
	to->read = higher(to->read, other->read);
	to->written = higher(to->written, other->written);
}

int64_t rt_usage_amount(const char *text, char **end)
{
	int64_t amount = strtoll(text, end, 10);

	return amount < 0 ? 0 : amount > INT64_C(1) << 50 ? INT64_C(1) << 50 : amount;
}

static void read_key(struct rt_mark *m, const char *key, const char *value)
{
	if (!strcmp(key, "step"))
		snprintf(m->step, sizeof(m->step), "%s", value);
	else if (!strcmp(key, "host"))
		snprintf(m->host, sizeof(m->host), "%s", value);
	else if (!strcmp(key, "task"))
		m->task = (uint32_t)strtoul(value, NULL, 10);
	else if (!strcmp(key, "pid"))
		m->pid = strtoll(value, NULL, 10);
	else if (!strcmp(key, "wall"))
		m->wall = strtoll(value, NULL, 10);
	else if (!strcmp(key, "mono"))
		m->mono = strtoll(value, NULL, 10);
	else if (!strcmp(key, "status"))
		m->status = (int)(strtoul(value, NULL, 10) & 255);
	else if (!strcmp(key, "signal"))
		m->signal = (int)(strtoul(value, NULL, 10) & 127);
	else if (!strcmp(key, "ran"))
		m->ran = !strcmp(value, "1");
	else if (!strcmp(key, "oom"))
		m->oom = !strcmp(value, "1");
	else if (!strcmp(key, "cpu"))
		m->usage.cpu_us = rt_usage_amount(value, NULL);
	else if (!strcmp(key, "mem"))
		m->usage.memory = rt_usage_amount(value, NULL);
	else if (!strcmp(key, "read"))
		m->usage.read = rt_usage_amount(value, NULL);
	else if (!strcmp(key, "written"))
		m->usage.written = rt_usage_amount(value, NULL);
}

void rt_mark_parse(char *text, struct rt_mark *m)
{
	memset(m, 0, sizeof(*m));
	char *save;
	for (char *word = strtok_r(text, " \n", &save); word; word = strtok_r(NULL, " \n", &save)) {
		char *equals = strchr(word, '=');

		if (!equals)
			continue;
		*equals = '\0';
		read_key(m, word, equals + 1);
	}
}

static bool read_mark(int dir, const char *name, enum rt_mark_kind kind, struct rt_mark *m)
{
	int fd = rt_open_plain(dir, name, O_RDONLY | O_NOFOLLOW, 0);

	if (fd < 0)
		return false;
	char text[1024];
	ssize_t n;
	do
		n = read(fd, text, sizeof(text) - 1);
	while (n < 0 && errno == EINTR);
	close(fd);
	if (n < 0 || (!n && kind == RT_MARK_EXIT))
		return false;
	text[n] = '\0';
	rt_mark_parse(text, m);
	return true;
}

/* A task that TERM or KILL ended was most likely stopped because another one had failed. */
static bool looks_stopped(int signal)
{
	return signal == SIGTERM || signal == SIGKILL;
}

/* Nodes' clocks differ less than it takes to stop the others. */
static bool is_cause(const struct rt_mark_sum *sum, const struct rt_mark *m)
{
	if (!m->status || !sum->status)
		return m->status;
	if (looks_stopped(m->signal) != looks_stopped(sum->signal))
		return looks_stopped(sum->signal);
	return m->wall < sum->failed_at;
}

void rt_mark_add(struct rt_mark_sum *sum, const struct rt_mark *m, enum rt_mark_kind kind,
		 const char *host)
{
	if (!sum->step[0])
		memcpy(sum->step, m->step, sizeof(sum->step));
	sum->count[kind]++;
	if (kind == RT_MARK_START) {
		sum->first = sum->first || !m->task;
		if (!strcmp(host, m->host))
			sum->pid = m->pid;
	}
	if (kind != RT_MARK_EXIT)
		return;
	if (m->status > sum->highest)
		sum->highest = m->status;
	if (is_cause(sum, m)) {
		sum->status = m->status;
		sum->signal = m->signal;
		sum->failed_at = m->wall;
	}
	sum->ran = sum->ran || m->ran;
	sum->oom = sum->oom || m->oom;
	rt_usage_add(&sum->usage, &m->usage);
	if (!strcmp(host, m->host) && m->mono > sum->last_exit)
		sum->last_exit = m->mono;
}

size_t rt_told_size(uint32_t tasks)
{
	return tasks / 2 + 1;
}

static uint8_t told_bit(uint32_t task, enum rt_mark_kind kind)
{
	return (uint8_t)(1u << (task % 2 * 4 + kind));
}

static bool was_told(const uint8_t *told, uint32_t task, enum rt_mark_kind kind)
{
	return told[task / 2] & told_bit(task, kind);
}

bool rt_told_first(uint8_t *told, uint32_t task, enum rt_mark_kind kind)
{
	bool is_first = !was_told(told, task, kind);

	told[task / 2] |= told_bit(task, kind);
	return is_first;
}

uint32_t rt_told_not(const uint8_t *told, uint32_t tasks, enum rt_mark_kind kind)
{
	uint32_t task = 0;

	while (task < tasks && was_told(told, task, kind))
		task++;
	return task;
}

bool rt_marks_are_awaited(const struct rt_mark_sum *sum, uint32_t tasks, bool is_running)
{
	/* A look at the folder while a task ends may have seen its end alone. */
	return sum->count[RT_MARK_START] < tasks ||
	       (sum->has_ready && sum->count[RT_MARK_READY] < tasks) ||
	       (!is_running && sum->count[RT_MARK_EXIT] < tasks);
}

/* The marks of one launch. */
struct launch_marks {
	int dir;
	const char *prefix;
	uint32_t tasks;
	uint8_t *told;
	struct rt_mark_sum *sum;
	char host[RT_MARK_HOST_ROOM];
};

/* Unless it was told before. */
static void take_mark(struct launch_marks *l, const char *name, uint32_t task,
		      enum rt_mark_kind kind)
{
	struct rt_mark mark;

	if (was_told(l->told, task, kind) || !read_mark(l->dir, name, kind, &mark))
		return;
	rt_told_first(l->told, task, kind);
	mark.task = task; /* a full disk leaves a mark with nothing in it */
	rt_mark_add(l->sum, &mark, kind, l->host);
}

static enum rt_mark_kind find_kind(const char *ending)
{
	unsigned kind = 0;

	while (kind < RT_MARK_KINDS && strcmp(endings[kind], ending) != 0)
		kind++;
	return (enum rt_mark_kind)kind;
}

/* "<prefix>.<task>.start" of a task of this launch, or of another kind. */
static bool is_of_launch(const struct launch_marks *l, const char *name, uint32_t *task,
			 enum rt_mark_kind *kind)
{
	size_t len = strlen(l->prefix);

	if (strncmp(name, l->prefix, len) || name[len] != '.' || name[len + 1] < '0' ||
	    name[len + 1] > '9')
		return false;
	char *end;
	unsigned long number = strtoul(name + len + 1, &end, 10);
	*kind = *end == '.' ? find_kind(end + 1) : RT_MARK_KINDS;
	*task = (uint32_t)number;
	return number < l->tasks && *kind != RT_MARK_KINDS;
}

/* Few tasks: their files are opened by name, however many marks of others lie in the folder. The last ones first:
   where a task's end is found, its start is there, too. */
static void read_by_name(struct launch_marks *l)
{
	char name[RT_MARK_PATH_ROOM];

	for (uint32_t task = 0; task < l->tasks; task++)
		for (unsigned kind = RT_MARK_KINDS; kind-- > 0;) {
			if (kind == RT_MARK_READY && !l->sum->has_ready)
				continue;
			snprintf(name, sizeof(name), "%s.%u.%s", l->prefix, task, endings[kind]);
			take_mark(l, name, task, (enum rt_mark_kind)kind);
		}
}

static void read_listed(struct launch_marks *l, DIR *dir)
{
	struct dirent *entry;
	uint32_t task;
	enum rt_mark_kind kind;

	while ((entry = readdir(dir)))
		if (is_of_launch(l, entry->d_name, &task, &kind))
			take_mark(l, entry->d_name, task, kind);
}

void rt_mark_remove(const char *job_dir, const char *prefix, uint32_t tasks)
{
	char name[RT_MARK_PATH_ROOM];

	for (uint32_t task = 0; task < tasks; task++)
		for (unsigned k = 0; k < RT_MARK_KINDS; k++)
			if (snprintf(name, sizeof(name), "%s/" JOB_FOLDER_MARKS "/%s.%u.%s",
				     job_dir, prefix, task, endings[k]) < (int)sizeof(name))
				unlink(name);
}

static DIR *open_marks(const char *job_dir)
{
	char path[RT_MARK_PATH_ROOM];

	if (snprintf(path, sizeof(path), "%s/" JOB_FOLDER_MARKS, job_dir) >= (int)sizeof(path))
		return NULL;
	return opendir(path);
}

void rt_mark_read(const char *job_dir, const char *prefix, uint32_t tasks, uint8_t *told,
		  struct rt_mark_sum *sum)
{
	DIR *dir = open_marks(job_dir);

	if (!dir)
		return;
	struct launch_marks l = {
		.dir = dirfd(dir), .prefix = prefix, .tasks = tasks, .told = told, .sum = sum};
	gethostname(l.host, sizeof(l.host) - 1);
	if (tasks <= 64)
		read_by_name(&l);
	else
		read_listed(&l, dir);
	closedir(dir);
}

bool rt_mark_read_one(const char *job_dir, const char *name, const char *prefix, uint32_t tasks,
		      uint8_t *told, struct rt_mark_sum *sum)
{
	struct launch_marks l = {.prefix = prefix, .tasks = tasks, .told = told, .sum = sum};
	char path[RT_MARK_PATH_ROOM];
	uint32_t task;
	enum rt_mark_kind kind;

	if (!is_of_launch(&l, name, &task, &kind) ||
	    snprintf(path, sizeof(path), "%s/" JOB_FOLDER_MARKS "/%s", job_dir, name) >=
		    (int)sizeof(path))
		return false;
	gethostname(l.host, sizeof(l.host) - 1);
	l.dir = AT_FDCWD;
	take_mark(&l, path, task, kind);
	return true;
}
