/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The supervisor hpcc-rt, which hpcc carries within itself: one file is enough to write a script
 * that runs. The variable HPCC_RT names another one, for nodes of another kind than this machine.
 */
#ifndef HPCC_DRIVER_JOBS_RUNTIME_H
#define HPCC_DRIVER_JOBS_RUNTIME_H

#include "ir/support/arena.h"
#include "ir/support/str.h"

/* Where it comes from, for people: the file that HPCC_RT names, or hpcc itself. Empty with *why. */
struct str runtime_source(struct arena *a, struct str *why);

/* The bytes of the program; false with *why. Those that hpcc carries are not copied. */
bool runtime_load(struct arena *a, struct str *bytes, struct str *why);

/* Puts the program where the jobs of this runtime root look for it, unless the same one is there.
   The path, or empty with *why. */
struct str runtime_place(struct arena *a, struct str runtime_root, struct str *why);

#endif
