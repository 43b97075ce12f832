/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Compose file that asks for others becomes one that needs none: what is included is put behind its own, and what
 * a service extends in another file is put into the service. Both mean what they meant: paths and variables
 * of other files become those of the first one's folder.
 *
 *	include: [db/compose.yml]	->	# include: [db/compose.yml]
 *						services: {..., db: {volumes: [./db/data:/d]}}
 */
#include "frontend/convert/gather.h"

#include <string.h>

#include "frontend/extends.h"
#include "frontend/frontend.h"

static const char *const sections[] = {"services", "volumes", "networks", "secrets", "configs"};

enum {
	N_SECTIONS = sizeof(sections) / sizeof(*sections)
};

/* A file that asks for others. */
struct asker {
	struct gathering *g;
	struct converter *cv;
	struct str path, folder;
	const struct dotenv *own;
	struct receiver targets[N_SECTIONS];
	bool has_left; /* something that isn't there */
};

static struct str folder_of(struct str path)
{
	ptrdiff_t slash = str_find_last(path, '/');
	if (slash == STR_NONE)
		return STR(".");
	return slash ? str_slice(path, 0, (size_t)slash) : STR("/");
}

/* In Compose a later file's command takes the place of an earlier one's. */
static void override_words(const struct node *root)
{
	const struct node *services = node_get(root, "services");
	for (uint32_t i = 0; services && services->kind == NODE_MAP && i < services->n; i++) {
		const struct node *body = services->entries[i].value;
		struct node *const words[] = {node_get(body, "command"),
					      node_get(body, "entrypoint"),
					      node_get(node_get(body, "healthcheck"), "test")};
		for (size_t k = 0; k < sizeof(words) / sizeof(*words); k++)
			if (words[k])
				words[k]->is_override = true;
	}
}

/* A path as written, its variables replaced; empty after a complaint. */
static struct str path_written(struct asker *k, const struct node *node, struct span via,
			       const char *of)
{
	struct str path;
	struct diags *ds = &k->g->u->diags;
	if (!node || node->kind != NODE_STRING || !node->text.len)
		diag_error(ds, via, RULE_E16, "'%s' needs a path", of);
	else if (!resolve(k->cv, node->text, &path) || !path.len)
		diag_error(ds, via, RULE_E16,
			   "'%s' needs a path, and a variable in '%.*s' has no value", of,
			   STR_ARG(node->text));
	else
		return path;
	return STR("");
}

static void read_own(struct asker *k, struct dotenv *all, struct str path, struct span via)
{
	struct unit *u = k->g->u;
	struct str why, name = path_beside(k->g->a, u->path, path);
	struct dotenv file = {0};
	if (dotenv_read(u, name, false, &file, &why) == DOTENV_MISSING && !span_is_none(via))
		diag_error(&u->diags, via, RULE_E16, "can't read '%.*s': %.*s", STR_ARG(name),
			   STR_ARG(why));
	for (uint32_t i = 0; i < file.entries.n; i++)
		*LIST_PUSH(k->g->a, &all->entries) = file.entries.items[i];
}

/* Variables that an included file sees: of env_file, or of its folder's .env, and what the file that asks
   for it has of its own, which counts first. */
static const struct dotenv *own_variables(struct asker *k, const struct node *item,
					  struct str folder)
{
	const struct node *files = node_get(item, "env_file");
	struct dotenv *all = ARENA_NEW(k->g->a, struct dotenv);
	uint32_t n = files && files->kind == NODE_LIST ? files->n : files ? 1 : 0;
	*all = (struct dotenv){0};
	for (uint32_t i = 0; i < n; i++) {
		const struct node *file = files->kind == NODE_LIST ? files->items[i] : files;
		struct str path = path_written(k, file, file->at, "include.env_file");
		if (path.len)
			read_own(k, all, gather_path(k->g->a, k->folder, path), file->at);
	}
	if (!files && !str_eq(folder, STR(".")))
		read_own(k, all, gather_path(k->g->a, folder, STR(".env")), SPAN_NONE);
	for (uint32_t i = 0; k->own && i < k->own->entries.n; i++)
		*LIST_PUSH(k->g->a, &all->entries) = k->own->entries.items[i];
	return all->entries.n ? all : NULL;
}

static void take_part(struct asker *k, const struct part *p, const struct node *root,
		      struct span via)
{
	for (size_t i = 0; i < N_SECTIONS; i++)
		receiver_take(k->g, &k->targets[i], p, root, via);
}

