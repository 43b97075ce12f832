/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The events of a job as they come: those in events/1.jsonl and so on, then events.jsonl as it grows, becomes
 * one of those and is followed by another. Each is told once, in order. A line without an end is being written, or
 * was cut off: it isn't told.
 */
#ifndef HPCC_DRIVER_STORY_EVENT_STREAM_H
#define HPCC_DRIVER_STORY_EVENT_STREAM_H

#include "driver/jobs/jobs.h"

/* Takes one event, which lives for the call alone. */
typedef void event_taker(void *context, const json_t *event);

struct event_stream {
	struct invocation *inv;
	const struct job_files *job;
	struct str folder; /* of an earlier attempt, "attempts/0/"; empty: the newest one */
	struct str root;   /* of the job when path was made */
	struct str path;   /* of events.jsonl, to see whether it is another file by now */
	int fd;            /* the file that is being read, -1 until it is there */
	unsigned n_old;    /* so many that came before events.jsonl were read */
	struct buf line;   /* of it, not yet ended */
};

void event_stream_begin(struct event_stream *s, struct invocation *inv, const struct job_files *job,
			struct str folder);
/* Tells what has come since. True when there was something. */
bool event_stream_step(struct event_stream *s, event_taker *take, void *context);
void event_stream_end(struct event_stream *s);

#endif
