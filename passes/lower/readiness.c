/* SPDX-License-Identifier: Apache-2.0 */
/* Readiness and liveness: how a service shows that it is ready, and that it still answers; defaults resolved. */
#include "passes/ports/values.h"

/* As curl has it: an address without a scheme is http. */
static struct v_str lower_url(struct unit *u, const struct v_str *url)
{
	struct v_str full = *url;
	full.v = str_trim(url->v);
	if (full.v.len && full.v.ptr[0] != '/' && !str_contains(full.v, "://"))
		full.v = str_cat(u->arena, STR("http://"), full.v);
	return full;
}

/* A name stands for the port's number, or for what the job chooses. */
static void lower_port(struct unit *u, const struct plan_service *s, const struct v_port *port,
		       struct v_uint *number, struct v_str *value)
{
	const struct plan_port *named = port->name.len ? port_of_name(s, port->name) : NULL;
	if (!port->name.len)
		*number = (struct v_uint){.from = port->from, .v = port->v};
	else if (named && IS_SET(named->chosen))
		*value = plan_str(port->from, value_of_port(u->arena, s, named));
	else if (named)
		*number = plan_uint(port->from, named->first.v);
}

/*
 * A health check of Compose is first looked at when its interval is over, and here at once. Servers
 * that answer while they set themselves up, as images of databases do, end once more before they are
 * there for good: what passes early has to pass again.
 */
static void lower_settling(const struct service *service, struct plan_readiness *p)
{
	enum {
		INTERVAL_S = 30,
		SETTLE_S = 2
	};
	const struct healthcheck *check = service->healthcheck;

	if (!check || p->type.v != READINESS_TYPE_EXEC)
		return;
	uint64_t interval = IS_GIVEN(check->interval) ? check->interval.seconds : INTERVAL_S;
	p->settle_s = plan_uint(check->head.from, interval < SETTLE_S ? interval : SETTLE_S);
}

static struct plan_readiness *lower_probe(struct unit *u, const struct plan_service *s,
					  const struct readiness *r)
{
	struct plan_readiness *p = ARENA_NEW(u->arena, struct plan_readiness);
	p->head.from = r->head.from;
	p->type = r->type;
	switch ((enum readiness_type)r->type.v) {
	case READINESS_TYPE_SLEEP:
		p->seconds = r->seconds;
		return p;
	case READINESS_TYPE_TCP:
		p->host = r->host;
		lower_port(u, s, &r->port, &p->port, &p->port_value);
		p->owner = r->owner;
		break;
	case READINESS_TYPE_LOG:
		p->pattern = r->pattern;
		break;
	case READINESS_TYPE_HTTP:
		p->url = lower_url(u, &r->url);
		p->status = r->status_code;
		p->owner = r->owner;
		break;
	case READINESS_TYPE_EXEC:
		p->argv = plan_argv(u, &r->command);
		break;
	case READINESS_TYPE_N:
		break;
	}
	p->tasks = r->tasks;
	p->interval_s = r->interval_seconds;
	p->attempt_s = r->attempt_timeout_seconds;
	p->timeout_s = r->timeout_seconds;
	return p;
}

static struct plan_liveness *lower_looks(struct unit *u, const struct plan_service *s,
					 const struct liveness *l)
{
	struct plan_liveness *p = ARENA_NEW(u->arena, struct plan_liveness);
	p->head.from = l->head.from;
	p->type = l->type;
	switch ((enum liveness_type)l->type.v) {
	case LIVENESS_TYPE_TCP:
		p->host = l->host;
		lower_port(u, s, &l->port, &p->port, &p->port_value);
		p->owner = l->owner;
		break;
	case LIVENESS_TYPE_HTTP:
		p->url = lower_url(u, &l->url);
		p->status = l->status_code;
		p->owner = l->owner;
		break;
	case LIVENESS_TYPE_EXEC:
		p->argv = plan_argv(u, &l->command);
		break;
	case LIVENESS_TYPE_N:
		break;
	}
	p->tasks = l->tasks;
	p->interval_s = l->interval_seconds;
	p->attempt_s = l->attempt_timeout_seconds;
	p->failures = l->failures;
	return p;
}

void lower_readiness(struct unit *u)
{
	for (uint32_t i = 0; i < u->plan->services.n; i++) {
		struct plan_service *p = &u->plan->services.items[i];
		const struct readiness *r = u->pass_state->services[i]->readiness;
		const struct liveness *l = u->pass_state->services[i]->liveness;
		if (HAS_RECORD(r) && IS_SET(r->type))
			p->readiness = lower_probe(u, p, r);
		if (p->readiness)
			lower_settling(u->pass_state->services[i], p->readiness);
		if (HAS_RECORD(l) && IS_SET(l->type))
			p->liveness = lower_looks(u, p, l);
	}
}
