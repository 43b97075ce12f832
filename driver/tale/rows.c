/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/tale/rows.h"

#include <math.h>

/* "worker-" of worker-0012. */
static struct str stem_of(const struct tale_service *s)
{
	struct str name = s->name;

	if (s->family.len > 0)
		return s->family;
	while (name.len > 0 && name.ptr[name.len - 1] >= '0' && name.ptr[name.len - 1] <= '9')
		name.len--;
	return name.len > 0 ? name : s->name;
}

static bool has_failed(const struct tale_service *s)
{
	for (uint32_t i = 0; i < s->marks.n; i++)
		if (s->marks.items[i].is_failure)
			return true;
	return false;
}

static bool is_on_chain(const struct tale *t, uint32_t service)
{
	for (uint32_t i = 0; i < t->chain.n; i++)
		if (t->chain.items[i].service == service)
			return true;
	return false;
}

static struct tale_row *add_row(const struct tale *t, struct tale_rows *rows, uint32_t service)
{
	const struct tale_service *s = &t->services.items[service];
	struct tale_row *row = LIST_PUSH(t->arena, &rows->list);

	*row = (struct tale_row){.label = s->name};
	*LIST_PUSH(t->arena, &row->services) = service;
	row->is_notable = has_failed(s) || is_on_chain(t, service);
	return row;
}

/* Services of like names that came to the same share a line; one of the chain has its own. */
static void fold(const struct tale *t, const bool *is_wanted, struct tale_rows *rows)
{
	struct map by_key = {0};
	struct arena *a = t->arena;

	for (uint32_t i = 0; i < t->services.n; i++) {
		const struct tale_service *s = &t->services.items[i];

		if (is_wanted && !is_wanted[i])
			continue;
		if (is_on_chain(t, i)) {
			add_row(t, rows, i);
			continue;
		}
		struct str stem = stem_of(s), outcome = tale_outcome(a, t, s);
		struct str key =
			str_fmt(a, "%zu %.*s %.*s", stem.len, STR_ARG(stem), STR_ARG(outcome));
		uint32_t at = map_get(&by_key, key);
		if (at == MAP_NONE) {
			map_put(&by_key, a, key, rows->list.n);
			add_row(t, rows, i);
			continue;
		}
		struct tale_row *row = &rows->list.items[at];
		*LIST_PUSH(a, &row->services) = i;
		row->is_notable = row->is_notable || has_failed(s);
	}
	for (uint32_t i = 0; i < rows->list.n; i++) {
		struct tale_row *row = &rows->list.items[i];

		if (row->services.n > 1)
			row->label = str_fmt(
				a, "%.*s* (%u)",
				STR_ARG(stem_of(&t->services.items[row->services.items[0]])),
				row->services.n);
	}
}

/* Leaves notable lines first, then the first ones. */
static void cut(struct tale_rows *rows, uint32_t most)
{
	uint32_t notable = 0, kept = 0;

	for (uint32_t i = 0; i < rows->list.n; i++)
		notable += rows->list.items[i].is_notable;
	uint32_t others = notable < most ? most - notable : 0;
	for (uint32_t i = 0; i < rows->list.n; i++) {
		struct tale_row *row = &rows->list.items[i];
		bool is_kept = row->is_notable ? kept < most : others > 0;

		if (!row->is_notable && others > 0)
			others--;
		if (is_kept)
			rows->list.items[kept++] = *row;
		else
			rows->left_out += row->services.n;
	}
	rows->list.n = kept;
}

void tale_rows(const struct tale *t, const bool *is_wanted, uint32_t most, struct tale_rows *rows)
{
	uint32_t n = 0;

	*rows = (struct tale_rows){0};
	for (uint32_t i = 0; i < t->services.n; i++)
		n += !is_wanted || is_wanted[i];
	if (n > most) {
		fold(t, is_wanted, rows);
		cut(rows, most);
		return;
	}
	for (uint32_t i = 0; i < t->services.n; i++)
		if (!is_wanted || is_wanted[i])
			add_row(t, rows, i);
}

static bool is_quiet(enum tale_kind kind)
{
	return kind == TALE_WAITING || kind == TALE_OVER;
}

