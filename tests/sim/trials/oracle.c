/* SPDX-License-Identifier: Apache-2.0 */
/* The second opinion on trials. */
#include "tests/sim/trials/oracle.h"

#include <signal.h>
#include <string.h>

void oracle_begin(struct oracle *o, const struct rt_trials_table *table, uint32_t nodes)
{
	memset(o, 0, offsetof(struct oracle, command));
	o->table = table;
	o->nodes = nodes;
	for (uint32_t i = 0; i < table->count; i++)
		o->trial[i].deadline = -1;
}

void oracle_restore(struct oracle *o, uint32_t trial, bool is_final, uint32_t attempt,
		    uint32_t failures)
{
	o->trial[trial].is_final = is_final;
	o->trial[trial].attempt = attempt;
	o->trial[trial].bad_ends = failures;
}

static struct command *say(struct oracle *o, enum rt_trials_action_kind kind, uint32_t trial)
{
	struct command *c = &o->command[o->count++];

	memset(c, 0, sizeof(*c));
	c->kind = kind;
	c->trial = trial;
	return c;
}

static bool uses(const struct oracle *o, uint32_t trial, uint32_t node)
{
	for (uint32_t k = 0; k < o->table->trial[trial].nodes; k++)
		if (o->trial[trial].node[k] == node)
			return true;
	return false;
}

/* What is left of each node, from the beginning. */
static void count_left(const struct oracle *o, struct rt_share left[ORACLE_NODES])
{
	memcpy(left, o->has, sizeof(o->has));
	for (uint32_t i = 0; i < o->table->count; i++) {
		const struct rt_trial_def *d = &o->table->trial[i];

		for (uint32_t n = 0; o->trial[i].is_running && n < o->nodes; n++) {
			if (!uses(o, i, n))
				continue;
			left[n].cpus -= d->share.cpus;
			left[n].gpus -= d->share.gpus;
			left[n].memory -= d->share.memory;
		}
	}
}

static void end_of_attempt(struct oracle *o, uint32_t trial, enum rt_trial_verdict v, int status)
{
	struct oracle_trial *t = &o->trial[trial];
	bool again = false;

	t->is_running = t->was_asked = t->doomed = false;
	t->deadline = -1;
	if (v == RT_TRIAL_FAILED)
		again = ++t->bad_ends <= o->table->trial[trial].retries;
	if (v == RT_TRIAL_LOST)
		again = ++t->lost_nodes < RT_TRIAL_LOSSES;
	again = again && !o->stop;
	t->is_final = !again;
	struct command *c = say(o, RT_TRIALS_ENDED, trial);
	c->verdict = v;
	c->number = status;
	c->again = again;
}

static void signal_to(struct oracle *o, uint32_t trial, int number)
{
	o->trial[trial].was_asked = true;
	o->trial[trial].deadline = -1;
	say(o, RT_TRIALS_SIGNAL, trial)->number = number;
}

static void ask(struct oracle *o, uint32_t trial, int64_t now)
{
	if (o->trial[trial].was_asked)
		return;
	signal_to(o, trial, SIGTERM);
	o->trial[trial].deadline = now + o->table->grace;
}

static void node_goes(struct oracle *o, uint32_t node)
{
	if (o->was_up[node] && !o->up[node])
		return;
	o->was_up[node] = true;
	o->up[node] = false;
	for (uint32_t i = 0; i < o->table->count; i++) {
		struct oracle_trial *t = &o->trial[i];

		if (!t->is_running || !uses(o, i, node))
			continue;
		if (t->node[0] == node) {
			end_of_attempt(o, i, t->given_up ? RT_TRIAL_PRUNED : RT_TRIAL_LOST,
				       128 + SIGKILL);
		} else if (!t->doomed) {
			t->doomed = true;
			signal_to(o, i, SIGKILL);
		}
	}
}

static void trial_ends(struct oracle *o, const struct rt_trials_event *e)
{
	struct oracle_trial *t = &o->trial[e->trial];
	enum rt_trial_verdict v = o->stop ? RT_TRIAL_STOPPED : RT_TRIAL_FAILED;

	if (!t->is_running || t->attempt != e->attempt)
		return;
	if (t->doomed || e->status < 0)
		v = RT_TRIAL_LOST;
	if (e->status == 0)
		v = RT_TRIAL_COMPLETED;
	if (t->given_up)
		v = RT_TRIAL_PRUNED;
	end_of_attempt(o, e->trial, v, e->status);
}

