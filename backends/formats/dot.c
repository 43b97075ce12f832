/* SPDX-License-Identifier: Apache-2.0 */
/* The dependency graph in Graphviz's language: an arrow leads from what is awaited. */
#include "backends/formats/formats.h"

static void quoted(struct buf *out, struct str text)
{
	buf_add_byte(out, '"');
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '"' || text.ptr[i] == '\\')
			buf_add_byte(out, '\\');
		if (text.ptr[i] == '\n')
			buf_add_c(out, "\\n");
		else
			buf_add_byte(out, text.ptr[i]);
	}
	buf_add_byte(out, '"');
}

struct str write_dot(struct unit *u, const struct backend_options *options)
{
	static const char *const styles[] = {
		[DEPENDENCY_CONDITION_SERVICE_STARTED] = "label=started, style=dashed",
		[DEPENDENCY_CONDITION_SERVICE_HEALTHY] = "label=healthy",
		[DEPENDENCY_CONDITION_SERVICE_COMPLETED_SUCCESSFULLY] =
			"label=completed, style=bold",
	};
	const struct plan *plan = u->plan;

	(void)options;
	struct buf out;
	buf_init(&out, u->arena);
	buf_add_c(&out, "digraph ");
	quoted(&out, value_shown(plan->name));
	buf_add_c(&out, " {\n  rankdir=LR;\n  node [shape=box];\n");
	for (uint32_t i = 0; i < plan->services.n; i++) {
		const struct plan_service *s = &plan->services.items[i];
		struct str text = s->name.v;
		if (plan->nodes.v > 1)
			text = str_fmt(u->arena, "%.*s\nnodes %.*s", STR_ARG(s->name.v),
				       STR_ARG(node_set_text(u->arena, &s->node_set)));
		buf_add_c(&out, "  ");
		quoted(&out, s->name.v);
		buf_add_c(&out, " [label=");
		quoted(&out, text);
		buf_add_c(&out, "];\n");
	}
	for (uint32_t i = 0; i < plan->services.n; i++) {
		const struct plan_service *s = &plan->services.items[i];
		for (uint32_t k = 0; k < s->dependencies.n; k++) {
			buf_add_c(&out, "  ");
			quoted(&out, s->dependencies.items[k].name.v);
			buf_add_c(&out, " -> ");
			quoted(&out, s->name.v);
			buf_add_fmt(&out, " [%s];\n", styles[s->dependencies.items[k].condition.v]);
		}
	}
	buf_add_c(&out, "}\n");
	return buf_str(&out);
}
