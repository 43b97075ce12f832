/* SPDX-License-Identifier: Apache-2.0 */
/* Asking before something goes that can't be made again. */
#ifndef HPCC_DRIVER_SCREEN_ASK_H
#define HPCC_DRIVER_SCREEN_ASK_H

#include "driver/invocation.h"

/*
 * Whether it may be done: with --yes it may, on a terminal that is asked, and elsewhere it may not. `what` is
 * the question's beginning: "remove job 4711, /home/me/.hpc-compose/4711". When false it was said why; *status is
 * what the command ends with then.
 */
bool may_remove(struct invocation *inv, struct str what, int *status);

#endif
