/* SPDX-License-Identifier: Apache-2.0 */
/* The combinations of a sweep by what their trials came to: the mean of those that have a number. */
#ifndef HPCC_DRIVER_SWEEP_RANKING_H
#define HPCC_DRIVER_SWEEP_RANKING_H

#include "driver/sweep/objective.h"

struct ranked_config {
	const struct sweep_trial *trial; /* the first of its trials */
	uint32_t rank;            /* from 1 on, the same of equals; 0: no trial has a number */
	uint32_t n, n_found;      /* trials, and those that have a number */
	double mean, least, most; /* of these */
	uint32_t first;           /* place of its first trial in the order of the sweep */
};

/* Along the axis, all other parameters being the same. */
struct scaling_point {
	double at, mean, speedup, efficiency; /* by the point with the lowest value on the axis */
	const struct ranked_config *config;
};
struct scaling_group {
	struct str others; /* "b=x;lr=0.1", or empty */
	LIST(struct scaling_point) points;
};

struct ranking {
	bool is_minimized;
	struct objective *objectives;       /* of trials, in the order of the sweep */
	LIST(struct ranked_config) configs; /* best first; those without a number last */
	LIST(struct scaling_group) scaling; /* empty without an axis */
};

void ranking_make(struct invocation *inv, const struct sweep_run *s, const struct sweep_view *v,
		  struct ranking *r);

/* Places of combinations in the list, by their config keys. */
void ranking_index(struct arena *a, const struct ranking *r, struct map *places);

#endif
