/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Documents as the language server sees them, the diagnostics of one, and the edits that are certain. Other
 * files are read as they are in the editor, where they are open.
 */
#include "driver/editor/lsp.h"

#include "driver/json.h"
#include "frontend/frontend.h"
#include "ir/diag/diag_parts.h"
#include "ir/facts/rules.h"

/* How the compiler reads, and what is open in the editor. */
struct open_files {
	const struct lsp_document *documents;
	struct reader disk;
};

static bool read_open(void *context, struct arena *a, struct str path, struct str *bytes,
		      struct str *why)
{
	const struct open_files *files = context;

	for (const struct lsp_document *d = files->documents; d; d = d->next) {
		if (!str_eq(lsp_path(a, json_string_value(d->uri)), path))
			continue;
		*bytes = (struct str){json_string_value(d->text), json_string_length(d->text)};
		return true;
	}
	return files->disk.read(files->disk.context, a, path, bytes, why);
}

bool lsp_open(struct lsp_view *v, struct invocation *inv, struct str path, struct str text)
{
	if (!compilation_set_up(&v->c, inv, path.ptr))
		return false;
	struct open_files *files = ARENA_NEW(inv->arena, struct open_files);
	*files = (struct open_files){.documents = v->documents, .disk = v->c.unit.reader};
	v->c.unit.reader.read = read_open;
	v->c.unit.reader.context = files;
	v->c.unit.keeps_variable_uses = true;
	v->c.text = text;
	compilation_plan(&v->c);
	frontend_explain(&v->c.unit);
	/* The unit's tree has lost `extends`, and calls `steps` services. What composing it once more
	   complains about was said. */
	uint32_t n = v->c.unit.diags.list.n;
	const struct source *leaf = compilation_leaf(&v->c);
	v->written = leaf ? frontend_compose(&v->c.unit,
					     (uint32_t)(leaf - v->c.unit.sources.files.items))
			  : NULL;
	v->c.unit.diags.list.n = n < v->c.unit.diags.list.n ? n : v->c.unit.diags.list.n;
	return true;
}

/* Where the first error of a text that isn't YAML lies. */
static size_t fault_of(const struct lsp_view *v, size_t end)
{
	const struct source *leaf = compilation_leaf(&v->c);

	for (uint32_t i = 0; leaf && i < v->c.unit.diags.list.n; i++) {
		const struct diag *d = v->c.unit.diags.list.items[i];
		if (d->severity == SEVERITY_ERROR && lsp_is_inside(v, d->at) &&
		    d->at.begin - leaf->base < end)
			end = d->at.begin - leaf->base;
	}
	return end;
}

bool lsp_open_readable(struct lsp_view *v, struct invocation *inv, struct str path, struct str text)
{
	enum {
		MOST_CUTS = 4
	};

	for (int i = 0; lsp_open(v, inv, path, text); i++) {
		size_t end = fault_of(v, text.len);

		if (v->written || i == MOST_CUTS || text.len == 0)
			return true;
		/* The line of the fault goes, and when that is the last one, so does the next. */
		end = end == text.len && end > 0 ? end - 1 : end;
		while (end > 0 && text.ptr[end - 1] != '\n')
			end--;
		text = str_slice(text, 0, end);
	}
	return false;
}

static struct str message_of(const struct lsp_view *v, const struct diag *d)
{
	struct arena *a = v->c.inv->arena;
	struct buf text;

	buf_init(&text, a);
	buf_add(&text, diags_redact(a, &v->c.unit.diags, d->text));
	for (uint32_t k = 0; k < d->lines.n; k++)
		if (d->lines.items[k].severity == SEVERITY_HELP)
			buf_add_fmt(
				&text, "\nhelp: %.*s",
				STR_ARG(diags_redact(a, &v->c.unit.diags, d->lines.items[k].text)));
	return buf_str(&text);
}

static json_t *diagnostic(const struct lsp_view *v, const struct diag *d)
{
	struct span at = lsp_is_inside(v, d->at) ? d->at : (struct span){1, 1};

	return json_pack("{s:o, s:i, s:s, s:s, s:o}", "range", lsp_range(v, at), "severity",
			 d->severity == SEVERITY_ERROR ? 1 : 2, "source", "hpcc", "code",
			 rules[d->rule].id, "message",
			 json_visible(v->c.inv->arena, message_of(v, d)));
}

