/* SPDX-License-Identifier: Apache-2.0 */
/* What is found, as it is collected and as it is shown to people and to programs. */
#include <stdlib.h>

#include <jansson.h>

#include "driver/cluster/preflight.h"
#include "driver/json.h"
#include "driver/screen/style.h"
#include "driver/system.h"

void finding_add(struct findings *f, enum finding_level level, struct str what, struct str detail,
		 const char *help)
{
	finding_of(f, level, what, detail, "", help);
}

void finding_of(struct findings *f, enum finding_level level, struct str what, struct str detail,
		const char *source, const char *help)
{
	*LIST_PUSH(f->arena, &f->list) =
		(struct finding){level, what, detail, str_c(source), str_c(help)};
	f->n_failures += level == FINDING_FAILURE;
}

const struct plan_option *option_named(const struct plan_option *items, uint32_t n,
				       const char *name)
{
	for (uint32_t i = 0; i < n; i++)
		if (str_eq_c(items[i].name.v, name))
			return &items[i];
	return NULL;
}

const struct plan_option *plan_option_named(const struct plan *plan, const char *name)
{
	return option_named(plan->options.items, plan->options.n, name);
}

void finding_program(struct findings *f, const char *name, const char *help)
{
	struct str path = program_find(f->arena, name);

	if (path.len > 0)
		finding_add(f, FINDING_OK, str_c(name), path, "");
	else
		finding_add(f, FINDING_FAILURE, str_c(name), STR("isn't on PATH"), help);
}

static const char *const level_names[] = {"ok", "warning", "failure", "absent"};

static void print_text(struct invocation *inv, const struct findings *f)
{
	struct style style = style_for(inv, stdout);
	const char *const colors[] = {style.good, style.busy, style.bad, style.dim};
	static const char *const marks[] = {"ok  ", "warn", "FAIL", "--  "};

	for (uint32_t i = 0; i < f->list.n; i++) {
		const struct finding *one = &f->list.items[i];

		printf("%s%s%s  %-14.*s %.*s", colors[one->level], marks[one->level], style.off,
		       STR_ARG(one->what),
		       STR_ARG(str_visible(inv->arena, one->detail, VISIBLE_LINE)));
		if (one->source.len > 0)
			printf(" %s(%.*s)%s", style.dim, STR_ARG(one->source), style.off);
		printf("\n");
		if (one->help.len > 0)
			printf("      %shelp: %.*s%s\n", style.dim,
			       STR_ARG(str_visible(inv->arena, one->help, VISIBLE_LINE)),
			       style.off);
	}
	if (f->n_failures == 0)
		printf("ready\n");
	else
		printf("not ready: %u thing%s missing\n", f->n_failures,
		       f->n_failures == 1 ? " is" : "s are");
}

static void print_json(const struct findings *f)
{
	struct arena *a = f->arena;
	json_t *list = json_array(), *all = json_object();

	for (uint32_t i = 0; i < f->list.n; i++) {
		const struct finding *one = &f->list.items[i];

		json_array_append_new(list, json_pack("{s:s, s:o, s:o, s:o, s:o}", "level",
						      level_names[one->level], "what",
						      json_visible(a, one->what), "detail",
						      json_visible(a, one->detail), "source",
						      json_visible(a, one->source), "help",
						      json_visible(a, one->help)));
	}
	json_object_set_new(all, "ready", json_boolean(f->n_failures == 0));
	json_object_set_new(all, "checks", list);
	json_print(all);
}

void findings_print(struct invocation *inv, const struct findings *f)
{
	if (inv->options.format == FORMAT_JSON)
		print_json(f);
	else
		print_text(inv, f);
}
