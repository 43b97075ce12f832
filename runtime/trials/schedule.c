/* SPDX-License-Identifier: Apache-2.0 */
/* The state machine of the trials. */
#include "runtime/trials/schedule.h"

#include <signal.h>
#include <string.h>

const char *const rt_trial_words[RT_TRIAL_VERDICTS] = {"none", "completed", "failed", "pruned",
						       "lost", "stopped",   "unfit"};

static void act(const struct rt_trials *t, struct rt_trials_action action)
{
	t->act(t->arg, &action);
}

/* Nodes. */

static bool holds(const struct rt_share *has, const struct rt_share *wanted)
{
	return has->cpus >= wanted->cpus && has->gpus >= wanted->gpus &&
	       has->memory >= wanted->memory;
}

/* The first nodes that hold the trial, by what they have left or by all that they have. */
static bool find_nodes(const struct rt_trials *t, const struct rt_trial_def *def, bool by_all,
		       uint32_t *node)
{
	uint32_t found = 0;

	for (uint32_t i = 0; i < t->nodes && found < def->nodes; i++) {
		const struct rt_trials_node *n = &t->node[i];

		if (n->state != RT_NODE_UP || !holds(by_all ? &n->all : &n->left, &def->share))
			continue;
		if (node)
			node[found] = i;
		found++;
	}
	return found == def->nodes;
}

static void book(struct rt_trials *t, uint32_t trial, bool take)
{
	const struct rt_trial_def *def = &t->table->trial[trial];

	for (uint32_t i = 0; i < def->nodes; i++) {
		struct rt_share *left = &t->node[t->trial[trial].node[i]].left;

		left->cpus += take ? -def->share.cpus : def->share.cpus;
		left->gpus += take ? -def->share.gpus : def->share.gpus;
		left->memory += take ? -def->share.memory : def->share.memory;
	}
}

/* Ends. */

static void end_for_good(struct rt_trials *t, uint32_t trial, enum rt_trial_verdict verdict,
			 int status)
{
	t->trial[trial].phase = RT_TRIAL_OVER;
	t->trial[trial].verdict = verdict;
	act(t,
	    (struct rt_trials_action){
		    .kind = RT_TRIALS_ENDED, .trial = trial, .verdict = verdict, .number = status});
}

static bool runs_again(const struct rt_trials *t, uint32_t trial, enum rt_trial_verdict verdict)
{
	const struct rt_trial *r = &t->trial[trial];

	if (t->is_stopping)
		return false;
	return (verdict == RT_TRIAL_FAILED && r->failures <= t->table->trial[trial].retries) ||
	       (verdict == RT_TRIAL_LOST && r->losses < RT_TRIAL_LOSSES);
}

static void end_attempt(struct rt_trials *t, uint32_t trial, enum rt_trial_verdict verdict,
			int status)
{
	struct rt_trial *r = &t->trial[trial];

	book(t, trial, false);
	t->running--;
	rt_dues_set(&t->kills, trial, INT64_MAX);
	r->is_told = r->is_condemned = false;
	r->failures += verdict == RT_TRIAL_FAILED;
	r->losses += verdict == RT_TRIAL_LOST;
	if (!runs_again(t, trial, verdict)) {
		end_for_good(t, trial, verdict, status);
		return;
	}
	r->phase = RT_TRIAL_WAITS;
	/* Nodes may have gone since it was looked at. */
	t->nodes_changed = true;
	rt_set_add(&t->waiting, trial);
	act(t, (struct rt_trials_action){.kind = RT_TRIALS_ENDED,
					 .trial = trial,
					 .verdict = verdict,
					 .number = status,
					 .again = true});
}

/* One that was given up by the user's program is pruned however it ends; one that ends with 0 has done
   its work, whatever was asked of it meanwhile. */
static enum rt_trial_verdict judge(const struct rt_trials *t, const struct rt_trial *r, int status)
{
	if (r->is_pruned)
		return RT_TRIAL_PRUNED;
	if (!status)
		return RT_TRIAL_COMPLETED;
	if (r->is_condemned || status < 0)
		return RT_TRIAL_LOST;
	return t->is_stopping ? RT_TRIAL_STOPPED : RT_TRIAL_FAILED;
}

