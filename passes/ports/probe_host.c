/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hosts and ports of probes:
 *
 *	{type: tcp, port: 6379}				localhost, 6379
 *	{type: http, url: "http://[::1]:8000/health"}	localhost, 8000
 *	{type: http, url: "https://db/"}		elsewhere
 */
#include "passes/ports/probe_host.h"

static bool is_localhost(struct str host)
{
	return str_eq_nocase(host, STR("localhost")) || str_eq_c(host, "127.0.0.1") ||
	       str_eq_c(host, "::1");
}

bool probe_is_local(const struct readiness *r, struct str *what, struct span *at)
{
	if (!IS_SET(r->type))
		return false;
	if (r->type.v == READINESS_TYPE_TCP) {
		if (IS_POISON(r->host) || (IS_SET(r->host) && !is_localhost(str_trim(r->host.v))))
			return false;
		*what = str_trim(r->host.v);
		*at = IS_GIVEN(r->host) ? r->host.from.at : r->head.from.at;
		return true;
	}
	struct str host, port;
	if (r->type.v != READINESS_TYPE_HTTP || !IS_SET(r->url) || str_is_blank(r->url.v) ||
	    (grammar_url_host(str_trim(r->url.v), &host, &port) && !is_localhost(host)))
		return false;
	*what = str_trim(r->url.v);
	*at = r->url.from.at;
	return true;
}

struct readiness probe_of_liveness(const struct liveness *l)
{
	struct readiness r = {0};
	if (!HAS_RECORD(l) || !IS_SET(l->type))
		return r;
	r.head = l->head;
	static const enum readiness_type types[] = {[LIVENESS_TYPE_TCP] = READINESS_TYPE_TCP,
						    [LIVENESS_TYPE_HTTP] = READINESS_TYPE_HTTP,
						    [LIVENESS_TYPE_EXEC] = READINESS_TYPE_EXEC};
	r.type = (struct v_enum){.from = l->type.from, .v = types[l->type.v]};
	r.tasks = l->tasks;
	r.host = l->host;
	r.port = l->port;
	r.url = l->url;
	r.owner = l->owner;
	return r;
}

uint32_t probe_port(const struct readiness *r, struct span *at)
{
	struct str what;
	if (!HAS_RECORD(r) || !probe_is_local(r, &what, at) ||
	    (IS_SET(r->owner) && r->owner.v == READINESS_OWNER_ANY))
		return 0;
	if (r->type.v == READINESS_TYPE_TCP) {
		*at = r->port.from.at;
		return IS_SET(r->port) ? (uint32_t)r->port.v
				       : 0; /* one with a name is stated elsewhere */
	}
	struct str host, port;
	uint64_t n = 0;
	if (!grammar_url_host(what, &host, &port))
		return 0;
	if (!port.len)
		return str_has_prefix(what, "https:") ? 443 : 80;
	return str_to_u64(port, &n) && n <= UINT16_MAX ? (uint32_t)n : 0;
}
