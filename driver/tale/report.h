/* SPDX-License-Identifier: Apache-2.0 */
/* What a report is made of, and its forms. All are the same bytes for the same job once that is over. */
#ifndef HPCC_DRIVER_TALE_REPORT_H
#define HPCC_DRIVER_TALE_REPORT_H

#include "driver/json.h"
#include "driver/tale/rows.h"
#include "driver/tale/samples.h"

/* A job, or one element of an array. */
struct report_run {
	struct tale tale;
	struct tale_rows rows; /* folded where there are many services */
	struct tale_charts charts;
	const json_t *submitted;  /* run.json, or NULL */
	struct str not_submitted; /* why it is NULL */
};

struct report {
	LIST(struct report_run) runs;
};

void report_html(struct buf *out, const struct report *report);
void report_markdown(struct buf *out, const struct report *report);
json_t *report_json(const struct report *report);

/* Of one service what tables show. Times are below 0 where there is none. */
struct report_times {
	double started, ready, over;
	double sums[TALE_KINDS]; /* how long it did what */
};
struct report_times report_times_of(const struct tale_service *s);

/* "1.5 MiB", or nothing below 0. */
struct str report_bytes(struct arena *a, double bytes);
/* A duration, or nothing below 0. */
struct str report_seconds(struct arena *a, double seconds);

/* The one sentence on why it ended, or that it goes on or was cut off; empty when there is nothing to say. */
struct str report_cause(const struct tale *t);

#endif
