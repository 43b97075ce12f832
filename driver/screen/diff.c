/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A unified diff. Lines that both ends share are set aside; the middle is compared by Myers'
 * greedy algorithm, up to a limit of edits beyond which it is shown as replaced as a whole.
 */
#include "driver/screen/diff.h"

enum {
	CONTEXT = 3,
	MAX_EDITS = 2000
};

struct lines {
	struct str *items;
	uint32_t n;
};

/* What becomes of the lines: marks of those that are not in the other text. */
struct diff {
	struct arena *arena;
	struct lines a, b;
	bool *is_dropped; /* of a */
	bool *is_added;   /* of b */
};

static struct lines split_lines(struct arena *arena, struct str text)
{
	LIST(struct str) list = {0};

	while (text.len > 0) {
		ptrdiff_t end = str_find(text, '\n');
		size_t n = end == STR_NONE ? text.len : (size_t)end + 1;

		*LIST_PUSH(arena, &list) = str_slice(text, 0, n);
		text = str_from(text, n);
	}
	return (struct lines){list.items, list.n};
}

static void mark_all(struct diff *d, uint32_t a0, uint32_t a1, uint32_t b0, uint32_t b1)
{
	for (uint32_t i = a0; i < a1; i++)
		d->is_dropped[i] = true;
	for (uint32_t i = b0; i < b1; i++)
		d->is_added[i] = true;
}

/* Walks back through the furthest points of each number of edits, marking the edits. */
static void trace_back(struct diff *d, int32_t **trace, int32_t edits, int32_t x, int32_t y,
		       uint32_t a0, uint32_t b0)
{
	for (int32_t e = edits; e > 0; e--) {
		const int32_t *v = trace[e - 1]; /* indexed from diagonal -(e-1) */
		int32_t k = x - y;
		bool is_down = k == -e || (k != e && v[k - 1 + e - 1] < v[k + 1 + e - 1]);
		int32_t from_k = is_down ? k + 1 : k - 1;
		int32_t from_x = v[from_k + e - 1];
		int32_t from_y = from_x - from_k;

		if (is_down)
			d->is_added[b0 + (uint32_t)from_y] = true;
		else
			d->is_dropped[a0 + (uint32_t)from_x] = true;
		x = from_x;
		y = from_y;
	}
}

/* Myers: the furthest x on each diagonal k after `e` edits. Only diagonals of the parity of e
   are written; the others hold values of e - 1, which trace[e - 1] keeps. */
static void compare_middle(struct diff *d, uint32_t a0, uint32_t a1, uint32_t b0, uint32_t b1)
{
	int32_t n = (int32_t)(a1 - a0), m = (int32_t)(b1 - b0);
	int32_t **trace = ARENA_ARRAY(d->arena, MAX_EDITS + 1, int32_t *);

	for (int32_t e = 0; e <= MAX_EDITS; e++) {
		int32_t *v = ARENA_ARRAY(d->arena, (size_t)(2 * e + 1), int32_t);
		const int32_t *old = e > 0 ? trace[e - 1] : NULL;

		trace[e] = v;
		for (int32_t k = -e; k <= e; k += 2) {
			int32_t x = 0;

			if (e > 0 &&
			    (k == -e || (k != e && old[k - 1 + e - 1] < old[k + 1 + e - 1])))
				x = old[k + 1 + e - 1];
			else if (e > 0)
				x = old[k - 1 + e - 1] + 1;
			int32_t y = x - k;
			while (x < n && y < m && x >= 0 && y >= 0 &&
			       str_eq(d->a.items[a0 + (uint32_t)x], d->b.items[b0 + (uint32_t)y])) {
				x++;
				y++;
			}
			v[k + e] = x;
			if (x == n && y == m) {
				trace_back(d, trace, e, x, y, a0, b0);
				return;
			}
		}
	}
	mark_all(d, a0, a1, b0, b1);
}

static void compare(struct diff *d)
{
	uint32_t head = 0, a1 = d->a.n, b1 = d->b.n;

	while (head < a1 && head < b1 && str_eq(d->a.items[head], d->b.items[head]))
		head++;
	while (a1 > head && b1 > head && str_eq(d->a.items[a1 - 1], d->b.items[b1 - 1])) {
		a1--;
		b1--;
	}
	if (a1 == head || b1 == head)
		mark_all(d, head, a1, head, b1);
	else
		compare_middle(d, head, a1, head, b1);
}

static void add_line(struct buf *out, char mark, struct str line)
{
	buf_add_byte(out, mark);
	buf_add(out, line);
	if (!str_has_suffix(line, "\n"))
		buf_add_c(out, "\n\\ No newline at end of file\n");
}

/* Writes one hunk: the lines [i, a_end) and [j, b_end). */
static void add_hunk(const struct diff *d, struct buf *out, uint32_t i, uint32_t a_end, uint32_t j,
		     uint32_t b_end)
{
	buf_add_fmt(out, "@@ -%u,%u +%u,%u @@\n", a_end > i ? i + 1 : i, a_end - i,
		    b_end > j ? j + 1 : j, b_end - j);
	while (i < a_end || j < b_end) {
		if (i < a_end && d->is_dropped[i]) {
			add_line(out, '-', d->a.items[i++]);
		} else if (j < b_end && d->is_added[j]) {
			add_line(out, '+', d->b.items[j++]);
		} else {
			add_line(out, ' ', d->a.items[i++]);
			j++;
		}
	}
}

static bool is_edit(const struct diff *d, uint32_t i, uint32_t j)
{
	return (i < d->a.n && d->is_dropped[i]) || (j < d->b.n && d->is_added[j]);
}

static void step(const struct diff *d, uint32_t *i, uint32_t *j)
{
	if (*i < d->a.n && d->is_dropped[*i]) {
		++*i;
	} else if (*j < d->b.n && d->is_added[*j]) {
		++*j;
	} else {
		++*i;
		++*j;
	}
}

static void add_hunks(const struct diff *d, struct buf *out)
{
	uint32_t i = 0, j = 0;

	while (i < d->a.n || j < d->b.n) {
		uint32_t same = 0;

		if (!is_edit(d, i, j)) {
			step(d, &i, &j);
			continue;
		}
		uint32_t before = i < j ? i : j;
		before = before < CONTEXT ? before : CONTEXT;
		uint32_t a0 = i - before;
		uint32_t b0 = j - before;
		while ((i < d->a.n || j < d->b.n) && same <= 2 * CONTEXT) {
			same = is_edit(d, i, j) ? 0 : same + 1;
			step(d, &i, &j);
		}
		if (same > CONTEXT) {
			i -= same - CONTEXT;
			j -= same - CONTEXT;
		}
		add_hunk(d, out, a0, i, b0, j);
	}
}

struct str diff_unified(struct arena *a, struct str old_name, struct str old_text,
			struct str new_name, struct str new_text)
{
	struct diff d = {.arena = a};

	if (str_eq(old_text, new_text))
		return STR("");
	d.a = split_lines(a, old_text);
	d.b = split_lines(a, new_text);
	d.is_dropped = ARENA_ARRAY(a, d.a.n, bool);
	d.is_added = ARENA_ARRAY(a, d.b.n, bool);
	compare(&d);
	struct buf out;
	buf_init(&out, a);
	buf_add_fmt(&out, "--- %.*s\n+++ %.*s\n", STR_ARG(old_name), STR_ARG(new_name));
	add_hunks(&d, &out);
	return buf_str(&out);
}
