/* SPDX-License-Identifier: Apache-2.0 */
/* Settings: finds the two files, checks their keys, and takes what the language needs. */
#include "frontend/settings.h"

#include <string.h>

#include "frontend/toml.h"
#include "ir/grammar/grammar.h"
#include "ir/option_ids.gen.h"

enum {
	MAX_FOLDERS = 40
}; /* looked at, upward, unless the reader knows how many there are */

enum setting {
	SET_VERSION, /* 1 */
	SET_STRING,
	SET_STRINGS, /* list */
	SET_PORT,
	SET_SWITCH, /* "on", "off" */
	SET_SCALAR,
	SET_TABLE,  /* of scalars */
	SET_TABLES, /* of tables of `keys` */
	SET_KEYS,   /* table of `keys` */
};

struct setting_key {
	const char *name;
	enum setting kind;
	const struct setting_key *keys;
};

static const struct setting_key cache_keys[] = {
	{"dir", SET_STRING, NULL},
	{"enroot_temp_dir", SET_STRING, NULL},
	{0},
};

static const struct setting_key layer_keys[] = {
	{"compose_file", SET_STRING, NULL},
	{"env_files", SET_STRINGS, NULL},
	{"cache", SET_KEYS, cache_keys},
	{"cache_dir", SET_STRING, NULL},
	{"enroot_temp_dir", SET_STRING, NULL},
	{"env", SET_TABLE, NULL},
	{0},
};

#define RESOURCE_KEY(key) {#key, SET_SCALAR, NULL},
static const struct setting_key resource_keys[] = {PROFILE_OPTIONS(RESOURCE_KEY){0}};

static const struct setting_key settings_keys[] = {
	{"version", SET_VERSION, NULL},
	{"default_profile", SET_STRING, NULL},
	{"defaults", SET_KEYS, layer_keys},
	{"profiles", SET_TABLES, layer_keys},
	{"resources", SET_TABLES, resource_keys},
	{"resource_profiles", SET_TABLES, resource_keys}, /* another spelling */
	{0},
};

static const struct setting_key distributed_keys[] = {
	{"rdzv_port", SET_PORT, NULL},
	{"rdzv_port_base", SET_PORT, NULL},
	{"rdzv_port_span", SET_PORT, NULL},
	{"env", SET_TABLE, NULL},
	{0},
};

static const struct setting_key cluster_keys[] = {
	{"schema_version", SET_VERSION, NULL},
	{"wire", SET_SWITCH, NULL},
	{"distributed", SET_KEYS, distributed_keys},
	{0},
};

static bool is_scalar(const struct node *node)
{
	return node->kind != NODE_LIST && node->kind != NODE_MAP;
}

static void refuse_kind(struct unit *u, const struct entry *e, const char *wanted)
{
	diag_error(&u->diags, e->value->at, RULE_R013, "%.*s: expected %s, found %s",
		   STR_ARG(e->key), wanted, node_kind_name(e->value->kind));
}

/* What a key is probably meant to be, or NULL. Many keys are another tool's, so slips must be small. */
static const char *nearest_key(struct str name, const struct setting_key *keys)
{
	struct nearest near = nearest_within(name, name.len > 3 ? 2 : 1);
	const char *found = NULL;
	for (; keys->name; keys++)
		if (is_nearest(&near, str_c(keys->name)))
			found = keys->name;
	return found;
}

static void help_key(struct unit *u, struct diag *d, const struct entry *e,
		     const struct setting_key *keys)
{
	const char *near = nearest_key(e->key, keys);
	if (!near)
		return;
	diag_help(&u->diags, d, "did you mean '%s'?", near);
	diag_fix(&u->diags, d, e->key_at, str_c(near));
}

/* The keys of one file that hpcc has no use for: one warning tells of all. */
struct unread {
	struct diag *d;
	uint32_t n;
};

static void tell_unread(struct unit *u, struct unread *unread, const struct entry *e,
			const struct setting_key *keys)
{
	enum {
		MOST_SHOWN = 8
	};
	struct diags *ds = &u->diags;
	unread->n++;
	if (unread->n == 1)
		unread->d = diag_warning(ds, e->key_at, RULE_R005,
					 "hpcc has no use for the key '%.*s'", STR_ARG(e->key));
	else if (unread->n <= MOST_SHOWN)
		diag_note(ds, unread->d, e->key_at, "nor for '%.*s'", STR_ARG(e->key));
	else if (unread->n == MOST_SHOWN + 1)
		diag_note(ds, unread->d, e->key_at, "nor for others, from here on");
	if (unread->n <= MOST_SHOWN)
		help_key(u, unread->d, e, keys);
}

