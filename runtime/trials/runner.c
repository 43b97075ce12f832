/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verb `trials`: runs the trials of a table on the nodes of an allocation, or of this machine alone
 * (--local N: so many agents here, each as if it were a node).
 *
 *	hpcc-rt trials --table FILE [--local N] [--cpus N] [--gpus N] [--memory MIB] [--again]
 *
 * TERM, INT and USR1 stop it: no trial starts any more, those that run are asked to end, and what has
 * not ended with 0 by then runs in the next job. Its status is 0 when every trial is completed or
 * pruned, 1 when one isn't, and 128 and the signal when it was stopped before.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/core/words.h"
#include "runtime/files.h"
#include "runtime/loop/spawn.h"
#include "runtime/trials/runner.h"
#include "runtime/verbs.h"

#define SECOND INT64_C(1000000000)
/* Nodes whose agent has not come by then are done without. */
#define JOIN_LIMIT (120 * SECOND)
/* For agents to be gone after the last trial. */
#define END_LIMIT (15 * SECOND)

enum {
	NODES_MAX = 65536,
	OTHERS = 4 /* descriptors besides those of peers */
};

/* What the schedule decides. */

static void write_start(struct rt_runner *r, uint32_t trial)
{
	struct rt_out *out = &r->journal.out;

	rt_journal_trial(&r->journal, &r->trials, trial, "started");
	rt_json_open(out, "nodes", '[');
	for (uint32_t i = 0; i < r->table.trial[trial].nodes; i++)
		rt_json_text(out, NULL, rt_runner_node_name(r, r->trials.trial[trial].node[i]));
	rt_json_close(out, ']');
	rt_journal_end(&r->journal);
	rt_journal_flush(&r->journal);
}

/* Names don't fit into a message when there are hundreds. */
static void write_nodes(struct rt_runner *r, uint32_t trial)
{
	const struct rt_trial_def *def = &r->table.trial[trial];
	struct rt_pool pool = {0};
	struct rt_replace file;

	if (def->nodes > 1 &&
	    rt_replace_begin(&file, &pool, rt_pool_format(&pool, "%s/" RT_TRIAL_NODES, def->folder),
			     0644)) {
		for (uint32_t i = 0; i < def->nodes; i++)
			rt_out_format(&file.out, "%s\n",
				      rt_runner_node_name(r, r->trials.trial[trial].node[i]));
		rt_replace_end(&file);
	}
	rt_pool_free(&pool);
}

static void tell_end(struct rt_runner *r, const struct rt_trials_action *a)
{
	const struct rt_trial *t = &r->trials.trial[a->trial];
	const struct rt_trial_def *def = &r->table.trial[a->trial];

	if (a->verdict == RT_TRIAL_FAILED && a->again)
		rt_say("trial '%s' ended with status %d; it runs again (%u/%u)", def->id, a->number,
		       t->failures, def->retries);
	else if (a->verdict == RT_TRIAL_FAILED)
		rt_say("trial '%s' has failed with status %d", def->id, a->number);
	else if (a->verdict == RT_TRIAL_UNFIT)
		rt_say("trial '%s' can't run here: no %u node%s with %u CPUs, %u GPUs and %llu MiB",
		       def->id, def->nodes, def->nodes == 1 ? "" : "s", def->share.cpus,
		       def->share.gpus, (unsigned long long)def->share.memory);
	else if (a->verdict == RT_TRIAL_LOST && !a->again)
		rt_say("trial '%s' has lost its node %d times: it is left for the next job",
		       def->id, RT_TRIAL_LOSSES);
}

static void act(void *arg, const struct rt_trials_action *a)
{
	struct rt_runner *r = arg;
	const struct rt_trial *t = &r->trials.trial[a->trial];
	char text[60];

	switch (a->kind) {
	case RT_TRIALS_START:
		write_start(r, a->trial);
		write_nodes(r, a->trial);
		snprintf(text, sizeof(text), "%u %u", a->trial, t->attempt);
		rt_runner_tell(r, t->node[0], RT_WIRE_TRIAL_START, text);
		break;
	case RT_TRIALS_PRUNE:
		rt_journal_trial(&r->journal, &r->trials, a->trial, "prune");
		rt_journal_end(&r->journal);
		rt_journal_flush(&r->journal);
		break;
	case RT_TRIALS_SIGNAL:
		snprintf(text, sizeof(text), "%u %u %d", a->trial, t->attempt, a->number);
		rt_runner_tell(r, t->node[0], RT_WIRE_TRIAL_SIGNAL, text);
		break;
	case RT_TRIALS_ENDED:
		rt_journal_ended(&r->journal, &r->trials, a->trial, a->verdict, a->number,
				 a->again);
		tell_end(r, a);
		rt_hook_end(r, a->trial, a->verdict);
		break;
	case RT_TRIALS_OVER:
		r->is_over = true;
		break;
	}
}

