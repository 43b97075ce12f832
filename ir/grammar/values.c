/* SPDX-License-Identifier: Apache-2.0 */
/* Entry points of the grammars that values.l scans. */
#include "ir/grammar/scan.h"

#include <stdlib.h>
#include <string.h>

bool grammar_walltime(struct arena *a, struct str text, uint64_t *seconds, struct problem *p)
{
	struct scan in;
	scan_begin(&in, a, text, str_trim(text), RULE_R040, p);
	if (walltime_parse(&in)) {
		scan_help(&in, "a time is minutes, M:SS, H:MM:SS, D-HH, D-HH:MM or D-HH:MM:SS");
		return false;
	}
	*seconds = in.number;
	return true;
}

bool grammar_duration(struct arena *a, struct str text, uint64_t *seconds, struct problem *p)
{
	struct scan in;
	scan_begin(&in, a, text, text, RULE_R096, p);
	if (duration_parse(&in)) {
		scan_help(&in, "a duration is seconds, or amounts like 1h, 30s, 1m30s");
		return false;
	}
	*seconds = in.number;
	return true;
}

bool grammar_memory(struct arena *a, struct str text, uint64_t *bytes, bool *is_known,
		    bool *has_unit, struct problem *p)
{
	struct str word = str_trim(text);
	*bytes = 0;
	*is_known = *has_unit = false;
	if (!word.len || str_eq_nocase(word, STR("unknown")))
		return true;
	struct scan in;
	scan_begin(&in, a, text, word, RULE_A09, p);
	if (memory_parse(&in)) {
		scan_help(&in, "an amount of memory is a number and a unit, like 512M or 1.5G");
		return false;
	}
	*bytes = in.number;
	*is_known = true;
	*has_unit = in.n_parts == 2;
	return true;
}

bool grammar_array(struct arena *a, struct str text, struct problem *p)
{
	if (problem_nul(text, p))
		return false;
	struct scan in;
	scan_begin(&in, a, text, text, RULE_R041, p);
	if (array_parse(&in)) {
		scan_help(&in, "an array is numbers and ranges like 0-15, 1,3,7 or 0-99:2%%10, "
			       "without blanks");
		return false;
	}
	return true;
}

bool grammar_job_id(struct arena *a, struct str text, struct problem *p)
{
	if (problem_nul(text, p))
		return false;
	struct scan in;
	scan_begin(&in, a, text, text, RULE_R042, p);
	if (job_id_parse(&in)) {
		struct str condition, id = str_split(text, ':', &condition);
		if (id.len && str_has_prefix(condition, "after"))
			scan_help(&in, "write {id: %.*s, condition: %.*s}", STR_ARG(id),
				  STR_ARG(condition));
		scan_help(&in, "a job is named 12345, a task of an array 12345_7");
		return false;
	}
	return true;
}

static int compare_ranges(const void *x, const void *y)
{
	const uint64_t *a = x, *b = y;
	return (a[0] > b[0]) - (a[0] < b[0]);
}

/* Sorts and joins the ranges; returns how many nodes they name. */
static uint64_t merge_ranges(struct scan *in)
{
	qsort(in->ranges, in->n_ranges, sizeof(*in->ranges), compare_ranges);
	uint32_t n = 0;
	uint64_t nodes = 0;
	for (uint32_t i = 0; i < in->n_ranges; i++) {
		if (n && in->ranges[i].first <= in->ranges[n - 1].last + 1) {
			if (in->ranges[i].last > in->ranges[n - 1].last)
				in->ranges[n - 1].last = in->ranges[i].last;
			continue;
		}
		in->ranges[n++] = in->ranges[i];
	}
	in->n_ranges = n;
	for (uint32_t i = 0; i < n; i++)
		nodes += in->ranges[i].last - in->ranges[i].first + 1;
	return nodes;
}

bool grammar_nodeset(struct arena *a, struct str text, struct v_nodeset *set, struct problem *p)
{
	struct scan in;
	scan_begin(&in, a, text, str_trim(text), RULE_R131, p);
	if (nodeset_parse(&in)) {
		scan_help(&in, "a node set is indices from 0 and ranges, like 0-3,6");
		return false;
	}
	uint64_t n = merge_ranges(&in);
	if (n > GRAMMAR_MAX_NODES) {
		scan_problem(&in, (struct loc){0, text.len},
			     "%llu nodes are named; a set holds at most %d", (unsigned long long)n,
			     GRAMMAR_MAX_NODES);
		return false;
	}
	set->text = text;
	set->items = ARENA_ARRAY(a, n, uint32_t);
	set->n = 0;
	for (uint32_t i = 0; i < in.n_ranges; i++)
		for (uint64_t node = in.ranges[i].first; node <= in.ranges[i].last; node++)
			set->items[set->n++] = (uint32_t)node;
	return true;
}