static bool check_strings(struct unit *u, const struct entry *e)
{
	if (e->value->kind != NODE_LIST) {
		refuse_kind(u, e, "an array of strings");
		return false;
	}
	bool is_good = true;
	for (uint32_t i = 0; i < e->value->n; i++) {
		if (e->value->items[i]->kind == NODE_STRING)
			continue;
		diag_error(&u->diags, e->value->items[i]->at, RULE_R013,
			   "%.*s: expected a string, found %s", STR_ARG(e->key),
			   node_kind_name(e->value->items[i]->kind));
		is_good = false;
	}
	return is_good;
}

static bool check_table(struct unit *u, const struct entry *e)
{
	if (e->value->kind != NODE_MAP) {
		refuse_kind(u, e, "a table");
		return false;
	}
	bool is_good = true;
	for (uint32_t i = 0; i < e->value->n; i++) {
		const struct entry *pair = &e->value->entries[i];
		if (!is_scalar(pair->value)) {
			refuse_kind(u, pair, "a string");
			is_good = false;
		} else if (!name_is_variable(pair->key)) {
			diag_error(&u->diags, pair->key_at, RULE_R032,
				   "'%.*s' is no name of a variable", STR_ARG(pair->key));
			is_good = false;
		}
	}
	return is_good;
}

static bool check_switch(struct unit *u, const struct entry *e)
{
	if (str_eq_c(e->value->text, "on") || str_eq_c(e->value->text, "off"))
		return true;
	diag_error(&u->diags, e->value->at, RULE_R014, "%.*s is \"on\" or \"off\", not '%.*s'",
		   STR_ARG(e->key), STR_ARG(e->value->text));
	return false;
}

static bool check_port(struct unit *u, const struct entry *e)
{
	if (e->value->kind != NODE_INT) {
		refuse_kind(u, e, "an integer");
		return false;
	}
	uint64_t port;
	if (str_to_u64(e->value->text, &port) && port && port <= UINT16_MAX)
		return true;
	diag_error(&u->diags, e->value->at, RULE_R016, "%.*s is from 1 to 65535, not %.*s",
		   STR_ARG(e->key), STR_ARG(e->value->text));
	return false;
}

/* Another version may mean other things by the same keys. */
static bool check_version(struct unit *u, const struct entry *e)
{
	if (e->value->kind == NODE_INT && str_eq_c(e->value->text, "1"))
		return true;
	if (!is_scalar(e->value))
		refuse_kind(u, e, "1");
	else
		diag_error(&u->diags, e->value->at, RULE_R007,
			   "%.*s of this file is '%.*s'; the only one that hpcc knows is 1",
			   STR_ARG(e->key), STR_ARG(e->value->text));
	return false;
}

static void check_keys(struct unit *u, struct node *table, const struct setting_key *keys,
		       struct unread *unread);

static bool check_value(struct unit *u, const struct entry *e, const struct setting_key *key,
			struct unread *unread)
{
	switch (key->kind) {
	case SET_VERSION:
		return check_version(u, e);
	case SET_STRING:
		if (e->value->kind == NODE_STRING)
			return true;
		refuse_kind(u, e, "a string");
		return false;
	case SET_STRINGS:
		return check_strings(u, e);
	case SET_PORT:
		return check_port(u, e);
	case SET_SWITCH:
		return check_switch(u, e);
	case SET_SCALAR:
		if (is_scalar(e->value))
			return true;
		refuse_kind(u, e, "a string or an integer");
		return false;
	case SET_TABLE:
		return check_table(u, e);
	case SET_KEYS:
	case SET_TABLES:
		break;
	}
	if (e->value->kind != NODE_MAP) {
		refuse_kind(u, e, "a table");
		return false;
	}
	if (key->kind == SET_KEYS) {
		check_keys(u, e->value, key->keys, unread);
		return true;
	}
	for (uint32_t i = 0; i < e->value->n; i++) {
		const struct entry *named = &e->value->entries[i];
		if (named->value->kind == NODE_MAP)
			check_keys(u, named->value, key->keys, unread);
		else
			refuse_kind(u, named, "a table");
	}
	return true;
}

/* Reports what is wrong in a table, and drops it. A resource profile holds fields of the spec:
   there a key that isn't one is a mistake. */
static void check_keys(struct unit *u, struct node *table, const struct setting_key *keys,
		       struct unread *unread)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < table->n; i++) {
		const struct entry *e = &table->entries[i];
		const struct setting_key *key = keys;
		while (key->name && !str_eq_c(e->key, key->name))
			key++;
		if (!key->name && keys == resource_keys)
			help_key(u,
				 diag_error(&u->diags, e->key_at, RULE_R005, "unknown key '%.*s'",
					    STR_ARG(e->key)),
				 e, keys);
		else if (!key->name)
			tell_unread(u, unread, e, keys);
		else if (check_value(u, e, key, unread))
			table->entries[kept++] = *e;
	}
	table->n = kept;
}

