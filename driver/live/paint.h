/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text of users and programs on a curses screen: characters of any script at their width, the
 * colours of a log as colours, and nothing else of what a terminal would act upon.
 */
#ifndef HPCC_DRIVER_LIVE_PAINT_H
#define HPCC_DRIVER_LIVE_PAINT_H

#include "driver/live/log/cells.h"

enum paint {
	PAINT_GOOD = 1,
	PAINT_BAD,
	PAINT_BUSY,
	PAINT_LOGS = 16 /* pairs of curses from here on are the colours of logs, 9 by 9 */
};

/* Once, before and after the screen is opened. */
void paint_locale(void);
void paint_colors(void);

/* At the cursor, in at most `width` columns; the columns used. */
int paint_text(struct str text, int width);
int paint_cells(const struct cells *cells, uint32_t from, uint32_t to, int width);

#endif
