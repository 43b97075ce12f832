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

enum {
	TEARDOWN_S = 20,
	STOP_GRACE_S = 10
};

static struct v_uint or_number(struct v_uint v, struct origin from, uint64_t initial)
{
	return IS_SET(v) ? v : plan_uint(from, initial);
}

static struct plan_policy *lower_policy(struct unit *u, const struct service *s)
{
	static const struct failure_policy none;
	const struct step *step = service_step(s);
	const struct failure_policy *f =
		HAS_RECORD(step->failure_policy) ? step->failure_policy : &none;
	struct origin from = f == &none ? s->head.from : f->head.from;
	struct plan_policy *p = ARENA_NEW(u->arena, struct plan_policy);
	p->head.from = origin_derived(from);
	p->mode = IS_SET(f->mode) ? f->mode : plan_enum(from, FAILURE_POLICY_MODE_FAIL_JOB);
	if (p->mode.v != FAILURE_POLICY_MODE_RESTART_ON_FAILURE)
		return p;
	p->max_restarts = or_number(f->max_restarts, from, 3);
	p->backoff_s = or_number(f->backoff_seconds, from, 5);
	p->window_s = or_number(f->window_seconds, from, 60);
	p->max_in_window = or_number(f->max_restarts_in_window, from, p->max_restarts.v);
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
	struct str job_dir = STR("/hpc-compose/job");
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
		p->stop_signal = IS_SET(s->stop_signal) ? s->stop_signal
							: plan_str(s->head.from, STR("TERM"));
		p->stop_grace_s = plan_uint(
			IS_SET(s->stop_grace_period) ? s->stop_grace_period.from : s->head.from,
			IS_SET(s->stop_grace_period) ? s->stop_grace_period.seconds : STOP_GRACE_S);
		if (IS_GIVEN(s->stop_grace_period))
			written = s->stop_grace_period.from;
		bool until = IS_SET(step->lifetime) && step->lifetime.v == STEP_LIFETIME_DEPENDENTS;
		p->until_dependents_end = plan_bool(
			IS_SET(step->lifetime) ? step->lifetime.from : s->head.from, until);
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
