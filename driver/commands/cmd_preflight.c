/* SPDX-License-Identifier: Apache-2.0 */
/* hpcc preflight: what a submission would check, as a list. */
#include "driver/commands/cmd.h"
#include "driver/json.h"
#include "driver/cluster/preflight.h"
#include "driver/screen/style.h"

#include <stdlib.h>

#include <jansson.h>

static const char *const level_names[] = {"ok", "warning", "failure"};

static void print_text(struct invocation *inv, const struct findings *f)
{
	struct style style = style_for(inv, stdout);
	const char *const colors[] = {style.good, style.busy, style.bad};
	static const char *const marks[] = {"ok  ", "warn", "FAIL"};

	for (uint32_t i = 0; i < f->list.n; i++) {
		const struct finding *one = &f->list.items[i];

		printf("%s%s%s  %-14.*s %.*s\n", colors[one->level], marks[one->level], style.off,
		       STR_ARG(one->what),
		       STR_ARG(str_visible(inv->arena, one->detail, VISIBLE_LINE)));
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
	json_t *list = json_array(), *all = json_object();

	for (uint32_t i = 0; i < f->list.n; i++) {
		const struct finding *one = &f->list.items[i];

		json_array_append_new(list, json_pack("{s:s, s:s%, s:s%, s:s%}", "level",
						      level_names[one->level], "what",
						      one->what.ptr, one->what.len, "detail",
						      one->detail.ptr, one->detail.len, "help",
						      one->help.ptr, one->help.len));
	}
	json_object_set_new(all, "ready", json_boolean(f->n_failures == 0));
	json_object_set_new(all, "checks", list);
	json_print(all);
}

int cmd_preflight(struct invocation *inv)
{
	struct compilation c;
	int status = compile_spec(&c, inv);

	if (status != EXIT_OK)
		return status;
	struct findings f;
	preflight_check(&c, &f);
	if (inv->options.format == FORMAT_JSON)
		print_json(&f);
	else
		print_text(inv, &f);
	return f.n_failures > 0 ? EXIT_ENVIRONMENT : EXIT_OK;
}
