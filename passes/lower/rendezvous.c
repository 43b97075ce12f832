/* SPDX-License-Identifier: Apache-2.0 */
/* Rendezvous: records of other jobs to find before launch, and records that services publish. */
#include "passes/lower.h"

static struct plan_register *registration(struct unit *u, const struct registration *r)
{
	struct plan_register *p = ARENA_NEW(u->arena, struct plan_register);
	p->head.from = r->head.from;
	p->name = r->name;
	p->port = r->port;
	p->protocol = r->protocol;
	p->path = IS_SET(r->path) ? r->path : plan_str(r->head.from, STR(""));
	p->ttl_s = r->ttl_seconds;
	p->metadata = r->metadata;
	return p;
}

void lower_rendezvous(struct unit *u)
{
	for (uint32_t i = 0; i < u->plan->services.n; i++) {
		const struct step *step = service_step(u->pass_state->services[i]);
		if (HAS_RECORD(step->rendezvous) && HAS_RECORD(step->rendezvous->registration))
			u->plan->services.items[i].registration =
				registration(u, step->rendezvous->registration);
	}
	const struct lookup *lookup = unit_slurm(u)->rendezvous;
	if (!HAS_RECORD(lookup))
		return;
	struct plan_lookup *p = ARENA_NEW(u->arena, struct plan_lookup);
	p->head.from = lookup->head.from;
	p->names = lookup->discover;
	p->timeout_s = lookup->timeout_seconds;
	p->require = lookup->require;
	u->plan->lookup = p;
}