static void take_kind(struct rt_runner *r, enum rt_trials_event_kind kind)
{
	struct rt_trials_event e = {.kind = kind};

	rt_runner_take(r, &e);
}

/* What happens. */

static void reap(struct rt_runner *r)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid == r->hook.pid)
			rt_hook_gone(r, status);
		for (uint32_t i = 0; i < r->agents; i++)
			if (r->agent[i] == pid) {
				r->agent[i] = 0;
				r->agents_left--;
			}
	}
}

static void take_signals(struct rt_runner *r)
{
	struct signalfd_siginfo info;

	while (read(r->signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGCHLD)
			reap(r);
		else
			rt_runner_stop(r, (int)info.ssi_signo);
	}
}

/* Whether any more nodes may come is decided once. */
static void look_for_nodes(struct rt_runner *r)
{
	if (r->trials.are_known || (r->came < r->nodes && r->agents_left && r->now < r->join_until))
		return;
	if (r->came < r->nodes)
		rt_say("%u of %u nodes have come; trials run on those", r->came, r->nodes);
	take_kind(r, RT_TRIALS_NODES_KNOWN);
}

static int64_t next_time(const struct rt_runner *r)
{
	int64_t next = rt_trials_next(&r->trials);

	if (!r->trials.are_known && r->join_until < next)
		next = r->join_until;
	for (uint32_t i = 0; i < r->places; i++)
		if (r->peer[i].fd >= 0 && r->peer[i].until < next)
			next = r->peer[i].until;
	return next;
}

static void wait_for_news(struct rt_runner *r)
{
	struct rt_trials_hook *h = &r->hook;
	int64_t left = next_time(r) - r->now;

	r->poll[0] = (struct pollfd){.fd = r->signals, .events = POLLIN};
	r->poll[1] = (struct pollfd){.fd = r->door, .events = POLLIN};
	r->poll[2] = (struct pollfd){.fd = h->from, .events = POLLIN};
	r->poll[3] = (struct pollfd){.fd = h->out_len ? h->to : -1, .events = POLLOUT};
	for (uint32_t i = 0; i < r->places; i++)
		r->poll[OTHERS + i] = (struct pollfd){.fd = r->peer[i].fd, .events = POLLIN};
	left = left < 0 ? 0 : left / 1000000 + 1;
	poll(r->poll, OTHERS + r->places, left < 60000 ? (int)left : 60000);
	r->now = rt_now();
}

static void take_time(struct rt_runner *r)
{
	for (uint32_t i = 0; i < r->places; i++)
		if (r->peer[i].fd >= 0 && r->peer[i].until <= r->now)
			rt_runner_let_go(&r->peer[i]);
	if (rt_trials_next(&r->trials) <= r->now)
		take_kind(r, RT_TRIALS_TIME);
	look_for_nodes(r);
}

static void run(struct rt_runner *r)
{
	while (!r->is_over) {
		wait_for_news(r);
		take_signals(r);
		if (r->poll[1].revents)
			rt_runner_arrivals(r);
		rt_hook_ready(r, r->poll[2].revents, r->poll[3].revents);
		for (uint32_t i = 0; i < r->places; i++)
			if (r->poll[OTHERS + i].revents)
				rt_runner_hear(r, &r->peer[i]);
		take_time(r);
		rt_runner_losses(r);
		rt_journal_flush(&r->journal);
	}
}

/* Agents end when they are let go, and the user's program when there is nothing more to read. */
static void end_agents(struct rt_runner *r)
{
	int64_t until = rt_now() + END_LIMIT;

	for (uint32_t i = 0; i < r->places; i++)
		rt_runner_let_go(&r->peer[i]);
	if (r->hook.to >= 0)
		close(r->hook.to);
	r->hook.to = -1;
	while ((r->agents_left || r->hook.pid) && rt_now() < until) {
		struct pollfd p = {.fd = r->signals, .events = POLLIN};

		poll(&p, 1, 100);
		take_signals(r);
	}
	for (uint32_t i = 0; i < r->agents; i++)
		if (r->agent[i] > 0)
			kill(r->agent[i], SIGKILL);
}

