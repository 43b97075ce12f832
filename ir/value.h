/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values of fields. Each begins with its origin, so that a default stays distinguishable from a
 * written value and every later complaint knows what to point at. The kinds of the schema
 * (ir/facts/schema/kinds.m4) name these types.
 */
#ifndef HPCC_IR_VALUE_H
#define HPCC_IR_VALUE_H

#include "ir/tree.h"

enum origin_kind {
	ORIGIN_ABSENT,      /* no value */
	ORIGIN_POISON,      /* a bad value, already complained about: stay quiet */
	ORIGIN_DEFAULT,     /* from the schema */
	ORIGIN_WRITTEN,     /* in the leaf file */
	ORIGIN_EXTENDS,     /* in a base file or base service */
	ORIGIN_ENVIRONMENT, /* a variable took part */
	ORIGIN_PROFILE,     /* a resource profile or another setting */
	ORIGIN_DERIVED, /* a pass or a normal form worked it out; trail and span say from what */
};

/* Every value of every service has one, so trail and kind share a word. */
struct origin {
	struct span at;      /* the value; for a default, the record it belongs to */
	uint64_t kind : 3;   /* enum origin_kind */
	uint64_t steps : 61; /* the trail's address without its zero bits: origin_trail */
};

static inline const struct trail *origin_trail(struct origin o)
{
	return (const struct trail *)(uintptr_t)(o.steps << 3);
}

static inline struct origin origin_new(struct span at, const struct trail *trail,
				       enum origin_kind kind)
{
	return (struct origin){.at = at, .kind = kind, .steps = (uintptr_t)trail >> 3};
}

struct v_str {
	struct origin from;
	struct str v;
	bool is_secret; /* came from `secrets` or equals such a value */
};

struct v_uint {
	struct origin from;
	uint64_t v;
};

/* A number of nodes that Slurm chooses: no number that a spec may state. */
enum {
	NODES_AUTO = 0
};

/* A number of GPUs, perhaps of one kind: a100:4. Begins as struct v_uint does. */
struct v_gpus {
	struct origin from;
	uint64_t v;
	struct str type; /* empty: of any kind */
};

static inline const struct v_uint *gpus_count(const struct v_gpus *gpus)
{
	return (const struct v_uint *)gpus;
}

/* A port by its number, or, with v 0, by its name. Begins as struct v_uint does. */
struct v_port {
	struct origin from;
	uint64_t v;
	struct str name;
};

struct v_bool {
	struct origin from;
	bool v;
};

struct v_enum {
	struct origin from;
	uint32_t v; /* position in the enumeration's words */
};

struct v_list {
	struct origin from;
	struct v_str *items;
	uint32_t n;
	bool is_lone; /* one scalar, written without a list */
};

struct v_pair {
	struct str key;
	struct span key_at;
	struct v_str value;
};

struct v_map {
	struct origin from;
	struct v_pair *items;
	uint32_t n;
};

/* A walltime or a duration. */
struct v_time {
	struct origin from;
	struct str text; /* as written */
	uint64_t seconds;
	bool is_secret;
};

struct v_nodeset {
	struct origin from;
	struct str text;
	uint32_t *items; /* zero-based, sorted, each once */
	uint32_t n;
	bool is_secret;
};

enum mount_mode {
	MOUNT_DEFAULT,
	MOUNT_RO,
	MOUNT_RW
};

struct v_mount {
	struct origin from;
	struct str text;      /* after interpolation */
	struct str host;      /* trimmed, not resolved */
	struct str container; /* folded, absolute */
	enum mount_mode mode;
	bool is_secret;
};

struct v_mounts {
	struct origin from;
	struct v_mount *items;
	uint32_t n;
};

enum command_form {
	COMMAND_STRING,
	COMMAND_LIST
};

struct v_command {
	struct origin from;
	enum command_form form;
	struct str text; /* string form */
	struct v_str *items;
	uint32_t n;
	bool is_secret;
};

/* A list of records, or a map of records by name (record->name). Generated code has the same
   layout with the record's own type for items. */
struct v_records {
	struct origin from;
	void *items;
	uint32_t n;
};

/* Every record of the schema begins like this. */
struct record_head {
	struct origin from;
	struct str name; /* its key in a map of records, else empty */
	struct span name_at;
};

/* The value can be used (a default counts). Of absent and poisoned ones: false. */
#define IS_SET(value) ((value).from.kind > ORIGIN_POISON)
/* Somebody wrote it, anywhere. */
#define IS_GIVEN(value)  ((value).from.kind > ORIGIN_DEFAULT)
#define IS_POISON(value) ((value).from.kind == ORIGIN_POISON)

#endif
