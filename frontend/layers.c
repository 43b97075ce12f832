/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files beside the leaf: those that its root includes lie below it, those that the command line names behind it
 * lie over it, each as `extends` lays one over another. Included files may not speak of one service twice.
 *
 *	include: [db.yaml, {path: cache.yaml}]		hpcc -f compose.yaml -f site.yaml
 *	services: {api: {ports: !reset [], environment: !override {A: 1}}}
 */
#include "frontend/extends.h"

static bool is_text(const struct node *node)
{
	return node->kind == NODE_STRING && !node->is_poison;
}

/* A service that both have; one file may be included by several. */
static void check_services(struct loader *l, const struct node *one, const struct node *other,
			   struct span via)
{
	const struct node *mine = node_get(one, "services"), *theirs = node_get(other, "services");
	if (!mine || mine->kind != NODE_MAP || !theirs || theirs->kind != NODE_MAP)
		return;
	for (uint32_t i = 0; i < theirs->n; i++) {
		const struct entry *entry = node_entry(mine, theirs->entries[i].key);
		if (!entry || entry->value->at.begin == theirs->entries[i].value->at.begin)
			continue;
		struct diags *ds = &l->u->diags;
		struct diag *d = diag_error(ds, entry->key_at, RULE_E16,
					    "service '%.*s' is in an included file, too",
					    STR_ARG(entry->key));
		diag_note(ds, d, theirs->entries[i].key_at, "the other one is here");
		diag_note(ds, d, via, "included here");
		diag_help(ds, d,
			  "'extends' lays one service over another, and 'hpcc -f A -f B' files");
	}
}

struct included {
	struct node *below; /* all so far, later ones over earlier; NULL: none */
};

static void include_file(struct loader *l, struct included *all, const struct node *value)
{
	if (!is_text(value)) {
		if (!value->is_poison)
			diag_error(&l->u->diags, value->at, RULE_E16,
				   "a file to include is named by its path, not by %s",
				   node_kind_name(value->kind));
		l->u->has_lost_base = true;
		return;
	}
	struct str holder = source_at(&l->u->sources, value->at.begin)->name;
	struct str path = path_beside(l->u->arena, holder, value->text);
	struct node *root = l->load(l, path, value->at, ASKED_INCLUDES);
	if (!root) {
		l->u->has_lost_base = true;
		return;
	}
	if (all->below)
		check_services(l, root, all->below, value->at);
	all->below = all->below ? extends_merge(l, all->below, root, NULL, MERGE_ROOT) : root;
}

static void include_files(struct loader *l, struct included *all, const struct node *value)
{
	if (value->kind != NODE_LIST) {
		include_file(l, all, value);
		return;
	}
	for (uint32_t i = 0; i < value->n; i++)
		include_file(l, all, value->items[i]);
}

/* Compose's long form: its other keys move what relative paths go by, which is the spec's folder here. */
static void include_item(struct loader *l, struct included *all, const struct node *item)
{
	const struct node *path = node_get(item, "path");
	if (item->kind != NODE_MAP) {
		include_file(l, all, item);
		return;
	}
	for (uint32_t i = 0; i < item->n; i++) {
		if (str_eq(item->entries[i].key, STR("path")))
			continue;
		struct diag *d = diag_error(&l->u->diags, item->entries[i].key_at, RULE_E16,
					    "'include' takes 'path', not '%.*s'",
					    STR_ARG(item->entries[i].key));
		diag_help(&l->u->diags, d,
			  "paths in all files go by the folder of the first one; variables come "
			  "from its .env and --env-file");
	}
	if (path)
		include_files(l, all, path);
	else
		diag_error(&l->u->diags, item->at, RULE_E16, "'include' needs 'path': the file");
}

struct node *layers_include(struct loader *l, struct node *root)
{
	const struct node *value = node_get(root, "include");
	struct included all = {0};
	if (!value)
		return root;
	root = node_without(l->u->arena, root, "include");
	if (value->kind == NODE_LIST)
		for (uint32_t i = 0; i < value->n; i++)
			include_item(l, &all, value->items[i]);
	else if (value->kind != NODE_NULL)
		include_item(l, &all, value);
	if (!all.below)
		return root;
	check_services(l, root, all.below, value->at);
	return extends_merge(l, all.below, root, NULL, MERGE_ROOT);
}

struct node *layers_over(struct loader *l, struct node *root)
{
	for (uint32_t i = 0; i < l->u->overlays.n; i++) {
		struct node *over = l->load(l, l->u->overlays.items[i], SPAN_NONE, ASKED_EXTENDS);
		root = root && over ? extends_merge(l, root, over, NULL, MERGE_ROOT) : NULL;
	}
	return root;
}

static struct node *without_reset(struct loader *l, struct node *node)
{
	struct arena *a = l->u->arena;
	if (node->kind != NODE_LIST && node->kind != NODE_MAP)
		return node;
	bool is_map = node->kind == NODE_MAP;
	struct node *copy = ARENA_NEW(a, struct node);
	*copy = *node;
	copy->n = 0;
	if (is_map)
		copy->entries = ARENA_ARRAY(a, node->n, struct entry);
	else
		copy->items = ARENA_ARRAY(a, node->n, struct node *);
	for (uint32_t i = 0; i < node->n; i++) {
		struct node *value = is_map ? node->entries[i].value : node->items[i];
		if (!is_map && (value->is_reset || value->is_override)) {
			struct diag *d = diag_error(&l->u->diags, value->at, RULE_E16,
						    "items of a list aren't laid over others");
			diag_help(&l->u->diags, d, "write the tag before the whole list");
		}
		if (value->is_reset)
			continue;
		value = without_reset(l, value);
		if (is_map) {
			copy->entries[copy->n] = node->entries[i];
			copy->entries[copy->n++].value = value;
		} else {
			copy->items[copy->n++] = value;
		}
	}
	if (is_map) {
		copy->index = NULL;
		node_make_index(a, copy);
	}
	return copy;
}

struct node *layers_finish(struct loader *l, struct node *root)
{
	return root && l->u->has_layer_tags ? without_reset(l, root) : root;
}
