/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Locality (R144): probes run on the primary node, so a probe of localhost can only watch a
 * service that runs there and nowhere else.
 */
#include "passes/checks/check.h"
#include "passes/lower/node_spans.h"

static bool is_localhost(struct str host)
{
	return str_eq_nocase(host, STR("localhost")) || str_eq_c(host, "127.0.0.1") ||
	       str_eq_c(host, "::1");
}

/* Host of a URL. False when there is none to be read; `http://:80/` has an empty one. */
static bool url_host(struct str url, struct str *host)
{
	size_t i = 0;
	while (i + 3 <= url.len &&
	       !(url.ptr[i] == ':' && url.ptr[i + 1] == '/' && url.ptr[i + 2] == '/'))
		i++;
	if (i + 3 > url.len)
		return false;
	struct str rest = str_from(url, i + 3);
	size_t end = 0;
	while (end < rest.len && rest.ptr[end] != '/' && rest.ptr[end] != '?' &&
	       rest.ptr[end] != '#')
		end++;
	struct str authority = str_slice(rest, 0, end);
	ptrdiff_t at = str_find_last(authority, '@');
	if (at != STR_NONE)
		authority = str_from(authority, (size_t)at + 1);
	if (!authority.len)
		return false;
	if (authority.ptr[0] == '[') {
		ptrdiff_t close = str_find(authority, ']');
		*host = str_slice(authority, 1, (size_t)close);
		return close != STR_NONE;
	}
	str_split(authority, ':', host);
	return true;
}

/* What of the probe means this node, and where it is written. */
static bool relies_on_localhost(const struct readiness *r, struct str *what, struct span *at)
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
	struct str host;
	if (r->type.v != READINESS_TYPE_HTTP || !IS_SET(r->url) || str_is_blank(r->url.v) ||
	    (url_host(str_trim(r->url.v), &host) && !is_localhost(host)))
		return false;
	*what = str_trim(r->url.v);
	*at = r->url.from.at;
	return true;
}

void check_locality(const struct unit *u, struct diags *d)
{
	for (uint32_t i = 0; i < u->pass_state->n; i++) {
		const struct service *s = u->pass_state->services[i];
		const struct placement_finding *f = &u->pass_state->placement[i];
		struct str what;
		struct span at;
		if (!HAS_RECORD(s->readiness) || !f->has_set || spans_are(&f->set, 0, 0) ||
		    !relies_on_localhost(s->readiness, &what, &at))
			continue;
		struct diag *diag = subject_error(
			&(struct subject){.d = d, .service = s}, &(struct origin){.at = at},
			RULE_R144, is_from_healthcheck(s->readiness) ? "healthcheck" : "readiness",
			"'%.*s' on node%s %.*s is probed at %.*s, which is node 0",
			STR_ARG(s->head.name), f->set.count == 1 ? "" : "s",
			STR_ARG(spans_text(d->arena, &f->set)), STR_ARG(what));
		const struct step *step = service_step(s);
		struct span where = step->placement         ? step->placement->head.from.at
				    : IS_GIVEN(step->nodes) ? step->nodes.from.at
							    : unit_slurm(u)->nodes.from.at;
		diag_note(d, diag, where, "its nodes are chosen here");
		diag_help(d, diag,
			  "probes run on the primary node: use a log or sleep readiness, "
			  "or place '%.*s' on node 0",
			  STR_ARG(s->head.name));
	}
}
