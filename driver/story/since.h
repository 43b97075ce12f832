/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Times as people write them on the command line.
 *
 *	90, 90s, 10m, 2h, 1h30m, 3d		durations: so long ago, or so long
 *	14:30, 14:30:05				today, or yesterday if that is still to come
 *	2026-11-25, 2026-11-25T14:30:05.5	local time; with a Z or +01:00 there
 */
#ifndef HPCC_DRIVER_STORY_SINCE_H
#define HPCC_DRIVER_STORY_SINCE_H

#include "driver/invocation.h"

/* Seconds. False when it is no duration. */
bool duration_read(struct arena *a, struct str text, double *seconds);

/* Seconds since 1970, given those of now. False after a message that names the option. */
bool moment_read(struct invocation *inv, const char *option, const char *text, double now,
		 double *moment);

/* 2026-01-31T12:00:00.000Z */
struct str moment_text(struct arena *a, double moment);

#endif
