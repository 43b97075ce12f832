/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Definition, references and rename. What is defined may stand in another file: a service that is inherited,
 * a variable of `.env`. A rename is made whole or refused: what would be left behind with the old name says so.
 */
#include "driver/editor/lsp_names.h"

#include "driver/json.h"
#include "driver/system.h"
#include "frontend/extends.h"
#include "frontend/variables/variables.h"
#include "frontend/yaml/yaml_plain.h"
#include "ir/grammar/grammar.h"
#include "ir/schema.h"
#include "ir/schema_externs.gen.h"

/* A question about what stands at a place. */
struct question {
	struct lsp_view *v;
	struct arena *a;
	struct mentions all;
	const struct mention *about; /* NULL: nothing that has a name */
};

static struct question question_of(struct lsp_view *v, const json_t *params)
{
	struct question q = {.v = v, .a = v->c.inv->arena};
	uint32_t offset;

	if (lsp_offset(v, lsp_number(params, "position", "line"),
		       lsp_number(params, "position", "character"), &offset)) {
		lsp_mentions(v, &q.all);
		q.about = lsp_mention_at(&q.all, offset);
	}
	return q;
}

static const struct source *source_named(const struct lsp_view *v, struct str name)
{
	for (uint32_t i = 0; i < v->c.unit.sources.files.n; i++)
		if (str_eq(v->c.unit.sources.files.items[i].name, name))
			return &v->c.unit.sources.files.items[i];
	return NULL;
}

static struct span key_in(const struct node *root, const struct mention *m)
{
	const struct entry *e = node_entry(lsp_named_of(root, m->record), m->name);

	return e ? e->key_at : SPAN_NONE;
}

/* The key in the file that stands beside the name; where the file has been read. */
static struct span key_in_file(const struct question *q, const struct mention *m)
{
	struct unit *u = &q->v->c.unit;
	const struct source *file =
		source_named(q->v, path_beside(q->a, compilation_leaf(&q->v->c)->name, m->file));

	return file ? key_in(frontend_compose(u, (uint32_t)(file - u->sources.files.items)), m)
		    : SPAN_NONE;
}

/* The name in front of a value of an env file: NAME=value, with blanks and quotes between. */
static struct span name_before(const struct lsp_view *v, const struct variable *variable)
{
	const struct source *file = source_at(&v->c.unit.sources, variable->at.begin);
	struct place place = source_place(&v->c.unit.sources, variable->at.begin);
	struct str line = source_line(&v->c.unit.sources, place.source, place.line);
	size_t begin = (size_t)(line.ptr - file->bytes.ptr);
	ptrdiff_t equals = str_find(line, '=');
	struct str name = str_slice(line, 0, equals == STR_NONE ? 0 : (size_t)equals);

	while (name.len > 0 && byte_is_in(name.ptr[name.len - 1], " \t"))
		name.len--;
	if (!str_has_suffix(name, str_dup(v->c.inv->arena, variable->name).ptr))
		return variable->at;
	begin += name.len - variable->name.len;
	return source_span(file, begin, begin + variable->name.len);
}

static struct span definition_of_variable(const struct question *q, const struct mention *m)
{
	const struct variable *variable = variable_find(&q->v->c.unit, m->name);

	for (uint32_t i = 0; i < q->all.n; i++)
		if (q->all.items[i].is_definition && lsp_is_same(&q->all.items[i], m))
			return q->all.items[i].at;
	if (!variable || span_is_none(variable->at))
		return SPAN_NONE;
	return variable->source == VARIABLE_DOTENV ? name_before(q->v, variable) : variable->at;
}

/* That of the service itself goes before the one that all services have. */
static struct span definition_of_setting(const struct question *q, const struct mention *m)
{
	struct span found = SPAN_NONE;

	for (uint32_t i = 0; i < q->all.n; i++) {
		const struct mention *x = &q->all.items[i];

		if (!x->is_definition || !lsp_is_same(x, m))
			continue;
		if (str_eq(x->scope, m->scope))
			return x->at;
		if (x->scope.len == 0)
			found = x->at;
	}
	return found;
}

static struct span where_defined(const struct question *q, const struct mention *m)
{
	struct str path;

