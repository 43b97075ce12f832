/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Locality (R144): a service's own step looks at localhost, on the service's own node. Where it can't (over
 * https, or where steps don't connect to the supervisor) looks are taken from the primary node, so a
 * probe of localhost can only watch a service that runs there and nowhere else.
 */
#include "passes/checks/check.h"
#include "passes/lower/copies.h"
#include "passes/lower/node_spans.h"
#include "passes/ports/probe_host.h"

static bool is_wire_off(const struct unit *u)
{
	return u->settings && u->settings->is_wire_off;
}

/* What nobody but the step's shim can do. */
static void check_shim(const struct unit *u, struct diags *d, const struct service *s,
		       const struct readiness *r, const char *record)
{
	const struct subject subject = {.d = d, .u = u, .service = s};
	bool is_exec = IS_SET(r->type) && r->type.v == READINESS_TYPE_EXEC;
	bool is_log =
		IS_SET(r->type) && r->type.v == READINESS_TYPE_LOG; /* which marks tell as well */
	bool is_of_all = IS_SET(r->tasks) && r->tasks.v == READINESS_TASKS_ALL;
	if (!is_exec && !is_of_all)
		return;
	const struct origin *from = is_exec ? &r->type.from : &r->tasks.from;
	const char *field =
		is_from_healthcheck(r)
			? record
			: str_fmt(d->arena, "%s.%s", record, is_exec ? "type" : "tasks").ptr;

	if ((is_exec || (is_of_all && !is_log)) && is_wire_off(u)) {
		struct diag *diag = subject_error(
			&subject, from, RULE_R144, field,
			"the step itself has to look, and with 'wire = \"off\"' it tells nobody");
		diag_help(d, diag, "use another type, for the first task, or turn the wire on");
	} else if (is_exec && !service_has_shim(&subject)) {
		struct diag *diag = subject_error(&subject, from, RULE_R144, field,
						  "nothing can run beside the image's own command");
		diag_help(d, diag,
			  "x-runtime: {entrypoint: image} runs it so; or set 'command' as well");
	}
}

static bool is_seen_by_its_step(const struct unit *u, const struct readiness *r)
{
	return !is_wire_off(u) && !(r->type.v == READINESS_TYPE_HTTP &&
				    str_has_prefix(str_trim(r->url.v), "https://"));
}

static void check_look(const struct unit *u, struct diags *d, uint32_t i, const struct readiness *r,
		       const char *field, const char *instead)
{
	const struct service *s = service_written(u, i);
	const struct placement_finding *f = &u->pass_state->placement[i];
	struct str what;
	struct span at;
	if (!HAS_RECORD(r) || !f->has_set || spans_are(&f->shared, 0, 0) || is_further_copy(u, i) ||
	    !probe_is_local(r, &what, &at) || is_seen_by_its_step(u, r))
		return;
	struct diag *diag = subject_error(
		&(struct subject){.d = d, .service = s}, &(struct origin){.at = at}, RULE_R144,
		field, "'%.*s' on node%s %.*s is probed at %.*s, which is node 0",
		STR_ARG(s->head.name), plural(f->shared.count),
		STR_ARG(spans_text(d->arena, &f->shared)), STR_ARG(what));
	const struct step *step = service_step(s);
	struct span where = step->placement         ? step->placement->head.from.at
			    : IS_GIVEN(step->nodes) ? step->nodes.from.at
						    : unit_slurm(u)->nodes.from.at;
	diag_note(d, diag, where, "its nodes are chosen here");
	diag_help(d, diag, "%s, or place '%.*s' on node 0", instead, STR_ARG(s->head.name));
}

void check_locality(const struct unit *u, struct diags *d)
{
	for (uint32_t i = 0; i < u->pass_state->n; i++) {
		const struct service *s = service_written(u, i);
		struct readiness live = probe_of_liveness(s->liveness);
		bool is_healthcheck = HAS_RECORD(s->readiness) && is_from_healthcheck(s->readiness);
		const char *record = is_healthcheck ? "healthcheck" : "readiness";
		if (HAS_RECORD(s->readiness) && !is_further_copy(u, i))
			check_shim(u, d, s, s->readiness, record);
		if (!is_further_copy(u, i))
			check_shim(u, d, s, &live, "liveness");
		check_look(u, d, i, s->readiness, record, "use a log or sleep readiness");
		check_look(u, d, i, &live, "liveness", "name a host");
	}
}
