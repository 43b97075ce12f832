/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A library to preload into the dynamic hpcc-rt-host:
 *
 * - the wall clock jumps an hour forth and back with every look at it, or, with RT_PRELOAD_CLOCK=FILE, is off
 *   by as many seconds as stand in that file; the monotonic clock goes on as it does;
 * - every kill() is checked: a process or group that is signalled has to be a
 *   child of the caller that nobody has reaped, or the file named by
 *   RT_PRELOAD_REPORT gets a line. Nothing is ever signalled by a stale pid;
 * - in the supervisor the call that RT_PRELOAD_FAIL names fails, as if descriptors or processes had run
 *   out: always, or with RT_PRELOAD_EVERY=N each Nth time.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void report(const char *what, long a, long b)
{
	const char *path = getenv("RT_PRELOAD_REPORT");
	char text[128];
	int n = snprintf(text, sizeof(text), "%s %ld %ld (in %ld)\n", what, a, b, (long)getpid());
	int fd = path ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644) : -1;

	if (fd < 0)
		return;
	(void)!write(fd, text, (size_t)n);
	close(fd);
}

/* By so many seconds the wall clock is off. */
static long clock_error(void)
{
	static unsigned looks;
	const char *path = getenv("RT_PRELOAD_CLOCK");
	char text[24] = "";
	int fd;

	if (!path)
		return ++looks % 2 ? 3600 : -3600;
	fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
	if (fd < 0)
		return 0;
	(void)!read(fd, text, sizeof(text) - 1);
	close(fd);
	return atol(text);
}

int clock_gettime(clockid_t id, struct timespec *ts)
{
	long result = syscall(SYS_clock_gettime, id, ts);

	if (id == CLOCK_REALTIME)
		ts->tv_sec += clock_error();
	return (int)result;
}

int kill(pid_t pid, int number)
{
	pid_t target = pid < 0 ? -pid : pid;
	siginfo_t info;
	int saved = errno;

	if (target <= 1 || waitid(P_PID, (id_t)target, &info, WEXITED | WNOHANG | WNOWAIT))
		report("kill", pid, number);
	errno = saved;
	return (int)syscall(SYS_kill, pid, number);
}

/* The verb is the program's first argument. */
static bool is_supervisor(void)
{
	static int known = -1;
	char text[4096];
	int fd;
	ssize_t n;

	if (known >= 0)
		return known;
	fd = (int)syscall(SYS_openat, AT_FDCWD, "/proc/self/cmdline", O_RDONLY | O_CLOEXEC, 0);
	n = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	known = n > 0 && !strcmp(text + strlen(text) + 1, "supervise");
	return known;
}

static bool fails(const char *call, int error)
{
	const char *name = getenv("RT_PRELOAD_FAIL"), *every = getenv("RT_PRELOAD_EVERY");
	static unsigned calls;

	if (!name || strcmp(name, call) || !is_supervisor() ||
	    ++calls % (every ? (unsigned)atoi(every) : 1))
		return false;
	errno = error;
	return true;
}

int inotify_init1(int flags)
{
	return fails("inotify_init1", EMFILE) ? -1 : (int)syscall(SYS_inotify_init1, flags);
}

int inotify_add_watch(int fd, const char *path, uint32_t mask)
{
	return fails("inotify_add_watch", ENOSPC)
		       ? -1
		       : (int)syscall(SYS_inotify_add_watch, fd, path, mask);
}

int socket(int domain, int type, int protocol)
{
	return fails("socket", EMFILE) ? -1 : (int)syscall(SYS_socket, domain, type, protocol);
}

int epoll_ctl(int epoll, int what, int fd, struct epoll_event *event)
{
	return fails("epoll_ctl", ENOMEM) ? -1
					  : (int)syscall(SYS_epoll_ctl, epoll, what, fd, event);
}

int pipe2(int ends[2], int flags)
{
	return fails("pipe2", EMFILE) ? -1 : (int)syscall(SYS_pipe2, ends, flags);
}

pid_t fork(void)
{
	pid_t (*real)(void);

	*(void **)&real = dlsym(RTLD_NEXT, "fork");
	return fails("fork", EAGAIN) ? -1 : real();
}

int openat(int folder, const char *path, int flags, ...)
{
	unsigned mode = 0;
	va_list args;

	if (flags & O_CREAT) {
		va_start(args, flags);
		mode = va_arg(args, unsigned);
		va_end(args);
	}
	return fails("openat", EMFILE) ? -1 : (int)syscall(SYS_openat, folder, path, flags, mode);
}
