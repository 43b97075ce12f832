/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Profiles of services: one that names some takes part when one of them is on, by --profile or COMPOSE_PROFILES,
 * or when a service that takes part depends on it. The others leave the tree before anything is bound.
 *
 *	services: {debug: {profiles: [tools]}}		hpcc --profile tools
 */
#include "frontend/profiles.h"

#include "frontend/settings.h"
#include "frontend/variables/variables.h"

struct chooser {
	struct unit *u;
	const struct node *services;
	bool *takes_part;
	LIST(uint32_t) todo;    /* those whose dependencies haven't been looked at */
	struct str by_variable; /* COMPOSE_PROFILES */
};

static bool is_on(const struct chooser *c, struct str name)
{
	for (uint32_t i = 0; i < c->u->profiles.n; i++)
		if (str_eq(c->u->profiles.items[i].name, name) ||
		    str_eq_c(c->u->profiles.items[i].name, "*"))
			return true;
	struct str rest = c->by_variable, one;
	while (rest.len) {
		rest = str_split(rest, ',', &one);
		one = str_trim(one);
		if (str_eq(one, name) || str_eq_c(one, "*"))
			return true;
	}
	return false;
}

/* The list of profiles, or NULL; what else stands there is told. */
static const struct node *profiles_of(struct chooser *c, const struct entry *service)
{
	struct diags *ds = &c->u->diags;
	const struct node *value = node_get(service->value, "profiles");
	if (!value || value->kind == NODE_NULL || value->is_poison)
		return NULL;
	const struct node *wrong = value->kind == NODE_LIST ? NULL : value;
	for (uint32_t i = 0; !wrong && i < value->n; i++)
		if (value->items[i]->kind == NODE_LIST || value->items[i]->kind == NODE_MAP ||
		    value->items[i]->kind == NODE_NULL)
			wrong = value->items[i];
	if (!wrong)
		return value;
	if (wrong->is_poison)
		return NULL;
	struct diag *d = diag_error(ds, wrong->at, RULE_R013,
				    "services.%.*s.profiles: expected a list of names, found %s",
				    STR_ARG(service->key), node_kind_name(wrong->kind));
	diag_help(ds, d, "write profiles: [NAME]");
	return NULL;
}

static void take(struct chooser *c, uint32_t i)
{
	if (c->takes_part[i])
		return;
	c->takes_part[i] = true;
	*LIST_PUSH(c->u->arena, &c->todo) = i;
}

static void take_named(struct chooser *c, struct str name)
{
	const struct entry *entry = node_entry(c->services, name);
	if (entry)
		take(c, (uint32_t)(entry - c->services->entries));
}

static void take_dependencies(struct chooser *c, const struct node *depends)
{
	for (uint32_t i = 0; depends && i < depends->n; i++) {
		if (depends->kind == NODE_MAP)
			take_named(c, depends->entries[i].key);
		else if (depends->items[i]->kind == NODE_STRING)
			take_named(c, depends->items[i]->text);
	}
}

/* Names that no service has, and the settings haven't either. */
static void check_names(struct chooser *c, bool is_known[])
{
	for (uint32_t i = 0; i < c->u->profiles.n; i++) {
		const struct profile_name *p = &c->u->profiles.items[i];
		if (!is_known[i] && !p->is_setting && !str_eq_c(p->name, "*"))
			settings_refuse_profile(c->u, SPAN_NONE, p->name);
	}
}

static bool choose(struct chooser *c, bool is_known[])
{
	bool is_choice = false;
	for (uint32_t i = 0; i < c->services->n; i++) {
		const struct node *profiles = profiles_of(c, &c->services->entries[i]);
		bool is_wanted = !profiles || !profiles->n;
		for (uint32_t k = 0; profiles && k < profiles->n; k++) {
			struct str name = profiles->items[k]->text;
			is_wanted |= is_on(c, name);
			for (uint32_t p = 0; p < c->u->profiles.n; p++)
				is_known[p] |= str_eq(c->u->profiles.items[p].name, name);
		}
		is_choice |= node_get(c->services->entries[i].value, "profiles") != NULL;
		if (is_wanted)
			take(c, i);
	}
	for (uint32_t i = 0; i < c->todo.n; i++) {
		const struct node *service = c->services->entries[c->todo.items[i]].value;
		take_dependencies(c, node_get(service, "depends_on"));
	}
	return is_choice;
}

/* The services that take part, without `profiles`. */
static struct node *chosen(struct chooser *c)
{
	struct arena *a = c->u->arena;
	struct node *copy = ARENA_NEW(a, struct node);
	*copy = *c->services;
	copy->entries = ARENA_ARRAY(a, c->services->n, struct entry);
	copy->n = 0;
	for (uint32_t i = 0; i < c->services->n; i++) {
		const struct entry *e = &c->services->entries[i];
		if (!c->takes_part[i])
			continue;
		copy->entries[copy->n] = *e;
		if (node_get(e->value, "profiles"))
			copy->entries[copy->n].value = node_without(a, e->value, "profiles");
		copy->n++;
	}
	copy->index = NULL;
	node_make_index(a, copy);
	return copy;
}

void profiles_choose(struct unit *u)
{
	const struct node *services = node_get(u->tree, "services");
	bool is_map = services && services->kind == NODE_MAP;
	static const struct node none = {.kind = NODE_MAP};
	struct chooser c = {.u = u, .services = is_map ? services : &none};
	const struct variable *on = variable_find(u, STR("COMPOSE_PROFILES"));
	c.by_variable = on ? on->value : STR("");
	c.takes_part = ARENA_ARRAY(u->arena, c.services->n, bool);
	bool *is_known = ARENA_ARRAY(u->arena, u->profiles.n, bool);
	bool is_choice = choose(&c, is_known);
	check_names(&c, is_known);
	if (!is_choice)
		return;
	struct node *left = chosen(&c);
	if (!left->n) {
		struct diag *d = diag_error(&u->diags, services->entries[0].key_at, RULE_E16,
					    "no service takes part: all have profiles, and none of "
					    "these is on");
		diag_help(&u->diags, d, "name one with --profile, or in COMPOSE_PROFILES");
		u->has_lost_base = true;
	}
	u->tree = node_with(u->arena, u->tree, services, left);
}
