/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replaces `$NAME`, `${NAME}` and `${NAME<op>operand}` in the text of one scalar by the values of
 * unit->variables (frontend/variables/variables.h fills them).
 *
 *	struct v_str v = {.from = origin_new(node->at, node->trail, ORIGIN_WRITTEN)};
 *	if (!interpolate(u, node, node->text, about, 0, &v))
 *		...                                  v is poison, the diagnostic stands
 */
#ifndef HPCC_FRONTEND_VARIABLES_INTERPOLATE_H
#define HPCC_FRONTEND_VARIABLES_INTERPOLATE_H

#include "ir/schema.h"
#include "ir/unit.h"

enum {
	INTERPOLATE_JOB_ID =
		1 << 0, /* SLURM_JOB_ID yields `${SLURM_JOB_ID}`, for the job to fill in */
	INTERPOLATE_RUN = 1 << 1, /* `${run:WORD}` becomes a mark (ir/support/run_text.h) */
};

/* The flags that a field's texts are interpolated with. */
unsigned interpolate_flags(const struct field *f);

enum {
	INTERPOLATE_MAX_DEPTH = 64
}; /* operands within operands */

/*
 * `text` is node->text or a part of it (the value of `K=V`), so that a diagnostic can point at
 * the very characters. `about` is the field, for messages.
 *
 * In value the caller has set `from` as if nothing had to be replaced. Sets v and is_secret (a
 * secret took part, or the result equals one). When a variable took part, from.kind becomes
 * ORIGIN_ENVIRONMENT and its trail begins with one TRAIL_VARIABLE for each. After R024 to R028
 * from.kind is ORIGIN_POISON and the result false.
 */
bool interpolate(struct unit *u, const struct node *node, struct str text,
		 struct diag_subject about, unsigned flags, struct v_str *value);

/* The text as one that interpolation gives back as it is. */
struct str doubled_dollars(struct arena *a, struct str text);

#endif
