/* SPDX-License-Identifier: Apache-2.0 */
/* The site as it shows itself: Slurm's answers, and what the login node has, as a tree of cluster.toml. */
#ifndef HPCC_DRIVER_CLUSTER_SITE_PROBE_H
#define HPCC_DRIVER_CLUSTER_SITE_PROBE_H

#include "driver/invocation.h"
#include "ir/toml_keys.h"

/* Where a value was seen: "scontrol show partition". */
struct probe_source {
	const struct node *value;
	const char *from;
};

struct site_probe {
	struct invocation *inv;
	struct node *root;
	LIST(struct probe_source) sources;
	bool has_accounting; /* without it accounts and QOS of a job mean nothing to Slurm */
};

/* Asks; false with *why when Slurm doesn't answer. */
bool site_probe(struct invocation *inv, struct site_probe *p, struct str *why);

/* Where a value was seen, for toml_text(). */
struct str site_probe_source(void *probe, const struct node *value);

/* For the parts of the probe. A table that takes any keys; what hangs one below another. */
struct node *probe_table(struct site_probe *p);
void probe_put(struct site_probe *p, struct node *table, enum cluster_key key, enum node_kind kind,
	       struct str value, const char *from);
/* The parts of a list with `byte` between, without blank ones; the list may be empty. */
void probe_put_list(struct site_probe *p, struct node *table, enum cluster_key key, struct str text,
		    char byte, const char *from);
struct node *probe_put_table(struct site_probe *p, struct node *table, enum cluster_key key);
struct node *probe_add_row(struct site_probe *p, struct node *table, enum cluster_key key);

/* What stands behind "KEY=" in a line of scontrol, up to the next blank; empty for (null) and N/A. */
struct str scontrol_field(struct str line, const char *key);

/* The partitions and what their nodes have. */
bool probe_partitions(struct site_probe *p, struct str *why);

#endif
