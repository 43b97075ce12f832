/* SPDX-License-Identifier: Apache-2.0 */
/* What people and editors read about the fields of a spec, made from the schema's rows. */
#ifndef HPCC_IR_TEXT_SCHEMA_TEXT_H
#define HPCC_IR_TEXT_SCHEMA_TEXT_H

#include "ir/schema.h"
#include "ir/support/arena.h"

/* JSON Schema, draft-07. It accepts what the binder's checks of shape accept: short forms,
   variables in texts, `steps`, root keys that begin with `x-`, records that `extends` completes. */
struct str schema_json(struct arena *a);

/* The reference page of all fields, in Markdown. */
struct str schema_reference(struct arena *a);

/* The same of Slurm's options. */
struct str options_reference(struct arena *a);

/* The manual page of the language, hpcc-compose(5), in roff. */
struct str schema_manual(struct arena *a);

/* What there is to say about one field, for a terminal: "x-slurm.nodes",
   "services.api.x-slurm.mpi" (any name), "services.<name>.image". Empty when there is none. */
struct str schema_explain(struct arena *a, struct str path);

/* The field of that path, or NULL. */
const struct field *schema_field(struct str path);

/* The shortest path of a field that ends in these steps, "stage_in.from"; else the empty string. */
struct str schema_ending(struct arena *a, struct str steps);

/* The record whose keys stand below that path, or NULL: "", "services.web.readiness". */
const struct record *schema_record(struct str path);

/* The path of a field nearest to one that is unknown, or the empty string. */
struct str schema_suggest(struct arena *a, struct str path);

/* "integer from 1", "text or list of texts": what a field takes. */
struct str schema_takes(struct arena *a, const struct field *f);

/* Every record of the language once, in the order of a walk from the root. */
struct record_list {
	LIST(const struct record *) records;
};
void schema_records(struct arena *a, struct record_list *list);

#endif
