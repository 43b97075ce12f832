/* SPDX-License-Identifier: Apache-2.0 */
/* Sizes of logs and their times, as they grow. */
#include "runtime/loop/times.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/core/words.h"
#include "runtime/files.h"
#include "ir/files.gen.h"

#define FIRST_PAUSE (RT_SECOND / 10)
#define LONGEST     (RT_SECOND * 3600 * 24)
#define MILLI       (RT_SECOND / 1000)

enum {
	FILE_SIZE = 8 << 20,
	PIECE = 4096
};

struct rt_log_times {
	uint64_t inode;
	int64_t size; /* as it was told last; -1: never */
	/* While the file is made smaller: of those read so far, the last that stays and the last of all. */
	int64_t stays_ms, last_ms, last_size; /* last_size -1: none */
};

struct rt_times {
	struct rt_source source; /* first */
	int inotify, fd;
	uint32_t count,
		found; /* logs: the services', then the batch log; whose watch was looked up last */
	int64_t pause; /* between two looks */
	int64_t written, most; /* bytes of the file; at most */
	struct rt_log_times *log;
	int *watch; /* of each, -1: it is looked at by the clock, or not at all */
	struct rt_dues dues;
	struct rt_out out;
};

static const char *token_of(const struct rt_sup *sup, uint32_t i)
{
	return i < sup->table.count ? sup->table.service[i].token : "-";
}

static const char *path_of(const struct rt_sup *sup, uint32_t i)
{
	return i < sup->table.count ? sup->proc[i].log_path : "/proc/self/fd/1";
}

static void write_time(struct rt_times *t, struct rt_out *out, int64_t ms, const char *token,
		       int64_t size)
{
	size_t before = out->len, room = sizeof(out->data);

	rt_out_format(out, "%lld %s %lld\n", (long long)ms, token, (long long)size);
	/* What was flushed between is counted, too. */
	t->written += (int64_t)(out->len > before ? out->len - before : out->len + room - before);
}

/* Notes how long the log is; true if it has grown, or is another one. */
static bool look(struct rt_sup *sup, uint32_t i)
{
	struct rt_times *t = sup->times;
	struct rt_log_times *log = &t->log[i];
	bool is_batch = i == sup->table.count;
	struct stat st;

	if (is_batch ? fstat(STDOUT_FILENO, &st) : lstat(path_of(sup, i), &st))
		return false;
	bool is_other = log->size >= 0 && (st.st_ino != log->inode || st.st_size < log->size);
	if (!S_ISREG(st.st_mode) || (!is_other && st.st_size == log->size))
		return false;
	if (is_other && st.st_size > 0)
		write_time(t, &t->out, sup->wall / MILLI, token_of(sup, i), 0);
	if (is_other || st.st_size > 0)
		write_time(t, &t->out, sup->wall / MILLI, token_of(sup, i), st.st_size);
	log->inode = st.st_ino;
	log->size = st.st_size;
	return true;
}

/* Inotify tells once, and forgets it. False where it doesn't tell. */
static bool watch(struct rt_sup *sup, uint32_t i)
{
	struct rt_times *t = sup->times;

	t->watch[i] = inotify_add_watch(t->inotify, path_of(sup, i), IN_MODIFY | IN_ONESHOT);
	return t->watch[i] >= 0;
}

/* The same moments for all, so that many logs are one wake-up. */
static void look_soon(struct rt_sup *sup, uint32_t i)
{
	struct rt_times *t = sup->times;

	rt_dues_set(&t->dues, i, (sup->now / t->pause + 1) * t->pause);
}

static void grew(struct rt_sup *sup, int wd)
{
	struct rt_times *t = sup->times;

	for (uint32_t k = 0; k < t->count; k++) {
		uint32_t i = (t->found + k) % t->count;

		if (t->watch[i] != wd)
			continue;
		t->found = i;
		t->watch[i] = -1;
		look(sup, i);
		look_soon(sup, i);
		return;
	}
}

