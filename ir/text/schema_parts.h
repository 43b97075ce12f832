/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the JSON Schema of specs. */
#ifndef HPCC_IR_TEXT_SCHEMA_PARTS_H
#define HPCC_IR_TEXT_SCHEMA_PARTS_H

#include "ir/schema.h"
#include "ir/text/json_writer.h"

#define REFERENCE(name) "{\"$ref\": \"#/definitions/" name "\"}"
#define SCALAR          REFERENCE("scalar")
#define NULLED          "{\"type\": \"null\"}"
#define EMPTY           "{}"

/* The key of a field, and what it takes. */
void schema_add_property(struct json *j, const struct field *f);

/* The record stands in what extends another: what 'extends' says itself is never inherited. */
bool schema_is_partial(const struct json *j, const struct record *r);

#endif
