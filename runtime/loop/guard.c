/* SPDX-License-Identifier: Apache-2.0 */
/* The guard of the supervisor. */
#include "runtime/loop/guard.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "runtime/files.h"
#include "runtime/loop/processes.h"
#include "runtime/core/words.h"

static pid_t guard; /* set once, before the supervisor begins */

int rt_guard_signal(void)
{
	return SIGRTMAX - 1;
}

bool rt_guard_is_gone(void)
{
	return guard && getppid() != guard;
}

static void kill_child(pid_t pid, void *arg)
{
	(void)arg;
	kill(pid, SIGKILL);
}

void rt_guard_kill_all(int seconds)
{
	int64_t until = rt_now() + seconds * INT64_C(1000000000);
	struct timespec pause = {.tv_nsec = 50000000};
	sigset_t children;

	sigemptyset(&children);
	sigaddset(&children, SIGCHLD);
	while (rt_now() < until) {
		/* In rounds: the children of what was killed become ours only then. */
		rt_each_child(kill_child, NULL);
		pid_t pid;
		while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
			;
		if (pid < 0 && errno == ECHILD)
			return;
		sigtimedwait(&children, NULL, &pause);
	}
}

/* The supervisor ended; by itself, with everything in order, or not. */
static int status_of_end(int wait_status)
{
	if (WIFEXITED(wait_status))
		return WEXITSTATUS(wait_status);
	rt_say("the supervisor was ended by signal %s; ending what it had started",
	       rt_signal_name(WTERMSIG(wait_status)));
	rt_guard_kill_all(10);
	return 128 + WTERMSIG(wait_status);
}

static _Noreturn void stay(pid_t supervisor, pid_t parent, const sigset_t *set)
{
	/* What the shell put into the background before us may have ended unheard: reap first. */
	for (int number = SIGCHLD;; number = sigwaitinfo(set, NULL)) {
		/* The supervisor is signalled only while it has not been reaped. */
		if (number > 0 && number != SIGCHLD && number != rt_guard_signal())
			kill(supervisor, number);
		/* The script is gone. (The signal also comes when a mere thread of it ends.) */
		if (number == rt_guard_signal() && getppid() != parent)
			kill(supervisor, number);
		int wait_status;
		pid_t pid;
		while ((pid = waitpid(-1, &wait_status, WNOHANG)) > 0)
			if (pid == supervisor)
				_exit(status_of_end(wait_status));
	}
}

bool rt_guard_fork(void)
{
	static const int passed[] = {SIGTERM, SIGINT,  SIGHUP, SIGQUIT,
				     SIGUSR1, SIGUSR2, SIGURG, SIGCHLD};
	pid_t parent = getppid();
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, rt_guard_signal());
	for (size_t i = 0; i < sizeof(passed) / sizeof(passed[0]); i++) {
		/* bash leaves INT and QUIT ignored for background jobs: then they would not come. */
		signal(passed[i], SIG_DFL);
		sigaddset(&set, passed[i]);
	}
	sigprocmask(SIG_SETMASK, &set, NULL);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	guard = getpid();
	pid_t supervisor = fork();
	if (supervisor < 0) {
		guard = 0;
		return false;
	}
	if (!supervisor) {
		prctl(PR_SET_PDEATHSIG, rt_guard_signal());
		if (rt_guard_is_gone())
			_exit(128 + SIGKILL);
		return true;
	}
	prctl(PR_SET_PDEATHSIG, rt_guard_signal());
	stay(supervisor, parent, &set);
}
