/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tree: what was written, after YAML, anchors, merge keys and `extends`, before any field has
 * a meaning. Nodes are immutable once composed and may be shared.
 */
#ifndef HPCC_IR_TREE_H
#define HPCC_IR_TREE_H

#include "ir/support/map.h"
#include "ir/support/source.h"

enum node_kind {
	NODE_NULL,
	NODE_BOOL,
	NODE_INT,
	NODE_FLOAT,
	NODE_STRING,
	NODE_LIST,
	NODE_MAP
};

/*
 * How a value came to stand where it is, innermost step first. Children are shared, so a step holds
 * for everything below its node: who walks down joins the trails (trail_join).
 */
enum trail_kind {
	TRAIL_ALIAS,    /* `at` is the *alias, the value's own span its anchor */
	TRAIL_MERGE,    /* through a `<<` at `at` */
	TRAIL_EXTENDS,  /* inherited; `at` is the `extends` value */
	TRAIL_VARIABLE, /* `name` was replaced; `at` is where its value was written, if in a file */
	TRAIL_PROFILE,  /* from the settings profile `name` */
	TRAIL_DERIVED,  /* worked out from the field `name` at `at` */
	TRAIL_PLACE,    /* `name` is a place as text, kept from an IR text */
};

struct trail {
	enum trail_kind kind;
	struct span at;
	struct str name;
	const struct trail *next;
};

struct node;
struct entry {
	struct str key;
	struct span key_at;
	struct node *value;
};

/* A scalar's text and a collection's children share their room: look at the kind first. */
struct node {
	enum node_kind kind : 8;   /* of scalars: what YAML 1.2 core says of the plain text */
	bool is_quoted : 1;        /* quoted or block scalar: always NODE_STRING */
	bool is_block : 1;         /* literal or folded */
	bool is_poison : 1;        /* complained about; whoever binds it stays quiet */
	bool is_reset : 1;         /* !reset: what is laid over by it is gone */
	bool is_override : 1;      /* !override: it replaces what it is laid over */
	uint32_t n;                /* items or entries; 0 of scalars */
	struct span at;            /* where the value is written */
	const struct trail *trail; /* NULL: written where it counts, at `at` */
	union {
		struct str text; /* of scalars: the text, escapes resolved */
		struct {
			union {
				struct node **items;   /* NODE_LIST */
				struct entry *entries; /* NODE_MAP, in the order of the file */
			};
			const struct map *index; /* of large maps: key to position */
		};
	};
};

const char *node_kind_name(enum node_kind kind); /* "a mapping", "an integer" */

/* The entry of a mapping, or NULL; also NULL when node is NULL or no mapping. */
const struct entry *node_entry(const struct node *map, struct str key);
struct node *node_get(const struct node *map, const char *key);

/* Gives a mapping with many keys its index. */
enum {
	NODE_INDEX_FROM = 16
};
void node_make_index(struct arena *a, struct node *map);

/* A copy of the mapping without the key; one with `value` in the place of `old`. */
struct node *node_without(struct arena *a, const struct node *map, const char *key);
struct node *node_with(struct arena *a, const struct node *map, const struct node *old,
		       struct node *value);

/* A shallow copy of the node that carries more steps, the outermost ones. They live in the arena
   and may be shared by many nodes. The node itself when its trail is long enough for people. */
struct node *node_with_trail(struct arena *a, const struct node *node, const struct trail *outer);

/* The steps of inner, then those of outer; either may be NULL. Copies only what it must. */
const struct trail *trail_join(struct arena *a, const struct trail *inner,
			       const struct trail *outer);

#endif
