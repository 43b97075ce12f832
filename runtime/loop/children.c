/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The supervisor's children.
 *
 * All of them are noticed by SIGCHLD and reaped with waitid: one descriptor for
 * any number of processes, and a pid stays ours until we reap it, so nothing is
 * ever signalled by a stale one. (A pidfd per child would need as many
 * descriptors as there are services, and the usual limit is 1,024.)
 *
 * The supervisor is a subreaper: what a service leaves behind when its step shim
 * was killed becomes a child of ours, is recognised by its session or by the
 * service's name among its variables, and ended.
 */
#include "runtime/loop/sup.h"

#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/files.h"
#include "runtime/loop/guard.h"
#include "runtime/loop/peers.h"
#include "runtime/loop/processes.h"

#define HOLD       (RT_SECOND / 2)
#define LATE_PAUSE (RT_SECOND / 5)
#define LATE_LIMIT (3 * RT_SECOND)

/* Where a pid is in the table, or would be put: pids come one after another, and so they lie. */
static uint32_t slot_of(const struct rt_sup *sup, pid_t pid)
{
	uint32_t last = sup->child_slots - 1, i = (uint32_t)pid & last;

	while (sup->child[i].pid && sup->child[i].pid != pid)
		i = (i + 1) & last;
	return i;
}

void rt_child_add(struct rt_sup *sup, pid_t pid, enum rt_child_kind kind, uint32_t service,
		  uint32_t run, int64_t until)
{
	if (sup->child_count == sup->child_room) {
		kill(-pid, SIGKILL); /* more helpers than can be: the oldest ones all hang */
		return;
	}
	sup->child_count++;
	sup->child[slot_of(sup, pid)] = (struct rt_child){pid, kind, service, run, until};
	sup->child_first = until < sup->child_first ? until : sup->child_first;
}

static struct rt_child *find_child(struct rt_sup *sup, pid_t pid)
{
	struct rt_child *child = &sup->child[slot_of(sup, pid)];

	return child->pid ? child : NULL;
}

/* Those that lie behind it, and may have found its place taken, find another one. */
static void forget_child(struct rt_sup *sup, struct rt_child *child)
{
	uint32_t last = sup->child_slots - 1, i = (uint32_t)(child - sup->child);

	sup->child_count--;
	child->pid = 0;
	while (sup->child[i = (i + 1) & last].pid) {
		struct rt_child moved = sup->child[i];

		sup->child[i].pid = 0;
		sup->child[slot_of(sup, moved.pid)] = moved;
	}
}

void rt_signal_group(pid_t pid, int number)
{
	/* Before the child has made its group there is only the child. */
	if (pid > 0 && kill(-pid, number))
		kill(pid, number);
}

/* What remains when a service's own process has ended. */

struct sweep {
	struct rt_sup *sup;
	pid_t session;
	const char *variable; /* NAME=VALUE that it has, unless a hook left it */
	unsigned count;
};

static bool is_of_service(pid_t pid, const struct sweep *s)
{
	return getsid(pid) == s->session ||
	       (rt_process_has_variable(pid, s->variable) &&
		!rt_process_has_variable(pid, "HPC_COMPOSE_HOOK_PHASE="));
}

static void sweep_child(pid_t pid, void *arg)
{
	struct sweep *s = arg;

	if (find_child(s->sup, pid) || !is_of_service(pid, s))
		return;
	kill(pid, SIGKILL);
	s->count++;
}

static unsigned sweep_orphans(struct rt_sup *sup, uint32_t service)
{
	char variable[sizeof("HPC_COMPOSE_SERVICE_NAME=") + NAME_MAX + 1];
	struct sweep s = {.sup = sup, .session = sup->proc[service].session, .variable = variable};

	snprintf(variable, sizeof(variable), "HPC_COMPOSE_SERVICE_NAME=%s",
		 sup->table.service[service].name);
	rt_each_child(sweep_child, &s);
	return s.count;
}

static void sweep(struct rt_sup *sup, uint32_t service)
{
	bool before = sup->proc[service].sweeping, after = sweep_orphans(sup, service) > 0;

	sup->proc[service].sweeping = after;
	sup->sweeping += after - before;
}

static void sweep_again(struct rt_sup *sup)
{
	for (uint32_t i = 0; sup->sweeping && i < sup->table.count; i++)
		if (sup->proc[i].sweeping)
			sweep(sup, i);
}

/*
 * A step ended well and left no mark: on a network file system the mark of
 * another node may take a moment to be seen here.
 */
