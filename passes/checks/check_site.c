/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The job's own words before the site's file: partitions (B10), time (B11), numbers of nodes (B12),
 * accounts and QOS (B14), and what else the site has by name (B15).
 */
#include "passes/checks/site_facts.h"

typedef unsigned long long ull;

static const char *words_of(const struct site_job *job, const struct node *list)
{
	struct buf b;
	buf_init(&b, job->root.d->arena);
	for (uint32_t i = 0; i < list->n; i++)
		buf_add_fmt(&b, "%s'%.*s'", i ? ", " : "", STR_ARG(list->items[i]->text));
	return str_dup(job->root.d->arena, buf_str(&b)).ptr;
}

/* The names of all partitions as a list of strings. */
static const struct node *partition_names(const struct site_job *job)
{
	const struct node *all = cluster_get(job->site, CLUSTER_root_partitions);
	struct arena *a = job->root.d->arena;
	struct node *names = ARENA_NEW(a, struct node);
	*names = (struct node){.kind = NODE_LIST, .at = all->at};
	names->items = ARENA_ARRAY(a, all->n, struct node *);
	for (uint32_t i = 0; i < all->n; i++) {
		struct node *name = cluster_get(all->items[i], CLUSTER_partitions_name);
		if (name && !site_list_find(names, name->text))
			names->items[names->n++] = name;
	}
	return names;
}

/* A name that is none of the site's list: what there is, and which was meant. */
static void refuse_name(const struct site_job *job, enum rule_id rule, const struct v_str *value,
			const char *field, const struct node *list, enum slurm_refusal words,
			struct str name, const char *what)
{
	struct nearest near = nearest_to(name);
	const struct node *meant = NULL;
	for (uint32_t i = 0; i < list->n; i++)
		if (is_nearest(&near, list->items[i]->text))
			meant = list->items[i];
	struct diag *d =
		site_refuses(job, rule, &value->from, field, list->n ? list->items[0] : list, words,
			     "the site has no %s '%.*s'", what, STR_ARG(name));
	if (meant)
		diag_help(job->root.d, d, "did you mean '%.*s'?", STR_ARG(meant->text));
	else if (list->n)
		diag_help(job->root.d, d, "there is %s", words_of(job, list));
}

static void check_partition(const struct site_job *job)
{
	const struct v_str *value = &job->root.slurm->partition;
	const struct node *all = cluster_get(job->site, CLUSTER_root_partitions);
	if (!IS_SET(*value) || !all)
		return;
	const struct node *names = partition_names(job);
	struct str name;
	for (struct str rest = value->v; rest.len;) {
		rest = str_split(rest, ',', &name);
		name = str_trim(name);
		if (name.len && !site_list_find(names, name))
			refuse_name(job, RULE_B10, value, "x-slurm.partition", names,
				    REFUSED_PARTITION, name, "partition");
	}
}

/* INACTIVE and DRAIN refuse jobs. In a partition that is DOWN they wait until it is up: that isn't ours to
   refuse. */
static bool fits_state(const struct site_job *job, const struct node *p, bool tells)
{
	const struct node *state = cluster_get(p, CLUSTER_partitions_state);
	if (!state || !IS_SET(job->root.slurm->partition) ||
	    !(str_eq_nocase(state->text, STR("INACTIVE")) ||
	      str_eq_nocase(state->text, STR("DRAIN"))))
		return true;
	if (tells)
		site_refuses(job, RULE_B10, &job->root.slurm->partition.from, "x-slurm.partition",
			     state, REFUSED_PARTITION_OFF, "%.*s is %.*s: it takes no job",
			     STR_ARG(job->named), STR_ARG(state->text));
	return false;
}

static bool fits_time(const struct site_job *job, const struct node *p, bool tells)
{
	const struct v_time *time = &job->root.slurm->time;
	const struct node *limit = cluster_get(p, CLUSTER_partitions_max_time);
	uint64_t most;
	if (!IS_SET(*time) || !limit || !grammar_limit(job->root.d->arena, limit->text, &most) ||
	    !most || (time->seconds && time->seconds <= most))
		return true;
	if (tells)
		site_refuses(job, RULE_B11, &time->from, "x-slurm.time", limit, REFUSED_TIME,
			     "%s is more than %.*s grants, which is %.*s",
			     time->seconds ? str_dup(job->root.d->arena, time->text).ptr
					   : "no limit",
			     STR_ARG(job->named), STR_ARG(limit->text));
	return false;
}

