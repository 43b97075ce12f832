/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether the job ends because its time is up, or a component of it has ended by itself. The TERM that says so looks like any other, and the
 * end time that the job began with may have been moved since; so Slurm is asked.
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

static bool is_time_up(const char *job_id)
{
	const char *const argv[] = {"squeue",       "--noheader",  "--jobs", job_id,
				    "--states=all", "--format=%r", NULL};
	struct rt_pool pool = {0};
	size_t len;
	const char *text = rt_output_of(&pool, argv, &len);

	return text && !strncmp(text, "TimeLimit", strlen("TimeLimit"));
}

void rt_limit_ask(struct rt_sup *sup)
{
	if (sup->table.scheduler != RT_SLURM || sup->limit_asked)
		return;
	pid_t pid = rt_ask_apart(is_time_up, sup->job_id);
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
	return rt_ask(is_time_up, job_id);
}

static bool is_over(const char *job_id)
{
	static const char *const going[] = {"RUNNING",  "SUSPENDED", "STOPPED",
					    "RESIZING", "SIGNALING", "STAGE_OUT"};
	const char *const argv[] = {"squeue",       "--noheader",  "--jobs", job_id,
				    "--states=all", "--format=%T", NULL};
	struct rt_pool pool = {0};
	size_t len;
	const char *text = rt_output_of(&pool, argv, &len);

	for (size_t i = 0; text && i < sizeof(going) / sizeof(going[0]); i++)
		if (!strncmp(text, going[i], strlen(going[i])))
			return false;
	return text && *text >= 'A' && *text <= 'Z';
}

pid_t rt_part_ask(struct rt_sup *sup, uint32_t service)
{
	const struct rt_service_def *def = &sup->table.service[service];

	/* With the first one the script ends, too. */
	if (sup->table.scheduler != RT_SLURM || !def->part || sup->core.phase != RT_JOB_RUNNING ||
	    sup->core.service[service].stopping || sup->proc[service].is_part_gone)
		return 0;
	return rt_ask_apart(is_over, sup->proc[service].job_id);
}

void rt_part_answered(struct rt_sup *sup, uint32_t service, int status)
{
	const struct rt_service_def *def = &sup->table.service[service];
	struct rt_proc *p = &sup->proc[service];

	if (status || p->is_part_gone)
		return;
	rt_say("component '%s' (job %s) has ended before the job", def->part_name, p->job_id);
	for (uint32_t i = 0; i < sup->table.count; i++)
		if (sup->table.service[i].part == def->part)
			sup->proc[i].is_part_gone = true;
}
