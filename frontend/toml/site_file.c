/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The site's file: finds the files, lays them over each other. In: three files that may be there; out:
 * unit->site.
 *
 *	~/.config/hpcc/cluster.toml	wire = "off"
 *	/etc/hpcc/cluster.toml		wire = "on"		the first counts
 *					slurm_version = "23.02"	nothing nearer says so
 */
#include "frontend/toml/site_file.h"

#include "frontend/toml.h"
#include "frontend/toml/toml_check.h"
#include "ir/containers.h"
#include "ir/grammar/grammar.h"

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
	if (str_has_prefix(below, ".hpc-compose/"))
		diag_help(&u->diags, d,
			  "to do without it, make a .hpc-compose/settings.toml of your own here: "
			  "it may be empty");
	return false;
}

static struct node *parse(struct unit *u, struct str path, struct str bytes,
			  const struct toml_keys *keys)
{
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
	toml_check(u, root, keys);
	return root;
}

static struct str path_in(struct unit *u, struct str folder, struct str below)
{
	return str_eq_c(folder, ".")
		       ? below
		       : str_fmt(u->arena, "%.*s/%.*s", STR_ARG(folder), STR_ARG(below));
}

struct node *toml_find(struct unit *u, struct str folder, struct str below,
		       const struct toml_keys *keys)
{
	struct str path = path_in(u, folder, below), bytes;
	return find_file(u, folder, below, path, &bytes) ? parse(u, path, bytes, keys) : NULL;
}

static bool is_rows(const struct node *node)
{
	return node->kind == NODE_LIST && node->n && node->items[0]->kind == NODE_MAP;
}

static struct str name_of(const struct node *row)
{
	const struct node *name = node_get(row, "name");
	return name ? name->text : STR("");
}

static struct node *merge(struct arena *a, struct node *near, struct node *far);

/* Rows of both; of those with one name the nearer one with what the farther adds. */
static struct node *merge_rows(struct arena *a, struct node *near, struct node *far)
{
	struct node *all = ARENA_NEW(a, struct node);
	*all = *near;
	all->items = ARENA_ARRAY(a, (size_t)near->n + far->n, struct node *);
	for (uint32_t i = 0; i < near->n; i++)
		all->items[i] = near->items[i];
	for (uint32_t i = 0; i < far->n; i++) {
		uint32_t k = 0;
		while (k < near->n && !str_eq(name_of(near->items[k]), name_of(far->items[i])))
			k++;
		if (k == near->n)
			all->items[all->n++] = far->items[i];
		else
			all->items[k] = merge(a, all->items[k], far->items[i]);
	}
	return all;
}

/* Two trees of cluster.toml as one: what `near` says counts, key by key; partitions go by their names. */
static struct node *merge(struct arena *a, struct node *near, struct node *far)
{
	if (!near || !far)
		return near ? near : far;
	struct node *all = ARENA_NEW(a, struct node);
	*all = *near;
	all->entries = ARENA_ARRAY(a, (size_t)near->n + far->n, struct entry);
	for (uint32_t i = 0; i < near->n; i++)
		all->entries[i] = near->entries[i];
	for (uint32_t i = 0; i < far->n; i++) {
		const struct entry *e = &far->entries[i];
		uint32_t k = 0;
		while (k < near->n && !str_eq(near->entries[k].key, e->key))
			k++;
		if (k == near->n)
			all->entries[all->n++] = *e;
		else if (all->entries[k].value->kind == NODE_MAP && e->value->kind == NODE_MAP)
			all->entries[k].value = merge(a, all->entries[k].value, e->value);
		else if (is_rows(all->entries[k].value) && is_rows(e->value) &&
			 name_of(e->value->items[0]).len)
			all->entries[k].value = merge_rows(a, all->entries[k].value, e->value);
	}
	return all;
}

static struct str variable_of(const struct unit *u, const char *name, bool *is_set)
{
	*is_set = false;
	for (uint32_t i = 0; i < u->process_env.n; i++) {
		if (!str_eq_c(u->process_env.items[i].name, name))
			continue;
		*is_set = true;
		return u->process_env.items[i].value;
	}
	return STR("");
}

static void add_place(struct unit *u, struct site_facts *site, struct str path, struct node *tree)
{
	*LIST_PUSH(u->arena, &u->site_places) = (struct site_place){path, tree != NULL};
	site->tree = merge(u->arena, site->tree, tree);
}

#define SITE_FILE STR("hpcc/cluster.toml")

/* The user's own: below the folder of configurations. */
static void add_user(struct unit *u, struct site_facts *site)
{
	bool is_set;
	struct str folder = variable_of(u, "XDG_CONFIG_HOME", &is_set);
	struct str home = variable_of(u, "HOME", &is_set);
	if (!folder.len && home.len)
		folder = str_fmt(u->arena, "%.*s/.config", STR_ARG(home));
	if (str_has_prefix(folder, "/"))
		add_place(u, site, path_in(u, folder, SITE_FILE),
			  toml_find(u, folder, SITE_FILE, &cluster_keys));
}

/* A file that the environment names counts as one that the command line does. */
static void add_named(struct unit *u, struct site_facts *site, struct str path)
{
	const struct reader *r = &u->reader;
	if (!path.len)
		return;
	struct str bytes, why;
	if (r->read(r->context, u->arena, path, &bytes, &why)) {
		add_place(u, site, path, parse(u, path, bytes, &cluster_keys));
		return;
	}
	struct diag *d = diag_error(&u->diags, SPAN_NONE, RULE_NONE, "HPCC_SITE: '%.*s': %.*s",
				    STR_ARG(path), STR_ARG(why));
	diag_help(&u->diags, d, "an empty HPCC_SITE stands for no file at all");
}

static void add_machine(struct unit *u, struct site_facts *site)
{
	bool is_set;
	struct str named = variable_of(u, "HPCC_SITE", &is_set);
	if (is_set)
		add_named(u, site, named);
	else
		add_place(u, site, path_in(u, STR("/etc"), SITE_FILE),
			  toml_find(u, STR("/etc"), SITE_FILE, &cluster_keys));
}

void site_load(struct unit *u, struct node *nearest, struct str path)
{
	struct site_facts *site = ARENA_NEW(u->arena, struct site_facts);
	*site = (struct site_facts){0};
	u->site = NULL;
	u->site_places.n = 0;
	if (path.len)
		add_place(u, site, path, nearest);
	add_user(u, site);
	add_machine(u, site);
	if (site->tree)
		u->site = site;
}

static void give(uint32_t *version, const struct node *value)
{
	if (!*version && value)
		grammar_release(value->text, version);
}

void site_give_target(struct unit *u)
{
	if (!u->site)
		return;
	const struct node *slurm = cluster_get(u->site->tree, CLUSTER_root_slurm_version);
	if (slurm && !u->target.slurm)
		u->target.slurm_at = slurm->at;
	give(&u->target.slurm, slurm);
	for (size_t i = 0; i < RUNTIME_BACKEND_N; i++) {
		struct str key = str_fmt(u->arena, "%s_version", containers[i].name);
		if (containers[i].oldest)
			give(&u->target.containers[i], node_get(u->site->tree, key.ptr));
	}
}
