/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Other names of services (E13): they are names of hosts, and each leads to one service.
 *
 *	db: {hostname: data base}		no name of a host
 *	a: {container_name: x}, b: {hostname: X}	one name for two services
 */
#include "passes/checks/check.h"
#include "passes/ports/names.h"

struct looking {
	const struct unit *u;
	struct diags *d;
	struct arena scratch;
	alias_list aliases;
	struct map services; /* names in capitals, to launch numbers */
	struct map seen;     /* the same, to places among the aliases */
};

static struct str name_of(const struct unit *u, uint32_t service)
{
	return u->pass_state->services[service]->head.name;
}

static struct diag *complain(struct looking *l, const struct host_alias *alias, struct str text)
{
	struct arena *a = l->d->arena;
	struct str path = str_fmt(a, "services.%.*s.%.*s", STR_ARG(name_of(l->u, alias->said_by)),
				  STR_ARG(alias->given.field));
	return diag_error_about(l->d, alias->given.value->from.at, RULE_E13,
				(struct diag_subject){.path = path}, "%.*s", STR_ARG(text));
}

static void check_form(struct looking *l, const struct host_alias *alias)
{
	struct diag *d = complain(
		l, alias,
		str_fmt(l->d->arena, "'%.*s' is no name of a host", STR_ARG(alias->given.name)));
	diag_help(
		l->d, d,
		"letters, digits, '-' and '_', with dots between parts that begin with a letter or "
		"digit; 'localhost' is taken");
}

static void complain_owner(struct looking *l, const struct host_alias *alias, uint32_t owner,
			   const char *what)
{
	struct str name = name_of(l->u, owner);
	struct diag *d = complain(l, alias,
				  str_fmt(l->d->arena, "'%.*s' leads to %s '%.*s'",
					  STR_ARG(alias->given.name), what, STR_ARG(name)));
	diag_note(l->d, d, service_at(l->u->pass_state->services[owner]), "'%.*s' is here",
		  STR_ARG(name));
}

static void check_owner(struct looking *l, const struct host_alias *alias)
{
	uint32_t owner = map_get(&l->services, str_upper(&l->scratch, alias->given.name));
	if (owner != MAP_NONE && owner != alias->service)
		complain_owner(l, alias, owner, "the service");
	if (owner != MAP_NONE)
		return;
	owner = host_numbered(l->u, alias->given.name);
	bool is_first = owner == alias->service && str_has_suffix(alias->given.name, "-1");
	if (owner != MAP_NONE && !is_first)
		complain_owner(l, alias, owner, "a node of");
}

static void check_twice(struct looking *l, uint32_t i)
{
	const struct host_alias *alias = &l->aliases.items[i];
	struct str key = str_upper(&l->scratch, alias->given.name);
	uint32_t before = map_get(&l->seen, key);
	if (before == MAP_NONE) {
		map_put(&l->seen, &l->scratch, key, i);
		return;
	}
	const struct host_alias *other = &l->aliases.items[before];
	if (other->service == alias->service)
		return;
	struct diag *d = complain(l, alias,
				  str_fmt(l->d->arena, "'%.*s' is a name of '%.*s' already",
					  STR_ARG(alias->given.name),
					  STR_ARG(name_of(l->u, other->service))));
	diag_note(l->d, d, other->given.value->from.at, "it has the name here");
}

static void check_link(struct looking *l, const struct host_alias *alias)
{
	struct diag *d = complain(
		l, alias,
		str_fmt(l->d->arena, "there is no service '%.*s'", STR_ARG(alias->given.target)));
	if (!diags_are_full(l->d))
		suggest_service(l->u, l->d, d, l->u->pass_state->services[alias->said_by],
				alias->given.target, alias->given.value->from.at);
}

void check_host_aliases(const struct unit *u, struct diags *d)
{
	struct looking l = {.u = u, .d = d};
	arena_init(&l.scratch);
	l.aliases = host_aliases(u, &l.scratch);
	for (uint32_t i = u->pass_state->n; l.aliases.n && i-- > 0;) {
		const struct v_str *copied = &u->plan->services.items[i].copy_of;
		map_put(&l.services, &l.scratch, str_upper(&l.scratch, name_of(u, i)), i);
		if (IS_SET(*copied))
			map_put(&l.services, &l.scratch, str_upper(&l.scratch, copied->v), i);
	}
	for (uint32_t i = 0; i < l.aliases.n; i++) {
		const struct host_alias *alias = &l.aliases.items[i];
		bool is_plain_link = str_eq(alias->given.target, alias->given.name);
		if (alias->service == MAP_NONE) {
			check_link(&l, alias);
		} else if (is_plain_link) {
			continue;
		} else if (!name_is_host(alias->given.name) ||
			   str_eq_nocase(alias->given.name, STR("localhost"))) {
			check_form(&l, alias);
		} else {
			check_owner(&l, alias);
			check_twice(&l, i);
		}
	}
	arena_free(&l.scratch);
}
