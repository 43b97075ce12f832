/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of cluster.toml and settings.toml, and how they are found. */
#include "ir/toml_keys.h"

#include <string.h>

#include "ir/option_ids.gen.h"

#define KEY(group, name, kind, arg, help) {#group, #name, TOML_##kind, arg, help},
const struct toml_row cluster_rows[] = {
#include "ir/cluster_keys.gen.inc"
};
static const struct toml_row settings_rows[] = {
#include "ir/settings_keys.gen.inc"
};
#undef KEY

const struct toml_keys cluster_keys = {"cluster.toml", cluster_rows, N_CLUSTER_KEYS};
const struct toml_keys settings_keys = {"settings.toml", settings_rows,
					sizeof(settings_rows) / sizeof(settings_rows[0])};

const struct toml_row *toml_row_of(const struct toml_keys *keys, const char *group, struct str name)
{
	for (size_t i = 0; i < keys->n; i++)
		if (strcmp(keys->rows[i].group, group) == 0 && str_eq_c(name, keys->rows[i].name))
			return &keys->rows[i];
	return NULL;
}

struct node *cluster_get(const struct node *table, enum cluster_key key)
{
	return node_get(table, cluster_rows[key].name);
}

struct str toml_group_path(struct arena *a, const struct toml_keys *keys, const char *group)
{
	for (size_t i = 0; i < keys->n; i++) {
		const struct toml_row *row = &keys->rows[i];
		if (row->kind < TOML_TABLE || strcmp(row->arg, group) != 0)
			continue;
		struct str above = toml_group_path(a, keys, row->group);
		return str_fmt(a, "%.*s%s%s%s", STR_ARG(above), above.len ? "." : "", row->name,
			       row->kind == TOML_TABLES ? ".<name>" : "");
	}
	return STR("");
}
