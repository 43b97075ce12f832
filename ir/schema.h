/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The schema as data: one descriptor per field, made from the rows in ir/schema/. Binder, printer, JSON
 * Schema, reference pages, completion and hover text walk these tables; nobody repeats a field.
 */
#ifndef HPCC_IR_SCHEMA_H
#define HPCC_IR_SCHEMA_H

#include "ir/value.h"

enum kind {
	KIND_STR,
	KIND_BOOL,
	KIND_UINT,
	KIND_ENUM,
	KIND_LIST,
	KIND_ONE_OR_LIST,
	KIND_MAP,
	KIND_ENV,
	KIND_COMMAND,
	KIND_WALLTIME,
	KIND_DURATION,
	KIND_NODESET,
	KIND_MOUNTS,
	KIND_RECORD,
	KIND_RECORDS,
	KIND_NAMED,
	KIND_VALUES,
};

struct record;

struct field {
	const char *key; /* in YAML */
	enum kind kind;
	size_t offset;	  /* of the member in its structure */
	const char *arg;  /* UINT: pos, u16, u32, u64, port; ENUM: the enumeration; else more detail */
	const char *const *words; /* ENUM: its words, ended by NULL */
	const struct record *sub; /* RECORD, RECORDS, NAMED */
	const char *flags;	  /* words: req interp line nonull when=… */
	const char *initial;	  /* default as YAML text, or empty */
	const char *tier;	  /* C, S, X */
	const char *rules;	  /* rules that speak of this field */
	const char *effect;	  /* what the field turns into */
	const char *help;	  /* one line for people */
};

struct record {
	const char *name;
	const char *path;      /* "services.<n>.readiness"; empty for the root */
	const char *shorthand; /* words: scalar=member, list=member */
	size_t size;
	const struct field *fields;
	size_t n_fields;
};

extern const struct record record_job;
extern const struct record record_plan;

/* True when the row has this flag; for "when" see field_is_for. */
bool field_has(const struct field *f, const char *flag);

/* False when the field belongs to other values of the record's `type` only. */
bool field_is_for(const struct field *f, const char *type);

const struct field *record_field(const struct record *r, struct str key);

/* The member of the shorthand for "scalar" or "list", or NULL. */
const struct field *record_shorthand(const struct record *r, const char *form);

#endif
