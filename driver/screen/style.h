/* SPDX-License-Identifier: Apache-2.0 */
/* Colours for people, empty texts for everything else. */
#ifndef HPCC_DRIVER_SCREEN_STYLE_H
#define HPCC_DRIVER_SCREEN_STYLE_H

#include "driver/compile.h"

struct style {
	const char *good, *bad, *busy, *dim, *bold, *off;
};

/* Whether a stream gets colours. */
bool wants_color(const struct invocation *inv, FILE *stream);

struct style style_for(const struct invocation *inv, FILE *stream);

/* The colour of a service's or job's state word. */
const char *style_of_state(const struct style *style, struct str state, struct str verdict);

/* "0.41s", "12.3s", "3m05s", "2h10m": at most seven columns. */
struct str duration_text(struct arena *a, double seconds);

#endif
