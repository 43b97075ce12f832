/* SPDX-License-Identifier: Apache-2.0 */
/* Reading of the files that a Compose file asks for, each on its own. */
#include "frontend/convert/gather.h"

#include "frontend/extends.h"
#include "frontend/frontend.h"

enum {
	PARTS_MAX = 200,
	ROW_MAX = 32 /* files that ask for each other in a row */
};

static bool complain_place(struct gathering *g, const struct part *p, struct span via)
{
	struct diags *ds = &g->u->diags;
	for (uint32_t i = 0; i < g->stack.n; i++)
		if (str_eq(g->stack.items[i], p->path)) {
			diag_error(ds, via, RULE_E16, "taking in '%.*s' here closes a circle",
				   STR_ARG(p->path));
			return true;
		}
	if (g->stack.n < ROW_MAX && g->parts.n < PARTS_MAX)
		return false;
	diag_error(ds, via, RULE_E16,
		   g->stack.n < ROW_MAX ? "more than %d files are asked for"
					: "more than %d files ask for each other in a row",
		   g->stack.n < ROW_MAX ? PARTS_MAX : ROW_MAX);
	return true;
}

/* Reads a part again after edits. */
static bool begin_again(struct gathering *g, struct part *p, struct str text,
			struct conversion *out)
{
	return converter_begin(&p->cv, g->u, path_beside(g->a, g->u->path, p->path), text, out);
}

static void set_variables(struct gathering *g, struct part *p)
{
	LIST(struct dotenv_entry) all = {0};
	for (uint32_t i = 0; p->own && i < p->own->entries.n; i++)
		*LIST_PUSH(g->a, &all) = p->own->entries.items[i];
	for (uint32_t i = 0; i < g->dotenv->entries.n; i++)
		*LIST_PUSH(g->a, &all) = g->dotenv->entries.items[i];
	p->cv.dotenv.entries.items = all.items;
	p->cv.dotenv.entries.n = all.n;
}

static bool check_part(struct gathering *g, const struct part *p, struct span via)
{
	struct diags *ds = &g->u->diags;
	const struct node *services = node_get(p->cv.root, "services");
	bool has_services = services && services->kind == NODE_MAP;
	if (p->cv.is_spec) {
		diag_error(ds, via, RULE_E16, "'%.*s' is a spec already, not a Compose file",
			   STR_ARG(p->path));
		return false;
	}
	if (has_services || node_get(p->cv.root, "include") ||
	    (p->is_included &&
	     (node_get(p->cv.root, "volumes") || node_get(p->cv.root, "networks") ||
	      node_get(p->cv.root, "secrets") || node_get(p->cv.root, "configs"))))
		return true;
	diag_error(ds, via, RULE_E16, "'%.*s' is no Compose file: it has no services",
		   STR_ARG(p->path));
	return false;
}

static bool read_part(struct gathering *g, struct part *p, struct span via)
{
	struct unit *u = g->u;
	struct str bytes, why = STR("unknown reason");
	struct str name = path_beside(g->a, u->path, p->path);
	if (str_find(name, '\0') != STR_NONE ||
	    !u->reader.read(u->reader.context, g->a, name, &bytes, &why)) {
		struct diag *d = diag_error(&u->diags, via, RULE_E16, "can't read '%.*s': %.*s",
					    STR_ARG(name), STR_ARG(why));
		diag_help(&u->diags, d, "the path goes by the folder of the file that holds it");
		return false;
	}
	if (!begin_again(g, p, bytes, &p->moved) || !check_part(g, p, via))
		return false;
	p->base = p->cv.base;
	set_variables(g, p);
	p->cv.own = p->own;
	move_paths(&p->cv, p->folder);
	p->moved.text = edits_apply(&p->cv);
	struct conversion moved = p->moved;
	if (!begin_again(g, p, moved.text, &p->whole))
		return false;
	set_variables(g, p);
	*LIST_PUSH(g->a, &g->stack) = p->path;
	g->take_in(g, &p->cv, p->path, p->folder, p->own);
	g->stack.n--;
	p->whole.text = edits_apply(&p->cv);
	struct conversion ignored;
	if (u->diags.n_errors || !begin_again(g, p, p->whole.text, &ignored))
		return false;
	p->root = p->cv.root;
	return true;
}

struct part *gather_part(struct gathering *g, const struct part *wanted, struct span via)
{
	for (uint32_t i = 0; i < g->parts.n; i++) {
		struct part *known = g->parts.items[i];
		if (str_eq(known->path, wanted->path) && str_eq(known->folder, wanted->folder) &&
		    known->is_included == wanted->is_included)
			return known->root ? known : NULL;
	}
	if (complain_place(g, wanted, via))
		return NULL;
	struct part *p = ARENA_NEW(g->a, struct part);
	*p = *wanted;
	/* Known once it is whole: what is in the making is a circle. */
	bool is_good = read_part(g, p, via);
	p->root = is_good ? p->root : NULL;
	*LIST_PUSH(g->a, &g->parts) = p;
	return is_good ? p : NULL;
}
