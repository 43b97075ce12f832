/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading: the leaf file and every file that it extends or includes (layers.c), each read once, to one tree.
 * `extends`: at the root a base file, in a service another service of this or another file.
 *
 *	extends: base.yaml			# root: a path beside this file
 *	services:
 *	  a: {extends: common.yaml}		# the service `a` of that file
 *	  b: {extends: a}			# a service of this file, after the root merge
 *	  c: {extends: {file: x.yaml, service: d}}
 */
#include "frontend/extends.h"

#include "frontend/yaml/compose.h"

/* The services of one file while their `extends` are resolved. */
enum service_state {
	SERVICE_NEW,
	SERVICE_OPEN,
	SERVICE_DONE
};

struct service_work {
	enum service_state state;
	uint32_t depth;  /* bases below it */
	struct span via; /* its extends value */
};

static struct node *load_file(struct loader *l, struct str name, struct span via, enum asked asked);

struct resolver {
	struct loader *l;
	struct node *services; /* a copy whose values are replaced as they are resolved */
	struct service_work *work;
	LIST(uint32_t) stack;
};

/* What a service's extends asks for. */
struct request {
	struct str file; /* empty: this file */
	struct str service;
	struct span file_at, service_at;
};

static void lose_base(struct loader *l)
{
	l->u->has_lost_base = true;
}

static struct str holder_name(const struct loader *l, struct span at)
{
	return source_at(&l->u->sources, at.begin)->name;
}

static bool is_string(const struct node *node)
{
	return node->kind == NODE_STRING && !node->is_poison;
}

static bool is_path(struct str text)
{
	return str_has_suffix(text, ".yaml") || str_has_suffix(text, ".yml") ||
	       str_find(text, '/') != STR_NONE || str_find(text, '\\') != STR_NONE;
}

static bool read_request_map(struct loader *l, const struct node *value, struct request *request)
{
	struct diags *ds = &l->u->diags;
	bool is_good = true, is_meant = node_get(value, "service") != NULL;
	for (uint32_t i = 0; i < value->n; i++) {
		const struct entry *entry = &value->entries[i];
		bool is_file = str_eq(entry->key, STR("file"));
		if (!is_file && !str_eq(entry->key, STR("service"))) {
			struct diag *d =
				diag_error(ds, entry->key_at, RULE_R019,
					   "'extends' takes 'file' and 'service', not '%.*s'",
					   STR_ARG(entry->key));
			is_good = false;
			if (is_meant || str_distance(entry->key, STR("service"), 2) > 2)
				continue;
			is_meant = true;
			diag_help(ds, d, "did you mean 'service'?");
			diag_fix(ds, d, entry->key_at, STR("service"));
		} else if (!is_string(entry->value)) {
			if (!entry->value->is_poison)
				diag_error(ds, entry->value->at, RULE_R019,
					   "'extends.%.*s' must be a string, not %s",
					   STR_ARG(entry->key), node_kind_name(entry->value->kind));
			is_good = false;
		} else if (is_file) {
			request->file = entry->value->text;
			request->file_at = entry->value->at;
		} else {
			request->service = entry->value->text;
			request->service_at = entry->value->at;
		}
	}
	if (!is_meant) {
		struct diag *d = diag_error(ds, value->at, RULE_R019,
					    "'extends' needs 'service': which one to extend");
		diag_help(ds, d, "add 'service': the name of one in that file");
		is_good = false;
	}
	return is_good;
}

/* False when the extends value is wrong, which is complained about. */
static bool read_request(struct loader *l, struct str own_name, const struct node *value,
			 struct request *request)
{
	*request = (struct request){.file_at = value->at, .service_at = value->at};
	if (value->kind == NODE_MAP)
		return read_request_map(l, value, request);
	if (!is_string(value)) {
		if (!value->is_poison) {
			struct diag *d = diag_error(
				&l->u->diags, value->at, RULE_R018,
				"'extends' of a service must be a string or a mapping, not %s",
				node_kind_name(value->kind));
			diag_help(&l->u->diags, d,
				  "write the service's name, a file, or {file: ..., service: ...}");
		}
		return false;
	}
	request->service = is_path(value->text) ? own_name : value->text;
	if (is_path(value->text))
		request->file = value->text;
	return true;
}