/* Requests. */

static void tell(struct rt_trials *t, uint32_t trial, int signal)
{
	t->trial[trial].is_told = true;
	act(t,
	    (struct rt_trials_action){.kind = RT_TRIALS_SIGNAL, .trial = trial, .number = signal});
}

static void ask_to_end(struct rt_trials *t, uint32_t trial, int64_t now)
{
	if (t->trial[trial].is_told)
		return;
	tell(t, trial, SIGTERM);
	rt_dues_set(&t->kills, trial, now + t->table->grace);
}

static void lose_node(struct rt_trials *t, uint32_t node)
{
	if (t->node[node].state == RT_NODE_GONE)
		return;
	t->up -= t->node[node].state == RT_NODE_UP;
	t->node[node].state = RT_NODE_GONE;
	t->nodes_changed = true;
	for (uint32_t i = 0; i < t->table->count; i++) {
		struct rt_trial *r = &t->trial[i];

		if (r->phase != RT_TRIAL_RUNS)
			continue;
		for (uint32_t k = 1; k < t->table->trial[i].nodes && !r->is_condemned; k++) {
			if (r->node[k] != node)
				continue;
			r->is_condemned = true;
			tell(t, i, SIGKILL);
			rt_dues_set(&t->kills, i, INT64_MAX);
		}
		if (r->node[0] == node)
			end_attempt(t, i, r->is_pruned ? RT_TRIAL_PRUNED : RT_TRIAL_LOST,
				    128 + SIGKILL);
	}
}

static void kill_late(struct rt_trials *t, int64_t now)
{
	for (uint32_t i = 0; (i = rt_dues_next(&t->kills, i, now)) < t->table->count; i++) {
		rt_dues_set(&t->kills, i, INT64_MAX);
		tell(t, i, SIGKILL);
	}
}

static void take_event(struct rt_trials *t, const struct rt_trials_event *e, int64_t now)
{
	struct rt_trial *r = &t->trial[e->trial];
	struct rt_trials_node *n = &t->node[e->node];

	switch (e->kind) {
	case RT_TRIALS_NODE_UP:
		if (n->state != RT_NODE_AWAITED)
			break;
		n->state = RT_NODE_UP;
		n->all = n->left = e->share;
		t->up++;
		t->nodes_changed = true;
		break;
	case RT_TRIALS_NODE_GONE:
		lose_node(t, e->node);
		break;
	case RT_TRIALS_NODES_KNOWN:
		t->are_known = t->nodes_changed = true;
		break;
	case RT_TRIALS_TRIAL_ENDED:
		if (r->phase == RT_TRIAL_RUNS && r->attempt == e->attempt)
			end_attempt(t, e->trial, judge(t, r, e->status), e->status);
		break;
	case RT_TRIALS_PRUNE_ASKED:
		if (r->phase != RT_TRIAL_RUNS || r->attempt != e->attempt || r->is_pruned)
			break;
		r->is_pruned = true;
		act(t, (struct rt_trials_action){.kind = RT_TRIALS_PRUNE, .trial = e->trial});
		ask_to_end(t, e->trial, now);
		break;
	case RT_TRIALS_STOP:
		t->is_stopping = true;
		for (uint32_t i = 0; i < t->table->count; i++)
			if (t->trial[i].phase == RT_TRIAL_RUNS)
				ask_to_end(t, i, now);
		break;
	case RT_TRIALS_TIME:
		kill_late(t, now);
		break;
	}
}

/* Starts. */

static uint32_t next_waiting(const struct rt_trials *t, uint32_t from)
{
	return rt_set_next(&t->waiting, from);
}

static void give_up_unfit(struct rt_trials *t)
{
	if (!t->are_known || !t->nodes_changed || !t->up || t->is_stopping)
		return;
	t->nodes_changed = false;
	for (uint32_t i = 0; (i = next_waiting(t, i)) != UINT32_MAX; i++)
		if (!find_nodes(t, &t->table->trial[i], true, NULL)) {
			rt_set_remove(&t->waiting, i);
			end_for_good(t, i, RT_TRIAL_UNFIT, 0);
		}
}

