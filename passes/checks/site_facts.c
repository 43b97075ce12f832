/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the site's file for checks: partitions of a job, kinds of nodes, gres texts. */
#include "passes/checks/site_facts.h"

#include <stdarg.h>

static const struct node *partition_of(const struct node *site, struct str name)
{
	const struct node *all = cluster_get(site, CLUSTER_root_partitions);
	for (uint32_t i = 0; all && i < all->n; i++) {
		const struct node *its = cluster_get(all->items[i], CLUSTER_partitions_name);
		if (its && str_eq(its->text, name))
			return all->items[i];
	}
	return NULL;
}

static const struct node *default_partition(const struct node *site)
{
	const struct node *all = cluster_get(site, CLUSTER_root_partitions);
	for (uint32_t i = 0; all && i < all->n; i++) {
		const struct node *is = cluster_get(all->items[i], CLUSTER_partitions_default);
		if (is && str_eq_c(is->text, "true"))
			return all->items[i];
	}
	return NULL;
}

static void name_partition(struct site_job *job, const struct node *partition)
{
	const struct node *name = cluster_get(partition, CLUSTER_partitions_name);
	if (name)
		job->named = str_fmt(job->root.d->arena, "partition '%.*s'", STR_ARG(name->text));
}

static void add_partition(struct site_job *job, struct arena *a, const struct node *partition)
{
	if (!partition)
		return;
	if (!job->partitions.n)
		name_partition(job, partition);
	*LIST_PUSH(a, &job->partitions) = partition;
}

/* submit_args says it; nobody looks there for what it says. */
static bool is_argument(const struct slurm *slurm, enum slurm_opt option)
{
	for (uint32_t i = 0; i < slurm->submit_args.n; i++)
		if (option_of_argument(str_trim(slurm->submit_args.items[i].v)) ==
		    &slurm_options[option])
			return true;
	return false;
}

bool site_job_begin(const struct subject *root, struct site_job *job)
{
	const struct unit *u = root->u;
	const struct slurm *slurm = root->slurm;
	*job = (struct site_job){.root = *root};
	if (!u->site || u->scheduler != PLAN_SCHEDULER_SLURM || IS_SET(slurm->clusters) ||
	    is_argument(slurm, SLURM_OPT_CLUSTERS))
		return false;
	job->site = u->site->tree;
	if (is_argument(slurm, SLURM_OPT_PARTITION) || IS_POISON(slurm->partition))
		return true;
	if (!IS_SET(slurm->partition)) {
		add_partition(job, root->d->arena, default_partition(job->site));
		return true;
	}
	struct str name;
	for (struct str rest = slurm->partition.v; rest.len;) {
		rest = str_split(rest, ',', &name);
		add_partition(job, root->d->arena, partition_of(job->site, str_trim(name)));
	}
	return true;
}

bool site_gives_whole_nodes(const struct unit *u, const struct slurm *slurm)
{
	struct diags none = {.arena = u->arena};
	struct site_job job;
	if (!site_job_begin(&(struct subject){.u = u, .d = &none, .slurm = slurm}, &job))
		return false;
	for (uint32_t i = 0; i < job.partitions.n; i++) {
		const struct node *is =
			cluster_get(job.partitions.items[i], CLUSTER_partitions_exclusive);
		if (!is || !str_eq_c(is->text, "true"))
			return false;
	}
	return job.partitions.n > 0;
}

/* How the site enforces the limits of partitions: NO, ANY, ALL; empty when that isn't known. */
static struct str enforcement_of(const struct site_job *job)
{
	const struct node *limits = cluster_get(job->site, CLUSTER_root_limits);
	const struct node *how = cluster_get(limits, CLUSTER_limits_enforce_part_limits);
	return how ? how->text : STR("");
}

static void note_words(const struct site_job *job, struct diag *d, const struct slurm_refused *r)
{
	struct diags *ds = job->root.d;
	struct str how = enforcement_of(job);
	if (r->reason[0] && str_eq_c(how, "NO"))
		diag_note(ds, d, SPAN_NONE, "Slurm would let the job wait for good: %s", r->reason);
	else if (r->reason[0] && !how.len)
		diag_note(ds, d, SPAN_NONE, "Slurm would say: %s; or let the job wait for good: %s",
			  r->words, r->reason);
	else
		diag_note(ds, d, SPAN_NONE, "Slurm would say: %s", r->words);
}

struct diag *site_refuses(const struct site_job *job, enum rule_id rule, const struct origin *from,
			  const char *field, const struct node *fact, enum slurm_refusal words,
			  const char *format, ...)
{
	va_list args;
	struct diags *ds = job->root.d;
	va_start(args, format);
	struct diag *d = diag_about(ds, SEVERITY_ERROR, from->at, rule,
				    (struct diag_subject){.path = str_c(field)}, format, args);
	va_end(args);
	if (fact)
		diag_note(ds, d, fact->at, "the site says so here");
	note_words(job, d, &slurm_refusals[words]);
	return d;
}

