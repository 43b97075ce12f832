/* SPDX-License-Identifier: Apache-2.0 */
/* Files as the driver needs them: read whole, write whole or not at all. */
#ifndef HPCC_DRIVER_SYSTEM_H
#define HPCC_DRIVER_SYSTEM_H

#include <stdio.h>
#include <sys/types.h>

#include "ir/support/arena.h"
#include "ir/support/str.h"

/* The whole of a regular file. False with *why ("no such file or directory", "it is a pipe"). */
bool file_read(struct arena *a, const char *path, size_t limit, struct str *bytes, struct str *why);

/* The same for what a person names: "-" is standard input; pipes such as <(...) are read, too. */
bool stream_read(struct arena *a, const char *path, size_t limit, struct str *bytes,
		 struct str *why);

/*
 * Writes text to path through a temporary file beside it that is renamed at the end, so that a
 * reader never sees half of it and a failure leaves what was there. Devices and pipes are written
 * directly; "-" and NULL are standard output, where a terminal gets no escape sequences.
 * False with *why.
 */
bool file_write(struct arena *a, const char *path, struct str text, mode_t mode, struct str *why);

/* What is written to the path goes to a terminal. */
bool file_is_screen(const char *path);

/* The same for a file of hpcc's own: a link that stands at its place is replaced, not followed. */
bool file_put(struct arena *a, const char *path, struct str text, mode_t mode, struct str *why);

/* A file of its own, beginning with `prefix` and ending in what nobody can guess. */
bool file_write_new(struct arena *a, struct str prefix, struct str text, mode_t mode,
		    struct str *path, struct str *why);

/* The first with a complaint when it fails; an exit code. A reader that went away is none. */
int file_write_result(struct arena *a, const char *path, struct str text, mode_t mode);

/* Nobody reads what is written there any more, as behind `| head`. */
bool output_is_gone(FILE *out);

/* Makes a folder and those above it. */
bool folder_make(struct arena *a, struct str path, mode_t mode, struct str *why);

bool path_exists(const char *path);
bool path_is_folder(const char *path);
struct str path_join(struct arena *a, struct str folder, struct str name);
struct str path_folder(struct arena *a, struct str path); /* "." for a bare name */
struct str path_base(struct str path);                    /* behind the last slash */

/* Absolute and folded, going by the working folder; links stay as they are. */
struct str path_absolute(struct arena *a, struct str path);
/* An absolute path as people here would read it: visible, and without the working folder in front. */
struct str path_shown(struct arena *a, struct str path);
struct str working_folder(struct arena *a);
uint32_t working_depth(void); /* folders from there up to /, both included; 0: not known */

/* 0666 without the bits of the umask. */
mode_t plain_file_mode(void);

/* A file that may be executed, and is no folder. */
bool is_program(struct str path);

/* The file that the command `name` runs, as the settings say or on PATH; or empty. */
struct str program_find(struct arena *a, const char *name);

/* Becomes that program; returns where there is none. */
void program_exec(const char *const *argv);

/* What stands for a program, a path or another name; NULL: nothing does. */
typedef const char *program_names(void *context, const char *name);
void programs_named_by(program_names *of, void *context);

uint64_t clock_ns(void);                                     /* monotonic */
const char *env_or(const char *name, const char *otherwise); /* empty counts as unset */

#endif
