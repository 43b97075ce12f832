/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hpcc validate: everything that is wrong with specs, and nothing else. With --fix the edits that are certain
 * are made in the leaf file, unless that would leave more errors than before in a file that could
 * be read.
 */
#include <string.h>

#include "driver/commands/cmd.h"
#include "driver/compile.h"
#include "driver/report.h"
#include "driver/system.h"
#include "ir/diag/diag_render.h"

static bool check_text(struct compilation *c, struct invocation *inv, const char *path,
		       const struct str *text)
{
	if (!compilation_open(c, inv, path))
		return false;
	if (text)
		c->text = *text;
	c->unit.is_swept = true; /* it may be for hpcc sweep, which has values for its parameters */
	compilation_plan(c);
	return true;
}

/* Behind a syntax error nothing was looked at: what comes up then was there before. */
static bool is_readable_now(const struct compilation *before, const struct compilation *after)
{
	return !before->unit.tree && after->unit.tree;
}

/* Edits may uncover others: a few rounds, each of which has to make things better. */
static bool fix_file(struct compilation *c, struct invocation *inv, const char *path)
{
	uint32_t total = 0;

	for (unsigned round = 0; round < 5; round++) {
		const struct source *leaf = compilation_leaf(c);
		uint32_t errors = c->unit.diags.n_errors, n = 0;
		struct str fixed =
			leaf ? diags_fixed(inv->arena, &c->unit.diags, leaf, &n) : STR("");
		struct compilation next;

		if (n == 0 || !check_text(&next, inv, path, &fixed) ||
		    (c->unit.tree && !next.unit.tree) ||
		    (next.unit.diags.n_errors > errors && !is_readable_now(c, &next)))
			break;
		struct str why;
		if (!file_write(inv->arena, path, fixed, plain_file_mode(), &why)) {
			complain("can't write '%s': %.*s", path, STR_ARG(why));
			return false;
		}
		total += n;
		*c = next;
		c->backend.sources = &c->unit.sources;
	}
	fprintf(stderr, "%s: %u edit%s made\n", path, total, plural(total));
	return true;
}

/* Each is a spec of its own: --file lays files over each other. */
static int validate_file(struct invocation *inv, const char *path, struct report_log *log)
{
	struct compilation *c = ARENA_NEW(inv->arena, struct compilation);

	if (!check_text(c, inv, path, NULL))
		return EXIT_USAGE;
	if (inv->options.fix && strcmp(path, "-") == 0) {
		complain("--fix needs a file that it can write");
		return EXIT_USAGE;
	}
	if (inv->options.fix && !fix_file(c, inv, path))
		return EXIT_UNEXPECTED;
	return compilation_report_later(c, log);
}

int cmd_validate(struct invocation *inv)
{
	const char *path = spec_find(inv);
	struct report_log log = {0};
	uint32_t n = inv->words.n > 1 ? inv->words.n : 1, n_invalid = 0;

	if (!path)
		return EXIT_USAGE;
	if (inv->options.format == FORMAT_JSON)
		inv->options.diagnostics = REPORT_JSON;
	int status = EXIT_OK;
	for (uint32_t i = 0; i < n; i++) {
		int one = validate_file(inv, i ? inv->words.items[i] : path, &log);

		n_invalid += one != EXIT_OK && one != EXIT_ADVICE;
		status = exit_graver(status, one);
	}
	report_end(inv, &log, stdout);
	if (n > 1 && n_invalid > 0)
		complain("%u of %u specs %s not valid", n_invalid, n,
			 n_invalid == 1 ? "is" : "are");
	return status;
}
