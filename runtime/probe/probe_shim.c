/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looks that a service's step shim takes for the supervisor (runtime/wire/look.h): it is on the service's
 * own node, whichever that is, and knows whose a port is. It looks at a pace of its own and tells what
 * it sees. Where it doesn't connect, the supervisor looks itself at what it can see from its own node.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/loop/peers.h"
#include "runtime/loop/sup.h"
#include "runtime/probe/listening.h"
#include "runtime/probe/pace.h"

/* A shim connects as soon as its task begins. */
#define JOIN_LIMIT (2 * RT_SECOND)

bool rt_net_is_here(const struct rt_sup *sup, uint32_t service)
{
	const char *own = getenv("SLURMD_NODENAME");

	return sup->table.scheduler != RT_SLURM || !own || !*own ||
	       !strcmp(own, sup->proc[service].first_node);
}

static void add_addresses(const struct rt_probe *p, struct rt_look *look)
{
	for (; look->address_count < p->address_count; look->address_count++)
		rt_address_write(p->addresses[look->address_count].bytes,
				 look->address[look->address_count]);
}

static bool write_look(const struct rt_sup *sup, const struct rt_probe *p, char *text)
{
	const struct rt_ready *ready = p->target;
	bool is_live = p->use == RT_LOOK_LIVE;
	int64_t left = p->deadline - sup->now - RT_PACE_LAST_LOOK / 2;
	struct rt_look look = {
		.use = p->use,
		.number = p->looks,
		.every = ready->every,
		.limit = ready->attempt,
		.settle = ready->settle,
		.left = is_live                ? 0
			: left > RT_PACE_LEAST ? left
					       : RT_PACE_LEAST,
		.kind = ready->kind == RT_READY_HTTP   ? RT_LOOK_HTTP
			: ready->kind == RT_READY_EXEC ? RT_LOOK_EXEC
						       : RT_LOOK_TCP,
		.is_own = !ready->of_anybody,
		.port = p->port ? (unsigned)strtoul(p->port, NULL, 10) : 0,
		.status = ready->status,
	};

	add_addresses(p, &look);
	if (snprintf(look.url, sizeof(look.url), "%s", ready->url ? ready->url : "") >=
	    (int)sizeof(look.url))
		return false;
	return rt_look_write(&look, text);
}

/* What only a shim can do, and no look from here stands in for. */
static bool is_shims_alone(const struct rt_sup *sup, const struct rt_probe *p)
{
	const struct rt_ready *ready = p->target;

	return ready->kind == RT_READY_EXEC || p->has_passed ||
	       (rt_net_is_own_node(p) && !rt_net_is_here(sup, p->source.service));
}

static bool is_for_shim(const struct rt_sup *sup, const struct rt_probe *p)
{
	const struct rt_ready *ready = p->target;
	bool is_https = ready->kind == RT_READY_HTTP && !strncmp(ready->url, "https://", 8);

	return sup->peers && sup->table.service[p->source.service].tasks && !is_https &&
	       (p->address_count || ready->kind == RT_READY_EXEC);
}

static uint32_t whose(const struct rt_probe *p)
{
	return p->has_passed ? RT_EVERY_TASK : 0;
}

static size_t room_for_tasks(const struct rt_sup *sup, const struct rt_probe *p)
{
	return sup->table.service[p->source.service].tasks / 8 + 1;
}

void rt_shim_setup(struct rt_sup *sup, struct rt_probe *p)
{
	if (p->target->is_of_all && sup->table.service[p->source.service].tasks > 1)
		p->has_passed = rt_pool_take(&sup->pool, room_for_tasks(sup, p));
}

void rt_shim_begin(struct rt_sup *sup, struct rt_probe *p)
{
	p->looks++;
	p->passed = 0;
	p->awaited_from = sup->now;
	if (p->has_passed)
		memset(p->has_passed, 0, room_for_tasks(sup, p));
}

