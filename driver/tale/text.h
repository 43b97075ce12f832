/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A tale as lines for a terminal of that many columns:
 *
 *	job 4711 'train': FAILED, 12.3s from 2026-11-30 22:05:50 UTC
 *	       0         5s        10s
 *	store  ░▓▓█████████████████▒▒▒  stopped
 *	worker ···········░━━━━━━━━×    app-exit 3
 */
#ifndef HPCC_DRIVER_TALE_TEXT_H
#define HPCC_DRIVER_TALE_TEXT_H

#include "driver/screen/style.h"
#include "driver/tale/rows.h"

struct tale_look {
	struct style style;
	unsigned columns;
	bool is_ascii;
};

struct str tale_text(const struct tale *t, const struct tale_rows *rows,
		     const struct tale_look *look);

/* The drawing alone: axis, lines, legend. */
struct str tale_drawing_text(const struct tale *t, const struct tale_rows *rows,
			     const struct tale_look *look);

/* "2026-11-30 22:05:50 UTC" of seconds since 1970. */
struct str tale_time_text(struct arena *a, double wall);

/* "starting 0.40s, running 3.00s": how long it did what in a link of the chain. */
struct str tale_link_text(struct arena *a, const struct tale_link *link);

/* All but the instant in which the job closes, with nothing to close. */
bool tale_link_is_told(const struct tale_link *link);

/* The sentence of the job's head: "job 4711 'train', attempt 2: FAILED, …". */
struct str tale_head_text(const struct tale *t);

#endif
