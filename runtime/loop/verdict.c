/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a service's end means. The launcher's status (srun's, under Slurm) says little: what the tasks
 * say of themselves in their marks comes first, then what Slurm has written into the log.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/files.h"
#include "runtime/loop/peers.h"
#include "runtime/loop/sup.h"
#include "ir/files.gen.h"

enum {
	LOG_END = 8192, /* of a log: more than the launcher says at its end */
	STEP_OOM = 253  /* srun's status for a step that ran out of memory */
};

/* The end of what this launch has written. */
static void read_log_end(const struct rt_sup *sup, uint32_t service, char text[LOG_END + 1])
{
	const struct rt_proc *p = &sup->proc[service];
	int fd = p->log_path ? rt_open_plain(AT_FDCWD, p->log_path, O_RDONLY | O_NOFOLLOW, 0) : -1;

	text[0] = '\0';
	if (fd < 0)
		return;
	off_t from = lseek(fd, 0, SEEK_END) - LOG_END;
	ssize_t n = pread(fd, text, LOG_END, from > p->log_from ? from : p->log_from);
	close(fd);
	for (ssize_t i = 0; i < n; i++)
		if (!text[i])
			text[i] = ' ';
	text[n > 0 ? n : 0] = '\0';
}

static bool has_any(const char *text, const char *const *phrases)
{
	for (; *phrases; phrases++)
		if (strstr(text, *phrases))
			return true;
	return false;
}

/* Slurm's own lines: "slurmstepd-n1: error: Detected 1 oom_kill event", "srun: error: n1: task 0: Out Of
   Memory". The program may write such words as well. */
static bool slurm_says_oom(const struct rt_sup *sup, uint32_t service)
{
	static const char *const oom[] = {"oom-kill", "oom_kill", "Out Of Memory", NULL};
	char text[LOG_END + 1];

	read_log_end(sup, service, text);
	char *save;
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if ((!strncmp(line, "slurmstepd", 10) || !strncmp(line, "srun: error:", 12)) &&
		    has_any(line, oom))
			return true;
	return false;
}

bool rt_marks_can_be_written(const struct rt_sup *sup)
{
	struct rt_mark mark = {.pid = getpid(), .host = "probe"};
	bool good = rt_mark_write(sup->dir, ".probe.0", RT_MARK_START, &mark);
	char path[RT_MARK_PATH_ROOM];
	snprintf(path, sizeof(path), "%s/" JOB_FOLDER_MARKS "/.probe.0.0.start", sup->dir);
	unlink(path);
	return good;
}

bool rt_step_was_refused(struct rt_sup *sup, uint32_t service)
{
	static const char *const passing[] = {
		"temporarily", /* disabled, unable, unavailable */
		"presently disabled",  "Unable to contact slurm controller",
		"timed out",           "Communication connection failure",
		"Zero Bytes were",     "standby mode",
		"rate limit exceeded", NULL};
	uint32_t tasks = sup->table.service[service].tasks;
	char text[LOG_END + 1], *save;

	if (sup->table.scheduler != RT_SLURM || !tasks)
		return false;
	if (rt_tasks_read(sup, service)->count[RT_MARK_START])
		return false;
	read_log_end(sup, service, text);
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (!strncmp(line, "srun: error:", 12) && has_any(line, passing))
			return true;
	return false;
}

static void judge_without_marks(const struct rt_sup *sup, struct rt_event *e)
{
	static const char *const no_step[] = {"Unable to create step", "unrecognized option",
					      "srun: fatal", "Unable to allocate", NULL};

	if (sup->table.scheduler != RT_SLURM || !rt_marks_can_be_written(sup))
		return;
	/* srun reports 0 for a step that was aborted before any task began. */
	if (!e->status)
		e->status = 1;
	char text[LOG_END + 1];
	read_log_end(sup, e->service, text);
	e->verdict = has_any(text, no_step) ? RT_V_STEP_NOT_CREATED : RT_V_NOT_STARTED;
}

/*
 * The tasks' own status, where they tell all: each has ended and left a mark, or the launcher says the
 * same. One that ended well although it was told to stop ended well, whatever srun makes of that.
 */
static void take_own_status(const struct rt_sup *sup, struct rt_event *e,
			    const struct rt_mark_sum *sum, uint32_t tasks)
{
	bool is_whole = sum->count[RT_MARK_EXIT] && sum->count[RT_MARK_EXIT] == tasks;
	bool is_stopping = sup->core.service[e->service].stopping;

	if (!(is_whole && (sum->status || is_stopping)) &&
	    !(sum->count[RT_MARK_EXIT] && (!e->status || sum->highest == e->status)))
		return;
	e->status = sum->status;
	e->signal = sum->signal;
}

/* A KILL, or a step that Slurm calls failed though its tasks don't: was that for memory? */
static bool is_oom(const struct rt_sup *sup, const struct rt_event *e,
		   const struct rt_mark_sum *sum)
{
	bool is_slurm = sup->table.scheduler == RT_SLURM;

	if (!e->status || sup->core.service[e->service].killing)
		return false;
	if (is_slurm && e->status == STEP_OOM)
		return true;
	if (e->signal != SIGKILL && e->status != 128 + SIGKILL &&
	    (!sum->count[RT_MARK_EXIT] || sum->status))
		return false;
	return sum->oom || (is_slurm && slurm_says_oom(sup, e->service));
}

static void take_usage(struct rt_proc *p, const struct rt_mark_sum *sum)
{
	p->used = sum->usage;
	p->is_used_known = sum->count[RT_MARK_EXIT] > 0;
	rt_usage_add(&p->used_in_all, &sum->usage);
}

void rt_judge_exit(struct rt_sup *sup, struct rt_exit *x, int wait_status)
{
	struct rt_event *e = &x->event;
	uint32_t tasks = sup->table.service[e->service].tasks;
	const struct rt_mark_sum *sum = rt_tasks_read(sup, e->service);

	e->signal = WIFSIGNALED(wait_status) ? WTERMSIG(wait_status) : 0;
	e->status = e->signal ? 128 + e->signal : WEXITSTATUS(wait_status);
	if (tasks) {
		take_own_status(sup, e, sum, tasks);
		take_usage(&sup->proc[e->service], sum);
		if (sum->last_exit && sum->last_exit - sup->stood_still < x->at)
			x->at = sum->last_exit - sup->stood_still;
	}
	e->verdict = e->signal ? RT_V_APP_SIGNAL : e->status ? RT_V_APP_EXIT : RT_V_COMPLETED;
	if (tasks && !sum->count[RT_MARK_START])
		judge_without_marks(sup, e);
	else if (tasks && sum->count[RT_MARK_EXIT] == sum->count[RT_MARK_START] && !sum->ran)
		e->verdict = RT_V_NOT_STARTED;
	if (is_oom(sup, e, sum))
		e->verdict = RT_V_OOM;
	/* What ends well of Slurm's TERM hasn't done what it was to do. */
	if (sup->proc[e->service].is_part_gone && !sup->core.service[e->service].stopping) {
		e->verdict = RT_V_COMPONENT_ENDED;
		if (!e->status)
			e->status = 128 + SIGTERM;
	}
}
