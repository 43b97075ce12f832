/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names: by which containers reach services, and the hosts files that say where they are. What differs
 * between the files is who is on the same node, so there is one for each set of nodes:
 *
 *	cache on {0}: names cache, redis	web on {0}: file 0	train on {0, 1}: file 1
 */
#include "passes/ports/names.h"

#include "passes/lower/copies.h"

bool names_are_on(const struct unit *u)
{
	const struct slurm *slurm = unit_slurm(u);
	return !IS_SET(slurm->names) || slurm->names.v;
}

uint32_t host_numbered(const struct unit *u, struct str name)
{
	struct str stem;
	uint64_t k;
	uint32_t service = name_is_numbered(name, &stem, &k) ? service_number(u, stem) : MAP_NONE;
	if (service == MAP_NONE || k > u->pass_state->placement[service].set.count)
		return MAP_NONE;
	return service;
}

alias_list host_aliases(const struct unit *u, struct arena *a)
{
	alias_list list = {0};
	for (uint32_t i = 0; i < u->pass_state->n; i++) {
		/* Those of a service with copies are its first one's. */
		if (is_further_copy(u, i))
			continue;
		given_names names = names_given(a, u->pass_state->services[i]);
		for (uint32_t k = 0; k < names.n; k++) {
			const struct given_name *given = &names.items[k];
			*LIST_PUSH(a, &list) = (struct host_alias){
				.given = *given,
				.service = given->is_link ? service_number(u, given->target) : i,
				.said_by = i,
			};
		}
	}
	return list;
}

typedef LIST(struct v_str) name_list;

/* A name of a host that nobody has yet. What isn't one, or has two owners, check_host_aliases.c reports. */
static void give(struct unit *u, struct map *owners, name_list *names, uint32_t service,
		 struct origin from, struct str name, bool is_secret)
{
	struct str key = str_upper(u->arena, name);
	if (!name_is_host(name) || str_eq_c(key, "LOCALHOST") ||
	    map_put(owners, u->arena, key, service) != MAP_NONE)
		return;
	struct v_str *v = LIST_PUSH(u->arena, &names[service]);
	*v = plan_str(from, name);
	v->is_secret = is_secret;
}

static void lower_host_names(struct unit *u, const alias_list *aliases)
{
	struct plan *plan = u->plan;
	struct map owners = {0};
	name_list *names = ARENA_ARRAY(u->arena, plan->services.n, name_list);
	for (uint32_t i = 0; i < plan->services.n; i++)
		give(u, &owners, names, i, plan->services.items[i].head.from,
		     plan->services.items[i].name.v, false);
	for (uint32_t i = 0; i < plan->services.n; i++) {
		const struct plan_service *s = &plan->services.items[i];
		if (IS_SET(s->copy_of) && !is_further_copy(u, i))
			give(u, &owners, names, i, s->head.from, s->copy_of.v, false);
	}
	for (uint32_t i = 0; i < aliases->n; i++) {
		const struct host_alias *alias = &aliases->items[i];
		if (alias->service != MAP_NONE)
			give(u, &owners, names, alias->service, alias->given.value->from,
			     alias->given.name, alias->given.value->is_secret);
	}
	for (uint32_t i = 0; i < plan->services.n; i++) {
		if (!names[i].n)
			continue;
		struct v_list *list = &plan->services.items[i].host_names;
		list->from = origin_derived(names[i].items[0].from);
		list->items = names[i].items;
		list->n = names[i].n;
	}
}

/* The author's own file stands there. */
static bool mounts_hosts(const struct service *s)
{
	for (uint32_t i = 0; i < s->volumes.n; i++)
		if (str_eq_c(s->volumes.items[i].container, "/etc/hosts"))
			return true;
	return false;
}

static void lower_hosts_files(struct unit *u)
{
	struct map files = {0};
	uint32_t n = 0;
	for (uint32_t i = 0; i < u->plan->services.n; i++) {
		const struct service *s = u->pass_state->services[i];
		struct plan_service *p = &u->plan->services.items[i];
		if (!service_container(u, s)->is_contained ||
		    !u->pass_state->placement[i].has_set || mounts_hosts(s))
			continue;
		uint32_t number = map_get(&files, p->node_set.text);
		if (number == MAP_NONE) {
			number = n++;
			map_put(&files, u->arena, p->node_set.text, number);
		}
		p->hosts_file = plan_uint(origin_derived(p->head.from), number);
	}
	if (n)
		u->plan->hosts_files = plan_uint(origin_derived(u->plan->services.from), n);
}

void lower_names(struct unit *u)
{
	alias_list aliases = host_aliases(u, u->arena);
	for (uint32_t i = 0; i < aliases.n; i++)
		map_put(&u->pass_state->aliases, u->arena, aliases.items[i].given.name,
			aliases.items[i].service);
	if (!names_are_on(u))
		return;
	lower_hosts_files(u);
	if (IS_SET(u->plan->hosts_files))
		lower_host_names(u, &aliases);
}
