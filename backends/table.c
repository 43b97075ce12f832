/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two tables through which a script speaks to hpcc-rt (docs/supervision-table.md): what the
 * job's nodes are used for, and how its services depend on each other.
 */
#include "backends/writer.h"
#include "ir/files.gen.h"

static void word(struct emitter *e, struct str text)
{
	emit_lit(e, " ");
	emit_word(e, text);
}

static void origin(struct emitter *e, const struct plan_service *s, struct span at,
		   struct str field)
{
	if (e->keeps_origins)
		emit_origin(e, at, service_field(e->text.arena, s, field));
}

static void number(struct emitter *e, const char *key, const struct v_uint *n)
{
	if (!IS_SET(*n))
		return;
	emit_lit(e, " ");
	emit_verbatim(e, str_c(key));
	emit_lit(e, " ");
	emit_int(e, n->v);
}

static void seconds(struct emitter *e, uint64_t n)
{
	emit_lit(e, " ");
	emit_int(e, n);
	emit_lit(e, "s");
}

/* "0-3,6", or "all". */
void emit_node_set(struct emitter *e, const struct plan *plan, const struct v_nodeset *set)
{
	emit_lit(e, " ");
	emit_verbatim(e, !IS_SET(*set) || set->n >= plan->nodes.v ? STR("all") : set->text);
}

void emit_allocation(struct emitter *e, const struct plan *plan)
{
	emit_lit(e, "hpcc-allocation 1\njob name");
	word(e, plan->name.v);
	number(e, "nodes", &plan->nodes);
	if (!IS_SET(plan->nodes))
		emit_lit(e, " nodes auto");
	emit_lit(e, "\n");
	for (uint32_t i = 0; i < plan->components.n; i++) {
		emit_lit(e, "component");
		word(e, plan->components.items[i].name.v);
		number(e, "nodes", &plan->components.items[i].nodes);
		number(e, "gpus", &plan->components.items[i].gpus_per_node);
		emit_lit(e, "\n");
	}
	if (IS_SET(plan->resume_path)) {
		emit_lit(e, "resume");
		word(e, plan->resume_path.v);
		emit_lit(e, "\n");
	}
	if (plan->rdzv) {
		emit_lit(e, "rdzv");
		if (IS_SET(plan->rdzv->port)) {
			number(e, "port", &plan->rdzv->port);
		} else {
			number(e, "base", &plan->rdzv->base);
			number(e, "span", &plan->rdzv->span);
		}
		emit_lit(e, "\n");
	}
	for (uint32_t i = 0; i < plan->services.n; i++) {
		const struct plan_service *s = &plan->services.items[i];
		emit_lit(e, "service");
		word(e, s->name.v);
		emit_lit(e, " token");
		word(e, s->token.v);
		emit_lit(e, " nodes");
		emit_node_set(e, plan, &s->node_set);
		number(e, "ntasks", &s->ntasks);
		number(e, "ntasks-per-node", &s->ntasks_per_node);
		if (IS_SET(s->mpi_type))
			emit_lit(e, " mpi");
		if (s->nodes.v > 1)
			number(e, "nproc", &s->nproc);
		if (IS_SET(s->cpus_of_others)) {
			number(e, "gpus", &s->gpus_per_node);
			number(e, "beside", &s->cpus_of_others);
		}
		emit_lit(e, "\n");
	}
}

static void dependencies(struct emitter *e, const struct plan_service *s)
{
	static const char *const conditions[] = {
		[DEPENDENCY_CONDITION_SERVICE_STARTED] = " started\n",
		[DEPENDENCY_CONDITION_SERVICE_HEALTHY] = " healthy\n",
		[DEPENDENCY_CONDITION_SERVICE_COMPLETED_SUCCESSFULLY] = " completed\n",
	};

	for (uint32_t i = 0; i < s->dependencies.n; i++) {
		const struct plan_dependency *d = &s->dependencies.items[i];
		origin(e, s, d->head.from.at, STR("depends_on"));
		emit_lit(e, "  after");
		word(e, d->name.v);
		emit_verbatim(e, str_c(conditions[d->condition.v]));
	}
}

