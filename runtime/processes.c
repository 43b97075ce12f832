/* SPDX-License-Identifier: Apache-2.0 */
/* Looking at processes through /proc. */
#include "runtime/processes.h"

#include <dirent.h>
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

static ssize_t read_proc(pid_t pid, const char *name, char *text, size_t room)
{
	char path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%ld/%s", (long)pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	n = read(fd, text, room - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	return n;
}

/* Parent and group from /proc/PID/stat; the command in it may hold anything, a ')' included. */
static bool read_stat(pid_t pid, long *parent, long *group)
{
	char text[1024], *end;

	if (read_proc(pid, "stat", text, sizeof(text)) <= 0)
		return false;
	end = strrchr(text, ')');
	if (!end || strlen(end) < 4)
		return false;
	*parent = strtol(end + 3, &end, 10); /* behind ") S" */
	*group = strtol(end, &end, 10);
	return true;
}

static void each_process(void (*visit)(pid_t pid, void *arg), void *arg)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;

	if (!proc)
		return;
	while ((entry = readdir(proc)))
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
			visit((pid_t)atol(entry->d_name), arg);
	closedir(proc);
}

struct wanted {
	long parent, group;
	void (*visit)(pid_t pid, void *arg);
	void *arg;
};

static void visit_wanted(pid_t pid, void *arg)
{
	const struct wanted *w = arg;
	long parent, group;

	if (!read_stat(pid, &parent, &group))
		return;
	if ((w->parent && parent == w->parent) || (w->group && group == w->group))
		w->visit(pid, w->arg);
}

void rt_each_child(void (*visit)(pid_t pid, void *arg), void *arg)
{
	struct wanted w = {.parent = getpid(), .visit = visit, .arg = arg};
	char path[64], text[4096];
	long pid = 0;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/self/task/%ld/children", (long)getpid());
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		/* A kernel without CONFIG_PROC_CHILDREN: the long way. */
		each_process(visit_wanted, &w);
		return;
	}
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
}

void rt_each_member(pid_t group, void (*visit)(pid_t pid, void *arg), void *arg)
{
	struct wanted w = {.group = group, .visit = visit, .arg = arg};

	each_process(visit_wanted, &w);
}

static bool is_in_set(pid_t pid, const char *set, int number)
{
	char text[4096], *at;

	if (read_proc(pid, "status", text, sizeof(text)) <= 0)
		return false;
	at = strstr(text, set);
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
