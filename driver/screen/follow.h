/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A job's events as lines for people: what each service does, when, and the end of the log of one
 * that fails.
 *
 *	  0.31s  redis    ready
 *	  1.52s  worker   exited with status 3; restarting (1/3)
 */
#ifndef HPCC_DRIVER_SCREEN_FOLLOW_H
#define HPCC_DRIVER_SCREEN_FOLLOW_H

#include "driver/jobs/jobs.h"
#include "driver/screen/style.h"
#include "driver/story/event_stream.h"

struct follow {
	struct invocation *inv;
	const struct job_files *job;
	struct style style;
	FILE *out;
	struct event_stream events;
	struct str prefix; /* "3/" before the names of an element's services, or empty */
	double start_wall; /* time 0 of the lines */
	unsigned begins;   /* attempts seen so far */
	unsigned name_width;
	bool has_origin;         /* the first event was seen */
	bool tells_bad_alone;    /* of one of very many */
	struct log_stream *logs; /* shown as well, or NULL */
	bool shows_logs;         /* from their begin */
};

void follow_begin(struct follow *f, struct invocation *inv, const struct job_files *job, FILE *out);

/* The logs of the services, too, if that is wished for; those of a job that we didn't start from here on. */
void follow_logs(struct follow *f, bool from_end);

/* Prints what has happened since. True when there was something. */
bool follow_step(struct follow *f);

/* The last time: also lines of logs that were never ended. */
void follow_rest(struct follow *f);
void follow_end(struct follow *f);

/* The end of an open file, whose last line ends without a line end. */
struct str read_log_end(struct arena *a, int fd, size_t most);

/* The last `n` lines of a text without a line end behind them. */
struct str last_lines(struct str text, unsigned n);

/* The last `n` lines of a log, each behind a mark, and closes it; below 0 is no file. False when there are
   none. */
bool print_log_tail(FILE *out, struct arena *a, int fd, unsigned n, const char *mark,
		    const char *off);

#endif
