/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Advice on what waits for what, and for how long: dependencies (A01, A06), time limits (A10 to
 * A12), restart windows that never trip (A16), more steps than Slurm creates (A21), servers that
 * outlive those they serve (A41), a job without a time limit of its own (A42).
 */
#include "passes/checks/check.h"
#include "passes/checks/site_facts.h"
#include "passes/lower/copies.h"

static const struct service *target_of(const struct subject *s, const struct dependency *d)
{
	uint32_t number = service_number(s->u, d->head.name);
	return number == MAP_NONE ? NULL : service_written(s->u, number);
}

static struct origin edge_origin(const struct dependency *d)
{
	struct origin from = d->head.from;
	if (!span_is_none(d->head.name_at))
		from.at = d->head.name_at;
	return from;
}

/* No probe, and none that was meant. */
static bool lacks_readiness(const struct service *s)
{
	return !s->readiness && !(s->healthcheck && IS_POISON(s->healthcheck->head));
}

static void advise_dependency(const struct subject *s, const struct dependency *d)
{
	const struct service *target = target_of(s, d);
	if (!target || IS_POISON(target->head) || IS_POISON(d->condition))
		return;
	struct str name = d->head.name;
	struct origin edge = edge_origin(d);
	bool is_given = IS_GIVEN(d->condition);
	bool is_bare = lacks_readiness(target);
	struct diag *implied = NULL;
	bool is_early =
		is_bare && (!is_given || d->condition.v == DEPENDENCY_CONDITION_SERVICE_STARTED);
	if (is_given && !is_early)
		return;
	const char *field = str_fmt(s->d->arena, "depends_on.%.*s", STR_ARG(name)).ptr;
	if (!is_given) {
		implied = subject_warning(s, &edge, RULE_A06, field,
					  "no condition is given, so '%.*s' need only be launched",
					  STR_ARG(name));
		diag_help(s->d, implied, "write {%.*s: {condition: %s}}", STR_ARG(name),
			  is_bare ? "service_started" : "service_healthy");
	}
	if (!is_early)
		return;
	struct diag *diag =
		subject_warning(s, is_given ? &d->condition.from : &edge, RULE_A01, field,
				"'%.*s' has no readiness: '%.*s' starts before it can "
				"answer",
				STR_ARG(name), STR_ARG(s->service->head.name));
	diag_note(s->d, diag, service_at(target), "'%.*s' is declared here", STR_ARG(name));
	diag_help(s->d, diag,
		  "give '%.*s' a readiness and wait for service_healthy, or for "
		  "service_completed_successfully if it ends",
		  STR_ARG(name));
	if (!implied)
		return;
	diag_help(s->d, diag, "if launched is enough, write {%.*s: {condition: service_started}}",
		  STR_ARG(name));
	implied->unless = diag;
}

static void advise_dependencies(const struct subject *s)
{
	for (uint32_t i = 0; i < s->service->depends_on.n; i++)
		advise_dependency(s, &s->service->depends_on.items[i]);
}

/* 0 means no limit. */
static uint64_t limit_of(const struct v_time *time)
{
	return time->seconds ? time->seconds : UINT64_MAX;
}

static void advise_against_job(const struct subject *s)
{
	const struct v_time *limit = &s->step->time_limit, *time = &s->slurm->time;
	if (!IS_SET(*limit) || !IS_SET(*time) || limit_of(limit) <= limit_of(time))
		return;
	struct diag *d = subject_warning(s, &limit->from, RULE_A10, "x-slurm.time_limit",
					 "%.*s is more than the job's time, %.*s",
					 STR_ARG(limit->text), STR_ARG(time->text));
	diag_note(s->d, d, time->from.at, "'x-slurm.time' is here");
}

