/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What to type next with a spec of ours, by what this machine has: Slurm, and tools for containers.
 *
 *	runtime.backend is pyxis, which isn't found here; apptainer is: write 'runtime: {backend: apptainer}'
 *	try: hpcc validate compose.yaml && hpcc up compose.yaml
 */
#ifndef HPCC_DRIVER_CLUSTER_FIRST_STEPS_H
#define HPCC_DRIVER_CLUSTER_FIRST_STEPS_H

#include "driver/invocation.h"

/* Prints lines about the spec `text`, a template, which is in the file `path`. */
void first_steps_print(struct invocation *inv, struct str text, const char *path);

#endif
