/* SPDX-License-Identifier: Apache-2.0 */
/* Diagnostics in the order of their places, those said twice merged; their fixes applied. */
#include "ir/diag/diag_parts.h"

#include <stdlib.h>

#include "ir/support/map.h"

const char *severity_name(enum severity severity)
{
	switch (severity) {
	case SEVERITY_ERROR:
		return "error";
	case SEVERITY_WARNING:
		return "warning";
	case SEVERITY_NOTE:
		return "note";
	case SEVERITY_HELP:
		return "help";
	}
	return "";
}

static int compare_u32(uint32_t a, uint32_t b)
{
	return (a > b) - (a < b);
}

static int compare(const void *left, const void *right)
{
	const struct diag *a = *(const struct diag *const *)left;
	const struct diag *b = *(const struct diag *const *)right;
	int order = compare_u32(a->at.begin, b->at.begin);
	if (!order)
		order = compare_u32(a->at.end, b->at.end);
	return order ? order : compare_u32(a->order, b->order);
}

static bool is_same(const struct diag *a, const struct diag *b)
{
	return a->severity == b->severity && a->at.begin == b->at.begin && a->at.end == b->at.end &&
	       a->rule == b->rule && str_eq(a->text, b->text);
}

/* Those of one place stand together, so the search back is short. */
static bool is_repeated(const struct diag_list *list, const struct diag *d)
{
	for (uint32_t i = list->n; i-- && list->items[i]->at.begin == d->at.begin;)
		if (is_same(list->items[i], d))
			return true;
	return false;
}

struct diag_list diags_sorted(struct arena *a, const struct diags *ds)
{
	struct diag_list list = {.items = ARENA_ARRAY(a, ds->list.n, const struct diag *)};
	const struct diag **all = ARENA_ARRAY(a, ds->list.n, const struct diag *);
	for (uint32_t i = 0; i < ds->list.n; i++)
		all[i] = ds->list.items[i];
	if (ds->list.n)
		qsort(all, ds->list.n, sizeof(all[0]), compare);
	for (uint32_t i = 0; i < ds->list.n; i++) {
		if (is_repeated(&list, all[i]))
			continue;
		list.items[list.n++] = all[i];
		list.n_errors += all[i]->severity == SEVERITY_ERROR;
		list.n_warnings += all[i]->severity == SEVERITY_WARNING;
	}
	list.n_errors += ds->n_beyond;
	return list;
}

/* The same words about the same bytes of a file, which several specs have read. */
static bool is_reported(struct arena *a, struct map *seen, const struct reported *r)
{
	struct place place = source_place(r->map, r->d->at.begin);
	struct str file = place.source ? place.source->name : STR("");
	uint32_t base = place.source ? place.source->base : 0;
	struct str key = str_fmt(a, "%.*s:%u:%u:%u:%u:%.*s", STR_ARG(file), r->d->at.begin - base,
				 r->d->at.end - base, (unsigned)r->d->severity,
				 (unsigned)r->d->rule, STR_ARG(r->d->text));
	if (map_get(seen, key) != MAP_NONE)
		return true;
	map_put(seen, a, key, 0);
	return false;
}

struct reported_list diags_reported(struct arena *a, const diag_reports *reports)
{
	struct reported_list list = {0};
	struct map seen = {0};
	for (uint32_t i = 0; i < reports->n; i++) {
		const struct diag_report *of = &reports->items[i];
		struct diag_list sorted = diags_sorted(a, of->ds);
		for (uint32_t k = 0; k < sorted.n; k++) {
			struct reported one = {.map = of->map, .ds = of->ds, .d = sorted.items[k]};
			if (reports->n > 1 && is_reported(a, &seen, &one))
				continue;
			*LIST_PUSH(a, &list.all) = one;
			list.n_errors += one.d->severity == SEVERITY_ERROR;
			list.n_warnings += one.d->severity == SEVERITY_WARNING;
		}
		list.n_errors += of->ds->n_beyond;
	}
	return list;
}

struct str diag_message(struct arena *a, const struct reported *r)
{
	struct buf b;
	buf_init(&b, a);
	buf_add(&b, r->d->text);
	for (uint32_t i = 0; i < r->d->lines.n; i++) {
		const struct diag_line *line = &r->d->lines.items[i];
		if (line->severity == SEVERITY_HELP || span_is_none(line->at))
			buf_add_fmt(&b, "; %.*s", STR_ARG(line->text));
	}
	return diags_redact(a, r->ds, buf_str(&b));
}

struct edits {
	const struct fix **items;
	uint32_t n, cap;
};

static int compare_edits(const void *left, const void *right)
{
	const struct fix *a = *(const struct fix *const *)left;
	const struct fix *b = *(const struct fix *const *)right;
	int order = compare_u32(a->at.begin, b->at.begin);
	return order ? order : compare_u32(a->at.end, b->at.end);
}

static bool overlaps(const struct edits *edits, struct span at)
{
	for (uint32_t i = 0; i < edits->n; i++) {
		struct span other = edits->items[i]->at;
		bool is_apart = at.end < other.begin || other.end < at.begin;
		bool is_behind = at.begin != at.end && other.begin != other.end &&
				 (at.end == other.begin || other.end == at.begin);
		if (!is_apart && !is_behind)
			return true;
	}
	return false;
}

/* Looking for overlaps takes time by the square; who has more mistakes than this runs it again. */
enum {
	MOST_EDITS = 2000
};

/* All fixes of a diagnostic, or none. */
static bool take_fixes(struct arena *a, struct edits *edits, const struct diag *d,
		       const struct source *file)
{
	uint32_t before = edits->n;
	for (uint32_t i = 0; i < d->fixes.n; i++) {
		const struct fix *fix = &d->fixes.items[i];
		bool is_here =
			fix->at.begin >= file->base && fix->at.end <= file->base + file->bytes.len;
		if (!is_here || overlaps(edits, fix->at)) {
			edits->n = before;
			return false;
		}
		*LIST_PUSH(a, edits) = fix;
	}
	return d->fixes.n > 0;
}

struct str diags_fixed(struct arena *a, const struct diags *ds, const struct source *file,
		       uint32_t *n_fixed)
{
	struct diag_list list = diags_sorted(a, ds);
	struct edits edits = {0};
	*n_fixed = 0;
	for (uint32_t i = 0; i < list.n && edits.n < MOST_EDITS; i++)
		*n_fixed += take_fixes(a, &edits, list.items[i], file);
	if (edits.n)
		qsort(edits.items, edits.n, sizeof(edits.items[0]), compare_edits);
	struct buf b;
	buf_init(&b, a);
	size_t done = 0;
	for (uint32_t i = 0; i < edits.n; i++) {
		buf_add(&b, str_slice(file->bytes, done, edits.items[i]->at.begin - file->base));
		buf_add(&b, edits.items[i]->text);
		done = edits.items[i]->at.end - file->base;
	}
	buf_add(&b, str_from(file->bytes, done));
	return buf_str(&b);
}
