/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pattern of a log probe, and the texts one of which every matching line holds: a line without
 * any of them is not worth the expression.
 *
 *	^(Ready|listening on) .*:[0-9]+$        "Ready", "listening"
 *	[0-9]+ workers? up                      "worker"
 *	[a-z]*                                  none: every line is judged
 */
#ifndef HPCC_RUNTIME_PROBE_PATTERN_H
#define HPCC_RUNTIME_PROBE_PATTERN_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>

#include "runtime/core/pool.h"

enum {
	RT_LITERALS = 8
};

struct rt_literal {
	const char *text;
	size_t len;
};

struct rt_pattern {
	regex_t regex;
	unsigned count; /* of the texts; 0: any line may match */
	struct rt_literal literal[RT_LITERALS];
};

/* Takes a POSIX ERE; false if it is none. */
bool rt_pattern_read(struct rt_pattern *pattern, struct rt_pool *pool, const char *ere);
/*
 * The first place at or behind `text` that may lie in a line that matches; NULL if there is none
 * in these bytes. The texts hold no blank and no question mark, which stand for bytes that are no
 * characters when a line is matched.
 */
const char *rt_pattern_find(const struct rt_pattern *pattern, const char *text, size_t len);

#endif
