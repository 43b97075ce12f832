/* SPDX-License-Identifier: Apache-2.0 */
/* The door of the wire: the port, who comes in by it, and strangers, who are let out again. */
#include "runtime/loop/peers.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "runtime/files.h"
#include "runtime/loop/spawn.h"
#include "runtime/probe/listening.h"
#include "runtime/wire/listen.h"

/* A shim proves who it is in less than a millisecond of its own. */
#define PROOF_LIMIT (3 * RT_SECOND)

enum {
	ARRIVALS_A_ROUND = 1024,
	PLACES_MAX = 16384,
	DESCRIPTORS_MORE = 64,
	/* So many strangers a second are turned away; then nobody is let in for the next one. */
	STRANGERS_A_SECOND = 100
};

void rt_peers_listen(struct rt_sup *sup, bool on)
{
	struct rt_peers *all = sup->peers;
	struct epoll_event e = {.events = on ? EPOLLIN : 0, .data.ptr = &all->source};

	if (all->is_listening != on && !epoll_ctl(sup->epoll, EPOLL_CTL_MOD, all->fd, &e))
		all->is_listening = on;
}

/* Strangers. */

static void tell_stranger(struct rt_sup *sup, const struct rt_peer *peer, const char *what)
{
	char text[INET6_ADDRSTRLEN] = "";

	if (sup->peers->told_stranger)
		return;
	sup->peers->told_stranger = true;
	rt_address_write(&peer->from, text);
	rt_say("somebody at %s who is no step of this job %s at the supervisor's port; refused, as "
	       "are all others, without another word",
	       text, what);
}

void rt_peer_refuse(struct rt_sup *sup, struct rt_peer *peer, const char *what)
{
	struct rt_peers *all = sup->peers;

	if (what)
		tell_stranger(sup, peer, what);
	if (sup->now - all->refused_from > RT_SECOND) {
		all->refused_from = sup->now;
		all->refused = 0;
	}
	rt_peer_let_go(sup, peer);
	if (++all->refused < STRANGERS_A_SECOND || all->listen_at != RT_NEVER)
		return;
	all->listen_at = sup->now + RT_SECOND;
	rt_peers_listen(sup, false);
}

/* Arrivals. */

static bool has_place(const struct rt_peers *all)
{
	return all->free != RT_NO_PEER || all->taken < all->room;
}

/* One that was given back comes first, so that no memory is touched for more than there ever are at a
   time. */
static struct rt_peer *next_place(const struct rt_peers *all)
{
	return &all->peer[all->free != RT_NO_PEER ? all->free : all->taken];
}

static void greet(struct rt_sup *sup, int fd, struct rt_peer *peer)
{
	struct rt_peers *all = sup->peers;
	uint8_t nonce[RT_WIRE_NONCE];

	if (getrandom(nonce, sizeof(nonce), GRND_NONBLOCK) != sizeof(nonce) ||
	    !rt_sup_watch(sup, fd, EPOLLIN | EPOLLRDHUP, &peer->source)) {
		close(fd);
		return;
	}
	rt_wire_options(fd);
	if (all->free != RT_NO_PEER)
		all->free = peer->next;
	else
		all->taken++;
	all->pending++;
	peer->source.ready = rt_peer_ready;
	peer->fd = fd;
	peer->joined = peer->exited = peer->is_full = false;
	peer->order = 0;
	peer->until = sup->now + PROOF_LIMIT;
	rt_wire_serve(&peer->wire, nonce);
	rt_peer_send(sup, peer);
}

static void arrivals_ready(struct rt_sup *sup, struct rt_source *source, uint32_t events)
{
	struct rt_peers *all = sup->peers;

	(void)source;
	(void)events;
	for (int round = 0; round < ARRIVALS_A_ROUND && all->is_listening; round++) {
		struct rt_peer *peer;
		socklen_t len = sizeof(peer->from);
		int fd;

		if (all->pending == RT_PEERS_PENDING || !has_place(all)) {
			rt_peers_listen(sup, false);
			return;
		}
		peer = next_place(all);
		fd = accept4(all->fd, (struct sockaddr *)&peer->from, &len,
			     SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd < 0 && (errno == EINTR || errno == ECONNABORTED))
			continue;
		if (fd < 0) {
			if (errno != EAGAIN) {
				/* No descriptor is left: the others come to it by themselves. */
				all->listen_at = sup->now + RT_SECOND;
				rt_peers_listen(sup, false);
			}
			return;
		}
		if (fd >= sup->descriptor_limit / 2)
			close(fd); /* launches and probes can't do without, and this can */
		else
			greet(sup, fd, peer);
	}
}

/* Time. */

int64_t rt_peers_next(const struct rt_sup *sup)
{
	const struct rt_peers *all = sup->peers;
	int64_t first = RT_NEVER;

	if (!all)
		return RT_NEVER;
	first = all->listen_at < all->measured_until ? all->listen_at : all->measured_until;
	for (uint32_t i = 0, left = all->pending; i < all->taken && left; i++)
		if (all->peer[i].fd >= 0 && !all->peer[i].joined) {
			left--;
			first = all->peer[i].until < first ? all->peer[i].until : first;
		}
	return first;
}

void rt_peers_due(struct rt_sup *sup)
{
	struct rt_peers *all = sup->peers;

	if (!all)
		return;
	for (uint32_t i = 0, left = all->pending; i < all->taken && left; i++) {
		struct rt_peer *peer = &all->peer[i];

		if (peer->fd < 0 || peer->joined)
			continue;
		left--;
		if (peer->until <= sup->now)
			rt_peer_refuse(sup, peer, "said nothing");
	}
	if (all->listen_at <= sup->now) {
		all->listen_at = RT_NEVER;
		rt_peers_listen(sup, true);
	}
	if (all->measured_until <= sup->now)
		rt_peers_measured_late(sup);
}

/* Set-up. */

static void take_memory(struct rt_sup *sup, struct rt_peers *all, uint64_t tasks)
{
	all->room = (uint32_t)(tasks < PLACES_MAX ? tasks : PLACES_MAX) + RT_PEERS_PENDING;
	all->peer = rt_pool_array(&sup->pool, all->room, sizeof(*all->peer));
	all->free = RT_NO_PEER;
}

bool rt_peers_open(struct rt_sup *sup)
{
	struct rt_peers *all = rt_pool_take(&sup->pool, sizeof(*all));
	uint64_t tasks = 0;

	for (uint32_t i = 0; i < sup->table.count; i++)
		tasks += sup->table.service[i].tasks;
	all->listen_at = all->measured_until = RT_NEVER;
	all->is_open_to_nodes = sup->table.scheduler == RT_SLURM && strchr(sup->nodes, ' ') != NULL;
	all->source.ready = arrivals_ready;
	if (getrandom(all->secret, sizeof(all->secret), GRND_NONBLOCK) != sizeof(all->secret) ||
	    (all->fd = rt_wire_listen(all->is_open_to_nodes, &all->port)) < 0 ||
	    !rt_sup_watch(sup, all->fd, EPOLLIN, &all->source)) {
		rt_say("steps can't connect to the supervisor: %s; marks and signals serve instead",
		       strerror(errno));
		return false;
	}
	all->is_listening = true;
	rt_raise_descriptors(2 * (tasks + sup->table.count + DESCRIPTORS_MORE));
	take_memory(sup, all, tasks);
	sup->peers = all;
	return true;
}