/* Nodes that the job asks for; 0 when the scheduler is to choose. */
static uint64_t nodes_of(const struct site_job *job)
{
	const struct v_uint *nodes = &job->root.slurm->nodes;
	return IS_POISON(*nodes) ? 0 : slurm_nodes(job->root.slurm);
}

static bool fits_bound(const struct site_job *job, const struct node *p, enum cluster_key key,
		       bool is_most, bool tells)
{
	uint64_t bound, nodes = nodes_of(job);
	if (!nodes || !site_count(p, key, &bound) || (is_most ? nodes <= bound : nodes >= bound))
		return true;
	if (tells)
		site_refuses(job, RULE_B12, &job->root.slurm->nodes.from, "x-slurm.nodes",
			     cluster_get(p, key), REFUSED_NODE_COUNT,
			     "a job of %.*s gets at %s %llu node%s, not %llu", STR_ARG(job->named),
			     is_most ? "most" : "least", (ull)bound, plural(bound), (ull)nodes);
	return false;
}

static bool fits_most_nodes(const struct site_job *job, const struct node *p, bool tells)
{
	return fits_bound(job, p, CLUSTER_partitions_max_nodes, true, tells);
}

static bool fits_fewest_nodes(const struct site_job *job, const struct node *p, bool tells)
{
	return fits_bound(job, p, CLUSTER_partitions_min_nodes, false, tells);
}

static bool fits_nodes(const struct site_job *job, const struct node *p, bool tells)
{
	struct site_kinds kinds = {0};
	uint64_t all = 0, nodes = nodes_of(job);
	site_kinds_of(job, p, &kinds);
	for (uint32_t i = 0; i < kinds.list.n; i++) {
		uint64_t n;
		if (!site_count(kinds.list.items[i], CLUSTER_kinds_nodes, &n))
			return true;
		all += n;
	}
	if (nodes <= all || !fits_most_nodes(job, p, false))
		return true;
	if (tells)
		site_refuses(job, RULE_B12, &job->root.slurm->nodes.from, "x-slurm.nodes",
			     cluster_get(kinds.list.items[0], CLUSTER_kinds_nodes), REFUSED_NODES,
			     "%.*s has %llu node%s, not %llu", STR_ARG(job->named), (ull)all,
			     plural(all), (ull)nodes);
	return false;
}

static void check_listed(const struct site_job *job, const struct v_str *value, const char *field,
			 enum cluster_key key, enum slurm_refusal words, const char *what)
{
	const struct node *list = cluster_get(job->site, key);
	if (IS_SET(*value) && list && !site_list_find(list, value->v))
		refuse_name(job, RULE_B14, value, field, list, words, value->v, what);
}

/* A partition takes what its list of the allowed has, and not what the other one has. */
static bool fits_list(const struct site_job *job, const struct node *p, const struct v_str *value,
		      const char *field, enum cluster_key key, bool is_denied,
		      enum slurm_refusal words, bool tells)
{
	const struct node *list = cluster_get(p, key);
	if (!IS_SET(*value) || !list || !list->n || site_list_find(list, STR("ALL")) ||
	    (site_list_find(list, value->v) != NULL) != is_denied)
		return true;
	if (!tells)
		return false;
	struct diag *d =
		site_refuses(job, RULE_B14, &value->from, field, list->items[0], words,
			     "'%.*s' may not use %.*s", STR_ARG(value->v), STR_ARG(job->named));
	if (!is_denied)
		diag_help(job->root.d, d, "it takes %s", words_of(job, list));
	return false;
}