bool site_count(const struct node *table, enum cluster_key key, uint64_t *n)
{
	const struct node *value = cluster_get(table, key);
	return value && str_to_u64(value->text, n);
}

bool site_mib(struct arena *a, const struct node *table, enum cluster_key key, uint64_t *mib)
{
	const struct node *value = cluster_get(table, key);
	return value && grammar_mib(a, value->text, mib);
}

const struct node *site_list_find(const struct node *list, struct str text)
{
	for (uint32_t i = 0; list && i < list->n; i++)
		if (str_eq(list->items[i]->text, text))
			return list->items[i];
	return NULL;
}

void site_each_partition(const struct site_job *job, site_fits *fits)
{
	for (uint32_t i = 0; i < job->partitions.n; i++)
		if (fits(job, job->partitions.items[i], false))
			return;
	if (job->partitions.n)
		fits(job, job->partitions.items[0], true);
}

/* The first limit that this partition refuses the job for, or NULL. */
static site_fits *limit_broken(const struct site_job *job, const struct node *partition,
			       site_fits *const limits[], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!limits[i](job, partition, false))
			return limits[i];
	return NULL;
}

/* No partition refuses all for one reason, but each does for some. */
static bool is_refused_for_several(const struct site_job *job, site_fits *const limits[], size_t n)
{
	for (uint32_t i = 0; i < job->partitions.n; i++)
		if (!limit_broken(job, job->partitions.items[i], limits, n))
			return false;
	for (size_t k = 0; k < n; k++) {
		uint32_t i = 0;
		while (i < job->partitions.n && !limits[k](job, job->partitions.items[i], false))
			i++;
		if (i == job->partitions.n)
			return false;
	}
	return true;
}

void site_hold_to_limits(const struct site_job *job, site_fits *const limits[], size_t n)
{
	struct site_job one = *job;
	bool is_all = str_eq_c(enforcement_of(job), "ALL");
	if (!is_all && !is_refused_for_several(job, limits, n)) {
		for (size_t k = 0; k < n; k++)
			site_each_partition(job, limits[k]);
		return;
	}
	for (uint32_t i = 0; i < job->partitions.n; i++) {
		const struct node *partition = job->partitions.items[i];
		name_partition(&one, partition);
		for (size_t k = 0; k < n; k++)
			if (!limits[k](&one, partition, true) && !is_all)
				break;
	}
}

/* Up to a comma that stands in no parentheses. */
static struct str take_item(struct str *rest)
{
	size_t depth = 0, i = 0;
	for (; i < rest->len && (depth || rest->ptr[i] != ','); i++)
		depth += (rest->ptr[i] == '(') - (depth && rest->ptr[i] == ')');
	struct str item = str_slice(*rest, 0, i);
	*rest = str_from(*rest, i < rest->len ? i + 1 : i);
	return item;
}

bool gres_next(struct str *rest, struct gres_entry *entry)
{
	while (rest->len) {
		struct str item = take_item(rest), first, second;
		str_split(item, '(', &item); /* (S:0-1), (IDX:0), (null) */
		item = str_trim(item);
		if (str_has_prefix(item, "gres:") || str_has_prefix(item, "gres/"))
			item = str_from(item, 5);
		struct str behind = str_split(item, ':', &first);
		if (!first.len)
			continue;
		*entry = (struct gres_entry){.name = first, .count = 1};
		struct str last = str_split(behind, ':', &second);
		if (last.len) {
			entry->type = second;
			if (!str_to_u64(last, &entry->count))
				entry->count = UINT32_MAX; /* 4K and the like */
		} else if (second.len && !str_to_u64(second, &entry->count)) {
			entry->type = second;
			entry->count = 1;
		}
		return true;
	}
	return false;
}

static void add_kinds(struct arena *a, const struct node *partition, struct site_kinds *kinds)
{
	const struct node *list = cluster_get(partition, CLUSTER_partitions_kinds);
	for (uint32_t i = 0; list && i < list->n; i++)
		*LIST_PUSH(a, &kinds->list) = list->items[i];
	if (!list || !list->n)
		*LIST_PUSH(a, &kinds->list) = partition;
}

void site_kinds_of(const struct site_job *job, const struct node *partition,
		   struct site_kinds *kinds)
{
	const struct node *all = cluster_get(job->site, CLUSTER_root_partitions);
	const struct node *name = cluster_get(partition, CLUSTER_partitions_name);
	kinds->list.n = 0;
	/* Other tools write a table a kind, all with the partition's name. */
	for (uint32_t i = 0; i < all->n; i++) {
		const struct node *its = cluster_get(all->items[i], CLUSTER_partitions_name);
		if (all->items[i] == partition || (its && name && str_eq(its->text, name->text)))
			add_kinds(job->root.d->arena, all->items[i], kinds);
	}
}
