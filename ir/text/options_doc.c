/* SPDX-License-Identifier: Apache-2.0 */
/* The reference page of Slurm's options, made from their rows: docs/slurm-options.md. */
#include "ir/containers.h"
#include "ir/options.h"
#include "ir/text/schema_text.h"

static const char head[] =
	"<!-- Made from ir/facts/options.m4; a test writes it anew. -->\n"
	"# Slurm's options in a spec\n\n"
	"Each option of `sbatch` and `srun`, the versions of Slurm that have it (20.02 stands for all\n"
	"older ones, and for options of ";
static const char head_behind_plugin[] =
	"), what stands behind it, and where it is written in a spec.\n"
	"`submit_args` goes under the root's `x-slurm`, `extra_srun_args` under a service's. A key that is\n"
	"one of these options, and no field where it stands, is answered from this table.\n\n"
	"| option | of | versions | value | in a spec |\n|---|---|---|---|---|\n";

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

/* "20.02", or "20.02 until 24.11", which hasn't got it any more. */
static void add_age(struct buf *b, const struct option_age *age)
{
	buf_add_fmt(b, "%u.%02u", age->since / 100u, age->since % 100u);
	if (age->gone)
		buf_add_fmt(b, " until %u.%02u", age->gone / 100u, age->gone % 100u);
}

/* One age of both commands, or one of each. */
static void add_ages(struct buf *b, const struct slurm_option *o)
{
	bool is_same = o->sbatch.since == o->srun.since && o->sbatch.gone == o->srun.gone;
	if (!is_same && o->is_sbatch && o->is_srun)
		buf_add_c(b, "sbatch: ");
	add_age(b, o->is_sbatch ? &o->sbatch : &o->srun);
	if (is_same || !o->is_sbatch || !o->is_srun)
		return;
	buf_add_c(b, ", srun: ");
	add_age(b, &o->srun);
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
		buf_add_fmt(&b, " | %s%s%s%s%s | ", o->is_sbatch ? "sbatch" : "",
			    o->is_sbatch && o->is_srun ? ", " : "", o->is_srun ? "srun" : "",
			    o->is_plugin ? " with " : "", o->is_plugin ? plugin_title() : "");
		add_ages(&b, o);
		buf_add_fmt(&b, " | %s |", option_value_names[o->value]);
		add_places(&b, o);
		buf_add_c(&b, " |\n");
	}
	return buf_str(&b);
}