static void suggest_service(struct loader *l, struct diag *d, const struct node *services,
			    struct str name, struct span at)
{
	struct nearest near = nearest_to(name);
	struct str nearest = STR("");
	for (uint32_t i = 0; i < services->n && i < 1000; i++) {
		struct str key = services->entries[i].key;
		if (!str_eq_nocase(key, name) && is_nearest(&near, key))
			nearest = key;
	}
	if (!nearest.len)
		return;
	diag_help(&l->u->diags, d, "did you mean '%.*s'?", STR_ARG(nearest));
	if (near.best <= 2 && name.len > 3 && str_eq(source_text(&l->u->sources, at), name))
		diag_fix(&l->u->diags, d, at, nearest);
}

/* The base in another file, or NULL. */
static const struct node *base_elsewhere(struct loader *l, const struct request *request)
{
	struct diags *ds = &l->u->diags;
	struct str holder = holder_name(l, request->file_at);
	struct str path = path_beside(l->u->arena, holder, request->file);
	const struct node *root = l->load(l, path, request->file_at, ASKED_EXTENDS);
	if (!root)
		return NULL;
	const struct node *services = node_get(root, "services");
	if (!services || services->kind != NODE_MAP) {
		diag_error(ds, request->file_at, RULE_R023, "'%.*s' has no services",
			   STR_ARG(path));
		return NULL;
	}
	const struct entry *base = node_entry(services, request->service);
	if (base)
		return base->value;
	struct diag *d =
		diag_error(ds, request->service_at, RULE_R023, "no service '%.*s' in '%.*s'",
			   STR_ARG(request->service), STR_ARG(path));
	suggest_service(l, d, services, request->service, request->service_at);
	return NULL;
}

/* Every edge of the circle that service number `first` and those above it on the stack form. */
static void complain_circle(struct resolver *r, uint32_t first, struct span via)
{
	struct diags *ds = &r->l->u->diags;
	uint32_t place = 0;
	while (r->stack.items[place] != first)
		place++;
	const struct entry *entries = r->services->entries;
	bool is_own = place + 1 == r->stack.n;
	struct diag *d = diag_error(ds, via, RULE_R021,
				    is_own ? "service '%.*s' extends itself"
					   : "extending '%.*s' here closes a circle",
				    STR_ARG(entries[first].key));
	for (uint32_t i = place; i + 1 < r->stack.n; i++)
		diag_note(ds, d, r->work[r->stack.items[i]].via, "'%.*s' extends '%.*s' here",
			  STR_ARG(entries[r->stack.items[i]].key),
			  STR_ARG(entries[r->stack.items[i + 1]].key));
}

static void resolve_service(struct resolver *r, uint32_t number);

/* The base among the services of this file, resolved, or NULL. */
static const struct node *base_here(struct resolver *r, const struct request *request,
				    uint32_t *depth)
{
	struct diags *ds = &r->l->u->diags;
	const struct entry *entry = node_entry(r->services, request->service);
	if (!entry) {
		struct diag *d =
			diag_error(ds, request->service_at, RULE_R023,
				   "no service '%.*s' in this file", STR_ARG(request->service));
		suggest_service(r->l, d, r->services, request->service, request->service_at);
		return NULL;
	}
	uint32_t number = (uint32_t)(entry - r->services->entries);
	if (r->work[number].state == SERVICE_OPEN) {
		complain_circle(r, number, request->service_at);
		return NULL;
	}
	if (r->work[number].state == SERVICE_NEW && r->stack.n <= FRONTEND_MAX_EXTENDS)
		resolve_service(r, number);
	*depth = r->work[number].depth + 1;
	if (r->work[number].state == SERVICE_NEW || *depth > FRONTEND_MAX_EXTENDS) {
		diag_error(ds, request->service_at, RULE_R021,
			   "more than %d services extend each other in a row",
			   FRONTEND_MAX_EXTENDS);
		*depth = 0;
		return NULL;
	}
	return entry->value;
}