static void advise_against_dependencies(const struct subject *s)
{
	const struct v_time *limit = &s->step->time_limit;
	for (uint32_t i = 0; IS_SET(*limit) && i < s->service->depends_on.n; i++) {
		const struct dependency *edge = &s->service->depends_on.items[i];
		const struct service *target = target_of(s, edge);
		const struct v_time *other = target ? &service_step(target)->time_limit : NULL;
		if (!other || !IS_SET(*other) || limit_of(other) >= limit_of(limit))
			continue;
		struct diag *d = subject_warning(
			s, &limit->from, RULE_A11, "x-slurm.time_limit",
			"%.*s is more than that of '%.*s', %.*s, which it depends on",
			STR_ARG(limit->text), STR_ARG(edge->head.name), STR_ARG(other->text));
		diag_note(s->d, d, other->from.at, "the limit of '%.*s' is here",
			  STR_ARG(edge->head.name));
	}
}

/* The first service on all of several nodes that has a time limit, or NULL. */
static const struct service *limited_main(const struct unit *u)
{
	for (uint32_t i = 0; i < u->plan->services.n; i++) {
		const struct plan_service *p = &u->plan->services.items[i];
		const struct service *s = u->pass_state->services[i];
		if (IS_SET(p->mode) && p->mode.v == STEP_MODE_DISTRIBUTED &&
		    IS_SET(service_step(s)->time_limit))
			return s;
	}
	return NULL;
}

static void advise_helpers(const struct unit *u, struct diags *d)
{
	const struct service *main = unit_nodes(u) > 1 ? limited_main(u) : NULL;
	for (uint32_t i = 0; main && i < u->pass_state->n; i++) {
		const struct service *service = service_written(u, i);
		const struct subject s = {.u = u, .d = d, .service = service};
		const struct v_time *limit = &service_step(service)->time_limit;
		const struct v_time *other = &service_step(main)->time_limit;
		if (!u->pass_state->placement[i].is_helper || is_further_copy(u, i) ||
		    !IS_SET(*limit) || limit->seconds == other->seconds)
			continue;
		struct diag *diag = subject_warning(
			&s, &limit->from, RULE_A12, "x-slurm.time_limit",
			"%.*s differs from that of '%.*s', %.*s, which runs on all nodes",
			STR_ARG(limit->text), STR_ARG(main->head.name), STR_ARG(other->text));
		diag_note(d, diag, other->from.at, "the limit of '%.*s' is here",
			  STR_ARG(main->head.name));
	}
}

/* The hook that waits for the window to trip, or NULL. */
static const struct event_hook *window_hook(const struct step *step)
{
	for (uint32_t i = 0; i < step->hooks.n; i++)
		if (IS_SET(step->hooks.items[i].on) &&
		    step->hooks.items[i].on.v == EVENT_HOOK_ON_WINDOW_EXHAUSTED)
			return &step->hooks.items[i];
	return NULL;
}

/* Said only when somebody counts on the window. */
static void advise_window(const struct subject *s)
{
	const struct failure_policy *p = s->step->failure_policy;
	if (!HAS_RECORD(p) || !IS_SET(p->mode) ||
	    p->mode.v != FAILURE_POLICY_MODE_RESTART_ON_FAILURE || !IS_SET(p->max_restarts) ||
	    !IS_SET(p->window_seconds) || !IS_SET(p->backoff_seconds) ||
	    IS_POISON(p->max_restarts_in_window))
		return;
	if (!p->max_restarts.v || !p->window_seconds.v ||
	    (IS_SET(p->max_restarts_in_window) && !p->max_restarts_in_window.v))
		return; /* R118 */
	const struct event_hook *hook = window_hook(s->step);
	if (!IS_GIVEN(p->max_restarts_in_window) && !IS_GIVEN(p->window_seconds) && !hook)
		return;
	bool has_cap = IS_SET(p->max_restarts_in_window);
	uint64_t cap = has_cap ? p->max_restarts_in_window.v : p->max_restarts.v;
	uint64_t backoff = p->backoff_seconds.v, window = p->window_seconds.v;
	const struct origin *from = has_cap                       ? &p->max_restarts_in_window.from
				    : IS_GIVEN(p->window_seconds) ? &p->window_seconds.from
								  : &p->head.from;
	struct diag *d = NULL;
	if (cap >= p->max_restarts.v)
		d = subject_warning(
			s, from, RULE_A16, "x-slurm.failure_policy",
			"the window never trips: it allows %llu restart%s, and there are "
			"at most %llu in all",
			(unsigned long long)cap, plural(cap),
			(unsigned long long)p->max_restarts.v);
	else if (backoff && cap >= (window + backoff - 1) / backoff)
		d = subject_warning(
			s, from, RULE_A16, "x-slurm.failure_policy",
			"the window never trips: %llu restart%s with %llu s before each "
			"take%s longer than its %llu s",
			(unsigned long long)cap, plural(cap), (unsigned long long)backoff,
			cap == 1 ? "s" : "", (unsigned long long)window);
	if (d && hook)
		diag_note(s->d, d, hook->head.from.at, "so this hook never runs");
}

