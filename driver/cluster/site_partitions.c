/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Partitions of the site: their limits, and nodes that are alike put together. In: lines of
 * `scontrol --oneliner show partition` and `show node`; out: rows of [[partitions]].
 */
#include "driver/cluster/site_probe.h"

#include "driver/cluster/slurm.h"

static const char from_partition[] = "scontrol show partition";
static const char from_node[] = "scontrol show node";

/* Nodes that have the same. */
struct kind {
	struct str cpus, memory, gres, features;
	uint64_t n;
};

struct kinds {
	LIST(struct kind) list;
};

/* A number that is none of UNLIMITED, NONE and 0. */
static void put_count(struct site_probe *p, struct node *row, enum cluster_key key, struct str text)
{
	uint64_t number;

	if (str_to_u64(text, &number) && number > 0)
		probe_put(p, row, key, NODE_INT, text, from_partition);
}

static void put_time(struct site_probe *p, struct node *row, enum cluster_key key, struct str text)
{
	if (str_eq_c(text, "UNLIMITED"))
		text = STR("infinite");
	if (text.len > 0 && !str_eq_c(text, "NONE"))
		probe_put(p, row, key, NODE_STRING, text, from_partition);
}

/* Accounts or QOS. */
static void put_names(struct site_probe *p, struct node *row, enum cluster_key key, struct str text)
{
	if (p->has_accounting && text.len > 0 && !str_eq_c(text, "ALL"))
		probe_put_list(p, row, key, text, ',', from_partition);
}

static bool is_in_list(struct str list, struct str name)
{
	struct str one;

	while (list.len > 0) {
		list = str_split(list, ',', &one);
		if (str_eq(one, name))
			return true;
	}
	return false;
}

/* gpu:a100:4(S:0-1) is gpu:a100:4: which sockets it is near says nothing about how many there are. */
static struct str plain_gres(struct arena *a, struct str text)
{
	struct buf b;
	unsigned depth = 0;

	buf_init(&b, a);
	for (size_t i = 0; i < text.len; i++) {
		depth += text.ptr[i] == '(';
		if (depth == 0)
			buf_add_byte(&b, text.ptr[i]);
		depth -= depth > 0 && text.ptr[i] == ')';
	}
	return str_dup(a, buf_str(&b));
}

/* Without what Slurm keeps for itself. */
static struct str memory_of(struct arena *a, struct str line)
{
	uint64_t all;

	if (!str_to_u64(scontrol_field(line, "RealMemory"), &all))
		return STR("");
	uint64_t kept;
	if (str_to_u64(scontrol_field(line, "MemSpecLimit"), &kept) && kept < all)
		all -= kept;
	return str_fmt(a, "%lluM", (unsigned long long)all);
}

static void add_node(struct arena *a, struct kinds *kinds, struct str line)
{
	struct str cpus = scontrol_field(line, "CPUEfctv");
	struct kind kind = {.cpus = cpus.len > 0 ? cpus : scontrol_field(line, "CPUTot"),
			    .memory = memory_of(a, line),
			    .gres = plain_gres(a, scontrol_field(line, "Gres")),
			    .features = scontrol_field(line, "AvailableFeatures"),
			    .n = 1};

	for (uint32_t i = 0; i < kinds->list.n; i++) {
		struct kind *one = &kinds->list.items[i];

		if (!str_eq(one->cpus, kind.cpus) || !str_eq(one->memory, kind.memory) ||
		    !str_eq(one->gres, kind.gres) || !str_eq(one->features, kind.features))
			continue;
		one->n++;
		return;
	}
	*LIST_PUSH(a, &kinds->list) = kind;
}

/* Keys of a kind and of a partition whose nodes are alike have the same names. */
static void put_kind(struct site_probe *p, struct node *row, const struct kind *kind)
{
	struct arena *a = p->inv->arena;

	probe_put(p, row, CLUSTER_kinds_nodes, NODE_INT,
		  str_fmt(a, "%llu", (unsigned long long)kind->n), from_node);
	if (kind->cpus.len > 0)
		probe_put(p, row, CLUSTER_kinds_cpus_per_node, NODE_INT, kind->cpus, from_node);
	if (kind->memory.len > 0)
		probe_put(p, row, CLUSTER_kinds_mem_per_node, NODE_STRING, kind->memory, from_node);
	probe_put(p, row, CLUSTER_kinds_gres, NODE_STRING, kind->gres, from_node);
	probe_put_list(p, row, CLUSTER_kinds_features, kind->features, ',', from_node);
}

