/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The runner's end of the wire: the door, the agents that came in by it, and how they are started. In an
 * allocation one srun starts them all; a step for each trial would cost the controller two calls each.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "runtime/core/words.h"
#include "runtime/files.h"
#include "runtime/loop/spawn.h"
#include "runtime/trials/runner.h"
#include "runtime/wire/listen.h"

#define SECOND      INT64_C(1000000000)
#define PROOF_LIMIT (3 * SECOND)
#define LATE_LIMIT  (30 * SECOND)

enum {
	SEND_LIMIT_MS = 5000
};

bool rt_runner_open(struct rt_runner *r)
{
	r->door = -1;
	r->places = r->nodes + RT_TRIALS_PENDING;
	r->peer = rt_pool_array(&r->pool, r->places, sizeof(*r->peer));
	for (uint32_t i = 0; i < r->places; i++)
		r->peer[i].fd = -1;
	rt_raise_descriptors(r->places + 64);
	if (getrandom(r->secret, sizeof(r->secret), 0) == sizeof(r->secret))
		r->door = rt_wire_listen(!r->local && r->nodes > 1, &r->port);
	if (r->door < 0)
		rt_say("trials: no port for the agents: %s", strerror(errno));
	return r->door >= 0;
}

/* Agents. */

static void set_variables(struct rt_variables *v, const void *arg)
{
	const struct rt_runner *r = arg;
	uint8_t key[RT_WIRE_KEY];
	char host[256] = "";

	rt_wire_key(r->secret, RT_TRIALS_LAUNCH, key);
	char hex[RT_WIRE_HEX_ROOM];
	rt_wire_to_hex(key, hex);
	gethostname(host, sizeof(host) - 1);
	char text[sizeof(hex) + sizeof(host) + 20];
	snprintf(text, sizeof(text), "%u %s 0 %s", r->port, hex,
		 !r->local && r->nodes > 1 ? host : "");
	rt_variable_set(v, "HPCC_WIRE", text);
	/* srun would take these for its own. */
	rt_variable_remove(v, "SLURM_CPU_BIND");
	rt_variable_remove(v, "SLURM_CPUS_PER_TASK");
	rt_variable_remove(v, "SLURM_TRES_PER_TASK");
	rt_variable_remove(v, "SLURM_NTASKS_PER_NODE");
	rt_variable_remove(v, "SLURM_EXACT");
	rt_variable_remove(v, "SLURM_MEM_PER_CPU");
	rt_variable_remove(v, "SLURM_MEM_PER_GPU");
	rt_variable_remove(v, "SLURM_MEM_PER_NODE");
}

struct words {
	const char *word[32];
	uint32_t count;
};

static void add(struct words *w, const char *option, const char *value)
{
	if (!value)
		return;
	w->word[w->count++] = option;
	w->word[w->count++] = value;
}

/* The step of the agents has memory 0, for all that there is; the job knows how much that is. NULL where
   none is allocated. */
static const char *allocated_memory(struct rt_runner *r)
{
	const char *node = getenv("SLURM_MEM_PER_NODE"), *cpu = getenv("SLURM_MEM_PER_CPU");
	const char *cpus = getenv("SLURM_CPUS_ON_NODE");
	uint64_t mib = node ? strtoull(node, NULL, 10) : 0;

	if (!mib && cpu && cpus)
		mib = strtoull(cpu, NULL, 10) * strtoull(cpus, NULL, 10);
	if (!mib || r->local)
		return NULL;
	return rt_pool_format(&r->pool, "%llu", (unsigned long long)mib);
}

