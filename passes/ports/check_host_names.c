/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of services as hosts (A26): containers resolve them, a node doesn't. What runs on the host has no
 * hosts file of its own, nor have looks at a port; with x-slurm.names: false nobody has.
 *
 *	REDIS_URL: redis://redis:6379/0		readiness: {type: http, url: "http://web:8000/health"}
 */
#include "passes/checks/check.h"
#include "passes/ports/names.h"

static bool is_name_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       byte_is_in(c, "._-");
}

/* The service that goes by the name, its own or another one. */
static uint32_t service_named(const struct unit *u, struct str name)
{
	uint32_t number = service_number(u, name);
	return number == MAP_NONE ? map_get(&u->pass_state->aliases, name) : number;
}

/* The name of a service at the beginning of a text; empty when there is none. */
static struct str name_at(const struct unit *u, struct str text)
{
	size_t n = 0;
	while (n < text.len && is_name_byte(text.ptr[n]))
		n++;
	struct str name = str_slice(text, 0, n);
	bool ends = n == text.len || byte_is_in(text.ptr[n], ":/?#");
	return ends && service_named(u, name) != MAP_NONE ? name : STR("");
}

/* "name:6379" */
static bool has_port(struct str text, struct str name)
{
	struct str behind = str_from(text, name.len);
	return behind.len > 1 && behind.ptr[0] == ':' && behind.ptr[1] >= '0' &&
	       behind.ptr[1] <= '9';
}

/* A service's name that stands where a host does: //name, @name, name:port. */
static struct str host_in(const struct unit *u, struct str text)
{
	struct str first = name_at(u, text);
	if (first.len && has_port(text, first))
		return first;
	for (size_t i = 1; i < text.len; i++) {
		bool is_host = (text.ptr[i - 1] == '/' && i > 1 && text.ptr[i - 2] == '/') ||
			       text.ptr[i - 1] == '@';
		struct str name = is_host ? name_at(u, str_from(text, i)) : STR("");
		if (name.len)
			return name;
	}
	return STR("");
}

static void advise(const struct subject *s, const struct v_str *value, const char *field,
		   bool is_host)
{
	if (!IS_GIVEN(*value) || value->is_secret)
		return;
	struct str name = is_host ? name_at(s->u, value->v) : STR("");
	if (!name.len || name.len < value->v.len)
		name = host_in(s->u, value->v);
	if (!name.len)
		return;
	struct diag *d =
		subject_warning(s, &value->from, RULE_A26, field,
				"'%.*s' is a service, and no host has its name", STR_ARG(name));
	const struct service *named = s->u->pass_state->services[service_named(s->u, name)];
	diag_help(s->d, d, "write ${run:%.*s.host} for it", STR_ARG(named->head.name));
}

/* REDIS_HOST, db_addr */
static bool is_key_of_host(struct str key)
{
	static const char *const ends[] = {"HOST", "ADDR", "SERVER", "URL"};
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		struct str end = str_c(ends[i]);
		if (key.len >= end.len && str_eq_nocase(str_from(key, key.len - end.len), end))
			return true;
	}
	return false;
}

static void check_words(const struct subject *s, const struct v_command *command, const char *field)
{
	for (uint32_t i = 0; command->form == COMMAND_LIST && i < command->n; i++)
		advise(s, &command->items[i], item_field(s, field, i, ""), false);
}

static void check_names_of(const struct subject *s)
{
	const struct v_map *environment = &s->service->environment;
	if (service_container(s->u, s->service)->is_contained && names_are_on(s->u))
		return;
	for (uint32_t i = 0; i < environment->n; i++) {
		const struct v_pair *pair = &environment->items[i];
		advise(s, &pair->value, str_cat(s->d->arena, STR("environment."), pair->key).ptr,
		       is_key_of_host(pair->key));
	}
	if (IS_SET(s->service->command))
		check_words(s, &s->service->command, "command");
}

/* Looks at a port are made from the node, for containers, too. */
static void check_probe_of(const struct subject *s)
{
	const struct readiness *r = s->service->readiness;
	if (!HAS_RECORD(r) || is_from_healthcheck(r))
		return;
	advise(s, &r->host, "readiness.host", true);
	advise(s, &r->url, "readiness.url", false);
}

static check_fn *const name_checks[] = {check_names_of, check_probe_of};

void check_host_names(const struct unit *u, struct diags *d)
{
	run_service_checks(u, d, name_checks, N_CHECKS(name_checks));
}
