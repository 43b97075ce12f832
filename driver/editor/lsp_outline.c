/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The outline of a document: its keys as a tree, services with what they run; and the parts that can be
 * folded, by their indentation, so that a document that is being typed folds as well.
 */
#include "driver/editor/lsp.h"

#include "driver/json.h"
#include "ir/schema.h"
#include "ir/schema_externs.gen.h"

enum {
	MOST_SYMBOLS = 10000,
	MOST_DEPTH = 4 /* services, one of them, its x-slurm, a field of that */
};

/* Kinds of symbols in the protocol. */
enum symbol_kind {
	SYMBOL_NAMESPACE = 3,
	SYMBOL_CLASS = 5,
	SYMBOL_PROPERTY = 7,
	SYMBOL_STRUCT = 23,
};

struct outline {
	struct lsp_view *v;
	json_t *flat; /* of a client that knows no trees; else NULL */
	uint32_t n;
};

/* Where the value ends as it is written here: an alias, not what it stands for. */
static uint32_t end_of(const struct node *value)
{
	return value->trail ? value->trail->at.end : value->at.end;
}

static bool is_within(struct span inner, struct span outer)
{
	return outer.begin <= inner.begin && inner.end <= outer.end;
}

static struct str detail_of(const struct node *value)
{
	const struct node *image = node_get(value, "image");

	if (value->kind == NODE_STRING && !value->is_block)
		return value->text;
	return image && image->kind == NODE_STRING ? image->text : STR("");
}

static json_t *children_of(struct outline *o, const struct record *r, bool is_named,
			   const struct node *map, struct str above, int depth);

static json_t *symbol(struct outline *o, const struct entry *e, const struct field *f,
		      bool is_service, const struct record *below, struct str above, int depth)
{
	struct arena *a = o->v->c.inv->arena;
	struct span at = {e->key_at.begin, end_of(e->value)};
	enum symbol_kind kind = is_service                   ? SYMBOL_CLASS
				: f && f->kind == KIND_NAMED ? SYMBOL_NAMESPACE
				: e->value->kind == NODE_MAP ? SYMBOL_STRUCT
							     : SYMBOL_PROPERTY;

	at.end = at.end > e->key_at.end ? at.end : e->key_at.end;
	if (o->flat) {
		json_array_append_new(o->flat, json_pack("{s:o, s:i, s:o, s:o}", "name",
							 json_visible(a, e->key), "kind", (int)kind,
							 "containerName", json_visible(a, above),
							 "location", lsp_location(o->v, at)));
		json_decref(children_of(o, below, f && f->kind == KIND_NAMED, e->value, e->key,
					depth + 1));
		return NULL;
	}
	return json_pack(
		"{s:o, s:o, s:i, s:o, s:o, s:o}", "name",
		json_visible(a, e->key.len > 0 ? e->key : STR("''")), "detail",
		json_visible(a, detail_of(e->value)), "kind", (int)kind, "range",
		lsp_range(o->v, at), "selectionRange", lsp_range(o->v, e->key_at), "children",
		children_of(o, below, f && f->kind == KIND_NAMED, e->value, e->key, depth + 1));
}

/* The entries that stand in the mapping itself; merge keys bring others. */
static json_t *children_of(struct outline *o, const struct record *r, bool is_named,
			   const struct node *map, struct str above, int depth)
{
	json_t *list = json_array();

	if (map->kind != NODE_MAP || map->trail || depth > MOST_DEPTH)
		return list;
	for (uint32_t i = 0; i < map->n && o->n < MOST_SYMBOLS; i++) {
		const struct entry *e = &map->entries[i];
		const struct field *f = r && !is_named ? record_field(r, e->key) : NULL;

		if (!lsp_is_inside(o->v, e->key_at) || !is_within(e->key_at, map->at))
			continue;
		o->n++;
		json_t *one = symbol(o, e, f, is_named && r == &record_service,
				     is_named ? r
				     : f      ? f->sub
					      : NULL,
				     above, depth);
		if (one)
			json_array_append_new(list, one);
	}
	return list;
}

json_t *lsp_outline(struct lsp_view *v, const json_t *params)
{
	struct outline o = {.v = v, .flat = v->client->takes_trees ? NULL : json_array()};

	(void)params;
	if (!v->written)
		return o.flat ? o.flat : json_array();
	json_t *tree = children_of(&o, &record_job, false, v->written, STR(""), 0);
	if (!o.flat)
		return tree;
	json_decref(tree);
	return o.flat;
}

/* A line that something may be folded below. */
struct fold {
	json_int_t line;
	size_t column;
};

static void add_fold(json_t *list, json_int_t first, json_int_t last, const char *kind)
{
	if (last <= first)
		return;
	json_t *one = json_pack("{s:I, s:I}", "startLine", first, "endLine", last);
	if (kind)
		json_object_set_new(one, "kind", json_string(kind));
	json_array_append_new(list, one);
}

static struct str line_of(const struct lsp_view *v, json_int_t number)
{
	return source_line(&v->c.unit.sources, compilation_leaf(&v->c), (uint32_t)number + 1);
}

static size_t indent_of(struct str line)
{
	size_t n = 0;

	while (n < line.len && line.ptr[n] == ' ')
		n++;
	return n;
}

/* Comments that stand in a row. */
static void fold_comments(const struct lsp_view *v, json_t *list)
{
	json_int_t first = -1, n = lsp_n_lines(v);

	for (json_int_t i = 0; i <= n; i++) {
		struct str line = i < n ? line_of(v, i) : STR("");
		bool is_comment = str_has_prefix(str_from(line, indent_of(line)), "#");

		if (is_comment && first < 0)
			first = i;
		if (!is_comment && first >= 0) {
			add_fold(list, first, i - 1, "comment");
			first = -1;
		}
	}
}

json_t *lsp_folding(struct lsp_view *v, const json_t *params)
{
	LIST(struct fold) open = {0};
	json_t *list = json_array();
	json_int_t last = 0; /* that is neither blank nor a comment */

	(void)params;
	for (json_int_t i = 0; i < lsp_n_lines(v); i++) {
		struct str line = line_of(v, i);
		size_t column = indent_of(line);
		struct str text = str_from(line, column);

		if (str_is_blank(text) || str_has_prefix(text, "#"))
			continue;
		/* Items may stand right below their key, in its column. */
		size_t depth = column + (str_has_prefix(text, "- ") || str_eq_c(text, "-"));
		while (open.n > 0 && open.items[open.n - 1].column >= depth) {
			add_fold(list, open.items[open.n - 1].line, last, NULL);
			open.n--;
		}
		*LIST_PUSH(v->c.inv->arena, &open) = (struct fold){.line = i, .column = depth};
		last = i;
	}
	while (open.n > 0)
		add_fold(list, open.items[--open.n].line, last, NULL);
	fold_comments(v, list);
	return list;
}