/* The files of one item of `include`: later ones over the first. */
static void include_item(struct asker *k, const struct node *item)
{
	struct gathering *g = k->g;
	const struct node *paths = item->kind == NODE_MAP ? node_get(item, "path") : item;
	bool is_list = paths && paths->kind == NODE_LIST;
	struct str first =
		path_written(k, is_list && paths->n ? paths->items[0] : paths, item->at, "include");
	if (!first.len)
		return;
	struct str folder = folder_of(gather_path(g->a, k->folder, first));
	const struct node *project = node_get(item, "project_directory");
	struct str moved =
		project ? path_written(k, project, project->at, "include.project_directory")
			: STR("");
	if (moved.len)
		folder = gather_path(g->a, k->folder, moved);
	struct part wanted = {.folder = folder, .is_included = true};
	wanted.own = own_variables(k, item, folder);
	struct node *all = NULL;
	const struct part *base = NULL;
	struct loader l = {.u = g->u};
	for (uint32_t i = 0; i < (is_list ? paths->n : 1); i++) {
		const struct node *node = is_list ? paths->items[i] : paths;
		struct str path = path_written(k, node, node->at, "include");
		if (!path.len)
			return;
		wanted.path = gather_path(g->a, k->folder, path);
		const struct part *p = gather_part(g, &wanted, node->at);
		if (!p)
			return;
		struct node *root = (struct node *)p->cv.root;
		if (all)
			override_words(root);
		all = all ? extends_merge(&l, all, root, NULL, MERGE_ROOT) : root;
		base = base ? base : p;
	}
	if (base)
		take_part(k, base, all, paths->at);
}

/* Files of other machines, and those that aren't there: what asks for them is left out by the conversion. */
static bool is_absent(struct asker *k, struct str path)
{
	struct unit *u = k->g->u;
	struct str bytes, why,
		name = path_beside(k->g->a, u->path, gather_path(k->g->a, k->folder, path));
	return is_remote(path) || (str_find(name, '\0') == STR_NONE &&
				   !u->reader.read(u->reader.context, k->g->a, name, &bytes, &why));
}

static bool names_absent(struct asker *k, const struct node *item)
{
	const struct node *paths = item->kind == NODE_MAP ? node_get(item, "path") : item;
	if (paths && paths->kind == NODE_LIST)
		paths = paths->n ? paths->items[0] : NULL;
	struct str path;
	return paths && paths->kind == NODE_STRING && resolve(k->cv, paths->text, &path) &&
	       path.len && is_absent(k, path);
}

static void take_includes(struct asker *k)
{
	struct spot root = {.value = k->cv->root};
	const struct entry *e = node_entry(root.value, STR("include"));
	if (!e || e->value->kind == NODE_NULL)
		return;
	struct spot include = entry_spot(k->cv, &root, e);
	bool is_list = e->value->kind == NODE_LIST;
	uint32_t n = is_list ? e->value->n : 1;
	bool *absent = ARENA_ARRAY(k->g->a, n, bool);
	for (uint32_t i = 0; i < n; i++) {
		absent[i] = names_absent(k, is_list ? e->value->items[i] : e->value);
		k->has_left |= absent[i];
	}
	for (uint32_t i = 0; i < n; i++) {
		struct spot item = is_list ? item_spot(k->cv, &include, i) : include;
		if (absent[i])
			continue;
		include_item(k, item.value);
		if (k->has_left)
			cut(k->cv, &item, STR(""));
	}
	if (!k->has_left)
		comment_out(k->cv, &include);
}

/* The service of another file, laid over those that it extends there; NULL after a complaint. */
static const struct node *base_of(struct asker *k, const struct node *value, struct str path)
{
	struct gathering *g = k->g;
	struct diags *ds = &g->u->diags;
	const struct node *name = node_get(value, "service"), *file = node_get(value, "file");
	struct part wanted = {.path = path, .folder = folder_of(path), .own = k->own};
	struct part *p = gather_part(g, &wanted, file->at);
	if (!p)
		return NULL;
	if (!p->done) {
		override_words(p->root);
		p->done = extends_in_file(g->u, (struct node *)p->cv.root);
	}
	const struct node *base =
		node_get(node_get(p->done, "services"), str_to_c(g->a, resolved(k->cv, name)));
	if (base && base->kind == NODE_MAP)
		return base;
	if (!name) {
		diag_error(ds, value->at, RULE_R019,
			   "'extends' needs 'service': which one to extend");
		return NULL;
	}
	diag_error(ds, name->at, RULE_R023, "no service '%.*s' in '%.*s'",
		   STR_ARG(resolved(k->cv, name)), STR_ARG(path));
	return NULL;
}

static bool environments_differ(const struct node *base, const struct node *own)
{
	const struct node *theirs = node_get(base, "environment");
	const struct node *mine = node_get(own, "environment");
	return theirs && mine && theirs->kind != mine->kind;
}

