/* SPDX-License-Identifier: Apache-2.0 */
/* What a trial has come to: the number that its log or a file among its artifacts says. */
#ifndef HPCC_DRIVER_SWEEP_OBJECTIVE_H
#define HPCC_DRIVER_SWEEP_OBJECTIVE_H

#include "driver/sweep/view.h"

struct objective {
	bool is_found; /* a finite number */
	double value;
	struct str text; /* as it was written */
	struct str why;  /* there is none: a phrase */
};

/* Of a trial, by the objective of sweep.json. */
struct objective objective_of(struct invocation *inv, const json_t *objective,
			      const struct trial_view *t);

#endif