	switch (m->kind) {
	case MENTION_FILE:
		path = path_beside(q->a, compilation_leaf(&q->v->c)->name, m->name);
		return source_named(q->v, path) ? source_span(source_named(q->v, path), 0, 0)
						: SPAN_NONE;
	case MENTION_VARIABLE:
		return definition_of_variable(q, m);
	case MENTION_SETTING:
		return definition_of_setting(q, m);
	case MENTION_ANCHOR:
	case MENTION_NAMED:
		break;
	}
	if (m->file.len > 0)
		return key_in_file(q, m);
	for (uint32_t i = 0; i < q->all.n; i++)
		if (q->all.items[i].is_definition && lsp_is_same(&q->all.items[i], m))
			return q->all.items[i].at;
	return m->kind == MENTION_NAMED ? key_in(q->v->c.unit.tree, m) : SPAN_NONE;
}

json_t *lsp_definition(struct lsp_view *v, const json_t *params)
{
	struct question q = question_of(v, params);
	struct span at = q.about ? where_defined(&q, q.about) : SPAN_NONE;

	if (!span_is_none(at))
		return lsp_location(v, at);
	/* A file that is there but holds no YAML of ours, as one of variables. */
	if (!q.about || q.about->kind != MENTION_FILE)
		return json_null();
	struct str path = path_beside(q.a, compilation_leaf(&v->c)->name, q.about->name);
	if (!path_exists(str_dup(q.a, path).ptr))
		return json_null();
	return json_pack("{s:o, s:{s:{s:i, s:i}, s:{s:i, s:i}}}", "uri", lsp_uri(v, path), "range",
			 "start", "line", 0, "character", 0, "end", "line", 0, "character", 0);
}

json_t *lsp_references(struct lsp_view *v, const json_t *params)
{
	struct question q = question_of(v, params);
	bool with_definition = json_is_true(
		json_object_get(json_object_get(params, "context"), "includeDeclaration"));
	json_t *list = json_array();

	for (uint32_t i = 0; q.about && i < q.all.n; i++)
		if (lsp_is_same(&q.all.items[i], q.about) &&
		    (with_definition || !q.all.items[i].is_definition))
			json_array_append_new(list, lsp_location(v, q.all.items[i].at));
	struct span at = q.about && with_definition ? where_defined(&q, q.about) : SPAN_NONE;
	if (!span_is_none(at) && !lsp_is_inside(v, at))
		json_array_append_new(list, lsp_location(v, at));
	return list;
}

json_t *lsp_highlights(struct lsp_view *v, const json_t *params)
{
	enum {
		READ = 2,
		WRITE = 3
	};
	struct question q = question_of(v, params);
	json_t *list = json_array();

	for (uint32_t i = 0; q.about && i < q.all.n; i++)
		if (lsp_is_same(&q.all.items[i], q.about))
			json_array_append_new(
				list,
				json_pack("{s:o, s:i}", "range", lsp_range(v, q.all.items[i].at),
					  "kind", q.all.items[i].is_definition ? WRITE : READ));
	return list;
}

/* Another file gives the service, too, and would keep its name. */
static bool is_elsewhere(const struct question *q, const struct mention *m)
{
	struct unit *u = &q->v->c.unit;

	for (uint32_t i = 0; i < u->sources.files.n; i++) {
		const struct source *file = &u->sources.files.items[i];
		bool is_yaml =
			str_has_suffix(file->name, ".yaml") || str_has_suffix(file->name, ".yml");

		if (file != compilation_leaf(&q->v->c) && is_yaml &&
		    !span_is_none(key_in(frontend_compose(u, i), m)))
			return true;
	}
	return false;
}

/* Programs know a component by variables that have its name: those that the document speaks of. */
static bool is_in_variables(const struct question *q, const struct mention *m)
{
	struct str token = name_rendezvous_token(q->a, m->name);
	struct str begin = str_fmt(q->a, "HPC_COMPOSE_COMPONENT_%.*s_", STR_ARG(token));

	if (!str_eq_c(m->record, record_component.name))
		return false;
	for (uint32_t i = 0; i < q->all.n; i++)
		if (str_has_prefix(q->all.items[i].name, begin.ptr))
			return true;
	return false;
}

