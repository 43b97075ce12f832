/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines of logs on their way out, each behind the name of its log:
 *
 *	worker | step 40 of 100
 *	worker | 2026-01-31T12:00:00.000Z step 41 of 100
 *
 * Bytes of several logs come in pieces. A line is shown when it is whole; one that grows beyond
 * LOG_LINE_MAX is shown as it comes, so that memory has a bound. On a terminal what would act on it
 * is spelled out, but for colours; elsewhere the bytes stay as they are.
 */
#ifndef HPCC_DRIVER_SCREEN_LOG_LINES_H
#define HPCC_DRIVER_SCREEN_LOG_LINES_H

#include "driver/screen/style.h"

enum {
	LOG_LINE_MAX = 1 << 16
};

struct log_line {
	struct str name;   /* of the service, or "batch": visible */
	unsigned columns;  /* of the name */
	const char *color; /* of the name, or NULL */
	char when[32];     /* its next line came, or empty */
	struct buf text;   /* read, neither ended nor shown yet */
};

struct log_writer {
	FILE *out;
	struct style style;
	unsigned name_width;         /* columns */
	bool has_names;              /* before the lines */
	bool is_raw;                 /* no terminal, and nobody asked for colours */
	const struct log_line *open; /* the beginning of its line is shown */
};

void log_writer_init(struct log_writer *w, const struct invocation *inv, FILE *out);
void log_line_add(struct log_writer *w, struct log_line *line, struct str bytes);

/* Shows what is there of a line, as if it ended here. */
void log_line_end(struct log_writer *w, struct log_line *line);

#endif
