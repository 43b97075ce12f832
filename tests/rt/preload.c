/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A library to preload into the dynamic hpcc-rt-host:
 *
 * - the wall clock jumps an hour forth and back with every look at it; the
 *   monotonic clock goes on as it does;
 * - every kill() is checked: a process or group that is signalled has to be a
 *   child of the caller that nobody has reaped, or the file named by
 *   RT_PRELOAD_REPORT gets a line. Nothing is ever signalled by a stale pid.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

int clock_gettime(clockid_t id, struct timespec *ts)
{
	static unsigned looks;
	long result = syscall(SYS_clock_gettime, id, ts);

	if (id == CLOCK_REALTIME)
		ts->tv_sec += ++looks % 2 ? 3600 : -3600;
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