static bool marks_may_come(struct rt_sup *sup, const struct rt_child *child, int wait_status)
{
	uint32_t tasks = sup->table.service[child->service].tasks;

	if (wait_status || !tasks || sup->table.scheduler != RT_SLURM || !sup->on_network)
		return false;
	return !rt_tasks_read(sup, child->service)->count[RT_MARK_START];
}

void rt_tell_exit(struct rt_sup *sup, uint32_t service, uint32_t run, int wait_status)
{
	struct rt_exit *x = &sup->exits[sup->exit_count++];

	*x = (struct rt_exit){.at = sup->now};
	x->event.kind = RT_EV_EXIT;
	x->event.service = service;
	x->event.run = run;
	rt_judge_exit(sup, x, wait_status);
}

/*
 * Slurm ends a component without ending the job: its steps are told to go, and the script runs on. Whoever
 * ends there may have lost its nodes, however it took that; so Slurm is asked before anything is made of it.
 */
static void tell_of_part(struct rt_sup *sup, uint32_t service, uint32_t run, int wait_status)
{
	struct rt_proc *p = &sup->proc[service];
	pid_t pid = rt_part_ask(sup, service);

	if (pid <= 0) {
		rt_tell_exit(sup, service, run, wait_status);
		return;
	}
	p->asked_status = wait_status;
	rt_child_add(sup, pid, RT_CHILD_PART, service, run, RT_NEVER);
}

static bool has_exit_mark(struct rt_sup *sup, uint32_t service)
{
	uint32_t tasks = sup->table.service[service].tasks;

	if (tasks != 1)
		return false;
	return rt_tasks_read(sup, service)->count[RT_MARK_EXIT] > 0;
}

static void service_ended(struct rt_sup *sup, const struct rt_child *child, int wait_status)
{
	struct rt_proc *p = &sup->proc[child->service];

	p->pid = 0;
	p->kill_stage = 0;
	rt_due_at(sup, child->service, RT_DUE_KILL, RT_NEVER);
	rt_due_at(sup, child->service, RT_DUE_MARKS, RT_NEVER);
	rt_peers_ended(sup, child->service);
	p->session = child->pid;
	/* A shim that ended in order has left nothing behind. */
	if (!has_exit_mark(sup, child->service))
		sweep(sup, child->service);
	if (rt_step_is_tried_again(sup, child->service, wait_status))
		return;
	if (!marks_may_come(sup, child, wait_status)) {
		tell_of_part(sup, child->service, child->run, wait_status);
		return;
	}
	p->late_status = wait_status;
	p->late_until = sup->now + LATE_LIMIT;
	rt_due_at(sup, child->service, RT_DUE_LATE, sup->now + LATE_PAUSE);
}

static void helper_ended(struct rt_sup *sup, const struct rt_child *child, int wait_status)
{
	int status =
		WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
	struct rt_exit *x;

	switch (child->kind) {
	case RT_CHILD_HOOK:
	case RT_CHILD_PUBLISH:
		x = &sup->exits[sup->exit_count++];
		*x = (struct rt_exit){.at = sup->now};
		x->event.kind = child->kind == RT_CHILD_HOOK ? RT_EV_HOOK : RT_EV_PUBLISHED;
		x->event.service = child->service;
		x->event.run = child->run;
		x->event.status = status;
		if (child->kind == RT_CHILD_HOOK)
			sup->proc[child->service].hook = 0;
		else
			sup->proc[child->service].publish = 0;
		break;
	case RT_CHILD_PROBE:
		rt_probe_helper_ended(sup, child->service, child->pid, status);
		break;
	case RT_CHILD_STATE:
		rt_state_child_ended(sup, status);
		break;
	case RT_CHILD_LIMIT:
		rt_limit_answered(sup, status);
		break;
	case RT_CHILD_PART:
		rt_part_answered(sup, child->service, status);
		rt_tell_exit(sup, child->service, child->run,
			     sup->proc[child->service].asked_status);
		break;
	case RT_CHILD_TOOL:
		/* A step that ends while it is told to makes scancel fail; nobody is told of that. */
		if (sup->core.service[child->service].stopping)
			sup->proc[child->service].scancel_status = status;
		else if (status)
			rt_say_scancel(sup, child->service, status);
		break;
	case RT_CHILD_SERVICE:
		break;
	}
}

