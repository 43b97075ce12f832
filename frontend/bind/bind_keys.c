/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Complaints about keys: unknown ones (with the nearest known key, or the place where the key
 * would be right), keys that stand in each other's way. bind_borrowed.c knows those of other
 * languages.
 */
#include "frontend/bind/bind.h"

#include <string.h>

#include "frontend/yaml/yaml_hints.h"
#include "ir/options.h"

static bool is_usable(const struct key_set *set, const struct field *f)
{
	return !(f->bits & FIELD_WHEN) || !set->variant || field_is_for(f, set->variant);
}

enum {
	MAX_SLIP = 2 /* letters that fingers get wrong in one word */
};

/* The known key nearest to the unknown one; keys that are not yet written come first. */
static const struct field *nearest_field(const struct key_set *set, struct str key)
{
	unsigned limit = slips_allowed(key);
	unsigned best = 2 * limit + 2;
	const struct field *found = NULL;
	for (size_t i = 0; i < set->record->n_fields; i++) {
		const struct field *f = &set->record->fields[i];
		unsigned distance = str_distance(key, (struct str){f->key, f->key_length}, limit);
		unsigned cost = 2 * distance + (set->entries[i] != NULL);
		if (distance <= limit && cost < best && is_usable(set, f)) {
			best = cost;
			found = f;
		}
	}
	return found;
}

/* The longer one begins with the words of the stem, as timeout_seconds does with timeout, or ends
   with them, as max_restarts does with restarts. */
static bool has_stem(struct str longer, struct str stem, bool at_end)
{
	if (stem.len < 3 || longer.len < stem.len + 2)
		return false;
	size_t rest = longer.len - stem.len;
	if (at_end)
		return longer.ptr[rest - 1] == '_' && str_eq_nocase(str_from(longer, rest), stem);
	return longer.ptr[stem.len] == '_' && str_eq_nocase(str_slice(longer, 0, stem.len), stem);
}

/* The only known key that the unknown one is a part of, or that is a part of it. */
static const struct field *stem_field(const struct key_set *set, struct str key)
{
	for (int at_end = 0; at_end < 2; at_end++) {
		const struct field *found = NULL;
		unsigned n = 0;
		for (size_t i = 0; i < set->record->n_fields; i++) {
			const struct field *f = &set->record->fields[i];
			struct str name = {f->key, f->key_length};
			if (!is_usable(set, f) ||
			    (!has_stem(name, key, at_end) && !has_stem(key, name, at_end)))
				continue;
			found = f;
			n++;
		}
		if (n)
			return n == 1 ? found : NULL;
	}
	return NULL;
}

/* The path below `record` under which key is known, nearest level first; empty when nowhere. */
static struct str path_below(struct arena *a, const struct record *record, struct str key,
			     unsigned levels)
{
	for (size_t i = 0; i < record->n_fields; i++) {
		const struct field *f = &record->fields[i];
		if (f->sub && !(f->bits & FIELD_RESOLVED) && record_field(f->sub, key))
			return f->kind == KIND_NAMED ? str_fmt(a, "%s.<name>", f->key)
						     : str_c(f->key);
	}
	for (size_t i = 0; levels && i < record->n_fields; i++) {
		const struct field *f = &record->fields[i];
		if (!f->sub || f->bits & FIELD_RESOLVED)
			continue;
		struct str rest = path_below(a, f->sub, key, levels - 1);
		if (rest.len)
			return str_fmt(a, f->kind == KIND_NAMED ? "%s.<name>.%.*s" : "%s.%.*s",
				       f->key, STR_ARG(rest));
	}
	return STR("");
}

/* Says where the key would be right. False when it is known nowhere. */
static bool help_elsewhere(const struct site *s, struct diag *d, struct str key)
{
	struct diags *ds = &s->u->diags;
	struct arena *a = s->u->arena;
	struct str below = path_below(a, s->scope->record, key, 0);
	if (below.len) {
		diag_help(ds, d, "'%.*s' belongs one level down, under '%.*s'", STR_ARG(key),
			  STR_ARG(below));
		return true;
	}
	for (const struct scope *up = s->scope->up; up; up = up->up) {
		if (!up->record || !record_field(up->record, key))
			continue;
		struct str path = scope_path(a, up);
		if (up->up)
			diag_help(ds, d, "'%.*s' belongs further up, directly under '%.*s'",
				  STR_ARG(key), STR_ARG(path));
		else
			diag_help(ds, d, "'%.*s' belongs at the root of the file", STR_ARG(key));
		return true;
	}
	below = path_below(a, s->scope->record, key, 2);
	if (below.len) {
		diag_help(ds, d, "'%.*s' is a key of '%.*s'", STR_ARG(key), STR_ARG(below));
		return true;
	}
	below = path_below(a, &record_job, key, 4);
	if (below.len)
		diag_help(ds, d,
			  str_has_prefix(below, "services.") ? "'%.*s' is a key of '%.*s'"
							     : "'%.*s' is a key of '%.*s' at the "
							       "root of the file",
			  STR_ARG(key), STR_ARG(below));
	return below.len != 0;
}

