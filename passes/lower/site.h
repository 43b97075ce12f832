/* SPDX-License-Identifier: Apache-2.0 */
/* What the site's file gives where the spec says nothing: values for the plan, each with its place. */
#ifndef HPCC_PASSES_LOWER_SITE_H
#define HPCC_PASSES_LOWER_SITE_H

#include "ir/toml_keys.h"
#include "passes/lower.h"

/* The value of a key in a table at the root; NULL without a site's file, or for a job that runs on this
   machine. */
const struct node *site_value(const struct unit *u, enum cluster_key table, enum cluster_key key);

/* Sets a value that nobody has given. */
void site_give_bool(const struct unit *u, struct v_bool *value, enum cluster_key table,
		    enum cluster_key key);

/* The strings of the site's list, then those of `own`. */
struct v_list site_list_before(const struct unit *u, const struct node *list, struct v_list own);

#endif
