/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the composer: what its files share. */
#ifndef HPCC_FRONTEND_YAML_COMPOSE_H
#define HPCC_FRONTEND_YAML_COMPOSE_H

#include <yaml.h>

#include "frontend/frontend.h"

/*
 * libyaml's marks count code points and leave the byte order mark out; spans count bytes. The
 * byte offset of every MARKS_STEP-th code point is kept, so that a look-up is a short walk.
 */
enum {
	MARKS_STEP = 128
};

struct marks {
	struct source file; /* a copy: adding a file moves the originals */
	size_t skipped;     /* bytes of the byte order mark */
	bool is_ascii;      /* then a mark is an offset */
	uint32_t *steps;
	uint32_t n_steps;
};

/* An anchor; `node` is NULL while its own value is being read. */
struct anchor {
	struct str name;
	struct span at;
	struct node *node;
	uint64_t n_nodes; /* of the value, all aliases in it expanded */
};

/* A child of a collection that isn't complete. */
struct child {
	struct entry entry; /* of a list: the value alone */
	bool is_merge;      /* the key is a plain << */
};

/* The scalar that was read last, as byte offsets; errors behind it may be its fault. */
struct last_scalar {
	size_t begin, end;
	bool is_quoted;
};

struct composer {
	struct unit *u;
	struct arena *a;
	struct marks marks;
	yaml_parser_t parser;
	LIST(struct child) open; /* children of all collections that are open, innermost last */
	LIST(struct anchor) anchors;
	struct map anchor_index;
	uint64_t n_nodes;  /* with aliases expanded */
	uint64_t n_merged; /* entries that merge keys copied */
	struct last_scalar last;
	LIST(const struct node *) odd_ends; /* plain texts that begin or end outside ASCII */
	bool is_broken; /* an error that YAML doesn't know of was told: there is no tree */
	size_t flow_at; /* where the innermost flow collection that is open begins */
};

/* Refuses what is no text (too large, not UTF-8, control characters); false when it did. */
bool compose_check_text(struct composer *c, const struct source *file);

/* Prepares the conversion of marks for a text that passed compose_check_text. */
void marks_init(struct marks *m, struct arena *a, const struct source *file);
size_t marks_offset(const struct marks *m, const yaml_mark_t *mark);
struct span marks_span(const struct marks *m, size_t begin, size_t end);

/* What YAML 1.2's core schema, as this language has it, makes of a plain scalar. */
enum node_kind scalar_kind(struct str text);

/* Sets node->kind from style and tag; complains about tags outside the core schema. */
void compose_scalar_kind(struct composer *c, struct node *node, const char *tag, bool is_plain);
void compose_collection_tag(struct composer *c, struct node *node, const char *tag);

/* Counts values that the file makes: n_nodes or n_merged. False, with a diagnostic, when they are
   too many. */
bool compose_count(struct composer *c, uint64_t *count, uint64_t n, struct span at);

/* Turns children into the entries of a mapping: repeated keys, merge keys, index. False when merge
   keys make too many. */
bool compose_entries(struct composer *c, struct node *map, const struct child *children,
		     uint32_t n);

/* look_alikes.c: plain texts that begin or end with what looks like a blank or a quote. */
void compose_check_key_text(struct composer *c, const struct node *key);
void compose_check_value_text(struct composer *c, const struct node *value);

/* Says in plain words what libyaml's error means, and where the fault is. */
void compose_explain(struct composer *c);

#endif
