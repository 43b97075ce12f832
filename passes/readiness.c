/* SPDX-License-Identifier: Apache-2.0 */
/* Readiness: the probe that shows that a service is ready, its defaults resolved. */
#include "passes/lower.h"

/* As curl has it: an address without a scheme is http. */
static struct v_str lower_url(struct unit *u, const struct v_str *url)
{
	struct v_str full = *url;
	full.v = str_trim(url->v);
	if (full.v.len && full.v.ptr[0] != '/' && !str_contains(full.v, "://"))
		full.v = str_cat(u->arena, STR("http://"), full.v);
	return full;
}

static struct plan_readiness *lower_probe(struct unit *u, const struct readiness *r)
{
	struct plan_readiness *p = ARENA_NEW(u->arena, struct plan_readiness);
	struct origin from = r->head.from;
	p->head.from = from;
	p->type = r->type;
	switch ((enum readiness_type)r->type.v) {
	case READINESS_TYPE_SLEEP:
		p->seconds = r->seconds;
		return p;
	case READINESS_TYPE_TCP:
		p->host = IS_SET(r->host) ? r->host : plan_str(from, STR("127.0.0.1"));
		p->port = r->port;
		break;
	case READINESS_TYPE_LOG:
		p->pattern = r->pattern;
		break;
	case READINESS_TYPE_HTTP:
		p->url = lower_url(u, &r->url);
		p->status = IS_SET(r->status_code) ? r->status_code : plan_uint(from, 200);
		break;
	case READINESS_TYPE_N:
		break;
	}
	p->timeout_s = IS_SET(r->timeout_seconds) ? r->timeout_seconds : plan_uint(from, 60);
	return p;
}

void lower_readiness(struct unit *u)
{
	for (uint32_t i = 0; i < u->plan->services.n; i++) {
		const struct readiness *r = u->pass_state->services[i]->readiness;
		if (HAS_RECORD(r) && IS_SET(r->type))
			u->plan->services.items[i].readiness = lower_probe(u, r);
	}
}