static bool start_agent(struct rt_runner *r, uint32_t number)
{
	static const char *const srun[] = {"srun",
					   "--ntasks-per-node=1",
					   "--overlap",
					   "--mem=0",
					   "--no-kill",
					   "--kill-on-bad-exit=0",
					   "--wait=0",
					   "--cpu-bind=none",
					   "--input=none",
					   "--export=ALL",
					   "--job-name=hpcc-trials"};
	const char *nodes = rt_pool_format(&r->pool, "%u", r->local ? number : r->nodes);
	struct words w = {.count = 0};

	if (!r->local) {
		w.count = sizeof(srun) / sizeof(srun[0]);
		memcpy(w.word, srun, sizeof(srun));
		add(&w, "--nodes", nodes);
		add(&w, "--ntasks", nodes);
	}
	add(&w, r->program, "trials-agent");
	add(&w, "--table", r->table_path);
	add(&w, "--node", r->local ? nodes : NULL);
	add(&w, "--cpus", r->cpus);
	add(&w, "--gpus", r->gpus);
	add(&w, "--memory", r->memory ? r->memory : allocated_memory(r));
	w.word[w.count] = NULL;
	struct rt_spawn s = {.argv = w.word,
			     .output = -1,
			     .only_out = -1,
			     .set_variables = set_variables,
			     .arg = r};
	r->agent[number] = rt_spawn(&s);
	return r->agent[number] > 0;
}

bool rt_runner_start_agents(struct rt_runner *r)
{
	r->agents = r->local ? r->nodes : 1;
	r->agent = rt_pool_array(&r->pool, r->agents, sizeof(*r->agent));
	for (; r->agents_left < r->agents; r->agents_left++)
		if (!start_agent(r, r->agents_left)) {
			rt_say("trials: can't start an agent: %s", strerror(errno));
			return false;
		}
	return true;
}

/* Connections. */

void rt_runner_let_go(struct rt_trials_peer *peer)
{
	if (peer->fd < 0)
		return;
	close(peer->fd);
	peer->fd = -1;
	peer->is_lost = peer->node != RT_NO_NODE;
}

void rt_runner_losses(struct rt_runner *r)
{
	for (uint32_t i = 0; i < r->places; i++) {
		struct rt_trials_event e = {.kind = RT_TRIALS_NODE_GONE, .node = r->peer[i].node};

		if (!r->peer[i].is_lost)
			continue;
		r->peer[i].is_lost = false;
		if (!r->is_over)
			rt_say("node %s is gone; its trials run elsewhere",
			       rt_runner_node_name(r, e.node));
		rt_runner_take(r, &e);
	}
}

static void send_all(struct rt_trials_peer *peer)
{
	while (peer->fd >= 0 && peer->wire.out_len) {
		struct pollfd p = {.fd = peer->fd, .events = POLLOUT};
		ssize_t n = send(peer->fd, peer->wire.out, peer->wire.out_len, MSG_NOSIGNAL);

		if (n > 0)
			rt_wire_sent(&peer->wire, (size_t)n);
		else if (n < 0 && errno == EINTR)
			continue;
		else if (n == 0 || errno != EAGAIN || poll(&p, 1, SEND_LIMIT_MS) <= 0)
			rt_runner_let_go(peer);
	}
}

static struct rt_trials_peer *peer_of(const struct rt_runner *r, uint32_t node)
{
	for (uint32_t i = 0; i < r->places; i++)
		if (r->peer[i].fd >= 0 && r->peer[i].node == node)
			return &r->peer[i];
	return NULL;
}

void rt_runner_tell(struct rt_runner *r, uint32_t node, enum rt_wire_type type, const char *text)
{
	struct rt_trials_peer *peer = peer_of(r, node);

	if (!peer)
		return; /* its end is on the way to the schedule */
	if (!rt_wire_put(&peer->wire, type, text))
		rt_runner_let_go(peer);
	send_all(peer);
}

const char *rt_runner_node_name(const struct rt_runner *r, uint32_t node)
{
	for (uint32_t i = 0; i < r->places; i++)
		if (r->peer[i].node == node && r->peer[i].name[0])
			return r->peer[i].name;
	return "?";
}

