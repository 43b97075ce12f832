/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is said of the thing under the cursor: of a key, what the field is; of a value, what holds after
 * variables and defaults, and the lines of the script that came from it; of a variable, its value and where
 * that comes from. Secrets are never shown.
 */
#include "driver/editor/lsp_names.h"

#include <string.h>

#include "driver/json.h"
#include "driver/screen/variable_list.h"
#include "frontend/variables/variables.h"
#include "ir/diag/diag_parts.h"
#include "ir/grammar/grammar.h"
#include "ir/text/print.h"
#include "ir/text/schema_text.h"

/* What stands at the cursor, and its path with positions in lists: "services.a.command[0]". */
struct spot {
	struct str path; /* of the field: services.a.command[] */
	struct str exact;
	const struct entry *key; /* the key itself, or NULL */
	const struct node *value;
};

static bool covers(struct span at, uint32_t offset)
{
	return at.begin <= offset && offset < at.end;
}

static struct str below(struct arena *a, struct str path, struct str key)
{
	return path.len > 0 ? str_fmt(a, "%.*s.%.*s", STR_ARG(path), STR_ARG(key)) : key;
}

/* False when neither a key nor a scalar of the node stands there. */
static bool find_spot(struct arena *a, const struct node *node, uint32_t offset, struct spot *s)
{
	struct spot here = *s;

	for (uint32_t i = 0; i < node->n; i++) {
		bool is_map = node->kind == NODE_MAP;
		const struct entry *e = is_map ? &node->entries[i] : NULL;
		const struct node *value = is_map ? e->value : node->items[i];
		bool is_key = is_map && covers(e->key_at, offset);

		if (!is_key && !covers(value->at, offset))
			continue;
		struct buf exact;
		buf_init(&exact, a);
		buf_add(&exact, here.exact);
		if (is_map && exact.len > 0)
			buf_add_byte(&exact, '.');
		if (is_map)
			print_key(&exact, e->key);
		else
			buf_add_fmt(&exact, "[%u]", i);
		*s = (struct spot){.path = is_map ? below(a, here.path, e->key)
						  : str_cat(a, here.path, STR("[]")),
				   .exact = buf_str(&exact),
				   .key = is_key ? e : NULL,
				   .value = value};
		if (is_key || (value->kind != NODE_MAP && value->kind != NODE_LIST) ||
		    find_spot(a, value, offset, s))
			return true;
	}
	*s = here;
	return false;
}

/* The line of the job's text form that is about the path, or the empty string. */
static struct str effective(struct arena *a, struct str all, struct str path)
{
	struct str head = str_cat(a, path, STR(" = ")), line;

	while (all.len > 0) {
		all = str_split(all, '\n', &line);
		if (str_has_prefix(line, str_dup(a, head).ptr))
			return str_from(line, head.len);
	}
	return STR("");
}

/* `steps` is another name for `services`; a lone text is the first of a list. */
static struct str effective_value(struct lsp_view *v, const struct spot *s)
{
	struct arena *a = v->c.inv->arena;
	struct unit *u = &v->c.unit;
	struct str path = s->exact;

	if (!u->job)
		return STR("");
	if (str_has_prefix(path, "steps."))
		path = str_cat(a, STR("services."), str_from(path, 6));
	struct str all = job_print(a, &u->sources, u->job, &u->diags.secrets, 0);
	struct str value = effective(a, all, path);
	if (value.len == 0)
		value = effective(a, all, str_cat(a, path, STR("[0]")));
	return str_eq_c(value, "?") ? STR("") : value;
}

/* The beginning of a long one. */
static struct str clipped(struct arena *a, struct str text)
{
	enum {
		MOST = 400
	};
	size_t end = MOST;

	if (text.len <= MOST)
		return text;
	while (end > 0 && (text.ptr[end] & 0xc0) == 0x80)
		end--;
	return str_cat(a, str_slice(text, 0, end), STR(" …"));
}

/* Lines of the script that came from the value. */
static void add_lines(struct lsp_view *v, const struct node *value, struct buf *text)
{
	enum {
		MOST_LINES = 6
	};
	struct arena *a = v->c.inv->arena;
	struct script script;
	uint32_t n = 0, last = 0;

	if (!v->c.unit.is_lowered || v->c.unit.diags.n_errors > 0)
		return;
	v->c.backend.keeps_lines = true;
	compilation_script(&v->c, &script);
	plan_hide_secrets(&v->c.unit);
	struct str rest = script.text, line = STR("");
	uint32_t number = 0;
	for (uint32_t i = 0; i < script.lines.n && n < MOST_LINES; i++) {
		const struct line_origin *origin = &script.lines.items[i];

		if (origin->at.begin != value->at.begin || origin->line == last)
			continue;
		for (; number < origin->line && rest.len > 0; number++)
			rest = str_split(rest, '\n', &line);
		last = origin->line;
		buf_add_fmt(text, "%s    %.*s\n", n++ == 0 ? "\n  in the script:\n" : "",
			    STR_ARG(clipped(a, secrets_redact(a, &v->c.unit.diags.secrets,
							      str_trim(line),
							      SECRETS_SHORT | SECRETS_QUOTED))));
	}
}