static void close_times(struct rt_times *t)
{
	close(t->fd);
	close(t->inotify);
	t->fd = t->inotify = -1;
	for (uint32_t i = 0; i < t->count; i++)
		rt_dues_set(&t->dues, i, RT_NEVER);
}

/* One line of the file as it is made smaller. The last of each log is held back: it goes when the next one
   comes soon enough for both to be one. */
static void take_time(struct rt_sup *sup, struct rt_out *out, const char *line)
{
	struct rt_times *t = sup->times;
	char *rest;
	int64_t ms = strtoll(line, &rest, 10);
	const char *token = rest + (*rest == ' ');
	size_t len = strcspn(token, " ");
	int64_t size = strtoll(token + len, NULL, 10);
	uint32_t k, i = 0;

	for (k = 0; k < t->count; k++) {
		i = (t->found + k) % t->count;
		if (!strncmp(token_of(sup, i), token, len) && !token_of(sup, i)[len])
			break;
	}
	if (k == t->count)
		return;
	t->found = i;
	struct rt_log_times *log = &t->log[i];
	bool is_one = log->last_size > 0 && size >= log->last_size &&
		      ms - log->stays_ms <= t->pause / MILLI;
	if (log->last_size >= 0 && !is_one) {
		write_time(t, out, log->last_ms, token_of(sup, i), log->last_size);
		log->stays_ms = log->last_ms;
	}
	log->last_ms = ms;
	log->last_size = size;
}

/* Writes to `out` what stays of the file. */
static void take_times(struct rt_sup *sup, struct rt_out *out)
{
	struct rt_times *t = sup->times;
	size_t len = 0;
	off_t at = 0;

	t->written = 0;
	for (uint32_t i = 0; i < t->count; i++) {
		t->log[i].stays_ms = INT64_MIN / 2;
		t->log[i].last_size = -1;
	}
	char piece[PIECE + 1];
	ssize_t n;
	while ((n = pread(t->fd, piece + len, PIECE - len, at)) > 0) {
		char *line = piece, *end;

		at += n;
		len += (size_t)n;
		piece[len] = '\0';
		for (; (end = strchr(line, '\n')); line = end + 1) {
			*end = '\0';
			take_time(sup, out, line);
		}
		len -= (size_t)(line - piece);
		memmove(piece, line, len);
	}
	for (uint32_t i = 0; i < t->count; i++)
		if (t->log[i].last_size >= 0)
			write_time(t, out, t->log[i].last_ms, token_of(sup, i),
				   t->log[i].last_size);
}

/* Makes the file half as long, or shorter. False when that can't be done. */
static bool make_smaller(struct rt_sup *sup)
{
	static const char next[] = JOB_FILE_TIMES ".tmp";
	static struct rt_out out;
	struct rt_times *t = sup->times;

	rt_out_flush(&t->out);
	do {
		t->pause *= 2;
		unlinkat(sup->folder, next, 0);
		int fd = rt_open_plain(sup->folder, next,
				       O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW,
				       JOB_MODE_TIMES);
		if (fd < 0)
			return false;
		rt_out_open(&out, fd);
		take_times(sup, &out);
		if (!rt_out_flush(&out) ||
		    renameat(sup->folder, next, sup->folder, JOB_FILE_TIMES)) {
			unlinkat(sup->folder, next, 0);
			close(fd);
			return false;
		}
		close(t->fd);
		t->fd = fd;
	} while (t->written > t->most / 2 && t->pause < LONGEST);
	rt_out_open(&t->out, t->fd);
	return t->written <= t->most / 2;
}

/* HPCC_TIMES: "off", or how many bytes there are to be at most. */
static bool are_wanted(int64_t *most)
{
	const char *word = getenv("HPCC_TIMES");

	*most = FILE_SIZE;
	uint64_t number;
	if (word && rt_word_number(word, INT32_MAX, &number) && number)
		*most = (int64_t)number;
	return !word || strcmp(word, "off") != 0;
}

