/* SPDX-License-Identifier: Apache-2.0 */
/* Is what a job needs there: tools, paths, plugin, limits. */
#ifndef HPCC_DRIVER_CLUSTER_PREFLIGHT_H
#define HPCC_DRIVER_CLUSTER_PREFLIGHT_H

#include "driver/compile.h"

enum finding_level {
	FINDING_OK,
	FINDING_WARNING,
	FINDING_FAILURE
};

struct finding {
	enum finding_level level;
	struct str what;   /* "pyxis" */
	struct str detail; /* one sentence */
	struct str help;   /* what to do, or empty */
};

struct findings {
	struct arena *arena;
	LIST(struct finding) list;
	unsigned n_failures;
};

void finding_add(struct findings *f, enum finding_level level, struct str what, struct str detail,
		 const char *help);
/* Whether a program is on PATH. */
void finding_program(struct findings *f, const char *name, const char *help);

/* All checks of a plan. */
void preflight_check(struct compilation *c, struct findings *f);

/* Before a submission: prints only what is wrong. EXIT_OK or EXIT_ENVIRONMENT. */
int preflight_before(struct compilation *c);

#endif
