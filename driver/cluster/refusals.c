/* SPDX-License-Identifier: Apache-2.0 */
/* The table of Slurm's refusals: its rows are in driver/cluster/refusals.inc. */
#include "driver/cluster/refusals.h"

#include "driver/invocation.h"

#define REFUSAL(words, meaning, way_out) {words, meaning, way_out},
const struct refusal refusals[] = {
#include "driver/cluster/refusals.inc"
};
#undef REFUSAL
const size_t n_refusals = sizeof(refusals) / sizeof(*refusals);

const struct refusal *refusal_in(struct str said)
{
	for (size_t i = 0; i < n_refusals; i++)
		if (str_contains(said, refusals[i].words))
			return &refusals[i];
	return NULL;
}

void refusal_advise(struct str said)
{
	const struct refusal *r = refusal_in(said);

	if (r)
		advise("%s; %s", r->meaning, r->way_out);
}
