/* SPDX-License-Identifier: Apache-2.0 */
/* Binding of lists and mappings of strings: plain lists, environments, commands, sweep values. */
#include "frontend/bind/bind.h"

#include <string.h>

#include "frontend/variables/variables.h"
#include "frontend/yaml/yaml_hints.h"

/* The items of a list as texts; poisoned items stay in place, so that numbers keep their meaning.
   Blank ones are left out where the row says so. */
static struct v_str *bind_items(const struct site *s, uint32_t *n)
{
	struct v_str *items = ARENA_ARRAY(s->u->arena, s->node->n, struct v_str);
	*n = 0;
	for (uint32_t i = 0; i < s->node->n; i++) {
		struct scope scope;
		struct site site = site_of_item(s, i, &scope);
		struct v_str *item = &items[*n];
		bool is_fine = bind_text(&site, item);
		if (is_fine && is_left_blank(s->field, item))
			continue;
		if (is_fine && s->field->words && bind_word(&site, item->v) < 0)
			item->from.kind = ORIGIN_POISON;
		++*n;
	}
	return items;
}

void bind_list(const struct site *s, void *value)
{
	struct v_list *list = value;
	if (!expect_kind(s, NODE_LIST, "a list", &list->from))
		return;
	list->items = bind_items(s, &list->n);
}

void bind_one_or_list(const struct site *s, void *value)
{
	struct v_list *list = value;
	list->from = origin_of(s->node);
	if (s->node->kind == NODE_LIST) {
		list->items = bind_items(s, &list->n);
		return;
	}
	if (s->node->kind == NODE_NULL || s->node->kind == NODE_MAP) {
		complain_kind(s, "a string or a list");
		list->from.kind = ORIGIN_POISON;
		return;
	}
	list->is_lone = true;
	list->n = 1;
	list->items = ARENA_NEW(s->u->arena, struct v_str);
	if (!bind_text(s, list->items))
		list->from.kind = ORIGIN_POISON;
	else if (is_left_blank(s->field, list->items))
		*list = (struct v_list){0};
	else
		list->from = list->items[0].from;
}

enum {
	INDEX_FROM = 16
};

void env_put(struct env_builder *b, struct v_pair pair)
{
	uint32_t at = MAP_NONE;
	if (b->pairs.n == INDEX_FROM && !b->index.n)
		for (uint32_t i = 0; i < b->pairs.n; i++)
			map_put(&b->index, b->arena, b->pairs.items[i].key, i);
	if (b->index.n) {
		at = map_get(&b->index, pair.key);
	} else {
		for (uint32_t i = 0; i < b->pairs.n && at == MAP_NONE; i++)
			if (str_eq(b->pairs.items[i].key, pair.key))
				at = i;
	}
	if (at != MAP_NONE) {
		b->pairs.items[at] = pair;
		return;
	}
	if (b->index.n)
		map_put(&b->index, b->arena, pair.key, b->pairs.n);
	*LIST_PUSH(b->arena, &b->pairs) = pair;
}

/* R032: names of variables are names. */
static bool check_variable(const struct site *s, struct str name, struct span at,
			   const struct entry *entry, bool is_secret)
{
	bool may_have_dots = s->field->kind == KIND_ENV;
	if (may_have_dots ? name_is_of_environment(name) : name_is_variable(name))
		return true;
	struct diag *d = diag_error_about(
		&s->u->diags, at, RULE_R032, scope_subject(s->u->arena, s->scope->up),
		"'%.*s' is no name for a variable", STR_ARG(is_secret ? STR(REDACTED) : name));
	if (entry && yaml_hint_key(s->u, d, entry))
		return false;
	diag_help(&s->u->diags, d, "a name is letters, digits%s, and begins with no digit",
		  may_have_dots ? ", '_' and '.'" : " and '_'");
	return false;
}

static void bind_pairs(const struct site *s, struct v_map *map, bool has_variables)
{
	struct v_pair *pairs = ARENA_ARRAY(s->u->arena, s->node->n, struct v_pair);
	uint32_t n = 0;
	for (uint32_t i = 0; i < s->node->n; i++) {
		const struct entry *entry = &s->node->entries[i];
		struct scope scope;
		struct site site = site_of_entry(s, entry, &scope);
		struct v_pair *pair = &pairs[n];
		*pair = (struct v_pair){.key = entry->key, .key_at = entry->key_at};
		if (has_variables &&
		    !check_variable(&site, entry->key, entry->key_at, entry, false))
			continue;
		bind_text(&site, &pair->value);
		pair->value.is_secret |= has_variables && variable_is_secret_name(entry->key);
		n++;
	}
	map->items = pairs;
	map->n = n;
}

void bind_map(const struct site *s, void *value)
{
	struct v_map *map = value;
	if (!expect_kind(s, NODE_MAP, "a mapping", &map->from))
		return;
	bind_pairs(s, map, strcmp(s->field->arg, "variable") == 0);
}

/* "NAME: value" in quotes. */
static void hint_assignment(const struct site *s, struct diag *d, struct str text)
{
	struct str name, value = str_split(text, ':', &name);
	if (name.len == text.len || !name_is_variable(name))
		return;
	diag_help(&s->u->diags, d, "an item of a list is NAME=value: write '%.*s=%.*s'",
		  STR_ARG(name), STR_ARG(str_trim(value)));
}

