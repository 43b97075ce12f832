/* SPDX-License-Identifier: Apache-2.0 */
/* Files in memory, trees and diagnostics as text. */
#include "tests/unit/fixture.h"
#include "ir/facts/rules.h"

static bool read_file(void *context, struct arena *a, struct str path, struct str *bytes,
		      struct str *why)
{
	(void)a;
	struct fixture *f = context;
	for (uint32_t i = 0; i < f->files.n; i++) {
		if (!str_eq(f->files.items[i].name, path))
			continue;
		*bytes = f->files.items[i].value;
		return true;
	}
	*why = STR("no such file or directory");
	return false;
}

void fixture_begin(struct fixture *f)
{
	*f = (struct fixture){0};
	arena_init(&f->arena);
	f->unit.arena = &f->arena;
	source_map_init(&f->unit.sources, &f->arena);
	diags_init(&f->unit.diags, &f->arena);
	f->unit.reader = (struct reader){.read = read_file, .context = f};
	f->unit.path = STR("job.yaml");
	f->unit.spec_dir = STR(".");
}

void fixture_end(struct fixture *f)
{
	arena_free(&f->arena);
}

void fixture_file(struct fixture *f, const char *name, const char *text)
{
	*LIST_PUSH(&f->arena, &f->files) = (struct assignment){str_c(name), str_c(text)};
}

static void add_node(struct buf *b, const struct node *node)
{
	if (node->trail)
		buf_add_byte(b, '@');
	if (node->is_poison) {
		buf_add_byte(b, '!');
		return;
	}
	switch (node->kind) {
	case NODE_NULL:
	case NODE_BOOL:
	case NODE_INT:
	case NODE_FLOAT:
		buf_add(b, node->text.len ? node->text : STR("null"));
		break;
	case NODE_STRING:
		buf_add_fmt(b, "'%.*s'", STR_ARG(node->text));
		break;
	case NODE_LIST:
		buf_add_byte(b, '[');
		for (uint32_t i = 0; i < node->n; i++) {
			buf_add_c(b, i ? ", " : "");
			add_node(b, node->items[i]);
		}
		buf_add_byte(b, ']');
		break;
	case NODE_MAP:
		buf_add_byte(b, '{');
		for (uint32_t i = 0; i < node->n; i++) {
			buf_add_fmt(b, "%s%.*s: ", i ? ", " : "", STR_ARG(node->entries[i].key));
			add_node(b, node->entries[i].value);
		}
		buf_add_byte(b, '}');
		break;
	}
}

struct str fixture_tree(struct fixture *f)
{
	struct buf b;
	buf_init(&b, &f->arena);
	if (f->unit.tree)
		add_node(&b, f->unit.tree);
	return buf_str(&b);
}

static void add_place(struct buf *b, const struct source_map *map, struct span at)
{
	if (span_is_none(at)) {
		buf_add_c(b, "-");
		return;
	}
	struct place begin = source_place(map, at.begin), end = source_place(map, at.end);
	buf_add_fmt(b, "%.*s:%u:%u-", STR_ARG(begin.source->name), (unsigned)begin.line,
		    (unsigned)begin.column);
	if (end.line != begin.line)
		buf_add_fmt(b, "%u:", (unsigned)end.line);
	buf_add_fmt(b, "%u", (unsigned)end.column);
}

struct str fixture_diags(struct fixture *f)
{
	const struct unit *u = &f->unit;
	struct buf b;
	buf_init(&b, &f->arena);
	for (uint32_t i = 0; i < u->diags.list.n; i++) {
		const struct diag *d = u->diags.list.items[i];
		buf_add_c(&b, i ? "\n" : "");
		add_place(&b, &u->sources, d->at);
		buf_add_fmt(&b, " %s %.*s", rules[d->rule].id, STR_ARG(d->text));
		for (uint32_t j = 0; j < d->lines.n; j++) {
			const struct diag_line *line = &d->lines.items[j];
			bool is_note = line->severity == SEVERITY_NOTE;
			buf_add_c(&b, is_note ? " | note " : " | help ");
			if (is_note)
				add_place(&b, &u->sources, line->at);
			buf_add_fmt(&b, "%s%.*s", is_note ? " " : "", STR_ARG(line->text));
		}
	}
	return buf_str(&b);
}

static bool is_inside(const struct source_map *map, struct span at)
{
	if (span_is_none(at))
		return at.end == 0;
	const struct source *file = source_at(map, at.begin);
	return file && at.begin <= at.end && at.end <= file->base + file->bytes.len;
}

static bool node_is_inside(const struct source_map *map, const struct node *node)
{
	if (!is_inside(map, node->at))
		return false;
	for (const struct trail *step = node->trail; step; step = step->next)
		if (!is_inside(map, step->at))
			return false;
	for (uint32_t i = 0; i < node->n; i++) {
		if (node->kind == NODE_MAP && !is_inside(map, node->entries[i].key_at))
			return false;
		const struct node *child =
			node->kind == NODE_MAP ? node->entries[i].value : node->items[i];
		if (!node_is_inside(map, child))
			return false;
	}
	return true;
}

const char *fixture_check_spans(struct fixture *f)
{
	const struct unit *u = &f->unit;
	for (uint32_t i = 0; i < u->diags.list.n; i++) {
		const struct diag *d = u->diags.list.items[i];
		if (!is_inside(&u->sources, d->at))
			return "a diagnostic lies outside its file";
		for (uint32_t j = 0; j < d->lines.n; j++)
			if (!is_inside(&u->sources, d->lines.items[j].at))
				return "a note lies outside its file";
		for (uint32_t j = 0; j < d->fixes.n; j++)
			if (!is_inside(&u->sources, d->fixes.items[j].at))
				return "a fix lies outside its file";
	}
	if (u->tree && !node_is_inside(&u->sources, u->tree))
		return "a node lies outside its file";
	return NULL;
}
