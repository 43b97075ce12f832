/* SPDX-License-Identifier: Apache-2.0 */
/* Records of services that other jobs look up: before the services start, and at the end. */
#include "backends/writer.h"

bool plan_publishes(const struct plan *plan)
{
	for (uint32_t i = 0; i < plan->services.n; i++)
		if (plan->services.items[i].registration)
			return true;
	return false;
}

void emit_lookup(struct writer *w)
{
	const struct plan_lookup *lookup = w->plan->lookup;

	if (!lookup)
		return;
	emit_lit(&w->out, "\n# Services of other jobs.\n");
	emit_origin(&w->out, lookup->head.from.at, STR("x-slurm.rendezvous"));
	emit_lit(&w->out, "(umask 077 && : >\"$JOB_DIR/" JOB_FILE_FOUND "\")\n"
			  "stoppable \"$HPCC_RT\" lookup --cache \"$CACHE_ROOT\" --timeout ");
	emit_int(&w->out, lookup->timeout_s.v);
	if (!lookup->require.v)
		emit_lit(&w->out, " --optional");
	emit_lit(&w->out, " --");
	for (uint32_t i = 0; i < lookup->names.n; i++) {
		emit_lit(&w->out, " ");
		emit_word(&w->out, lookup->names.items[i].v);
	}
	emit_lit(&w->out,
		 " >\"$JOB_DIR/" JOB_FILE_FOUND "\"\n"
		 "eval \"$(<\"$JOB_DIR/" JOB_FILE_FOUND "\")\" # HPC_COMPOSE_RDZV_* variables\n");
}

void emit_withdrawal(struct writer *w)
{
	if (!plan_publishes(w->plan))
		return;
	emit_lit(&w->out,
		 "  \"$HPCC_RT\" withdraw --cache \"$CACHE_ROOT\" --job \"${JOB_ROOT##*/}\" --");
	for (uint32_t i = 0; i < w->plan->services.n; i++) {
		const struct plan_register *r = w->plan->services.items[i].registration;
		if (!r)
			continue;
		emit_lit(&w->out, " ");
		emit_word(&w->out, r->name.v);
	}
	emit_lit(&w->out, " || :\n");
}