/* How much of a piece each kind fills decides. */
static enum tale_kind kind_of_piece(const double *fill, double length)
{
	enum tale_kind best = TALE_OVER;
	double most = 0;

	for (int k = 0; k < TALE_KINDS; k++)
		if (!is_quiet((enum tale_kind)k) && fill[k] > most) {
			most = fill[k];
			best = (enum tale_kind)k;
		}
	if (most > 0)
		return best;
	return fill[TALE_WAITING] > length / 2 ? TALE_WAITING : TALE_OVER;
}

void tale_cells_of(const struct tale *t, const struct tale_service *s, struct tale_cell *cells,
		   uint32_t n)
{
	double piece = t->end / n;
	uint32_t next = 0;

	for (uint32_t i = 0; i < n; i++) {
		double from = piece * i, to = piece * (i + 1), fill[TALE_KINDS] = {0};

		while (next < s->spans.n && s->spans.items[next].to <= from)
			next++;
		for (uint32_t k = next; k < s->spans.n && s->spans.items[k].from < to; k++)
			fill[s->spans.items[k].kind] +=
				fmin(to, s->spans.items[k].to) - fmax(from, s->spans.items[k].from);
		cells[i] = (struct tale_cell){kind_of_piece(fill, piece), false};
	}
	for (uint32_t i = 0; i < s->marks.n && t->end > 0; i++) {
		double at = s->marks.items[i].at / t->end * n;
		uint32_t cell = at >= n ? n - 1 : (uint32_t)at;

		if (s->marks.items[i].is_failure)
			cells[cell].is_failure = true;
	}
}

void tale_cells(const struct tale *t, const struct tale_row *row, struct tale_cell *cells,
		uint32_t n)
{
	struct arena *a = t->arena;
	uint32_t *counts = ARENA_ARRAY(a, (size_t)n * TALE_KINDS, uint32_t);
	bool *has_failure = ARENA_ARRAY(a, n, bool);

	for (uint32_t k = 0; k < row->services.n; k++) {
		tale_cells_of(t, &t->services.items[row->services.items[k]], cells, n);
		for (uint32_t i = 0; i < n; i++) {
			counts[i * TALE_KINDS + cells[i].kind]++;
			has_failure[i] = has_failure[i] || cells[i].is_failure;
		}
	}
	for (uint32_t i = 0; i < n; i++) {
		enum tale_kind best = TALE_OVER;

		for (int kind = TALE_KINDS - 1; kind >= 0; kind--)
			if (counts[i * TALE_KINDS + kind] > counts[i * TALE_KINDS + best])
				best = (enum tale_kind)kind;
		cells[i] = (struct tale_cell){best, has_failure[i]};
	}
}

double tale_tick(double length, unsigned most)
{
	static const double steps[] = {0.001,  0.002,  0.005,   0.01,    0.02,    0.05,  0.1,
				       0.2,    0.5,    1,       2,       5,       10,    15,
				       30,     60,     120,     300,     600,     900,   1800,
				       3600,   7200,   10800,   21600,   43200,   86400, 172800,
				       432000, 864000, 2592000, 8640000, 31536000};
	size_t i = 0, n = sizeof(steps) / sizeof(*steps);

	while (i + 1 < n && steps[i] * most < length)
		i++;
	return steps[i];
}

struct str tale_tick_text(struct arena *a, double at)
{
	if (at < 60) {
		struct str text = str_fmt(a, "%.3f", at);

		while (text.ptr[text.len - 1] == '0')
			text.len--;
		if (text.ptr[text.len - 1] == '.')
			text.len--;
		return str_eq_c(text, "0") ? STR("0") : str_fmt(a, "%.*ss", STR_ARG(text));
	}
	uint64_t s = (uint64_t)(at + 0.5), d = s / 86400, h = s / 3600 % 24, m = s / 60 % 60;
	struct buf out;
	buf_init(&out, a);
	if (d > 0)
		buf_add_fmt(&out, "%llud", (unsigned long long)d);
	if (h > 0)
		buf_add_fmt(&out, "%lluh", (unsigned long long)h);
	if (m > 0)
		buf_add_fmt(&out, "%llum", (unsigned long long)m);
	if (s % 60 > 0)
		buf_add_fmt(&out, "%llus", (unsigned long long)(s % 60));
	return str_dup(a, buf_str(&out));
}
