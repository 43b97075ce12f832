/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trials under a virtual clock: schedule and oracle hear the same, nodes come and go, trials end, fail,
 * ignore their stop, are given up, and the runner is killed and begins anew with what lines and marks say.
 *
 *	trials-sim --schedules 200000 [--seed N]     small tables, many disturbances
 *	trials-sim --trials 10000 [--seed N]         one large table
 *
 * It ends with 1, and the seed, when the two disagree, a node has more than it holds, a trial with a
 * mark of success runs, or one that fits is not over in the end.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/choices.h"
#include "tests/sim/trials/oracle.h"

#define SECOND INT64_C(1000000000)

enum {
	ROUNDS = 12, /* jobs for one sweep; the last ones are undisturbed */
	CALM_ROUND = 8
};

/* A trial out there, and what of it outlives the runner. */
struct process {
	bool lives, has_mark;
	uint32_t attempt;
	uint32_t node[ORACLE_WIDE];
	int64_t end_at;
	int status;
	/* The lines of the journal. */
	enum rt_trial_verdict verdict;
	uint32_t attempts, failures;
};

static struct world {
	struct choices c;
	struct rt_pool pool;
	struct rt_trials_table table;
	struct rt_trial_def def[ORACLE_TRIALS];
	struct rt_trials trials;
	struct process process[ORACLE_TRIALS];
	struct rt_share has[ORACLE_NODES];
	uint32_t nodes, came, calm, round;
	bool is_over, is_stopping;
	int64_t now;
	const char *complaint;
	uint32_t count;
	struct oracle oracle;
	struct command command[ORACLE_COMMANDS];
} w;

static void complain(const char *what)
{
	w.complaint = w.complaint ? w.complaint : what;
}

/* What the schedule says. */

static void check_room(uint32_t trial)
{
	for (uint32_t k = 0; k < w.def[trial].nodes; k++) {
		uint32_t node = w.process[trial].node[k];
		struct rt_share sum = {0};

		if (node >= w.nodes || w.trials.node[node].state != RT_NODE_UP)
			complain("a trial is started where no node is");
		for (uint32_t i = 0; i < w.table.count; i++)
			for (uint32_t j = 0; w.process[i].lives && j < w.def[i].nodes; j++)
				if (w.process[i].node[j] == node) {
					sum.cpus += w.def[i].share.cpus;
					sum.gpus += w.def[i].share.gpus;
					sum.memory += w.def[i].share.memory;
				}
		if (sum.cpus > w.has[node].cpus || sum.gpus > w.has[node].gpus ||
		    sum.memory > w.has[node].memory)
			complain("a node has more than it holds");
	}
}

static int some_status(void)
{
	static const int statuses[] = {0, 0, 0, 1, 42, -1};

	return w.calm ? 0 : statuses[choose(&w.c, 6)];
}

static void start(uint32_t trial)
{
	struct process *p = &w.process[trial];

	if (p->lives)
		complain("a trial that runs is started");
	if (p->has_mark)
		complain("a trial that has succeeded is started");
	p->lives = true;
	p->attempt = p->attempts = w.trials.trial[trial].attempt;
	p->end_at = w.now + choose(&w.c, 20) * SECOND;
	p->status = some_status();
	memcpy(p->node, w.trials.trial[trial].node, w.def[trial].nodes * sizeof(*p->node));
	check_room(trial);
}

static void signal_trial(uint32_t trial, int number)
{
	struct process *p = &w.process[trial];

	if (!p->lives)
		return;
	if (number == SIGTERM && once_in(&w.c, 3))
		return; /* it won't hear */
	p->status = number == SIGKILL ? 137 : once_in(&w.c, 3) ? 0 : 143;
	p->end_at = w.now + choose(&w.c, 3) * SECOND;
}

static void act(void *arg, const struct rt_trials_action *a)
{
	struct command *c = &w.command[w.count++];
	struct process *p = &w.process[a->trial];

	(void)arg;
	*c = (struct command){.kind = a->kind,
			      .trial = a->trial,
			      .number = a->number,
			      .verdict = a->verdict,
			      .again = a->again};
	if (a->kind == RT_TRIALS_START) {
		memcpy(c->node, w.trials.trial[a->trial].node,
		       w.def[a->trial].nodes * sizeof(*c->node));
		start(a->trial);
	} else if (a->kind == RT_TRIALS_SIGNAL) {
		signal_trial(a->trial, a->number);
	} else if (a->kind == RT_TRIALS_PRUNE) {
		p->verdict = RT_TRIAL_PRUNED;
	} else if (a->kind == RT_TRIALS_ENDED) {
		p->lives = false;
		p->failures += a->again && a->verdict == RT_TRIAL_FAILED;
		if (!a->again && p->verdict != RT_TRIAL_PRUNED)
			p->verdict = a->verdict;
	} else {
		w.is_over = true;
	}
}

