/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looks that a service's step shim takes for the supervisor (runtime/wire/look.h): it is on the service's
 * own node, whichever that is, and knows whose a port is. It looks at a pace of its own and tells what
 * it sees. Where it doesn't connect, the supervisor looks itself at what it can see from its own node.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/loop/peers.h"
#include "runtime/loop/sup.h"
#include "runtime/probe/pace.h"

/* A shim connects as soon as its task begins. */
#define JOIN_LIMIT (2 * RT_SECOND)

bool rt_net_is_here(const struct rt_sup *sup, uint32_t service)
{
	const char *own = getenv("SLURMD_NODENAME");

	return sup->table.scheduler != RT_SLURM || !own || !*own ||
	       !strcmp(own, sup->proc[service].first_node);
}

static bool write_look(const struct rt_sup *sup, const struct rt_probe *p, char *text)
{
	const struct rt_ready *ready = p->target;
	bool is_live = p->use == RT_LOOK_LIVE;
	int64_t left = p->deadline - sup->now - RT_PACE_LAST_LOOK / 2;
	struct rt_look look = {
		.use = p->use,
		.number = p->looks,
		.every = is_live ? sup->table.service[p->source.service].live.interval : 0,
		.limit = rt_net_limit(sup, p),
		.left = is_live                ? 0
			: left > RT_PACE_LEAST ? left
					       : RT_PACE_LEAST,
		.kind = ready->kind == RT_READY_HTTP ? RT_LOOK_HTTP : RT_LOOK_TCP,
		.is_own = !ready->of_anybody,
		.port = (unsigned)strtoul(p->port, NULL, 10),
		.status = ready->status,
	};

	while (look.address_count < p->address_count) {
		const void *bytes = p->addresses[look.address_count].bytes;
		const struct sockaddr_in *v4 = bytes;
		const struct sockaddr_in6 *v6 = bytes;

		inet_ntop(v4->sin_family,
			  v4->sin_family == AF_INET ? (const void *)&v4->sin_addr
						    : (const void *)&v6->sin6_addr,
			  look.address[look.address_count++], RT_LOOK_ADDRESS_ROOM);
	}
	if (snprintf(look.url, sizeof(look.url), "%s", ready->url ? ready->url : "") >=
	    (int)sizeof(look.url))
		return false;
	return rt_look_write(&look, text);
}

static bool is_for_shim(const struct rt_sup *sup, const struct rt_probe *p)
{
	const struct rt_service_def *s = &sup->table.service[p->source.service];
	bool is_https = p->target->kind == RT_READY_HTTP && !strncmp(p->target->url, "https://", 8);

	return sup->peers && s->tasks && p->address_count && !is_https;
}

bool rt_shim_takes(struct rt_sup *sup, struct rt_probe *p)
{
	char text[RT_WIRE_TEXT_ROOM];
	uint32_t service = p->source.service;
	bool is_for_it = is_for_shim(sup, p) && write_look(sup, p, text);

	if (is_for_it && rt_peers_look(sup, service, text)) {
		p->at = RT_AT_SHIM;
		p->next = RT_NEVER;
		return true;
	}
	if (is_for_it && rt_peers_may_come(sup, service, p->awaited_from + JOIN_LIMIT)) {
		p->at = RT_AT_SHIM;
		p->next = p->awaited_from + JOIN_LIMIT;
		return true;
	}
	if (!rt_net_is_own_node(p) || rt_net_is_here(sup, service))
		return false;
	rt_probe_saw(sup, p, "no connection to the step on node %s", sup->proc[service].first_node);
	rt_probe_put_off(sup, p);
	return true;
}

void rt_shim_came(struct rt_sup *sup, uint32_t service)
{
	struct rt_probe *p = rt_probe_of(sup, service);

	if (p->at != RT_AT_SHIM)
		return;
	rt_shim_takes(sup, p);
	rt_probe_plan(sup, p);
}

void rt_shim_lost(struct rt_sup *sup, uint32_t service)
{
	struct rt_probe *p = rt_probe_of(sup, service);

	if (p->at != RT_AT_SHIM)
		return;
	p->awaited_from = sup->now;
	p->next = sup->now + JOIN_LIMIT;
	rt_probe_plan(sup, p);
}

void rt_shim_looked(struct rt_sup *sup, uint32_t service, const char *text)
{
	struct rt_probe *p = rt_probe_of(sup, service);
	struct rt_looked looked;

	if (p->at != RT_AT_SHIM || !rt_looked_read(&looked, text) || looked.number != p->looks ||
	    looked.use != p->use)
		return;
	if (looked.misses)
		rt_probe_saw(sup, p, "%s", looked.words);
	if (p->use == RT_LOOK_LIVE)
		rt_live_told(sup, p, looked.misses);
	if (p->use == RT_LOOK_LIVE || looked.misses)
		return;
	p->at = RT_AT_PAUSE; /* it has ended by itself */
	rt_probe_passed(sup, p);
}

void rt_shim_end(struct rt_sup *sup, const struct rt_probe *p)
{
	struct rt_looked none = {.use = p->use, .number = p->looks};

	if (p->at != RT_AT_SHIM)
		return;
	char text[RT_WIRE_TEXT_ROOM];
	rt_looked_write(&none, text);
	rt_peers_unlook(sup, p->source.service, text);
}
