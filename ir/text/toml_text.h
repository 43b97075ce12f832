/* SPDX-License-Identifier: Apache-2.0 */
/* TOML of a tree, and what people and editors read about the keys of its file, made from their rows. */
#ifndef HPCC_IR_TEXT_TOML_TEXT_H
#define HPCC_IR_TEXT_TOML_TEXT_H

#include "ir/toml_keys.h"

/* The keys that a tree has, in the order of their rows. `comment` (or NULL) says what stands behind a
   value; nothing for the empty text. */
struct toml_writer {
	struct arena *arena;
	const struct toml_keys *keys;
	struct str (*comment)(void *context, const struct node *value);
	void *context;
};
struct str toml_text(const struct toml_writer *w, const struct node *root);

/* One value as TOML writes it. */
void toml_add_value(struct buf *b, const struct node *value);

/* JSON Schema, draft 2020-12, of a file. */
struct str toml_schema(struct arena *a, const struct toml_keys *keys);

/* A table of Markdown: table, key, kind, meaning. */
struct str toml_reference(struct arena *a, const struct toml_keys *keys);

#endif
