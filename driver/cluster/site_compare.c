/* SPDX-License-Identifier: Apache-2.0 */
/* The site's file beside the site: in, two trees of cluster.toml; out, the keys that differ. */
#include "driver/cluster/site_compare.h"

#include <string.h>

#include "ir/grammar/grammar.h"
#include "ir/text/toml_text.h"

struct comparing {
	const struct unit *u;
	struct site_probe *probe;
	struct site_differences *found;
	struct arena *arena;
};

static struct str value_text(struct arena *a, const struct node *value)
{
	if (!value)
		return STR("");
	struct buf b;
	buf_init(&b, a);
	toml_add_value(&b, value);
	return str_dup(a, buf_str(&b));
}

static struct str where_of(const struct comparing *c, const struct node *value)
{
	struct place at = {0};

	if (value)
		at = source_place(&c->u->sources, value->at.begin);
	return at.source ? str_fmt(c->arena, "%.*s:%u", STR_ARG(at.source->name), at.line)
			 : STR("");
}

static void note(struct comparing *c, struct str key, const struct node *says,
		 const struct node *shows)
{
	*LIST_PUSH(c->arena, &c->found->list) = (struct site_difference){
		.key = key,
		.says = value_text(c->arena, says),
		.shows = value_text(c->arena, shows),
		.where = where_of(c, says),
		.from = shows ? site_probe_source(c->probe, shows) : STR(""),
	};
}

/* The same items, in any order. */
static bool are_same_lists(const struct node *a, const struct node *b)
{
	for (uint32_t i = 0; a->n == b->n && i < a->n; i++) {
		uint32_t k = 0;
		while (k < b->n && !str_eq(a->items[i]->text, b->items[k]->text))
			k++;
		if (k == b->n)
			return false;
	}
	return a->n == b->n;
}

/* 4000 and "4000M" are one amount, "24:00:00" and "1-00:00:00" one time, 22.05 and 22.05.8 one version. */
static bool are_same(struct arena *a, const struct toml_row *row, const struct node *x,
		     const struct node *y)
{
	if (x->kind == NODE_LIST || y->kind == NODE_LIST)
		return x->kind == y->kind && are_same_lists(x, y);
	uint64_t mib[2], seconds[2];
	if (row->kind == TOML_MEMORY && grammar_mib(a, x->text, &mib[0]) &&
	    grammar_mib(a, y->text, &mib[1]))
		return mib[0] == mib[1];
	if (row->kind == TOML_TIME && grammar_limit(a, x->text, &seconds[0]) &&
	    grammar_limit(a, y->text, &seconds[1]))
		return seconds[0] == seconds[1];
	uint32_t release[2];
	if (row->kind == TOML_RELEASE && grammar_release(x->text, &release[0]) &&
	    grammar_release(y->text, &release[1]))
		return release[0] == release[1];
	return str_eq(x->text, y->text);
}

static const struct node *row_named(const struct node *rows, struct str name)
{
	for (uint32_t i = 0; rows && i < rows->n; i++) {
		const struct node *its = node_get(rows->items[i], "name");

		if (its && str_eq(its->text, name))
			return rows->items[i];
	}
	return NULL;
}

static struct str key_of(struct comparing *c, struct str path, struct str name)
{
	return str_fmt(c->arena, "%.*s%s%.*s", STR_ARG(path), path.len > 0 ? "." : "",
		       STR_ARG(name));
}

static void compare_tables(struct comparing *c, const struct node *says, const struct node *shows,
			   const char *group, struct str path);

/* Partitions by their names; kinds of nodes by their place. */
static void compare_rows(struct comparing *c, const struct node *says, const struct node *shows,
			 const struct toml_row *row, struct str path)
{
	for (uint32_t i = 0; i < shows->n; i++) {
		const struct node *name = node_get(shows->items[i], "name");
		struct str called = name ? name->text : str_fmt(c->arena, "%u", (unsigned)i + 1);
		const struct node *other = name                  ? row_named(says, called)
					   : says && i < says->n ? says->items[i]
								 : NULL;

		if (other)
			compare_tables(c, other, shows->items[i], row->arg,
				       key_of(c, path, called));
		else
			note(c, key_of(c, path, called), NULL,
			     name ? name : shows->items[i]->entries[0].value);
	}
	for (uint32_t i = 0; says && i < says->n; i++) {
		const struct node *name = node_get(says->items[i], "name");

		if (name && !row_named(shows, name->text))
			note(c, key_of(c, path, name->text), name, NULL);
	}
}

static void compare_tables(struct comparing *c, const struct node *says, const struct node *shows,
			   const char *group, struct str path)
{
	for (uint32_t i = 0; i < shows->n; i++) {
		const struct entry *e = &shows->entries[i];
		const struct toml_row *row = toml_row_of(&cluster_keys, group, e->key);
		const struct node *other = node_get(says, row->name);
		struct str key = key_of(c, path, e->key);

		if (row->kind == TOML_ROWS)
			compare_rows(c, other, e->value, row, key);
		else if (row->kind == TOML_TABLE)
			compare_tables(c, other, e->value, row->arg, key);
		else if (!other || !are_same(c->arena, row, other, e->value))
			note(c, key, other, e->value);
	}
}

/* Limits that the file has and the site hasn't got. */
static void find_gone(struct comparing *c, const struct node *says, const struct node *shows)
{
	static const enum cluster_key seen[] = {
		CLUSTER_partitions_max_time,
		CLUSTER_partitions_min_nodes,
		CLUSTER_partitions_max_nodes,
		CLUSTER_partitions_max_cpus_per_node,
		CLUSTER_partitions_max_mem_per_node,
		CLUSTER_partitions_exclusive,
		CLUSTER_partitions_accounts,
		CLUSTER_partitions_deny_accounts,
		CLUSTER_partitions_qos,
		CLUSTER_partitions_deny_qos,
		CLUSTER_partitions_default_cpus_per_gpu,
	};
	const struct node *rows = cluster_get(shows, CLUSTER_root_partitions);
	const struct node *theirs = cluster_get(says, CLUSTER_root_partitions);

	for (uint32_t i = 0; rows && i < rows->n; i++) {
		const struct node *name = node_get(rows->items[i], "name");
		const struct node *other = name ? row_named(theirs, name->text) : NULL;

		for (size_t k = 0; other && k < sizeof(seen) / sizeof(*seen); k++) {
			const struct node *value = cluster_get(other, seen[k]);
			bool is_off = value && str_eq_c(value->text, "false");

			if (value && !is_off && !cluster_get(rows->items[i], seen[k]))
				note(c,
				     str_fmt(c->arena, "partitions.%.*s.%s", STR_ARG(name->text),
					     cluster_rows[seen[k]].name),
				     value, NULL);
		}
	}
}

void site_compare(const struct unit *u, struct site_probe *p, struct site_differences *found)
{
	struct comparing c = {.u = u, .probe = p, .found = found, .arena = p->inv->arena};
	const struct node *says = u->site ? u->site->tree : NULL;

	compare_tables(&c, says, p->root, cluster_rows[0].group, STR(""));
	find_gone(&c, says, p->root);
}
