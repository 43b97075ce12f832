/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How far a tool is, as a bar in one line of a terminal. The tool tells: a percentage in what it prints.
 *
 *	"\r 41.9%"	[########------------]  41%
 */
#ifndef HPCC_DRIVER_IMAGES_PROGRESS_H
#define HPCC_DRIVER_IMAGES_PROGRESS_H

#include <stdio.h>

#include "ir/support/str.h"

struct progress {
	FILE *out;
	bool is_screen; /* a terminal that can draw; elsewhere there is no bar */
	bool is_drawn;
	int percent;
};

void progress_begin(struct progress *p, FILE *out);

/* Draws what the piece of output tells. False when it tells nothing. */
bool progress_take(struct progress *p, struct str piece);

/* The line is free for something else. */
void progress_clear(struct progress *p);

/* The last percentage in the text, 0 to 100; below 0 when there is none. */
int percent_in(struct str text);

/* Without what moves the cursor or changes colours. */
void drop_escapes(struct buf *text);

#endif