/* The service with its environment as a mapping, for two that are written in different ways. */
static struct node *with_variable_map(struct arena *a, const struct node *service)
{
	const struct node *list = node_get(service, "environment");
	struct node *map = ARENA_NEW(a, struct node);
	*map = *list;
	if (list->kind != NODE_LIST)
		return node_with(a, service, list, map);
	map->kind = NODE_MAP;
	map->entries = ARENA_ARRAY(a, list->n, struct entry);
	map->index = NULL;
	for (uint32_t i = 0; i < list->n; i++) {
		const struct node *item = list->items[i];
		struct entry *e = &map->entries[i];
		struct node *value = ARENA_NEW(a, struct node);
		bool is_text = item->kind == NODE_STRING;
		bool is_set = is_text && str_find(item->text, '=') != STR_NONE;
		*value = *item;
		value->kind = is_set ? NODE_STRING : NODE_NULL;
		value->n = 0;
		value->text = STR("");
		*e = (struct entry){.key_at = item->at, .value = value};
		if (is_text)
			value->text = str_split(item->text, '=', &e->key);
	}
	node_make_index(a, map);
	return node_with(a, service, list, map);
}

/* Writes into a service what merging has made of it. */
static void put_merged(struct asker *k, const struct spot *service, const struct node *before,
		       const struct node *all)
{
	for (uint32_t i = 0; i < all->n; i++) {
		const struct entry *e = &all->entries[i], *mine = node_entry(before, e->key);
		if (mine ? mine->value == e->value : e->value->is_reset)
			continue;
		struct spot s = entry_spot(k->cv, service, mine ? mine : e);
		if (mine && span_is_within(mine->key_at, service->value->at))
			replace_from(k->g, k->cv, &s, e->value);
		else
			add_from(k->g, k->cv, service->value, e);
	}
}

/* Puts into a service what it has from its base. */
static void fill_in(struct asker *k, const struct spot *service, const struct node *base)
{
	struct trail *step = ARENA_NEW(k->g->a, struct trail);
	struct loader l = {.u = k->g->u};
	*step = (struct trail){.kind = TRAIL_EXTENDS};
	struct node *own = node_without(k->g->a, service->value, "extends");
	if (environments_differ(base, own)) {
		base = with_variable_map(k->g->a, base);
		own = with_variable_map(k->g->a, own);
	}
	put_merged(k, service, own, extends_merge(&l, base, own, step, MERGE_SERVICE));
}

static void take_base(struct asker *k, const struct spot *service)
{
	const struct entry *e = node_entry(service->value, STR("extends"));
	const struct node *file = e ? node_get(e->value, "file") : NULL;
	if (!file || !span_is_within(e->key_at, service->value->at) ||
	    !take_place(k->cv, e->key_at.begin, PLACE_TAKEN))
		return;
	struct spot extends = entry_spot(k->cv, service, e);
	struct str path = path_written(k, file, file->at, "extends.file");
	if (!path.len || is_absent(k, path))
		return;
	path = gather_path(k->g->a, k->folder, path);
	const struct node *name = node_get(e->value, "service");
	if (str_eq(path, k->path) && name) {
		replace(k->cv, &extends, quoted(k->g->a, resolved(k->cv, name)));
		return;
	}
	const struct node *base = base_of(k, e->value, path);
	if (!base)
		return;
	fill_in(k, service, base);
	comment_out(k->cv, &extends);
}

static void gather_all(struct gathering *g, struct converter *cv, struct str path,
		       struct str folder, const struct dotenv *own)
{
	struct asker k = {.g = g, .cv = cv, .path = path, .folder = folder, .own = own};
	struct spot root = {.value = cv->root};
	const struct entry *services = node_entry(cv->root, STR("services"));
	for (size_t i = 0; i < N_SECTIONS; i++)
		k.targets[i] = receiver_begin(g, cv, sections[i]);
	override_words(cv->root);
	if (services && services->value->kind == NODE_MAP) {
		struct spot all = entry_spot(cv, &root, services);
		for (uint32_t i = 0; i < services->value->n; i++) {
			struct spot one = entry_spot(cv, &all, &services->value->entries[i]);
			if (one.value->kind == NODE_MAP)
				take_base(&k, &one);
		}
	}
	take_includes(&k);
	for (size_t i = 0; i < N_SECTIONS; i++)
		receiver_end(g, &k.targets[i]);
}

/* Lays a service of another file over one that is there. */
static void lay_service(struct asker *k, const struct spot *service, struct node *over)
{
	struct loader l = {.u = k->g->u};
	const struct node *base = service->value;
	if (environments_differ(base, over)) {
		base = with_variable_map(k->g->a, base);
		over = with_variable_map(k->g->a, over);
	}
	for (uint32_t i = 0; i < base->n; i++) {
		const struct node *mine = node_get(over, str_to_c(k->g->a, base->entries[i].key));
		struct spot s = entry_spot(k->cv, service, &base->entries[i]);
		if (mine && mine->is_reset && span_is_within(s.entry->key_at, service->value->at))
			cut(k->cv, &s, STR(""));
	}
	put_merged(k, service, base, extends_merge(&l, base, over, NULL, MERGE_SERVICE));
}