static void take_text(struct str *text, const struct node *value)
{
	if (value && !str_is_blank(value->text))
		*text = value->text;
}

static void take_layer(struct unit *u, const struct node *table)
{
	struct settings *s = u->settings;
	struct settings_layer *layer = LIST_PUSH(u->arena, &s->layers);
	const struct node *files = node_get(table, "env_files"), *env = node_get(table, "env");
	for (uint32_t i = 0; files && i < files->n; i++)
		*LIST_PUSH(u->arena, &layer->env_files) = (struct settings_value){
			.value = files->items[i]->text, .at = files->items[i]->at};
	for (uint32_t i = 0; env && i < env->n; i++)
		*LIST_PUSH(u->arena, &layer->env) =
			(struct settings_value){env->entries[i].key, env->entries[i].value->text,
						env->entries[i].value->at};
	const struct node *cache = node_get(table, "cache");
	take_text(&s->cache_dir, node_get(cache, "dir"));
	take_text(&s->cache_dir, node_get(table, "cache_dir"));
	take_text(&s->unpack_dir, node_get(cache, "enroot_temp_dir"));
	take_text(&s->unpack_dir, node_get(table, "enroot_temp_dir"));
	take_text(&s->compose_file, node_get(table, "compose_file"));
}

void settings_refuse_profile(struct unit *u, struct span at, struct str name)
{
	const struct node *profiles = u->settings ? u->settings->profiles : NULL;
	struct diag *d = diag_error(&u->diags, at, RULE_R085,
				    span_is_none(at) ? "neither the settings nor a service have a "
						       "profile '%.*s'"
						     : "the settings have no profile '%.*s'",
				    STR_ARG(name));
	if (!u->settings)
		diag_help(&u->diags, d, "no .hpc-compose/settings.toml was found from here upward");
	for (uint32_t i = 0; profiles && i < profiles->n; i++)
		diag_note(&u->diags, d, profiles->entries[i].key_at, "there is '%.*s'",
			  STR_ARG(profiles->entries[i].key));
}

/* Both spellings together; a profile of the same name in both is repeated. */
static struct node *all_resources(struct unit *u, const struct node *root)
{
	struct node *first = node_get(root, "resources"),
		    *second = node_get(root, "resource_profiles");
	if (!first || !second)
		return first ? first : second;
	struct node *all = ARENA_NEW(u->arena, struct node);
	*all = (struct node){.kind = NODE_MAP, .at = first->at};
	all->entries = ARENA_ARRAY(u->arena, (size_t)first->n + second->n, struct entry);
	for (uint32_t i = 0; i < first->n; i++)
		all->entries[all->n++] = first->entries[i];
	for (uint32_t i = 0; i < second->n; i++) {
		const struct entry *e = &second->entries[i], *before = node_entry(first, e->key);
		if (!before) {
			all->entries[all->n++] = *e;
			continue;
		}
		struct diag *d = diag_error(&u->diags, e->key_at, RULE_R002,
					    "resource profile '%.*s' is repeated", STR_ARG(e->key));
		diag_note(&u->diags, d, before->key_at, "the first one is here");
	}
	return all;
}

static void take_settings(struct unit *u, const struct node *root)
{
	const struct node *profiles = node_get(root, "profiles");
	const struct node *usual = node_get(root, "default_profile");
	const struct entry *chosen = NULL;
	take_layer(u, node_get(root, "defaults"));
	u->settings->resource_profiles = all_resources(u, root);
	u->settings->profiles = profiles;
	for (uint32_t i = 0; i < u->profiles.n; i++) {
		const struct entry *e = node_entry(profiles, u->profiles.items[i].name);
		u->profiles.items[i].is_setting = e != NULL;
		chosen = e ? e : chosen;
	}
	if (!chosen && usual) {
		chosen = node_entry(profiles, usual->text);
		if (!chosen)
			settings_refuse_profile(u, usual->at, usual->text);
	}
	if (chosen)
		take_layer(u, chosen->value);
}

static uint64_t port_of(const struct node *table, const char *key)
{
	const struct node *node = node_get(table, key);
	uint64_t port = 0;
	return node && str_to_u64(node->text, &port) ? port : 0;
}

