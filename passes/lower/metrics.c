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

/* A poisoned switch has been complained about, and counts as on. */
static bool is_on(const struct v_bool *enabled)
{
	return IS_POISON(*enabled) || enabled->v;
}

static void lower_sampler(struct unit *u, const struct metrics *m)
{
	if (!HAS_RECORD(m) || !is_on(&m->enabled))
		return;
	struct plan_metrics *p = ARENA_NEW(u->arena, struct plan_metrics);
	p->head.from = m->head.from;
	p->interval_s = m->interval_seconds;
	p->collectors = m->collectors.n ? m->collectors : all_collectors(u, m->head.from);
	u->plan->metrics = p;
}

static void lower_watchdog(struct unit *u, const struct watchdog *w)
{
	if (!HAS_RECORD(w) || !is_on(&w->enabled))
		return;
	struct plan_watchdog *p = ARENA_NEW(u->arena, struct plan_watchdog);
	p->head.from = w->head.from;
	p->grace_s = w->grace_period_seconds;
	const struct watchdog_gpu *gpu = OR_DEFAULTS(u->arena, w->gpu, watchdog_gpu, w->head.from);
	p->gpu_window_s = gpu->window_seconds;
	p->gpu_busy_pct = gpu->compute_below_pct;
	p->gpu_memory_pct = gpu->memory_resident_above_pct;
	const struct watchdog_cpu *cpu = OR_DEFAULTS(u->arena, w->cpu, watchdog_cpu, w->head.from);
	p->cpu_window_s = cpu->window_seconds;
	p->cpu_busy_pct = cpu->compute_below_pct;
	p->cpu_memory_pct = cpu->memory_resident_above_pct;
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
