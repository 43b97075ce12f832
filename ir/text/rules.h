/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Look-up of rules, and their text forms: what `hpcc explain` and docs/rules.md show.
 *
 *	put(rule_text(arena, rule_find(STR("R012"))));
 */
#ifndef HPCC_IR_TEXT_RULES_H
#define HPCC_IR_TEXT_RULES_H

#include "ir/facts/rules.h"
#include "ir/support/str.h"

/* By id, in any case, or by name; NULL when there is none. */
const struct rule *rule_find(struct str id_or_name);

bool rule_is_advice(const struct rule *rule);

/* The rule nearest to a misspelt name; NULL when none is near. */
const struct rule *rule_nearest(struct str name);

/* What `hpcc explain` prints. */
struct str rule_text(struct arena *a, const struct rule *rule);

/* The first of these rules ("R039, R146") whose examples have the key: its meaning, the example
   that fails and the one that is fine. Empty when there is none. */
struct str rule_examples(struct arena *a, const char *ids, const char *key);

/* The whole reference page, docs/rules.md. */
struct str rules_markdown(struct arena *a);

#endif