static struct str about_value(struct lsp_view *v, const struct spot *s)
{
	struct arena *a = v->c.inv->arena;
	const struct field *f = schema_field(s->path);
	struct str value = effective_value(v, s);
	struct buf text;

	buf_init(&text, a);
	if (value.len > 0)
		buf_add_fmt(&text, "%.*s = %.*s\n", STR_ARG(s->exact), STR_ARG(clipped(a, value)));
	if (f)
		buf_add_fmt(&text, "  %s\n", f->help);
	if (f && *f->effect)
		buf_add_fmt(&text, "  becomes:  %s\n", f->effect);
	add_lines(v, s->value, &text);
	return buf_str(&text);
}

/* What the variable holds, and what is used where it holds nothing. */
static struct str about_variable(struct lsp_view *v, const struct mention *m)
{
	struct arena *a = v->c.inv->arena;
	const struct unit *u = &v->c.unit;
	const struct variable *variable = variable_find(u, m->name);
	struct buf text;

	buf_init(&text, a);
	if (variable)
		buf_add_fmt(&text, "%.*s = %.*s\n  from:     %.*s\n", STR_ARG(m->name),
			    STR_ARG(clipped(a, variable_shown(&v->c, variable))),
			    STR_ARG(variable_origin(&v->c, variable)));
	else
		buf_add_fmt(&text, "%.*s is not set\n", STR_ARG(m->name));
	for (uint32_t i = 0; i < u->variable_uses.n; i++) {
		const struct variable_use *use = &u->variable_uses.items[i];

		if (use->role != USE_DEFAULT || !str_eq(use->name, m->name) ||
		    use->at.begin > m->at.begin || use->at.end < m->at.end)
			continue;
		buf_add_fmt(&text, "  here:     %.*s, the default\n",
			    STR_ARG(diags_redact(a, &u->diags, use->fallback)));
		break;
	}
	return buf_str(&text);
}

/* A service that is spoken of. */
static struct str about_named(struct lsp_view *v, const struct mention *m)
{
	struct arena *a = v->c.inv->arena;
	const struct entry *e = node_entry(lsp_named_of(v->c.unit.tree, m->record), m->name);
	const struct node *image = e ? node_get(e->value, "image") : NULL;

	if (!e)
		return STR("");
	struct buf text;
	buf_init(&text, a);
	buf_add_fmt(&text, "%.*s %.*s\n  defined:  %.*s\n", STR_ARG(m->record), STR_ARG(m->name),
		    STR_ARG(place_text(&v->c, e->key_at)));
	if (image && image->kind == NODE_STRING)
		buf_add_fmt(&text, "  image:    %.*s\n",
			    STR_ARG(diags_redact(a, &v->c.unit.diags, image->text)));
	return buf_str(&text);
}

static json_t *hover(const struct lsp_view *v, struct str text, struct span at)
{
	if (text.len == 0)
		return json_null();
	json_t *result = json_pack("{s:{s:s, s:o}}", "contents", "kind", "plaintext", "value",
				   json_visible(v->c.inv->arena, text));
	if (lsp_is_inside(v, at))
		json_object_set_new(result, "range", lsp_range(v, at));
	return result;
}

json_t *lsp_hover(struct lsp_view *v, const json_t *params)
{
	struct arena *a = v->c.inv->arena;
	struct spot s = {0};
	struct mentions all = {0};
	uint32_t offset;

	if (!v->written || !lsp_offset(v, lsp_number(params, "position", "line"),
				       lsp_number(params, "position", "character"), &offset))
		return json_null();
	bool is_there = find_spot(a, v->written, offset, &s);
	if (is_there && s.key) {
		struct str text = schema_explain(a, s.path);
		if (text.len > 0)
			return hover(v, text, s.key->key_at);
	}
	lsp_mentions(v, &all);
	const struct mention *m = lsp_mention_at(&all, offset);
	if (m && m->kind == MENTION_VARIABLE)
		return hover(v, about_variable(v, m), m->at);
	if (m && m->kind == MENTION_NAMED && !m->is_definition && m->file.len == 0)
		return hover(v, about_named(v, m), m->at);
	return is_there && !s.key ? hover(v, about_value(v, &s), s.value->at) : json_null();
}
