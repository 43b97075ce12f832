/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shim's end of the wire to the supervisor (runtime/wire/wire.h): connects, comes back after a
 * loss, keeps what the supervisor has to hear until it is said. Nothing here waits, and nothing hangs
 * on it: the marks say the same in files, and Slurm passes signals on.
 */
#ifndef HPCC_RUNTIME_STEP_STEP_WIRE_H
#define HPCC_RUNTIME_STEP_STEP_WIRE_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "runtime/step/marks.h"
#include "runtime/wire/look.h"
#include "runtime/wire/wire.h"

enum {
	RT_STEP_WIRE_ADDRESSES = 2
};

struct rt_step_wire {
	enum {
		RT_STEP_WIRE_OFF,
		RT_STEP_WIRE_PAUSE,
		RT_STEP_WIRE_CONNECTING,
		RT_STEP_WIRE_TALKING
	} at;
	int fd;
	struct rt_wire wire;
	struct rt_wire_launch launch;
	uint16_t port;
	char address[RT_STEP_WIRE_ADDRESSES][64];
	unsigned address_count, address_now;
	unsigned failures;   /* attempts since the last that succeeded */
	bool was_open;       /* it has succeeded once */
	int64_t next, pause; /* when to do something although nothing has come; INT64_MAX */
	uint64_t
		last_order; /* numbers of orders only grow; what comes again was told before a loss */
	char said[RT_MARK_KINDS][RT_MARK_LINE_ROOM]; /* on each connection, in this order */
	char look_text[RT_LOOK_TEXT_ROOM];           /* of a look that comes in parts */
	size_t look_len;
	/* What comes down. */
	void (*order)(void *arg, enum rt_wire_type type, int number);
	void (*look)(void *arg, enum rt_wire_type type, const char *text);
	void (*measure)(void *arg);
	void (*other)(void *arg,
		      const struct rt_wire_message *m); /* what no shim is told; may be NULL */
	void *arg;
};

/* Takes HPCC_WIRE out of the environment and begins to connect. */
void rt_step_wire_begin(struct rt_step_wire *w, const char *name, uint32_t task);
/* What has become of the task. */
void rt_step_wire_tell(struct rt_step_wire *w, const struct rt_mark *mark, enum rt_mark_kind kind);
/* An answer, if there is a connection with room for it. */
bool rt_step_wire_say(struct rt_step_wire *w, enum rt_wire_type type, const char *text);
/* What poll() shall wait for. */
void rt_step_wire_poll(const struct rt_step_wire *w, struct pollfd *p);
/* Does what is due after poll(). */
void rt_step_wire_go_on(struct rt_step_wire *w, const struct pollfd *p);
void rt_step_wire_end(struct rt_step_wire *w);

#endif