static void print_commands(const char *whose, const struct command *c, uint32_t count)
{
	static const char *const kinds[] = {"start", "prune", "signal", "end", "over"};

	printf("%s:", whose);
	for (uint32_t i = 0; i < count && i < 20; i++)
		printf(" %s(%u, %d, %s, %d, on %u)", kinds[c[i].kind], c[i].trial, c[i].number,
		       rt_trial_words[c[i].verdict], c[i].again, c[i].node[0]);
	printf("\n");
}

static void disagree(const struct rt_trials_event *e)
{
	complain("schedule and oracle disagree");
	printf("event %d: node %u, trial %u, attempt %u, status %d\n", (int)e->kind, e->node,
	       e->trial, e->attempt, e->status);
	print_commands("schedule", w.command, w.count);
	print_commands("oracle", w.oracle.command, w.oracle.count);
}

/* Both hear it. */
static void tell(struct rt_trials_event e)
{
	w.count = 0;
	rt_trials_take(&w.trials, &e, w.now);
	oracle_step(&w.oracle, &e, w.now);
	if (w.count != w.oracle.count ||
	    memcmp(w.command, w.oracle.command, w.count * sizeof(*w.command)) != 0)
		disagree(&e);
}

/* What happens out there. */

static uint32_t next_end(void)
{
	uint32_t first = UINT32_MAX;

	for (uint32_t i = 0; i < w.table.count; i++)
		if (w.process[i].lives &&
		    (first == UINT32_MAX || w.process[i].end_at < w.process[first].end_at))
			first = i;
	return first;
}

static void end_one(uint32_t trial)
{
	struct process *p = &w.process[trial];

	w.now = p->end_at > w.now ? p->end_at : w.now;
	p->has_mark = p->has_mark || (!p->status && p->verdict != RT_TRIAL_PRUNED);
	p->lives = false;
	/* The runner is killed before it hears. */
	if (!w.calm && once_in(&w.c, 60)) {
		w.is_over = true;
		return;
	}
	tell((struct rt_trials_event){.kind = RT_TRIALS_TRIAL_ENDED,
				      .trial = trial,
				      .attempt = p->attempt,
				      .status = p->status});
}

static void go_on(void)
{
	int64_t due = rt_trials_next(&w.trials);
	uint32_t first = next_end();

	if (first != UINT32_MAX && w.process[first].end_at <= due) {
		end_one(first);
		return;
	}
	if (due == INT64_MAX) {
		complain("nothing is to come, and it isn't over");
		return;
	}
	w.now = due > w.now ? due : w.now;
	tell((struct rt_trials_event){.kind = RT_TRIALS_TIME});
}

static void disturb(void)
{
	struct rt_trials_event e = {
		.node = choose(&w.c, w.nodes),
		.trial = choose(&w.c, w.table.count < 256 ? w.table.count : 256)};

	e.attempt = w.process[e.trial].attempt - once_in(&w.c, 3);
	e.share = w.has[e.node];
	switch (choose(&w.c, 8)) {
	case 0:
		e.kind = RT_TRIALS_NODE_GONE;
		/* What runs there first dies with it. */
		for (uint32_t i = 0; i < w.table.count; i++)
			if (w.process[i].node[0] == e.node)
				w.process[i].lives = false;
		break;
	case 1:
		e.kind = RT_TRIALS_NODE_UP;
		break;
	case 2:
		/* An end of an attempt that is over, or that nobody knows. */
		e.kind = RT_TRIALS_TRIAL_ENDED;
		if (w.process[e.trial].lives)
			e.attempt = w.process[e.trial].attempt + 1;
		break;
	case 3:
		e.kind = RT_TRIALS_STOP;
		break;
	case 4:
		w.is_over = true; /* kill -9 */
		return;
	case 5:
		w.now += choose(&w.c, 5) * SECOND;
		e.kind = RT_TRIALS_TIME;
		break;
	default:
		e.kind = RT_TRIALS_PRUNE_ASKED;
		break;
	}
	tell(e);
}

