/* SPDX-License-Identifier: Apache-2.0 */
/* Metrics (R067) and the idle watch (R068, R069). */
#include "passes/checks/check.h"

static void check_metrics(const struct subject *s)
{
	const struct metrics *metrics = s->slurm->metrics;
	if (HAS_RECORD(metrics) && IS_SET(metrics->interval_seconds) &&
	    !metrics->interval_seconds.v)
		subject_error(s, &metrics->interval_seconds.from, RULE_R067,
			      "x-slurm.metrics.interval_seconds", "must be at least 1, not 0");
}

static void check_not_zero(const struct subject *s, const struct v_uint *value, const char *field)
{
	if (IS_SET(*value) && !value->v)
		subject_error(s, &value->from, RULE_R069, field, "must be at least 1, not 0");
}

static void check_percentage(const struct subject *s, const struct v_uint *value, const char *field)
{
	if (IS_SET(*value) && value->v > 100)
		subject_error(s, &value->from, RULE_R069, field,
			      "a percentage is at most 100, not %llu",
			      (unsigned long long)value->v);
}

static void check_watchdog(const struct subject *s)
{
	const struct watchdog *w = s->slurm->watchdog;
	if (!HAS_RECORD(w))
		return;
	if (IS_SET(w->action) && w->action.v == WATCHDOG_ACTION_CANCEL) {
		struct diag *d =
			subject_error(s, &w->action.from, RULE_R068, "x-slurm.watchdog.action",
				      "'cancel' is reserved: an idle job is never cancelled");
		diag_help(s->d, d, "write warn, or leave it out");
	}
	check_not_zero(s, &w->grace_period_seconds, "x-slurm.watchdog.grace_period_seconds");
	if (HAS_RECORD(w->gpu)) {
		check_not_zero(s, &w->gpu->window_seconds, "x-slurm.watchdog.gpu.window_seconds");
		check_percentage(s, &w->gpu->compute_below_pct,
				 "x-slurm.watchdog.gpu.compute_below_pct");
		check_percentage(s, &w->gpu->memory_resident_above_pct,
				 "x-slurm.watchdog.gpu.memory_resident_above_pct");
	}
	if (HAS_RECORD(w->cpu)) {
		check_not_zero(s, &w->cpu->window_seconds, "x-slurm.watchdog.cpu.window_seconds");
		check_percentage(s, &w->cpu->compute_below_pct,
				 "x-slurm.watchdog.cpu.compute_below_pct");
		check_percentage(s, &w->cpu->memory_resident_above_pct,
				 "x-slurm.watchdog.cpu.memory_resident_above_pct");
	}
}

static check_fn *const root_checks[] = {
	check_metrics,
	check_watchdog,
};

void check_monitoring(const struct unit *u, struct diags *d)
{
	run_root_checks(u, d, root_checks, N_CHECKS(root_checks));
}