/* Replaces a service by itself laid over its base. */
static void resolve_service(struct resolver *r, uint32_t number)
{
	struct loader *l = r->l;
	struct entry *entry = &r->services->entries[number];
	struct service_work *work = &r->work[number];
	const struct node *value = node_get(entry->value, "extends");
	work->state = SERVICE_OPEN;
	if (value) {
		struct node *own = node_without(l->u->arena, entry->value, "extends");
		const struct node *base = NULL;
		work->via = value->at;
		*LIST_PUSH(l->u->arena, &r->stack) = number;
		struct request request;
		if (read_request(l, entry->key, value, &request))
			base = request.file.len ? base_elsewhere(l, &request)
						: base_here(r, &request, &work->depth);
		r->stack.n--;
		struct trail *step = ARENA_NEW(l->u->arena, struct trail);
		*step = (struct trail){
			.kind = TRAIL_EXTENDS, .at = value->at, .name = request.service};
		if (base && base->kind == NODE_MAP)
			own = extends_merge(l, base, own, step, MERGE_SERVICE);
		else if (!base)
			lose_base(l);
		entry->value = own;
	}
	work->state = SERVICE_DONE;
}

static bool has_extends(const struct node *services)
{
	for (uint32_t i = 0; i < services->n; i++)
		if (node_get(services->entries[i].value, "extends"))
			return true;
	return false;
}

static struct node *resolve_services(struct loader *l, struct node *root)
{
	struct arena *a = l->u->arena;
	const struct node *services = node_get(root, "services");
	if (!services || services->kind != NODE_MAP || !has_extends(services))
		return root;
	struct resolver r = {.l = l, .services = ARENA_NEW(a, struct node)};
	*r.services = *services;
	r.services->entries = ARENA_ARRAY(a, services->n, struct entry);
	for (uint32_t i = 0; i < services->n; i++)
		r.services->entries[i] = services->entries[i];
	r.work = ARENA_ARRAY(a, services->n, struct service_work);
	for (uint32_t i = 0; i < services->n; i++)
		if (r.work[i].state == SERVICE_NEW)
			resolve_service(&r, i);
	return node_with(a, root, services, r.services);
}

struct node *extends_in_file(struct unit *u, struct node *root)
{
	struct loader l = {.u = u, .load = load_file};
	return resolve_services(&l, root);
}

static struct node *resolve_root(struct loader *l, struct node *root)
{
	const struct node *value = node_get(root, "extends");
	if (!value)
		return root;
	root = node_without(l->u->arena, root, "extends");
	if (!is_string(value)) {
		if (!value->is_poison) {
			struct diag *d = diag_error(&l->u->diags, value->at, RULE_R018,
						    "'extends' of a file must be a path, not %s",
						    node_kind_name(value->kind));
			diag_help(&l->u->diags, d, "write one file, such as extends: base.yaml");
		}
		lose_base(l);
		return root;
	}
	struct str path = path_beside(l->u->arena, holder_name(l, value->at), value->text);
	const struct node *base = l->load(l, path, value->at, ASKED_EXTENDS);
	if (!base) {
		lose_base(l);
		return root;
	}
	struct trail *step = ARENA_NEW(l->u->arena, struct trail);
	*step = (struct trail){.kind = TRAIL_EXTENDS, .at = value->at, .name = path};
	return extends_merge(l, base, root, step, MERGE_ROOT);
}

/* The tree of a text with `include` and both forms of `extends` resolved; NULL when it has none. */
static struct node *load_text(struct loader *l, struct str name, struct str text)
{
	struct node *root = read_root(l, name, text);
	return root ? resolve_services(l, layers_include(l, resolve_root(l, root))) : NULL;
}

