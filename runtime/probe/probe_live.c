/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Liveness: looks at a service that is ready, by its step shim where that is connected, else from here. The
 * core is told of each that fails and of the first good one after that; it counts.
 *
 *	ready ── interval ── look ── interval ── look …
 */
#include "runtime/loop/sup.h"

#include "runtime/files.h"
#include "runtime/probe/listening.h"

void rt_live_setup(struct rt_sup *sup, uint32_t service)
{
	const struct rt_live *live = &sup->table.service[service].live;

	if (live->look.kind == RT_READY_NONE)
		return;
	struct rt_probe *p = rt_pool_take(&sup->pool, sizeof(*p));
	*p = (struct rt_probe){.use = RT_LOOK_LIVE, .target = &live->look, .fd = -1};
	p->source.service = service;
	sup->proc[service].live = p;
	rt_shim_setup(sup, p);
	if (p->has_passed)
		p->misses = rt_pool_array(&sup->pool, sup->table.service[service].tasks,
					  sizeof(*p->misses));
	if (live->look.kind == RT_READY_EXEC)
		return;
	if (sup->listening < 0)
		sup->listening = rt_listening_open();
	rt_net_setup(sup, p);
}

static void pause_till_next(struct rt_sup *sup, struct rt_probe *p)
{
	p->at = RT_AT_PAUSE;
	p->next = sup->now + p->target->every;
}

void rt_live_begin(struct rt_sup *sup, uint32_t service, uint32_t run)
{
	struct rt_probe *p = sup->proc[service].live;

	rt_live_end(sup, service);
	p->run = run;
	rt_shim_begin(sup, p);
	p->is_unseen = false;
	for (uint32_t i = 0; p->misses && i < sup->table.service[service].tasks; i++)
		p->misses[i] = 0;
	p->deadline = RT_NEVER;
	if (!rt_shim_takes(sup, p))
		pause_till_next(sup, p);
	rt_probe_plan(sup, p);
}

static void tell(struct rt_sup *sup, const struct rt_probe *p, int status)
{
	struct rt_event e = {
		.kind = RT_EV_LOOK, .service = p->source.service, .run = p->run, .status = status};

	rt_sup_event(sup, &e);
}

static void answers(struct rt_sup *sup, struct rt_probe *p)
{
	if (p->seen[0])
		rt_state_changed(sup);
	p->seen[0] = '\0';
	if (sup->core.service[p->source.service].failed_looks)
		tell(sup, p, 0);
}

void rt_live_looked(struct rt_sup *sup, struct rt_probe *p, bool passed)
{
	rt_probe_put_off(sup, p);
	if (passed)
		answers(sup, p);
	else
		tell(sup, p, 1); /* the core may answer with RT_ACT_UNWATCH */
}

/* The worst of all tasks counts. */
static uint32_t worst(const struct rt_sup *sup, const struct rt_probe *p)
{
	uint32_t most = 0;

	for (uint32_t i = 0; i < sup->table.service[p->source.service].tasks; i++)
		most = p->misses[i] > most ? p->misses[i] : most;
	return most;
}

void rt_live_told(struct rt_sup *sup, struct rt_probe *p, uint32_t task,
		  const struct rt_looked *looked)
{
	const struct rt_service *s = &sup->core.service[p->source.service];
	unsigned long misses = looked->misses;

	if (p->misses) {
		p->misses[task] = (uint32_t)misses;
		misses = worst(sup, p);
	}
	if (looked->misses && p->misses)
		rt_probe_saw(sup, p, "task %u: %s", (unsigned)task, looked->words);
	else if (looked->misses)
		rt_probe_saw(sup, p, "%s", looked->words);
	/* One that has passed in between may have been told while there was no connection. */
	if (misses < s->failed_looks)
		tell(sup, p, 0);
	if (!misses)
		answers(sup, p);
	while (p->at == RT_AT_SHIM && s->failed_looks < misses)
		tell(sup, p, 1);
}

void rt_live_unseen(struct rt_sup *sup, struct rt_probe *p)
{
	uint32_t service = p->source.service;

	if (!p->is_unseen)
		rt_say("service '%s': its step on node %s isn't connected, so nobody looks whether "
		       "it still answers",
		       sup->table.service[service].name, sup->proc[service].first_node);
	p->is_unseen = true;
	rt_probe_put_off(sup, p);
}
