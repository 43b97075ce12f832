/* SPDX-License-Identifier: Apache-2.0 */
/* -W, and how diagnostics are printed. */
#include "driver/report.h"

#include "driver/screen/style.h"

#include <string.h>

#include "driver/compile.h"
#include "driver/system.h"
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

/* The nearest folder above that somebody keeps under version control; the working folder where none is. */
static struct str repository(struct arena *a)
{
	struct str here = working_folder(a), folder = here;

	while (!path_exists(path_join(a, folder, STR(".git")).ptr)) {
		if (folder.len <= 1)
			return here;
		folder = path_folder(a, folder);
	}
	return folder;
}

/* Code hosts know files by their way from the top of the repository. */
static const struct source_map *named_for_hosts(struct arena *a, const struct source_map *map)
{
	struct str top = repository(a);
	struct source_map *named = ARENA_NEW(a, struct source_map);

	*named = (struct source_map){.arena = a, .next = map->next};
	for (uint32_t i = 0; i < map->files.n; i++) {
		struct source *file = LIST_PUSH(a, &named->files);

		*file = map->files.items[i];
		if (str_eq_c(file->name, "-"))
			continue;
		file->name = path_absolute(a, file->name);
		if (file->name.len > top.len && str_has_prefix(file->name, top.ptr) &&
		    file->name.ptr[top.len] == '/')
			file->name = str_from(file->name, top.len + 1);
	}
	return named;
}

int report_take(const struct invocation *inv, struct unit *u, struct report_log *log)
{
	uint32_t advice = select_advice(inv, &u->diags);

	frontend_explain(u);
	if (inv->options.diagnostics == REPORT_TEXT)
		print_text(inv, u);
	*LIST_PUSH(inv->arena, &log->list) =
		(struct diag_report){.map = &u->sources, .ds = &u->diags};
	if (u->diags.n_errors > 0)
		return EXIT_USAGE;
	return advice > 0 && is_error_asked(inv) ? EXIT_ADVICE : EXIT_OK;
}

static struct str data_text(const struct invocation *inv, diag_reports *list)
{
	bool is_for_hosts = inv->options.diagnostics == REPORT_GITHUB ||
			    inv->options.diagnostics == REPORT_GITLAB;

	for (uint32_t i = 0; is_for_hosts && i < list->n; i++)
		list->items[i].map = named_for_hosts(inv->arena, list->items[i].map);
	switch ((enum report_style)inv->options.diagnostics) {
	case REPORT_TEXT:
		return STR("");
	case REPORT_JSON:
		return diags_json(inv->arena, list);
	case REPORT_SARIF:
		return diags_sarif(inv->arena, list, STR(HPCC_RULES_PAGE));
	case REPORT_GITHUB:
		return diags_github(inv->arena, list);
	case REPORT_GITLAB:
		return diags_gitlab(inv->arena, list);
	}
	return STR("");
}

void report_end(const struct invocation *inv, struct report_log *log, FILE *to)
{
	struct str text = data_text(inv, &log->list);

	fwrite(text.ptr, 1, text.len, to);
}

int exit_graver(int a, int b)
{
	static const unsigned char weight[] = {
		[EXIT_OK] = 0,    [EXIT_ADVICE] = 1,      [EXIT_UNEXPECTED] = 2,
		[EXIT_USAGE] = 3, [EXIT_ENVIRONMENT] = 4,
	};

	return weight[b] > weight[a] ? b : a;
}