/* A port that the job chooses is a text with a mark. */
static void tcp_target(struct emitter *e, const struct v_str *host, const struct v_uint *port,
		       const struct v_str *chosen)
{
	bool is_v6 = str_find(host->v, ':') != STR_NONE && !str_has_prefix(host->v, "[");

	emit_lit(e, "tcp");
	if (IS_SET(*chosen)) {
		word(e, str_fmt(e->text.arena, is_v6 ? "[%.*s]:%.*s" : "%.*s:%.*s",
				STR_ARG(host->v), STR_ARG(chosen->v)));
		return;
	}
	if (!is_v6 && word_is_bare(host->v)) {
		word(e, host->v);
		emit_lit(e, ":");
		emit_int(e, port->v);
		return;
	}
	word(e, str_fmt(e->text.arena, is_v6 ? "[%.*s]:%llu" : "%.*s:%llu", STR_ARG(host->v),
			(unsigned long long)port->v));
}

static void http_target(struct emitter *e, const struct v_str *url, const struct v_uint *status)
{
	emit_lit(e, "http");
	word(e, url->v);
	emit_lit(e, " status ");
	emit_int(e, status->v);
}

/* Whose look counts, and whose port. */
static void whose(struct emitter *e, const struct plan_service *s, const struct v_enum *tasks,
		  const struct v_enum *owner)
{
	if (service_counts_all(s, tasks))
		emit_lit(e, " tasks all");
	if (IS_SET(*owner) && owner->v == READINESS_OWNER_ANY)
		emit_lit(e, " owner any");
}

/* What differs from the defaults. */
static void look_options(struct emitter *e, const struct plan_service *s,
			 const struct plan_readiness *r)
{
	enum {
		ATTEMPT_S = 5
	};

	if (IS_SET(r->interval_s)) {
		emit_lit(e, " every");
		seconds(e, r->interval_s.v);
	}
	if (IS_SET(r->attempt_s) && r->attempt_s.v != ATTEMPT_S) {
		emit_lit(e, " attempt");
		seconds(e, r->attempt_s.v);
	}
	if (IS_SET(r->settle_s) && r->settle_s.v) {
		emit_lit(e, " settle");
		seconds(e, r->settle_s.v);
	}
	whose(e, s, &r->tasks, &r->owner);
}

static void readiness(struct emitter *e, const struct plan_service *s)
{
	const struct plan_readiness *r = s->readiness;

	if (!r)
		return;
	origin(e, s, r->head.from.at, STR("readiness"));
	emit_lit(e, "  ready ");
	switch ((enum readiness_type)r->type.v) {
	case READINESS_TYPE_SLEEP:
		emit_lit(e, "sleep");
		seconds(e, r->seconds.v);
		break;
	case READINESS_TYPE_TCP:
		tcp_target(e, &r->host, &r->port, &r->port_value);
		break;
	case READINESS_TYPE_LOG:
		emit_lit(e, "log");
		word(e, r->pattern.v);
		break;
	case READINESS_TYPE_HTTP:
		http_target(e, &r->url, &r->status);
		break;
	case READINESS_TYPE_EXEC:
		emit_lit(e, "exec");
		break;
	case READINESS_TYPE_N:
		break;
	}
	if (r->type.v != READINESS_TYPE_SLEEP) {
		emit_lit(e, " within");
		seconds(e, r->timeout_s.v);
	}
	look_options(e, s, r);
	emit_lit(e, "\n");
}

static void liveness(struct emitter *e, const struct plan_service *s)
{
	const struct plan_liveness *l = s->liveness;

	if (!l)
		return;
	origin(e, s, l->head.from.at, STR("liveness"));
	emit_lit(e, "  live ");
	switch ((enum liveness_type)l->type.v) {
	case LIVENESS_TYPE_TCP:
		tcp_target(e, &l->host, &l->port, &l->port_value);
		break;
	case LIVENESS_TYPE_HTTP:
		http_target(e, &l->url, &l->status);
		break;
	case LIVENESS_TYPE_EXEC:
		emit_lit(e, "exec");
		break;
	case LIVENESS_TYPE_N:
		break;
	}
	emit_lit(e, " every");
	seconds(e, l->interval_s.v);
	emit_lit(e, " attempt");
	seconds(e, l->attempt_s.v);
	number(e, "failures", &l->failures);
	whose(e, s, &l->tasks, &l->owner);
	emit_lit(e, "\n");
}

