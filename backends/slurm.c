/* SPDX-License-Identifier: Apache-2.0 */
/* Slurm: directives at the head of the script, one srun step per service. */
#include "backends/writer.h"

#include <string.h>

/*
 * A value of a directive. sbatch splits the line by rules of its own: blanks end a word, quotes
 * group, a # begins a comment, and a backslash takes the next byte as it is, inside quotes too.
 */
static void emit_directive_value(struct emitter *e, struct str value)
{
	if (word_is_bare(value)) {
		emit_verbatim(e, value);
		return;
	}
	struct buf quoted;
	buf_init(&quoted, e->text.arena);
	buf_add_byte(&quoted, '"');
	for (size_t i = 0; i < value.len; i++) {
		if (value.ptr[i] == '"' || value.ptr[i] == '\\')
			buf_add_byte(&quoted, '\\');
		buf_add_byte(&quoted, value.ptr[i]);
	}
	buf_add_byte(&quoted, '"');
	emit_verbatim(e, buf_str(&quoted));
}

static void emit_directive(struct emitter *e, const struct plan_option *option)
{
	struct str name = option->name.v;

	emit_origin(e, option->head.from.at, str_cat(e->text.arena, STR("x-slurm."), name));
	emit_lit(e, "#SBATCH --");
	for (size_t i = 0; i < name.len; i++)
		emit_verbatim(e, name.ptr[i] == '_' ? STR("-") : str_slice(name, i, i + 1));
	if (IS_SET(option->value)) {
		emit_lit(e, "=");
		if (option->value.v.len)
			emit_directive_value(e, option->value.v);
	}
	emit_lit(e, "\n");
}

/* What the job asks for, or one part of it. */
static void emit_directives(struct writer *w, const struct plan_option *options, uint32_t n,
			    const struct v_list *submit_args)
{
	for (uint32_t i = 0; i < n; i++)
		emit_directive(&w->out, &options[i]);
	for (uint32_t i = 0; i < submit_args->n; i++) {
		emit_origin(&w->out, submit_args->items[i].from.at, STR("x-slurm.submit_args"));
		emit_lit(&w->out, "#SBATCH ");
		emit_verbatim(&w->out, submit_args->items[i].v);
		emit_lit(&w->out, "\n");
	}
}

static void head(struct writer *w)
{
	const struct plan *plan = w->plan;

	emit_directives(w, plan->options.items, plan->options.n, &plan->submit_args);
	for (uint32_t i = 0; i < plan->burst_buffer.n; i++) {
		emit_origin(&w->out, plan->burst_buffer.items[i].from.at,
			    STR("x-slurm.burst_buffer"));
		emit_verbatim(&w->out, plan->burst_buffer.items[i].v);
		emit_lit(&w->out, "\n");
	}
	for (uint32_t i = 1; i < plan->components.n; i++) {
		const struct plan_component *c = &plan->components.items[i];
		emit_lit(&w->out, "#SBATCH hetjob\n");
		emit_directives(w, c->options.items, c->options.n, &c->submit_args);
	}
}

const struct scheduler scheduler_slurm = {
	.name = "slurm",
	.job_id = "${SLURM_JOB_ID}",
	.head = head,
	.prepare = srun_prepare,
	.launch = srun_launch,
};
