/* SPDX-License-Identifier: Apache-2.0 */
/* Between enter.c, which finds a service's shim and runs a command, and enter_join.c. */
#ifndef HPCC_RUNTIME_STEP_ENTER_H
#define HPCC_RUNTIME_STEP_ENTER_H

#include <stdbool.h>
#include <sys/types.h>

/* Where a process is: its namespaces, as far as they are others than ours, its root and its folder. */
enum {
	RT_SPACES = 6
};
struct rt_place {
	int space[RT_SPACES]; /* -1: the same as ours */
	int root, folder;     /* -1: the root is ours */
	bool has_own_numbers; /* processes have numbers of their own there, as children of ours will */
};

/* `process` is its folder of /proc. False with errno. */
bool rt_place_open(struct rt_place *place, int process);
/* Goes there. False with errno and, in *what, at which namespace. */
bool rt_place_join(const struct rt_place *place, const char **what);

#endif
