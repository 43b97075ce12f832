/* SPDX-License-Identifier: Apache-2.0 */
/* Which services can be alive at the same time, and which such set weighs most. */
#ifndef HPCC_PASSES_RESOURCES_ANTICHAIN_H
#define HPCC_PASSES_RESOURCES_ANTICHAIN_H

#include "ir/plan.h"

/*
 * The heaviest set of services that can all be alive at one moment, given what starts must wait
 * for: nothing in the set waits, directly or through others, for the end of another member.
 * weights and in_set are indexed by launch number; a weight of 0 takes no part. Returns the set's
 * weight; 0 when the question is too large to answer in reasonable time.
 */
uint64_t heaviest_alive(const struct plan *plan, const uint64_t *weights, bool *in_set);

/* Some service needs another one completed; else all can be alive at the same time. */
bool plan_waits_for_ends(const struct plan *plan);

#endif
