/* SPDX-License-Identifier: Apache-2.0 */
/* Writers of the forms that have a file of their own. */
#ifndef HPCC_BACKENDS_FORMATS_FORMATS_H
#define HPCC_BACKENDS_FORMATS_FORMATS_H

#include "backends/writer.h"
#include "ir/text/print.h"

struct str write_plan(struct unit *u, const struct backend_options *options);
struct str write_json(struct unit *u, const struct backend_options *options);
struct str write_dot(struct unit *u, const struct backend_options *options);

/* A path for people: ~/x, <cache>/x, x below the spec's folder. */
struct str path_text(struct arena *a, const struct plan_path *path);
struct str node_set_text(struct arena *a, const struct v_nodeset *set);
/* True when a value under this name is never shown. */
bool is_hidden(struct str name, const struct v_str *value);

#endif
