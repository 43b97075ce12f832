/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The variables that interpolation sees, lowest to highest: `.env` beside the spec, settings
 * (defaults, then profile; env files, then env), the process environment, `secrets`, the command
 * line, and the trial of a sweep.
 */
#ifndef HPCC_FRONTEND_VARIABLES_VARIABLES_H
#define HPCC_FRONTEND_VARIABLES_VARIABLES_H

#include "ir/unit.h"

/*
 * Fills unit->variables and tells the diagnostics which texts are secret. Reads `secrets` from
 * unit->tree and reports R029, R033 to R036.
 */
void variables_build(struct unit *u);

const struct variable *variable_find(const struct unit *u, struct str name);

/* A name the author may have meant, or the empty string. */
struct str variable_suggest(const struct unit *u, struct str name);

/* The text is the value of a secret, or holds one. */
bool variable_is_secret_text(const struct unit *u, struct str text);

/* The value must not be shown under this name: the name says so (PASSWORD, TOKEN, ...). */
bool variable_is_secret_name(struct str name);

#endif
