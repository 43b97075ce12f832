/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A command of one's own in the place of a service's: the spec cut down to that service, as one task on one node,
 * without what is about others (who waits for whom, readiness, restarts, artifacts).
 */
#ifndef HPCC_DRIVER_ENTER_ONE_OFF_H
#define HPCC_DRIVER_ENTER_ONE_OFF_H

#include "driver/invocation.h"
#include "ir/unit.h"

/* Cuts unit->tree down to what inv->one_off says. False after a message: it has no such service. */
bool one_off_cut(const struct invocation *inv, struct unit *u);

#endif
