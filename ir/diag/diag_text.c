/* SPDX-License-Identifier: Apache-2.0 */
/* Diagnostics as text for a terminal. */
#include "ir/facts/rules.h"
#include "ir/diag/diag_parts.h"

#include <string.h>

#include "ir/support/visible.h"

#define RESET "\x1b[0m"
#define BOLD  "\x1b[1m"

static const char *color_of(enum severity severity)
{
	switch (severity) {
	case SEVERITY_ERROR:
		return "\x1b[1;31m";
	case SEVERITY_WARNING:
		return "\x1b[1;35m";
	case SEVERITY_NOTE:
		return "\x1b[1;36m";
	case SEVERITY_HELP:
		return "\x1b[1;32m";
	}
	return "";
}

struct renderer {
	struct buf *b;
	const struct source_map *map;
	const struct diags *ds;
	bool color;
	LIST(const char *) groups; /* those whose first diagnostic is written */
};

/* A message is one line, whatever text it quotes. */
static void add_message(struct renderer *r, struct str text)
{
	buf_add_visible(r->b, diags_redact(r->b->arena, r->ds, text), VISIBLE_LINE);
}

static void add_line(struct renderer *r, enum severity severity, struct span at, struct str text,
		     enum rule_id rule)
{
	struct place place = source_place(r->map, at.begin);
	buf_add_c(r->b, r->color ? BOLD : "");
	if (place.source) {
		add_message(r, place.source->name);
		buf_add_fmt(r->b, ":%u:%u: ", (unsigned)place.line, (unsigned)place.column);
	} else if (severity == SEVERITY_ERROR || severity == SEVERITY_WARNING) {
		buf_add_c(r->b, "hpcc: ");
	}
	buf_add_fmt(r->b, "%s%s:%s ", r->color ? color_of(severity) : "", severity_name(severity),
		    r->color ? RESET : "");
	add_message(r, text);
	if (rule)
		buf_add_fmt(r->b, " [%s]", rules[rule].id);
	buf_add_byte(r->b, '\n');
}

static void add_head(struct renderer *r, enum severity severity, struct span at, struct str text,
		     enum rule_id rule)
{
	add_line(r, severity, at, text, rule);
	add_excerpt(r->b, r->map, r->ds, at, r->color ? color_of(severity) : NULL);
}

/* Notes in their order, then what to do. */
static void add_lines(struct renderer *r, const struct diag *d, enum severity severity)
{
	for (uint32_t i = 0; i < d->lines.n; i++) {
		const struct diag_line *line = &d->lines.items[i];
		if (line->severity == severity)
			add_head(r, line->severity, line->at, line->text, RULE_NONE);
	}
}

/* Its remedy has been told; groups are few. */
static bool is_told(struct renderer *r, const char *group)
{
	for (uint32_t i = 0; i < r->groups.n; i++)
		if (strcmp(r->groups.items[i], group) == 0)
			return true;
	*LIST_PUSH(r->b->arena, &r->groups) = group;
	return false;
}

static void add_diag(struct renderer *r, const struct diag *d)
{
	if (d->group && is_told(r, d->group)) {
		add_line(r, d->severity, d->at, d->text, d->rule);
		return;
	}
	add_head(r, d->severity, d->at, d->text, d->rule);
	add_lines(r, d, SEVERITY_NOTE);
	add_lines(r, d, SEVERITY_HELP);
}

static void add_count(struct buf *b, uint32_t n, const char *what, uint32_t max)
{
	buf_add_fmt(b, "%u %s%s", (unsigned)n, what, plural(n));
	if (max && n > max)
		buf_add_fmt(b, " (the first %u are shown)", (unsigned)max);
}

static void add_counts(struct buf *b, const struct diag_list *list, uint32_t max)
{
	if (list->n < 2)
		return;
	if (list->n_errors)
		add_count(b, list->n_errors, "error", max);
	if (list->n_errors && list->n_warnings)
		buf_add_c(b, ", ");
	if (list->n_warnings)
		add_count(b, list->n_warnings, "warning", max);
	buf_add_byte(b, '\n');
}

struct str diags_text(struct arena *a, const struct source_map *map, const struct diags *ds,
		      struct render_options options)
{
	struct diag_list list = diags_sorted(a, ds);
	struct buf b;
	buf_init(&b, a);
	struct renderer r = {.b = &b, .map = map, .ds = ds, .color = options.color};
	uint32_t n_errors = 0, n_warnings = 0;
	for (uint32_t i = 0; i < list.n; i++) {
		bool is_error = list.items[i]->severity == SEVERITY_ERROR;
		uint32_t *n = is_error ? &n_errors : &n_warnings;
		if (!options.max_errors || (*n)++ < options.max_errors)
			add_diag(&r, list.items[i]);
	}
	add_counts(&b, &list, options.max_errors);
	return buf_str(&b);
}
