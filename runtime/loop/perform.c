/* SPDX-License-Identifier: Apache-2.0 */
/* Carrying out what the core decided: launches, hooks, signals, kills. */
#include "runtime/loop/sup.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "runtime/files.h"
#include "runtime/loop/peers.h"
#include "runtime/loop/processes.h"
#include "runtime/loop/spawn.h"
#include "runtime/loop/times.h"
#include "runtime/core/words.h"
#include "ir/files.gen.h"

#define TOOL_LIMIT (10 * RT_SECOND)
#define KILL_STEP  (2 * RT_SECOND)
/* Marks are told of by inotify; a mark that cannot be written is not, hence a look now and then. */
#define MARK_PAUSE (30 * RT_SECOND)

void rt_marks_watch(struct rt_sup *sup)
{
	if (sup->inotify < 0 || sup->marks_watch >= 0)
		return;
	char path[4096];
	snprintf(path, sizeof(path), "%s/" JOB_FOLDER_MARKS, sup->dir);
	sup->marks_watch = inotify_add_watch(sup->inotify, path, IN_MOVED_TO);
	if (sup->marks_watch < 0)
		sup->marks_polled = true;
}

static void answer(struct rt_sup *sup, const struct rt_event *event)
{
	uint32_t at = (sup->queue_head + sup->queue_len++) % sup->queue_room;

	sup->queue[at] = *event;
}

/* The service's log, emptied when this job first writes to it. -1: nowhere to write. */
int rt_open_log(struct rt_sup *sup, uint32_t service)
{
	struct rt_proc *p = &sup->proc[service];
	int flags = O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | (p->log_begun ? 0 : O_TRUNC);

	if (!p->log_path)
		return open("/dev/null", O_WRONLY | O_CLOEXEC);
	int fd = rt_open_plain(AT_FDCWD, p->log_path, flags, 0644);
	if (fd < 0) {
		if (!p->log_refused)
			rt_say("service '%s' runs without a log: %s: %s",
			       sup->table.service[service].name, p->log_path,
			       rt_open_fault(p->log_path));
		p->log_refused = true;
		return open("/dev/null", O_WRONLY | O_CLOEXEC);
	}
	p->log_begun = true;
	rt_times_follow(sup, service);
	return fd;
}

static void cannot_start(struct rt_sup *sup, const struct rt_action *a, const char *what,
			 enum rt_event_kind kind)
{
	struct rt_event e = {.kind = kind,
			     .service = a->service,
			     .run = a->run,
			     .status = 126,
			     .verdict = RT_V_NOT_STARTED};

	rt_say("cannot start %s of service '%s': %s", what, sup->table.service[a->service].name,
	       strerror(errno));
	answer(sup, &e);
}

/* However often a service begins again, its marks stay few: events.jsonl keeps what they said. Those of
   the launch before the last are looked for, too, since a shim may write after its launch was judged. */
static void remove_old_marks(const struct rt_sup *sup, const struct rt_action *a)
{
	const struct rt_service_def *def = &sup->table.service[a->service];
	char prefix[sizeof(sup->proc->prefix)];

	for (uint32_t run = a->run > 2 ? a->run - 2 : 1; run < a->run; run++) {
		snprintf(prefix, sizeof(prefix), "%s.%u", def->token, run);
		rt_mark_remove(sup->dir, prefix, def->tasks);
	}
}

bool rt_start_process(struct rt_sup *sup, uint32_t service)
{
	const struct rt_service_def *def = &sup->table.service[service];
	struct rt_proc *p = &sup->proc[service];
	struct rt_launch_facts facts = {.sup = sup, .service = service};
	struct rt_spawn s = {.script = {sup->prelude, p->function, def->run},
			     .only_out = -1,
			     .session = true,
			     .set_variables = rt_facts_variables,
			     .arg = &facts};
	int log = rt_open_log(sup, service);

	p->log_from = log >= 0 ? lseek(log, 0, SEEK_END) : 0;
	rt_probe_launch(sup, service, log);
	s.output = log;
	p->pid = rt_spawn(&s);
	int error = errno;
	if (log >= 0)
		close(log);
	errno = error;
	if (p->pid < 0) {
		p->pid = 0;
		return false;
	}
	p->last_pid = p->pid;
	rt_child_add(sup, p->pid, RT_CHILD_SERVICE, service, sup->core.service[service].launches,
		     RT_NEVER);
	if (def->tasks) {
		p->poll_pause = sup->marks_polled ? RT_SECOND / 20 : RT_SECOND;
		rt_due_at(sup, service, RT_DUE_MARKS, sup->now + p->poll_pause);
	}
	return true;
}

