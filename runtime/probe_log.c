/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log probe: every line is matched once, as it comes. The file is followed
 * with inotify while the probe runs and not a moment longer, so a chatty service
 * costs nothing afterwards; on file systems where other nodes may write unseen it
 * is looked at by the clock as well.
 *
 * Output of earlier launches of this attempt counts: a match found once stays.
 */
#include "runtime/sup.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "runtime/files.h"

bool rt_is_network_file_system(const char *path)
{
	static const unsigned long magic[] = {
		0x6969,	    /* NFS */
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

	p->line = rt_pool_take(&sup->pool, RT_LINE_ROOM + 1);
	/* The table reader has compiled the same pattern once, so it is good. */
	regcomp(&p->pattern, sup->table.service[service].ready.pattern, REG_EXTENDED | REG_NOSUB);
}

static bool line_matches(struct rt_probe *p)
{
	p->line[p->len] = '\0';
	return !regexec(&p->pattern, p->line, 0, NULL, 0);
}

/* Takes in a piece of the file; true if a line in it matches. */
static bool take_piece(struct rt_probe *p, const char *piece, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool end = piece[i] == '\n';

		if (!end && p->len < RT_LINE_ROOM) {
			/* A NUL would end the string that is matched. */
			p->line[p->len++] = piece[i] ? piece[i] : ' ';
			continue;
		}
		if (!p->skipping && line_matches(p))
			return true;
		/* A longer line is judged by its beginning. */
		p->skipping = !end;
		if (end)
			p->len = 0;
	}
	return false;
}

/* Reads on to the end of the file, at most so much that the loop stays responsive. */
static bool read_on(struct rt_probe *p, bool *more)
{
	char piece[32768];

	for (int round = 0; round < 64; round++) {
		ssize_t n = pread(p->fd, piece, sizeof(piece), p->offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			*more = false;
			return false;
		}
		p->offset += n;
		if (take_piece(p, piece, (size_t)n))
			return true;
	}
	*more = true;
	return false;
}

/* A last line without a line break counts too once nothing more can come. */
static bool unfinished_line_matches(const struct rt_sup *sup, struct rt_probe *p)
{
	return !sup->proc[p->source.service].pid && p->len && !p->skipping && line_matches(p);
}

void rt_log_look(struct rt_sup *sup, struct rt_probe *p)
{
	bool more = false;

	if (p->fd < 0)
		p->fd = open(sup->proc[p->source.service].log_path, O_RDONLY | O_CLOEXEC);
	if (!p->matched && p->fd >= 0)
		p->matched = read_on(p, &more) || (!more && unfinished_line_matches(sup, p));
	if (p->matched) {
		rt_probe_passed(sup, p);
		return;
	}
	p->pause = p->pause * 3 / 2 < RT_SECOND ? p->pause * 3 / 2 : RT_SECOND;
	if (more)
		p->next = sup->now;
	else
		p->next = sup->now + p->pause;
	p->polled = more || p->watch < 0 || sup->on_network;
}

void rt_log_begin(struct rt_sup *sup, struct rt_probe *p)
{
	const char *path = sup->proc[p->source.service].log_path;

	p->at = RT_AT_LOG;
	p->watch = sup->inotify < 0 ? -1 : inotify_add_watch(sup->inotify, path, IN_MODIFY);
	rt_log_look(sup, p);
}

void rt_log_end(struct rt_sup *sup, struct rt_probe *p)
{
	if (p->watch >= 0)
		inotify_rm_watch(sup->inotify, p->watch);
	p->watch = -1;
	if (p->fd >= 0)
		close(p->fd);
	p->fd = -1;
}

static void log_grew(struct rt_sup *sup, int watch)
{
	for (uint32_t i = 0; i < sup->table.count; i++) {
		struct rt_probe *p = &sup->proc[i].probe;

		if (p->at == RT_AT_LOG && p->watch == watch)
			rt_log_look(sup, p);
	}
}

/* A mark has come (its name: token.launch.task.kind), or, without a name, some have. */
static void mark_came(struct rt_sup *sup, const char *name)
{
	for (uint32_t i = 0; i < sup->table.count; i++) {
		struct rt_proc *p = &sup->proc[i];
		size_t len = strlen(p->prefix);

		if (!p->pid || sup->core.service[i].up || !sup->table.service[i].tasks)
			continue;
		if (!name || (!strncmp(name, p->prefix, len) && name[len] == '.'))
			p->poll_next = sup->now;
	}
}

void rt_inotify_ready(struct rt_sup *sup, struct rt_source *source, uint32_t events)
{
	_Alignas(struct inotify_event) char data[16384];
	ssize_t n, at = 0;

	(void)source;
	(void)events;
	n = read(sup->inotify, data, sizeof(data));
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
