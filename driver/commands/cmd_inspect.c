/* SPDX-License-Identifier: Apache-2.0 */
/* hpcc inspect: what will happen, for people; which images the cache holds; who waits for whom. */
#include <string.h>

#include "driver/commands/cmd.h"
#include "driver/compile.h"
#include "driver/jobs/jobs.h"
#include "driver/screen/style.h"
#include "driver/system.h"
#include "ir/text/print.h"

static struct str format_text(struct compilation *c, const char *name)
{
	for (size_t i = 0; i < n_backend_formats; i++)
		if (strcmp(backend_formats[i].name, name) == 0)
			return backend_formats[i].write(&c->unit, &c->backend);
	return STR("");
}

static bool print_image_line(struct compilation *c, const char *kind, const struct plan_path *path)
{
	struct str file = plan_path_here(c->inv->arena, c, path);
	bool is_there = path_exists(file.ptr);

	printf("  %-9s %s  %.*s\n", kind, is_there ? "there  " : "missing",
	       STR_ARG(plan_path_shown(c->inv->arena, c, path)));
	return is_there;
}

/* An earlier service starts from the same file. */
static bool is_shown(const struct plan *plan, uint32_t i)
{
	const struct plan_image *image = plan->services.items[i].image;

	for (uint32_t k = 0; k < i; k++) {
		const struct plan_image *other = plan->services.items[k].image;

		if (other && other->file && str_eq(other->file->text.v, image->file->text.v))
			return true;
	}
	return false;
}

/* What `hpcc prepare` would have to do. */
static void print_images(struct compilation *c)
{
	const struct plan *plan = c->unit.plan;
	bool any = false, all = true;

	for (uint32_t i = 0; i < plan->services.n; i++) {
		const struct plan_image *image = plan->services.items[i].image;

		if (!image || image->form.v == IMAGE_FORM_NONE || !image->base_file ||
		    is_shown(plan, i))
			continue;
		if (!any)
			puts("\nimages");
		any = true;
		printf(" %.*s\n", STR_ARG(value_shown(image->reference)));
		if (!print_image_line(c, image->form.v == IMAGE_FORM_LOCAL ? "local" : "base",
				      image->base_file))
			all = false;
		if (image->prepare && !print_image_line(c, "prepared", image->file))
			all = false;
	}
	if (!all)
		puts("'hpcc prepare' makes what is missing");
}

static const char *edge_text(uint32_t condition)
{
	switch ((enum dependency_condition)condition) {
	case DEPENDENCY_CONDITION_SERVICE_STARTED:
		return "started";
	case DEPENDENCY_CONDITION_SERVICE_HEALTHY:
		return "healthy";
	case DEPENDENCY_CONDITION_SERVICE_COMPLETED_SUCCESSFULLY:
		return "completed";
	case DEPENDENCY_CONDITION_N:
		break;
	}
	return "";
}

/* Everything that waits for service `number`, deeper by one. */
static void print_dependents(const struct plan *plan, uint64_t number, const char *indent,
			     struct arena *a, bool *shown)
{
	uint32_t last = plan->services.n;

	for (uint32_t i = 0; i < plan->services.n; i++)
		for (uint32_t k = 0; k < plan->services.items[i].dependencies.n; k++)
			if (plan->services.items[i].dependencies.items[k].service.v == number)
				last = i;
	for (uint32_t i = 0; i < plan->services.n; i++) {
		const struct plan_service *s = &plan->services.items[i];

		for (uint32_t k = 0; k < s->dependencies.n; k++) {
			const struct plan_dependency *d = &s->dependencies.items[k];

			if (d->service.v != number)
				continue;
			printf("%s%s %.*s (once %s)%s\n", indent, i == last ? "`-" : "|-",
			       STR_ARG(str_visible(a, s->name.v, VISIBLE_LINE)),
			       edge_text(d->condition.v), shown[i] ? " ..." : "");
			if (shown[i])
				continue;
			shown[i] = true;
			print_dependents(plan, i,
					 str_fmt(a, "%s%s", indent, i == last ? "   " : "|  ").ptr,
					 a, shown);
		}
	}
}

static void print_tree(struct compilation *c)
{
	const struct plan *plan = c->unit.plan;
	bool *shown = ARENA_ARRAY(c->inv->arena, plan->services.n, bool);

	for (uint32_t i = 0; i < plan->services.n; i++) {
		if (plan->services.items[i].dependencies.n > 0)
			continue;
		printf("%.*s\n", STR_ARG(str_visible(c->inv->arena, plan->services.items[i].name.v,
						     VISIBLE_LINE)));
		print_dependents(plan, i, "", c->inv->arena, shown);
	}
}

int cmd_inspect(struct invocation *inv)
{
	struct compilation c;
	int status = compile_spec(&c, inv);

	if (status != EXIT_OK)
		return status;
	if (inv->options.tree) {
		print_tree(&c);
		return EXIT_OK;
	}
	struct str text = format_text(&c, inv->options.format == FORMAT_JSON ? "json" : "plan");
	fwrite(text.ptr, 1, text.len, stdout);
	if (inv->options.format == FORMAT_TEXT)
		print_images(&c);
	return EXIT_OK;
}
