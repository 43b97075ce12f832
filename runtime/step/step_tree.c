/* SPDX-License-Identifier: Apache-2.0 */
/* Counting and signalling the processes of one task. */
#include "runtime/step/step_tree.h"

#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "runtime/files.h"

/*
 * At the time limit Slurm sends TERM twice, and the supervisor, which stops services in their
 * order, once more. A program that already saves its work would lose what it runs for that. Slurm
 * gives a program KillWait to end, 30 seconds unless the site says else.
 */
#define SAME_STOP_NS (30 * INT64_C(1000000000))
#define REST_NS      (20 * INT64_C(1000000))

void rt_step_tree_begin(struct rt_step_tree *t)
{
	t->own = getpgrp();
	t->rest_at = INT64_MAX;
	rt_family_read(&t->holders, getpid(), NULL, NULL);
}

/* The command never runs in the shim's group, nor in one that was there before it. */
static bool is_holder(const struct rt_process *p, const void *arg)
{
	const struct rt_step_tree *t = arg;

	if (p->group == t->own || rt_family_has(&t->holders, p))
		return true;
	for (size_t i = 0; i < t->holders.count; i++)
		if (t->holders.member[i].group == p->group)
			return true;
	return false;
}

static bool is_apart(const struct rt_step_tree *t, pid_t pid)
{
	for (int i = 0; i < RT_LOOK_USES; i++)
		if (t->apart[i] == pid)
			return true;
	return false;
}

/* Those that look, and what one of them has started in its group and left to us. */
static bool is_outside(const struct rt_process *p, const void *tree)
{
	return is_holder(p, tree) || is_apart(tree, p->pid) || is_apart(tree, p->group);
}

struct count {
	const struct rt_step_tree *tree;
	unsigned living;
};

static void count_adopted(pid_t pid, void *arg)
{
	struct count *c = arg;

	if (pid == c->tree->group || is_apart(c->tree, pid) || waitpid(pid, NULL, WNOHANG) == pid)
		return;
	struct rt_process p;
	if (rt_process_read(pid, &p) && !is_outside(&p, c->tree))
		c->living++;
}

unsigned rt_step_tree_count(const struct rt_step_tree *t)
{
	struct count c = {.tree = t};

	rt_each_child(count_adopted, &c);
	return c.living;
}

void rt_step_tree_measure(const struct rt_step_tree *t, struct rt_measure *m)
{
	struct rt_family family;

	rt_family_read(&family, getpid(), is_outside, t);
	rt_measure_family(m, &family);
	rt_family_free(&family);
}

static struct rt_step_moment this_moment(void)
{
	const unsigned long long ticks = (unsigned long long)sysconf(_SC_CLK_TCK);
	struct timespec now;
	char load[128];

	clock_gettime(CLOCK_BOOTTIME, &now);
	rt_read_small("/proc/loadavg", load, sizeof(load));
	const char *last = strrchr(load, ' ');
	return (struct rt_step_moment){
		.tick = (unsigned long long)now.tv_sec * ticks +
			(unsigned long long)now.tv_nsec * ticks / 1000000000,
		.last = last ? (pid_t)strtol(last, NULL, 10) : 0,
	};
}

static bool began_before(const struct rt_process *p, const struct rt_step_moment *m)
{
	return p->start != m->tick ? p->start < m->tick : !m->last || p->pid <= m->last;
}

/* To those outside the group, or to those of them that began before. */
static void signal_rest(const struct rt_step_tree *t, int number,
			const struct rt_step_moment *before)
{
	struct rt_family family;

	rt_family_read(&family, getpid(), is_outside, t);
	for (size_t i = 0; i < family.count; i++) {
		const struct rt_process *p = &family.member[i];

		if (p->group != t->group && !p->is_dead && (!before || began_before(p, before)))
			rt_process_signal(p, number);
	}
	rt_family_free(&family);
}

void rt_step_tree_signal(const struct rt_step_tree *t, int number)
{
	/* The group in one go, so that none of it can have a child in between. */
	if (t->group)
		kill(-t->group, number);
	signal_rest(t, number, NULL);
}

void rt_step_tree_term(struct rt_step_tree *t, int64_t now)
{
	if (!t->group || (t->term_at && now - t->term_at < SAME_STOP_NS))
		return;
	t->term_at = now;
	t->rest_at = now + REST_NS;
	t->term = this_moment();
	kill(-t->group, SIGTERM);
}

void rt_step_tree_rest(struct rt_step_tree *t, int64_t now)
{
	if (t->rest_at > now)
		return;
	t->rest_at = INT64_MAX;
	signal_rest(t, SIGTERM, &t->term);
}

bool rt_step_passes_on(int number)
{
	static const int not_passed[] = {SIGKILL, SIGSTOP, SIGCHLD, SIGSEGV, SIGBUS,
					 SIGFPE,  SIGILL,  SIGTRAP, SIGABRT, SIGSYS,
					 SIGPIPE, SIGTSTP, SIGTTIN, SIGTTOU};

	for (size_t i = 0; i < sizeof(not_passed) / sizeof(not_passed[0]); i++)
		if (number == not_passed[i])
			return false;
	return number < 32;
}

bool rt_step_is_from_slurm(const struct signalfd_siginfo *info)
{
	/* No number: from outside a container with process numbers of its own. */
	return info->ssi_code == SI_USER &&
	       (!info->ssi_pid || rt_process_is_called((pid_t)info->ssi_pid, "slurmstepd"));
}
