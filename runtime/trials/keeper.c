/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keeper of a trial: a process of the agent that starts the script, waits for it, ends what it has
 * left behind, and writes the mark of its end. It holds the trial's lock, and so does the script: nobody
 * starts the trial anew while either lives.
 *
 *	TERM   is passed on to the script
 *	QUIT   ends everything
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ir/files.gen.h"
#include "runtime/files.h"
#include "runtime/loop/guard.h"
#include "runtime/loop/spawn.h"
#include "runtime/trials/agent.h"

enum {
	SWEEP_S = 10 /* for what a trial has left to be gone */
};

struct launch {
	const struct rt_agent *agent;
	const struct rt_agent_slot *slot;
	uint32_t number; /* of the slot */
};

/* What names the step that the agent is would make MPI and others take a trial for a part of it. */
static bool is_of_step(const char *variable)
{
	static const char *const kept[] = {
		"SLURM_JOB_ID=",      "SLURM_JOB_NAME=",      "SLURM_JOB_USER=",
		"SLURM_JOB_ACCOUNT=", "SLURM_JOB_PARTITION=", "SLURM_CLUSTER_NAME=",
		"SLURM_CONF=",        "SLURM_TMPDIR="};

	if (strncmp(variable, "SLURM_", 6) && strncmp(variable, "PMI", 3) &&
	    strncmp(variable, "SRUN_", 5))
		return false;
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if (!strncmp(variable, kept[i], strlen(kept[i])))
			return false;
	return true;
}

static void remove_step(struct rt_variables *v)
{
	char name[128];

	for (size_t i = 0; i < v->count;) {
		size_t len = strcspn(v->list[i], "=");

		if (len >= sizeof(name) || !is_of_step(v->list[i])) {
			i++;
			continue;
		}
		memcpy(name, v->list[i], len);
		name[len] = '\0';
		rt_variable_remove(v, name);
	}
}

static void set_number(struct rt_variables *v, const char *name, uint32_t number)
{
	char text[16];

	snprintf(text, sizeof(text), "%u", number);
	rt_variable_set(v, name, text);
}

static void set_gpus(struct rt_variables *v, const struct launch *l)
{
	char list[RT_AGENT_GPUS * 48] = "";
	size_t len = 0;

	for (uint32_t i = 0; i < l->agent->share.gpus; i++)
		if (l->agent->gpu_user[i] == l->number + 1 && len < sizeof(list) - 48)
			len += (size_t)snprintf(list + len, 48, "%s%s", len ? "," : "",
						l->agent->gpu[i]);
	if (!l->agent->share.gpus)
		return;
	rt_variable_set(v, "CUDA_VISIBLE_DEVICES", list);
	rt_variable_set(v, "ROCR_VISIBLE_DEVICES", list);
}

/* A script for Slurm finds its own nodes where it would find those of the job. */
static void set_nodes(struct rt_variables *v, const struct launch *l)
{
	const struct rt_trial_def *def = l->slot->def;
	struct rt_pool pool = {0};

	if (def->nodes == 1) {
		rt_variable_set(v, "HPCC_TRIAL_NODES", l->agent->name);
		return;
	}
	size_t len;
	char *list = rt_read_plain(&pool, rt_pool_format(&pool, "%s/" RT_TRIAL_NODES, def->folder),
				   &len);
	for (char *p = list; p && (p = strchr(p, '\n'));)
		*p = p[1] ? ',' : '\0';
	rt_variable_set(v, "HPCC_TRIAL_NODES", list ? list : "");
	rt_variable_set(v, "SLURM_JOB_NODELIST", list ? list : "");
	set_number(v, "SLURM_JOB_NUM_NODES", def->nodes);
	set_number(v, "SLURM_NNODES", def->nodes);
	rt_pool_free(&pool);
}

static void set_variables(struct rt_variables *v, const void *arg)
{
	const struct launch *l = arg;

	remove_step(v);
	rt_variable_set(v, "HPCC_JOB_ID", l->slot->def->id);
	rt_variable_set(v, "HPCC_TRIAL", l->slot->def->id);
	set_number(v, "HPCC_TRIAL_ATTEMPT", l->slot->attempt);
	set_number(v, "HPCC_TRIAL_CPUS", l->slot->def->share.cpus);
	rt_variable_remove(v, "HPCC_SCRIPT");
	if (l->agent->program)
		rt_variable_set(v, "HPCC_RT", l->agent->program);
	set_nodes(v, l);
	set_gpus(v, l);
}

static void pin(const struct launch *l)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	for (uint32_t i = 0; i < l->agent->share.cpus; i++)
		if (l->agent->cpu_user[i] == l->number + 1)
			CPU_SET(l->agent->cpu[i], &set);
	if (l->agent->can_pin)
		sched_setaffinity(0, sizeof(set), &set);
}

/* Its status. */
static int wait_for(pid_t script)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGQUIT);
	for (;;) {
		int status;
		pid_t pid;

		while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
			if (pid == script)
				return WIFEXITED(status) ? WEXITSTATUS(status)
							 : 128 + WTERMSIG(status);
		int number = sigwaitinfo(&set, NULL);
		if (number == SIGQUIT)
			return 128 + SIGKILL;
		if (number == SIGTERM)
			kill(script, SIGTERM);
	}
}

static int keep(const struct launch *l, int log)
{
	const char *const argv[] = {"bash", l->slot->def->script, NULL};
	struct rt_spawn s = {.argv = argv,
			     .output = log,
			     .only_out = -1,
			     .set_variables = set_variables,
			     .arg = l};

	pin(l);
	pid_t script = rt_spawn(&s);
	if (script < 0) {
		rt_say("trial '%s': %s", l->slot->def->id, strerror(errno));
		return 126;
	}
	struct rt_trial_mark mark = {.attempt = l->slot->attempt, .status = wait_for(script)};
	rt_guard_kill_all(SWEEP_S);
	if (!rt_trial_mark_write(l->slot->def->folder, &mark))
		rt_say("trial '%s': can't write the mark of its end: %s", l->slot->def->id,
		       strerror(errno));
	return mark.status;
}

pid_t rt_keeper_start(struct rt_agent *a, uint32_t slot, int lock)
{
	struct launch l = {.agent = a, .slot = &a->slot[slot], .number = slot};
	char path[4096];
	pid_t own = getpid();

	snprintf(path, sizeof(path), "%s/" JOB_FILE_BATCH_LOG, l.slot->def->folder);
	int log = rt_open_plain(AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, 0600);
	pid_t pid = log < 0 ? -1 : fork();
	if (!pid) {
		/* Who holds the connection would hide from the runner that the agent is gone. */
		close(a->wire.fd);
		close(a->signals);
		setpgid(0, 0);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_CHILD_SUBREAPER, 1);
		fcntl(lock, F_SETFD, 0);
		_exit(getppid() == own ? keep(&l, log) : 128 + SIGKILL);
	}
	int saved = errno;
	if (log >= 0)
		close(log);
	errno = saved;
	return pid;
}
