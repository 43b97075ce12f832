/* SPDX-License-Identifier: Apache-2.0 */
/* The walk over a document that finds where it speaks of something by name. */
#include "driver/editor/lsp_names.h"

#include <stdlib.h>
#include <string.h>

#include "frontend/frontend.h"
#include "ir/grammar/grammar.h"
#include "ir/schema.h"
#include "ir/schema_externs.gen.h"

enum {
	MOST_NODES = 1 << 20 /* of a walk: aliases make many of few */
};

struct walk {
	struct lsp_view *v;
	struct arena *a;
	struct mentions *all;
	uint32_t n_nodes;
	struct str service; /* that the walk is in */
	struct str file;    /* beside the name of a service: its file */
};

static struct mention *add_mention(struct walk *w, enum mention_kind kind, struct str name,
				   struct span at)
{
	struct mention *m = LIST_PUSH(w->a, w->all);

	*m = (struct mention){
		.kind = kind,
		.name = name,
		.at = at,
		.is_exact = str_eq(source_text(&w->v->c.unit.sources, at), name),
	};
	return m;
}

/* The first `len` bytes of what is written at a key or scalar with this text. */
static struct span part_of(const struct walk *w, struct span at, struct str text, size_t begin,
			   size_t end)
{
	return source_part(&w->v->c.unit.sources, at, text, begin, end);
}

static bool is_name_byte(char c, bool is_first)
{
	return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (!is_first && c >= '0' && c <= '9');
}

static size_t name_length(struct str text, size_t at)
{
	size_t end = at;

	while (end < text.len && is_name_byte(text.ptr[end], end == at))
		end++;
	return end - at;
}

static void add_run_value(struct walk *w, struct str raw, size_t at, uint32_t begin)
{
	static const char *const facts[] = {".host", ".nodes", ".port"};
	size_t end = at;

	while (end < raw.len && raw.ptr[end] != '}' && raw.ptr[end] != '\n' &&
	       !(raw.ptr[end] == ':' && end + 1 < raw.len && raw.ptr[end + 1] == '-'))
		end++;
	struct str words = str_slice(raw, at, end);
	for (size_t i = 1; i < words.len; i++)
		for (size_t k = 0; k < sizeof(facts) / sizeof(facts[0]); k++) {
			struct str rest = str_from(words, i + strlen(facts[k]));
			if (!str_has_prefix(str_from(words, i), facts[k]) ||
			    (rest.len > 0 && rest.ptr[0] != '.'))
				continue;
			uint32_t first = begin + (uint32_t)at;
			add_mention(w, MENTION_NAMED, str_slice(words, 0, i),
				    (struct span){first, first + (uint32_t)i})
				->record = STR("service");
			return;
		}
}

/*
 * `$NAME` and `${NAME…}` in what is written at a scalar: a variable where hpcc replaces them, else one of the
 * running service; `$$` is the shell's `$` where they are replaced.
 */
static void scan_text(struct walk *w, const struct node *node, bool is_replaced)
{
	struct str raw = source_text(&w->v->c.unit.sources, node->at);

	for (size_t i = 0; i + 1 < raw.len; i++) {
		if (raw.ptr[i] != '$')
			continue;
		bool is_shell = is_replaced && raw.ptr[i + 1] == '$';
		size_t at = i + 1 + is_shell;
		at += at < raw.len && raw.ptr[at] == '{';
		if (is_replaced && !is_shell && str_has_prefix(str_from(raw, at), "run:")) {
			add_run_value(w, raw, at + 4, node->at.begin);
			continue;
		}
		size_t length = name_length(raw, at);
		i = is_shell ? i + 1 : i;
		if (length == 0)
			continue;
		uint32_t first = node->at.begin + (uint32_t)at;
		bool is_setting = is_shell || !is_replaced;
		add_mention(w, is_setting ? MENTION_SETTING : MENTION_VARIABLE,
			    str_slice(raw, at, at + length),
			    (struct span){first, first + (uint32_t)length})
			->scope = is_setting ? w->service : STR("");
	}
}

static bool is_path(struct str text)
{
	return str_has_suffix(text, ".yaml") || str_has_suffix(text, ".yml") ||
	       str_find(text, '/') != STR_NONE;
}

