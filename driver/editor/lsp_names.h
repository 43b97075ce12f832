/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a document speaks of something by name: what a name stands for is given where it is defined, and the
 * rows of the schema say which fields name what (`names=`).
 *
 *	db: {image: x}			service `db`, defined
 *	depends_on: [db]		service `db`
 *	url: http://${run:db.host}	service `db`
 *	image: x:${TAG}			variable `TAG`
 *	environment: {A: 1}		setting `A`, defined: a variable of the running service
 *	command: echo $$A		setting `A`
 *	x: &x [1]			anchor `x`, defined
 */
#ifndef HPCC_DRIVER_EDITOR_LSP_NAMES_H
#define HPCC_DRIVER_EDITOR_LSP_NAMES_H

#include "driver/editor/lsp.h"

enum mention_kind {
	MENTION_NAMED, /* an entry of a mapping of records: a service */
	MENTION_VARIABLE,
	MENTION_SETTING,
	MENTION_ANCHOR,
	MENTION_FILE,
};

struct mention {
	enum mention_kind kind;
	bool is_definition;
	bool is_exact;     /* the bytes at `at` are the name */
	struct str record; /* of MENTION_NAMED: "service" */
	struct str name;
	struct str
		scope; /* of a setting: its service, or empty; of an anchor: which one of that name */
	struct str file; /* of a service of another file: as written */
	struct span at;
};

struct mentions {
	struct mention *items;
	uint32_t n, cap;
};

/* All of the document, by place. */
void lsp_mentions(struct lsp_view *v, struct mentions *all);

/* The one at the place, or NULL. */
const struct mention *lsp_mention_at(const struct mentions *all, uint32_t offset);

/* Both are about the same thing. */
bool lsp_is_same(const struct mention *x, const struct mention *y);

/* The services (or other named records) of a tree that is written as it stands: the mapping, or NULL. */
const struct node *lsp_named_of(const struct node *root, struct str record);

#endif
