/* SPDX-License-Identifier: Apache-2.0 */
/* The binder's vocabulary: a value to be bound, and where it stands. */
#ifndef HPCC_FRONTEND_BIND_SITE_H
#define HPCC_FRONTEND_BIND_SITE_H

#include "ir/schema.h"
#include "ir/unit.h"

/* Where the walk is: one link per step down from the root, on the C stack. */
struct scope {
	const struct scope *up;      /* NULL at the root */
	const struct record *record; /* the record bound here, or NULL */
	struct str key;              /* of a mapping's entry; unused of a list's item */
	uint32_t index;              /* of a list's item */
	bool is_item;
	struct span at; /* the key, or the item: what to blame for something missing */
};

/* One value to be bound. */
struct site {
	struct unit *u;
	const struct scope *scope;
	const struct field *field;
	const struct node *node;
};

/* "services.api.x-slurm.hooks[0].script"; "the spec" at the root. */
struct str scope_path(struct arena *a, const struct scope *scope);
/* The same, and whose it is. */
struct diag_subject scope_subject(struct arena *a, const struct scope *scope);

/* An error at a place of this value: its path, a colon, and the text. */
struct diag *site_error(const struct site *s, struct span at, enum rule_id rule, const char *format,
			...) __attribute__((format(printf, 4, 5)));

struct origin origin_of(const struct node *node);

/* A child of the site's node. Children are shared, so one that came with an inherited or aliased
   parent gets the parent's trail here. */
const struct node *node_below(const struct site *s, const struct node *child);

/* What stands below the site's node; `scope` holds the step down and has to outlive the site. */
struct site site_of_item(const struct site *s, uint32_t i, struct scope *scope);
struct site site_of_entry(const struct site *s, const struct entry *entry, struct scope *scope);

/* As they stand in the file. */
const struct entry **written_entries(struct arena *a, const struct node *map);
/* By key, in byte order. */
const struct entry **sorted_entries(struct arena *a, const struct node *map);

/* Read from an IR text: no variables, no normal forms, order kept, origin as that text says. */
bool is_from_ir(const struct node *node);
/* That text says it is a secret. */
bool is_ir_secret(const struct node *node);

#endif
