/* SPDX-License-Identifier: Apache-2.0 */
/* MPI plugin of each step, and the author's own step arguments, which stand after all others. */
#include "passes/lower.h"

void lower_mpi(struct unit *u)
{
	for (uint32_t i = 0; i < u->plan->services.n; i++) {
		const struct step *step = service_step(u->pass_state->services[i]);
		struct plan_service *p = &u->plan->services.items[i];
		if (HAS_RECORD(step->mpi))
			p->mpi_type = step->mpi->type;
		p->extra_args = step->extra_srun_args;
	}
}
