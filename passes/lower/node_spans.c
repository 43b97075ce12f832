/* SPDX-License-Identifier: Apache-2.0 */
/* Sets of node indices as sorted, disjoint spans. */
#include "passes/lower/node_spans.h"

#include <stdlib.h>

typedef LIST(struct node_span) span_list;

static void push(struct arena *a, span_list *list, uint64_t *count, uint32_t first, uint32_t last)
{
	*LIST_PUSH(a, list) = (struct node_span){first, last};
	*count += (uint64_t)last - first + 1;
}

static struct node_spans finish(const span_list *list, uint64_t count)
{
	return (struct node_spans){.items = list->items, .n = list->n, .count = count};
}

struct node_spans spans_from_set(struct arena *a, const struct v_nodeset *set)
{
	span_list list = {0};
	uint64_t count = 0;
	for (uint32_t i = 0; i < set->n;) {
		uint32_t k = i + 1;
		while (k < set->n && set->items[k] == set->items[k - 1] + 1)
			k++;
		push(a, &list, &count, set->items[i], set->items[k - 1]);
		i = k;
	}
	return finish(&list, count);
}

struct node_spans spans_minus(struct arena *a, const struct node_spans *x,
			      const struct node_spans *y)
{
	if (!y->n)
		return *x;
	span_list list = {0};
	uint64_t count = 0;
	uint32_t k = 0;
	for (uint32_t i = 0; i < x->n; i++) {
		uint64_t first = x->items[i].first, last = x->items[i].last;
		while (k < y->n && y->items[k].last < first)
			k++;
		for (uint32_t j = k; j < y->n && y->items[j].first <= last; j++) {
			if (y->items[j].first > first)
				push(a, &list, &count, (uint32_t)first, y->items[j].first - 1);
			first = (uint64_t)y->items[j].last + 1;
		}
		if (first <= last)
			push(a, &list, &count, (uint32_t)first, (uint32_t)last);
	}
	return finish(&list, count);
}

struct node_spans spans_common(struct arena *a, const struct node_spans *x,
			       const struct node_spans *y)
{
	struct node_spans rest = spans_minus(a, x, y);
	return spans_minus(a, x, &rest);
}

bool spans_meet(const struct node_spans *x, const struct node_spans *y)
{
	uint32_t i = 0, k = 0;
	while (i < x->n && k < y->n) {
		if (x->items[i].last < y->items[k].first)
			i++;
		else if (y->items[k].last < x->items[i].first)
			k++;
		else
			return true;
	}
	return false;
}

struct node_spans spans_behind(struct arena *a, const struct node_spans *x, uint32_t others)
{
	struct node_spans result = {.n = x->n, .count = x->count};
	result.items = ARENA_ARRAY(a, x->n, struct node_span);
	for (uint32_t i = 0; i < x->n; i++)
		result.items[i] =
			(struct node_span){x->items[i].first + others, x->items[i].last + others};
	return result;
}

struct node_spans spans_single(struct arena *a, uint32_t first, uint32_t last)
{
	span_list list = {0};
	uint64_t count = 0;
	push(a, &list, &count, first, last);
	return finish(&list, count);
}

struct node_spans spans_eligible(struct arena *a, uint64_t n, uint32_t start,
				 const struct node_spans *exclude)
{
	if (start >= n)
		return (struct node_spans){0};
	struct node_spans all = spans_single(a, start, (uint32_t)(n - 1));
	return spans_minus(a, &all, exclude);
}

struct node_spans spans_take(struct arena *a, const struct node_spans *x, uint64_t k)
{
	span_list list = {0};
	uint64_t count = 0;
	for (uint32_t i = 0; i < x->n && count < k; i++) {
		uint64_t size = (uint64_t)x->items[i].last - x->items[i].first + 1;
		if (size > k - count)
			size = k - count;
		push(a, &list, &count, x->items[i].first, (uint32_t)(x->items[i].first + size - 1));
	}
	return finish(&list, count);
}

uint32_t spans_nth(const struct node_spans *x, uint64_t k)
{
	uint32_t i = 0;
	for (; i + 1 < x->n && k > x->items[i].last - x->items[i].first; i++)
		k -= (uint64_t)x->items[i].last - x->items[i].first + 1;
	return (uint32_t)(x->items[i].first + k);
}

bool spans_are(const struct node_spans *x, uint32_t first, uint32_t last)
{
	return x->n == 1 && x->items[0].first == first && x->items[0].last == last;
}

struct str spans_text(struct arena *a, const struct node_spans *x)
{
	struct buf b;
	buf_init(&b, a);
	for (uint32_t i = 0; i < x->n; i++) {
		const struct node_span *s = &x->items[i];
		if (i)
			buf_add_byte(&b, ',');
		buf_add_uint(&b, s->first);
		if (s->first == s->last)
			continue;
		buf_add_byte(&b, '-');
		buf_add_uint(&b, s->last);
	}
	return buf_str(&b);
}

static int by_node(const void *x, const void *y)
{
	const struct span_edge *a = x, *b = y;
	if (a->node != b->node)
		return a->node < b->node ? -1 : 1;
	return (int)b->is_end - (int)a->is_end;
}

void span_edges_add(struct arena *a, struct span_edges *edges, const struct node_spans *set,
		    uint32_t owner)
{
	for (uint32_t i = 0; i < set->n; i++) {
		*LIST_PUSH(a, &edges->list) = (struct span_edge){set->items[i].first, owner, false};
		*LIST_PUSH(a, &edges->list) =
			(struct span_edge){(uint64_t)set->items[i].last + 1, owner, true};
	}
}

void span_edges_sort(struct span_edges *edges)
{
	if (edges->list.n)
		qsort(edges->list.items, edges->list.n, sizeof(*edges->list.items), by_node);
}
