/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Defaults stand in the rows of the schema and nowhere else. The binder fills them in where nothing
 * was written, so that passes find a value in every field that has one:
 *
 *	const struct failure_policy *f = record_defaults(arena, &record_failure_policy, at);
 */
#ifndef HPCC_IR_DEFAULTS_H
#define HPCC_IR_DEFAULTS_H

#include "ir/schema.h"

/* Gives `value` its row's default with the origin ORIGIN_DEFAULT at `at`; leaves it alone when the
   row has none. */
void fill_default(struct arena *a, const struct field *f, void *value, struct span at);

/* The same for each field of a record and its own head. `base` holds zeros before. */
void fill_record(struct arena *a, const struct record *record, void *base, struct span at);

/* A record in which nothing is written, in the arena. */
void *record_defaults(struct arena *a, const struct record *record, struct span at);

#endif