void rt_runner_arrivals(struct rt_runner *r)
{
	for (uint32_t i = 0; i < r->places; i++) {
		struct rt_trials_peer *peer = &r->peer[i];
		uint8_t nonce[RT_WIRE_NONCE];

		if (peer->fd >= 0 || peer->name[0])
			continue;
		peer->fd = accept4(r->door, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (peer->fd < 0)
			return;
		peer->node = RT_NO_NODE;
		peer->is_here = false;
		peer->until = r->now + PROOF_LIMIT;
		rt_wire_options(peer->fd);
		if (getrandom(nonce, sizeof(nonce), 0) != sizeof(nonce)) {
			rt_runner_let_go(peer);
			return;
		}
		rt_wire_serve(&peer->wire, nonce);
		send_all(peer);
	}
}

/* What comes. */

static void take_claim(struct rt_runner *r, struct rt_trials_peer *peer,
		       const struct rt_wire_message *m)
{
	uint8_t key[RT_WIRE_KEY];

	rt_wire_key(r->secret, RT_TRIALS_LAUNCH, key);
	if (strcmp(m->text, RT_TRIALS_LAUNCH) != 0 || !rt_wire_admit(&peer->wire, m, key) ||
	    peer->wire.state != RT_WIRE_OPEN || m->task >= r->nodes || peer_of(r, m->task)) {
		rt_runner_let_go(peer);
		return;
	}
	peer->node = m->task;
	peer->until = INT64_MAX;
	send_all(peer);
}

static void take_hello(struct rt_runner *r, struct rt_trials_peer *peer, const char *text)
{
	struct rt_trials_event e = {.kind = RT_TRIALS_NODE_UP, .node = peer->node};
	char *at;

	e.share.cpus = (uint32_t)strtoul(text, &at, 10);
	e.share.gpus = (uint32_t)strtoul(at, &at, 10);
	e.share.memory = strtoull(at, &at, 10);
	snprintf(peer->name, sizeof(peer->name), "%s", at + strspn(at, " "));
	peer->is_here = true;
	r->came++;
	/* The others come within seconds, or not at all. */
	if (r->join_until > r->now + LATE_LIMIT)
		r->join_until = r->now + LATE_LIMIT;
	rt_runner_take(r, &e);
}

static void take_message(struct rt_runner *r, struct rt_trials_peer *peer,
			 const struct rt_wire_message *m)
{
	struct rt_trials_event e = {.kind = RT_TRIALS_TRIAL_ENDED};

	if (m->type == RT_WIRE_HELLO && !peer->is_here)
		take_hello(r, peer, m->text);
	if (m->type == RT_WIRE_STOPPING)
		rt_runner_stop(r, SIGTERM);
	char *at;
	e.trial = (uint32_t)strtoul(m->text, &at, 10);
	e.attempt = (uint32_t)strtoul(at, &at, 10);
	if (e.trial >= r->table.count)
		return;
	const struct rt_trial *t = &r->trials.trial[e.trial];
	/* An agent speaks of what was given to it. */
	if (t->phase != RT_TRIAL_RUNS || t->attempt != e.attempt || t->node[0] != peer->node)
		return;
	if (m->type == RT_WIRE_TRIAL_REPORTS)
		rt_hook_report(r, e.trial, at + strspn(at, " "));
	if (m->type != RT_WIRE_TRIAL_ENDED)
		return;
	e.status = (int)strtol(at, NULL, 10);
	rt_runner_take(r, &e);
}

static void take_news(struct rt_runner *r, struct rt_trials_peer *peer)
{
	struct rt_wire_message m;
	enum rt_wire_news news = RT_WIRE_MESSAGE;

	while (peer->fd >= 0 && news > RT_WIRE_NOTHING) {
		news = rt_wire_next(&peer->wire, &m);
		if (news == RT_WIRE_BAD)
			rt_runner_let_go(peer);
		else if (news == RT_WIRE_CLAIM)
			take_claim(r, peer, &m);
		else if (news == RT_WIRE_MESSAGE)
			take_message(r, peer, &m);
	}
}

void rt_runner_hear(struct rt_runner *r, struct rt_trials_peer *peer)
{
	while (peer->fd >= 0) {
		size_t room;
		uint8_t *to = rt_wire_space(&peer->wire, &room);
		ssize_t n = recv(peer->fd, to, room, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n <= 0) {
			rt_runner_let_go(peer);
			return;
		}
		rt_wire_took(&peer->wire, (size_t)n);
		take_news(r, peer);
	}
}