/* Once a turn of the loop. Nobody is told when it fails: the job has its logs. */
static void flush(struct rt_sup *sup)
{
	struct rt_times *t = sup->times;

	if (!rt_out_flush(&t->out) || (t->written > t->most && !make_smaller(sup)))
		close_times(t);
}

static void inotify_ready(struct rt_sup *sup, struct rt_source *source, uint32_t events)
{
	_Alignas(struct inotify_event) char data[PIECE];
	struct rt_times *t = (struct rt_times *)source;
	ssize_t at = 0;

	(void)events;
	ssize_t n = t->inotify < 0 ? -1 : read(t->inotify, data, sizeof(data));
	while (at < n) {
		struct inotify_event *e = (struct inotify_event *)(data + at);

		if (e->mask & IN_MODIFY)
			grew(sup, e->wd);
		at += (ssize_t)(sizeof(*e) + e->len);
	}
	flush(sup);
}

void rt_times_open(struct rt_sup *sup)
{
	uint32_t n = sup->table.count + 1;
	int flags = O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_NOFOLLOW;
	int64_t most;
	int fd = are_wanted(&most)
			 ? rt_open_plain(sup->folder, JOB_FILE_TIMES, flags, JOB_MODE_TIMES)
			 : -1;
	int inotify = fd < 0 ? -1 : inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

	if (inotify < 0) {
		if (fd >= 0)
			close(fd);
		return;
	}
	struct rt_times *t = rt_pool_array(&sup->pool, 1, sizeof(*t));
	t->source.ready = inotify_ready;
	t->inotify = inotify;
	t->fd = fd;
	t->count = n;
	t->pause = FIRST_PAUSE;
	t->most = most;
	t->log = rt_pool_array(&sup->pool, n, sizeof(*t->log));
	t->watch = rt_pool_array(&sup->pool, n, sizeof(*t->watch));
	for (uint32_t i = 0; i < n; i++)
		t->watch[i] = -1;
	for (uint32_t i = 0; i < n; i++)
		t->log[i].size = -1;
	rt_dues_init(&t->dues, &sup->pool, n);
	rt_out_open(&t->out, fd);
	sup->times = t;
	sup->wall = rt_wall(); /* the loop hasn't looked yet */
	struct stat st;
	if (!rt_sup_watch(sup, inotify, EPOLLIN, &t->source))
		close_times(t);
	else if (!fstat(STDOUT_FILENO, &st) && S_ISREG(st.st_mode))
		rt_times_follow(sup, n - 1);
}

void rt_times_follow(struct rt_sup *sup, uint32_t i)
{
	struct rt_times *t = sup->times;

	/* One that is watched, or is looked at soon, is followed. */
	if (!t || t->fd < 0 || t->watch[i] >= 0 || !path_of(sup, i) ||
	    t->dues.first[t->dues.width + i] != RT_NEVER)
		return;
	look(sup, i);
	watch(sup, i);
}

int64_t rt_times_next(const struct rt_sup *sup)
{
	return sup->times ? rt_dues_first(&sup->times->dues) : RT_NEVER;
}

void rt_times_due(struct rt_sup *sup)
{
	struct rt_times *t = sup->times;

	if (rt_times_next(sup) > sup->now)
		return;
	for (uint32_t i = rt_dues_next(&t->dues, 0, sup->now); i < t->count;
	     i = rt_dues_next(&t->dues, i + 1, sup->now)) {
		rt_dues_set(&t->dues, i, RT_NEVER);
		if (look(sup, i)) {
			look_soon(sup, i);
			continue;
		}
		/* It is silent. What came just before it was watched is not told of. */
		if (watch(sup, i))
			look(sup, i);
	}
	flush(sup);
}

void rt_times_end(struct rt_sup *sup)
{
	struct rt_times *t = sup->times;

	if (!t || t->fd < 0)
		return;
	for (uint32_t i = 0; i < t->count; i++)
		if (t->log[i].size >= 0)
			look(sup, i);
	flush(sup);
}
