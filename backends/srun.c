/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The srun line of a service. Everything is stated on the command line, since that beats what
 * srun would take from the environment, in every version:
 *
 *	exec srun --nodes=1 --overlap --mem=0 --job-name=hpc-compose:redis --ntasks=1 \
 *	  --export=ALL --input=none \
 */
#include "backends/writer.h"

#include <string.h>

/* Variables through which the options of sbatch would become options of srun. */
static const char *const inherited[] = {
	"SLURM_CPU_BIND",
	"SLURM_CPUS_PER_GPU",
	"SLURM_CPUS_PER_TASK",
	"SLURM_DISTRIBUTION",
	"SLURM_EXACT",
	"SLURM_EXCLUSIVE",
	"SLURM_EXPORT_ENV",
	"SLURM_GPU_BIND",
	"SLURM_GPUS",
	"SLURM_GPUS_PER_NODE",
	"SLURM_GPUS_PER_TASK",
	"SLURM_GRES",
	"SLURM_HINT",
	"SLURM_KILL_BAD_EXIT",
	"SLURM_MEM_BIND",
	"SLURM_MEM_PER_CPU",
	"SLURM_MEM_PER_GPU",
	"SLURM_MEM_PER_NODE",
	"SLURM_NPROCS",
	"SLURM_NTASKS",
	"SLURM_NTASKS_PER_NODE",
	"SLURM_OPEN_MODE",
	"SLURM_OVERLAP",
	"SLURM_STEP_GRES",
	"SLURM_THREADS_PER_CORE",
	"SLURM_TRES_PER_TASK",
	"SLURM_WAIT",
	"SLURM_WHOLE",
	"SRUN_CPUS_PER_TASK",
};

/* The script's own, which Pyxis keeps from Enroot and not from the command. */
static const char *const enroot_folders[] = {"ENROOT_CACHE_PATH", "ENROOT_DATA_PATH",
					     "ENROOT_TEMP_PATH"};

static void emit_unset(struct writer *w, const char *const *names, size_t n)
{
	size_t column = 0;

	emit_lit(&w->out, "  unset");
	for (size_t i = 0; i < n; i++) {
		struct str name = str_c(names[i]);
		if (column + name.len > 92) {
			emit_lit(&w->out, " \\\n   ");
			column = 0;
		}
		emit_lit(&w->out, " ");
		emit_word(&w->out, name);
		column += name.len + 1;
	}
	emit_lit(&w->out, "\n");
}

void emit_inheritance_scrub(struct writer *w)
{
	emit_lit(&w->out, "# A step gets what its own line states, nothing from the batch job's "
			  "options.\nown_options() {\n");
	emit_unset(w, inherited, sizeof(inherited) / sizeof(inherited[0]));
	if (w->container == &container_pyxis)
		emit_unset(w, enroot_folders, sizeof(enroot_folders) / sizeof(enroot_folders[0]));
	emit_lit(&w->out, "}\n");
}

void word_nodes(struct word *word, const struct v_nodeset *set)
{
	struct str rest = set->text, span, text;

	while (rest.len) {
		uint64_t first = 0, last = 0;

		if (rest.ptr != set->text.ptr)
			word_text(word, STR(","));
		rest = str_split(rest, ',', &span);
		str_to_u64(str_split(span, '-', &text), &last);
		str_to_u64(text, &first);
		if (text.len == span.len) {
			word_indexed(word, "${NODES[", first, "]}");
		} else {
			word_indexed(word, "${NODES[*]:", first, "");
			word_indexed(word, ":", last - first + 1, "}");
		}
	}
}

static bool has_range(const struct v_nodeset *set)
{
	for (uint32_t i = 1; IS_SET(*set) && i < set->n; i++)
		if (set->items[i] == set->items[i - 1] + 1)
			return true;
	return false;
}

static bool names_nodes(const struct plan_service *s)
{
	return IS_SET(s->is_pinned) && s->is_pinned.v && s->node_set.n;
}

void srun_prepare(struct writer *w, const struct plan_service *s)
{
	emit_lit(&w->out, "  own_options\n");
	if ((names_nodes(s) && has_range(&s->node_set)) || has_range(&s->exclude))
		emit_lit(&w->out, "  local IFS=, # joins the names of nodes\n");
}

static bool is_gpu_option(struct str name)
{
	static const char *const names[] = {"gpus",          "gres",         "gpus_per_node",
					    "gpus_per_task", "cpus_per_gpu", "mem_per_gpu"};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq_c(name, names[i]))
			return true;
	return false;
}

