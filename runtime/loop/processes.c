/* SPDX-License-Identifier: Apache-2.0 */
/* Looking at processes through /proc. */
#include "runtime/loop/processes.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif

enum {
	FAMILY_MAX = 1 << 20 /* processes; more aren't looked at */
};

ssize_t rt_process_text(pid_t pid, const char *name, char *text, size_t room)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%ld/%s", (long)pid, name);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	ssize_t n = read(fd, text, room - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	return n;
}

/* From /proc/PID/stat; the command in it may hold anything, a ')' included. */
bool rt_process_read(pid_t pid, struct rt_process *p)
{
	enum {
		FROM_SESSION_TO_START = 15
	};
	char text[1024];

	if (rt_process_text(pid, "stat", text, sizeof(text)) <= 0)
		return false;
	char *end = strrchr(text, ')');
	if (!end || strlen(end) < 4)
		return false;
	*p = (struct rt_process){.pid = pid, .is_dead = end[2] == 'Z' || end[2] == 'X'};
	p->parent = (pid_t)strtol(end + 3, &end, 10); /* behind ") S" */
	p->group = (pid_t)strtol(end, &end, 10);
	p->session = (pid_t)strtol(end, &end, 10);
	for (int i = 0; i < FROM_SESSION_TO_START; i++)
		strtol(end, &end, 10);
	p->start = strtoull(end, &end, 10);
	return true;
}

bool rt_process_is_same(const struct rt_process *a, const struct rt_process *b)
{
	return a->pid == b->pid && a->start == b->start;
}

/* Held by a pidfd while it is looked at again, so the signal meets no successor of it. */
bool rt_process_signal(const struct rt_process *p, int number)
{
	int fd = (int)syscall(SYS_pidfd_open, p->pid, 0);
	bool sent = false;
	struct rt_process again;
	if (rt_process_read(p->pid, &again) && rt_process_is_same(p, &again))
		sent = !(fd >= 0 ? syscall(SYS_pidfd_send_signal, fd, number, NULL, 0)
				 : kill(p->pid, number)); /* a kernel before 5.3 */
	if (fd >= 0)
		close(fd);
	return sent;
}

void rt_each_process(void (*visit)(pid_t pid, void *arg), void *arg)
{
	DIR *proc = opendir("/proc");

	if (!proc)
		return;
	struct dirent *entry;
	while ((entry = readdir(proc)))
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
			visit((pid_t)atol(entry->d_name), arg);
	closedir(proc);
}

struct wanted {
	pid_t parent, group;
	void (*visit)(pid_t pid, void *arg);
	void *arg;
};

static void visit_wanted(pid_t pid, void *arg)
{
	const struct wanted *w = arg;
	struct rt_process p;

	if (!rt_process_read(pid, &p))
		return;
	if ((w->parent && p.parent == w->parent) || (w->group && p.group == w->group))
		w->visit(pid, w->arg);
}

/* The children that one thread of a process has; false if the kernel doesn't tell. */
static bool each_child_of(pid_t parent, pid_t thread, void (*visit)(pid_t pid, void *arg),
			  void *arg)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/%ld/task/%ld/children", (long)parent, (long)thread);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	char text[4096];
	long pid = 0;
	ssize_t n;
	while ((n = read(fd, text, sizeof(text))) > 0)
		for (ssize_t i = 0; i < n; i++) {
			if (text[i] >= '0' && text[i] <= '9') {
				pid = pid * 10 + (text[i] - '0');
				continue;
			}
			if (pid)
				visit((pid_t)pid, arg);
			pid = 0;
		}
	close(fd);
	return true;
}

void rt_each_child(void (*visit)(pid_t pid, void *arg), void *arg)
{
	struct wanted w = {.parent = getpid(), .visit = visit, .arg = arg};

	/* A kernel without CONFIG_PROC_CHILDREN: the long way. */
	if (!each_child_of(getpid(), getpid(), visit, arg))
		rt_each_process(visit_wanted, &w);
}

