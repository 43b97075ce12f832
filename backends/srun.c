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

#include "ir/inherited.gen.h"

void emit_inheritance_scrub(struct writer *w)
{
	emit_lit(&w->out, "# A step gets what its own line states, nothing from the batch job's "
			  "options.\nown_options() {\n");
	emit_lit(&w->out, SLURM_UNSET_INHERITED);
	for (enum runtime_backend i = 0; i < RUNTIME_BACKEND_N; i++) {
		if (!*containers[i].script_variables || !plan_uses_container(w->plan, i))
			continue;
		emit_lit(&w->out, "  unset ");
		emit_verbatim(&w->out, str_c(containers[i].script_variables));
		emit_lit(&w->out, "\n");
	}
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

/* One argument holds 128 KiB, and a node's name may have 64 bytes. What has a slash is the name of a
   file for srun. */
static bool is_long_list(const struct v_nodeset *set)
{
	enum {
		NAMES_MAX = 1000
	};

	return IS_SET(*set) && set->n > NAMES_MAX;
}

void srun_prepare(struct writer *w, const struct plan_service *s)
{
	emit_lit(&w->out, "  own_options\n");
	if ((names_nodes(s) && has_range(&s->node_set) && !is_long_list(&s->node_set)) ||
	    has_range(&s->exclude))
		emit_lit(&w->out, "  local IFS=, # joins the names of nodes\n");
}

bool plan_shares_cpus(const struct plan *plan)
{
	for (uint32_t i = 0; i < plan->services.n; i++)
		if (IS_SET(plan->services.items[i].cpus_of_others))
			return true;
	return false;
}

static bool states_class(const struct plan_service *s, unsigned classes)
{
	for (uint32_t i = 0; i < s->options.n; i++) {
		const struct slurm_option *o = step_option(s->options.items[i].name.v);
		if (o && o->classes & classes)
			return true;
	}
	return false;
}

bool service_states_gpus(const struct plan_service *s)
{
	return states_class(s, OPTION_CLASS_GPU | OPTION_CLASS_GRES);
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
	if (w->slurm->has_mem_zero && !states_class(s, OPTION_CLASS_MEMORY))
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
	if (IS_SET(s->cpus_of_others)) {
		emit_lit(&w->out, " --cpus-per-task=\"${CPUS[");
		emit_int(&w->out, s->number.v);
		emit_lit(&w->out, "]}\"");
	}
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

	if (names_nodes(s) && is_long_list(&s->node_set)) {
		emit_lit(&w->out, " \\\n    --nodelist=\"$JOB_DIR/" JOB_FOLDER_SERVICE_NODES "/");
		emit_verbatim(&w->out, s->token.v);
		emit_lit(&w->out, ".nodes.txt\"");
	} else if (names_nodes(s)) {
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
	emit_number(w, "--het-group=", &s->component);
	emit_number(w, "--nodes=", &s->nodes);
	if (!IS_SET(s->nodes))
		emit_lit(&w->out, " --nodes=" ALL_NODES);
	emit_share(w, s);
	emit_lit(&w->out, " --job-name=hpc-compose:");
	emit_verbatim(&w->out, s->token.v); /* nothing that has to be quoted */
	emit_number(w, "--ntasks=", &s->ntasks);
	emit_number(w, "--ntasks-per-node=", &s->ntasks_per_node);
	/* The first rank that fails ends the others; one that ends well leaves them alone. */
	emit_lit(&w->out, " \\\n    --export=ALL --input=none");
	bool goes_on = IS_SET(w->plan->kill_on_bad_exit) && !w->plan->kill_on_bad_exit.v;
	if (s->ranks.v > 1 && goes_on)
		emit_lit(&w->out, " --kill-on-bad-exit=0 --wait=0");
	else if (s->ranks.v > 1)
		emit_lit(&w->out, " --kill-on-bad-exit=1 --wait=0");
	if (w->emitter->first_options)
		w->emitter->first_options(w, s);
	emit_resources(w, s);
	if (w->emitter->last_options)
		w->emitter->last_options(w, s);
	emit_placement(w, s);
}
