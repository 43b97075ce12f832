/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Policies: what a failure does, how a service is stopped, what is asserted at the end; and the
 * bound of the whole teardown.
 *
 * That bound is 20 seconds: Slurm kills what is left 30 seconds (KillWait) after it asked a job to
 * end, and collection needs the rest. Who writes a stop_grace_period anywhere gets the longest
 * chain of stops instead, if that is more: stops go in reverse dependency order, so a chain of
 * dependents needs the sum of its grace periods.
 */
#include "passes/lower.h"
#include "ir/files.gen.h"

enum {
	TEARDOWN_S = 20
};

static struct plan_policy *lower_policy(struct unit *u, const struct service *s)
{
	const struct failure_policy *f = OR_DEFAULTS(u->arena, service_step(s)->failure_policy,
						     failure_policy, s->head.from);
	struct plan_policy *p = ARENA_NEW(u->arena, struct plan_policy);
	p->head.from = origin_derived(f->head.from);
	p->mode = f->mode;
	if (p->mode.v != FAILURE_POLICY_MODE_RESTART_ON_FAILURE)
		return p;
	p->max_restarts = f->max_restarts;
	p->backoff_s = f->backoff_seconds;
	p->window_s = f->window_seconds;
	p->max_in_window = IS_SET(f->max_restarts_in_window)
				   ? f->max_restarts_in_window
				   : plan_uint(f->head.from, p->max_restarts.v);
	p->reset_after_s = f->reset_after_seconds;
	return p;
}

static struct plan_assert *lower_assert(struct unit *u, const struct assertion *a)
{
	struct plan_assert *p = ARENA_NEW(u->arena, struct plan_assert);
	p->head.from = a->head.from;
	p->exit_code = a->exit_code;
	p->max_duration_s = a->max_duration_seconds;
	p->artifact = a->artifacts_contain;
	struct str job_dir = STR(JOB_VIEW);
	if (IS_SET(p->artifact) && str_has_prefix(p->artifact.v, "/"))
		p->artifact.v = path_is_below(p->artifact.v, job_dir)
					? str_from(p->artifact.v, job_dir.len + 1)
					: STR("");
	return p;
}

/* Seconds that the services down to each one need, one after the other; services stand in launch
   order, so a service's dependencies come before it. */
static uint64_t longest_chain(struct unit *u)
{
	const struct plan *plan = u->plan;
	uint64_t *chain = ARENA_ARRAY(u->arena, plan->services.n, uint64_t);
	uint64_t longest = 0;
	for (uint32_t i = 0; i < plan->services.n; i++) {
		const struct plan_service *p = &plan->services.items[i];
		for (uint32_t k = 0; k < p->dependencies.n; k++) {
			uint64_t below = chain[p->dependencies.items[k].service.v];
			chain[i] = below > chain[i] ? below : chain[i];
		}
		uint64_t sum;
		chain[i] = __builtin_add_overflow(chain[i], p->stop_grace_s.v, &sum) ? UINT64_MAX
										     : sum;
		longest = chain[i] > longest ? chain[i] : longest;
	}
	return longest;
}

void lower_policies(struct unit *u)
{
	struct plan *plan = u->plan;
	struct origin written = {.kind = ORIGIN_ABSENT};
	for (uint32_t i = 0; i < plan->services.n; i++) {
		const struct service *s = u->pass_state->services[i];
		const struct step *step = service_step(s);
		struct plan_service *p = &plan->services.items[i];
		p->policy = lower_policy(u, s);
		p->start_timeout_s = step->start_timeout_seconds;
		p->stop_signal = s->stop_signal;
		p->stop_grace_s =
			plan_uint(s->stop_grace_period.from, s->stop_grace_period.seconds);
		if (IS_GIVEN(s->stop_grace_period))
			written = s->stop_grace_period.from;
		p->until_dependents_end =
			plan_bool(IS_SET(step->lifetime) ? step->lifetime.from : s->head.from,
				  step->lifetime.v == STEP_LIFETIME_DEPENDENTS);
		if (HAS_RECORD(s->asserts))
			p->asserts = lower_assert(u, s->asserts);
		if (IS_SET(step->time_limit))
			p->time_limit_s =
				plan_uint(step->time_limit.from, step->time_limit.seconds);
	}
	uint64_t bound = TEARDOWN_S;
	if (written.kind != ORIGIN_ABSENT) {
		uint64_t chain = longest_chain(u);
		bound = chain > bound ? chain : bound;
	}
	plan->grace_s =
		plan_uint(written.kind != ORIGIN_ABSENT ? written : u->job->head.from, bound);
}
