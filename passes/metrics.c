/* SPDX-License-Identifier: Apache-2.0 */
/* Sampling, the idle watch of follow-up commands, and clean-up of the runtime cache. */
#include "passes/lower.h"

static struct v_list all_collectors(struct unit *u, struct origin from)
{
	static const char *const words[] = {"gpu", "slurm", "cpu"};
	struct v_list list = {.from = origin_derived(from), .n = 3};
	list.items = ARENA_ARRAY(u->arena, 3, struct v_str);
	for (uint32_t i = 0; i < 3; i++)
		list.items[i] = plan_str(from, str_c(words[i]));
	return list;
}

static void lower_sampler(struct unit *u, const struct metrics *m)
{
	if (!HAS_RECORD(m) || (IS_SET(m->enabled) && !m->enabled.v))
		return;
	struct plan_metrics *p = ARENA_NEW(u->arena, struct plan_metrics);
	p->head.from = m->head.from;
	p->interval_s =
		IS_SET(m->interval_seconds) ? m->interval_seconds : plan_uint(m->head.from, 5);
	p->collectors = m->collectors.n ? m->collectors : all_collectors(u, m->head.from);
	u->plan->metrics = p;
}

static struct v_uint or_number(struct v_uint v, struct origin from, uint64_t initial)
{
	return IS_SET(v) ? v : plan_uint(from, initial);
}

/* The two sides of the watch have the same fields and differ in one default. */
#define LOWER_WATCH_SIDE(p, side, record, busy_pct)                                                \
	do {                                                                                       \
		bool is_there = HAS_RECORD(record);                                                \
		struct origin at = is_there ? (record)->head.from : (p)->head.from;                \
		struct v_uint none = {0};                                                          \
		(p)->side##_window_s =                                                             \
			or_number(is_there ? (record)->window_seconds : none, at, 1800);           \
		(p)->side##_busy_pct =                                                             \
			or_number(is_there ? (record)->compute_below_pct : none, at, busy_pct);    \
		(p)->side##_memory_pct =                                                           \
			or_number(is_there ? (record)->memory_resident_above_pct : none, at, 20);  \
	} while (0)

static void lower_watchdog(struct unit *u, const struct watchdog *w)
{
	if (!HAS_RECORD(w) || (IS_SET(w->enabled) && !w->enabled.v))
		return;
	struct plan_watchdog *p = ARENA_NEW(u->arena, struct plan_watchdog);
	p->head.from = w->head.from;
	p->grace_s = or_number(w->grace_period_seconds, w->head.from, 600);
	LOWER_WATCH_SIDE(p, gpu, w->gpu, 2);
	LOWER_WATCH_SIDE(p, cpu, w->cpu, 5);
	u->plan->watchdog = p;
}

void lower_metrics(struct unit *u)
{
	const struct slurm *slurm = unit_slurm(u);
	lower_sampler(u, slurm->metrics);
	lower_watchdog(u, slurm->watchdog);
	if (HAS_RECORD(slurm->cleanup))
		u->plan->cache_cleanup = slurm->cleanup->runtime_cache;
}
