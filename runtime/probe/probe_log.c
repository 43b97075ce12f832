/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log probe: every line is matched once, as it comes (lines.h). The file is followed with inotify while
 * the probe runs and not a moment longer, so a chatty service costs nothing afterwards; on file
 * systems where other nodes may write unseen it is looked at by the clock as well. While a service
 * writes without a pause, inotify would wake us for each of its writes: then the clock is enough.
 *
 * Only what the present launch wrote counts: a service that was ready once is not ready again. It
 * is told by the size that the log had when the launch began. A log that somebody cut off or put
 * another file in the place of is read from its beginning.
 */
#include "runtime/loop/sup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "runtime/files.h"
#include "runtime/loop/peers.h"

/* Output that comes again within so long is a stream, which is looked at by the clock. */
#define STREAM_GAP  (RT_SECOND / 100)
#define STREAM_LOOK (RT_SECOND / 200)
/* By the clock: one part in so many of the time waited so far, but file servers are not worn out. */
#define SHARE 50
#define LEAST (RT_SECOND / 20)
/* Reading and matching of all logs in one turn of the loop. */
#define TURN (RT_SECOND / 500)

enum {
	PIECE = 65536,
	PIECE_TO_MATCH = 4096 /* where each line has to be matched, that takes as long */
};

bool rt_is_network_file_system(const char *path)
{
	static const unsigned long magic[] = {
		0x6969,     /* NFS */
		0x0bd00bd0, /* Lustre */
		0x47504653, /* GPFS */
		0x19830326, /* BeeGFS */
		0x00c36400, /* Ceph */
		0xff534d42, /* CIFS */
		0xfe534d42, /* SMB2 */
		0x65735546, /* FUSE, which may be any of them */
		0xaad7aaea, /* PanFS */
		0x5346414f, /* AFS */
		0x7461636f, /* OCFS2 */
		0x01161970, /* GFS2 */
	};
	struct statfs fs;

	if (statfs(path, &fs))
		return false;
	for (size_t i = 0; i < sizeof(magic) / sizeof(magic[0]); i++)
		if (((unsigned long)fs.f_type & 0xffffffff) == magic[i])
			return true;
	return false;
}

void rt_log_setup(struct rt_sup *sup, uint32_t service)
{
	struct rt_probe *p = &sup->proc[service].probe;

	p->lines.pattern = &p->pattern;
	p->lines.line = rt_pool_take(&sup->pool, RT_LINE_ROOM + 1);
	/* The table reader has compiled the same pattern once, so it is good. */
	rt_pattern_read(&p->pattern, &sup->pool, sup->table.service[service].ready.pattern);
}

/*
 * Reads on to the end of the file, but no longer than the loop may stay away from others; a piece
 * is taken in any case.
 */
static bool read_on(const struct rt_sup *sup, struct rt_probe *p)
{
	size_t room = p->pattern.count ? PIECE : PIECE_TO_MATCH;
	char piece[PIECE];

	do {
		ssize_t n = pread(p->fd, piece, room, p->offset);

		if (n < 0 && errno == EINTR)
			continue;
		p->behind = n > 0;
		if (n <= 0)
			return false;
		p->offset += n;
		if (rt_lines_take(&p->lines, piece, (size_t)n))
			return true;
	} while (rt_now() - sup->seen < TURN);
	return false;
}

/*
 * A last line without a line break: when nothing more can come it counts as it stands. Before that
 * its end may still move, but what matches without an end will match the whole line, too.
 */
static bool unfinished_line_matches(const struct rt_sup *sup, struct rt_probe *p)
{
	return rt_lines_last_matches(&p->lines, sup->proc[p->source.service].pid);
}

/* One message for all: from here on logs that cannot be watched, or kept open, are looked at. */
static void say_no_watch(struct rt_sup *sup, const char *what, int error)
{
	if (!sup->warned_watch)
		rt_say("%s: %s; logs are looked at by the clock instead", what, strerror(error));
	sup->warned_watch = true;
}

static bool open_log(struct rt_sup *sup, struct rt_probe *p)
{
	const char *path = sup->proc[p->source.service].log_path;

	if (p->fd >= 0)
		return true;
	p->fd = rt_open_plain(AT_FDCWD, path, O_RDONLY | O_NOFOLLOW, 0);
	if (p->fd < 0) {
		int error = errno;

		if (error == EMFILE || error == ENFILE)
			say_no_watch(sup, "cannot open a log", error);
		rt_probe_saw(sup, p, "log: %s", rt_open_fault(path));
		return false;
	}
	struct stat st;
	if (!fstat(p->fd, &st) && st.st_ino != p->inode) {
		/* Another file has taken its place, and all of it came after the launch. */
		p->inode = st.st_ino;
		p->offset = 0;
		rt_lines_forget(&p->lines);
	}
	return true;
}

/* Somebody has cut the file off: what is there came since. */
static void notice_truncation(struct rt_probe *p)
{
	struct stat st;

	if (fstat(p->fd, &st) || st.st_size >= p->offset)
		return;
	p->offset = 0;
	rt_lines_forget(&p->lines);
}