/* What was glued to its value is written, though not understood. */
static void mean_glued(const struct key_set *set, struct str text)
{
	struct str key;
	str_split(text, ':', &key);
	const struct field *f = record_field(set->record, key);
	if (f)
		set->is_meant[f - set->record->fields] = true;
}

static void complain_unknown(const struct site *s, const struct key_set *set,
			     const struct entry *entry)
{
	struct diags *ds = &s->u->diags;
	struct str path = scope_path(s->u->arena, s->scope);
	struct diag *d = diag_error(ds, entry->key_at, RULE_R005, "unknown key '%.*s' in %.*s",
				    STR_ARG(entry->key), STR_ARG(path));
	if (yaml_hint_key(s->u, d, entry)) {
		mean_glued(set, entry->key);
		return;
	}
	if (hint_is_service(s, d, entry) || help_option(s, d, entry))
		return;
	/* A slip of the keys, the key by its stem, one of another place; else the nearest. */
	const struct field *nearest = nearest_field(set, entry->key);
	unsigned distance = nearest ? str_distance(entry->key, str_c(nearest->key), MAX_SLIP) : 0;
	bool is_slip = nearest && distance <= MAX_SLIP && entry->key.len > 2 * distance + 1;
	const struct field *near = is_slip ? nearest : stem_field(set, entry->key);
	if (!near && help_elsewhere(s, d, entry->key))
		return;
	if (!near)
		near = nearest;
	if (!near)
		return;
	diag_help(ds, d, "did you mean '%s'?", near->key);
	size_t i = (size_t)(near - set->record->fields);
	if (!set->entries[i])
		set->is_meant[i] = true;
	if (!set->entries[i] && near == nearest && distance <= MAX_SLIP && entry->key.len > 3)
		diag_fix(ds, d, entry->key_at, str_c(near->key));
}

/* Keys that begin x-, of the root and of services. */
static const struct {
	const char *key;
	const struct record *record; /* its value */
	bool is_service;
} extensions[] = {{"x-slurm", &record_slurm, false},
		  {"x-env", &record_env_setup, false},
		  {"x-runtime", &record_service_runtime, true},
		  {"x-enroot", &record_service_enroot, true}};

/* An anchor stands between key and value: that is what such a key is for. */
static bool has_anchor(const struct unit *u, const struct entry *entry)
{
	struct span gap = {entry->key_at.end, entry->value->at.begin};
	return entry->value->trail || gap.end < gap.begin ||
	       str_find(source_text(&u->sources, gap), '&') != STR_NONE;
}

static bool has_key_of(const struct node *map, const struct record *record)
{
	for (uint32_t i = 0; map->kind == NODE_MAP && i < map->n; i++)
		if (record_field(record, map->entries[i].key))
			return true;
	return false;
}

/* The key is a known one with a slip, or with an ending: x-slrum, x-environment. Two slips in a
   key as short as x-env tell nothing unless the value fits as well. */
static bool is_near_extension(const struct entry *entry, size_t i)
{
	struct str known = str_c(extensions[i].key), key = entry->key;
	unsigned limit = slips_allowed(key);
	unsigned distance = str_distance(key, known, limit);
	char next = key.len > known.len ? key.ptr[known.len] : '\0';
	bool is_longer = str_eq_nocase(str_slice(key, 0, known.len), known) &&
			 ((next | 0x20) >= 'a' && (next | 0x20) <= 'z');
	bool does_fit = has_key_of(entry->value, extensions[i].record);
	bool is_short = known.len <= strlen("x-env");
	return is_longer || distance <= 1 || (distance <= limit && (!is_short || does_fit));
}

/* A17. Compose's extension fields are left alone; a misspelt key of hpcc's would be, too. */
static void advise_extension(const struct site *s, const struct key_set *set,
			     const struct entry *entry)
{
	struct diags *ds = &s->u->diags;
	for (size_t i = 0; i < sizeof(extensions) / sizeof(extensions[0]); i++) {
		if (has_anchor(s->u, entry) || !is_near_extension(entry, i))
			continue;
		const char *known = extensions[i].key;
		struct diag *d = diag_warning(ds, entry->key_at, RULE_A17,
					      "'%.*s' is left alone, as every key of your own that "
					      "begins with 'x-'",
					      STR_ARG(entry->key));
		if (extensions[i].is_service && str_eq_c(entry->key, known))
			diag_help(ds, d, "'%s' is a key of a service: write it there", known);
		else if (extensions[i].is_service)
			diag_help(ds, d, "did you mean '%s'? it is a key of a service", known);
		else
			diag_help(ds, d, "did you mean '%s'?", known);
		bool is_free = !extensions[i].is_service &&
			       !set->entries[record_field(set->record, str_c(known)) -
					     set->record->fields];
		if (is_free && has_key_of(entry->value, extensions[i].record))
			diag_fix(ds, d, entry->key_at, str_c(known));
		return;
	}
}