static void launch(struct rt_sup *sup, const struct rt_action *a)
{
	struct rt_proc *p = &sup->proc[a->service];
	struct rt_event e = {.kind = RT_EV_LAUNCHED, .service = a->service, .run = a->run};

	if (rt_launch_has_to_wait(sup, a->service))
		return;
	remove_old_marks(sup, a);
	snprintf(p->prefix, sizeof(p->prefix), "%s.%u", sup->table.service[a->service].token,
		 a->run);
	p->step[0] = '\0';
	p->kill_stage = 0;
	p->scancel_status = 0;
	p->refusals = 0;
	rt_due_at(sup, a->service, RT_DUE_KILL, RT_NEVER);
	rt_due_at(sup, a->service, RT_DUE_MARKS, RT_NEVER);
	p->ended_wall = p->ready_wall = 0;
	p->unmarkable = false;
	rt_peers_launch(sup, a->service);
	rt_net_look_for_listener(sup, a->service);
	if (rt_start_process(sup, a->service))
		answer(sup, &e);
	else
		cannot_start(sup, a, "the process", RT_EV_EXIT);
}

static void run_hook(struct rt_sup *sup, const struct rt_action *a)
{
	struct rt_proc *p = &sup->proc[a->service];
	struct rt_launch_facts facts = {.sup = sup, .service = a->service, .hook = a};
	char path[RT_MARK_PATH_ROOM];
	const char *const argv[] = {"/bin/bash", "-eu", "-o", "pipefail", path, NULL};
	struct rt_spawn s = {
		.argv = argv, .only_out = -1, .set_variables = rt_facts_variables, .arg = &facts};
	int log = rt_open_log(sup, a->service);

	snprintf(path, sizeof(path), "%s%s%s", a->text[0] == '/' ? "" : sup->dir,
		 a->text[0] == '/' ? "" : "/", a->text);
	s.output = log;
	p->hook_kind = a->hook;
	p->hook = rt_spawn(&s);
	if (log >= 0)
		close(log);
	if (p->hook < 0) {
		p->hook = 0;
		cannot_start(sup, a, rt_hook_name(a->hook), RT_EV_HOOK);
		return;
	}
	rt_child_add(sup, p->hook, RT_CHILD_HOOK, a->service, a->run, RT_NEVER);
}

static void run_publish(struct rt_sup *sup, const struct rt_action *a)
{
	struct rt_proc *p = &sup->proc[a->service];
	struct rt_launch_facts facts = {.sup = sup, .service = a->service};
	struct rt_spawn s = {.script = {sup->prelude, p->publish_function,
					sup->table.service[a->service].publish},
			     .output = -1,
			     .only_out = -1,
			     .set_variables = rt_facts_variables,
			     .arg = &facts};

	p->publish = rt_spawn(&s);
	if (p->publish < 0) {
		p->publish = 0;
		cannot_start(sup, a, "the publication", RT_EV_PUBLISHED);
		return;
	}
	rt_child_add(sup, p->publish, RT_CHILD_PUBLISH, a->service, a->run, RT_NEVER);
}

void rt_say_scancel(const struct rt_sup *sup, uint32_t service, int status)
{
	rt_say("scancel for service '%s' ended with status %d", sup->table.service[service].name,
	       status);
}

/* The step of the present launch, learned from a start mark; NULL while there is none. */
static const char *step_of(struct rt_sup *sup, uint32_t service)
{
	struct rt_proc *p = &sup->proc[service];

	if (!p->step[0])
		memcpy(p->step, rt_tasks_read(sup, service)->step, sizeof(p->step));
	return p->step[0] ? p->step : NULL;
}

/*
 * A signal to the tasks of a step. srun itself cannot pass a TERM on: it answers
 * by killing its tasks at once.
 */
