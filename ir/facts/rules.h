/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every rule of the language and every piece of advice, in words for people: what it means, what
 * to do, an example that breaks it and one that doesn't. One file a rule,
 * rules/<section>/<id>.rule, becomes one row:
 *
 *	rules[RULE_R012].name    "services-empty"
 */
#ifndef HPCC_IR_FACTS_RULES_H
#define HPCC_IR_FACTS_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "ir/rule_id.gen.h"

/* What a JSON Schema can say of it: a condition on the record of that path ("services.<name>"; "." is the root).
   is_whole: not where an `extends` may bring what is missing. */
struct rule_schema {
	const char *path; /* NULL: the end of the list */
	bool is_whole;
	const char *json;
};

struct rule {
	const char *id;      /* RULE_R012, RULE_A07 */
	const char *name;    /* "services-empty": what -W takes */
	const char *meaning; /* one sentence */
	const char *remedy;  /* why it matters, what to do */
	const char *bad, *good;
	/* What the examples need: NULL nothing; "sweep", "local": that command. */
	const char *needs;
	const char *file_name, *file_text; /* a file beside the example; NULL: none */
	const struct rule_schema *schemas; /* NULL: an editor can't see it */
	size_t section;                    /* of rule_sections */
};

struct rule_section {
	const char *folder, *title;
};

/* By enum rule_id, in the order of the reference page; the row of RULE_NONE has empty texts. */
extern const struct rule rules[N_RULES];
extern const struct rule_section rule_sections[];
extern const size_t n_rule_sections;

#endif
