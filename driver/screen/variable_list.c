/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hpcc config --variables: each variable that the spec speaks of, in the order of its first use.
 *
 *	TAG=7.2            .env:1:5
 *	                   services.app.image, compose.yaml:4:12
 */
#include "driver/screen/variable_list.h"

#include <jansson.h>

#include "driver/json.h"
#include "driver/screen/style.h"
#include "frontend/variables/variables.h"
#include "ir/support/secret.h"

struct str place_text(const struct compilation *c, struct span at)
{
	if (span_is_none(at))
		return STR("");
	struct place place = source_place(&c->unit.sources, at.begin);
	return str_fmt(c->inv->arena, "%.*s:%u:%u", STR_ARG(place.source->name), place.line,
		       place.column);
}

struct str variable_origin(const struct compilation *c, const struct variable *v)
{
	static const char *const words[] = {
		[VARIABLE_DOTENV] = ".env",
		[VARIABLE_SETTINGS] = "the settings",
		[VARIABLE_PROCESS] = "the environment",
		[VARIABLE_SECRET] = "secrets",
		[VARIABLE_COMMAND_LINE] = "--env",
		[VARIABLE_SWEEP] = "the sweep",
	};
	struct str place = place_text(c, v->at);

	if (v->source == VARIABLE_SECRET && place.len > 0)
		return str_cat(c->inv->arena, STR("secrets, "), place);
	return place.len > 0 ? place : str_c(words[v->source]);
}

static struct str text_shown(const struct compilation *c, struct str text)
{
	return secrets_redact(c->inv->arena, &c->unit.diags.secrets, text, 0);
}

struct str variable_shown(const struct compilation *c, const struct variable *v)
{
	return v->is_secret ? STR(REDACTED) : text_shown(c, v->value);
}

/* What a use takes: the value of the variable, or of its default. */
struct taken {
	struct str value, origin;
	const char *role;
	bool is_secret;
};

static struct taken taken_by(const struct compilation *c, const struct variable_use *use)
{
	static const char *const roles[] = {[USE_VALUE] = "value",
					    [USE_DEFAULT] = "default",
					    [USE_INSTEAD] = "instead",
					    [USE_MISSING] = "missing"};
	const struct variable *v = variable_find(&c->unit, use->name);
	struct taken t = {.role = roles[use->role], .is_secret = v && v->is_secret};

	if (use->role == USE_DEFAULT) {
		t.value = text_shown(c, use->fallback);
		t.origin = STR("the default");
	} else if (v) {
		t.value = variable_shown(c, v);
		t.origin = variable_origin(c, v);
	} else {
		t.origin = STR("not set");
	}
	return t;
}

static bool is_first(const struct unit *u, uint32_t i)
{
	for (uint32_t k = 0; k < i; k++)
		if (str_eq(u->variable_uses.items[k].name, u->variable_uses.items[i].name))
			return false;
	return true;
}

static json_t *use_json(const struct compilation *c, const struct variable_use *use)
{
	struct arena *a = c->inv->arena;
	struct taken t = taken_by(c, use);
	json_t *one = json_pack("{s:o, s:s, s:o}", "field", json_visible(a, use->path), "takes",
				t.role, "place", json_visible(a, place_text(c, use->at)));

	if (use->role == USE_DEFAULT)
		json_object_set_new(one, "default", json_visible(a, t.value));
	return one;
}

static void print_json(const struct compilation *c)
{
	const struct unit *u = &c->unit;
	struct arena *a = c->inv->arena;
	json_t *list = json_array();

	for (uint32_t i = 0; i < u->variable_uses.n; i++) {
		const struct variable *v = variable_find(u, u->variable_uses.items[i].name);
		json_t *uses = json_array();

		if (!is_first(u, i)) {
			json_decref(uses);
			continue;
		}
		for (uint32_t k = i; k < u->variable_uses.n; k++)
			if (str_eq(u->variable_uses.items[k].name, u->variable_uses.items[i].name))
				json_array_append_new(uses,
						      use_json(c, &u->variable_uses.items[k]));
		json_array_append_new(
			list,
			json_pack("{s:o, s:o, s:o, s:b, s:o}", "name",
				  json_visible(a, u->variable_uses.items[i].name), "value",
				  v ? json_visible(a, variable_shown(c, v)) : json_null(), "origin",
				  v ? json_visible(a, variable_origin(c, v)) : json_null(),
				  "is_secret", v && v->is_secret, "uses", uses));
	}
	json_print(list);
}

static void print_use(const struct compilation *c, const struct variable_use *use)
{
	struct arena *a = c->inv->arena;

	printf("    %.*s, %.*s\n", STR_ARG(str_visible(a, use->path, VISIBLE_LINE)),
	       STR_ARG(str_visible(a, place_text(c, use->at), VISIBLE_LINE)));
}

static void print_head(const struct compilation *c, const struct variable_use *use)
{
	struct style style = style_for(c->inv, stdout);
	struct arena *a = c->inv->arena;
	struct taken t = taken_by(c, use);
	struct str head = str_fmt(a, "%.*s=%.*s", STR_ARG(use->name), STR_ARG(t.value));

	if (use->role == USE_MISSING || (use->role == USE_INSTEAD && t.value.len == 0))
		head = use->name;
	printf("%s%.*s%s  %s%.*s%s\n", style.bold, STR_ARG(padded(a, head, 24)), style.off,
	       style.dim, STR_ARG(str_visible(a, t.origin, VISIBLE_LINE)), style.off);
}

/* Another default of the same variable has a line of its own. */
static bool is_same(const struct compilation *c, const struct variable_use *x,
		    const struct variable_use *y)
{
	return str_eq(x->name, y->name) && str_eq(taken_by(c, x).origin, taken_by(c, y).origin) &&
	       str_eq(taken_by(c, x).value, taken_by(c, y).value);
}

void variables_print(struct compilation *c)
{
	const struct unit *u = &c->unit;
	const struct variable_use *uses = u->variable_uses.items;
	bool *is_done = ARENA_ARRAY(c->inv->arena, u->variable_uses.n, bool);

	if (c->inv->options.format == FORMAT_JSON) {
		print_json(c);
		return;
	}
	for (uint32_t i = 0; i < u->variable_uses.n; i++) {
		if (is_done[i])
			continue;
		print_head(c, &uses[i]);
		for (uint32_t k = i; k < u->variable_uses.n; k++) {
			if (is_done[k] || !is_same(c, &uses[i], &uses[k]))
				continue;
			is_done[k] = true;
			print_use(c, &uses[k]);
		}
	}
	if (u->variable_uses.n == 0)
		printf("the spec uses no variables\n");
}
