/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opening files that somebody else may have made: never waits for the other end of a pipe, never
 * takes a terminal, and tells what was opened from its descriptor.
 */
#ifndef HPCC_DRIVER_OPEN_H
#define HPCC_DRIVER_OPEN_H

#include <sys/stat.h>

#include "ir/support/arena.h"
#include "ir/support/str.h"

enum open_kind {
	OPEN_FILE,   /* a regular file and nothing else */
	OPEN_STREAM, /* what a person names: also /dev/stdin, <(...), a pipe */
};

/* Opens for reading by a path that goes by `folder` (AT_FDCWD: the working folder). -1 with *why
   and errno, which is EINVAL for a thing of the wrong kind. */
int open_to_read(struct arena *a, int folder, const char *path, enum open_kind kind,
		 struct str *why);

/* "a folder", "a pipe": what the mode says it is. */
const char *file_kind_name(mode_t mode);

/* "no such file or directory": what strerror says, as it stands in the middle of a sentence. */
struct str error_text(struct arena *a, int error);

/* Reads a descriptor to its end, by pieces as they come. False with *why, above the limit too. */
bool read_to_end(struct arena *a, int fd, size_t limit, struct str *bytes, struct str *why);

/* Opens, reads and closes: a regular file by a path below `folder`. */
bool file_read_at(struct arena *a, int folder, const char *path, size_t limit, struct str *bytes,
		  struct str *why);

#endif
