/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every rule of the language and every piece of advice, in words for people: what it means, what
 * to do, an example that breaks it and one that doesn't. `hpcc explain`, docs/rules.md, the names
 * that -W takes and SARIF's rules come from here; a test runs all examples.
 */
#ifndef HPCC_IR_RULES_RULES_H
#define HPCC_IR_RULES_RULES_H

#include "ir/support/str.h"

struct rule {
	const char *id;      /* "R012", "A07" */
	const char *name;    /* "services-empty": what -W takes */
	const char *meaning; /* one sentence */
	const char *remedy;  /* why it matters, what to do */
	const char *bad, *good;
	/* What the examples need: "" nothing; "sweep", "local", "attached": that command. */
	const char *needs;
	const char *file_name, *file_text; /* a file beside the example; NULL: none */
};

struct rule_group {
	const char *title;
	const struct rule *rules;
	const size_t *n;
};

extern const struct rule_group rule_groups[];
extern const size_t n_rule_groups;

/* By id, in any case, or by name; NULL when there is none. */
const struct rule *rule_find(struct str id_or_name);

/* Its name, or "" for a text that is no rule's id. */
const char *rule_name(const char *id);

bool rule_is_advice(const struct rule *rule);

/* The rule nearest to a misspelt name; NULL when none is near. */
const struct rule *rule_nearest(struct str name);

/* What `hpcc explain` prints. */
struct str rule_text(struct arena *a, const struct rule *rule);

/* The first of these rules ("R039, R146") whose examples have the key: its meaning, the example that
   fails and the one that is fine. Empty when there is none. */
struct str rule_examples(struct arena *a, const char *rules, const char *key);

/* The whole reference page, docs/rules.md. */
struct str rules_markdown(struct arena *a);

#endif
