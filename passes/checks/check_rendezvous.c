/* SPDX-License-Identifier: Apache-2.0 */
/* Rendezvous: names to look up (R078 to R081), records to publish (R079, R082). */
#include "passes/checks/check.h"

static void check_not_zero(const struct subject *s, const struct v_uint *value, enum rule_id rule,
			   const char *field)
{
	if (IS_SET(*value) && !value->v)
		subject_error(s, &value->from, rule, field, "must be at least 1, not 0");
}

#define NAME_RULE "a name is letters, digits, '.', '_' and '-', and neither '.' nor '..'"

static void check_names(const struct subject *s, const struct v_list *names)
{
	struct map tokens = {0};
	const char *field = "x-slurm.rendezvous.discover";
	for (uint32_t i = 0; i < names->n; i++) {
		const struct v_str *name = &names->items[i];
		if (!IS_SET(*name))
			continue;
		const char *item = names->n > 1 ? item_field(s, field, i, "") : field;
		if (!name_is_rendezvous(name->v)) {
			struct diag *d =
				subject_error(s, &name->from, RULE_R079, item,
					      "'%.*s' is no rendezvous name", STR_ARG(name->v));
			diag_help(s->d, d, NAME_RULE);
			continue;
		}
		struct str token = name_rendezvous_token(s->d->arena, name->v);
		uint32_t first = map_put(&tokens, s->d->arena, token, i);
		if (first == MAP_NONE)
			continue;
		struct diag *d = subject_error(
			s, &name->from, RULE_R080, item,
			"'%.*s' and '%.*s' would both set HPC_COMPOSE_RDZV_%.*s_URL",
			STR_ARG(names->items[first].v), STR_ARG(name->v), STR_ARG(token));
		diag_note(s->d, d, names->items[first].from.at, "the first one is here");
	}
}

static void check_lookup(const struct subject *s)
{
	const struct lookup *lookup = s->slurm->rendezvous;
	if (!HAS_RECORD(lookup))
		return;
	if (IS_SET(lookup->discover) && !lookup->discover.n)
		subject_error(s, &lookup->discover.from, RULE_R078, "x-slurm.rendezvous.discover",
			      "no name is listed");
	if (!IS_POISON(lookup->discover))
		check_names(s, &lookup->discover);
	check_not_zero(s, &lookup->timeout_seconds, RULE_R081,
		       "x-slurm.rendezvous.timeout_seconds");
}

static void check_metadata(const struct subject *s, const struct v_map *metadata)
{
	for (uint32_t i = 0; i < metadata->n; i++) {
		struct origin from = {.at = metadata->items[i].key_at};
		if (!name_is_rendezvous(metadata->items[i].key))
			subject_error(s, &from, RULE_R082, "x-slurm.rendezvous.register.metadata",
				      "a key is letters, digits, '.', '_' and '-', not '%.*s'",
				      STR_ARG(metadata->items[i].key));
	}
}

static void check_registration(const struct subject *s)
{
	const struct provider *provider = s->step->rendezvous;
	const struct registration *r = HAS_RECORD(provider) ? provider->registration : NULL;
	if (!HAS_RECORD(r))
		return;
	if (IS_SET(r->name) && !name_is_rendezvous(r->name.v)) {
		struct diag *d = subject_error(s, &r->name.from, RULE_R079,
					       "x-slurm.rendezvous.register.name",
					       "'%.*s' is no rendezvous name", STR_ARG(r->name.v));
		diag_help(s->d, d, NAME_RULE);
	}
	check_not_zero(s, &r->port, RULE_R082, "x-slurm.rendezvous.register.port");
	check_not_zero(s, &r->ttl_seconds, RULE_R082, "x-slurm.rendezvous.register.ttl_seconds");
	if (IS_SET(r->protocol) && !name_is_protocol(r->protocol.v))
		subject_error(s, &r->protocol.from, RULE_R082,
			      "x-slurm.rendezvous.register.protocol",
			      "a protocol is letters, digits, '+', '.' and '-', not '%.*s'",
			      STR_ARG(r->protocol.v));
	if (IS_SET(r->path) && r->path.v.len && r->path.v.ptr[0] != '/') {
		struct diag *d = subject_error(s, &r->path.from, RULE_R082,
					       "x-slurm.rendezvous.register.path",
					       "the path of the URL must begin with '/'");
		diag_help(s->d, d, "write /%.*s", STR_ARG(r->path.v));
	}
	check_metadata(s, &r->metadata);
}

static check_fn *const root_checks[] = {
	check_lookup,
};

static check_fn *const service_checks[] = {
	check_registration,
};

void check_rendezvous(const struct unit *u, struct diags *d)
{
	run_root_checks(u, d, root_checks, N_CHECKS(root_checks));
	run_service_checks(u, d, service_checks, N_CHECKS(service_checks));
}