static void signal_step(struct rt_sup *sup, uint32_t service, const char *step, int number)
{
	char flag[40], target[80];
	const char *const argv[] = {"scancel", flag, target, NULL};
	struct rt_spawn s = {.argv = argv, .output = -1, .only_out = -1};

	snprintf(flag, sizeof(flag), "--signal=%s", rt_signal_name(number));
	snprintf(target, sizeof(target), "%s.%s", sup->proc[service].job_id, step);
	/* It complains of each node whose tasks have ended while it asks; nobody is told of those.
	   When the signal doesn't help, what comes next says that it failed. */
	if (sup->core.service[service].stopping)
		s.output = open("/dev/null", O_WRONLY | O_CLOEXEC);
	pid_t pid = rt_spawn(&s);
	if (s.output >= 0)
		close(s.output);
	if (pid < 0)
		rt_say("cannot start scancel: %s", strerror(errno));
	else
		rt_child_add(sup, pid, RT_CHILD_TOOL, service, 0, sup->now + TOOL_LIMIT);
}

static bool is_checkpoint_signal(int number)
{
	return number == SIGUSR1 || number == SIGUSR2;
}

/* The shim of a service on this node, if it can be told from the other processes of its launch: a
   container tool's among them have to stay while the command ends. */
static bool signal_shim(struct rt_sup *sup, uint32_t service, int number)
{
	struct rt_proc *p = &sup->proc[service];

	if (sup->table.service[service].tasks != 1)
		return false;
	pid_t pid = (pid_t)rt_tasks_read(sup, service)->pid, up = pid;
	/* Its own name for itself may be another process's number here: it has to be one of the launch. */
	struct rt_process shim;
	while (up > 1 && up != p->pid)
		up = rt_process_read(up, &shim) ? shim.parent : 0;
	return up == p->pid && rt_process_read(pid, &shim) && rt_process_signal(&shim, number);
}

/* There is no process, since its step was refused: it has ended in that way. */
static void stop_trying(struct rt_sup *sup, uint32_t service)
{
	if (sup->proc[service].is_refused)
		rt_due_at(sup, service, RT_DUE_AGAIN, sup->now);
}

/* By Slurm, or from outside to the processes that are ours. */
static void signal_without_wire(struct rt_sup *sup, uint32_t service, int number)
{
	struct rt_proc *p = &sup->proc[service];
	bool stop = sup->core.service[service].stopping;

	if (sup->table.scheduler == RT_SLURM) {
		const char *step = step_of(sup, service);
		if (step)
			signal_step(sup, service, step, number);
		else if (stop)
			kill(p->pid, SIGTERM); /* no task runs yet: srun may give the step up */
	} else if (signal_shim(sup, service, number)) {
		return;
	} else if (is_checkpoint_signal(number) && !stop) {
		rt_signal_catchers(p->pid, number);
	} else {
		rt_signal_group(p->pid, number);
	}
}

/* Where Slurm signals every process, it has told all of a cancelled job before any order comes, or
   does so behind it; what is left to be told, it tells as well. */
static void signal_service(struct rt_sup *sup, const struct rt_action *a)
{
	bool stop = sup->core.service[a->service].stopping;

	if (!sup->proc[a->service].pid)
		stop_trying(sup, a->service);
	else if (sup->slurm_signals_all ||
		 !rt_peers_order(sup, a->service, stop ? RT_WIRE_STOP : RT_WIRE_SIGNAL, a->signal))
		signal_without_wire(sup, a->service, a->signal);
}

/* A shim that hears a stop twice, once by each way, passes it on once. */
void rt_signal_otherwise(struct rt_sup *sup, uint32_t service)
{
	signal_without_wire(sup, service, sup->proc[service].order_number);
}

/* A signal did not end the service: now it matters whether it was sent at all. */
static void say_failed_scancel(struct rt_sup *sup, uint32_t service)
{
	struct rt_proc *p = &sup->proc[service];

	if (p->scancel_status)
		rt_say_scancel(sup, service, p->scancel_status);
	p->scancel_status = 0;
}

static void kill_service(struct rt_sup *sup, uint32_t service)
{
	struct rt_proc *p = &sup->proc[service];

	if (!p->pid) {
		stop_trying(sup, service);
		return;
	}
	if (sup->table.scheduler != RT_SLURM) {
		rt_family_kill(p->pid); /* while they can be found below the shim */
		rt_signal_group(p->pid, SIGKILL);
		return;
	}
	say_failed_scancel(sup, service);
	const char *step = step_of(sup, service);
	if (step)
		signal_step(sup, service, step, SIGKILL);
	p->kill_stage = 1;
	rt_due_at(sup, service, RT_DUE_KILL, sup->now + (step ? KILL_STEP : 0));
}

