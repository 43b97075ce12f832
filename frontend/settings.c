/* SPDX-License-Identifier: Apache-2.0 */
/* Settings: finds the two files, checks their keys, and takes what the language needs. */
#include "frontend/settings.h"

#include <string.h>

#include "frontend/toml/site_file.h"
#include "ir/grammar/grammar.h"

#define SETTINGS_FILE STR(".hpc-compose/settings.toml")
#define CLUSTER_FILE  STR(".hpc-compose/cluster.toml")

enum {
	MAX_FOLDERS = 40
}; /* looked at, upward, unless the reader knows how many there are */

static void take_text(struct str *text, struct span *at, const struct node *value)
{
	if (!value || str_is_blank(value->text))
		return;
	*text = value->text;
	*at = value->at;
}

/* Programs of a profile stand in front of those of the defaults. */
static void take_binaries(struct unit *u, const struct node *table)
{
	struct settings *s = u->settings;

	for (uint32_t i = 0; table && i < table->n; i++) {
		const struct entry *e = &table->entries[i];
		if (str_is_blank(e->value->text))
			continue;
		struct str path = e->value->text;
		if (str_find(path, '/') != STR_NONE && path.ptr[0] != '/' && s->base.len > 0)
			path = str_fmt(u->arena, "%.*s/%.*s", STR_ARG(s->base), STR_ARG(path));
		uint32_t k = 0;
		while (k < s->binaries.n && !str_eq(s->binaries.items[k].name, e->key))
			k++;
		struct settings_value *v = k < s->binaries.n ? &s->binaries.items[k]
							     : LIST_PUSH(u->arena, &s->binaries);
		*v = (struct settings_value){e->key, path, e->value->at};
	}
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
	take_text(&s->cache_dir, &s->cache_at, node_get(cache, "dir"));
	take_text(&s->cache_dir, &s->cache_at, node_get(table, "cache_dir"));
	take_text(&s->unpack_dir, &s->unpack_at, node_get(cache, "enroot_temp_dir"));
	take_text(&s->unpack_dir, &s->unpack_at, node_get(table, "enroot_temp_dir"));
	take_binaries(u, node_get(table, "binaries"));
	take_text(&s->compose_file, &s->compose_at, node_get(table, "compose_file"));
}

void settings_refuse_profile(struct unit *u, struct span at, struct str name)
{
	const struct node *profiles = u->settings ? u->settings->profiles : NULL;
	struct diag *d = diag_error(&u->diags, at, RULE_R085,
				    span_is_none(at) ? "neither the settings nor a service have a "
						       "profile '%.*s'"
						     : "the settings have no profile '%.*s'",
				    STR_ARG(name));
	if (!u->settings || !u->settings->path.len)
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
		u->settings->profile_at = usual->at;
		if (!chosen)
			settings_refuse_profile(u, usual->at, usual->text);
	}
	if (!chosen)
		return;
	u->settings->profile = chosen->key;
	take_layer(u, chosen->value);
}

static uint64_t port_of(const struct node *table, enum cluster_key key)
{
	const struct node *node = cluster_get(table, key);
	uint64_t port = 0;
	return node && str_to_u64(node->text, &port) ? port : 0;
}

/* Ports that may be used bound those of rendezvous, too, unless these are stated: the upper half, and no more
   than there usually are. */
static void bound_rdzv(struct settings *s, uint64_t first, uint64_t last)
{
	if (s->rdzv_port || s->rdzv_port_base || s->rdzv_port_span)
		return;
	uint64_t half = (last - first + 2) / 2;
	s->rdzv_port_span = half < RDZV_PORT_SPAN ? half : RDZV_PORT_SPAN;
	s->rdzv_port_base = last - s->rdzv_port_span + 1;
}