/* So many times may it be launched. */
static uint64_t launches_of(const struct service *service)
{
	const struct failure_policy *p = service_step(service)->failure_policy;
	if (!HAS_RECORD(p) || !IS_SET(p->mode) ||
	    p->mode.v != FAILURE_POLICY_MODE_RESTART_ON_FAILURE || !IS_SET(p->max_restarts))
		return 1;
	return 1 + p->max_restarts.v;
}

/* How many the site creates for a job, where its file says so; what is said of it is NULL otherwise. Each service is
   one: more of them are refused (B15). */
static const struct node *steps_of_site(const struct unit *u, struct diags *d, uint64_t *most)
{
	struct site_job job;
	uint32_t n = u->pass_state->n;
	if (!site_job_begin(&(struct subject){.u = u, .d = d, .slurm = unit_slurm(u)}, &job))
		return NULL;
	const struct node *limits = cluster_get(job.site, CLUSTER_root_limits);
	const struct node *fact = cluster_get(limits, CLUSTER_limits_max_step_count);
	if (site_count(limits, CLUSTER_limits_max_step_count, most) && n > *most)
		site_refuses(&job, RULE_B15, &u->job->head.from, "services", fact, REFUSED_STEPS,
			     "the job has %u services, a step each, and the site creates %llu "
			     "steps for a job",
			     n, (unsigned long long)*most);
	return fact;
}

/* Every launch is a step, and Slurm counts those of a job over its whole life. */
static void advise_steps(const struct unit *u, struct diags *d)
{
	enum {
		STEPS_MAX = 40000 /* MaxStepCount, where slurm.conf says nothing */
	};
	uint64_t bound = STEPS_MAX;
	const struct node *of_site = steps_of_site(u, d, &bound);
	const struct service *most = NULL;
	uint64_t sum = 0;
	for (uint32_t i = 0; i < u->pass_state->n; i++) {
		const struct service *service = service_written(u, i);
		sum += launches_of(service);
		if (!most || launches_of(service) > launches_of(most))
			most = service;
	}
	if (sum <= bound || (of_site && u->pass_state->n > bound))
		return;
	const struct subject s = {.u = u, .d = d, .service = most};
	const struct failure_policy *p = service_step(most)->failure_policy;
	bool is_restarted = launches_of(most) > 1;
	struct origin head = most->head.from;
	head.at = service_at(most);
	struct diag *diag = subject_warning(
		&s, is_restarted ? &p->max_restarts.from : &head, RULE_A21,
		is_restarted ? "x-slurm.failure_policy.max_restarts" : "",
		"with its restarts the job may take %llu steps, and Slurm creates %llu for a job%s",
		(unsigned long long)sum, (unsigned long long)bound,
		of_site ? "" : ", unless its MaxStepCount is another");
	if (of_site)
		diag_note(d, diag, of_site->at, "the site says so here");
	diag_help(d, diag, "allow fewer restarts, or more jobs");
}

/* Others talk to it over the network, or somebody looks whether it still answers: it goes on until it
   is stopped. */
