/* SPDX-License-Identifier: Apache-2.0 */
/* What sweep.json holds (driver/sweep/sweep.h). */
#ifndef HPCC_DRIVER_SWEEP_SWEEP_FILE_H
#define HPCC_DRIVER_SWEEP_SWEEP_FILE_H

#include "driver/sweep/sweep.h"

/* Of a sweep about to be submitted. */
json_t *sweep_file_new(const struct compilation *c, const struct sweep_run *s);

/* Fills the sweep from s->file; false when that isn't one. */
bool sweep_file_take(struct arena *a, struct sweep_run *s);

#endif