bool rt_shim_takes(struct rt_sup *sup, struct rt_probe *p)
{
	uint32_t service = p->source.service;
	int64_t until = p->awaited_from + JOIN_LIMIT;
	char text[RT_LOOK_TEXT_ROOM];
	bool is_for_it = is_for_shim(sup, p) && write_look(sup, p, text);

	if (is_for_it && rt_peers_look(sup, service, whose(p), RT_WIRE_LOOK, text)) {
		p->at = RT_AT_SHIM;
		p->next = RT_NEVER;
		return true;
	}
	if (is_for_it && rt_peers_may_come(sup, service, until)) {
		p->at = RT_AT_SHIM;
		p->next = until;
		return true;
	}
	if (p->target->kind != RT_READY_EXEC && !p->address_count)
		return false; /* its name has to be looked up first */
	if (!is_shims_alone(sup, p))
		return false;
	if (p->use == RT_LOOK_LIVE) {
		rt_live_unseen(sup, p);
		return true;
	}
	rt_probe_saw(sup, p, "no connection to the step on node %s", sup->proc[service].first_node);
	rt_probe_missed(sup, p);
	return true;
}

static bool is_meant(const struct rt_probe *p, uint32_t task)
{
	return p->at == RT_AT_SHIM && (!task || p->has_passed);
}

void rt_shim_came(struct rt_sup *sup, uint32_t service, uint32_t task)
{
	struct rt_probe *p = rt_probe_of(sup, service);
	char text[RT_LOOK_TEXT_ROOM];

	if (!is_meant(p, task) || !write_look(sup, p, text))
		return;
	if (rt_peers_look(sup, service, task, RT_WIRE_LOOK, text))
		p->next = RT_NEVER;
	rt_probe_plan(sup, p);
}

void rt_shim_lost(struct rt_sup *sup, uint32_t service, uint32_t task)
{
	struct rt_probe *p = rt_probe_of(sup, service);

	if (!is_meant(p, task))
		return;
	p->awaited_from = sup->now;
	p->next = sup->now + JOIN_LIMIT;
	rt_probe_plan(sup, p);
}

static void pass(struct rt_sup *sup, struct rt_probe *p)
{
	p->at = RT_AT_PAUSE; /* the look has ended by itself */
	rt_probe_passed(sup, p);
}

/* Of several tasks it is told which one, and how many are through. */
static void task_looked(struct rt_sup *sup, struct rt_probe *p, uint32_t task,
			const struct rt_looked *looked)
{
	uint32_t tasks = sup->table.service[p->source.service].tasks;

	if (looked->misses && p->passed) {
		rt_probe_saw(sup, p, "%u of %u tasks are ready; task %u: %s", (unsigned)p->passed,
			     (unsigned)tasks, (unsigned)task, looked->words);
		return;
	}
	if (looked->misses) {
		rt_probe_saw(sup, p, "task %u: %s", (unsigned)task, looked->words);
		return;
	}
	p->passed += !(p->has_passed[task / 8] >> task % 8 & 1);
	p->has_passed[task / 8] |= (uint8_t)(1u << task % 8);
	if (p->passed < tasks)
		rt_probe_saw(sup, p, "%u of %u tasks are ready", (unsigned)p->passed,
			     (unsigned)tasks);
	else
		pass(sup, p);
}

void rt_shim_looked(struct rt_sup *sup, uint32_t service, uint32_t task, const char *text)
{
	struct rt_probe *p = rt_probe_of(sup, service);
	struct rt_looked looked;

	if (!is_meant(p, task) || !rt_looked_read(&looked, text) || looked.number != p->looks ||
	    looked.use != p->use)
		return;
	if (p->use == RT_LOOK_LIVE)
		rt_live_told(sup, p, task, &looked);
	else if (p->has_passed)
		task_looked(sup, p, task, &looked);
	else if (looked.misses)
		rt_probe_saw(sup, p, "%s", looked.words);
	else
		pass(sup, p);
}

void rt_shim_end(struct rt_sup *sup, const struct rt_probe *p)
{
	struct rt_looked none = {.use = p->use, .number = p->looks};

	if (p->at != RT_AT_SHIM)
		return;
	char text[RT_WIRE_TEXT_ROOM];
	rt_looked_write(&none, text);
	rt_peers_look(sup, p->source.service, whose(p), RT_WIRE_UNLOOK, text);
}
