/* SPDX-License-Identifier: Apache-2.0 */
/* Filter, order and counts of services. */
#include "driver/live/rows.h"

static const char *const order_names[ROW_ORDERS] = {"start",    "state", "name",  "time",
						    "restarts", "CPU",   "memory"};

const char *row_order_name(enum row_order order)
{
	return order_names[order];
}

static bool has_part(struct str text, struct str part)
{
	for (size_t i = 0; i + part.len <= text.len; i++)
		if (str_eq_nocase(str_slice(text, i, i + part.len), part))
			return true;
	return false;
}

static bool begins(const char *text, struct str part)
{
	return str_eq_nocase(str_slice(str_c(text), 0, part.len), part);
}

bool row_matches(const struct live_row *row, struct str filter)
{
	struct str word;

	while (filter.len > 0) {
		filter = str_split(filter, ' ', &word);
		if (!has_part(row->name, word) && !begins(row->words, word) &&
		    !begins(row->family, word))
			return false;
	}
	return true;
}

static int compare_numbers(double x, double y)
{
	return (x > y) - (x < y);
}

/* Below 0: x comes first. What is worth a look does: failed ones, the busiest, the youngest. */
static int compare(const struct live_row *x, const struct live_row *y, enum row_order order)
{
	switch (order) {
	case BY_STATE:
		return (int)x->rank - (int)y->rank;
	case BY_NAME:
		return str_cmp(x->name, y->name);
	case BY_TIME:
		return compare_numbers(y->started, x->started);
	case BY_RESTARTS:
		return compare_numbers((double)y->restarts, (double)x->restarts);
	case BY_CPU:
		return compare_numbers(y->cpu, x->cpu);
	case BY_MEMORY:
		return compare_numbers(y->memory, x->memory);
	case BY_PLAN:
	case ROW_ORDERS:
		break;
	}
	return 0;
}

uint32_t rows_arrange(const struct live_rows *rows, struct str filter, enum row_order order,
		      uint32_t *shown)
{
	uint32_t n = 0;

	/* Those that are equal stay as they start. */
	for (uint32_t i = 0; i < rows->list.n; i++) {
		uint32_t at = n;

		if (!row_matches(&rows->list.items[i], filter))
			continue;
		for (; at > 0 &&
		       compare(&rows->list.items[shown[at - 1]], &rows->list.items[i], order) > 0;
		     at--)
			shown[at] = shown[at - 1];
		shown[at] = i;
		n++;
	}
	return n;
}

/* The family of a rank that some row has; NULL without. */
static const char *family_of(const struct live_rows *rows, unsigned rank, uint32_t *n)
{
	const char *family = NULL;

	*n = 0;
	for (uint32_t i = 0; i < rows->list.n; i++)
		if (rows->list.items[i].rank == rank) {
			family = rows->list.items[i].family;
			++*n;
		}
	return family;
}

struct str rows_count_text(struct arena *a, const struct live_rows *rows)
{
	struct buf out;

	buf_init(&out, a);
	for (uint32_t rank = 0, n = 0, told = 0; told < rows->list.n; rank++, told += n) {
		const char *family = family_of(rows, rank, &n);

		if (family)
			buf_add_fmt(&out, "%s%u %s", out.len > 0 ? ", " : "", n, family);
	}
	buf_add_fmt(&out, "%sof %u", out.len > 0 ? " " : "", rows->list.n);
	return str_dup(a, buf_str(&out));
}
