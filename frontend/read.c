/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading: the leaf file and every file that it extends, each read once, to one tree.
 *
 *	job.yaml: extends: base.yaml	base.yaml is read and resolved first, job.yaml laid over it
 */
#include "frontend/yaml/compose.h"
#include "frontend/extends.h"
#include "frontend/yaml/yaml_hints.h"

struct str path_tidy(struct arena *a, struct str path)
{
	LIST(struct str) parts = {0};
	bool is_absolute = str_has_prefix(path, "/");
	for (struct str rest = path, part; rest.len;) {
		rest = str_split(rest, '/', &part);
		bool is_up = str_eq(part, STR(".."));
		if (!part.len || str_eq(part, STR(".")))
			continue;
		bool can_drop = parts.n && !str_eq(parts.items[parts.n - 1], STR(".."));
		if (is_up && can_drop)
			parts.n--;
		else if (!is_up || !is_absolute)
			*LIST_PUSH(a, &parts) = part;
	}
	struct buf b;
	buf_init(&b, a);
	for (uint32_t i = 0; i < parts.n; i++) {
		if (i || is_absolute)
			buf_add_byte(&b, '/');
		buf_add(&b, parts.items[i]);
	}
	if (!b.len)
		buf_add(&b, is_absolute ? STR("/") : STR("."));
	return buf_str(&b);
}

struct str path_beside(struct arena *a, struct str holder, struct str path)
{
	ptrdiff_t slash = str_find_last(holder, '/');
	while (str_has_prefix(path, "./"))
		path = str_from(path, 2);
	if (slash == STR_NONE || str_has_prefix(path, "/"))
		return path;
	return str_cat(a, str_slice(holder, 0, (size_t)slash + 1), path);
}

struct node *map_without(struct arena *a, const struct node *map, const char *key)
{
	struct node *copy = ARENA_NEW(a, struct node);
	*copy = *map;
	copy->entries = ARENA_ARRAY(a, map->n, struct entry);
	copy->n = 0;
	for (uint32_t i = 0; i < map->n; i++)
		if (!str_eq_c(map->entries[i].key, key))
			copy->entries[copy->n++] = map->entries[i];
	node_make_index(a, copy);
	return copy;
}

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
		return map_without(l->u->arena, root, "steps");
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

struct node *load_text(struct loader *l, struct str name, struct str text)
{
	uint32_t file = source_add(&l->u->sources, name, text);
	if (file == UINT32_MAX) {
		diag_error(&l->u->diags, SPAN_NONE, RULE_R001, "'%.*s' is too large",
			   STR_ARG(name));
		return NULL;
	}
	struct node *root = check_root(l, frontend_compose(l->u, file));
	return root ? extends_resolve(l, rename_steps(l, root)) : NULL;
}

static void complain_unreadable(struct loader *l, const struct loaded *file, struct span via)
{
	struct diags *ds = &l->u->diags;
	struct diag *d =
		diag_error(ds, via, span_is_none(via) ? RULE_NONE : RULE_R022,
			   "can't read '%.*s': %.*s", STR_ARG(file->name), STR_ARG(file->why));
	if (!span_is_none(via))
		diag_help(ds, d, "the path goes by the folder of the file that holds it");
}

/* Reads and resolves a file that wasn't asked for before. */
static struct node *load_new(struct loader *l, uint32_t number)
{
	struct unit *u = l->u;
	struct str name = l->files.items[number].name, why = STR("");
	/* What opens files stops at a NUL: another file than the one that was named. */
	bool has_nul = str_find(name, '\0') != STR_NONE;
	if (has_nul)
		why = STR("a path can't hold a NUL byte");
	struct str bytes;
	if (has_nul || !u->reader.read(u->reader.context, u->arena, name, &bytes, &why)) {
		l->files.items[number].why = why.len ? why : STR("unknown reason");
		complain_unreadable(l, &l->files.items[number], l->files.items[number].via);
		return NULL;
	}
	*LIST_PUSH(u->arena, &l->stack) = number;
	l->files.items[number].is_loading = true;
	struct str shown = str_eq(name, STR("-")) ? STR("<stdin>") : name;
	struct node *root = load_text(l, shown, bytes);
	l->files.items[number].is_loading = false;
	l->stack.n--;
	return root;
}

/* Every edge of the circle that the value at `via` closes by naming file `number`. */
static void complain_circle(struct loader *l, uint32_t number, struct span via)
{
	struct diags *ds = &l->u->diags;
	uint32_t first = 0;
	while (l->stack.items[first] != number)
		first++;
	const struct loaded *files = l->files.items, *target = &files[number];
	bool is_own = first + 1 == l->stack.n;
	struct diag *d = diag_error(ds, via, RULE_R020,
				    is_own ? "'%.*s' extends itself"
					   : "extending '%.*s' here closes a circle",
				    STR_ARG(target->name));
	for (uint32_t i = first + 1; i < l->stack.n; i++)
		diag_note(ds, d, files[l->stack.items[i]].via, "'%.*s' extends '%.*s' here",
			  STR_ARG(files[l->stack.items[i - 1]].name),
			  STR_ARG(files[l->stack.items[i]].name));
}

struct node *load_file(struct loader *l, struct str name, struct span via)
{
	struct unit *u = l->u;
	struct str key = path_tidy(u->arena, name);
	uint32_t number = map_get(&l->index, key);
	if (number != MAP_NONE) {
		const struct loaded *known = &l->files.items[number];
		if (known->is_loading)
			complain_circle(l, number, via);
		else if (known->why.len)
			complain_unreadable(l, known, via);
		return known->is_loading ? NULL : known->root;
	}
	if (l->stack.n >= FRONTEND_MAX_EXTENDS) {
		diag_error(&u->diags, via, RULE_R020,
			   "more than %d files extend each other in a row", FRONTEND_MAX_EXTENDS);
		return NULL;
	}
	number = l->files.n;
	*LIST_PUSH(u->arena, &l->files) = (struct loaded){.name = name, .key = key, .via = via};
	map_put(&l->index, u->arena, key, number);
	struct node *root = load_new(l, number);
	l->files.items[number].root = root;
	return root;
}

void frontend_read(struct unit *u)
{
	struct loader l = {.u = u};
	u->tree = load_file(&l, u->path, SPAN_NONE);
}

void frontend_read_text(struct unit *u, struct str text)
{
	struct loader l = {.u = u};
	struct loaded *leaf = LIST_PUSH(u->arena, &l.files);
	*leaf = (struct loaded){
		.name = u->path, .key = path_tidy(u->arena, u->path), .is_loading = true};
	map_put(&l.index, u->arena, leaf->key, 0);
	*LIST_PUSH(u->arena, &l.stack) = 0;
	u->tree = load_text(&l, u->path, text);
}
