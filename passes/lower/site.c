/* SPDX-License-Identifier: Apache-2.0 */
/* What the site's file gives: values of the plan, and the list of them that the script shows. */
#include "passes/lower/site.h"

#include "ir/text/toml_text.h"

const struct node *site_value(const struct unit *u, enum cluster_key table, enum cluster_key key)
{
	if (!u->site || u->scheduler != PLAN_SCHEDULER_SLURM)
		return NULL;
	return cluster_get(cluster_get(u->site->tree, table), key);
}

static struct origin origin_of(const struct node *value)
{
	return (struct origin){.at = value->at, .kind = ORIGIN_PROFILE};
}

void site_give_bool(const struct unit *u, struct v_bool *value, enum cluster_key table,
		    enum cluster_key key)
{
	const struct node *given = site_value(u, table, key);
	if (given && !IS_GIVEN(*value) && !IS_POISON(*value))
		*value = plan_bool(origin_of(given), str_eq_c(given->text, "true"));
}

struct v_list site_list_before(const struct unit *u, const struct node *list, struct v_list own)
{
	if (!list || !list->n)
		return own;
	struct v_list all = {.from = IS_SET(own) ? own.from : origin_of(list)};
	all.items = ARENA_ARRAY(u->arena, (size_t)list->n + own.n, struct v_str);
	for (uint32_t i = 0; i < list->n; i++)
		all.items[all.n++] = plan_str(origin_of(list->items[i]), list->items[i]->text);
	for (uint32_t i = 0; i < own.n; i++)
		all.items[all.n++] = own.items[i];
	return all;
}

/* "shell.login = true (/etc/hpcc/cluster.toml:12)" */
static void note(struct unit *u, struct v_list *list, const char *table, const struct entry *e)
{
	struct buf b;
	buf_init(&b, u->arena);
	buf_add_fmt(&b, "%s.%.*s = ", table, STR_ARG(e->key));
	toml_add_value(&b, e->value);
	struct place at = source_place(&u->sources, e->value->at.begin);
	if (at.source)
		buf_add_fmt(&b, " (%.*s:%u)", STR_ARG(at.source->name), at.line);
	list->items[list->n++] = plan_str(origin_of(e->value), str_dup(u->arena, buf_str(&b)));
}

static void note_table(struct unit *u, struct v_list *list, const char *name,
		       const struct node *table)
{
	for (uint32_t i = 0; i < table->n; i++) {
		const struct entry *e = &table->entries[i];
		if (e->value->kind == NODE_MAP)
			note_table(u, list, str_fmt(u->arena, "%s.%.*s", name, STR_ARG(e->key)).ptr,
				   e->value);
		else
			note(u, list, name, e);
	}
}

static uint32_t values_in(const struct node *table)
{
	uint32_t n = 0;
	for (uint32_t i = 0; i < table->n; i++)
		n += table->entries[i].value->kind == NODE_MAP ? values_in(table->entries[i].value)
							       : 1;
	return n;
}

void lower_site(struct unit *u)
{
	static const enum cluster_key tables[] = {CLUSTER_root_shell, CLUSTER_root_containers,
						  CLUSTER_root_ports, CLUSTER_root_distributed};
	if (!u->site || u->scheduler != PLAN_SCHEDULER_SLURM)
		return;
	struct v_list *list = &u->plan->site;
	list->items = ARENA_ARRAY(u->arena, values_in(u->site->tree), struct v_str);
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		const struct node *table = cluster_get(u->site->tree, tables[i]);
		if (table)
			note_table(u, list, cluster_rows[tables[i]].name, table);
	}
	if (list->n)
		list->from = list->items[0].from;
}