static bool has_any_room(const struct rt_trials *t)
{
	for (uint32_t i = 0; i < t->nodes; i++)
		if (t->node[i].state == RT_NODE_UP && t->node[i].left.cpus)
			return true;
	return false;
}

static void start_what_fits(struct rt_trials *t)
{
	t->pass++;
	for (uint32_t i = 0;
	     t->are_known && !t->is_stopping && (i = next_waiting(t, i)) != UINT32_MAX; i++) {
		struct rt_trial *r = &t->trial[i];

		if (t->full[r->kind] == t->pass)
			continue;
		if (!find_nodes(t, &t->table->trial[i], false, r->node)) {
			t->full[r->kind] = t->pass;
			if (!has_any_room(t))
				break;
			continue;
		}
		book(t, i, true);
		rt_set_remove(&t->waiting, i);
		r->phase = RT_TRIAL_RUNS;
		r->attempt++;
		t->running++;
		act(t, (struct rt_trials_action){.kind = RT_TRIALS_START, .trial = i});
	}
}

void rt_trials_take(struct rt_trials *t, const struct rt_trials_event *event, int64_t now)
{
	if (t->is_over)
		return;
	take_event(t, event, now);
	give_up_unfit(t);
	start_what_fits(t);
	if (t->running ||
	    !(t->is_stopping || (t->are_known && !t->up) || next_waiting(t, 0) == UINT32_MAX))
		return;
	t->is_over = true;
	act(t, (struct rt_trials_action){.kind = RT_TRIALS_OVER});
}

int64_t rt_trials_next(const struct rt_trials *t)
{
	return rt_dues_first(&t->kills);
}

/* Set-up. */

static uint32_t kind_of(const struct rt_trials *t, const uint32_t *example, uint32_t trial)
{
	const struct rt_trial_def *own = &t->table->trial[trial];
	uint32_t kind = 0;

	for (; kind < t->kinds; kind++) {
		const struct rt_trial_def *other = &t->table->trial[example[kind]];

		if (own->nodes == other->nodes && holds(&own->share, &other->share) &&
		    holds(&other->share, &own->share))
			break;
	}
	return kind;
}

void rt_trials_init(struct rt_trials *t, struct rt_pool *pool, const struct rt_trials_table *table,
		    uint32_t nodes)
{
	uint32_t *example = rt_pool_array(pool, table->count + 1, sizeof(*example));

	*t = (struct rt_trials){.table = table, .nodes = nodes};
	t->trial = rt_pool_array(pool, table->count + 1, sizeof(*t->trial));
	t->node = rt_pool_array(pool, nodes + 1, sizeof(*t->node));
	t->full = rt_pool_array(pool, table->count + 1, sizeof(*t->full));
	rt_set_init(&t->waiting, pool, table->count + 1);
	rt_dues_init(&t->kills, pool, table->count);
	for (uint32_t i = 0; i < table->count; i++) {
		struct rt_trial *r = &t->trial[i];

		/* More nodes than there are can't be found, so room for those is enough. */
		uint32_t most = table->trial[i].nodes < nodes ? table->trial[i].nodes : nodes;
		r->node = rt_pool_array(pool, most + 1, sizeof(*r->node));
		r->kind = kind_of(t, example, i);
		example[r->kind] = i;
		if (r->kind == t->kinds)
			t->kinds++;
		rt_set_add(&t->waiting, i);
	}
}

void rt_trials_restore(struct rt_trials *t, uint32_t trial, enum rt_trial_verdict verdict,
		       uint32_t attempt, uint32_t failures)
{
	struct rt_trial *r = &t->trial[trial];

	r->attempt = attempt;
	r->failures = failures;
	if (verdict == RT_TRIAL_NONE || verdict > RT_TRIAL_PRUNED)
		return;
	r->verdict = verdict;
	r->phase = RT_TRIAL_OVER;
	rt_set_remove(&t->waiting, trial);
}
