/* SPDX-License-Identifier: Apache-2.0 */
/* The way through a Compose file: each key meets its row of ir/facts/compose.keys. */
#include "frontend/convert/convert_parts.h"

#include <string.h>

#include "frontend/frontend.h"
#include "ir/text/schema_text.h"

bool has_health(const struct converter *cv, struct str service, int depth)
{
	const struct node *body = node_get(cv->services, str_to_c(cv->a, service));
	const struct node *check = node_get(body, "healthcheck");
	const struct node *base = node_get(body, "extends");
	if (node_get(body, "readiness"))
		return true;
	if (check && check->kind == NODE_MAP) {
		const struct node *test = node_get(check, "test");
		bool is_list = test && test->kind == NODE_LIST && test->n;
		struct str first = is_list ? test->items[0]->text : test ? test->text : STR("");
		bool is_on = test && !str_eq(first, STR("NONE")) &&
			     !str_eq_nocase(resolved(cv, node_get(check, "disable")), STR("true"));
		return is_on && compose_key_stays(compose_key_find("service", STR("healthcheck")));
	}
	if (base && base->kind == NODE_MAP)
		base = node_get(base, "file") ? NULL : node_get(base, "service");
	return base && base->kind == NODE_STRING && depth < FRONTEND_MAX_DEPTH &&
	       has_health(cv, base->text, depth + 1);
}

/* Paths of records by the parts of a Compose file that are walked. */
static const char *record_path(const char *part)
{
	if (strcmp(part, "service") == 0)
		return "services.<name>";
	if (strcmp(part, "healthcheck") == 0)
		return "services.<name>.healthcheck";
	if (strcmp(part, "network") == 0)
		return "services.<name>.networks.<name>";
	return strcmp(part, "dependency") == 0 ? "services.<name>.depends_on.<name>" : "";
}

static void walk_services(struct converter *cv, const struct spot *s);

static void go_by_row(struct converter *cv, const struct spot *s, const struct compose_key *row)
{
	bool stays = compose_key_stays(row);
	struct str why = str_c(row->text);
	if (row->fate == COMPOSE_GATHER) {
		gather(cv, s);
	} else if (!stays) {
		cut(cv, s, why);
		if (row->fate == COMPOSE_DECIDE)
			decide(cv, "%.*s: %s", STR_ARG(s->path), row->text);
	} else if (row->fate == COMPOSE_INTO) {
		row->into(cv, s);
	} else if (row->fate == COMPOSE_KEEP) {
		fix_variables(cv, s, "");
	} else if (str_eq(s->entry->key, STR("services"))) {
		walk_services(cv, s);
	} else {
		walk_map(cv, s, row->key);
	}
}

/* A key that isn't Compose's: of specs, or an extension. */
static void go_without_row(struct converter *cv, const struct spot *s, const char *part)
{
	const struct record *record = schema_record(str_c(record_path(part)));
	bool is_root = !*record_path(part);
	/* The author's own x-env is none of the language's. */
	if (is_root && !cv->is_spec && record_field(record, s->entry->key) &&
	    str_has_prefix(s->entry->key, "x-"))
		edit_text(cv, place_of(cv, s->entry->key_at.begin),
			  place_of(cv, s->entry->key_at.end),
			  str_fmt(cv->a, "x-own%.*s", STR_ARG(str_from(s->entry->key, 1))));
	if (is_root || !str_has_prefix(s->entry->key, "x-") || record_field(record, s->entry->key))
		return;
	cut(cv, s, STR("keys that begin with x- are for the root"));
}

void walk_map(struct converter *cv, const struct spot *s, const char *part)
{
	for (uint32_t i = 0; s->value->kind == NODE_MAP && i < s->value->n; i++) {
		const struct entry *e = &s->value->entries[i];
		const struct compose_key *row = compose_key_find(part, e->key);
		struct spot below = entry_spot(cv, s, e);
		if (!take_place(cv, e->key_at.begin, PLACE_TAKEN))
			continue;
		if (row && row->fate != COMPOSE_PART)
			go_by_row(cv, &below, row);
		else
			go_without_row(cv, &below, part);
	}
}

static void walk_services(struct converter *cv, const struct spot *s)
{
	for (uint32_t i = 0; s->value->kind == NODE_MAP && i < s->value->n; i++) {
		struct spot below = entry_spot(cv, s, &s->value->entries[i]);
		below.service = below.entry->key;
		below.body = below.value;
		if (below.value->kind != NODE_MAP ||
		    !take_place(cv, below.entry->key_at.begin, PLACE_TAKEN))
			continue;
		if (takes_no_part(below.value)) {
			cut(cv, &below, STR("it takes part only when its profile is asked for"));
			continue;
		}
		walk_map(cv, &below, "service");
		if (!take_place(cv, below.value->at.begin, PLACE_FILLED))
			continue;
		add_needs(cv, &below);
		add_grants(cv, &below);
	}
}