/* Jobs choose from what rendezvous leaves, on the side that has more; from all where it leaves nothing. */
static void bound_auto(struct settings *s, uint64_t first, uint64_t last)
{
	uint64_t base = s->rdzv_port        ? s->rdzv_port
			: s->rdzv_port_base ? s->rdzv_port_base
					    : RDZV_PORT_BASE;
	uint64_t span = s->rdzv_port_span ? s->rdzv_port_span : RDZV_PORT_SPAN;
	uint64_t end = s->rdzv_port ? base : base + span - 1;
	s->auto_port_first = first;
	s->auto_port_last = last;
	uint64_t below = base > first ? base - first : 0, above = end < last ? last - end : 0;
	if (base > last || end < first || (!below && !above))
		return;
	if (below >= above)
		s->auto_port_last = base - 1;
	else
		s->auto_port_first = end + 1;
}

/* Where one end is open, it is that of the usual range, if that is on the right side. */
static void take_ports(struct settings *s, const struct node *ports)
{
	uint64_t first = port_of(ports, CLUSTER_ports_first),
		 last = port_of(ports, CLUSTER_ports_last);
	if (!first && !last)
		return;
	if (!first)
		first = last < AUTO_PORT_FIRST ? 1 : AUTO_PORT_FIRST;
	if (!last)
		last = first > AUTO_PORT_LAST ? UINT16_MAX : AUTO_PORT_LAST;
	if (last < first)
		return;
	bound_rdzv(s, first, last);
	bound_auto(s, first, last);
}

static void take_cluster(struct unit *u, const struct node *root)
{
	struct settings *s = u->settings;
	const struct node *table = cluster_get(root, CLUSTER_root_distributed);
	const struct node *env = cluster_get(table, CLUSTER_distributed_env);
	const struct node *wire = cluster_get(root, CLUSTER_root_wire);
	s->is_wire_off = wire && str_eq_c(wire->text, "off");
	const struct node *limits = cluster_get(root, CLUSTER_root_limits);
	const struct node *launches = cluster_get(limits, CLUSTER_limits_step_launches);
	if (launches)
		str_to_u64(launches->text, &s->step_launches);
	s->rdzv_port = port_of(table, CLUSTER_distributed_rdzv_port);
	s->rdzv_port_base = port_of(table, CLUSTER_distributed_rdzv_port_base);
	s->rdzv_port_span = port_of(table, CLUSTER_distributed_rdzv_port_span);
	take_ports(s, cluster_get(root, CLUSTER_root_ports));
	uint64_t base = s->rdzv_port_base ? s->rdzv_port_base : RDZV_PORT_BASE;
	uint64_t span = s->rdzv_port_span ? s->rdzv_port_span : RDZV_PORT_SPAN;
	if (base + span - 1 > UINT16_MAX) {
		const struct node *blame =
			cluster_get(table, s->rdzv_port_span ? CLUSTER_distributed_rdzv_port_span
							     : CLUSTER_distributed_rdzv_port_base);
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
	u->site = NULL;
	for (uint32_t i = 0; i < most && folder.len && !settings && !cluster; i++) {
		prefix = str_eq_c(folder, ".") ? STR("")
					       : str_fmt(u->arena, "%.*s/", STR_ARG(folder));
		settings = toml_find(u, folder, SETTINGS_FILE, &settings_keys);
		cluster = toml_find(u, folder, CLUSTER_FILE, &cluster_keys);
		folder = u->diags.n_errors == errors ? parent_of(u, folder) : STR("");
	}
	if (u->diags.n_errors == errors || cluster)
		site_load(u, cluster, cluster ? str_cat(u->arena, prefix, CLUSTER_FILE) : STR(""));
	if (settings || u->site) {
		if (!settings && !cluster)
			prefix = STR("");
		u->settings = ARENA_NEW(u->arena, struct settings);
		u->settings->base = str_slice(prefix, 0, prefix.len ? prefix.len - 1 : 0);
		if (settings)
			u->settings->path = str_cat(u->arena, prefix, SETTINGS_FILE);
		take_settings(u, settings);
		take_cluster(u, u->site ? u->site->tree : NULL);
	}
	return u->diags.n_errors == errors;
}
