/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A tale and its charts as SVG, all on one time axis: each drawing is as wide, and time begins and ends at the same
 * place. Inside HTML they go by the page's styles; alone, in one SVG, they bring their own.
 */
#ifndef HPCC_DRIVER_TALE_SVG_H
#define HPCC_DRIVER_TALE_SVG_H

#include "driver/tale/rows.h"
#include "driver/tale/samples.h"

/* `id` sets apart what several drawings of a page are called. */
void svg_timeline(struct buf *out, const struct tale *t, const struct tale_rows *rows,
		  const char *id);
void svg_chart(struct buf *out, const struct tale *t, const struct tale_chart *chart,
	       const char *id);

/* One file with all of it. */
void svg_alone(struct buf *out, const struct tale *t, const struct tale_rows *rows,
	       const struct tale_charts *charts);

#endif
