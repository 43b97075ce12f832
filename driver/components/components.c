/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/components/components.h"

#include "driver/screen/job_line.h"

/* Its name, as the record has it. */
static struct str name_of(const struct job_view *view, uint32_t component)
{
	const json_t *names = json_object_get(view->job->record, "components");
	const json_t *name = json_array_get(names, component);

	return name ? (struct str){json_string_value(name), json_string_length(name)} : STR("");
}

void components_print(struct invocation *inv, const struct job_view *view,
		      const struct style *style)
{
	struct arena *a = inv->arena;

	for (uint32_t i = 0; i < view->components.list.n; i++) {
		const struct slurm_job *c = &view->components.list.items[i];

		printf("  component %.*s (%.*s): %s%.*s%s",
		       STR_ARG(str_visible(a, name_of(view, i), VISIBLE_LINE)), STR_ARG(c->number),
		       style_of_job(style, c->state), STR_ARG(c->state), style->off);
		if (c->nodes.len > 0)
			printf(", on %.*s", STR_ARG(str_visible(a, c->nodes, VISIBLE_LINE)));
		if (c->used.len > 0 && c->limit.len > 0)
			printf(", %.*s of %.*s", STR_ARG(c->used), STR_ARG(c->limit));
		if (str_eq_c(c->state, "PENDING"))
			printf(" (%.*s)", STR_ARG(str_visible(a, c->reason, VISIBLE_LINE)));
		putchar('\n');
	}
}

json_t *components_json(struct arena *a, const struct job_view *view)
{
	json_t *list = view->components.list.n ? json_array() : NULL;

	for (uint32_t i = 0; i < view->components.list.n; i++) {
		const struct slurm_job *c = &view->components.list.items[i];
		json_t *one = json_object();

		json_object_set_new(one, "name", json_visible(a, name_of(view, i)));
		json_object_set_new(one, "number", json_visible(a, c->number));
		json_object_set_new(one, "state", json_visible(a, c->state));
		json_object_set_new(one, "reason", json_visible(a, c->reason));
		json_object_set_new(one, "nodes", json_visible(a, c->nodes));
		json_object_set_new(one, "used", json_visible(a, c->used));
		json_object_set_new(one, "limit", json_visible(a, c->limit));
		json_array_append_new(list, one);
	}
	return list;
}

struct str components_numbers(struct arena *a, const struct job_view *view)
{
	struct buf out;

	buf_init(&out, a);
	for (uint32_t i = 0; i < view->components.list.n; i++)
		buf_add_fmt(&out, "%s%.*s", i ? "," : "",
			    STR_ARG(view->components.list.items[i].number));
	return out.len > 0 ? str_dup(a, buf_str(&out)) : view->job->number;
}
