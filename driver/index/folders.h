/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The folders from which the user has started jobs, a line each, the newest last:
 * $XDG_STATE_HOME/hpc-compose/folders, or ~/.local/state/… It tells where records of jobs are that the working
 * folder doesn't have. Nothing depends on it: where it can't be kept, jobs are found by Slurm's word.
 */
#ifndef HPCC_DRIVER_INDEX_FOLDERS_H
#define HPCC_DRIVER_INDEX_FOLDERS_H

#include "ir/support/arena.h"
#include "ir/support/str.h"

struct folders {
	LIST(struct str) list;
};

/* What the list holds; nothing where it isn't the user's to rely on. */
void folders_read(struct arena *a, struct folders *folders);

/* Adds an absolute path, unless it is there. Without a word where that can't be done. */
void folders_note(struct arena *a, struct str folder);

#endif
