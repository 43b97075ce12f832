/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text form of job and plan: one line a field, in the order of the schema, with the place
 * each value comes from. frontend_read_ir reads the job form back; printing what was read gives
 * the same text.
 *
 *	services.api = {}  # compose.yaml:4:5
 *	services.api.image = "redis:7"  # compose.yaml:4:12
 *	services.api.x-slurm.nodes = 2  # extends base.yaml:9:14
 *	services.api.command = [2]  # derived compose.yaml:5:13 from script
 *	services.api.command[0] = "/bin/sh"  # derived compose.yaml:5:13 from script
 *
 * A value is a quoted text, a word or number, `{}` (a mapping), `[n]` (a list of n items) or `?`
 * (poison). The comment names the origin: nothing for a value written in the spec itself, else
 * default, extends, environment, profile, derived; `secret` stands in front of a secret's.
 */
#ifndef HPCC_IR_TEXT_PRINT_H
#define HPCC_IR_TEXT_PRINT_H

#include "ir/plan.h"
#include "ir/support/source.h"

enum print_flag {
	PRINT_NO_PLACES = 1 << 0, /* values only: no comment behind them */
};

struct secret_set;

/* With `hide` secrets are <redacted>, whatever form they came in. */
struct str job_print(struct arena *a, const struct source_map *sources, const struct job *job,
		     const struct secret_set *hide, unsigned flags);
struct str plan_print(struct arena *a, const struct source_map *sources, const struct plan *plan,
		      const struct secret_set *hide, unsigned flags);

/* "compose.yaml:4:5"; "-" for nowhere. Line breaks in names of files become '?'. */
void print_place(struct buf *b, const struct source_map *sources, struct span at);

/* A key of a path: as it stands, or quoted where it would be misread. */
void print_key(struct buf *b, struct str key);

/* The text of a value for people: <redacted> for a secret. */
struct str value_shown(struct v_str value);

#endif