static void child_ended(struct rt_sup *sup, pid_t pid)
{
	struct rt_child *entry = find_child(sup, pid);
	int status = 0;

	if (entry && entry->kind == RT_CHILD_SERVICE)
		kill(-pid, SIGKILL); /* the rest of its group; it is ours until the next line */
	if (waitpid(pid, &status, 0) < 0 || !entry)
		return;
	struct rt_child child = *entry;
	forget_child(sup, entry);
	if (child.kind == RT_CHILD_SERVICE)
		service_ended(sup, &child, status);
	else
		helper_ended(sup, &child, status);
}

static int by_time(const void *first, const void *second)
{
	const struct rt_exit *a = first, *b = second;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	if (a->event.service != b->event.service)
		return a->event.service < b->event.service ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

/* Exits that are noticed together go by time, then by table order. */
static void sort_exits(struct rt_sup *sup)
{
	for (uint32_t i = 0; i < sup->exit_count; i++)
		sup->exits[i].order = i;
	qsort(sup->exits, sup->exit_count, sizeof(*sup->exits), by_time);
}

/*
 * scancel signals steps and script at once, and the script passes its TERM on a
 * moment later. A step that dies of a TERM nobody here has sent is held back for
 * that moment, with all that end after it, so that the job counts as cancelled.
 */
static bool is_to_be_held(const struct rt_sup *sup)
{
	if (sup->table.scheduler != RT_SLURM || sup->core.phase != RT_JOB_RUNNING)
		return false;
	for (uint32_t i = 0; i < sup->exit_count; i++) {
		const struct rt_event *e = &sup->exits[i].event;

		if (e->kind == RT_EV_EXIT && !sup->core.service[e->service].stopping &&
		    (e->status == 128 + SIGTERM || e->status == 128 + SIGINT ||
		     e->verdict == RT_V_COMPONENT_ENDED))
			return true;
	}
	return false;
}

static void deliver_exits(struct rt_sup *sup)
{
	if (sup->held_until == RT_NEVER && is_to_be_held(sup))
		sup->held_until = sup->now + HOLD;
	if (sup->held_until != RT_NEVER && sup->now < sup->held_until &&
	    sup->core.phase == RT_JOB_RUNNING)
		return;
	sup->held_until = RT_NEVER;
	sort_exits(sup);
	for (uint32_t i = 0; i < sup->exit_count; i++) {
		/* A mark may have come with the end; and the probe sees what was written before. */
		if (sup->exits[i].event.kind == RT_EV_EXIT) {
			rt_look_for_marks(sup, sup->exits[i].event.service);
			rt_probe_last_look(sup, sup->exits[i].event.service);
		}
		rt_sup_event(sup, &sup->exits[i].event);
	}
	sup->exit_count = 0;
}

void rt_children_reap(struct rt_sup *sup)
{
	if (rt_clock_child_stopped())
		sup->children_stopped = true;
	for (;;) {
		siginfo_t info = {0};

		if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) || !info.si_pid)
			break;
		child_ended(sup, info.si_pid);
	}
	sweep_again(sup);
	deliver_exits(sup);
}

int64_t rt_children_next(const struct rt_sup *sup)
{
	return sup->child_first < sup->held_until ? sup->child_first : sup->held_until;
}

void rt_look_for_late_marks(struct rt_sup *sup, uint32_t service)
{
	struct rt_child child = {.service = service, .run = sup->core.service[service].launches};
	struct rt_proc *p = &sup->proc[service];

	if (p->late_until > sup->now && marks_may_come(sup, &child, p->late_status))
		rt_due_at(sup, service, RT_DUE_LATE, sup->now + LATE_PAUSE);
	else
		tell_of_part(sup, service, child.run, p->late_status);
}

/* Kills the helpers whose time is over. */
static void kill_overdue(struct rt_sup *sup)
{
	int64_t first = RT_NEVER;

	for (uint32_t i = 0; i < sup->child_slots; i++) {
		struct rt_child *c = &sup->child[i];

		if (c->pid && c->until <= sup->now) {
			c->until = RT_NEVER;
			rt_signal_group(c->pid, SIGKILL);
		}
		first = c->pid && c->until < first ? c->until : first;
	}
	sup->child_first = first;
}

void rt_children_due(struct rt_sup *sup)
{
	if (sup->child_first <= sup->now)
		kill_overdue(sup);
	deliver_exits(sup);
}

void rt_children_end(struct rt_sup *sup)
{
	/* Whoever is left: helpers, what hooks put into the background, what has left its session. */
	for (uint32_t i = 0; i < sup->child_slots; i++)
		if (sup->child[i].pid)
			rt_signal_group(sup->child[i].pid, SIGKILL);
	rt_guard_kill_all(5);
}