/* Lays the entries of a section over those of the same name; what is left of the other file's root has
   others alone. */
static struct node *lay_section(struct asker *k, const char *section, struct node *root)
{
	struct arena *a = k->g->a;
	struct spot file = {.value = k->cv->root};
	const struct entry *e = node_entry(file.value, str_c(section));
	const struct node *theirs = node_get(root, section);
	if (!e || !theirs || theirs->kind != NODE_MAP || e->value->kind != NODE_MAP)
		return root;
	struct spot all = entry_spot(k->cv, &file, e);
	struct node *rest = (struct node *)theirs;
	for (uint32_t i = 0; i < theirs->n; i++) {
		const struct entry *over = &theirs->entries[i],
				   *mine = node_entry(all.value, over->key);
		if (!mine)
			continue;
		struct spot one = entry_spot(k->cv, &all, mine);
		rest = node_without(a, rest, str_to_c(a, over->key));
		if (over->value->is_reset)
			cut(k->cv, &one, STR(""));
		else if (strcmp(section, "services") != 0 && over->value->kind != NODE_NULL)
			replace_from(k->g, k->cv, &one, over->value);
		else if (one.value->kind == NODE_MAP && over->value->kind == NODE_MAP)
			lay_service(k, &one, over->value);
	}
	return rest == theirs ? root : node_with(a, root, theirs, rest);
}

static void collect_decisions(struct converter *cv, const struct conversion *from)
{
	for (uint32_t i = 0; i < from->decisions.n; i++)
		decide(cv, "%.*s", STR_ARG(from->decisions.items[i]));
}

static struct str file_name(struct str path)
{
	ptrdiff_t slash = str_find_last(path, '/');
	return slash == STR_NONE ? path : str_from(path, (size_t)slash + 1);
}

bool frontend_convert_over(struct unit *u, struct str text, struct str path, struct conversion *out)
{
	struct converter cv;
	if (!converter_begin(&cv, u, u->path, text, out))
		return false;
	if (cv.is_spec) {
		struct diag *d = diag_error(&u->diags, cv.root->at, RULE_E16,
					    "is a spec already: nothing is laid over it here");
		diag_help(&u->diags, d, "convert the other file, and give commands both with -f");
		return false;
	}
	read_dotenv(&cv);
	struct gathering g = {.u = u, .a = u->arena, .dotenv = &cv.dotenv, .take_in = gather_all};
	*LIST_PUSH(g.a, &g.stack) = file_name(u->path);
	struct part wanted = {.path = path, .folder = STR("."), .is_included = true};
	const struct part *p = gather_part(&g, &wanted, SPAN_NONE);
	if (!p)
		return false;
	struct asker k = {.g = &g, .cv = &cv, .path = path, .folder = STR(".")};
	struct node *root = (struct node *)p->root;
	override_words(root);
	for (size_t i = 0; i < N_SECTIONS; i++)
		root = lay_section(&k, sections[i], root);
	for (size_t i = 0; i < N_SECTIONS; i++) {
		struct receiver target = receiver_begin(&g, &cv, sections[i]);
		receiver_take(&g, &target, p, root, SPAN_NONE);
		receiver_end(&g, &target);
	}
	collect_decisions(&cv, &p->moved);
	collect_decisions(&cv, &p->whole);
	mend_aliases(&cv);
	out->text = edits_apply(&cv);
	return !u->diags.n_errors;
}

bool frontend_convert_gather(struct unit *u, struct str text, struct conversion *out)
{
	struct converter cv;
	if (!converter_begin(&cv, u, u->path, text, out))
		return false;
	out->text = cv.text;
	*LIST_PUSH(u->arena, &out->pieces) = (struct convert_piece){.is_kept = true};
	if (cv.is_spec)
		return true;
	out->pieces.n = 0;
	read_dotenv(&cv);
	struct str path = file_name(u->path);
	struct gathering g = {.u = u, .a = u->arena, .dotenv = &cv.dotenv, .take_in = gather_all};
	*LIST_PUSH(g.a, &g.stack) = path;
	gather_all(&g, &cv, path, STR("."), NULL);
	for (uint32_t i = 0; i < g.parts.n; i++) {
		collect_decisions(&cv, &g.parts.items[i]->moved);
		collect_decisions(&cv, &g.parts.items[i]->whole);
	}
	out->text = edits_apply(&cv);
	return !u->diags.n_errors;
}
