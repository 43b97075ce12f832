/* SPDX-License-Identifier: Apache-2.0 */
/* The reference page of Slurm's options, made from their rows: docs/slurm-options.md. */
#include "ir/containers.h"
#include "ir/options.h"
#include "ir/text/schema_text.h"

static const char head[] =
	"<!-- Made from ir/facts/options.m4; a test writes it anew. -->\n"
	"# Slurm's options in a spec\n\n"
	"Each option of `sbatch` and `srun`, the first version of Slurm that has it (20.02 stands for all\n"
	"older ones, and for options of ";
static const char head_behind_plugin[] =
	"), what stands behind it, and where it is written in a spec.\n"
	"`submit_args` goes under the root's `x-slurm`, `extra_srun_args` under a service's. A key that is\n"
	"one of these options, and no field where it stands, is answered from this table.\n\n"
	"| option | of | since | value | in a spec |\n|---|---|---|---|---|\n";

/* The runtime whose options srun has as a plugin. */
static const char *plugin_title(void)
{
	size_t i = 0;
	while (!containers[i].is_srun_option)
		i++;
	return containers[i].title;
}

static void add_places(struct buf *b, const struct slurm_option *o)
{
	const char *between = " ";
	if (o->root.path) {
		buf_add_fmt(b, " `x-slurm.%s`", o->root.path);
		between = "; ";
	}
	if (o->step.path) {
		buf_add_fmt(b, "%sof a service: `x-slurm.%s`", between, o->step.path);
		between = "; ";
	}
	if (o->takes_args && o->is_sbatch && !o->root.path) {
		buf_add_fmt(b, "%s`submit_args`", between);
		between = "; ";
	}
	if (o->takes_args && o->is_srun && !o->step.path) {
		buf_add_fmt(b, "%s`extra_srun_args`", between);
		between = "; ";
	}
	if (o->instead)
		buf_add_fmt(b, "%s%s", between, o->instead);
}

struct str options_reference(struct arena *a)
{
	struct buf b;
	buf_init(&b, a);
	buf_add_c(&b, head);
	buf_add_c(&b, plugin_title());
	buf_add_c(&b, head_behind_plugin);
	for (size_t i = 0; i < N_SLURM_OPTS; i++) {
		const struct slurm_option *o = &slurm_options[i];
		buf_add_fmt(&b, "| `--%s`", o->name);
		if (o->letter)
			buf_add_fmt(&b, ", `-%c`", o->letter);
		buf_add_fmt(&b, " | %s%s%s%s%s | %u.%02u | %s |", o->is_sbatch ? "sbatch" : "",
			    o->is_sbatch && o->is_srun ? ", " : "", o->is_srun ? "srun" : "",
			    o->is_plugin ? " with " : "", o->is_plugin ? plugin_title() : "",
			    o->since / 100u, o->since % 100u, option_value_names[o->value]);
		add_places(&b, o);
		buf_add_c(&b, " |\n");
	}
	return buf_str(&b);
}
