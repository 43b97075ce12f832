/* SPDX-License-Identifier: Apache-2.0 */
/* Small file helpers: read a file, replace a file, make folders, clocks, descriptors. */
#ifndef HPCC_RUNTIME_FILES_H
#define HPCC_RUNTIME_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/out.h"
#include "runtime/core/pool.h"

enum {
	RT_READ_LIMIT = 64 << 20
};

/* Nanoseconds of the monotonic and of the wall clock. */
int64_t rt_now(void);
int64_t rt_wall(void);

/* "connection refused": what the system says of an error, in the middle of a sentence. */
const char *rt_error_words(int error, char *text, size_t room);

/*
 * Opens a plain file without ever waiting: what lies there under its name may have been made a
 * FIFO, a device or a folder by anybody who may write to the job folder. With O_NOFOLLOW also a
 * link is none. -1 with errno; rt_open_fault says in words what is wrong.
 */
int rt_open_plain(int folder, const char *path, int flags, unsigned mode);
/* "is a FIFO, not a plain file", or what errno says. */
const char *rt_open_fault(const char *path);

/* All that can be read from `fd`, NUL-terminated; NULL with errno on failure or above the limit. */
char *rt_read_fd(struct rt_pool *pool, int fd, size_t *len);
/* The same for a file; a missing one is NULL with ENOENT. */
char *rt_read_file(struct rt_pool *pool, const char *path, size_t *len);
/* The same for a file of the job, which has to be a plain one. */
char *rt_read_plain(struct rt_pool *pool, const char *path, size_t *len);

/* Where this program is; NULL if that can't be told. */
char *rt_own_program(struct rt_pool *pool);

/* The beginning of a small file, such as those of /proc, as text; empty if it cannot be read. */
void rt_read_small(const char *path, char *text, size_t room);

/*
 * Replaces a file: write `out`, then rt_replace_end puts it in place. Readers see
 * the old file or the whole new one.
 */
struct rt_replace {
	struct rt_out out;
	const char *path;
	char *temporary;
	bool is_lasting; /* it has to survive a crash of the machine; without it nothing is waited for */
};
bool rt_replace_begin(struct rt_replace *r, struct rt_pool *pool, const char *path, unsigned mode);
bool rt_replace_end(struct rt_replace *r);

/* Makes a folder and those above it; true if it is there afterwards. */
bool rt_make_folders(const char *path, unsigned mode);
/* The kernel takes no variable above 128 KiB, and no program starts with one: lists of nodes that are
   longer than this are left to their files. */
enum {
	RT_VARIABLE_MAX = 100000
};

/* FNV-1a. */
uint32_t rt_text_hash(const char *text, size_t len);
/* From here on no started program inherits a descriptor above 2. */
void rt_close_on_exec_all(void);

/* Messages of hpcc-rt: one line on standard error, "hpcc: …". */
void rt_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
