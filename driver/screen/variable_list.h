/* SPDX-License-Identifier: Apache-2.0 */
/* The variables of a compilation for people and programs: values, secrets hidden, and their origins. */
#ifndef HPCC_DRIVER_SCREEN_VARIABLE_LIST_H
#define HPCC_DRIVER_SCREEN_VARIABLE_LIST_H

#include "driver/compile.h"

/* "compose.yaml:3:12", or empty for none. */
struct str place_text(const struct compilation *c, struct span at);

/* Where its value comes from: ".env:1:5", "the environment", "--env". */
struct str variable_origin(const struct compilation *c, const struct variable *v);

/* The value as people may see it. */
struct str variable_shown(const struct compilation *c, const struct variable *v);

/* Prints each variable that texts of the spec speak of, as unit.variable_uses has them. */
void variables_print(struct compilation *c);

#endif
