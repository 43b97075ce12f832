/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the rendering of diagnostics. */
#ifndef HPCC_IR_DIAG_DIAG_PARTS_H
#define HPCC_IR_DIAG_DIAG_PARTS_H

#include "ir/diag/diag_render.h"

/* Sorted by place, each once. */
struct diag_list {
	const struct diag **items;
	uint32_t n, n_errors, n_warnings;
};

struct diag_list diags_sorted(struct arena *a, const struct diags *ds);

/* Those of all specs, in their order. */
struct reported {
	const struct source_map *map;
	const struct diags *ds;
	const struct diag *d;
};
struct reported_list {
	LIST(struct reported) all;
	uint32_t n_errors, n_warnings;
};
struct reported_list diags_reported(struct arena *a, const diag_reports *reports);

/* The message, with what the text form says in help lines behind it; without secrets. */
struct str diag_message(struct arena *a, const struct reported *r);

/* "error", "warning", "note", "help" */
const char *severity_name(enum severity severity);

/* The text with every secret as <redacted>. */
struct str diags_redact(struct arena *a, const struct diags *ds, struct str text);

/* The number of its edits; 0 when one of them would show a secret, so that no edit writes
   <redacted> into a file. */
uint32_t diag_n_fixes(struct arena *a, const struct diags *ds, const struct diag *d);

/* Parts of a line of source that aren't shown: secrets, and values of secret names. */
struct hidden_list diags_hidden(struct arena *a, const struct source_map *map,
				const struct diags *ds, const struct source *file, uint32_t line);

/* The line of source of a span and the marks below it, each behind its gutter. */
void add_excerpt(struct buf *b, const struct source_map *map, const struct diags *ds,
		 struct span at, const char *mark_color);

#endif
