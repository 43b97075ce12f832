/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a job's sampler saw (metrics/ *.jsonl), on the time axis of its tale: charts of a few lines each, every line of
 * at most TALE_POINTS points, each the mean of what was seen in its piece of time.
 */
#ifndef HPCC_DRIVER_TALE_SAMPLES_H
#define HPCC_DRIVER_TALE_SAMPLES_H

#include "driver/tale/tale.h"

enum {
	TALE_POINTS = 240,
	TALE_LINES = 8 /* of a chart; where there would be more, mean and highest are told */
};

struct tale_point {
	double at, value;
};

struct tale_line {
	struct str name;
	LIST(struct tale_point) points;
};

struct tale_chart {
	const char *title, *unit;
	double top; /* of the scale */
	LIST(struct tale_line) lines;
};

struct tale_charts {
	LIST(struct tale_chart) list;
	struct str interval; /* "5 s", or empty when the job has no sampler */
	bool is_degraded;    /* of several nodes the first one alone was sampled */
};

/* Its mean and its highest point. */
void tale_line_sums(const struct tale_line *line, double *mean, double *most);

void tale_samples(struct arena *a, const struct job_files *job, const struct tale *t,
		  struct tale_charts *charts);

/* What to say where there are no charts, or fewer than might be; empty when there is nothing to say. */
struct str tale_samples_remark(struct arena *a, const struct tale_charts *charts);

#endif