static void policy(struct emitter *e, const struct plan_service *s)
{
	const struct plan_policy *p = s->policy;

	if (!p)
		return;
	origin(e, s, p->head.from.at, STR("x-slurm.failure_policy"));
	emit_lit(e, "  on-failure ");
	switch ((enum failure_policy_mode)p->mode.v) {
	case FAILURE_POLICY_MODE_FAIL_JOB:
		emit_lit(e, "fail-job");
		break;
	case FAILURE_POLICY_MODE_IGNORE:
		emit_lit(e, "ignore");
		break;
	case FAILURE_POLICY_MODE_RESTART_ON_FAILURE:
		emit_lit(e, "restart");
		number(e, "max", &p->max_restarts);
		number(e, "window", &p->max_in_window);
		emit_lit(e, " in");
		seconds(e, p->window_s.v);
		emit_lit(e, " backoff");
		seconds(e, p->backoff_s.v);
		break;
	case FAILURE_POLICY_MODE_N:
		break;
	}
	emit_lit(e, "\n");
	if (IS_SET(p->reset_after_s)) {
		emit_lit(e, "  reset-after");
		seconds(e, p->reset_after_s.v);
		emit_lit(e, "\n");
	}
}

static void start(struct emitter *e, const struct plan_service *s)
{
	if (!IS_SET(s->start_timeout_s))
		return;
	origin(e, s, s->start_timeout_s.from.at, STR("x-slurm.start_timeout_seconds"));
	emit_lit(e, "  start within");
	seconds(e, s->start_timeout_s.v);
	emit_lit(e, "\n");
}

static void stop(struct emitter *e, const struct plan_service *s)
{
	if (IS_SET(s->stop_signal) &&
	    (!str_eq_c(s->stop_signal.v, "TERM") || s->stop_grace_s.v != 10)) {
		emit_lit(e, "  stop");
		word(e, s->stop_signal.v);
		emit_lit(e, " grace");
		seconds(e, s->stop_grace_s.v);
		emit_lit(e, "\n");
	}
	if (IS_SET(s->until_dependents_end) && s->until_dependents_end.v)
		emit_lit(e, "  lifetime dependents\n");
}

static void hook(struct emitter *e, const struct plan_service *s, const char *key,
		 const struct plan_hook *h)
{
	origin(e, s, h->head.from.at, h->on.v);
	emit_lit(e, "  ");
	emit_verbatim(e, str_c(key));
	word(e, h->file.v);
	emit_lit(e, "\n");
}

static void hooks(struct emitter *e, const struct plan_service *s)
{
	if (s->prologue && s->prologue->context.v == HOOK_CONTEXT_HOST)
		hook(e, s, "prologue", s->prologue);
	if (s->epilogue && s->epilogue->context.v == HOOK_CONTEXT_HOST)
		hook(e, s, "epilogue", s->epilogue);
	for (uint32_t i = 0; i < s->hooks.n; i++)
		hook(e, s,
		     str_eq_c(s->hooks.items[i].on.v, "restart") ? "on restart"
								 : "on window-exhausted",
		     &s->hooks.items[i]);
}

static void asserts(struct emitter *e, const struct plan_assert *a)
{
	if (!a)
		return;
	if (IS_SET(a->exit_code)) {
		emit_lit(e, "  assert exit ");
		emit_int(e, a->exit_code.v);
		emit_lit(e, "\n");
	}
	if (IS_SET(a->max_duration_s)) {
		emit_lit(e, "  assert duration");
		seconds(e, a->max_duration_s.v);
		emit_lit(e, "\n");
	}
	if (IS_SET(a->artifact)) {
		emit_lit(e, "  assert artifact");
		word(e, a->artifact.v);
		emit_lit(e, "\n");
	}
}

