/* SPDX-License-Identifier: Apache-2.0 */
/* -W, and how diagnostics are printed. */
#include "driver/report.h"

#include "driver/screen/style.h"

#include <string.h>

#include "driver/compile.h"
#include "frontend/frontend.h"
#include "ir/text/rules.h"
#include "ir/diag/diag_render.h"

/* What a word of -W speaks of, without "no-". */
static const char *warning_subject(const char *word, bool *on)
{
	*on = strncmp(word, "no-", 3) != 0;
	return *on ? word : word + 3;
}

bool report_check_names(const struct invocation *inv)
{
	for (uint32_t i = 0; i < inv->options.warnings.list.n; i++) {
		bool on;
		const char *name = warning_subject(inv->options.warnings.list.items[i], &on);
		const struct rule *rule = rule_find(str_c(name));

		if (strcmp(name, "all") == 0 || (on && strcmp(name, "error") == 0))
			continue;
		if (rule && rule_is_advice(rule))
			continue;
		if (rule)
			complain("-W: %s (%s) is an error, not advice; it can't be switched off",
				 rule->id, rule->name);
		else
			complain("-W doesn't know '%s'", name);
		rule = rule ? NULL : rule_nearest(str_c(name));
		if (rule)
			advise("did you mean '%s'?", rule->name);
		else
			advise("it takes the name or number of an advice, no-NAME, all, no-all, or error");
		return false;
	}
	return true;
}

/* Whether -W leaves this advice on; the last word that speaks of it decides. */
static bool is_wanted(const struct invocation *inv, const struct diag *d)
{
	bool wanted = true;

	for (uint32_t i = 0; i < inv->options.warnings.list.n; i++) {
		bool on;
		const char *name = warning_subject(inv->options.warnings.list.items[i], &on);
		const struct rule *rule = rule_find(str_c(name));

		if (strcmp(name, "all") == 0 || rule == &rules[d->rule])
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
			if (!is_wanted(inv, d) || (d->unless && is_wanted(inv, d->unless)))
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

static void print_data(const struct invocation *inv, struct unit *u, FILE *to)
{
	struct str text = inv->options.diagnostics == REPORT_SARIF
				  ? diags_sarif(inv->arena, &u->sources, &u->diags)
				  : diags_json(inv->arena, &u->sources, &u->diags);

	fwrite(text.ptr, 1, text.len, to);
}

int report_print(const struct invocation *inv, struct unit *u, FILE *to)
{
	uint32_t advice = select_advice(inv, &u->diags);

	frontend_explain(u);
	if (inv->options.diagnostics == REPORT_TEXT)
		print_text(inv, u);
	else
		print_data(inv, u, to);
	if (u->diags.n_errors > 0)
		return EXIT_USAGE;
	return advice > 0 && is_error_asked(inv) ? EXIT_ADVICE : EXIT_OK;
}
