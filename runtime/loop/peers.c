/* SPDX-License-Identifier: Apache-2.0 */
/* The supervisor's end of the wire: the shims that are connected, what they say and what they are told. */
#include "runtime/loop/peers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "runtime/files.h"
#include "runtime/loop/spawn.h"

/* An order is answered at once by a shim that lives. */
#define ORDER_LIMIT (2 * RT_SECOND)
/* One that stands still must not hide what the others use. */
#define MEASURE_LIMIT RT_SECOND

/* The places. */

static void leave_list(struct rt_sup *sup, const struct rt_peer *peer)
{
	struct rt_peers *all = sup->peers;
	uint32_t *at = &sup->proc[peer->service].peers, index = (uint32_t)(peer - all->peer);

	while (*at != RT_NO_PEER && *at != index)
		at = &all->peer[*at].next;
	if (*at == index)
		*at = peer->next;
}

static void end_measuring(struct rt_sup *sup)
{
	sup->peers->measured_until = RT_NEVER;
	rt_measured_all(sup);
}

/* It has answered, or never will. */
static void measured(struct rt_sup *sup, struct rt_peer *peer)
{
	if (!peer->is_measuring)
		return;
	peer->is_measuring = false;
	if (peer->is_late)
		peer->is_late = false;
	else if (!--sup->peers->measuring)
		end_measuring(sup);
}

void rt_peer_let_go(struct rt_sup *sup, struct rt_peer *peer)
{
	struct rt_peers *all = sup->peers;

	if (peer->fd < 0)
		return;
	/* A child between fork and exec may still hold it. */
	epoll_ctl(sup->epoll, EPOLL_CTL_DEL, peer->fd, NULL);
	close(peer->fd);
	peer->fd = -1;
	if (peer->joined) {
		leave_list(sup, peer);
		measured(sup, peer);
		if (peer->order)
			rt_due_at(sup, peer->service, RT_DUE_ORDER, sup->now);
		rt_shim_lost(sup, peer->service, peer->task);
	} else {
		all->pending--;
	}
	peer->joined = false;
	peer->next = all->free;
	all->free = (uint32_t)(peer - all->peer);
	if (all->listen_at == RT_NEVER)
		rt_peers_listen(sup, true);
}

/* Sending. */

