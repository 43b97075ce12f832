/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keys of the two files beside the spec, made from the rows in ir/facts/toml. Reader, pages, JSON
 * Schema and `hpcc site` walk these tables; who takes a value names its row.
 *
 *	cluster_get(site, CLUSTER_root_slurm_version)	the node of slurm_version, or NULL
 */
#ifndef HPCC_IR_TOML_KEYS_H
#define HPCC_IR_TOML_KEYS_H

#include "ir/tree.h"

enum toml_kind {
	TOML_VERSION,   /* 1 */
	TOML_TEXT,      /* a string */
	TOML_NAME,      /* a string that its table cannot do without */
	TOML_TEXTS,     /* an array of strings */
	TOML_MOUNTS,    /* an array of mounts */
	TOML_RELEASE,   /* "22.05", "0.20.1" */
	TOML_BOOL,      /* true, false */
	TOML_COUNT,     /* an integer from 1 */
	TOML_PORT,      /* 1 to 65535 */
	TOML_MEMORY,    /* "64G"; an integer is megabytes */
	TOML_TIME,      /* "1-00:00:00", "infinite" */
	TOML_WORD,      /* one of the words of the argument */
	TOML_SCALAR,    /* a plain value */
	TOML_VARIABLES, /* a table of scalars */
	TOML_LISTS,     /* arrays of strings, by the name of a container runtime */
	TOML_TABLE,     /* a table with the keys of the group */
	TOML_TABLES,    /* tables with the keys of the group, by names of the author's own */
	TOML_ROWS,      /* an array of such tables */
};

struct toml_row {
	const char *group, *name;
	enum toml_kind kind;
	const char *arg, *help;
};

/* A file: its rows, in groups; the first one is the root's. */
struct toml_keys {
	const char *file;
	const struct toml_row *rows;
	size_t n;
};

#define KEY(group, name, kind, arg, help) CLUSTER_##group##_##name,
enum cluster_key {
#include "ir/cluster_keys.gen.inc"
	N_CLUSTER_KEYS
};
#undef KEY

extern const struct toml_row cluster_rows[];
extern const struct toml_keys cluster_keys, settings_keys;

/* The row of a key, or NULL. */
const struct toml_row *toml_row_of(const struct toml_keys *keys, const char *group,
				   struct str name);

/* The value of that row's key in a table that holds its group; NULL without. */
struct node *cluster_get(const struct node *table, enum cluster_key key);

/* Where tables of a group stand in the file: "partitions.kinds" for kinds. The root's is empty. */
struct str toml_group_path(struct arena *a, const struct toml_keys *keys, const char *group);

#endif
