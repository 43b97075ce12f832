/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the supervisor asks a step shim to look at, and what the shim answers, as texts of the wire
 * (docs/wire.md). The shim looks again and again, at a pace of its own, until it is told to stop, or until
 * the service is ready.
 *
 *	ready 7 0 5000 59950 tcp own 8000 127.0.0.1,::1
 *	ready 8 0 5000 59950 http any 8000 10.0.0.7 200 http://node7:8000/health
 *	live 9 10000 5000 0 exec
 *
 *	ready 7 0                       the look passed
 *	ready 7 3 connection refused    the third one in a row that didn't
 */
#ifndef HPCC_RUNTIME_WIRE_LOOK_H
#define HPCC_RUNTIME_WIRE_LOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/wire/wire.h"

enum {
	RT_LOOK_ADDRESSES = 4,
	RT_LOOK_ADDRESS_ROOM = 46,
	RT_LOOK_WORDS_ROOM = 120,
	RT_LOOK_URL_ROOM = 3072, /* with its NUL */
	RT_LOOK_TEXT_ROOM = 4096
};

/* What for. A task has one look of each at a time. */
enum rt_look_use {
	RT_LOOK_READY, /* ends by itself when it has passed */
	RT_LOOK_LIVE,  /* goes on; each miss is told, and the first pass after it */
	RT_LOOK_USES
};

enum rt_look_kind {
	RT_LOOK_TCP,
	RT_LOOK_HTTP,
	RT_LOOK_EXEC, /* the command that the shim was given for this use */
	RT_LOOK_KINDS
};

struct rt_look {
	enum rt_look_use use;
	unsigned long number; /* another one is another look */
	int64_t every, limit,
		left;   /* pause, 0: paced; of one look; till the clock runs out, 0: never */
	int64_t settle; /* exec: a pass counts when another one comes so much later; 0: at once */
	enum rt_look_kind kind;
	bool is_own; /* at the node itself: passes only if a process of the step listens */
	unsigned port;
	unsigned address_count;
	char address[RT_LOOK_ADDRESSES][RT_LOOK_ADDRESS_ROOM];
	unsigned status; /* http */
	char url[RT_LOOK_URL_ROOM];
};

struct rt_looked {
	enum rt_look_use use;
	unsigned long number, misses; /* misses in a row; 0: it has passed */
	char words[RT_LOOK_WORDS_ROOM];
};

/* False if it is too long. What is longer than a message goes ahead in parts (RT_WIRE_LOOK_MORE). */
bool rt_look_write(const struct rt_look *look, char text[RT_LOOK_TEXT_ROOM]);
/* False if it is none that this version knows. */
bool rt_look_read(struct rt_look *look, const char *text);
void rt_looked_write(const struct rt_looked *looked, char text[RT_WIRE_TEXT_ROOM]);
bool rt_looked_read(struct rt_looked *looked, const char *text);

#endif
