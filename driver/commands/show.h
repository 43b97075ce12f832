/* SPDX-License-Identifier: Apache-2.0 */
/* What the compiler sees before it understands: YAML events and the tree, as text without secrets.
 */
#ifndef HPCC_DRIVER_COMMANDS_SHOW_H
#define HPCC_DRIVER_COMMANDS_SHOW_H

#include "ir/support/secret.h"
#include "ir/tree.h"

/* One line an event of the YAML parser: line:column, what, its text. */
struct str show_tokens(struct arena *a, const struct secret_set *hide, struct str text);

/* The tree after `extends`, aliases and merge keys, one line a node, with places and trails. */
struct str show_tree(struct arena *a, const struct source_map *sources,
		     const struct secret_set *hide, const struct node *tree);

#endif
