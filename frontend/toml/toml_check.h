/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of a TOML file against their rows (ir/toml_keys.h). */
#ifndef HPCC_FRONTEND_TOML_TOML_CHECK_H
#define HPCC_FRONTEND_TOML_TOML_CHECK_H

#include "ir/toml_keys.h"
#include "ir/unit.h"

/* Reports what is wrong in the file's root table, and drops it; keys that hpcc has no use for are told of
   in one warning, and dropped, too. */
void toml_check(struct unit *u, struct node *root, const struct toml_keys *keys);

#endif
