/* SPDX-License-Identifier: Apache-2.0 */
/* Names of services as hosts: what Compose knows them by, beside their own names. */
#include "frontend/convert/convert_parts.h"

#include "ir/grammar/grammar.h"

/* Another service has it, by its own name or by one that stands before. */
static bool is_of_another(const struct converter *cv, const struct spot *s, struct str name)
{
	static const char *const keys[] = {"container_name", "hostname"};
	bool is_before = true;
	for (uint32_t i = 0; i < cv->services->n; i++) {
		const struct entry *e = &cv->services->entries[i];
		if (str_eq(e->key, s->service)) {
			is_before = false;
			continue;
		}
		if (str_eq_nocase(e->key, name))
			return true;
		for (size_t k = 0; is_before && k < sizeof(keys) / sizeof(keys[0]); k++) {
			const struct node *other = node_get(e->value, keys[k]);
			if (other && str_eq_nocase(resolved(cv, other), name))
				return true;
		}
	}
	return false;
}

static void convert_name(struct converter *cv, const struct spot *s)
{
	struct str name = resolved(cv, s->value);
	if (!name_is_host(name) || str_eq_nocase(name, STR("localhost")))
		cut(cv, s, STR("it is no name by which a host could be found"));
	else if (is_of_another(cv, s, name))
		cut(cv, s, STR("another service has the name"));
	else
		fix_variables(cv, s, "");
}

void convert_service_hostname(struct converter *cv, const struct spot *s)
{
	convert_name(cv, s);
}

void convert_service_container_name(struct converter *cv, const struct spot *s)
{
	convert_name(cv, s);
}

/* "db", "db:database" */
void convert_service_links(struct converter *cv, const struct spot *s)
{
	for (uint32_t i = 0; s->value->kind == NODE_LIST && i < s->value->n; i++) {
		struct spot below = item_spot(cv, s, i);
		struct str target;
		if (!take_place(cv, written_at(&below).begin, PLACE_TAKEN))
			continue;
		str_split(resolved(cv, below.value), ':', &target);
		if (!target.len || !node_get(cv->services, str_to_c(cv->a, target)))
			cut(cv, &below, STR("there is no such service"));
		else
			fix_variables(cv, &below, "");
	}
}

void convert_service_networks(struct converter *cv, const struct spot *s)
{
	for (uint32_t i = 0; s->value->kind == NODE_MAP && i < s->value->n; i++) {
		struct spot below = entry_spot(cv, s, &s->value->entries[i]);
		if (take_place(cv, below.entry->key_at.begin, PLACE_TAKEN))
			walk_map(cv, &below, "network");
	}
	if (s->value->kind == NODE_LIST)
		fix_variables(cv, s, "");
}