static bool fits_account(const struct site_job *job, const struct node *p, bool tells)
{
	const struct v_str *account = &job->root.slurm->account;
	return fits_list(job, p, account, "x-slurm.account", CLUSTER_partitions_accounts, false,
			 REFUSED_ACCOUNT_OF_PARTITION, tells) &&
	       fits_list(job, p, account, "x-slurm.account", CLUSTER_partitions_deny_accounts, true,
			 REFUSED_ACCOUNT_OF_PARTITION, tells);
}

static bool fits_qos(const struct site_job *job, const struct node *p, bool tells)
{
	const struct v_str *qos = &job->root.slurm->qos;
	return fits_list(job, p, qos, "x-slurm.qos", CLUSTER_partitions_qos, false,
			 REFUSED_QOS_OF_PARTITION, tells) &&
	       fits_list(job, p, qos, "x-slurm.qos", CLUSTER_partitions_deny_qos, true,
			 REFUSED_QOS_OF_PARTITION, tells);
}

/* "solver:2, viewer" before "solver:4". */
static void check_licenses(const struct site_job *job)
{
	const struct v_str *value = &job->root.slurm->licenses;
	const struct node *list = cluster_get(job->site, CLUSTER_root_licenses);
	struct str rest = value->v;
	if (!IS_SET(*value) || !list || str_find(rest, '|') != STR_NONE)
		return;
	struct gres_entry wanted, has;
	while (gres_next(&rest, &wanted)) {
		const struct node *found = NULL;
		for (uint32_t i = 0; i < list->n && !found; i++) {
			struct str text = list->items[i]->text;
			if (gres_next(&text, &has) && str_eq(has.name, wanted.name))
				found = list->items[i];
		}
		if (!found)
			refuse_name(job, RULE_B15, value, "x-slurm.licenses", list, REFUSED_LICENSE,
				    wanted.name, "license");
		else if (wanted.count > has.count)
			site_refuses(job, RULE_B15, &value->from, "x-slurm.licenses", found,
				     REFUSED_LICENSE, "there are %llu of '%.*s', not %llu",
				     (ull)has.count, STR_ARG(has.name), (ull)wanted.count);
	}
}

/* The highest index of "0-9:2,40%4"; 0 when it can't be told. */
static uint64_t last_index(struct str text)
{
	uint64_t most = 0, n;
	struct str part;
	for (str_split(text, '%', &text); text.len;) {
		text = str_split(text, ',', &part);
		str_split(part, ':', &part);
		struct str last = str_split(part, '-', &part);
		if (str_to_u64(str_trim(last.len ? last : part), &n) && n > most)
			most = n;
	}
	return most;
}

static void check_array(const struct site_job *job)
{
	const struct v_str *value = &job->root.slurm->array;
	const struct node *limits = cluster_get(job->site, CLUSTER_root_limits);
	uint64_t size, last = IS_SET(*value) ? last_index(value->v) : 0;
	if (site_count(limits, CLUSTER_limits_max_array_size, &size) && last >= size)
		site_refuses(job, RULE_B15, &value->from, "x-slurm.array",
			     cluster_get(limits, CLUSTER_limits_max_array_size), REFUSED_ARRAY,
			     "indices are lower than %llu, not %llu", (ull)size, (ull)last);
}

static void check_job(const struct subject *root)
{
	struct site_job job;
	if (!site_job_begin(root, &job))
		return;
	static site_fits *const limits[] = {fits_time,  fits_most_nodes, fits_fewest_nodes,
					    fits_nodes, fits_account,    fits_qos};
	check_partition(&job);
	check_listed(&job, &job.root.slurm->account, "x-slurm.account", CLUSTER_root_accounts,
		     REFUSED_ACCOUNT, "account");
	check_listed(&job, &job.root.slurm->qos, "x-slurm.qos", CLUSTER_root_qos, REFUSED_QOS,
		     "QOS");
	site_each_partition(&job, fits_state);
	site_hold_to_limits(&job, limits, N_CHECKS(limits));
	check_licenses(&job);
	check_array(&job);
}

void check_site(const struct unit *u, struct diags *d)
{
	check_fn *const checks[] = {check_job};
	run_root_checks(u, d, checks, N_CHECKS(checks));
}
