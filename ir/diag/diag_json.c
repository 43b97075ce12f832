/* SPDX-License-Identifier: Apache-2.0 */
/* Diagnostics as one JSON object, for editors and scripts; docs/diagnostics.md tells its shape. */
#include "ir/diag/diag_parts.h"

#include "ir/text/rules.h"

static void add_text(struct buf *b, const struct diags *ds, const char *key, struct str text)
{
	buf_add_fmt(b, "\"%s\": ", key);
	buf_add_json(b, diags_redact(b->arena, ds, text));
}

static void add_place(struct buf *b, const struct source_map *map, struct span at)
{
	struct place begin = source_place(map, at.begin), end = source_place(map, at.end);
	if (!begin.source) {
		buf_add_c(b, "null");
		return;
	}
	buf_add_c(b, "{\"file\": ");
	buf_add_json(b, begin.source->name);
	buf_add_fmt(b,
		    ", \"begin\": %u, \"end\": %u, \"line\": %u, \"column\": %u, "
		    "\"end_line\": %u, \"end_column\": %u}",
		    (unsigned)(at.begin - begin.source->base),
		    (unsigned)(at.end - begin.source->base), (unsigned)begin.line,
		    (unsigned)begin.column, (unsigned)end.line, (unsigned)end.column);
}

static void add_lines(struct buf *b, const struct source_map *map, const struct diags *ds,
		      const struct diag *d)
{
	bool is_first = true;
	buf_add_c(b, ",\n     \"notes\": [");
	for (uint32_t i = 0; i < d->lines.n; i++) {
		if (d->lines.items[i].severity != SEVERITY_NOTE)
			continue;
		buf_add_c(b, is_first ? "{" : ", {");
		add_text(b, ds, "message", d->lines.items[i].text);
		buf_add_c(b, ", \"at\": ");
		add_place(b, map, d->lines.items[i].at);
		buf_add_c(b, "}");
		is_first = false;
	}
	is_first = true;
	buf_add_c(b, "],\n     \"help\": [");
	for (uint32_t i = 0; i < d->lines.n; i++) {
		if (d->lines.items[i].severity != SEVERITY_HELP)
			continue;
		buf_add_c(b, is_first ? "" : ", ");
		buf_add_json(b, diags_redact(b->arena, ds, d->lines.items[i].text));
		is_first = false;
	}
	buf_add_c(b, "]");
}

static void add_fixes(struct buf *b, const struct source_map *map, const struct diags *ds,
		      const struct diag *d)
{
	uint32_t n = diag_n_fixes(b->arena, ds, d);
	buf_add_c(b, ",\n     \"fixes\": [");
	for (uint32_t i = 0; i < n; i++) {
		buf_add_c(b, i ? ", {\"at\": " : "{\"at\": ");
		add_place(b, map, d->fixes.items[i].at);
		buf_add_c(b, ", ");
		add_text(b, ds, "text", d->fixes.items[i].text);
		buf_add_c(b, "}");
	}
	buf_add_c(b, "]");
}

static void add_diag(struct buf *b, const struct source_map *map, const struct diags *ds,
		     const struct diag *d)
{
	buf_add_c(b, "    {\"rule\": ");
	buf_add_json(b, str_c(rules[d->rule].id));
	buf_add_c(b, ", \"name\": ");
	buf_add_json(b, str_c(rules[d->rule].name));
	buf_add_fmt(b, ", \"severity\": \"%s\",\n     ", severity_name(d->severity));
	add_text(b, ds, "message", d->text);
	buf_add_c(b, ",\n     \"at\": ");
	add_place(b, map, d->at);
	add_lines(b, map, ds, d);
	add_fixes(b, map, ds, d);
	buf_add_c(b, "}");
}

struct str diags_json(struct arena *a, const diag_reports *reports)
{
	struct reported_list list = diags_reported(a, reports);
	struct buf b;
	buf_init(&b, a);
	buf_add_fmt(&b,
		    "{\"version\": 1,\n \"errors\": %u,\n \"warnings\": %u,\n \"diagnostics\": [",
		    (unsigned)list.n_errors, (unsigned)list.n_warnings);
	for (uint32_t i = 0; i < list.all.n; i++) {
		const struct reported *r = &list.all.items[i];
		buf_add_c(&b, i ? ",\n" : "\n");
		add_diag(&b, r->map, r->ds, r->d);
	}
	buf_add_c(&b, list.all.n ? "\n ]}\n" : "]}\n");
	return buf_str(&b);
}
