/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which elements of a job array are meant:
 *
 *	0-15:5,20%4	0, 5, 10, 15 and 20, as sbatch --array takes them
 *	4711_[1-4]	of the array 4711: 1-4
 */
#ifndef HPCC_DRIVER_JOBS_INDICES_H
#define HPCC_DRIVER_JOBS_INDICES_H

#include "ir/support/arena.h"
#include "ir/support/str.h"

struct indices {
	LIST(uint32_t) list;
};

/* Each index of "0-15:5,20%4" once, in ascending order. False when it isn't such a text. */
bool indices_read(struct arena *a, struct str text, struct indices *indices);
/* The other way round: "1-4,8" of ascending ones. */
struct str indices_text(struct arena *a, const struct indices *indices);
bool indices_have(const struct indices *indices, uint32_t index);

/* The part of an id that says which elements are meant: "3" of 4711_3, "1-4" of 4711_[1-4], or
   nothing. *base is the array's own id. */
struct str array_tasks(struct str id, struct str *base);

#endif