/* Why what stands there can't get another name; NULL: it can. */
static const char *obstacle(const struct question *q)
{
	const struct mention *m = q->about;
	struct span at = m ? where_defined(q, m) : SPAN_NONE;

	if (!m || m->kind == MENTION_FILE)
		return "there is no service, component, variable or anchor here";
	if (m->kind == MENTION_SETTING)
		return "a variable of a service is known by its name to the programs in it";
	if (m->file.len > 0 || (m->kind == MENTION_NAMED && is_elsewhere(q, m)))
		return "another file has it under this name";
	if (span_is_none(at))
		return m->kind == MENTION_VARIABLE ? "it is set outside of the files, or not at all"
						   : "it isn't defined in this document";
	if (!lsp_is_inside(q->v, at) && m->kind == MENTION_VARIABLE &&
	    variable_find(&q->v->c.unit, m->name)->source != VARIABLE_DOTENV)
		return "it is set in the settings, for all specs";
	if (m->kind == MENTION_NAMED && is_in_variables(q, m))
		return "a variable that is used here has this name in its own";
	for (uint32_t i = 0; i < q->all.n; i++)
		if (lsp_is_same(&q->all.items[i], m) && !q->all.items[i].is_exact)
			return "one of its places is written with escapes or over several lines";
	return NULL;
}

json_t *lsp_prepare_rename(struct lsp_view *v, const json_t *params)
{
	struct question q = question_of(v, params);

	if (obstacle(&q))
		return json_null();
	return json_pack("{s:o, s:o}", "range", lsp_range(v, q.about->at), "placeholder",
			 json_visible(q.a, q.about->name));
}

static bool is_anchor_name(struct str name)
{
	for (size_t i = 0; i < name.len; i++)
		if (!((name.ptr[i] >= 'a' && name.ptr[i] <= 'z') ||
		      (name.ptr[i] >= 'A' && name.ptr[i] <= 'Z') ||
		      (name.ptr[i] >= '0' && name.ptr[i] <= '9') || byte_is_in(name.ptr[i], "-_")))
			return false;
	return name.len > 0;
}

/* Why the new name won't do; NULL: it will. */
static const char *fault_of_name(const struct question *q, struct str name)
{
	const struct mention *m = q->about;

	if (m->kind == MENTION_VARIABLE && !name_is_variable(name))
		return "a variable's name has letters, digits and '_', and begins with no digit";
	if (m->kind == MENTION_ANCHOR && !is_anchor_name(name))
		return "an anchor's name has letters, digits, '-' and '_'";
	if (m->kind == MENTION_NAMED && (!is_anchor_name(name) || !yaml_is_plain(name)))
		return "choose letters, digits, '-' and '_', and no number or word that YAML reads "
		       "otherwise";
	if (m->kind == MENTION_VARIABLE && variable_find(&q->v->c.unit, name))
		return "there is a variable of this name";
	for (uint32_t i = 0; i < q->all.n; i++)
		if (q->all.items[i].kind == m->kind && str_eq(q->all.items[i].record, m->record) &&
		    str_eq(q->all.items[i].name, name))
			return "this name is taken";
	if (m->kind == MENTION_NAMED &&
	    node_entry(lsp_named_of(q->v->c.unit.tree, m->record), name))
		return "this name is taken";
	return NULL;
}

json_t *lsp_rename(struct lsp_view *v, const json_t *params)
{
	struct question q = question_of(v, params);
	const json_t *wanted = json_object_get(params, "newName");
	struct str name = {json_string_value(wanted), json_string_length(wanted)};
	struct lsp_edits edits = {0};

	v->refusal = obstacle(&q);
	if (!v->refusal && !json_is_string(wanted))
		v->refusal = "a rename has a new name";
	if (!v->refusal && str_eq(name, q.about->name))
		return lsp_workspace_edit(v, &edits);
	if (!v->refusal)
		v->refusal = fault_of_name(&q, name);
	if (v->refusal)
		return json_null();
	for (uint32_t i = 0; i < q.all.n; i++)
		if (lsp_is_same(&q.all.items[i], q.about))
			*LIST_PUSH(q.a, &edits) =
				(struct lsp_edit){.at = q.all.items[i].at, .text = name};
	struct span at = where_defined(&q, q.about);
	if (!lsp_is_inside(v, at) && !str_eq(source_text(&v->c.unit.sources, at), q.about->name)) {
		v->refusal = "the place that defines it is not written plainly";
		return json_null();
	}
	if (!lsp_is_inside(v, at))
		*LIST_PUSH(q.a, &edits) = (struct lsp_edit){.at = at, .text = name};
	return lsp_workspace_edit(v, &edits);
}
