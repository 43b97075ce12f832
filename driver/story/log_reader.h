/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lines of a log, one after the other, in memory with a bound: a line that is longer than LOG_PIECE
 * comes in pieces. A log that grows is read on; one that was cut off is noticed by what stood before the place
 * that was reached.
 */
#ifndef HPCC_DRIVER_STORY_LOG_READER_H
#define HPCC_DRIVER_STORY_LOG_READER_H

#include <sys/types.h>

#include "ir/support/arena.h"
#include "ir/support/str.h"

enum {
	LOG_PIECE = 1 << 16,
	LOG_MARK = 64
};

struct log_item {
	struct str text; /* with its line end, where it has one; lives until the next call */
	uint64_t at;     /* where it stands */
	bool begins;     /* the line */
	bool ends;
};

struct log_reader {
	int fd; /* -1: none */
	char *bytes;
	size_t begin, len; /* of what was read and not yet taken */
	uint64_t at;       /* where that stands in the file */
	bool is_inside;    /* of a line some of which was taken */
	char mark[LOG_MARK];
	size_t mark_len; /* the last bytes that were read */
};

/* From `from` on. */
void log_reader_begin(struct log_reader *r, struct arena *a, int fd, uint64_t from);
void log_reader_seek(struct log_reader *r, uint64_t at);
void log_reader_end(struct log_reader *r);

/* The next line or piece below `limit`. What has no end yet is only taken as it is when `is_last`. */
bool log_reader_next(struct log_reader *r, uint64_t limit, bool is_last, struct log_item *item);

/* What was read doesn't stand there any more: the file was cut off, and may have grown since. */
bool log_reader_is_cut(const struct log_reader *r);

/* The other file has at this place what was read last: it is a copy. */
bool log_reader_is_copy(const struct log_reader *r, int fd);

/* Where the last n lines below `end` begin, not before `begin`; read from the end. */
uint64_t log_tail(int fd, uint64_t begin, uint64_t end, uint64_t n);

/* Where the first line begins that begins at or behind `at`. */
uint64_t log_line_begin(int fd, uint64_t at);

#endif
