/* SPDX-License-Identifier: Apache-2.0 */
/* Is what a job needs there: tools, paths, plugin, limits. */
#ifndef HPCC_DRIVER_CLUSTER_PREFLIGHT_H
#define HPCC_DRIVER_CLUSTER_PREFLIGHT_H

#include "driver/compile.h"

enum finding_level {
	FINDING_OK,
	FINDING_WARNING,
	FINDING_FAILURE,
	FINDING_ABSENT, /* it isn't there, and nothing needs it */
	N_FINDING_LEVELS
};

struct finding {
	enum finding_level level;
	struct str what;   /* "pyxis" */
	struct str detail; /* one sentence */
	struct str source; /* who says so: "scontrol show config"; or empty */
	struct str help;   /* what to do, or empty */
};

struct findings {
	struct arena *arena;
	LIST(struct finding) list;
	unsigned n_failures;
};

void finding_add(struct findings *f, enum finding_level level, struct str what, struct str detail,
		 const char *help);
/* The same with who says so. */
void finding_of(struct findings *f, enum finding_level level, struct str what, struct str detail,
		const char *source, const char *help);
/* Whether a program is on PATH. */
void finding_program(struct findings *f, const char *name, const char *help);

/* As a list with marks, and a last line; or as JSON. */
void findings_print(struct invocation *inv, const struct findings *f);

const struct plan_option *option_named(const struct plan_option *items, uint32_t n,
				       const char *name);
/* Of the job, or of its first component. */
const struct plan_option *plan_option_named(const struct plan *plan, const char *name);

/* What Slurm knows: version, partition, limits, configuration, and when the job would start. */
void preflight_slurm(struct compilation *c, struct findings *f);
/* What of Slurm's configuration bears on jobs; plan may be NULL. */
void preflight_config(struct invocation *inv, const struct plan *plan, struct findings *f);
/* When it would start, if Slurm takes it. */
void preflight_start(struct compilation *c, struct findings *f);
/* The host's side of a mount should be there before the job; no line of setup speaks of it. */
bool mount_is_there_before(struct compilation *c, const struct plan_path *host);
/* Runs a small step that looks at mounts, folders and tools as the job's nodes have them. */
void preflight_nodes(struct compilation *c, struct findings *f);

/* All checks of a plan. */
void preflight_check(struct compilation *c, struct findings *f);

/* Before a submission: prints only what is wrong. EXIT_OK or EXIT_ENVIRONMENT. */
int preflight_before(struct compilation *c);

#endif
