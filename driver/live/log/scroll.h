/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a pane stands in lines of which each takes one row or several: the row at its top. Pure: what a line
 * takes is asked.
 *
 *	scroll_move(&scroll, &text, -height);	a page back
 *	scroll_to_end(&scroll, &text);		and from here on it follows
 */
#ifndef HPCC_DRIVER_LIVE_LOG_SCROLL_H
#define HPCC_DRIVER_LIVE_LOG_SCROLL_H

#include <stdbool.h>
#include <stdint.h>

struct scroll_text {
	uint32_t n;                                  /* lines */
	unsigned height;                             /* rows of the pane */
	unsigned (*rows)(void *data, uint32_t line); /* at least 1 */
	void *data;
};

struct scroll {
	uint32_t line; /* at the top */
	unsigned row;  /* of it */
	bool follows;  /* stays at the end */
};

/* So many rows down, or up below 0; at the end it follows. */
void scroll_move(struct scroll *s, const struct scroll_text *text, long rows);
void scroll_to_begin(struct scroll *s);
void scroll_to_end(struct scroll *s, const struct scroll_text *text);

/* Shows a line: as it is when it is seen already, else a third of the pane below the top. */
void scroll_to_line(struct scroll *s, const struct scroll_text *text, uint32_t line);

/* After lines have come or gone, or the pane has another size. */
void scroll_settle(struct scroll *s, const struct scroll_text *text);

#endif
