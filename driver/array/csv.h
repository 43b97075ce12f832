/* SPDX-License-Identifier: Apache-2.0 */
/* Comma-separated values (RFC 4180). */
#ifndef HPCC_DRIVER_ARRAY_CSV_H
#define HPCC_DRIVER_ARRAY_CSV_H

#include <stdio.h>

#include "ir/support/arena.h"
#include "ir/support/str.h"

/* One field, made visible, and what comes behind it: a comma, or the end of the line. */
void csv_put(FILE *out, struct arena *a, struct str text, bool is_last);

/* The same of a text that somebody chose: a spreadsheet takes it for no formula, for an apostrophe stands before
   what would be one. Numbers stay numbers. */
void csv_put_safe(FILE *out, struct arena *a, struct str text, bool is_last);

#endif