void rt_each_member(pid_t group, void (*visit)(pid_t pid, void *arg), void *arg)
{
	struct wanted w = {.group = group, .visit = visit, .arg = arg};

	rt_each_process(visit_wanted, &w);
}

bool rt_process_has_variable(pid_t pid, const char *variable)
{
	size_t len = strlen(variable), same = 0, i = 0;
	bool is_begin = true, found = false;
	ssize_t n = 0;
	char path[64];
	snprintf(path, sizeof(path), "/proc/%ld/environ", (long)pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	char text[4096];
	while (!found && (n = read(fd, text, sizeof(text))) > 0)
		for (i = 0; !found && i < (size_t)n; i++) {
			if (is_begin && same < len && text[i] == variable[same]) {
				same++;
				continue;
			}
			/* A whole variable, or the name with its '=' alone. */
			found = is_begin && same == len && (!text[i] || variable[len - 1] == '=');
			is_begin = !text[i];
			same = 0;
		}
	close(fd);
	return found;
}

bool rt_process_has_word(pid_t pid, unsigned index, const char *word)
{
	char text[8192];
	ssize_t n = rt_process_text(pid, "cmdline", text, sizeof(text));
	const char *at = text;

	for (; index && at < text + n; index--)
		at += strlen(at) + 1;
	return at < text + n && !strcmp(at, word);
}

bool rt_process_is_called(pid_t pid, const char *name)
{
	char text[64];

	if (rt_process_text(pid, "comm", text, sizeof(text)) <= 0)
		return false;
	text[strcspn(text, "\n")] = '\0';
	return !strcmp(text, name);
}

enum rt_holds rt_process_holds_socket(pid_t pid, uint32_t socket)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%ld/fd", (long)pid);
	DIR *dir = opendir(path);
	if (!dir)
		return errno == EACCES || errno == EPERM ? RT_HOLDS_UNKNOWN : RT_HOLDS_NOT;
	char wanted[32];
	snprintf(wanted, sizeof(wanted), "socket:[%u]", socket);
	enum rt_holds holds = RT_HOLDS_NOT;
	struct dirent *entry;
	while (holds == RT_HOLDS_NOT && (entry = readdir(dir))) {
		char target[32];
		ssize_t n = readlinkat(dirfd(dir), entry->d_name, target, sizeof(target) - 1);

		target[n > 0 ? n : 0] = '\0';
		holds = strcmp(target, wanted) ? RT_HOLDS_NOT : RT_HOLDS;
	}
	closedir(dir);
	return holds;
}

/* Descendants. */

static void add_process(pid_t pid, void *arg)
{
	struct rt_family *f = arg;
	size_t room = f->room ? 2 * f->room : 256;
	struct rt_process p;

	if (!rt_process_read(pid, &p))
		return;
	if (f->count == f->room) {
		struct rt_process *more = realloc(f->member, room * sizeof(*more));
		if (!more)
			return;
		f->member = more;
		f->room = room;
	}
	f->member[f->count++] = p;
}

static int by_pid(const void *a, const void *b)
{
	const struct rt_process *x = a, *y = b;

	return (x->pid > y->pid) - (x->pid < y->pid);
}

static struct rt_process *find_process(const struct rt_family *f, pid_t pid)
{
	const struct rt_process key = {.pid = pid};

	return f->count ? bsearch(&key, f->member, f->count, sizeof(key), by_pid) : NULL;
}

/* Whether the way up leads to the root, past none that is left out. */
static bool descends(const struct rt_family *all, const struct rt_process *p, pid_t root,
		     rt_is_left_out *is_left_out, const void *arg)
{
	/* The table is no snapshot of one moment: a way up could go round in circles. */
	for (size_t steps = 0; p && steps <= all->count; steps++) {
		if (p->pid == root || (is_left_out && is_left_out(p, arg)))
			return false;
		if (p->parent == root)
			return true;
		p = find_process(all, p->parent);
	}
	return false;
}

static void add_children(struct rt_family *all, pid_t parent)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%ld/task", (long)parent);
	DIR *threads = opendir(path);
	if (!threads)
		return;
	struct dirent *entry;
	while ((entry = readdir(threads)))
		if (entry->d_name[0] != '.')
			each_child_of(parent, (pid_t)atol(entry->d_name), add_process, all);
	closedir(threads);
}

