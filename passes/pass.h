/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Passes: job to plan, and checks of both. One table (rows.inc) in the order they run.
 */
#ifndef HPCC_PASSES_PASS_H
#define HPCC_PASSES_PASS_H

#include "ir/unit.h"

enum pass_kind {
	PASS_LOWER,
	PASS_CHECK
};

/* Facts about the unit: each is given by the frontend or by one pass; a pass whose needs are missing
   is blocked. Behind HAS_JOB they have the bits 1, 2, … in the order of the rows that give them. */
enum fact_number {
	NUMBER_HAS_JOB,
#define LOWER(id, does, wants, makes) NUMBER_##makes,
#define CHECK(title, id, does, wants)
#include "passes/rows.inc"
#undef LOWER
	N_FACTS
};
enum fact {
	HAS_JOB = 1ull << NUMBER_HAS_JOB,
#define LOWER(id, does, wants, makes) makes = 1ull << NUMBER_##makes,
#include "passes/rows.inc"
#undef LOWER
#undef CHECK
};
_Static_assert(N_FACTS < 64, "a fact is a bit of an enumeration");

struct pass {
	const char *name; /* "placement": for --emit-after, -W, docs, tests */
	const char *what; /* one sentence, shown by --print-passes */
	enum pass_kind kind;
	uint64_t needs, gives;
	void (*lower)(struct unit *u);
	void (*check)(const struct unit *u, struct diags *d);
};

extern const struct pass passes[];
extern const size_t n_passes;

/* How one run of the pipeline went. */
struct pass_report {
	enum {
		PASS_DONE,
		PASS_FAILED,
		PASS_BLOCKED
	} outcome;
	uint64_t ns;
};

/* Runs the pipeline up to and including `last` (NULL: all). reports has room for n_passes, or is
   NULL. True when the plan is complete and no error stands. */
bool passes_run(struct unit *u, const char *last, struct pass_report *reports);

/* Every need has an earlier giver, every fact one giver. BUG otherwise. */
void passes_verify(void);

/* Fills plan->trials by plan->sweep and its id, unless there are too many of them (SWEEP_MOST). */
void list_trials(struct arena *a, const struct plan_sweep *sweep, struct plan *plan);

#endif