/* One job: nodes come, trials run, until it is over, by itself or by a kill. */
static void run_job(void)
{
	rt_trials_init(&w.trials, &w.pool, &w.table, w.nodes);
	w.trials.act = act;
	oracle_begin(&w.oracle, &w.table, w.nodes);
	for (uint32_t i = 0; i < w.table.count; i++) {
		struct process *p = &w.process[i];
		enum rt_trial_verdict v = p->verdict;
		bool is_final = v && v <= RT_TRIAL_PRUNED;

		if (!is_final && p->has_mark)
			v = RT_TRIAL_COMPLETED;
		p->verdict = v <= RT_TRIAL_PRUNED ? v : RT_TRIAL_NONE;
		p->lives = false;
		rt_trials_restore(&w.trials, i, v, p->attempts, p->failures);
		oracle_restore(&w.oracle, i, p->verdict != RT_TRIAL_NONE, p->attempts, p->failures);
	}
	w.is_over = false;
	for (uint32_t n = 0; n < w.nodes && !w.is_over; n++)
		if (w.calm || !once_in(&w.c, 8))
			tell((struct rt_trials_event){
				.kind = RT_TRIALS_NODE_UP, .node = n, .share = w.has[n]});
	if (!w.is_over)
		tell((struct rt_trials_event){.kind = RT_TRIALS_NODES_KNOWN});
	while (!w.is_over && !w.complaint)
		if (!w.calm && once_in(&w.c, w.table.count > 100 ? 250 : 12))
			disturb();
		else
			go_on();
}

static void make(uint32_t trials)
{
	bool is_large = trials > 0;

	w.nodes = is_large ? 8 : 1 + choose(&w.c, 4);
	for (uint32_t n = 0; n < w.nodes; n++)
		w.has[n] = (struct rt_share){.cpus = 1 + choose(&w.c, is_large ? 16 : 4),
					     .gpus = choose(&w.c, 3),
					     .memory = 4 + choose(&w.c, 8)};
	w.table.count = is_large ? trials : 1 + choose(&w.c, 10);
	w.table.trial = w.def;
	w.table.grace = 3 * SECOND;
	for (uint32_t i = 0; i < w.table.count; i++)
		w.def[i] = (struct rt_trial_def){
			.id = "t",
			.nodes = once_in(&w.c, 4) ? 1 + choose(&w.c, ORACLE_WIDE) : 1,
			.retries = choose(&w.c, 3),
			.share = {.cpus = 1 + choose(&w.c, once_in(&w.c, 4) ? 4 : 1),
				  .gpus = once_in(&w.c, 3) ? choose(&w.c, 3) : 0,
				  .memory = choose(&w.c, 5)}};
}

static void check_end(void)
{
	for (uint32_t i = 0; i < w.table.count; i++) {
		uint32_t room = 0;

		for (uint32_t n = 0; n < w.nodes; n++)
			room += w.has[n].cpus >= w.def[i].share.cpus &&
				w.has[n].gpus >= w.def[i].share.gpus &&
				w.has[n].memory >= w.def[i].share.memory;
		bool fits = room >= w.def[i].nodes;
		if (fits && (!w.process[i].verdict || w.process[i].verdict > RT_TRIAL_PRUNED))
			complain("a trial that fits was lost");
		if (!fits && w.process[i].verdict != RT_TRIAL_UNFIT)
			complain("a trial that doesn't fit isn't told so");
		if (w.process[i].has_mark && w.process[i].verdict != RT_TRIAL_COMPLETED &&
		    w.process[i].verdict != RT_TRIAL_PRUNED)
			complain("a success doesn't count");
	}
}

static bool run(uint64_t seed, uint32_t trials)
{
	memset(&w, 0, offsetof(struct world, oracle));
	w.c.seed = (seed + 1) * UINT64_C(0x9e3779b97f4a7c15) | 1;
	make(trials);
	for (w.round = 0; w.round < ROUNDS && !w.complaint; w.round++) {
		w.calm = w.round >= CALM_ROUND;
		run_job();
	}
	if (!w.complaint)
		check_end();
	rt_pool_free(&w.pool);
	if (w.complaint)
		printf("seed %" PRIu64 ": %s (job %u, at %" PRId64 " s, %u trials on %u nodes)\n",
		       seed, w.complaint, w.round, w.now / SECOND, w.table.count, w.nodes);
	return !w.complaint;
}

int main(int argc, char **argv)
{
	uint64_t schedules = 1, seed = 1;
	uint32_t trials = 0;

	for (int i = 1; i + 1 < argc; i += 2)
		if (!strcmp(argv[i], "--schedules"))
			schedules = strtoull(argv[i + 1], NULL, 10);
		else if (!strcmp(argv[i], "--seed"))
			seed = strtoull(argv[i + 1], NULL, 10);
		else if (!strcmp(argv[i], "--trials"))
			trials = (uint32_t)strtoul(argv[i + 1], NULL, 10);
	if (trials > ORACLE_TRIALS)
		return 2;
	for (uint64_t k = 0; k < schedules; k++)
		if (!run(seed + k, trials))
			return 1;
	printf("passed: %" PRIu64 " schedules\n", schedules);
	return 0;
}