static bool is_server(const struct service *s)
{
	const struct readiness *r = s->readiness;
	const struct step *step = service_step(s);
	bool is_looked_at = HAS_RECORD(r) &&
			    (r->type.v == READINESS_TYPE_TCP || r->type.v == READINESS_TYPE_HTTP);
	return is_looked_at || s->ports.n || s->expose.n || step->ports.n || s->liveness;
}

/* What is known of a service from those that depend on it. */
struct served {
	const struct service *by; /* one of those, or NULL */
	bool ends;                /* somebody waits for its end */
	bool goes_on; /* one that is served in the end goes on as well, or isn't known */
};

static void advise_lifetime(const struct subject *s, const struct served *served)
{
	struct origin head = s->service->head.from;
	head.at = service_at(s->service);
	struct diag *diag = subject_warning(
		s, &head, RULE_A41, "x-slurm.lifetime",
		"a server goes on when '%.*s' has ended, and holds the allocation until its time "
		"limit",
		STR_ARG(served->by->head.name));
	diag_note(s->d, diag, service_at(served->by), "'%.*s' is declared here",
		  STR_ARG(served->by->head.name));
	diag_help(s->d, diag,
		  "x-slurm: {lifetime: dependents} stops it once all that depend on it have ended; "
		  "{lifetime: own} says that it ends by itself");
}

/* From the last in launch order: those that depend on a service come after it. */
static void advise_lifetimes(const struct unit *u, struct diags *d)
{
	uint32_t n = u->pass_state->n;
	struct served *all = ARENA_ARRAY(u->arena, n, struct served);
	for (uint32_t i = n; i-- > 0;) {
		const struct service *service = u->pass_state->services[i];
		const struct step *step = service_step(service);
		const struct subject s = {
			.u = u, .d = d, .slurm = unit_slurm(u), .service = service, .step = step};
		bool is_known = !IS_POISON(service->head);
		if (!all[i].by)
			all[i].goes_on = !is_known || is_server(service);
		else if (is_known && is_server(service) && !all[i].ends && !all[i].goes_on &&
			 !IS_GIVEN(step->lifetime) && !IS_POISON(step->lifetime) &&
			 !is_further_copy(u, i))
			advise_lifetime(&s, &all[i]);
		for (uint32_t k = 0; k < service->depends_on.n; k++) {
			const struct dependency *edge = &service->depends_on.items[k];
			uint32_t target = service_number(u, edge->head.name);
			if (target == MAP_NONE || target >= i)
				continue;
			all[target].by = service;
			all[target].goes_on |= all[i].goes_on;
			all[target].ends |= edge->condition.v ==
					    DEPENDENCY_CONDITION_SERVICE_COMPLETED_SUCCESSFULLY;
		}
	}
}

/* Said when the job is judged as a whole: a spec that is only translated may get its time later. */
static void advise_time(const struct subject *s)
{
	const struct unit *u = s->u;
	const struct v_time *time = &s->slurm->time;
	if (!u->is_judged || u->scheduler != PLAN_SCHEDULER_SLURM || IS_SET(*time) ||
	    IS_POISON(*time) || s->d->n_errors > 0)
		return;
	const struct origin *from = s->part ? &s->part->head.from
				    : s->slurm->head.from.kind > ORIGIN_POISON
					    ? &s->slurm->head.from
					    : &u->job->head.from;
	struct diag *diag = subject_warning(
		s, from, RULE_A42, "x-slurm.time",
		"isn't stated, so the partition's default counts: minutes at some sites, its "
		"maximum at others");
	diag_help(
		s->d, diag,
		"x-slurm: {time: \"1:00:00\"} asks for an hour; what asks for little starts sooner");
}

static check_fn *const root_checks[] = {advise_time};

static check_fn *const service_checks[] = {
	advise_dependencies,
	advise_against_job,
	advise_against_dependencies,
	advise_window,
};

void check_advice_order(const struct unit *u, struct diags *d)
{
	run_service_checks(u, d, service_checks, N_CHECKS(service_checks));
	advise_helpers(u, d);
	advise_steps(u, d);
	advise_lifetimes(u, d);
	run_root_checks(u, d, root_checks, N_CHECKS(root_checks));
}
