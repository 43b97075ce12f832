/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether the job ends because its time is up. The TERM that says so looks like any other, and the
 * end time that the job began with may have been moved since; so Slurm is asked, in a child that has a
 * time limit of its own.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/files.h"
#include "runtime/loop/spawn.h"
#include "runtime/loop/sup.h"
#include "runtime/verbs.h"

enum {
	SECONDS_TO_ANSWER = 5
};

/* An exit status: 0 if the time is up. */
static int ask(const char *job_id)
{
	const char *const argv[] = {"squeue",       "--noheader",  "--jobs", job_id,
				    "--states=all", "--format=%r", NULL};
	struct rt_pool pool = {0};

	if (!freopen("/dev/null", "w", stderr))
		return 1;
	size_t len;
	const char *text = rt_output_of(&pool, argv, &len);
	return !text || strncmp(text, "TimeLimit", strlen("TimeLimit")) != 0;
}

static pid_t ask_in_child(const char *job_id)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	rt_reset_signals();
	alarm(SECONDS_TO_ANSWER); /* what it has started dies with it */
	_exit(ask(job_id));
}

void rt_limit_ask(struct rt_sup *sup)
{
	if (sup->table.scheduler != RT_SLURM || sup->limit_asked)
		return;
	pid_t pid = ask_in_child(sup->job_id);
	if (pid < 0)
		return;
	sup->limit_asked = pid;
	rt_child_add(sup, pid, RT_CHILD_LIMIT, 0, 0, RT_NEVER);
}

void rt_limit_answered(struct rt_sup *sup, int status)
{
	sup->limit_answered = true;
	sup->is_timeout = !status;
	if (sup->is_timeout)
		rt_say("the job has reached its time limit");
}

void rt_limit_wait(struct rt_sup *sup)
{
	int status = 1;

	if (sup->limit_asked && !sup->limit_answered &&
	    waitpid(sup->limit_asked, &status, 0) == sup->limit_asked)
		rt_limit_answered(sup, WIFEXITED(status) ? WEXITSTATUS(status) : 1);
}

bool rt_limit_is_reached(const char *job_id)
{
	pid_t pid = ask_in_child(job_id);
	int status = 1;

	return pid > 0 && waitpid(pid, &status, 0) == pid && !status;
}
