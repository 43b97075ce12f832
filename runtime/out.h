/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Buffered text output to a file descriptor that cannot fail half-way without
 * being noticed, and the JSON that goes through it. No memory beyond the struct.
 */
#ifndef HPCC_RUNTIME_OUT_H
#define HPCC_RUNTIME_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rt_out {
	int fd;
	int error; /* errno of the first failed write, 0 if all went well */
	size_t len;
	bool comma; /* JSON: a member stands before the next one */
	char data[4096];
};

void rt_out_open(struct rt_out *out, int fd);
void rt_out_bytes(struct rt_out *out, const char *bytes, size_t len);
void rt_out_text(struct rt_out *out, const char *text);
void rt_out_format(struct rt_out *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Writes what is buffered; true if nothing has failed so far. */
bool rt_out_flush(struct rt_out *out);
/* Writes all bytes, over interruptions and partial writes. */
bool rt_write_all(int fd, const char *bytes, size_t len);

/* Length of the UTF-8 sequence at p, which a NUL ends; 0 if it is none. */
size_t rt_utf8_length(const unsigned char *p);

/* JSON. A NULL key stands for an element of an array. Bytes that are not UTF-8 become U+FFFD. */
void rt_json_open(struct rt_out *out, const char *key, char bracket);
void rt_json_close(struct rt_out *out, char bracket);
void rt_json_text(struct rt_out *out, const char *key, const char *text); /* NULL: null */
void rt_json_number(struct rt_out *out, const char *key, int64_t number);
void rt_json_bool(struct rt_out *out, const char *key, bool value);
void rt_json_null(struct rt_out *out, const char *key);
/* Seconds with milliseconds, from nanoseconds. */
void rt_json_seconds(struct rt_out *out, const char *key, int64_t ns);
/* Wall time as 2026-01-31T12:00:00.000Z, from nanoseconds since 1970; 0: null. */
void rt_json_time(struct rt_out *out, const char *key, int64_t wall_ns);

/* A word for a shell, in single quotes. */
void rt_out_shell_word(struct rt_out *out, const char *word);

#endif
