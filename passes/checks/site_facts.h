/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the site's file says of a job's partitions, for the checks of the site. A fact that the file
 * doesn't have is unknown, and nothing is said about it.
 */
#ifndef HPCC_PASSES_CHECKS_SITE_FACTS_H
#define HPCC_PASSES_CHECKS_SITE_FACTS_H

#include "ir/refusals.h"
#include "ir/toml_keys.h"
#include "passes/checks/check.h"

struct node_want;

/* A job before its site. */
struct site_job {
	struct subject root;
	const struct node *site;
	LIST(const struct node *) partitions; /* those that it may go to and that are known */
	struct str
		named; /* "partition 'gpu'" of the first of them, or of the one that is told of */
	const struct node_want *want; /* what each node is to have: check_site_nodes.c's own */
};

/* A job, or a part of it. False where there is no site's file, or it doesn't go there. */
bool site_job_begin(const struct subject *root, struct site_job *job);

/* A complaint about a value of the job: the site's fact (or NULL) is shown beside it, and Slurm's words
   are told, or the reason with which a job waits for good. */
struct diag *site_refuses(const struct site_job *job, enum rule_id rule, const struct origin *from,
			  const char *field, const struct node *fact, enum slurm_refusal words,
			  const char *format, ...) __attribute__((format(printf, 7, 8)));

/* Each partition that the job may go to gives whole nodes. */
bool site_gives_whole_nodes(const struct unit *u, const struct slurm *slurm);

/* A number, or an amount in MiB; false when it isn't known. */
bool site_count(const struct node *table, enum cluster_key key, uint64_t *n);
bool site_mib(struct arena *a, const struct node *table, enum cluster_key key, uint64_t *mib);

/* The item of a list of strings; NULL without. */
const struct node *site_list_find(const struct node *list, struct str text);

/* Whether partitions refuse a job for one reason: false when one of them takes it. The reason is told of
   the first. */
typedef bool site_fits(const struct site_job *job, const struct node *partition, bool tells);
void site_each_partition(const struct site_job *job, site_fits *fits);

/* Limits of partitions: one of these has to take the job or, where the site says so, each of them. Where
   they refuse it for different reasons, one of each is told. */
void site_hold_to_limits(const struct site_job *job, site_fits *const limits[], size_t n);

/* One entry of a gres text: `gpu:a100:4(S:0-1)`. False at the end. */
struct gres_entry {
	struct str name, type;
	uint64_t count;
};
bool gres_next(struct str *rest, struct gres_entry *entry);

/* Nodes that are alike: a kind of a partition, or all of it. */
struct site_kinds {
	LIST(const struct node *) list;
};
void site_kinds_of(const struct site_job *job, const struct node *partition,
		   struct site_kinds *kinds);

#endif
