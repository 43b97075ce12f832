/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Diagnostics as code hosts take them from a job of theirs, to show them in the lines of a change: GitHub
 * commands in its log, GitLab a report of code quality.
 *
 *	::error file=jobs/a.yaml,line=4,...,title=R005 unknown-key::unknown key 'commnd' in services.a
 *	[{"description": "unknown key 'commnd' ...", "check_name": "R005", "fingerprint": "9c1f...", ...}]
 */
#include "ir/diag/diag_parts.h"

#include "ir/facts/rules.h"
#include "ir/support/map.h"
#include "ir/support/visible.h"

/* What would end a command's line is written in hexadecimal digits; what would end a property, too. */
static void add_escaped(struct buf *b, struct str text, const char *ends)
{
	text = str_visible(b->arena, text, VISIBLE_LINE);
	for (size_t i = 0; i < text.len; i++) {
		if (byte_is_in(text.ptr[i], ends))
			buf_add_fmt(b, "%%%02X", (unsigned)(unsigned char)text.ptr[i]);
		else
			buf_add_byte(b, text.ptr[i]);
	}
}

#define ENDS_DATA     "%\r\n"
#define ENDS_PROPERTY "%\r\n:,"

static void add_place(struct buf *b, const struct source_map *map, struct span at)
{
	struct place begin = source_place(map, at.begin), end = source_place(map, at.end);
	if (!begin.source)
		return;
	buf_add_c(b, "file=");
	add_escaped(b, begin.source->name, ENDS_PROPERTY);
	buf_add_fmt(b, ",line=%u,endLine=%u,col=%u,endColumn=%u,", (unsigned)begin.line,
		    (unsigned)end.line, (unsigned)begin.column, (unsigned)end.column);
}

/* Notes have places of their own, which the message tells. */
static void add_lines(struct buf *b, const struct reported *r, enum severity severity)
{
	for (uint32_t i = 0; i < r->d->lines.n; i++) {
		const struct diag_line *line = &r->d->lines.items[i];
		struct place place = source_place(r->map, line->at.begin);
		if (line->severity != severity)
			continue;
		buf_add_c(b, "%0A");
		if (place.source) {
			add_escaped(b, place.source->name, ENDS_DATA);
			buf_add_fmt(b, ":%u:%u: ", (unsigned)place.line, (unsigned)place.column);
		}
		buf_add_fmt(b, "%s: ", severity_name(severity));
		add_escaped(b, diags_redact(b->arena, r->ds, line->text), ENDS_DATA);
	}
}

struct str diags_github(struct arena *a, const diag_reports *reports)
{
	struct reported_list list = diags_reported(a, reports);
	struct buf b;
	buf_init(&b, a);
	for (uint32_t i = 0; i < list.all.n; i++) {
		const struct reported *r = &list.all.items[i];
		const struct rule *rule = &rules[r->d->rule];
		buf_add_fmt(&b, "::%s ", severity_name(r->d->severity));
		add_place(&b, r->map, r->d->at);
		if (r->d->rule)
			buf_add_fmt(&b, "title=%s %s::", rule->id, rule->name);
		else
			buf_add_c(&b, "title=hpcc::");
		add_escaped(&b, diags_redact(a, r->ds, r->d->text), ENDS_DATA);
		add_lines(&b, r, SEVERITY_NOTE);
		add_lines(&b, r, SEVERITY_HELP);
		buf_add_byte(&b, '\n');
	}
	return buf_str(&b);
}

/* FNV-1a. */
static uint64_t fingerprint(struct str text)
{
	uint64_t hash = 14695981039346656037u;
	for (size_t i = 0; i < text.len; i++)
		hash = (hash ^ (unsigned char)text.ptr[i]) * 1099511628211u;
	return hash;
}

/* A finding stays the same one when lines above it come or go: what it says counts, and in which file. Of
   those that say the same, which one of them. */
static void add_fingerprint(struct buf *b, struct map *seen, struct str path,
			    const struct rule *rule, struct str said)
{
	struct arena *a = b->arena;
	struct str key = str_fmt(a, "%s %.*s: %.*s", rule->id, STR_ARG(path), STR_ARG(said));
	uint32_t before = map_get(seen, key);
	uint32_t n = before == MAP_NONE ? 1 : before + 1;
	map_put(seen, a, key, n);
	if (n > 1)
		key = str_fmt(a, "%.*s (%u)", STR_ARG(key), n);
	buf_add_fmt(b, "\"fingerprint\": \"%016llx\"", (unsigned long long)fingerprint(key));
}

/* GitLab takes no finding without a line of a file. */
static struct place place_of(const struct reported *r)
{
	struct place place = source_place(r->map, r->d->at.begin);
	if (!place.source)
		place = (struct place){.source = r->map->files.n ? &r->map->files.items[0] : NULL,
				       .line = 1};
	return place;
}

struct str diags_gitlab(struct arena *a, const diag_reports *reports)
{
	struct reported_list list = diags_reported(a, reports);
	struct map seen = {0};
	struct buf b;
	buf_init(&b, a);
	buf_add_c(&b, "[");
	for (uint32_t i = 0; i < list.all.n; i++) {
		const struct reported *r = &list.all.items[i];
		const struct rule *rule = &rules[r->d->rule];
		struct place place = place_of(r);
		struct str path = place.source ? place.source->name : STR("");
		buf_add_c(&b, i ? ",\n {\"description\": " : "\n {\"description\": ");
		buf_add_json(&b, diag_message(a, r));
		buf_add_fmt(&b, ",\n  \"check_name\": \"%s\", ", r->d->rule ? rule->id : "hpcc");
		add_fingerprint(&b, &seen, path, rule, diags_redact(a, r->ds, r->d->text));
		buf_add_fmt(&b, ", \"severity\": \"%s\",\n  \"location\": {\"path\": ",
			    r->d->severity == SEVERITY_ERROR ? "major" : "minor");
		buf_add_json(&b, path);
		buf_add_fmt(&b, ", \"lines\": {\"begin\": %u}}}", (unsigned)place.line);
	}
	buf_add_c(&b, list.all.n ? "\n]\n" : "]\n");
	return buf_str(&b);
}
