/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The logs of a job's services as they come, each line behind the name of its service: hpcc up --logs.
 *
 *	worker | step 40 of 100
 */
#ifndef HPCC_DRIVER_LIVE_LOG_STREAM_H
#define HPCC_DRIVER_LIVE_LOG_STREAM_H

#include "driver/live/log/logbook.h"
#include "driver/screen/log_lines.h"

struct log_source {
	struct logbook book;
	struct log_line line;
	struct log_entry open; /* the line that isn't ended */
	bool has_open;
};

struct log_stream {
	struct arena scratch; /* of one step */
	LIST(struct log_source) sources;
	struct log_writer writer;
	LIST(struct log_entry) lines; /* of the log that is read */
	struct log_source *reading;
};

/* With from_end what was written before isn't shown. */
void log_stream_begin(struct log_stream *s, struct invocation *inv, const struct job_files *job,
		      FILE *out, bool from_end);

/* Shows the lines that have come. True when there were some. */
bool log_stream_step(struct log_stream *s);

/* Shows lines that were never ended, too. */
void log_stream_end(struct log_stream *s);

#endif
