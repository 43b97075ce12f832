/* SPDX-License-Identifier: Apache-2.0 */
/* Slurm's words for what a site can't run, made from the rows in ir/facts/refusals.inc. */
#ifndef HPCC_IR_REFUSALS_H
#define HPCC_IR_REFUSALS_H

#define REFUSAL(name, words, reason, when) REFUSED_##name,
enum slurm_refusal {
#include "ir/refusals.gen.inc"
	N_SLURM_REFUSALS
};
#undef REFUSAL

struct slurm_refused {
	const char *words; /* as sbatch prints them */
	const char *
		reason; /* of a job that waits, where the limits of partitions aren't enforced; or empty */
	const char *when;
};

extern const struct slurm_refused slurm_refusals[N_SLURM_REFUSALS];

#endif
