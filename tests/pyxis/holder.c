/* SPDX-License-Identifier: Apache-2.0 */
/*
 * With squashfuse the image isn't unpacked but mounted by a program, which lives as long as the
 * process that Pyxis started the container with: a stopped child of the task, there before the
 * command is. When it ends, the image's files are gone. Here a process below it takes them away.
 *
 *	task --- holder (stopped) --- guard: waits for the holder's end, removes the file system
 */
#include "tests/pyxis/standin.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Nothing of the task stays open: its output ends when it does. */
static void detach(int kept)
{
	int null = open("/dev/null", O_RDWR);
	sigset_t none;

	for (int fd = 0; fd <= 2; fd++)
		dup2(null, fd);
	for (int fd = 3; fd < 1024; fd++)
		if (fd != kept)
			close(fd);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (int number = 1; number < 32; number++)
		signal(number, SIG_DFL);
}

static void guard(int end, const char *rootfs)
{
	char byte;

	detach(end);
	setpgid(0, 0);
	prctl(PR_SET_NAME, "fuse-guard");
	if (read(end, &byte, 1) == 0)
		execl("/bin/rm", "rm", "-rf", "--one-file-system", rootfs, NULL);
	_exit(1);
}

static void hold(const char *rootfs)
{
	int ends[2];
	pid_t pid;

	prctl(PR_SET_NAME, "fuse-holder");
	if (pipe(ends) != 0)
		_exit(1);
	pid = fork();
	if (pid == 0) {
		close(ends[1]);
		guard(ends[0], rootfs);
	}
	detach(ends[1]);
	raise(SIGSTOP);
	_exit(0);
}

pid_t holder_start(const struct step *step)
{
	char *rootfs = rootfs_path(step);
	pid_t pid = fork();
	int status;

	if (pid == 0)
		hold(rootfs);
	if (pid > 0 && (waitpid(pid, &status, WUNTRACED) != pid || !WIFSTOPPED(status)))
		pid = -1;
	return pid;
}
