/* SPDX-License-Identifier: Apache-2.0 */
/* -W, and how diagnostics are printed. */
#include "driver/report.h"

#include <string.h>

bool report_check_names(const struct invocation *inv)
{
	for (uint32_t i = 0; i < inv->options.warnings.list.n; i++) {
		const char *name = inv->options.warnings.list.items[i];

		if (*name == '\0') {
			complain("-W wants the name of an advice, no-NAME, or error");
			return false;
		}
	}
	return true;
}

/* Whether -W leaves this advice on; the last word that speaks of it decides. */
static bool is_wanted(const struct invocation *inv, const struct diag *d)
{
	bool wanted = true;

	for (uint32_t i = 0; i < inv->options.warnings.list.n; i++) {
		const char *name = inv->options.warnings.list.items[i];
		bool on = strncmp(name, "no-", 3) != 0;

		name += on ? 0 : 3;
		if (strcmp(name, "all") == 0 || strcmp(name, d->rule) == 0)
			wanted = on;
	}
	return wanted;
}

static bool is_error_asked(const struct invocation *inv)
{
	for (uint32_t i = 0; i < inv->options.warnings.list.n; i++)
		if (strcmp(inv->options.warnings.list.items[i], "error") == 0)
			return true;
	return false;
}

int report_print(const struct invocation *inv, struct unit *u, FILE *to)
{
	uint32_t kept = 0, advice = 0;

	for (uint32_t i = 0; i < u->diags.list.n; i++) {
		struct diag *d = u->diags.list.items[i];

		if (d->severity == SEVERITY_WARNING && !is_wanted(inv, d))
			continue;
		advice += d->severity == SEVERITY_WARNING;
		u->diags.list.items[kept++] = d;
	}
	u->diags.list.n = kept;
	for (uint32_t i = 0; i < kept; i++) {
		struct diag *d = u->diags.list.items[i];
		struct place p = source_place(&u->sources, d->at.begin);

		if (p.source)
			fprintf(to, "%.*s:%u:%u: ", STR_ARG(p.source->name), p.line, p.column);
		fprintf(to, "%s: %.*s [%s]\n", d->severity == SEVERITY_ERROR ? "error" : "warning",
			STR_ARG(d->text), d->rule);
	}
	if (u->diags.n_errors > 0)
		return EXIT_USAGE;
	return advice > 0 && is_error_asked(inv) ? EXIT_ADVICE : EXIT_OK;
}