bool service_states_gpus(const struct plan_service *s)
{
	for (uint32_t i = 0; i < s->options.n; i++)
		if (is_gpu_option(s->options.items[i].name.v))
			return true;
	return false;
}

static bool states_memory(const struct plan_service *s)
{
	for (uint32_t i = 0; i < s->options.n; i++)
		if (str_has_prefix(s->options.items[i].name.v, "mem_per_"))
			return true;
	return false;
}

/* CPUs, memory and GPUs: the service's own, or those of the allocation together with others. */
static void emit_share(struct writer *w, const struct plan_service *s)
{
	bool is_exact = IS_SET(s->is_exact) && s->is_exact.v;
	const char *option = is_exact ? w->slurm->exact : w->slurm->share;

	if (*option) {
		emit_lit(&w->out, " ");
		emit_verbatim(&w->out, str_c(option));
	}
	/* A step without a memory option would hold the whole memory of its nodes. */
	if (w->slurm->has_mem_zero && !states_memory(s))
		emit_lit(&w->out, " --mem=0");
	/* One without a GPU option would hold all GPUs, even those that others state. */
	if (w->some_state_gpus && !service_states_gpus(s) &&
	    (is_exact || w->slurm->share_keeps_gres))
		emit_lit(&w->out, " --gres=none");
}

static void emit_number(struct writer *w, const char *option, const struct v_uint *n)
{
	if (!IS_SET(*n))
		return;
	emit_lit(&w->out, " ");
	emit_verbatim(&w->out, str_c(option));
	emit_int(&w->out, n->v);
}

/* " --cpus-per-task=4": the name as an option, and its value. */
static void emit_option(struct writer *w, struct str name, const struct v_str *value)
{
	struct buf word;

	buf_init(&word, w->arena);
	buf_add_c(&word, "--");
	for (size_t i = 0; i < name.len; i++)
		buf_add_byte(&word, name.ptr[i] == '_' ? '-' : name.ptr[i]);
	if (value->v.len) {
		buf_add_byte(&word, '=');
		buf_add(&word, value->v);
	}
	emit_lit(&w->out, " ");
	emit_word(&w->out, buf_str(&word));
}

static void emit_resources(struct writer *w, const struct plan_service *s)
{
	if (!s->options.n && !IS_SET(s->mpi_type) && !s->extra_args.n)
		return;
	emit_lit(&w->out, " \\\n   ");
	for (uint32_t i = 0; i < s->options.n; i++) {
		emit_field_origin(w, s, s->options.items[i].value.from.at,
				  str_cat(w->arena, STR("x-slurm."), s->options.items[i].name.v));
		emit_option(w, s->options.items[i].name.v, &s->options.items[i].value);
	}
	if (IS_SET(s->mpi_type))
		emit_option(w, STR("mpi"), &s->mpi_type);
	for (uint32_t i = 0; i < s->extra_args.n; i++) {
		emit_lit(&w->out, " ");
		emit_word(&w->out, s->extra_args.items[i].v);
	}
}

static void emit_placement(struct writer *w, const struct plan_service *s)
{
	struct word word;

	if (names_nodes(s)) {
		word_init(&word, w->arena);
		word_text(&word, STR("--nodelist="));
		word_nodes(&word, &s->node_set);
		emit_lit(&w->out, " \\\n    ");
		emit_parts(&w->out, &word);
	}
	if (IS_SET(s->exclude) && s->exclude.n) {
		word_init(&word, w->arena);
		word_text(&word, STR("--exclude="));
		word_nodes(&word, &s->exclude);
		emit_lit(&w->out, " \\\n    ");
		emit_parts(&w->out, &word);
	}
}

void srun_launch(struct writer *w, const struct plan_service *s)
{
	emit_lit(&w->out, "  ");
	emit_late_environment(w, s);
	emit_lit(&w->out, "exec ");
	emit_tool(w, s, STR("srun"));
	emit_number(w, "--nodes=", &s->nodes);
	emit_share(w, s);
	emit_lit(&w->out, " --job-name=hpc-compose:");
	emit_verbatim(&w->out, s->token.v); /* letters, digits and '_' */
	emit_number(w, "--ntasks=", &s->ntasks);
	emit_number(w, "--ntasks-per-node=", &s->ntasks_per_node);
	/* The first rank that fails ends the others; one that ends well leaves them alone. */
	emit_lit(&w->out, " \\\n    --export=ALL --input=none");
	if (s->ranks.v > 1)
		emit_lit(&w->out, " --kill-on-bad-exit=1 --wait=0");
	if (w->container->first_options)
		w->container->first_options(w, s);
	emit_resources(w, s);
	if (w->container->last_options)
		w->container->last_options(w, s);
	emit_placement(w, s);
}