void rt_peer_send(struct rt_sup *sup, struct rt_peer *peer)
{
	struct epoll_event e = {.events = EPOLLIN | EPOLLRDHUP, .data.ptr = &peer->source};
	bool is_full = false;

	while (peer->fd >= 0 && peer->wire.out_len && !is_full) {
		ssize_t n = send(peer->fd, peer->wire.out, peer->wire.out_len, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		is_full = n < 0 && errno == EAGAIN;
		if (n > 0)
			rt_wire_sent(&peer->wire, (size_t)n);
		else if (!is_full)
			rt_peer_let_go(sup, peer);
	}
	if (peer->fd < 0 || is_full == peer->is_full)
		return;
	e.events |= is_full ? EPOLLOUT : 0;
	peer->is_full = is_full;
	epoll_ctl(sup->epoll, EPOLL_CTL_MOD, peer->fd, &e);
}

/* To one that doesn't read nothing can be said: it is let go, comes back, and is told then. */
static bool tell(struct rt_sup *sup, struct rt_peer *peer, enum rt_wire_type type, const char *text)
{
	if (rt_wire_put(&peer->wire, type, text))
		rt_peer_send(sup, peer);
	else
		rt_peer_let_go(sup, peer);
	return peer->fd >= 0;
}

/* What is longer than a message goes ahead in parts. */
static bool tell_look(struct rt_sup *sup, struct rt_peer *peer, enum rt_wire_type type,
		      const char *text)
{
	char part[RT_WIRE_TEXT_ROOM];

	for (; strlen(text) >= sizeof(part); text += sizeof(part) - 1) {
		memcpy(part, text, sizeof(part) - 1);
		part[sizeof(part) - 1] = '\0';
		if (!tell(sup, peer, RT_WIRE_LOOK_MORE, part))
			return false;
	}
	return tell(sup, peer, type, text);
}

bool rt_peers_order(struct rt_sup *sup, uint32_t service, enum rt_wire_type type, int number)
{
	struct rt_proc *p = &sup->proc[service];
	struct rt_peers *all = sup->peers;
	uint32_t there = 0;

	for (uint32_t i = p->peers; i != RT_NO_PEER; i = all->peer[i].next)
		there += !all->peer[i].exited;
	if (!there || there + p->told.count[RT_MARK_EXIT] < sup->table.service[service].tasks)
		return false;
	rt_due_at(sup, service, RT_DUE_ORDER, sup->now + ORDER_LIMIT);
	p->order_number = number;
	char text[40];
	snprintf(text, sizeof(text), "%llu %d", (unsigned long long)++all->orders, number);
	for (uint32_t i = p->peers, next; i != RT_NO_PEER; i = next) {
		struct rt_peer *peer = &all->peer[i];

		next = peer->next;
		if (peer->exited)
			continue;
		peer->order = all->orders;
		tell(sup, peer, type, text);
	}
	return true;
}

uint32_t rt_peers_look(struct rt_sup *sup, uint32_t service, uint32_t task, enum rt_wire_type type,
		       const char *text)
{
	uint32_t told = 0;

	for (uint32_t i = sup->peers ? sup->proc[service].peers : RT_NO_PEER, next; i != RT_NO_PEER;
	     i = next) {
		struct rt_peer *peer = &sup->peers->peer[i];

		next = peer->next;
		if (peer->exited || (task != RT_EVERY_TASK && task != peer->task))
			continue;
		told += tell_look(sup, peer, type, text);
	}
	return told;
}

void rt_peers_measure(struct rt_sup *sup)
{
	struct rt_peers *all = sup->peers;

	/* One more, so that it isn't the last answer before all are asked. */
	if (!all) {
		rt_measured_all(sup);
		return;
	}
	all->measuring++;
	all->measured_until = sup->now + MEASURE_LIMIT;
	for (uint32_t i = 0; i < all->taken; i++) {
		struct rt_peer *peer = &all->peer[i];

		if (peer->fd < 0 || !peer->joined || peer->exited || peer->is_measuring ||
		    !rt_wire_put(&peer->wire, RT_WIRE_MEASURE, ""))
			continue;
		peer->is_measuring = true;
		all->measuring++;
		rt_peer_send(sup, peer);
	}
	if (!--all->measuring)
		end_measuring(sup);
}

bool rt_peers_are_measuring(const struct rt_sup *sup)
{
	return sup->peers && sup->peers->measuring;
}

void rt_peers_measured_late(struct rt_sup *sup)
{
	struct rt_peers *all = sup->peers;

	for (uint32_t i = 0; i < all->taken; i++) {
		struct rt_peer *peer = &all->peer[i];

		if (peer->fd < 0 || !peer->is_measuring)
			continue;
		peer->is_late = true;
		peer->is_measured = false;
	}
	all->measuring = 0;
	end_measuring(sup);
}

bool rt_peers_measured(const struct rt_sup *sup, uint32_t service, struct rt_measure *measure)
{
	const struct rt_peers *all = sup->peers;
	struct rt_measure sum = {0};
	bool is_measured = false;

	for (uint32_t i = all ? sup->proc[service].peers : RT_NO_PEER; i != RT_NO_PEER;
	     i = all->peer[i].next) {
		if (!all->peer[i].is_measured || all->peer[i].exited)
			continue;
		rt_measure_add(&sum, &all->peer[i].measure);
		is_measured = true;
	}
	if (is_measured)
		*measure = sum;
	return is_measured;
}

bool rt_peers_may_come(struct rt_sup *sup, uint32_t service, int64_t until)
{
	struct rt_proc *p = &sup->proc[service];

	if (!p->is_unwired && sup->now >= until) {
		p->is_unwired = true;
		sup->peers->is_absent = !sup->peers->has_come;
	}
	return !p->is_unwired && !sup->peers->is_absent;
}

/* Hearing. */

static void answered(struct rt_sup *sup, struct rt_peer *peer)
{
	struct rt_proc *p = &sup->proc[peer->service];

	peer->order = 0;
	for (uint32_t i = p->peers; i != RT_NO_PEER; i = sup->peers->peer[i].next)
		if (sup->peers->peer[i].order)
			return;
	rt_due_at(sup, peer->service, RT_DUE_ORDER, RT_NEVER);
}

static void take_mark(struct rt_sup *sup, struct rt_peer *peer, char *text, enum rt_mark_kind kind)
{
	struct rt_proc *p = &sup->proc[peer->service];
	char host[RT_MARK_HOST_ROOM] = "";
	struct rt_mark mark;

	rt_mark_parse(text, &mark);
	mark.task = peer->task;
	if (kind == RT_MARK_EXIT) {
		peer->exited = true;
		answered(sup, peer);
	}
	if (!rt_told_first(p->told_tasks, peer->task, kind))
		return;
	gethostname(host, sizeof(host) - 1);
	rt_mark_add(&p->told, &mark, kind, host);
	if (kind == RT_MARK_START)
		rt_act_on_marks(sup, peer->service);
	else if (kind == RT_MARK_READY)
		rt_lines_told(sup, peer->service);
}

static void take_measure(struct rt_sup *sup, struct rt_peer *peer, const char *text)
{
	rt_measure_read(&peer->measure, text);
	peer->is_measured = true;
	measured(sup, peer);
}

static void take_message(struct rt_sup *sup, struct rt_peer *peer, struct rt_wire_message *m)
{
	/* What is none of these is of a later version, or not for us. */
	for (unsigned kind = 0; kind < RT_MARK_KINDS; kind++)
		if (m->type == rt_wire_of_mark[kind])
			take_mark(sup, peer, m->text, (enum rt_mark_kind)kind);
	if (m->type == RT_WIRE_LOOKED)
		rt_shim_looked(sup, peer->service, peer->task, m->text);
	else if (m->type == RT_WIRE_MEASURED)
		take_measure(sup, peer, m->text);
	else if (m->type == RT_WIRE_TAKEN && strtoull(m->text, NULL, 10) == peer->order)
		answered(sup, peer);
}

/* One that came back after a loss that only its own end has noticed. */
static void let_former_go(struct rt_sup *sup, const struct rt_peer *peer)
{
	for (uint32_t i = sup->proc[peer->service].peers, next; i != RT_NO_PEER; i = next) {
		struct rt_peer *other = &sup->peers->peer[i];

		next = other->next;
		if (other != peer && other->task == peer->task)
			rt_peer_let_go(sup, other);
	}
}

static void tell_version(struct rt_sup *sup, uint32_t service, unsigned version)
{
	if (!sup->peers->told_version)
		rt_say("service '%s': its step shim speaks version %u of the wire, this supervisor "
		       "version %u; marks and Slurm's signals serve instead",
		       sup->table.service[service].name, version, (unsigned)RT_WIRE_VERSION);
	sup->peers->told_version = true;
}

static void judge_claim(struct rt_sup *sup, struct rt_peer *peer, const struct rt_wire_message *m)
{
	uint8_t key[RT_WIRE_KEY];

	rt_wire_key(sup->peers->secret, m->text, key);
	if (!rt_wire_admit(&peer->wire, m, key)) {
		rt_peer_refuse(sup, peer, "couldn't prove what it claims");
		return;
	}
	struct rt_proc *p = m->service < sup->table.count ? &sup->proc[m->service] : NULL;
	if (!p || !p->pid || strcmp(p->prefix, m->text) ||
	    m->task >= sup->table.service[m->service].tasks) {
		rt_peer_let_go(sup, peer); /* of a launch that is over */
		return;
	}
	if (peer->wire.state != RT_WIRE_OPEN) {
		tell_version(sup, m->service, peer->wire.version);
		rt_peer_let_go(sup, peer);
		return;
	}
	sup->peers->pending--;
	peer->joined = true;
	peer->service = m->service;
	peer->task = m->task;
	peer->until = RT_NEVER;
	peer->is_measuring = peer->is_late = peer->is_measured = false;
	let_former_go(sup, peer);
	peer->next = p->peers;
	p->peers = (uint32_t)(peer - sup->peers->peer);
	p->is_unwired = sup->peers->is_absent = false;
	sup->peers->has_come = true;
	rt_shim_came(sup, peer->service, peer->task);
	if (sup->peers->listen_at == RT_NEVER)
		rt_peers_listen(sup, true);
}

static void take_news(struct rt_sup *sup, struct rt_peer *peer)
{
	struct rt_wire_message m;

	while (peer->fd >= 0) {
		switch (rt_wire_next(&peer->wire, &m)) {
		case RT_WIRE_BAD:
			if (peer->joined)
				rt_peer_let_go(sup, peer);
			else
				rt_peer_refuse(sup, peer, "spoke no sense");
			return;
		case RT_WIRE_NOTHING:
			rt_peer_send(sup, peer);
			return;
		case RT_WIRE_CLAIM:
			judge_claim(sup, peer, &m);
			break;
		case RT_WIRE_OPENED:
			break;
		case RT_WIRE_MESSAGE:
			take_message(sup, peer, &m);
			break;
		}
	}
}

void rt_peer_ready(struct rt_sup *sup, struct rt_source *source, uint32_t events)
{
	struct rt_peer *peer = (struct rt_peer *)source;

	if (peer->fd >= 0 && events & EPOLLOUT)
		rt_peer_send(sup, peer);
	/* So many rounds, then others have their turn. */
	for (int round = 0; round < 16 && peer->fd >= 0; round++) {
		size_t room;
		uint8_t *to = rt_wire_space(&peer->wire, &room);
		ssize_t n = recv(peer->fd, to, room, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n > 0) {
			rt_wire_took(&peer->wire, (size_t)n);
			take_news(sup, peer);
		} else if (peer->joined) {
			rt_peer_let_go(sup, peer);
		} else {
			rt_peer_refuse(sup, peer, NULL); /* or a shim that has ended meanwhile */
		}
	}
}

/* Launches. */

void rt_peers_ended(struct rt_sup *sup, uint32_t service)
{
	struct rt_proc *p = &sup->proc[service];

	while (p->peers != RT_NO_PEER)
		rt_peer_let_go(sup, &sup->peers->peer[p->peers]);
	rt_due_at(sup, service, RT_DUE_ORDER, RT_NEVER);
}

void rt_peers_launch(struct rt_sup *sup, uint32_t service)
{
	struct rt_proc *p = &sup->proc[service];

	rt_peers_ended(sup, service);
	p->told = (struct rt_mark_sum){.has_ready = p->probe.by_lines};
	memset(p->told_tasks, 0, rt_told_size(sup->table.service[service].tasks));
}

void rt_peers_variables(struct rt_variables *v, const struct rt_sup *sup, uint32_t service)
{
	const struct rt_peers *all = sup->peers;

	/* Set in any case: a container tool is told to take it along. */
	rt_variable_set(v, "HPCC_WIRE", "off");
	if (!all || !sup->table.service[service].tasks)
		return;
	uint8_t key[RT_WIRE_KEY];
	rt_wire_key(all->secret, sup->proc[service].prefix, key);
	char hex[RT_WIRE_HEX_ROOM];
	rt_wire_to_hex(key, hex);
	char host[RT_MARK_HOST_ROOM] = "";
	if (all->is_open_to_nodes)
		gethostname(host, sizeof(host) - 1);
	char text[RT_WIRE_HEX_ROOM + RT_MARK_HOST_ROOM + 40];
	snprintf(text, sizeof(text), "%u %s %u %s", (unsigned)all->port, hex, service, host);
	rt_variable_set(v, "HPCC_WIRE", text);
}

const struct rt_mark_sum *rt_tasks_read(struct rt_sup *sup, uint32_t service)
{
	struct rt_proc *p = &sup->proc[service];
	uint32_t tasks = sup->table.service[service].tasks;

	if (rt_marks_are_awaited(&p->told, tasks, p->pid != 0))
		rt_mark_read(sup->dir, p->prefix, tasks, p->told_tasks, &p->told);
	return &p->told;
}

void rt_task_told(struct rt_sup *sup, uint32_t service, const char *name)
{
	struct rt_proc *p = &sup->proc[service];

	if (rt_mark_read_one(sup->dir, name, p->prefix, sup->table.service[service].tasks,
			     p->told_tasks, &p->told)) {
		rt_act_on_marks(sup, service);
		rt_lines_told(sup, service);
	}
}
