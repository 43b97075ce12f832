/* SPDX-License-Identifier: Apache-2.0 */
/* The other forms of a plan, and the short ones among them: table and map. */
#include "backends/formats/formats.h"

struct str backend_table(struct arena *a, const struct plan *plan,
			 const struct backend_options *options)
{
	struct emitter e;

	emit_init(&e, a);
	emit_table(&e, plan, options->is_local ? PLAN_SCHEDULER_LOCAL : PLAN_SCHEDULER_SLURM);
	return buf_str(&e.text);
}

static struct str write_table(struct unit *u, const struct backend_options *options)
{
	struct str table = backend_table(u->arena, u->plan, options);

	plan_hide_secrets(u);
	/* Real values are the script's alone. */
	return secrets_redact(u->arena, &u->diags.secrets, table, SECRETS_SHORT | SECRETS_QUOTED);
}

/* One line per origin: line of the script, place in the spec, what it is. */
static struct str write_map(struct unit *u, const struct backend_options *options)
{
	struct backend_options own = *options;

	own.keeps_lines = true;
	struct script script;
	backend_script(u->arena, u->plan, &own, &script);
	struct buf out;
	buf_init(&out, u->arena);
	for (uint32_t i = 0; i < script.lines.n; i++) {
		const struct line_origin *o = &script.lines.items[i];
		struct place place = source_place(&u->sources, o->at.begin);
		if (place.source)
			buf_add_fmt(
				&out, "%u\t%.*s:%u:%u\t%.*s\n", o->line,
				STR_ARG(place.source->name), place.line, place.column,
				STR_ARG(secrets_redact(u->arena, &u->diags.secrets, o->what, 0)));
	}
	return buf_str(&out);
}

const struct backend_format backend_formats[] = {
	{"plan", "what will happen, for people", write_plan},
	{"json", "the same facts for programs", write_json},
	{"dot", "the dependency graph for Graphviz", write_dot},
	{"table", "the supervision table", write_table},
	{"map", "script line, place in the spec, field", write_map},
};
const size_t n_backend_formats = sizeof(backend_formats) / sizeof(backend_formats[0]);