static void put_nodes(struct site_probe *p, struct node *row, struct str name, struct str nodes)
{
	struct kinds kinds = {0};
	struct str line;

	while (nodes.len > 0) {
		nodes = str_split(nodes, '\n', &line);
		if (is_in_list(scontrol_field(line, "Partitions"), name))
			add_node(p->inv->arena, &kinds, line);
	}
	if (kinds.list.n == 1)
		put_kind(p, row, &kinds.list.items[0]);
	for (uint32_t i = 0; kinds.list.n > 1 && i < kinds.list.n; i++)
		put_kind(p, probe_add_row(p, row, CLUSTER_partitions_kinds), &kinds.list.items[i]);
}

/* JobDefaults=DefCpuPerGPU=4,DefMemPerGPU=1000 */
static struct str default_of(struct str defaults, const char *key)
{
	struct str one, name;

	while (defaults.len > 0) {
		defaults = str_split(defaults, ',', &one);
		struct str value = str_split(one, '=', &name);
		if (str_eq_c(name, key))
			return value;
	}
	return STR("");
}

static void put_partition(struct site_probe *p, struct str line, struct str nodes)
{
	struct node *row = probe_add_row(p, p->root, CLUSTER_root_partitions);
	struct str name = scontrol_field(line, "PartitionName");

	probe_put(p, row, CLUSTER_partitions_name, NODE_STRING, name, from_partition);
	if (str_eq_c(scontrol_field(line, "Default"), "YES"))
		probe_put(p, row, CLUSTER_partitions_default, NODE_BOOL, STR("true"),
			  from_partition);
	put_nodes(p, row, name, nodes);
	put_time(p, row, CLUSTER_partitions_max_time, scontrol_field(line, "MaxTime"));
	put_time(p, row, CLUSTER_partitions_default_time, scontrol_field(line, "DefaultTime"));
	put_count(p, row, CLUSTER_partitions_min_nodes, scontrol_field(line, "MinNodes"));
	put_count(p, row, CLUSTER_partitions_max_nodes, scontrol_field(line, "MaxNodes"));
	put_count(p, row, CLUSTER_partitions_max_cpus_per_node,
		  scontrol_field(line, "MaxCPUsPerNode"));
	put_count(p, row, CLUSTER_partitions_max_mem_per_node,
		  scontrol_field(line, "MaxMemPerNode"));
	put_count(p, row, CLUSTER_partitions_default_cpus_per_gpu,
		  default_of(scontrol_field(line, "JobDefaults"), "DefCpuPerGPU"));
	if (str_eq_c(scontrol_field(line, "OverSubscribe"), "EXCLUSIVE"))
		probe_put(p, row, CLUSTER_partitions_exclusive, NODE_BOOL, STR("true"),
			  from_partition);
	put_names(p, row, CLUSTER_partitions_accounts, scontrol_field(line, "AllowAccounts"));
	put_names(p, row, CLUSTER_partitions_deny_accounts, scontrol_field(line, "DenyAccounts"));
	put_names(p, row, CLUSTER_partitions_qos, scontrol_field(line, "AllowQos"));
	put_names(p, row, CLUSTER_partitions_deny_qos, scontrol_field(line, "DenyQos"));
}

bool probe_partitions(struct site_probe *p, struct str *why)
{
	const char *partitions[] = {"scontrol", "--oneliner", "show", "partition", NULL};
	const char *nodes[] = {"scontrol", "--oneliner", "show", "node", NULL};
	struct child_end of_partitions, of_nodes;

	if (!slurm_call(p->inv, partitions, &of_partitions, why) ||
	    !slurm_call(p->inv, nodes, &of_nodes, why))
		return false;
	struct str line;
	for (struct str rest = of_partitions.out; rest.len > 0;) {
		rest = str_split(rest, '\n', &line);
		if (scontrol_field(line, "PartitionName").len > 0)
			put_partition(p, line, of_nodes.out);
	}
	return true;
}