static void ignore(pid_t pid, void *arg)
{
	(void)pid;
	(void)arg;
}

/*
 * From the root downwards, which costs as much as the family is large, not the machine. A child that is
 * listed while a sibling of it ends may be missed; so it is done twice. False if the kernel doesn't tell.
 */
static bool add_family(struct rt_family *all, pid_t root)
{
	if (!each_child_of(getpid(), getpid(), ignore, NULL))
		return false;
	for (int round = 0; round < 2; round++) {
		size_t at = all->count;

		add_children(all, root);
		for (; at < all->count && all->count < FAMILY_MAX; at++)
			add_children(all, all->member[at].pid);
	}
	return true;
}

static void sort_once_each(struct rt_family *f)
{
	size_t kept = 0;

	if (f->count)
		qsort(f->member, f->count, sizeof(*f->member), by_pid);
	for (size_t i = 0; i < f->count; i++)
		if (!kept || f->member[kept - 1].pid != f->member[i].pid)
			f->member[kept++] = f->member[i];
	f->count = kept;
}

void rt_family_read(struct rt_family *f, pid_t root, rt_is_left_out *is_left_out, const void *arg)
{
	struct rt_family all = {0};

	f->count = 0;
	if (!add_family(&all, root))
		rt_each_process(add_process, &all);
	sort_once_each(&all);
	f->member = calloc(all.count + 1, sizeof(*f->member));
	f->room = f->member ? all.count + 1 : 0;
	for (size_t i = 0; f->room && i < all.count; i++)
		if (descends(&all, &all.member[i], root, is_left_out, arg))
			f->member[f->count++] = all.member[i];
	free(all.member);
}

void rt_family_free(struct rt_family *f)
{
	free(f->member);
	*f = (struct rt_family){0};
}

void rt_family_kill(pid_t root)
{
	struct rt_family family;

	rt_family_read(&family, root, NULL, NULL);
	for (size_t i = 0; i < family.count; i++)
		rt_process_signal(&family.member[i], SIGKILL);
	rt_family_free(&family);
}

bool rt_family_has(const struct rt_family *f, const struct rt_process *p)
{
	const struct rt_process *known = find_process(f, p->pid);

	return known && rt_process_is_same(known, p);
}

/* Who catches a signal. */

static bool is_in_set(pid_t pid, const char *set, int number)
{
	char text[4096];

	if (rt_process_text(pid, "status", text, sizeof(text)) <= 0)
		return false;
	char *at = strstr(text, set);
	return at && strtoull(at + strlen(set), NULL, 16) >> (number - 1) & 1;
}

/* Blocked for a signalfd, or for another thread's sigwait(), so it doesn't kill. A process also blocks
   all signals while it starts another, hence the second look. */
static bool waits_for(pid_t pid, int number)
{
	const struct timespec moment = {.tv_nsec = 10000000};

	if (!is_in_set(pid, "\nSigBlk:", number))
		return false;
	nanosleep(&moment, NULL);
	return is_in_set(pid, "\nSigBlk:", number);
}

struct catchers {
	pid_t group;
	int number;
	unsigned count;
};

/* The process is held by a pidfd while it is looked at, so the signal meets no successor of it. */
static void signal_if_caught(pid_t pid, void *arg)
{
	struct catchers *c = arg;
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);

	if (getpgid(pid) == c->group &&
	    (is_in_set(pid, "\nSigCgt:", c->number) || waits_for(pid, c->number))) {
		long failed = fd >= 0 ? syscall(SYS_pidfd_send_signal, fd, c->number, NULL, 0)
				      : kill(pid, c->number); /* a kernel before 5.3 */

		c->count += !failed;
	}
	if (fd >= 0)
		close(fd);
}

unsigned rt_signal_catchers(pid_t group, int number)
{
	struct catchers c = {.group = group, .number = number};

	rt_each_member(group, signal_if_caught, &c);
	return c.count;
}
