/* SPDX-License-Identifier: Apache-2.0 */
/* Results for programs (--format=json), and members of what programs wrote. */
#ifndef HPCC_DRIVER_JSON_OUT_H
#define HPCC_DRIVER_JSON_OUT_H

#include <jansson.h>

#include "ir/support/arena.h"
#include "ir/support/str.h"

/* Prints the value on standard output; it is given up. */
void json_print(json_t *value);

/* A text; what is no UTF-8 is spelled out. */
json_t *json_visible(struct arena *a, struct str s);

/* The same, and null for the empty string. */
json_t *json_text(struct arena *a, struct str s);

/* The text, or the empty one where it is no UTF-8. */
json_t *json_from(struct str s);

/* Seconds to the millisecond. */
json_t *json_seconds(double seconds);

/* Text of a member, or ""; an integer above 0, or 0. */
struct str json_str(const json_t *object, const char *key);
uint64_t json_uint(const json_t *object, const char *key);

/* The entry of that name in an array of objects with names, or in an object by name; else NULL. A
   zero byte stands behind the name. */
const json_t *json_named(const json_t *list, struct str name);

#endif
