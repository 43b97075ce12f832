/* SPDX-License-Identifier: Apache-2.0 */
/* The answer to an http probe, as it comes. */
#ifndef HPCC_RUNTIME_PROBE_ANSWER_H
#define HPCC_RUNTIME_PROBE_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

#include "runtime/probe/lines.h"

struct rt_answer {
	bool in_headers; /* behind the first line of an interim answer */
	size_t taken;    /* bytes so far */
	size_t len;
	char *line; /* the one that is being read; RT_LINE_ROOM + 1 bytes */
};

enum rt_http {
	RT_HTTP_MORE,
	RT_HTTP_ANSWERED,
	RT_HTTP_GARBAGE
};
/* Before the first byte. */
void rt_http_begin(struct rt_answer *answer);
/*
 * Takes in bytes, n == 0: its end. Interim answers (100 to 199) are passed over but
 * for the wanted status and 101; *status is the one that counts.
 */
enum rt_http rt_http_take(struct rt_answer *answer, const char *bytes, size_t n, unsigned wanted,
			  unsigned *status);
/* The same with what has come at a socket that doesn't block. */
enum rt_http rt_http_read(struct rt_answer *answer, int fd, unsigned wanted, unsigned *status);
/* What was garbage about it, for people. */
const char *rt_http_garbage(const struct rt_answer *answer);

#endif
