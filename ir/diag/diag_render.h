/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Diagnostics for readers: text with excerpts, JSON, SARIF, and what code hosts take. All of them sort by
 * place, merge what is said twice, and never show a secret.
 *
 *	job.yaml:12:7: error: unknown key 'imge' in services.api [R005]
 *	   12 |       imge: redis:7
 *	      |       ^~~~
 *	help: did you mean 'image'?
 */
#ifndef HPCC_IR_DIAG_DIAG_RENDER_H
#define HPCC_IR_DIAG_DIAG_RENDER_H

#include "ir/diag/diag.h"

struct render_options {
	bool color;
	uint32_t max_errors; /* of errors, and of warnings, that are shown; 0: all */
};

enum {
	RENDER_MAX_ERRORS = 50
};

/* Empty when there is nothing to say. */
struct str diags_text(struct arena *a, const struct source_map *map, const struct diags *ds,
		      struct render_options options);

/* Those of one spec. Data has all specs of a run in one value: what several say of a file that they
   share is said once. */
struct diag_report {
	const struct source_map *map;
	const struct diags *ds;
};
typedef LIST(struct diag_report) diag_reports;
#define ONE_REPORT(map, ds) (&(diag_reports){.items = &(struct diag_report){(map), (ds)}, .n = 1})

/* One JSON object; docs/diagnostics.md tells its shape. */
struct str diags_json(struct arena *a, const diag_reports *reports);

/* A SARIF 2.1.0 log. `page` is the address of docs/rules.md, or empty. */
struct str diags_sarif(struct arena *a, const diag_reports *reports, struct str page);

/* Workflow commands of GitHub, a line each, that annotate the lines of a change. */
struct str diags_github(struct arena *a, const diag_reports *reports);

/* GitLab's code quality report, a JSON list. */
struct str diags_gitlab(struct arena *a, const diag_reports *reports);

/* The file's bytes with the fixes of all diagnostics that lie in it. A diagnostic's fixes are made
   together or, when one overlaps an earlier one or lies in another file, not at all. */
struct str diags_fixed(struct arena *a, const struct diags *ds, const struct source *file,
		       uint32_t *n_fixed);

/* Adds a note for each step that a value went: alias, merge, extends, variable, profile. */
struct trail;
void diag_trail(struct diags *ds, struct diag *d, const struct trail *trail);

/* Lines of a script or spec as people may see them: known secrets and the values of secret names are
   <redacted>. */
struct str diags_redact_lines(struct arena *a, const struct diags *ds, struct str text);

/* True when values under this name are never shown: PASSWORD, API_TOKEN and so on. */
bool name_is_secret(struct str name);

#endif
