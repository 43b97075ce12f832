/* SPDX-License-Identifier: Apache-2.0 */
/* No scheduler: the services run here, below the supervisor. */
#include "backends/writer.h"

static void launch(struct writer *w, const struct plan_service *s)
{
	emit_lit(&w->out, "  ");
	emit_late_environment(w, s);
	emit_lit(&w->out, "exec");
}

const struct scheduler scheduler_local = {
	.name = "local",
	.job_id = "${HPCC_JOB_ID:-local-$$}",
	.launch = launch,
};