static const struct {
	const char *verb, *doing;
	enum rule_id unreadable, circle;
} ways[] = {
	[ASKED_EXTENDS] = {"extends", "extending", RULE_R022, RULE_R020},
	[ASKED_INCLUDES] = {"includes", "including", RULE_E16, RULE_E16},
};

static void complain_unreadable(struct loader *l, const struct loaded *file, struct span via,
				enum asked asked)
{
	struct diags *ds = &l->u->diags;
	struct diag *d =
		diag_error(ds, via, span_is_none(via) ? RULE_NONE : ways[asked].unreadable,
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
		complain_unreadable(l, &l->files.items[number], l->files.items[number].via,
				    l->files.items[number].asked);
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
static void complain_circle_of_files(struct loader *l, uint32_t number, struct span via,
				     enum asked asked)
{
	struct diags *ds = &l->u->diags;
	uint32_t first = 0;
	while (l->stack.items[first] != number)
		first++;
	const struct loaded *files = l->files.items, *target = &files[number];
	bool is_own = first + 1 == l->stack.n;
	struct diag *d =
		is_own ? diag_error(ds, via, ways[asked].circle, "'%.*s' %s itself",
				    STR_ARG(target->name), ways[asked].verb)
		       : diag_error(ds, via, ways[asked].circle, "%s '%.*s' here closes a circle",
				    ways[asked].doing, STR_ARG(target->name));
	for (uint32_t i = first + 1; i < l->stack.n; i++)
		diag_note(ds, d, files[l->stack.items[i]].via, "'%.*s' %s '%.*s' here",
			  STR_ARG(files[l->stack.items[i - 1]].name),
			  ways[files[l->stack.items[i]].asked].verb,
			  STR_ARG(files[l->stack.items[i]].name));
}

static struct node *load_file(struct loader *l, struct str name, struct span via, enum asked asked)
{
	struct unit *u = l->u;
	struct str key = path_tidy(u->arena, name);
	uint32_t number = map_get(&l->index, key);
	if (number != MAP_NONE) {
		const struct loaded *known = &l->files.items[number];
		if (known->is_loading)
			complain_circle_of_files(l, number, via, asked);
		else if (known->why.len)
			complain_unreadable(l, known, via, asked);
		return known->is_loading ? NULL : known->root;
	}
	if (l->stack.n >= FRONTEND_MAX_EXTENDS) {
		diag_error(&u->diags, via, ways[asked].circle, "more than %d files %s in a row",
			   FRONTEND_MAX_EXTENDS,
			   asked == ASKED_EXTENDS ? "extend each other" : "include each other");
		return NULL;
	}
	number = l->files.n;
	*LIST_PUSH(u->arena, &l->files) =
		(struct loaded){.name = name, .key = key, .via = via, .asked = asked};
	map_put(&l->index, u->arena, key, number);
	struct node *root = load_new(l, number);
	l->files.items[number].root = root;
	return root;
}

void frontend_read(struct unit *u)
{
	struct loader l = {.u = u, .load = load_file};
	u->tree = layers_finish(&l,
				layers_over(&l, load_file(&l, u->path, SPAN_NONE, ASKED_EXTENDS)));
}

void frontend_read_text(struct unit *u, struct str text)
{
	struct loader l = {.u = u, .load = load_file};
	struct loaded *leaf = LIST_PUSH(u->arena, &l.files);
	*leaf = (struct loaded){
		.name = u->path, .key = path_tidy(u->arena, u->path), .is_loading = true};
	map_put(&l.index, u->arena, leaf->key, 0);
	*LIST_PUSH(u->arena, &l.stack) = 0;
	u->tree = load_text(&l, u->path, text);
	l.files.items[0].is_loading = false;
	l.stack.n = 0;
	u->tree = layers_finish(&l, layers_over(&l, u->tree));
}