/* What the text itself names. */
static void add_named(struct walk *w, const struct field *f, struct str text, struct span at)
{
	struct str names = str_c(f->names);

	if (str_eq_c(names, "file") || (str_eq_c(names, "service") && is_path(text))) {
		add_mention(w, MENTION_FILE, text, at);
		return;
	}
	if (str_eq_c(names, "variable")) {
		add_mention(w, MENTION_VARIABLE, text, part_of(w, at, text, 0, text.len));
		return;
	}
	/* SERVICE:ALIAS */
	ptrdiff_t colon = str_find(text, ':');
	size_t length = colon == STR_NONE ? text.len : (size_t)colon;
	struct mention *m = add_mention(w, MENTION_NAMED, str_slice(text, 0, length),
					part_of(w, at, text, 0, length));
	m->record = names;
	m->file = w->file;
}

/* A lone text of a command is the shell's: variables in it are those of the service. */
static void walk_scalar(struct walk *w, const struct field *f, const struct node *node,
			bool is_item)
{
	bool is_replaced = field_has_variables(f) && (f->kind != KIND_COMMAND || is_item);

	if (node->kind == NODE_NULL)
		return;
	if (*f->names && str_find(node->text, '$') == STR_NONE)
		add_named(w, f, node->text, node->at);
	if (str_find(node->text, '$') != STR_NONE)
		scan_text(w, node, is_replaced);
}

static void walk_field(struct walk *w, const struct field *f, const struct node *node);

static void walk_record(struct walk *w, const struct record *r, const struct node *map)
{
	const struct node *file = r == &record_service_base ? node_get(map, "file") : NULL;

	w->file = file && file->kind == NODE_STRING ? file->text : STR("");
	for (uint32_t i = 0; i < map->n; i++) {
		const struct field *f = record_field(r, map->entries[i].key);
		if (f)
			walk_field(w, f, map->entries[i].value);
	}
	w->file = STR("");
}

static void add_setting(struct walk *w, struct str text, struct span at)
{
	ptrdiff_t equals = str_find(text, '=');
	size_t length = equals == STR_NONE ? text.len : (size_t)equals;
	struct mention *m = add_mention(w, MENTION_SETTING, str_slice(text, 0, length),
					part_of(w, at, text, 0, length));

	m->is_definition = true;
	m->scope = w->service;
}

/* Variables of what runs. */
static bool has_settings(const struct field *f)
{
	return f->kind == KIND_ENV || (f->kind == KIND_MAP && str_eq_c(str_c(f->arg), "variable"));
}

static void add_key(struct walk *w, const struct field *f, const struct entry *e)
{
	struct span at = part_of(w, e->key_at, e->key, 0, e->key.len);
	bool is_variable = f->kind == KIND_VALUES || f->sub == &record_secret;
	struct mention *m =
		add_mention(w, is_variable ? MENTION_VARIABLE : MENTION_NAMED, e->key, at);

	/* A mapping names what it defines, but for those whose keys are names of others. */
	m->is_definition = !*f->names;
	m->record = is_variable ? STR("") : str_c(*f->names ? f->names : f->sub->name);
}

static void walk_map(struct walk *w, const struct field *f, const struct node *map)
{
	bool is_service = f->sub == &record_service;

	for (uint32_t i = 0; i < map->n; i++) {
		const struct entry *e = &map->entries[i];

		if (f->kind == KIND_NAMED || f->kind == KIND_VALUES)
			add_key(w, f, e);
		else if (has_settings(f))
			add_setting(w, e->key, e->key_at);
		w->service = is_service ? e->key : w->service;
		if (f->sub && e->value->kind == NODE_MAP)
			walk_record(w, f->sub, e->value);
		else if (e->value->kind != NODE_MAP && e->value->kind != NODE_LIST)
			walk_scalar(w, f, e->value, true);
	}
	w->service = is_service ? STR("") : w->service;
}

static void walk_list(struct walk *w, const struct field *f, const struct node *list)
{
	const struct field *short_form = f->kind == KIND_RECORD ? record_shorthand(f->sub, "list")
					 : f->kind == KIND_RECORDS
						 ? record_shorthand(f->sub, "scalar")
						 : f;

	for (uint32_t i = 0; i < list->n && w->n_nodes < MOST_NODES; i++) {
		const struct node *item = list->items[i];

		w->n_nodes++;
		if (item->kind == NODE_MAP && f->kind == KIND_RECORDS)
			walk_record(w, f->sub, item);
		else if (has_settings(f) && item->kind == NODE_STRING)
			add_setting(w, item->text, item->at);
		if (item->kind != NODE_MAP && item->kind != NODE_LIST && short_form)
			walk_scalar(w, short_form, item, true);
	}
}

