/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts that are well-formed YAML but surely meant as something else:
 *
 *	image:redis	a text, not a key and a value		-b	a text, not a list item
 */
#ifndef HPCC_FRONTEND_YAML_YAML_HINTS_H
#define HPCC_FRONTEND_YAML_YAML_HINTS_H

#include "ir/unit.h"

/* For a text where a mapping or a list is expected: says what it was probably meant to be. False
   when nothing is known. */
bool yaml_hint_value(struct unit *u, struct diag *d, const struct node *node);

/* For an unknown key such as `image:redis` in {image:redis}. */
bool yaml_hint_key(struct unit *u, struct diag *d, const struct entry *entry);

/* For a key such as `app:{image` in `app:{image: redis:7}`. */
bool yaml_hint_key_text(struct unit *u, struct diag *d, struct span key);

/* Whether the text begins like a value that means nothing else to YAML: a word, a variable. */
bool yaml_begins_value(struct str text);

/* The byte behind the first "key:" of a text that goes on with a bracket or quote, as in
   `app:{image`; 0 when it doesn't begin like that. */
size_t yaml_glued_value(struct str text);

/* Whether the bracket or quote that the text begins with closes at the end of its line: then a
   blank in front of it makes it a value. */
bool yaml_closes_on_line(struct str text);

/* The text in quotes that need no escapes; empty when there are none. */
struct str yaml_quote(struct arena *a, struct str text);

#endif
