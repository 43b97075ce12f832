/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The site's file, cluster.toml: the project's own, the user's ($XDG_CONFIG_HOME/hpcc), the machine's
 * (/etc/hpcc, or the file that HPCC_SITE names). The nearest one that has a key counts.
 */
#ifndef HPCC_FRONTEND_TOML_SITE_FILE_H
#define HPCC_FRONTEND_TOML_SITE_FILE_H

#include "ir/toml_keys.h"
#include "ir/unit.h"

/* Lays the user's and the machine's file below the project's, `nearest`, which lies at `path` (NULL:
   there is none), and sets unit->site unless there is nothing. Mistakes are in unit->diags. */
void site_load(struct unit *u, struct node *nearest, struct str path);

/* Versions that nobody has named are the site's. */
void site_give_target(struct unit *u);

/* The checked tree of a TOML file that is looked for as `below` in `folder`, or NULL when there is none. */
struct node *toml_find(struct unit *u, struct str folder, struct str below,
		       const struct toml_keys *keys);

#endif
