/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text of users and programs on a curses screen: characters of any script at their width, the
 * colours of a log as colours, and nothing else of what a terminal would act upon.
 */
#ifndef HPCC_DRIVER_SCREEN_SCREEN_TEXT_H
#define HPCC_DRIVER_SCREEN_SCREEN_TEXT_H

#include "ir/support/str.h"

enum {
	/* Pairs of curses from here on are the colours of logs: 9 by 9, the last of each the
	   terminal's own. */
	LOG_PAIRS = 16
};

/* Once, before and after the screen is opened. */
void screen_text_locale(void);
void screen_text_colors(void);

/* At the cursor, in at most `width` columns. */
void put_text(struct str text, int width);

/* A line of a log: with its colours; of a line that a program went back in, the last state. */
void put_log_line(struct str line, int width);

#endif
