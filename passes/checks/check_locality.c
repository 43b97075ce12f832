/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Locality (R144): probes run on the primary node, so a probe of localhost can only watch a
 * service that runs there and nowhere else.
 */
#include "passes/checks/check.h"
#include "passes/lower/node_spans.h"
#include "passes/lower/probe_host.h"

void check_locality(const struct unit *u, struct diags *d)
{
	for (uint32_t i = 0; i < u->pass_state->n; i++) {
		const struct service *s = u->pass_state->services[i];
		const struct placement_finding *f = &u->pass_state->placement[i];
		struct str what;
		struct span at;
		if (!HAS_RECORD(s->readiness) || !f->has_set || spans_are(&f->set, 0, 0) ||
		    !probe_is_local(s->readiness, &what, &at))
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