/* An srun that still does not end is ended itself. */
void rt_kill_launcher(struct rt_sup *sup, uint32_t service)
{
	struct rt_proc *p = &sup->proc[service];

	say_failed_scancel(sup, service);
	if (p->kill_stage++ == 1) {
		kill(p->pid, SIGTERM);
		rt_due_at(sup, service, RT_DUE_KILL, sup->now + KILL_STEP);
	} else {
		rt_signal_group(p->pid, SIGKILL);
	}
}

/*
 * Where no mark can be written (a full disk, a folder that was made read-only) none will come. That
 * a process lives is then all that is known.
 */
static bool is_without_marks(struct rt_sup *sup, uint32_t service)
{
	struct rt_proc *p = &sup->proc[service];
	const struct rt_service_def *def = &sup->table.service[service];

	if (p->told.count[RT_MARK_START] || !p->pid || p->unmarkable ||
	    rt_marks_can_be_written(sup))
		return p->unmarkable;
	p->unmarkable = true;
	if (def->ready.kind != RT_READY_NONE || def->start_timeout)
		rt_say("service '%s': no start mark can be written in %s/" JOB_FOLDER_MARKS
		       "; readiness "
		       "counts from here",
		       def->name, sup->dir);
	return true;
}

void rt_act_on_marks(struct rt_sup *sup, uint32_t service)
{
	struct rt_proc *p = &sup->proc[service];
	const struct rt_service *s = &sup->core.service[service];
	uint32_t tasks = sup->table.service[service].tasks;
	struct rt_event e = {.kind = RT_EV_BEGUN, .service = service, .run = s->launches};
	bool is_told = !sup->marks_polled && sup->marks_watch >= 0;
	int64_t longest = is_told ? MARK_PAUSE : RT_SECOND;

	rt_due_at(sup, service, RT_DUE_MARKS, RT_NEVER);
	if (s->up || !tasks)
		return;
	if (p->told.step[0])
		memcpy(p->step, p->told.step, sizeof(p->step));
	if (p->told.count[RT_MARK_START] >= tasks || is_without_marks(sup, service)) {
		e.kind = RT_EV_UP;
		rt_sup_event(sup, &e);
		return;
	}
	if (p->told.first && !s->begun)
		rt_sup_event(sup, &e);
	p->poll_pause = p->poll_pause * 2 < longest ? p->poll_pause * 2 : longest;
	rt_due_at(sup, service, RT_DUE_MARKS, sup->now + p->poll_pause);
}

void rt_look_for_marks(struct rt_sup *sup, uint32_t service)
{
	uint32_t told = sup->proc[service].told.count[RT_MARK_START];

	if (!sup->core.service[service].up || sup->proc[service].probe.at == RT_AT_LINES)
		rt_tasks_read(sup, service);
	if (sup->proc[service].told.count[RT_MARK_START] > told)
		rt_marks_watch(sup); /* a shim that doesn't tell by the wire */
	rt_act_on_marks(sup, service);
	rt_lines_told(sup, service);
}

void rt_perform(struct rt_sup *sup, const struct rt_action *a)
{
	switch (a->kind) {
	case RT_ACT_LAUNCH:
		launch(sup, a);
		break;
	case RT_ACT_PROBE:
		rt_probe_begin(sup, a->service, a->run);
		break;
	case RT_ACT_WATCH:
		rt_live_begin(sup, a->service, a->run);
		break;
	case RT_ACT_UNWATCH:
		rt_live_end(sup, a->service);
		break;
	case RT_ACT_UNPROBE:
		rt_probe_end(sup, a->service);
		break;
	case RT_ACT_SIGNAL:
		if (a->signal == SIGKILL) /* which no shim can pass on */
			kill_service(sup, a->service);
		else
			signal_service(sup, a);
		break;
	case RT_ACT_ANSWER:
		sup->answer = (enum rt_reply)a->status;
		break;
	case RT_ACT_KILL:
		kill_service(sup, a->service);
		break;
	case RT_ACT_HOOK:
		run_hook(sup, a);
		break;
	case RT_ACT_HOOK_STOP:
		rt_signal_group(sup->proc[a->service].hook, a->signal);
		break;
	case RT_ACT_PUBLISH:
		run_publish(sup, a);
		break;
	case RT_ACT_PUBLISH_STOP:
		rt_signal_group(sup->proc[a->service].publish, a->signal);
		break;
	case RT_ACT_NOTE:
		rt_report(sup, a);
		rt_state_changed(sup);
		break;
	case RT_ACT_END:
		sup->status = a->status;
		sup->ended = true;
		break;
	}
}
