/* SPDX-License-Identifier: Apache-2.0 */
/* Output as it comes, in pieces, and whether one of its lines matches (pattern.h). */
#ifndef HPCC_RUNTIME_PROBE_LINES_H
#define HPCC_RUNTIME_PROBE_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "runtime/probe/pattern.h"

enum {
	RT_LINE_ROOM = 8192
};

struct rt_lines {
	const struct rt_pattern *pattern;
	char *line;     /* the unfinished one; RT_LINE_ROOM + 1 bytes */
	size_t len;     /* of it */
	size_t dropped; /* so much of its beginning is not kept */
};

/* Takes in a piece; true if a line in it matches. */
bool rt_lines_take(struct rt_lines *l, const char *piece, size_t n);
/* Whether the last line matches, which has no line break; `goes_on`: there may be more of it. */
bool rt_lines_last_matches(const struct rt_lines *l, bool goes_on);
/* What comes next begins a line. */
void rt_lines_forget(struct rt_lines *l);

#endif
