/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which services have to be looked at after a change: those that wait for the one that changed, and
 * those that nobody needs any more. What one event costs does not grow with the number of services.
 *
 *	db ◄── api ◄── web	web ends: api has nobody left; when api ends too, so has db
 */
#include "runtime/core/core_parts.h"

void rt_needs_init(struct rt_core *core, struct rt_pool *pool)
{
	const struct rt_table *t = core->table;

	rt_dues_init(&core->dues, pool, t->count);
	rt_dues_init(&core->silent, pool, t->count);
	rt_set_init(&core->unsure, pool, t->count);
	rt_set_init(&core->freed, pool, t->count);
	rt_set_init(&core->looked_at, pool, t->count);
	rt_set_init(&core->stoppable, pool, t->count);
	core->needed_by = rt_pool_array(pool, t->count, sizeof(*core->needed_by));
	core->place = rt_pool_array(pool, t->count, sizeof(*core->place));
	core->ended = rt_pool_array(pool, t->count, sizeof(*core->ended));
	core->open = core->clients = t->count;
	for (uint32_t i = 0; i < t->count; i++) {
		core->place[t->order[i]] = i;
		core->clients -= t->service[i].lifetime_dependents;
		rt_set_add(&core->unsure, i);
		for (uint32_t c = 0; c < t->service[i].condition_count; c++)
			core->needed_by[t->service[i].condition[c].service]++;
	}
	for (uint32_t i = 0; i < t->count; i++)
		if (!core->needed_by[i])
			rt_set_add(&core->freed, i);
}

static void set_due(struct rt_core *core, const struct rt_service *s)
{
	rt_dues_set(&core->dues, rt_index(core, s),
		    s->timer < s->probe_deadline ? s->timer : s->probe_deadline);
}

void rt_set_timer(struct rt_core *core, struct rt_service *s, int64_t when)
{
	s->timer = when;
	set_due(core, s);
}

void rt_set_probe_deadline(struct rt_core *core, struct rt_service *s, int64_t when)
{
	s->probe_deadline = when;
	set_due(core, s);
}

void rt_unsettle(struct rt_core *core, const struct rt_service *s)
{
	core->settled = false;
	for (uint32_t d = 0; d < s->def->dependent_count; d++)
		rt_set_add(&core->unsure, s->def->dependent[d]);
}

/* What was stopped by hand needs what it needs as long as it may be started again. */
static bool is_gone(const struct rt_core *core, const struct rt_service *s)
{
	return s->phase == RT_PH_OVER &&
	       (!s->held || core->phase != RT_JOB_RUNNING || core->closing);
}

/* It has ended, and so has all that needed it: what it needed has one less that does. */
static void release(struct rt_core *core, uint32_t i)
{
	uint32_t count = 0;

	core->ended[count++] = i;
	while (count) {
		struct rt_service *s = &core->service[core->ended[--count]];
		const struct rt_service_def *def = s->def;

		s->released = true;
		for (uint32_t c = 0; c < def->condition_count; c++) {
			uint32_t d = def->condition[c].service;

			if (--core->needed_by[d])
				continue;
			rt_set_add(&core->freed, d);
			rt_set_add(&core->stoppable, core->place[d]);
			if (is_gone(core, &core->service[d]))
				core->ended[count++] = d;
		}
	}
}

/* What it needs is needed again. */
static void reclaim(struct rt_core *core, uint32_t i)
{
	uint32_t count = 0;

	core->ended[count++] = i;
	while (count) {
		struct rt_service *s = &core->service[core->ended[--count]];

		s->released = false;
		for (uint32_t c = 0; c < s->def->condition_count; c++) {
			uint32_t d = s->def->condition[c].service;

			if (core->needed_by[d]++)
				continue;
			if (core->service[d].released)
				core->ended[count++] = d;
			else if (!core->service[d].stopping)
				core->service[d].lifetime_over = false;
		}
	}
}

void rt_release_held(struct rt_core *core)
{
	for (uint32_t i = 0; core->held_count && i < core->table->count; i++)
		if (core->service[i].held && !core->service[i].released && !core->needed_by[i])
			release(core, i);
}

void rt_held_settle(struct rt_core *core)
{
	if (core->closing || !core->held_count || core->clients || core->kept_open)
		return;
	core->closing = true;
	/* What still waits lives for others, perhaps for what was stopped. */
	for (uint32_t i = 0; i < core->table->count; i++)
		if (core->service[i].phase == RT_PH_WAITING)
			rt_skip(core, &core->service[i]);
	rt_release_held(core);
}

/* It was over, and is started by hand. */
static void reopen(struct rt_core *core, struct rt_service *s)
{
	uint32_t i = rt_index(core, s);

	core->open++;
	core->clients += !s->def->lifetime_dependents;
	core->held_count -= s->held;
	core->below_is_old = true;
	s->held = false;
	rt_set_add(&core->unsure, i);
	if (s->released)
		reclaim(core, i);
}

void rt_phase_changed(struct rt_core *core, struct rt_service *s, enum rt_phase before)
{
	uint32_t i = rt_index(core, s);

	rt_unsettle(core, s);
	if (s->phase == RT_PH_ALIVE)
		rt_set_add(&core->stoppable, core->place[i]);
	if (before == RT_PH_OVER && s->phase != RT_PH_OVER)
		reopen(core, s);
	if (s->phase != RT_PH_OVER || before == RT_PH_OVER)
		return;
	core->open--;
	core->clients -= !s->def->lifetime_dependents;
	core->held_count += s->held;
	core->kept_open = s->held;
	core->below_is_old = true;
	rt_dues_set(&core->silent, i, RT_NEVER);
	if (!core->needed_by[i] && is_gone(core, s))
		release(core, i);
}