void complain_key(const struct site *s, const struct key_set *set, const struct entry *entry)
{
	const struct record *record = set->record;
	struct diags *ds = &s->u->diags;
	if (record == &record_job && str_has_prefix(entry->key, "x-")) {
		advise_extension(s, set, entry);
		return;
	}
	if (diags_are_full(ds)) {
		diag_error(ds, entry->key_at, RULE_R005, "unknown key");
		return;
	}
	const struct slurm_option *option = option_of_key(entry->key);
	if (record == &record_step && option && option->classes & OPTION_CLASS_ACCOUNT) {
		struct diag *d = site_error(s, entry->key_at, RULE_R060,
					    "one allocation has one '%.*s', so a service "
					    "can't choose its own",
					    STR_ARG(entry->key));
		diag_help(ds, d, "write it under 'x-slurm' at the root of the file");
		return;
	}
	if (record == &record_sweep && str_eq_c(entry->key, "spec")) {
		struct diag *d = diag_error(ds, entry->key_at, RULE_R017,
					    "'sweep.spec' names another spec, but a sweep belongs "
					    "to the file that holds it");
		diag_help(ds, d, "put the 'sweep' block into that file");
		return;
	}
	if (!complain_borrowed(s, set, entry))
		complain_unknown(s, set, entry);
}

void complain_variant(const struct site *s, const struct key_set *set, const struct field *f)
{
	const struct entry *entry = set->entries[f - set->record->fields];
	struct str path = scope_path(s->u->arena, s->scope);
	struct str types = str_c(f->when);
	struct diag *d = diag_error(&s->u->diags, entry->key_at, RULE_R005,
				    "unknown key '%.*s' in %.*s: it has type '%s'",
				    STR_ARG(entry->key), STR_ARG(path), set->variant);
	diag_help(&s->u->diags, d, "'%s' goes with type %.*s", f->key, STR_ARG(types));
}

static const struct entry *written(const struct key_set *set, const char *key)
{
	const struct field *f = record_field(set->record, str_c(key));
	const struct entry *entry = f ? set->entries[f - set->record->fields] : NULL;
	return entry && entry->value->kind != NODE_NULL ? entry : NULL;
}

static void poison_key(struct key_set *set, const char *key)
{
	size_t i = (size_t)(record_field(set->record, str_c(key)) - set->record->fields);
	set->entries[i] = NULL;
	set->is_meant[i] = true;
}

/* `modules` is short for `x-env.modules`; one scope has one of them. */
static void check_modules(const struct site *s, struct key_set *set)
{
	struct diags *ds = &s->u->diags;
	const struct entry *modules = written(set, "modules"), *setup = written(set, "x-env");
	if (!modules || !setup)
		return;
	if (setup->value->kind != NODE_MAP) {
		struct diag *d = site_error(s, setup->value->at, RULE_R106,
					    "'x-env' is %s where 'modules' needs a mapping",
					    node_kind_name(setup->value->kind));
		diag_note(ds, d, modules->key_at, "'modules' is here");
		poison_key(set, "x-env");
		return;
	}
	const struct entry *other = node_entry(setup->value, STR("modules"));
	if (!other)
		return;
	struct diag *d = site_error(s, modules->key_at, RULE_R105,
				    "'modules' and 'x-env.modules' can't stand together");
	diag_note(ds, d, other->key_at, "'x-env.modules' is here");
	diag_help(ds, d, "move all modules into one of the two lists");
	poison_key(set, "modules");
}

static void check_script(const struct site *s, struct key_set *set)
{
	static const char *const rivals[] = {"command", "entrypoint"};
	struct diags *ds = &s->u->diags;
	const struct entry *script = written(set, "script");
	struct diag *d = NULL;
	for (size_t i = 0; script && i < 2; i++) {
		const struct entry *rival = written(set, rivals[i]);
		if (!rival)
			continue;
		if (!d)
			d = site_error(s, script->key_at, RULE_R086,
				       "'script' is the whole command, so '%s' can't stand "
				       "beside it",
				       rivals[i]);
		diag_note(ds, d, rival->key_at, "'%s' is here", rivals[i]);
		poison_key(set, rivals[i]);
	}
}

/* Even a disabled healthcheck can't stand beside readiness. */
static void check_readiness(const struct site *s, struct key_set *set)
{
	struct diags *ds = &s->u->diags;
	const struct entry *readiness = written(set, "readiness");
	const struct entry *check = written(set, "healthcheck");
	if (!readiness || !check)
		return;
	struct diag *d = site_error(s, check->key_at, RULE_R090,
				    "'readiness' and 'healthcheck' can't stand together");
	diag_note(ds, d, readiness->key_at, "'readiness' is here");
	diag_help(ds, d, "keep 'readiness'");
	poison_key(set, "healthcheck");
}

void complain_keys_together(const struct site *s, struct key_set *set)
{
	if (set->record == &record_job) {
		check_modules(s, set);
	} else if (set->record == &record_service) {
		check_modules(s, set);
		check_script(s, set);
		check_readiness(s, set);
	}
}
