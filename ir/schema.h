/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The schema as data: one descriptor per field, made from the rows in ir/facts/fields/. Binder, printer,
 * JSON Schema, reference pages, completion and hover text walk these tables; nobody repeats a
 * field.
 */
#ifndef HPCC_IR_SCHEMA_H
#define HPCC_IR_SCHEMA_H

#include "ir/rule_id.gen.h"
#include "ir/value.h"

enum kind {
	KIND_STR,
	KIND_BOOL,
	KIND_UINT,
	KIND_GPUS,
	KIND_PORT,
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

/* The flags of a row as bits, for code that runs once a field. */
enum field_flag {
	FIELD_REQ = 1 << 0,      /* must be written */
	FIELD_INTERP = 1 << 1,   /* variables are replaced */
	FIELD_LINE = 1 << 2,     /* one line of text */
	FIELD_NONULL = 1 << 3,   /* null is no way to leave it out */
	FIELD_WHEN = 1 << 4,     /* belongs to some values of the record's `type` only */
	FIELD_RESOLVED = 1 << 5, /* resolved while reading: no member, never bound */
	FIELD_JOB_ID = 1 << 6,   /* ${SLURM_JOB_ID} stays, for the job to fill in */
	FIELD_RUN = 1 << 8,      /* ${run:WORD} stays, for the job to fill in */
	FIELD_BLANK = 1 << 7,    /* a blank text, or a blank item, is no value */
};

struct record;

struct field {
	const char *key; /* in YAML */
	size_t key_length;
	enum kind kind;
	unsigned bits;   /* enum field_flag */
	size_t offset;   /* of the member in its structure */
	const char *arg; /* UINT: pos, u16, u32, u64, port; ENUM: the enumeration; LIST: words:<the
			    enumeration of its items>; STR: the grammar; MAP, ENV: that of names */
	const char *const *words; /* ENUM and LIST of words: the words, ended by NULL */
	const struct record *sub; /* RECORD, RECORDS, NAMED */
	enum rule_id shape_rule, word_rule,
		missing_rule; /* in place of R013, R014, R015, or none */
	const char *when;     /* what stands behind `when=` in the flags, or empty */
	const char
		*names; /* whose name its text is, as `names=` in the flags: a record of named ones
			      (service), variable, file; or empty */
	const char *initial; /* default as YAML text, or empty */
	const char *tier;    /* C, S, X */
	const char *rules;   /* rules that speak of this field */
	const char *effect;  /* what the field turns into */
	const char *help;    /* one line for people */
};

struct record {
	const char *name;
	const char *path;      /* "services.<name>.readiness"; empty for the root */
	const char *shorthand; /* words: scalar=member, list=member, word=<stands for the record> */
	size_t size;
	const struct field *fields;
	const char *first_letters; /* of their keys, in the same order */
	size_t n_fields;
};

extern const struct record record_job;
extern const struct record record_plan;
/* All others are declared in ir/schema_externs.gen.h. */

/* Integers, booleans and words: variables are replaced in a plain scalar, which is then read as if
   its text had been written there. Texts say so by the flag `interp`. */
bool field_reads_scalar(const struct field *f);
/* Either of the two. */
bool field_has_variables(const struct field *f);

/* False when the field belongs to other values of the record's `type` only. */
bool field_is_for(const struct field *f, const char *type);

const struct field *record_field(const struct record *r, struct str key);

/* The member of the shorthand for "scalar" or "list", or NULL. */
const struct field *record_shorthand(const struct record *r, const char *form);

/* Some record of the language has a field of this name. */
bool schema_has_key(struct str key);

/* The word that stands for the whole record (`matrix: full`), or the empty string. */
struct str record_word(const struct record *r);
/* It has the short form: names (a list of names stands for a mapping to nothing), null (nothing stands for
   it, where it has a name). */
bool record_has(const struct record *r, const char *form);

#endif
