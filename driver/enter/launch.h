/* SPDX-License-Identifier: Apache-2.0 */
/* Running a command beside a task of a service: its input and output are ours. */
#ifndef HPCC_DRIVER_ENTER_LAUNCH_H
#define HPCC_DRIVER_ENTER_LAUNCH_H

#include "driver/enter/target.h"

/* Runs the words to their end, in a terminal if `wants_tty` and there is one. Their status, or an exit code
   after a message. */
int enter_launch(struct invocation *inv, const struct enter_target *target,
		 const char *const *command, bool wants_tty);

#endif