/* One `K=V`. False when it is wrong. */
static bool bind_assignment(const struct site *s, struct v_pair *pair)
{
	struct v_str text = {0};
	if (!bind_text(s, &text))
		return false;
	ptrdiff_t equals = str_find(text.v, '=');
	if (equals == STR_NONE) {
		struct diag *d =
			site_error(s, s->node->at, RULE_R031, "'%.*s' has no '='", STR_ARG(text.v));
		if (name_is_variable(text.v))
			diag_help(&s->u->diags, d,
				  "write '%.*s=${%.*s}' to pass on the value it has when compiling",
				  STR_ARG(text.v), STR_ARG(text.v));
		else if (!text.is_secret)
			hint_assignment(s, d, text.v);
		return false;
	}
	pair->key = str_slice(text.v, 0, (size_t)equals);
	pair->key_at = s->node->at;
	pair->value = text;
	pair->value.v = str_from(text.v, (size_t)equals + 1);
	pair->value.is_secret |= variable_is_secret_name(pair->key);
	return check_variable(s, pair->key, s->node->at, NULL, text.is_secret);
}

void bind_env(const struct site *s, void *value)
{
	struct v_map *map = value;
	map->from = origin_of(s->node);
	if (s->node->kind == NODE_MAP) {
		bind_pairs(s, map, true);
		return;
	}
	if (s->node->kind != NODE_LIST) {
		complain_kind(s, "a mapping, or a list of NAME=value");
		map->from.kind = ORIGIN_POISON;
		return;
	}
	struct env_builder b = {.arena = s->u->arena};
	for (uint32_t i = 0; i < s->node->n; i++) {
		struct scope scope;
		struct site site = site_of_item(s, i, &scope);
		struct v_pair pair = {0};
		if (bind_assignment(&site, &pair))
			env_put(&b, pair);
	}
	map->items = b.pairs.items;
	map->n = b.pairs.n;
}

/* The string form is shell text and left alone; variables are replaced in the items of a list. */
void bind_command(const struct site *s, void *value)
{
	struct v_command *command = value;
	command->from = origin_of(s->node);
	if (s->node->kind == NODE_NULL || s->node->kind == NODE_MAP) {
		complain_kind(s, "a string or a list");
		command->from.kind = ORIGIN_POISON;
		return;
	}
	if (s->node->kind == NODE_LIST) {
		command->form = COMMAND_LIST;
		command->items = bind_items(s, &command->n);
		for (uint32_t i = 0; i < command->n; i++)
			command->is_secret |= command->items[i].is_secret;
		if (!command->n) {
			site_error(s, s->node->at, RULE_R013,
				   "expected at least one word, found an empty list");
			command->from.kind = ORIGIN_POISON;
		}
		return;
	}
	struct field literal = *s->field;
	literal.bits &= ~(unsigned)FIELD_INTERP;
	struct site site = {s->u, s->scope, &literal, s->node};
	struct v_str text = {0};
	bind_text(&site, &text);
	command->from = text.from;
	command->text = text.v;
	command->is_secret = text.is_secret;
}

static bool bind_sweep_value(const struct site *s, struct v_str *value)
{
	if (s->node->kind == NODE_NULL || s->node->kind == NODE_LIST || s->node->kind == NODE_MAP) {
		site_error(s, s->node->at, RULE_R156,
			   "expected a string, a number or a boolean, found %s",
			   node_kind_name(s->node->kind));
		return false;
	}
	return bind_text(s, value);
}

static void bind_parameter(const struct site *s, struct v_map *values)
{
	if (!expect_kind(s, NODE_LIST, "a list", &values->from))
		return;
	if (!s->node->n) {
		site_error(s, s->node->at, RULE_R154, "a parameter needs a value");
		values->from.kind = ORIGIN_POISON;
	}
	values->items = ARENA_ARRAY(s->u->arena, s->node->n, struct v_pair);
	for (uint32_t i = 0; i < s->node->n; i++) {
		struct scope scope;
		struct site site = site_of_item(s, i, &scope);
		struct v_pair *pair = &values->items[i];
		*pair = (struct v_pair){.key = s->scope->key, .key_at = s->scope->at};
		if (!bind_sweep_value(&site, &pair->value)) {
			pair->value.from.kind = ORIGIN_POISON;
			values->from.kind = ORIGIN_POISON;
		}
	}
	values->n = s->node->n;
}

void bind_values(const struct site *s, void *value)
{
	struct v_records *list = value;
	if (!expect_kind(s, NODE_MAP, "a mapping of parameters to lists of values", &list->from))
		return;
	if (!s->node->n) {
		diag_error(&s->u->diags, s->node->at, RULE_R154, "'sweep.parameters' is empty");
		list->from.kind = ORIGIN_POISON;
	}
	const struct entry **entries = sorted_entries(s->u->arena, s->node);
	struct v_map *items = ARENA_ARRAY(s->u->arena, s->node->n, struct v_map);
	for (uint32_t i = 0; i < s->node->n; i++) {
		struct scope scope;
		struct site site = site_of_entry(s, entries[i], &scope);
		bind_parameter(&site, &items[i]);
		if (items[i].from.kind == ORIGIN_POISON)
			list->from.kind = ORIGIN_POISON;
	}
	list->items = items;
	list->n = s->node->n;
}