static void hear(struct oracle *o, const struct rt_trials_event *e, int64_t now)
{
	struct oracle_trial *t = &o->trial[e->trial];

	if (e->kind == RT_TRIALS_NODE_UP && !o->was_up[e->node]) {
		o->up[e->node] = o->was_up[e->node] = true;
		o->has[e->node] = e->share;
	} else if (e->kind == RT_TRIALS_NODE_GONE) {
		node_goes(o, e->node);
	} else if (e->kind == RT_TRIALS_NODES_KNOWN) {
		o->known = true;
	} else if (e->kind == RT_TRIALS_TRIAL_ENDED) {
		trial_ends(o, e);
	} else if (e->kind == RT_TRIALS_PRUNE_ASKED && t->is_running && t->attempt == e->attempt &&
		   !t->given_up) {
		t->given_up = true;
		say(o, RT_TRIALS_PRUNE, e->trial);
		ask(o, e->trial, now);
	} else if (e->kind == RT_TRIALS_STOP || e->kind == RT_TRIALS_TIME) {
		o->stop = o->stop || e->kind == RT_TRIALS_STOP;
		for (uint32_t i = 0; i < o->table->count; i++)
			if (e->kind == RT_TRIALS_STOP && o->trial[i].is_running)
				ask(o, i, now);
			else if (e->kind == RT_TRIALS_TIME && o->trial[i].deadline >= 0 &&
				 o->trial[i].deadline <= now)
				signal_to(o, i, SIGKILL);
	}
}

static bool is_room(const struct rt_share *has, const struct rt_share *wants)
{
	return has->cpus >= wants->cpus && has->gpus >= wants->gpus && has->memory >= wants->memory;
}

static uint32_t places(const struct oracle *o, const struct rt_trial_def *d,
		       const struct rt_share *has, uint32_t node[ORACLE_WIDE])
{
	uint32_t found = 0;

	for (uint32_t n = 0; n < o->nodes && found < d->nodes; n++)
		if (o->up[n] && is_room(&has[n], &d->share))
			node[found++] = n;
	return found;
}

static uint32_t count_up(const struct oracle *o)
{
	uint32_t up = 0;

	for (uint32_t n = 0; n < o->nodes; n++)
		up += o->up[n];
	return up;
}

static void find_unfit(struct oracle *o)
{
	uint32_t node[ORACLE_WIDE];

	if (!o->known || !count_up(o) || o->stop)
		return;
	for (uint32_t i = 0; i < o->table->count; i++) {
		struct oracle_trial *t = &o->trial[i];

		if (t->is_final || t->is_running ||
		    places(o, &o->table->trial[i], o->has, node) == o->table->trial[i].nodes)
			continue;
		t->is_final = true;
		say(o, RT_TRIALS_ENDED, i)->verdict = RT_TRIAL_UNFIT;
	}
}

static void start(struct oracle *o)
{
	struct rt_share left[ORACLE_NODES];

	if (!o->known || o->stop)
		return;
	count_left(o, left);
	for (uint32_t i = 0; i < o->table->count; i++) {
		const struct rt_trial_def *d = &o->table->trial[i];
		struct oracle_trial *t = &o->trial[i];
		uint32_t node[ORACLE_WIDE] = {0};

		if (t->is_final || t->is_running || places(o, d, left, node) < d->nodes)
			continue;
		for (uint32_t k = 0; k < d->nodes; k++) {
			left[node[k]].cpus -= d->share.cpus;
			left[node[k]].gpus -= d->share.gpus;
			left[node[k]].memory -= d->share.memory;
		}
		t->is_running = true;
		t->attempt++;
		memcpy(t->node, node, sizeof(node));
		memcpy(say(o, RT_TRIALS_START, i)->node, node, sizeof(node));
	}
}

void oracle_step(struct oracle *o, const struct rt_trials_event *e, int64_t now)
{
	bool busy = false, waits = false;

	o->count = 0;
	if (o->over)
		return;
	hear(o, e, now);
	find_unfit(o);
	start(o);
	for (uint32_t i = 0; i < o->table->count; i++) {
		busy = busy || o->trial[i].is_running;
		waits = waits || (!o->trial[i].is_final && !o->trial[i].is_running);
	}
	o->over = !busy && (!waits || o->stop || (o->known && !count_up(o)));
	if (o->over)
		say(o, RT_TRIALS_OVER, 0);
}
