/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Diagnostics as a SARIF 2.1.0 log, which code hosts and editors show beside the source. All rules
 * are listed, so that a result's ruleIndex is the rule's place in the table.
 */
#include "ir/diag/diag_parts.h"

#include "ir/text/rules.h"

struct sarif {
	struct buf *b;
	const struct source_map *map;
	const struct diags *ds;
};

static void add_text(struct sarif *s, struct str text)
{
	buf_add_c(s->b, "{\"text\": ");
	buf_add_json(s->b, diags_redact(s->b->arena, s->ds, text));
	buf_add_c(s->b, "}");
}

/* A relative URI, or one of a file: what may not stand in a path is percent-encoded. */
static void add_uri(struct buf *b, struct str name)
{
	static const char plain[] = "-._~/";
	buf_add_c(b, "{\"uri\": \"");
	if (str_has_prefix(name, "/"))
		buf_add_c(b, "file://");
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];
		bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
				(c >= '0' && c <= '9') || str_find(str_c(plain), c) != STR_NONE;
		if (is_plain)
			buf_add_byte(b, c);
		else
			buf_add_fmt(b, "%%%02X", (unsigned)(unsigned char)c);
	}
	buf_add_c(b, "\"}");
}

static void add_region(struct sarif *s, struct span at)
{
	struct place begin = source_place(s->map, at.begin), end = source_place(s->map, at.end);
	buf_add_fmt(s->b,
		    "{\"startLine\": %u, \"startColumn\": %u, \"endLine\": %u, "
		    "\"endColumn\": %u, \"byteOffset\": %u, \"byteLength\": %u}",
		    (unsigned)begin.line, (unsigned)begin.column, (unsigned)end.line,
		    (unsigned)end.column, (unsigned)(at.begin - begin.source->base),
		    (unsigned)(at.end - at.begin));
}

static void add_location(struct sarif *s, struct span at)
{
	buf_add_c(s->b, "\"physicalLocation\": {\"artifactLocation\": ");
	add_uri(s->b, source_at(s->map, at.begin)->name);
	buf_add_c(s->b, ", \"region\": ");
	add_region(s, at);
	buf_add_c(s->b, "}");
}

static void add_related(struct sarif *s, const struct diag *d)
{
	bool is_first = true;
	buf_add_c(s->b, ", \"relatedLocations\": [");
	for (uint32_t i = 0; i < d->lines.n; i++) {
		const struct diag_line *line = &d->lines.items[i];
		if (line->severity != SEVERITY_NOTE || span_is_none(line->at))
			continue;
		buf_add_c(s->b, is_first ? "{" : ", {");
		add_location(s, line->at);
		buf_add_c(s->b, ", \"message\": ");
		add_text(s, line->text);
		buf_add_c(s->b, "}");
		is_first = false;
	}
	buf_add_c(s->b, "]");
}

/* The edits of a diagnostic lie in one file and are made together: one change of that file. */
static void add_fixes(struct sarif *s, const struct diag *d)
{
	uint32_t n = diag_n_fixes(s->b->arena, s->ds, d);
	if (!n)
		return;
	struct str what = STR("mend it");
	for (uint32_t i = d->lines.n; i--;)
		if (d->lines.items[i].severity == SEVERITY_HELP)
			what = d->lines.items[i].text;
	buf_add_c(s->b, ", \"fixes\": [{\"description\": ");
	add_text(s, what);
	buf_add_c(s->b, ", \"artifactChanges\": [{\"artifactLocation\": ");
	add_uri(s->b, source_at(s->map, d->fixes.items[0].at.begin)->name);
	buf_add_c(s->b, ", \"replacements\": [");
	for (uint32_t i = 0; i < n; i++) {
		const struct fix *fix = &d->fixes.items[i];
		buf_add_c(s->b, i ? ", {\"deletedRegion\": " : "{\"deletedRegion\": ");
		add_region(s, fix->at);
		buf_add_c(s->b, ", \"insertedContent\": ");
		add_text(s, fix->text);
		buf_add_c(s->b, "}");
	}
	buf_add_c(s->b, "]}");
	buf_add_c(s->b, "]}]");
}

static void add_result(struct buf *b, const struct reported *r)
{
	struct sarif *s = &(struct sarif){.b = b, .map = r->map, .ds = r->ds};
	const struct diag *d = r->d;
	buf_add_c(s->b, "    {");
	if (d->rule)
		buf_add_fmt(s->b, "\"ruleId\": \"%s\", \"ruleIndex\": %u, ", rules[d->rule].id,
			    (unsigned)d->rule - 1);
	buf_add_fmt(s->b, "\"level\": \"%s\", \"message\": ", severity_name(d->severity));
	buf_add_c(s->b, "{\"text\": ");
	buf_add_json(s->b, diag_message(s->b->arena, r));
	buf_add_c(s->b, "}");
	if (!span_is_none(d->at)) {
		buf_add_c(s->b, ", \"locations\": [{");
		add_location(s, d->at);
		buf_add_c(s->b, "}]");
	}
	add_related(s, d);
	add_fixes(s, d);
	buf_add_c(s->b, "}");
}

static void add_own_text(struct buf *b, const char *key, const char *text)
{
	buf_add_fmt(b, ", \"%s\": {\"text\": ", key);
	buf_add_json(b, str_c(text));
	buf_add_c(b, "}");
}

/* The page's heading is "R005 `unknown-key`", and code hosts call it #r005-unknown-key. */
static void add_help_uri(struct buf *b, const struct rule *rule, struct str page)
{
	struct str id = str_c(rule->id);
	buf_add_c(b, ", \"helpUri\": ");
	buf_add_json(b, str_fmt(b->arena, "%.*s#%c%.*s-%s", STR_ARG(page), id.ptr[0] - 'A' + 'a',
				STR_ARG(str_from(id, 1)), rule->name));
}

static void add_rule(struct buf *b, const struct rule *rule, struct str page)
{
	buf_add_fmt(b, "    {\"id\": \"%s\", \"name\": \"%s\"", rule->id, rule->name);
	add_own_text(b, "shortDescription", rule->meaning);
	add_own_text(b, "help", rule->remedy);
	if (page.len)
		add_help_uri(b, rule, page);
	buf_add_fmt(b, ", \"defaultConfiguration\": {\"level\": \"%s\"}}",
		    rule_is_advice(rule) ? "warning" : "error");
}

struct str diags_sarif(struct arena *a, const diag_reports *reports, struct str page)
{
	struct reported_list list = diags_reported(a, reports);
	struct buf b;
	buf_init(&b, a);
	buf_add_c(&b, "{\"$schema\": \"https://json.schemastore.org/sarif-2.1.0.json\",\n"
		      " \"version\": \"2.1.0\",\n \"runs\": [{\n"
		      "   \"columnKind\": \"unicodeCodePoints\",\n"
		      "   \"tool\": {\"driver\": {\"name\": \"hpcc\", \"version\": \"" HPCC_VERSION
		      "\", \"rules\": [");
	for (enum rule_id i = RULE_NONE + 1; i < N_RULES; i++) {
		buf_add_c(&b, i > 1 ? ",\n" : "\n");
		add_rule(&b, &rules[i], page);
	}
	buf_add_c(&b, "]}},\n   \"results\": [");
	for (uint32_t i = 0; i < list.all.n; i++) {
		buf_add_c(&b, i ? ",\n" : "\n");
		add_result(&b, &list.all.items[i]);
	}
	buf_add_c(&b, "]}]}\n");
	return buf_str(&b);
}
