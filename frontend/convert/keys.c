/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of Compose files: ir/facts/compose.keys as a table. */
#include "frontend/convert/convert_parts.h"

#include <string.h>

#include "ir/text/schema_text.h"

#define COMPOSE_KEY(part, key, fate, function, field, text)                                        \
	{part, key, COMPOSE_##fate, function, field, text},
const struct compose_key compose_keys[] = {
#include "ir/compose_keys.gen.inc"
};
#undef COMPOSE_KEY
const size_t n_compose_keys = sizeof(compose_keys) / sizeof(*compose_keys);

const struct compose_key *compose_key_find(const char *part, struct str key)
{
	for (size_t i = 0; i < n_compose_keys; i++)
		if (strcmp(compose_keys[i].part, part) == 0 && str_eq_c(key, compose_keys[i].key))
			return &compose_keys[i];
	return NULL;
}

bool compose_key_stays(const struct compose_key *k)
{
	return k->fate <= COMPOSE_WALK && schema_field(str_c(k->field));
}

/* A key that means nothing in a spec, where it stands. */
static bool is_foreign(const char *part, const char *path, struct str key)
{
	const struct compose_key *k = compose_key_find(part, key);
	return k && k->fate != COMPOSE_PART && !record_field(schema_record(str_c(path)), key);
}

static bool is_of_specs(const char *part, const char *path, struct str key)
{
	return record_field(schema_record(str_c(path)), key) && !compose_key_find(part, key);
}

/* Counts the keys of a mapping that only Compose files have; false when it has one of specs. */
static bool count_foreign(const struct node *map, const char *part, const char *path, uint32_t *n)
{
	for (uint32_t i = 0; map->kind == NODE_MAP && i < map->n; i++) {
		if (is_of_specs(part, path, map->entries[i].key))
			return false;
		*n += is_foreign(part, path, map->entries[i].key);
	}
	return true;
}

bool tree_is_of_compose(const struct node *root)
{
	const struct node *services = node_get(root, "services");
	uint32_t n = 0;
	if (!services || services->kind != NODE_MAP || !count_foreign(root, "root", "", &n))
		return false;
	for (uint32_t i = 0; i < services->n; i++)
		if (!count_foreign(services->entries[i].value, "service", "services.<name>", &n))
			return false;
	return n > 0;
}
