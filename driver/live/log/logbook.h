/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A log as it grows: where its lines are. The bytes stay in the file, and are read again when a line is looked at,
 * so that a log of any size can be gone through. Of one beyond LOGBOOK_WINDOW the end is looked at.
 */
#ifndef HPCC_DRIVER_LIVE_LOG_LOGBOOK_H
#define HPCC_DRIVER_LIVE_LOG_LOGBOOK_H

#include "driver/jobs/jobs.h"
#include "driver/story/log_reader.h"

enum {
	LOGBOOK_LINE = LOG_PIECE,  /* a longer line is cut into several */
	LOGBOOK_WINDOW = 32 << 20, /* bytes */
	LOGBOOK_STEP = 4 << 20,    /* that are read at a time: keys are to be answered meanwhile */
	LOGBOOK_BLOCK = 1 << 17    /* kept of what was read last */
};

struct logbook {
	struct str name;              /* of the service, or "batch", "events" */
	const struct job_files *part; /* whose log it is; NULL: of a file that is open already */
	struct str token;             /* of the service, or empty: the batch log */
	int fd;                       /* -1 until it is there */
	struct log_reader reader;     /* of what comes */
	off_t line,
		back;  /* where the last line begins, and its program went back to its begin last */
	bool from_end; /* what was there before the first look isn't read */
	bool is_open;  /* it isn't ended */
	off_t block_at;
	size_t block_len;
	char *block;
};

struct log_entry {
	uint32_t book;
	uint32_t length; /* without the line end */
	off_t offset;
};

void logbook_init(struct logbook *book, struct arena *a, struct str name,
		  const struct job_files *part, struct str token);
void logbook_close(struct logbook *book);

enum logbook_news {
	LOGBOOK_SAME,
	LOGBOOK_GREW,
	LOGBOOK_MORE, /* it grew, and there is more to read */
	LOGBOOK_ANEW, /* what was read is gone: another file has its name, or it was emptied */
};

/* A line that has begun, or (is_same) more of the one before; nothing comes behind it when it is ended. */
struct log_news {
	off_t offset;
	uint32_t length;
	bool is_same, is_ended;
};
typedef void log_taker(void *data, const struct log_news *news);

/* Takes what has come. */
enum logbook_news logbook_read(struct logbook *book, struct arena *scratch, log_taker *taker,
			       void *data);

/* The bytes of a line, valid until the next call. */
struct str logbook_line(struct logbook *book, off_t offset, uint32_t length);

#endif