static void take_cluster(struct unit *u, const struct node *root)
{
	struct settings *s = u->settings;
	const struct node *table = node_get(root, "distributed"), *env = node_get(table, "env");
	const struct node *wire = node_get(root, "wire");
	s->is_wire_off = wire && str_eq_c(wire->text, "off");
	s->rdzv_port = port_of(table, "rdzv_port");
	s->rdzv_port_base = port_of(table, "rdzv_port_base");
	s->rdzv_port_span = port_of(table, "rdzv_port_span");
	uint64_t base = s->rdzv_port_base ? s->rdzv_port_base : RDZV_PORT_BASE;
	uint64_t span = s->rdzv_port_span ? s->rdzv_port_span : RDZV_PORT_SPAN;
	if (base + span - 1 > UINT16_MAX) {
		const struct node *blame =
			node_get(table, s->rdzv_port_span ? "rdzv_port_span" : "rdzv_port_base");
		diag_error(&u->diags, blame->at, RULE_R016,
			   "ports %u to %u are asked for, but 65535 is the last one",
			   (unsigned)base, (unsigned)(base + span - 1));
	}
	for (uint32_t i = 0; env && i < env->n; i++) {
		const struct entry *e = &env->entries[i];
		if (str_has_prefix(e->key, "HPC_COMPOSE_")) {
			diag_error(&u->diags, e->key_at, RULE_R032,
				   "variables that begin with HPC_COMPOSE_ are hpcc's own");
			continue;
		}
		*LIST_PUSH(u->arena, &s->distributed_env) =
			(struct assignment){e->key, e->value->text};
	}
}

/* Looks for a file; a refusal is an error: what the spec means may hang on it. */
static bool find_file(struct unit *u, struct str folder, struct str below, struct str path,
		      struct str *bytes)
{
	const struct reader *r = &u->reader;
	struct str why;
	if (!r->find)
		return r->read(r->context, u->arena, path, bytes, &why);
	enum found_file found = r->find(r->context, u->arena, folder, below, bytes, &why);
	if (found != FOUND_REFUSED)
		return found == FOUND_FILE;
	struct diag *d =
		diag_error(&u->diags, SPAN_NONE, RULE_NONE, "settings: %.*s", STR_ARG(why));
	if (r->way_out)
		diag_help(&u->diags, d, "%s", r->way_out);
	diag_help(&u->diags, d,
		  "to do without it, make a .hpc-compose/settings.toml of your own here: it may be "
		  "empty");
	return false;
}

/* The checked tree of a settings file, or NULL when there is none. */
static struct node *read_settings(struct unit *u, struct str folder, struct str below,
				  const struct setting_key *keys)
{
	struct str path = str_eq_c(folder, ".")
				  ? below
				  : str_fmt(u->arena, "%.*s/%.*s", STR_ARG(folder), STR_ARG(below)),
		   bytes;
	if (!find_file(u, folder, below, path, &bytes))
		return NULL;
	uint32_t file =
		bytes.len > TOML_MAX_FILE ? UINT32_MAX : source_add(&u->sources, path, bytes);
	if (file == UINT32_MAX) {
		diag_error(&u->diags, SPAN_NONE, RULE_R001, "%.*s is larger than %d KiB",
			   STR_ARG(path), TOML_MAX_FILE >> 10);
		return NULL;
	}
	bool is_good;
	struct node *root = toml_parse(u, file, &is_good);
	u->has_lost_variables |= !is_good;
	check_keys(u, root, keys, &(struct unread){0});
	return root;
}

/* The folder above; empty when there is none. */
static struct str parent_of(struct unit *u, struct str folder)
{
	if (str_eq_c(folder, "/"))
		return STR("");
	if (str_has_prefix(folder, "/")) {
		ptrdiff_t slash = str_find_last(folder, '/');
		return slash ? str_slice(folder, 0, (size_t)slash) : STR("/");
	}
	return str_eq_c(folder, ".") ? STR("..") : str_fmt(u->arena, "%.*s/..", STR_ARG(folder));
}

bool settings_load(struct unit *u, struct str start_folder)
{
	uint32_t errors = u->diags.n_errors;
	struct str folder = start_folder.len ? start_folder : STR(".");
	struct node *settings = NULL, *cluster = NULL;
	struct str prefix = STR("");
	uint32_t most = u->reader.n_folders ? u->reader.n_folders : MAX_FOLDERS;
	u->settings = NULL;
	for (uint32_t i = 0; i < most && folder.len && !settings && !cluster; i++) {
		prefix = str_eq_c(folder, ".") ? STR("")
					       : str_fmt(u->arena, "%.*s/", STR_ARG(folder));
		settings =
			read_settings(u, folder, STR(".hpc-compose/settings.toml"), settings_keys);
		cluster = read_settings(u, folder, STR(".hpc-compose/cluster.toml"), cluster_keys);
		folder = u->diags.n_errors == errors ? parent_of(u, folder) : STR("");
	}
	if (settings || cluster) {
		u->settings = ARENA_NEW(u->arena, struct settings);
		u->settings->base = str_slice(prefix, 0, prefix.len ? prefix.len - 1 : 0);
		if (settings)
			u->settings->path =
				str_cat(u->arena, prefix, STR(".hpc-compose/settings.toml"));
		take_settings(u, settings);
		take_cluster(u, cluster);
	}
	return u->diags.n_errors == errors;
}
