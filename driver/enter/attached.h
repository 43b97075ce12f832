/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program that has our terminal, our input and our output: keys reach it by themselves, other signals are
 * passed on, and we end with its status.
 */
#ifndef HPCC_DRIVER_ENTER_ATTACHED_H
#define HPCC_DRIVER_ENTER_ATTACHED_H

#include "ir/support/arena.h"
#include "ir/support/str.h"

struct attached {
	const char *const *argv;
	const char *const
		*env;  /* NAME=VALUE on top of ours, NAME alone is taken away; ended by NULL */
	bool is_piped; /* its output isn't the terminal, though ours may be */
	bool is_step;  /* srun: what it says of the command's status is left out */
};

/* Its status; 128+n after a signal; -1 with errno when there is no process for it. */
int attached_run(const struct attached *a);
#endif
