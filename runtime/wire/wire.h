/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The wire between the supervisor and the step shims of its job, as bytes: what is said, how it is
 * framed, and how both ends prove who they are (docs/wire.md). Nothing here knows a socket or a clock,
 * so that a fuzz target can hold both ends.
 *
 *	rt_wire_serve(&w, nonce);               the supervisor's end: it greets
 *	rt_wire_join(&w, &launch, nonce);       the shim's end: it answers the greeting
 *	n = read(fd, rt_wire_space(&w, &room), room), rt_wire_took(&w, n);
 *	while ((news = rt_wire_next(&w, &m)) > RT_WIRE_NOTHING)
 *		…
 *	rt_wire_put(&w, RT_WIRE_STOP, "15");
 *	write(fd, w.out, w.out_len), rt_wire_sent(&w, n);
 */
#ifndef HPCC_RUNTIME_WIRE_WIRE_H
#define HPCC_RUNTIME_WIRE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/wire/sha256.h"

enum {
	RT_WIRE_VERSION = 1,
	RT_WIRE_KEY = RT_SHA256_SIZE,
	RT_WIRE_NONCE = 16,
	RT_WIRE_PROOF = 16,      /* behind each message */
	RT_WIRE_NAME_ROOM = 300, /* of a launch: token.launch */
	RT_WIRE_TEXT_ROOM = 544, /* of a message, with its NUL */
	RT_WIRE_IN_ROOM = RT_WIRE_TEXT_ROOM + 32,
	RT_WIRE_OUT_ROOM = RT_WIRE_TEXT_ROOM + 64
};

/* What a frame is. The first three have the same form in every version. */
enum rt_wire_type {
	RT_WIRE_GREETING = 1, /* down */
	RT_WIRE_JOINING,      /* up */
	RT_WIRE_WELCOME,      /* down */

	RT_WIRE_STARTED = 16, /* up: a task's start mark */
	RT_WIRE_EXITED,       /* up: its exit mark */
	RT_WIRE_TAKEN,        /* up: the number of an order that is done */
	RT_WIRE_LOOKED,       /* up: what a look saw (look.h) */
	RT_WIRE_READY,        /* up: its ready mark */
	RT_WIRE_MEASURED,     /* up: what the task uses */

	/* Between the runner of trials and its agents (runtime/trials). */
	RT_WIRE_HELLO = 32,    /* up: what the node has */
	RT_WIRE_TRIAL_ENDED,   /* up: trial, attempt, status */
	RT_WIRE_TRIAL_REPORTS, /* up: trial, attempt, number and value */
	RT_WIRE_STOPPING,      /* up: the agent was asked to stop, so all trials are */

	RT_WIRE_STOP = 64, /* down: order and signal: the stop of the task, told once */
	RT_WIRE_SIGNAL,    /* down: order and signal */
	RT_WIRE_LOOK,      /* down: look at something from now on (look.h) */
	RT_WIRE_UNLOOK,    /* down: not any more */
	RT_WIRE_MEASURE,   /* down: what does the task use? */
	RT_WIRE_LOOK_MORE, /* down: the beginning of a look that is longer than a message */

	RT_WIRE_TRIAL_START = 96, /* down: trial, attempt */
	RT_WIRE_TRIAL_SIGNAL,     /* down: trial, attempt, signal */
};

/* A launch as both ends know it. */
struct rt_wire_launch {
	char name[RT_WIRE_NAME_ROOM];
	uint32_t service; /* its place in the table */
	uint32_t task;
	uint8_t key[RT_WIRE_KEY];
};

enum rt_wire_state {
	RT_WIRE_AWAITS,  /* the greeting, or who joins */
	RT_WIRE_CLAIMED, /* the supervisor's end: somebody says who it is, rt_wire_admit judges */
	RT_WIRE_JOINED,  /* the shim's end: waits for the welcome */
	RT_WIRE_OPEN,
	RT_WIRE_BROKEN
};

struct rt_wire {
	bool is_server;
	enum rt_wire_state state;
	const struct rt_wire_launch *launch; /* the shim's end */
	uint8_t own[RT_WIRE_NONCE], other[RT_WIRE_NONCE];
	uint8_t key[RT_WIRE_KEY]; /* of this connection */
	uint8_t version;          /* the other end's */
	uint64_t sent, taken;     /* messages */
	size_t in_len, out_len;
	uint8_t in[RT_WIRE_IN_ROOM], out[RT_WIRE_OUT_ROOM];
};

enum rt_wire_news {
	RT_WIRE_BAD,     /* the other end isn't who it should be, or doesn't keep the form */
	RT_WIRE_NOTHING, /* more bytes are needed */
	RT_WIRE_CLAIM,   /* the supervisor's end: of which launch it is, not proved yet */
	RT_WIRE_OPENED,  /* the shim's end: it was the right supervisor */
	RT_WIRE_MESSAGE
};

struct rt_wire_message {
	enum rt_wire_type type;
	uint32_t service, task;       /* of a claim */
	char text[RT_WIRE_TEXT_ROOM]; /* of a claim: the name of its launch */
};

void rt_wire_serve(struct rt_wire *w, const uint8_t nonce[RT_WIRE_NONCE]);
/* The launch has to stay where it is. */
void rt_wire_join(struct rt_wire *w, const struct rt_wire_launch *launch,
		  const uint8_t nonce[RT_WIRE_NONCE]);

/* Where the next bytes go, and how many there may be; never 0 before rt_wire_next says so. */
uint8_t *rt_wire_space(struct rt_wire *w, size_t *room);
void rt_wire_took(struct rt_wire *w, size_t n);
enum rt_wire_news rt_wire_next(struct rt_wire *w, struct rt_wire_message *m);
/* Judges the claim: does that end know the key of the launch? Then welcomes it, unless its version
   differs, which w->version tells. */
bool rt_wire_admit(struct rt_wire *w, const struct rt_wire_message *claim,
		   const uint8_t key[RT_WIRE_KEY]);
/* False if there is no room for it: the other end doesn't read. */
bool rt_wire_put(struct rt_wire *w, enum rt_wire_type type, const char *text);
void rt_wire_sent(struct rt_wire *w, size_t n);

/* The key of a launch, from the secret of the job. */
void rt_wire_key(const uint8_t secret[RT_WIRE_KEY], const char *name, uint8_t key[RT_WIRE_KEY]);
/* Keys as text. */
enum {
	RT_WIRE_HEX_ROOM = 2 * RT_WIRE_KEY + 1
};
void rt_wire_to_hex(const uint8_t key[RT_WIRE_KEY], char hex[RT_WIRE_HEX_ROOM]);
bool rt_wire_from_hex(const char *hex, uint8_t key[RT_WIRE_KEY]);

#endif