static void service(struct emitter *e, const struct plan *plan, const struct plan_service *s)
{
	origin(e, s, s->head.from.at, STR(""));
	emit_lit(e, "service");
	word(e, s->name.v);
	emit_lit(e, "\n  run service_");
	emit_verbatim(e, s->function.v);
	emit_lit(e, "\n");
	if (!str_eq(s->token.v, s->name.v)) {
		emit_lit(e, "  token");
		word(e, s->token.v);
		emit_lit(e, "\n");
	}
	emit_lit(e, "  log " JOB_FOLDER_LOGS "/");
	emit_verbatim(e, s->token.v); /* nothing that has to be quoted */
	emit_lit(e, ".log\n");
	if (IS_SET(s->component)) {
		emit_lit(e, "  component ");
		emit_int(e, s->component.v);
		word(e, plan->components.items[s->component.v].name.v);
		emit_lit(e, "\n");
	}
	if (plan->nodes.v > 1) {
		emit_lit(e, "  nodes");
		emit_node_set(e, plan, &s->node_set);
		emit_lit(e, "\n");
	}
	if (s->ranks.v > 1) {
		emit_lit(e, "  tasks ");
		emit_int(e, s->ranks.v);
		emit_lit(e, "\n");
	}
	if (container_of(plan, s)->is_contained)
		emit_lit(e, "  view " JOB_VIEW "\n");
	dependencies(e, s);
	start(e, s);
	readiness(e, s);
	liveness(e, s);
	policy(e, s);
	stop(e, s);
	hooks(e, s);
	asserts(e, s->asserts);
	if (s->registration) {
		emit_lit(e, "  publish");
		word(e, str_cat(e->text.arena, STR("publish_"), s->function.v));
		emit_lit(e, "\n");
	}
}

void emit_table(struct emitter *e, const struct plan *plan, enum plan_scheduler scheduler)
{
	emit_lit(e, "hpcc-table 1\njob grace");
	seconds(e, plan->grace_s.v);
	emit_lit(e, "\njob scheduler ");
	emit_verbatim(e, scheduler == PLAN_SCHEDULER_SLURM ? STR("slurm\n") : STR("local\n"));
	if (IS_SET(plan->is_wire_off))
		emit_lit(e, "job wire off\n");
	if (IS_SET(plan->step_launches)) {
		emit_lit(e, "job launches ");
		emit_int(e, plan->step_launches.v);
		emit_lit(e, "\n");
	}
	if (IS_SET(plan->relay_signal)) {
		emit_lit(e, "job relay");
		word(e, plan->relay_signal.v);
		emit_lit(e, "\n");
	}
	for (uint32_t i = 0; i < plan->services.n; i++)
		service(e, plan, &plan->services.items[i]);
}

void emit_artifacts(struct emitter *e, const struct plan *plan)
{
	static const char *const policies[] = {
		[ARTIFACTS_COLLECT_ALWAYS] = "always\n",
		[ARTIFACTS_COLLECT_ON_SUCCESS] = "on_success\n",
		[ARTIFACTS_COLLECT_ON_FAILURE] = "on_failure\n",
	};
	const struct plan_artifacts *artifacts = plan->artifacts;

	emit_lit(e, "hpcc-artifacts 1\ncollect ");
	emit_verbatim(e, str_c(policies[artifacts->collect.v]));
	if (IS_SET(plan->resume_path)) {
		emit_lit(e, "resume");
		word(e, plan->resume_path.v);
		emit_lit(e, "\n");
	}
	for (uint32_t i = 0; i < artifacts->bundles.n; i++) {
		const struct plan_bundle *b = &artifacts->bundles.items[i];
		for (uint32_t k = 0; k < b->paths.n; k++) {
			emit_origin(e, b->paths.items[k].from.at, STR("x-slurm.artifacts"));
			emit_lit(e, "bundle");
			word(e, b->head.name);
			word(e, b->paths.items[k].v);
			emit_lit(e, "\n");
		}
	}
}
