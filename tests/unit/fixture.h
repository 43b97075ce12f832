/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A compilation unit over files in memory, and its tree and diagnostics as one line of text each:
 *
 *	fixture_begin(&f);
 *	fixture_file(&f, "job.yaml", "a: [1, x]\n");
 *	frontend_read(&f.unit);
 *	assert_str(fixture_tree(&f), "{a: [1, 'x']}");	 quotes: a string
 *	assert_str(fixture_diags(&f), "");
 */
#ifndef HPCC_TESTS_UNIT_FIXTURE_H
#define HPCC_TESTS_UNIT_FIXTURE_H

#include "frontend/frontend.h"

struct fixture {
	struct arena arena;
	struct unit unit; /* path is "job.yaml" */
	LIST(struct assignment) files;
};

void fixture_begin(struct fixture *f);
void fixture_end(struct fixture *f);
void fixture_file(struct fixture *f, const char *name, const char *text);

/* The tree; strings in quotes, @ before a node with a trail, ! for poison. */
struct str fixture_tree(struct fixture *f);

/* "job.yaml:1:5-7 R002 key 'a' is repeated | note job.yaml:1:1-2 the first one is here", one
   diagnostic a line. */
struct str fixture_diags(struct fixture *f);

/* All spans of the tree and the diagnostics lie inside a file; else a message. */
const char *fixture_check_spans(struct fixture *f);

#endif