static int finish(struct rt_runner *r)
{
	uint32_t left = 0, wrong = 0, counts[RT_TRIAL_VERDICTS] = {0};

	end_agents(r);
	for (uint32_t i = 0; i < r->table.count; i++) {
		const struct rt_trial *t = &r->trials.trial[i];

		counts[t->verdict]++;
		left += t->verdict == RT_TRIAL_NONE || t->verdict > RT_TRIAL_PRUNED;
		wrong += t->verdict != RT_TRIAL_COMPLETED && t->verdict != RT_TRIAL_PRUNED;
	}
	int status = !wrong ? 0 : r->stop_signal && left ? 128 + r->stop_signal : 1;
	rt_journal_run(&r->journal, "over");
	for (int i = RT_TRIAL_COMPLETED; i < RT_TRIAL_VERDICTS; i++)
		rt_json_number(&r->journal.out, rt_trial_words[i], counts[i]);
	rt_json_number(&r->journal.out, "status", status);
	rt_journal_end(&r->journal);
	rt_journal_flush(&r->journal);
	rt_say("%u trials: %u completed, %u failed, %u pruned, %u left", r->table.count,
	       counts[RT_TRIAL_COMPLETED], counts[RT_TRIAL_FAILED], counts[RT_TRIAL_PRUNED], left);
	return status;
}

/* Set-up. */

static bool count_nodes(struct rt_runner *r)
{
	const char *word = r->local;
	uint64_t n = 0;

	if (!word)
		word = getenv("SLURM_JOB_NUM_NODES");
	if (!word)
		word = getenv("SLURM_NNODES");
	if (word && rt_word_number(word, NODES_MAX, &n) && n) {
		r->nodes = (uint32_t)n;
		return true;
	}
	rt_say(r->local
		       ? "trials: --local takes a number of agents"
		       : "trials: no allocation of Slurm here; --local N runs them on this machine");
	return false;
}

static bool read_table(struct rt_runner *r)
{
	size_t len;
	const char *text = rt_read_file(&r->pool, r->table_path, &len);

	if (!text) {
		rt_say("trials: %s: %s", r->table_path, strerror(errno));
		return false;
	}
	const char *error;
	unsigned line;
	if (rt_trials_read(&r->table, &r->pool, text, len, &line, &error))
		return true;
	rt_say("trials: %s:%u: %s", r->table_path, line, error);
	return false;
}

static bool open_journal(struct rt_runner *r)
{
	const char *slash = strrchr(r->table_path, '/');
	int folder = slash ? (int)(slash - r->table_path) + 1 : 0;
	const char *path =
		rt_pool_format(&r->pool, "%.*s" RT_TRIALS_JOURNAL, folder, r->table_path);
	const char *error = rt_journal_open(&r->journal, &r->pool, path, &r->trials, r->again);
	const char *job = getenv("SLURM_JOB_ID");

	if (error) {
		rt_say("trials: %s: %s", path, error);
		return false;
	}
	rt_journal_run(&r->journal, "run");
	rt_json_text(&r->journal.out, "job", job);
	rt_json_number(&r->journal.out, "nodes", r->nodes);
	rt_json_number(&r->journal.out, "trials", r->table.count);
	rt_journal_end(&r->journal);
	rt_journal_flush(&r->journal);
	return true;
}

static void listen_to_signals(struct rt_runner *r)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	r->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* The whole of it, in so far as the rest can be made ready. */
static int run_all(struct rt_runner *r)
{
	r->poll = rt_pool_array(&r->pool, OTHERS + r->places, sizeof(*r->poll));
	r->now = rt_now();
	r->join_until = r->now + JOIN_LIMIT;
	if (!rt_runner_start_agents(r))
		return RT_ENVIRONMENT;
	rt_hook_start(r);
	run(r);
	return finish(r);
}

int rt_verb_trials(int argc, char **argv)
{
	static struct rt_runner r;
	const struct rt_option options[] = {
		{.name = "--table", .value = &r.table_path, .required = true},
		{.name = "--local", .value = &r.local},
		{.name = "--cpus", .value = &r.cpus},
		{.name = "--gpus", .value = &r.gpus},
		{.name = "--memory", .value = &r.memory},
		{.name = "--again", .flag = &r.again},
		{.name = NULL},
	};

	if (!rt_read_options(options, argc, argv) || !count_nodes(&r) || !read_table(&r))
		return RT_USAGE;
	r.program = rt_own_program(&r.pool);
	listen_to_signals(&r);
	rt_trials_init(&r.trials, &r.pool, &r.table, r.nodes);
	r.trials.act = act;
	r.trials.arg = &r;
	if (!open_journal(&r) || !r.program || !rt_runner_open(&r))
		return RT_ENVIRONMENT;
	return run_all(&r);
}
