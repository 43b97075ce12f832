/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The supervisor's end of the wire: the shims of the services that run, and strangers who have not
 * proved to be one. All of it may be missing (no connection comes, or `job wire off`): marks and Slurm's
 * own signals do the same, later.
 */
#ifndef HPCC_RUNTIME_LOOP_PEERS_H
#define HPCC_RUNTIME_LOOP_PEERS_H

#include <netinet/in.h>

#include "runtime/loop/sup.h"
#include "runtime/wire/look.h"
#include "runtime/wire/wire.h"

enum {
	RT_PEERS_PENDING = 256 /* connections that have proved nothing yet */
};

struct rt_peer {
	struct rt_source source; /* first */
	int fd;                  /* -1: a free place */
	uint32_t next; /* of the service's peers, or of the free places; RT_NO_PEER ends it */
	uint32_t service, task;
	struct sockaddr_in6 from; /* also of one that is gone, or an address of the older kind */
	bool joined, exited, is_full; /* is_full: what is to be sent waits for the socket */
	uint64_t order;               /* the one it has not answered, or 0 */
	int64_t until;                /* before it has joined: its time is over then */
	bool is_measuring, is_late;   /* was asked what it uses, and is waited for no longer */
	bool is_measured;
	struct rt_measure measure;
	struct rt_wire wire;
};

#define RT_NO_PEER UINT32_MAX

struct rt_peers {
	struct rt_source source; /* first: the listening socket */
	int fd;
	uint16_t port;
	bool is_open_to_nodes; /* not on the loopback address alone */
	bool is_listening;
	uint8_t secret[RT_WIRE_KEY];
	uint32_t room, taken; /* so many places there are, and were ever taken */
	uint32_t free, pending;
	struct rt_peer *peer;
	uint64_t orders;
	unsigned refused; /* since refused_from */
	int64_t refused_from, listen_at;
	bool told_stranger, told_version;
	uint32_t measuring;       /* peers that are, and aren't late */
	int64_t measured_until;   /* so long they are waited for; RT_NEVER */
	bool has_come, is_absent; /* some shim; one was awaited in vain, and none has come */
};

/* Opens the port; false, and told, if that can't be. */
bool rt_peers_open(struct rt_sup *sup);
/* A launch begins: who spoke for an earlier one is let go. */
void rt_peers_launch(struct rt_sup *sup, uint32_t service);
/* Its process has ended. */
void rt_peers_ended(struct rt_sup *sup, uint32_t service);
struct rt_variables;
/* Sets HPCC_WIRE for a launch. */
void rt_peers_variables(struct rt_variables *v, const struct rt_sup *sup, uint32_t service);
/*
 * Tells all tasks of the service; false if not each of them is there to hear it. Who doesn't answer
 * within two seconds, or is lost before that, makes RT_DUE_ORDER due for the service.
 */
bool rt_peers_order(struct rt_sup *sup, uint32_t service, enum rt_wire_type type, int number);
/* Tells a task something about a look (runtime/wire/look.h), RT_EVERY_TASK: each that is there; how many. */
#define RT_EVERY_TASK UINT32_MAX
uint32_t rt_peers_look(struct rt_sup *sup, uint32_t service, uint32_t task, enum rt_wire_type type,
		       const char *text);
/* Asks all for what they use; the state has it when the last one has answered, or a second later. */
void rt_peers_measure(struct rt_sup *sup);
bool rt_peers_are_measuring(const struct rt_sup *sup);
/* What the tasks of a service used when they were asked last; false if none has answered. */
bool rt_peers_measured(const struct rt_sup *sup, uint32_t service, struct rt_measure *measure);
/* Whether the first task may still connect, of which more is known at that time. */
bool rt_peers_may_come(struct rt_sup *sup, uint32_t service, int64_t until);
int64_t rt_peers_next(const struct rt_sup *sup);
void rt_peers_due(struct rt_sup *sup);

/* Between peers.c and peers_door.c. */
void rt_peers_measured_late(struct rt_sup *sup);
void rt_peers_listen(struct rt_sup *sup, bool on);
void rt_peer_ready(struct rt_sup *sup, struct rt_source *source, uint32_t events);
void rt_peer_send(struct rt_sup *sup, struct rt_peer *peer);
void rt_peer_let_go(struct rt_sup *sup, struct rt_peer *peer);
/* One who has proved nothing; `what` it did, NULL: nothing that is worth telling. */
void rt_peer_refuse(struct rt_sup *sup, struct rt_peer *peer, const char *what);

/* What the tasks of the present launch have said, by the wire or by marks; the latter are looked for. */
const struct rt_mark_sum *rt_tasks_read(struct rt_sup *sup, uint32_t service);
/* A mark has come; its name. */
void rt_task_told(struct rt_sup *sup, uint32_t service, const char *name);

#endif