/* What inotify watches of it, -1: nothing. Apart from the rest, so that the one of an event is found
   quickly among thousands. */
static int *watch_of(const struct rt_sup *sup, const struct rt_probe *p)
{
	return &sup->watch[p->source.service];
}

/* When to look again: at once, when inotify tells, or by the clock. */
static void plan_look(struct rt_sup *sup, struct rt_probe *p, bool is_open, bool grew)
{
	bool streams = grew && (p->streams || sup->now - p->grew_at < STREAM_GAP);

	p->streams = streams;
	if (grew)
		p->grew_at = sup->now;
	if (*watch_of(sup, p) >= 0 && streams) {
		inotify_rm_watch(sup->inotify, *watch_of(sup, p));
		*watch_of(sup, p) = -1;
	}
	p->next = sup->now + (p->behind ? 0
			      : streams ? STREAM_LOOK
					: rt_probe_pause(sup, p->begun_at, SHARE, LEAST));
	p->polled = p->behind || streams || !is_open || *watch_of(sup, p) < 0 || sup->on_network;
}

static void watch_log(struct rt_sup *sup, struct rt_probe *p)
{
	const char *path = sup->proc[p->source.service].log_path;

	*watch_of(sup, p) =
		sup->inotify < 0 ? -1 : inotify_add_watch(sup->inotify, path, IN_MODIFY);
	if (*watch_of(sup, p) < 0 && sup->inotify >= 0 && errno != ENOENT)
		say_no_watch(sup, "cannot watch a log", errno);
}

void rt_log_look(struct rt_sup *sup, struct rt_probe *p)
{
	bool is_open = p->matched || open_log(sup, p);
	int64_t before = p->offset;

	if (!p->matched && is_open) {
		notice_truncation(p);
		p->matched = read_on(sup, p) || (!p->behind && unfinished_line_matches(sup, p));
		if (!p->matched && *watch_of(sup, p) < 0 && p->offset == before) {
			/* The stream has paused: inotify tells when it goes on. */
			watch_log(sup, p);
			p->matched = *watch_of(sup, p) >= 0 && read_on(sup, p);
		}
	}
	if (p->matched) {
		rt_probe_passed(sup, p);
		return;
	}
	if (is_open)
		rt_probe_saw(sup, p, "no line matched");
	/* It can be opened again for each look, and a connection can't: those have the last quarter. */
	if (p->fd >= sup->descriptor_limit / 4 * 3) {
		close(p->fd);
		p->fd = -1;
	}
	plan_look(sup, p, is_open, p->offset != before);
	rt_probe_plan(sup, p);
}

void rt_log_begin(struct rt_sup *sup, struct rt_probe *p)
{
	p->at = RT_AT_LOG;
	p->matched = false;
	p->offset = p->from;
	p->grew_at = 0;
	p->behind = p->streams = false;
	rt_lines_forget(&p->lines);
	watch_log(sup, p);
	rt_log_look(sup, p);
}

void rt_log_end(struct rt_sup *sup, struct rt_probe *p)
{
	if (*watch_of(sup, p) >= 0)
		inotify_rm_watch(sup->inotify, *watch_of(sup, p));
	*watch_of(sup, p) = -1;
	if (p->fd >= 0)
		close(p->fd);
	p->fd = -1;
}

static void log_grew(struct rt_sup *sup, int watch)
{
	for (uint32_t i = 0; i < sup->table.count; i++)
		if (sup->watch[i] == watch && sup->proc[i].probe.at == RT_AT_LOG)
			rt_log_look(sup, &sup->proc[i].probe);
}

static void come(struct rt_sup *sup, uint32_t service, const char *name)
{
	if (name)
		rt_task_told(sup, service, name);
	else
		rt_due_at(sup, service, RT_DUE_MARKS, sup->now);
}

/* A mark has come (its name: token.launch.task.kind), or, without a name, some have. */
static void mark_came(struct rt_sup *sup, const char *name)
{
	size_t len = name ? rt_mark_token_length(name) : 0;
	uint32_t hash = name ? rt_text_hash(name, len) : 0;

	for (uint32_t i = 0; i < sup->table.count; i++) {
		const struct rt_service_def *def = &sup->table.service[i];

		if (name && (sup->token_hash[i] != hash || strncmp(def->token, name, len) != 0))
			continue;
		if (sup->proc[i].pid && def->tasks &&
		    (!sup->core.service[i].up || sup->proc[i].probe.at == RT_AT_LINES))
			come(sup, i, name);
	}
}

void rt_inotify_ready(struct rt_sup *sup, struct rt_source *source, uint32_t events)
{
	_Alignas(struct inotify_event) char data[16384];
	ssize_t at = 0;

	(void)source;
	(void)events;
	ssize_t n = read(sup->inotify, data, sizeof(data));
	while (at < n) {
		struct inotify_event *e = (struct inotify_event *)(data + at);

		if (e->mask & IN_Q_OVERFLOW)
			mark_came(sup, NULL);
		else if (e->wd == sup->marks_watch)
			mark_came(sup, e->len ? e->name : NULL);
		else
			log_grew(sup, e->wd);
		at += (ssize_t)(sizeof(*e) + e->len);
	}
}
