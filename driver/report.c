/* SPDX-License-Identifier: Apache-2.0 */
/* -W, and how diagnostics are printed. */
#include "driver/report.h"

#include <string.h>

#include "driver/compile.h"
#include "frontend/frontend.h"
#include "ir/support/diag_render.h"

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

/* Drops what -W switches off; the number of pieces of advice that stay. Under -W error they are
   shown as errors. */
static uint32_t select_advice(const struct invocation *inv, struct diags *ds)
{
	bool is_error = is_error_asked(inv);
	uint32_t kept = 0, advice = 0;

	for (uint32_t i = 0; i < ds->list.n; i++) {
		struct diag *d = ds->list.items[i];

		if (d->severity == SEVERITY_WARNING) {
			if (!is_wanted(inv, d))
				continue;
			advice++;
			d->severity = is_error ? SEVERITY_ERROR : SEVERITY_WARNING;
		}
		ds->list.items[kept++] = d;
	}
	ds->list.n = kept;
	return advice;
}

static void print_text(const struct invocation *inv, struct unit *u)
{
	struct render_options how = {.color = wants_color(inv, stderr),
				     .max_errors = RENDER_MAX_ERRORS};
	struct str text = diags_text(inv->arena, &u->sources, &u->diags, how);

	fwrite(text.ptr, 1, text.len, stderr);
}

int report_print(const struct invocation *inv, struct unit *u, FILE *to)
{
	uint32_t advice = select_advice(inv, &u->diags);

	(void)to;
	frontend_explain(u);
	print_text(inv, u);
	if (u->diags.n_errors > 0)
		return EXIT_USAGE;
	return advice > 0 && is_error_asked(inv) ? EXIT_ADVICE : EXIT_OK;
}
