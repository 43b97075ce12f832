/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Read from `scontrol show config`, in a child that has a time limit of its own:
 *
 *	ProctrackType           = proctrack/linuxproc
 *	SignalChildrenProcesses = yes
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/data/signalled.h"
#include "runtime/files.h"
#include "runtime/loop/spawn.h"

enum {
	SECONDS_TO_ANSWER = 5
};

static bool is_set_to(const char *line, const char *key, const char *value)
{
	size_t len = strlen(key);

	if (strncmp(line, key, len) != 0)
		return false;
	line += len + strspn(line + len, " ");
	if (*line++ != '=')
		return false;
	line += strspn(line, " ");
	len = strlen(value);
	return !strncasecmp(line, value, len) && strchr(" \n", line[len]);
}

/* An exit status: 0 if all are signalled. */
static int ask(void)
{
	const char *const argv[] = {"scontrol", "show", "config", NULL};
	struct rt_pool pool = {0};

	if (!freopen("/dev/null", "w", stderr))
		return 1;
	size_t len;
	const char *line = rt_output_of(&pool, argv, &len);
	while (line && *line) {
		if (is_set_to(line, "ProctrackType", "proctrack/linuxproc") ||
		    is_set_to(line, "SignalChildrenProcesses", "yes"))
			return 0;
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
	return 1;
}

bool rt_slurm_signals_all(void)
{
	const char *id = getenv("SLURM_JOB_ID");
	int status = 1;

	if (!id || !*id)
		return false;
	pid_t pid = fork();
	if (!pid) {
		rt_reset_signals();
		alarm(SECONDS_TO_ANSWER); /* what it has started dies with it */
		_exit(ask());
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return pid > 0 && status == 0;
}