static void walk_field(struct walk *w, const struct field *f, const struct node *node)
{
	const struct field *short_form =
		f->kind == KIND_RECORD ? record_shorthand(f->sub, "scalar") : f;

	if (++w->n_nodes > MOST_NODES)
		return;
	if (node->kind == NODE_LIST)
		walk_list(w, f, node);
	else if (node->kind == NODE_MAP && f->kind == KIND_RECORD)
		walk_record(w, f->sub, node);
	else if (node->kind == NODE_MAP && f->kind != KIND_RECORDS)
		walk_map(w, f, node);
	else if (node->kind != NODE_MAP && short_form)
		walk_scalar(w, short_form, node, false);
}

/* Aliases mean the anchor of their name that stands last before them. */
static void add_anchors(struct walk *w)
{
	const struct source *leaf = compilation_leaf(&w->v->c);
	struct lexemes list = {0};
	struct map seen = {0};

	frontend_lexemes(&w->v->c.unit, (uint32_t)(leaf - w->v->c.unit.sources.files.items), &list);
	for (uint32_t i = 0; i < list.n; i++) {
		const struct lexeme *l = &list.items[i];

		if ((l->kind != LEX_ANCHOR && l->kind != LEX_ALIAS) || l->end <= l->begin + 1)
			continue;
		struct str name = str_slice(leaf->bytes, l->begin + 1, l->end);
		uint32_t number = map_get(&seen, name);
		number = number == MAP_NONE ? 0 : number;
		if (l->kind == LEX_ANCHOR)
			map_put(&seen, w->a, name, ++number);
		struct mention *m = add_mention(w, MENTION_ANCHOR, name,
						source_span(leaf, l->begin + 1, l->end));
		m->is_definition = l->kind == LEX_ANCHOR;
		m->scope = str_fmt(w->a, "%u", number);
	}
}

static int by_place(const void *left, const void *right)
{
	const struct mention *x = left, *y = right;

	if (x->at.begin != y->at.begin)
		return x->at.begin > y->at.begin ? 1 : -1;
	return x->kind != y->kind ? (int)x->kind - (int)y->kind : str_cmp(x->scope, y->scope);
}

static bool is_again(const struct mention *x, const struct mention *y)
{
	return x->at.begin == y->at.begin && x->kind == y->kind;
}

void lsp_mentions(struct lsp_view *v, struct mentions *all)
{
	struct walk w = {.v = v, .a = v->c.inv->arena, .all = all};
	uint32_t n = 0;

	if (!compilation_leaf(&v->c))
		return;
	if (v->written && v->written->kind == NODE_MAP)
		walk_record(&w, &record_job, v->written);
	add_anchors(&w);
	if (all->n > 1)
		qsort(all->items, all->n, sizeof(*all->items), by_place);
	/* What an alias leads to was met more than once. */
	for (uint32_t i = 0; i < all->n; i++)
		if (n == 0 || !is_again(&all->items[n - 1], &all->items[i]))
			all->items[n++] = all->items[i];
	all->n = n;
}

const struct mention *lsp_mention_at(const struct mentions *all, uint32_t offset)
{
	const struct mention *best = NULL;

	for (uint32_t i = 0; i < all->n; i++) {
		const struct mention *m = &all->items[i];

		/* Behind the last letter counts, too: that is where the cursor is after typing. */
		if (m->at.begin <= offset && offset <= m->at.end &&
		    (!best || m->at.end - m->at.begin < best->at.end - best->at.begin))
			best = m;
	}
	return best;
}

bool lsp_is_same(const struct mention *x, const struct mention *y)
{
	if (x->kind != y->kind || !str_eq(x->name, y->name))
		return false;
	if (x->kind == MENTION_ANCHOR)
		return str_eq(x->scope, y->scope);
	return str_eq(x->record, y->record) && str_eq(x->file, y->file);
}

static const struct node *named_in(const struct record *r, const struct node *map,
				   struct str record)
{
	for (uint32_t i = 0; map && map->kind == NODE_MAP && i < map->n; i++) {
		const struct field *f = record_field(r, map->entries[i].key);
		const struct node *value = map->entries[i].value, *found = NULL;

		if (!f || value->kind != NODE_MAP)
			continue;
		if (f->kind == KIND_NAMED && str_eq_c(record, f->sub->name))
			return value;
		if (f->kind == KIND_RECORD)
			found = named_in(f->sub, value, record);
		if (found)
			return found;
	}
	return NULL;
}

const struct node *lsp_named_of(const struct node *root, struct str record)
{
	return named_in(&record_job, root, record);
}
