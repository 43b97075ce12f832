/* SPDX-License-Identifier: Apache-2.0 */
/* What Slurm says when it won't run a job, what that means, and what to write instead. */
#ifndef HPCC_DRIVER_CLUSTER_REFUSALS_H
#define HPCC_DRIVER_CLUSTER_REFUSALS_H

#include <stddef.h>

#include "ir/support/str.h"

struct refusal {
	const char *words, *meaning, *way_out;
};

extern const struct refusal refusals[];
extern const size_t n_refusals;

/* The one whose words the text holds, or NULL. */
const struct refusal *refusal_in(struct str said);

/* Two lines of help behind Slurm's own words, where they are known. */
void refusal_advise(struct str said);

#endif
