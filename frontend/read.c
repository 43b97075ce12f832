/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One file's text to its tree, which is a mapping, and holds `services`.
 *
 *	steps: {a: ...}		->	services: {a: ...}
 */
#include "frontend/yaml/compose.h"
#include "frontend/extends.h"
#include "frontend/yaml/yaml_hints.h"

/* `steps` is another name for `services`; a file holds one of them. */
static struct node *rename_steps(struct loader *l, struct node *root)
{
	struct diags *ds = &l->u->diags;
	const struct entry *steps = node_entry(root, STR("steps"));
	const struct entry *services = node_entry(root, STR("services"));
	if (!steps)
		return root;
	if (services) {
		struct diag *d = diag_error(ds, steps->key_at, RULE_R010,
					    "'steps' is another name for 'services'; a file holds "
					    "one of them");
		diag_note(ds, d, services->key_at, "'services' is here");
		return node_without(l->u->arena, root, "steps");
	}
	struct node *copy = ARENA_NEW(l->u->arena, struct node);
	*copy = *root;
	copy->entries = ARENA_ARRAY(l->u->arena, root->n, struct entry);
	for (uint32_t i = 0; i < root->n; i++) {
		copy->entries[i] = root->entries[i];
		if (str_eq(root->entries[i].key, STR("steps")))
			copy->entries[i].key = STR("services");
	}
	node_make_index(l->u->arena, copy);
	return copy;
}

static struct node *check_root(struct loader *l, struct node *root)
{
	struct diags *ds = &l->u->diags;
	if (!root || root->is_poison)
		return NULL;
	if (root->kind == NODE_MAP)
		return root;
	if (root->kind != NODE_NULL || root->text.len) {
		struct diag *d =
			diag_error(ds, root->at, RULE_R003, "the file must be a mapping, not %s",
				   node_kind_name(root->kind));
		if (!yaml_hint_value(l->u, d, root))
			diag_help(ds, d, "begin with 'services:' and one service");
		return NULL;
	}
	struct diag *d = diag_error(ds, root->at, RULE_R003, "the file is empty");
	diag_help(ds, d, "begin with 'services:' and one service");
	return NULL;
}

struct node *read_root(struct loader *l, struct str name, struct str text)
{
	uint32_t file = source_add(&l->u->sources, name, text);
	if (file == UINT32_MAX) {
		diag_error(&l->u->diags, SPAN_NONE, RULE_R001, "'%.*s' is too large",
			   STR_ARG(name));
		return NULL;
	}
	struct node *root = check_root(l, frontend_compose(l->u, file));
	return root ? rename_steps(l, root) : NULL;
}
