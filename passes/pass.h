/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Passes: job to plan, and checks of both. One table (pipeline.c) in the order they run.
 */
#ifndef HPCC_PASSES_PASS_H
#define HPCC_PASSES_PASS_H

#include "ir/unit.h"

enum pass_kind {
	PASS_LOWER,
	PASS_CHECK
};

/* Facts about the unit: each is given by one pass; a pass whose needs are missing is blocked. */
enum fact {
	HAS_JOB = 1 << 0,     /* given by the frontend */
	HAS_PROFILE = 1 << 1, /* the resource profile is applied: the job is complete */
	HAS_ALLOCATION = 1 << 2,
	HAS_PATHS = 1 << 3,
	HAS_ORDER = 1 << 4, /* services in launch order, dependencies resolved */
	HAS_CONTAINER = 1 << 5,
	HAS_NODES = 1 << 6, /* placement */
	HAS_GEOMETRY = 1 << 7,
	HAS_RESOURCES = 1 << 8,
	HAS_MPI = 1 << 9,
	HAS_IMAGES = 1 << 10,
	HAS_COMMANDS = 1 << 11,
	HAS_SCRATCH = 1 << 12,
	HAS_STAGING = 1 << 13,
	HAS_MOUNTS = 1 << 14,
	HAS_RENDEZVOUS = 1 << 15,
	HAS_ENVIRONMENT = 1 << 16,
	HAS_READINESS = 1 << 17,
	HAS_POLICIES = 1 << 18,
	HAS_HOOKS = 1 << 19,
	HAS_ARTIFACTS = 1 << 20,
	HAS_METRICS = 1 << 21,
	HAS_OCCUPANCY = 1 << 22,
	HAS_TRIALS = 1 << 23,
};

struct pass {
	const char *name; /* "placement": for --emit-after, -W, docs, tests */
	const char *what; /* one sentence, shown by --print-passes */
	enum pass_kind kind;
	uint32_t needs, gives;
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

#endif
