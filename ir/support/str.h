/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Strings: a pointer and a length, passed by value, not owning. Those made by this module end in
 * a NUL byte beyond their length, so libc can be called with them.
 */
#ifndef HPCC_IR_SUPPORT_STR_H
#define HPCC_IR_SUPPORT_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct arena;

struct str {
	const char *ptr;
	size_t len;
};

#define STR(literal) ((struct str){"" literal, sizeof(literal) - 1})
#define STR_ARG(s)   (int)(s).len, (s).ptr

struct str str_c(const char *text); /* a view of a C string; NULL gives the empty string */
static inline bool str_eq(struct str a, struct str b)
{
	return a.len == b.len && (!a.len || memcmp(a.ptr, b.ptr, a.len) == 0);
}
static inline bool str_eq_c(struct str a, const char *b)
{
	/* Most words that are compared differ in the first byte. */
	return a.len && a.ptr[0] == b[0] ? str_eq(a, (struct str){b, strlen(b)}) : !a.len && !b[0];
}
bool str_eq_nocase(struct str a, struct str b); /* ASCII */
int str_cmp(struct str a, struct str b);        /* byte order */
static inline bool str_has_prefix(struct str s, const char *prefix)
{
	return s.len >= strlen(prefix) && memcmp(s.ptr, prefix, strlen(prefix)) == 0;
}
bool str_has_suffix(struct str s, const char *suffix);
bool str_contains(struct str s, const char *part);
/* A zero byte is in none. */
/* "1 node", "2 nodes". */
static inline const char *plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}
static inline bool byte_is_in(char byte, const char *set)
{
	return byte && strchr(set, byte);
}
bool str_is_blank(struct str s);                            /* nothing but blanks and line ends */
struct str str_trim(struct str s);                          /* without these at both ends */
struct str str_slice(struct str s, size_t from, size_t to); /* clamped */
struct str str_from(struct str s, size_t from);

enum {
	STR_NONE = -1
};
ptrdiff_t str_find(struct str s, char byte);      /* first place of byte, or STR_NONE */
ptrdiff_t str_find_last(struct str s, char byte); /* last place, or STR_NONE */
ptrdiff_t str_find_any(struct str s,
		       const char *set); /* first place of a byte of the set, or STR_NONE */

/* Splits at the first `byte`: *head is what stands before, the result what stands behind.
   Without one, *head is all and the result empty. */
struct str str_split(struct str s, char byte, struct str *head);

struct str str_dup(struct arena *a, struct str s);
/* The same text for libc and for other programs, which look for a NUL byte at its end: a piece of a
   longer text has none there. */
const char *str_to_c(struct arena *a, struct str s);
struct str str_cat(struct arena *a, struct str x, struct str y);
struct str str_fmt(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
struct str str_vfmt(struct arena *a, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));
struct str str_upper(struct arena *a, struct str s); /* ASCII */

/* Reads all of s as decimal digits. False when empty, not digits, or above UINT64_MAX. */
bool str_to_u64(struct str s, uint64_t *value);

/* Edit distance (insert, delete, replace, swap of neighbours), ASCII case ignored; at most
   limit + 1 is returned. */
unsigned str_distance(struct str a, struct str b, unsigned limit);

/*
 * What a misspelt name was probably meant to be. Candidates come one by one, and is_nearest says
 * whether one is nearer than all before it. A third of the letters may be slips, two at least.
 *
 *	struct nearest near = nearest_to(name);
 *	if (is_nearest(&near, candidate)) found = candidate;
 */
struct nearest {
	struct str name;
	unsigned limit, best; /* slips; best is beyond the limit as long as none is near */
};
unsigned slips_allowed(struct str name);
struct nearest nearest_to(struct str name);
struct nearest nearest_within(struct str name, unsigned limit);
bool is_nearest(struct nearest *near, struct str candidate);

/* A growing text in the arena. */
struct buf {
	struct arena *arena;
	char *ptr;
	size_t len, cap;
};

void buf_init(struct buf *b, struct arena *a);

/* Room for so many bytes in all; what isn't written costs address space only. */
void buf_reserve(struct buf *b, size_t size);
void buf_add(struct buf *b, struct str s);
void buf_add_c(struct buf *b, const char *text);
void buf_add_byte(struct buf *b, char byte);
void buf_add_uint(struct buf *b, uint64_t n); /* decimal */
void buf_add_repeat(struct buf *b, char byte, size_t n);
void buf_add_fmt(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
struct str buf_str(const struct buf *b); /* a view; valid until the next addition */

/* Appends s as a JSON string with its quotes; malformed UTF-8 becomes U+FFFD, and nothing in it
   makes a terminal do something. */
void buf_add_json(struct buf *b, struct str s);

#endif
