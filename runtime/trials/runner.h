/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The runner of trials: schedule, journal, and the agents on the nodes, which start the trials. An agent
 * speaks over the wire (docs/wire.md) as task k of one launch, k being the number of its node.
 *
 *	agent ──hello──► runner ──start──► agent ──ended──► runner
 *
 * Whoever of the two sees the other go: the agent ends its trials, the runner gives them to other nodes.
 */
#ifndef HPCC_RUNTIME_TRIALS_RUNNER_H
#define HPCC_RUNTIME_TRIALS_RUNNER_H

#include <poll.h>
#include <sys/types.h>

#include "runtime/trials/journal.h"
#include "runtime/wire/wire.h"

#define RT_TRIALS_LAUNCH "trials" /* the name of the agents' launch */
#define RT_NO_NODE       UINT32_MAX

enum {
	RT_TRIALS_PENDING = 64, /* connections that have proved nothing yet */
	RT_HOOK_ROOM = 1 << 16
};

struct rt_trials_peer {
	int fd;        /* -1: a free place */
	uint32_t node; /* RT_NO_NODE: it has proved nothing */
	bool is_here;  /* it has said hello */
	bool is_lost;  /* and the schedule has to hear of it */
	int64_t until; /* of the proof */
	char name[256];
	struct rt_wire wire;
};

/* The user's program that may give up trials. */
struct rt_trials_hook {
	pid_t pid;
	int to, from; /* -1: gone */
	bool told_full;
	size_t in_len, out_len;
	char in[512], out[RT_HOOK_ROOM];
};

struct rt_runner {
	const char *table_path, *program;
	const char *cpus, *gpus, *memory; /* of a node, as written; NULL: as the agent finds it */
	const char *local;
	bool again;
	struct rt_pool pool;
	struct rt_trials_table table;
	struct rt_trials trials;
	struct rt_journal journal;
	struct rt_trials_hook hook;
	int signals, door;
	uint16_t port;
	uint8_t secret[RT_WIRE_KEY];
	uint32_t nodes, places, came;
	struct rt_trials_peer *peer;
	struct pollfd *poll;
	pid_t *agent; /* what started the agents: one srun, or an agent each */
	uint32_t agents, agents_left;
	int64_t now, join_until;
	int stop_signal;
	bool is_over;
};

/* take.c */
void rt_runner_take(struct rt_runner *r, const struct rt_trials_event *event);
/* The job is to end; told once. */
void rt_runner_stop(struct rt_runner *r, int signal);

/* peers.c: the door, and who came in by it. */
bool rt_runner_open(struct rt_runner *r);
/* Starts the agents. */
bool rt_runner_start_agents(struct rt_runner *r);
/* A message to the agent of a node; one that doesn't read is let go. */
void rt_runner_tell(struct rt_runner *r, uint32_t node, enum rt_wire_type type, const char *text);
const char *rt_runner_node_name(const struct rt_runner *r, uint32_t node);
void rt_runner_arrivals(struct rt_runner *r);
void rt_runner_hear(struct rt_runner *r, struct rt_trials_peer *peer);
/* The schedule hears of it by rt_runner_losses, when it isn't at work itself. */
void rt_runner_let_go(struct rt_trials_peer *peer);
void rt_runner_losses(struct rt_runner *r);

/* hook.c */
void rt_hook_start(struct rt_runner *r);
/* Says one more report of a running trial. */
void rt_hook_report(struct rt_runner *r, uint32_t trial, const char *value);
/* An attempt has ended. */
void rt_hook_end(struct rt_runner *r, uint32_t trial, enum rt_trial_verdict verdict);
void rt_hook_ready(struct rt_runner *r, bool can_read, bool can_write);
void rt_hook_gone(struct rt_runner *r, int status);

#endif
