/* SPDX-License-Identifier: Apache-2.0 */
/* Colours, widths and times for people; colours are empty texts for everything else. */
#ifndef HPCC_DRIVER_SCREEN_STYLE_H
#define HPCC_DRIVER_SCREEN_STYLE_H

#include "driver/compile.h"

struct style {
	const char *good, *bad, *busy, *dim, *bold, *off;
};

/* Whether a stream gets colours. */
bool wants_color(const struct invocation *inv, FILE *stream);

struct style style_for(const struct invocation *inv, FILE *stream);

/* The colour of the name that is the i-th of several; empty without colours. */
const char *name_color(const struct style *style, unsigned i);

/* The colour of a service's or job's state word. */
const char *style_of_state(const struct style *style, struct str state, struct str verdict);

/*
 * Names and other texts that users and other programs gave, on their way to people: visible
 * (ir/support/visible.h), and padded with blanks to that many columns as a terminal shows them.
 *
 *	padded(a, STR("a\x1b"), 6)	a\x1b and a blank, all of it letters
 */
struct str padded(struct arena *a, struct str text, unsigned columns);

/* Makes a column of names wide enough for this one, but not wider than all can be. */
void widen_for(struct arena *a, unsigned *columns, struct str name);

/* "0.41s", "12.3s", "3m05s", "2h10m": at most seven columns. */
struct str duration_text(struct arena *a, double seconds);

#endif