/* The document reads the file of that URI. */
static bool hangs_on(const struct lsp_view *v, const char *uri)
{
	struct str path = lsp_path(v->c.inv->arena, uri);

	for (uint32_t i = 0; i < v->c.unit.sources.files.n; i++)
		if (str_eq(v->c.unit.sources.files.items[i].name, path))
			return true;
	return false;
}

json_t *lsp_diagnostics(struct lsp_view *v, const json_t *params)
{
	const char *changed = json_string_value(json_object_get(params, "changed"));

	if (changed && !hangs_on(v, changed))
		return json_null();
	json_t *list = json_array();
	for (uint32_t i = 0; i < v->c.unit.diags.list.n && i < 500; i++)
		json_array_append_new(list, diagnostic(v, v->c.unit.diags.list.items[i]));
	return list;
}

/* False when one of them lies elsewhere: half of them would be worse than none. */
static bool edits_of(const struct lsp_view *v, const struct diag *d, struct lsp_edits *edits)
{
	for (uint32_t i = 0; i < d->fixes.n; i++) {
		if (!lsp_is_inside(v, d->fixes.items[i].at))
			return false;
		*LIST_PUSH(v->c.inv->arena, edits) = (struct lsp_edit){
			.at = d->fixes.items[i].at, .text = d->fixes.items[i].text};
	}
	return true;
}

/* A text within a title: one line, not all of a long one. */
static struct str in_title(const struct lsp_view *v, struct str text)
{
	enum {
		MOST = 40
	};
	struct arena *a = v->c.inv->arena;
	struct str line, rest;

	rest = str_split(str_trim(diags_redact(a, &v->c.unit.diags, text)), '\n', &line);
	bool is_cut = rest.len > 0 || line.len > MOST;
	size_t end = line.len < MOST ? line.len : MOST;
	while (end > 0 && end < line.len && (line.ptr[end] & 0xc0) == 0x80)
		end--;
	return str_fmt(a, "'%.*s%s'", STR_ARG(str_slice(line, 0, end)), is_cut ? "…" : "");
}

/* "Replace 'imgae' by 'image'": what the edits do. */
static struct str title_of(const struct lsp_view *v, const struct lsp_edits *edits)
{
	struct arena *a = v->c.inv->arena;
	struct buf title;

	buf_init(&title, a);
	for (uint32_t i = 0; i < edits->n && i < 2; i++) {
		struct str old = source_text(&v->c.unit.sources, edits->items[i].at);
		struct str new = edits->items[i].text;

		buf_add_c(&title, i > 0 ? "; " : "");
		if (str_is_blank(old) && str_is_blank(new))
			buf_add_c(&title, new.len > old.len ? "Insert blanks" : "Remove blanks");
		else if (str_is_blank(old))
			buf_add_fmt(&title, "Insert %.*s", STR_ARG(in_title(v, new)));
		else if (str_is_blank(new))
			buf_add_fmt(&title, "Remove %.*s", STR_ARG(in_title(v, old)));
		else
			buf_add_fmt(&title, "Replace %.*s by %.*s", STR_ARG(in_title(v, old)),
				    STR_ARG(in_title(v, new)));
	}
	if (edits->n > 2)
		buf_add_fmt(&title, "; and %u more", edits->n - 2);
	return buf_str(&title);
}

static json_t *action(const struct lsp_view *v, const struct diag *d)
{
	struct lsp_edits edits = {0};

	if (!edits_of(v, d, &edits))
		return NULL;
	return json_pack("{s:o, s:s, s:b, s:[o], s:o}", "title",
			 json_visible(v->c.inv->arena, title_of(v, &edits)), "kind", "quickfix",
			 "isPreferred", 1, "diagnostics", diagnostic(v, d), "edit",
			 lsp_workspace_edit(v, &edits));
}

json_t *lsp_actions(struct lsp_view *v, const json_t *params)
{
	const json_t *range = json_object_get(params, "range");
	json_int_t first = lsp_number(range, "start", "line"),
		   last = lsp_number(range, "end", "line");
	json_t *list = json_array();

	for (uint32_t i = 0; i < v->c.unit.diags.list.n; i++) {
		const struct diag *d = v->c.unit.diags.list.items[i];

		if (diag_n_fixes(v->c.inv->arena, &v->c.unit.diags, d) == 0 ||
		    !lsp_is_inside(v, d->at))
			continue;
		json_int_t line =
			(json_int_t)source_place(&v->c.unit.sources, d->at.begin).line - 1;
		json_t *one = line >= first && line <= last ? action(v, d) : NULL;
		if (one)
			json_array_append_new(list, one);
	}
	return list;
}
