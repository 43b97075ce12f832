/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the probe write with: a tree of cluster.toml, and where each value was seen. */
#include "driver/cluster/site_probe.h"

#include <string.h>

struct node *probe_table(struct site_probe *p)
{
	struct node *table = ARENA_NEW(p->inv->arena, struct node);

	*table = (struct node){.kind = NODE_MAP};
	table->entries = ARENA_ARRAY(p->inv->arena, N_CLUSTER_KEYS, struct entry);
	return table;
}

static struct node *new_node(struct site_probe *p, enum node_kind kind, struct str text)
{
	struct node *node = ARENA_NEW(p->inv->arena, struct node);

	*node = (struct node){.kind = kind, .text = text};
	return node;
}

static void add(struct node *table, enum cluster_key key, struct node *value)
{
	table->entries[table->n++] =
		(struct entry){.key = str_c(cluster_rows[key].name), .value = value};
}

static void note_source(struct site_probe *p, const struct node *value, const char *from)
{
	*LIST_PUSH(p->inv->arena, &p->sources) = (struct probe_source){value, from};
}

void probe_put(struct site_probe *p, struct node *table, enum cluster_key key, enum node_kind kind,
	       struct str value, const char *from)
{
	struct node *node = new_node(p, kind, value);

	add(table, key, node);
	note_source(p, node, from);
}

static struct node *put_empty_list(struct site_probe *p, struct node *table, enum cluster_key key,
				   size_t most)
{
	struct node *list = ARENA_NEW(p->inv->arena, struct node);

	*list = (struct node){.kind = NODE_LIST};
	list->items = ARENA_ARRAY(p->inv->arena, most, struct node *);
	add(table, key, list);
	return list;
}

void probe_put_list(struct site_probe *p, struct node *table, enum cluster_key key, struct str text,
		    char byte, const char *from)
{
	struct node *list = put_empty_list(p, table, key, text.len + 1);

	note_source(p, list, from);
	struct str one;
	while (text.len > 0) {
		text = str_split(text, byte, &one);
		one = str_trim(one);
		if (one.len > 0)
			list->items[list->n++] =
				new_node(p, NODE_STRING, str_dup(p->inv->arena, one));
	}
}

struct node *probe_put_table(struct site_probe *p, struct node *table, enum cluster_key key)
{
	struct node *below = probe_table(p);

	add(table, key, below);
	return below;
}

struct node *probe_add_row(struct site_probe *p, struct node *table, enum cluster_key key)
{
	enum {
		MOST_ROWS = 4096
	};
	struct node *list = cluster_get(table, key);

	if (!list)
		list = put_empty_list(p, table, key, MOST_ROWS);
	struct node *row = probe_table(p);
	if (list->n < MOST_ROWS)
		list->items[list->n++] = row;
	return row;
}

struct str site_probe_source(void *probe, const struct node *value)
{
	const struct site_probe *p = probe;

	for (uint32_t i = 0; i < p->sources.n; i++)
		if (p->sources.items[i].value == value)
			return str_c(p->sources.items[i].from);
	return STR("");
}

struct str scontrol_field(struct str line, const char *key)
{
	size_t n = strlen(key);
	struct str word;

	while (line.len > 0) {
		line = str_split(line, ' ', &word);
		if (word.len <= n || word.ptr[n] != '=' || !str_has_prefix(word, key))
			continue;
		word = str_from(word, n + 1);
		return str_eq_c(word, "(null)") || str_eq_c(word, "N/A") ? STR("") : word;
	}
	return STR("");
}
