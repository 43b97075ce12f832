/* SPDX-License-Identifier: Apache-2.0 */
/* Sets of node indices as sorted, disjoint spans: their size does not depend on the allocation. */
#ifndef HPCC_PASSES_LOWER_NODE_SPANS_H
#define HPCC_PASSES_LOWER_NODE_SPANS_H

#include "passes/lower.h"

struct node_spans spans_from_set(struct arena *a, const struct v_nodeset *set);

/* 0 … n-1 from `start` up, without those of `exclude`. */
struct node_spans spans_eligible(struct arena *a, uint64_t n, uint32_t start,
				 const struct node_spans *exclude);
struct node_spans spans_minus(struct arena *a, const struct node_spans *x,
			      const struct node_spans *y);
/* Nodes that are in both; and whether there are any, without making them. */
struct node_spans spans_common(struct arena *a, const struct node_spans *x,
			       const struct node_spans *y);
bool spans_meet(const struct node_spans *x, const struct node_spans *y);
/* The lowest k nodes; x must have as many. */
struct node_spans spans_take(struct arena *a, const struct node_spans *x, uint64_t k);
/* The node of that rank, from 0; x has more. */
uint32_t spans_nth(const struct node_spans *x, uint64_t k);
/* The same nodes where so many others come first. */
struct node_spans spans_behind(struct arena *a, const struct node_spans *x, uint32_t others);
struct node_spans spans_single(struct arena *a, uint32_t first, uint32_t last);

bool spans_are(const struct node_spans *x, uint32_t first, uint32_t last);
struct str spans_text(struct arena *a, const struct node_spans *x); /* "0-3,6" */

/* Where the sets of several owners begin and end, for a walk over the nodes. */
struct span_edge {
	uint64_t node; /* the first of the set, or the first behind it */
	uint32_t owner;
	bool is_end;
};
struct span_edges {
	LIST(struct span_edge) list;
};
void span_edges_add(struct arena *a, struct span_edges *edges, const struct node_spans *set,
		    uint32_t owner);
void span_edges_sort(struct span_edges *edges); /* ends before beginnings on the same node */

#endif
