/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of the job around its services: scratch folders, copies in and out, what is removed at
 * the end. Real commands; those that concern every node run as a step of their own:
 *
 *	on_nodes mkdir -p "$SCRATCH_DIR"
 *	copy rsync "$SPEC_DIR/data" "$SCRATCH_DIR/data"
 */
#include "backends/writer.h"
#include "ir/support/run_text.h"

static bool is_on_all_nodes(const struct writer *w)
{
	const struct plan *p = w->plan;

	return p->scratch && p->scratch->scope.v == SCRATCH_SCOPE_NODE_LOCAL && p->nodes.v > 1 &&
	       w->scheduler == &scheduler_slurm;
}

static bool has_several_nodes(const struct writer *w)
{
	return w->plan->nodes.v > 1 && w->scheduler == &scheduler_slurm;
}

static bool copies(const struct plan *plan)
{
	return plan->stage_in.n || plan->stage_out.n;
}

/* Scratch of nodes has to be copied from and removed at the end, too. */
static bool has_helpers(const struct writer *w)
{
	const struct plan *p = w->plan;

	return is_on_all_nodes(w) && (p->scratch->cleanup.v != SCRATCH_CLEANUP_NEVER || copies(p));
}

bool is_stoppable(const struct plan *plan)
{
	return plan->stage_in.n || plan->lookup;
}

static bool downloads(const struct plan *plan)
{
	for (uint32_t i = 0; i < plan->stage_in.n; i++)
		if (IS_SET(plan->stage_in.items[i].repo))
			return true;
	return false;
}

/* "1 4": nodes of each component. */
static struct str parts_of(const struct writer *w)
{
	struct buf b;

	buf_init(&b, w->arena);
	for (uint32_t i = 0; i < w->plan->components.n; i++)
		buf_add_fmt(&b, "%s%llu", i ? " " : "",
			    (unsigned long long)w->plan->components.items[i].nodes.v);
	return buf_str(&b);
}

/* What the helpers of each component are told, as words of tee. */
static struct str helpers_of_parts(const struct writer *w)
{
	struct buf b;

	buf_init(&b, w->arena);
	for (uint32_t i = 0; i < w->plan->components.n; i++)
		buf_add_fmt(&b, "%s>(part_helpers %u)", i ? " " : "", (unsigned)i);
	return buf_str(&b);
}

void emit_data_helpers(struct writer *w)
{
	const struct slurm_version *slurm = w->slurm;
	const struct bash_fill fills[] = {
		{"NODES",
		 .text = IS_SET(w->plan->nodes)
				 ? str_fmt(w->arena, "%llu", (unsigned long long)w->plan->nodes.v)
				 : STR(ALL_NODES)},
		{"SHARE", .text = str_fmt(w->arena, "%s%s", slurm->share,
					  slurm->has_mem_zero ? " --mem=0" : "")},
		{"nodes", .is_on = is_on_all_nodes(w)},
		{"PARTS", .text = parts_of(w)},
		{"HELPERS", .text = helpers_of_parts(w)},
		{0},
	};
	if (downloads(w->plan))
		emit_bash(w, bash_fetch, NULL);
	if (is_on_all_nodes(w) || (w->plan->metrics && has_several_nodes(w)) || looks_on_nodes(w) ||
	    names_ask_nodes(w))
		emit_bash(w, w->plan->components.n ? bash_on_parts : bash_on_nodes, fills);
	if (has_helpers(w))
		emit_bash(w, w->plan->components.n ? bash_part_helpers : bash_helpers, fills);
	if (copies(w->plan))
		emit_bash(w, bash_copy, fills);
	if (is_stoppable(w->plan))
		emit_bash(w, bash_stoppable, NULL);
}

/* A path in which ${SLURM_JOB_ID} stands for the job. */
static void job_path(struct writer *w, const struct plan_path *path)
{
	static const char id[] = "${SLURM_JOB_ID}";
	struct plan_path head = *path;
	struct str rest = path->text.v;
	struct word word;

	word_init(&word, w->arena);
	head.text.v.len = 0;
	word_path(&word, &head);
	if (path->base.v != PATH_BASE_ABSOLUTE && rest.len)
		word_text(&word, STR("/"));
	for (size_t i = 0; i + sizeof(id) - 1 <= rest.len;) {
		if (!str_has_prefix(str_from(rest, i), id)) {
			i++;
			continue;
		}
		word_text(&word, str_slice(rest, 0, i));
		word_expansion(&word, "${JOB_ROOT##*/}");
		rest = str_from(rest, i + sizeof(id) - 1);
		i = 0;
	}
	word_text(&word, rest);
	emit_parts(&w->out, &word);
}

void emit_scratch_variable(struct writer *w)
{
	struct plan_path path = {0};

	if (!w->plan->scratch)
		return;
	path.text = w->plan->scratch->base;
	path.text.v = str_cat(w->arena, str_trim(path.text.v), STR("/${SLURM_JOB_ID}"));
	emit_lit(&w->out, "SCRATCH_DIR=");
	job_path(w, &path);
	emit_lit(&w->out, "\n");
}

/* Scratch of each node is a folder of its own. */
static bool is_by_helpers(const struct writer *w, const struct plan_stage *s)
{
	return is_on_all_nodes(w) &&
	       (s->from->base.v == PATH_BASE_SCRATCH || s->to->base.v == PATH_BASE_SCRATCH);
}

static void emit_copy(struct writer *w, const struct plan_stage *s)
{
	emit_origin(&w->out, s->head.from.at, STR("x-slurm.stage"));
	if (is_by_helpers(w, s))
		emit_lit(&w->out,
			 "ask_helpers bash -c \"$(declare -f copy); copy \\\"\\$@\\\"\" copy ");
	else
		emit_lit(&w->out, "copy ");
	emit_verbatim(&w->out, s->mode.v == STAGE_IN_MODE_RSYNC ? STR("rsync ") : STR("copy "));
	job_path(w, s->from);
	emit_lit(&w->out, " ");
	job_path(w, s->to);
}

/* The answers of helpers can be waited for by the shell itself. */
static void emit_copy_in(struct writer *w, const struct plan_stage *s)
{
	if (!is_by_helpers(w, s))
		emit_lit(&w->out, "stoppable ");
	emit_copy(w, s);
}

/* <cache>/models/org--name@revision, then a copy of it. No other repository and revision make the
   same name: neither may hold an @, and the hub has no -- in its names. */
static void emit_fetch_and_copy(struct writer *w, const struct plan_stage *s)
{
	bool is_dataset = s->kind.v == HF_KIND_DATASET;
	struct plan_path folder = {.head = s->head, .base = {.from = s->head.from}};
	struct plan_stage copy = *s;
	struct buf name;

	buf_init(&name, w->arena);
	buf_add_c(&name, is_dataset ? "datasets/" : "models/");
	for (size_t i = 0; i < s->repo.v.len; i++)
		buf_add(&name,
			s->repo.v.ptr[i] == '/' ? STR("--") : str_slice(s->repo.v, i, i + 1));
	buf_add_byte(&name, '@');
	buf_add(&name, s->revision.v);
	folder.base.v = PATH_BASE_CACHE_DIR;
	folder.text = (struct v_str){.from = s->head.from, .v = buf_str(&name)};
	emit_lit(&w->out, "stoppable fetch ");
	emit_path(w, &folder);
	emit_lit(&w->out, " ");
	emit_word(&w->out, s->repo.v);
	emit_lit(&w->out, " ");
	emit_word(&w->out, s->revision.v);
	if (is_dataset)
		emit_lit(&w->out, " --repo-type dataset");
	emit_lit(&w->out, "\n");
	copy.from = &folder;
	emit_copy_in(w, &copy);
}

void emit_scratch(struct writer *w)
{
	const struct plan_scratch *scratch = w->plan->scratch;

	if (!scratch)
		return;
	emit_lit(&w->out, "\n# Scratch.\n");
	emit_origin(&w->out, scratch->head.from.at, STR("x-slurm.scratch"));
	emit_verbatim(&w->out, is_on_all_nodes(w) ? STR("on_nodes ") : STR(""));
	emit_lit(&w->out, "mkdir -p \"$SCRATCH_DIR\"\n");
}

void emit_stage_in(struct writer *w)
{
	const struct plan *p = w->plan;

	/* After set-up, so that they have its variables. */
	if (has_helpers(w))
		emit_lit(&w->out, "\n# Helpers on the nodes.\nstart_helpers\n");
	if (p->stage_in.n)
		emit_lit(&w->out, "\n# Copies in.\n");
	for (uint32_t i = 0; i < p->stage_in.n; i++) {
		if (!p->stage_in.items[i].from)
			emit_fetch_and_copy(w, &p->stage_in.items[i]);
		else
			emit_copy_in(w, &p->stage_in.items[i]);
		emit_lit(&w->out, "\n");
	}
}

static void emit_sampler_call(struct writer *w)
{
	const struct plan_metrics *m = w->plan->metrics;

	emit_lit(&w->out,
		 "\"$HPCC_RT\" sample --dir \"$JOB_DIR\" --job \"${JOB_ROOT##*/}\" --interval ");
	emit_int(&w->out, m->interval_s.v);
	emit_lit(&w->out, " --collect ");
	for (uint32_t i = 0; i < m->collectors.n; i++) {
		if (i)
			emit_lit(&w->out, ",");
		emit_word(&w->out, m->collectors.items[i].v);
	}
}

/* On every node; where that can't be, on the batch node. */
void emit_sampler(struct writer *w)
{
	if (!w->plan->metrics)
		return;
	emit_lit(&w->out, "\n# Metrics.\n");
	emit_origin(&w->out, w->plan->metrics->head.from.at, STR("x-slurm.metrics"));
	if (has_several_nodes(w)) {
		emit_lit(&w->out, "{\n  on_nodes ");
		emit_sampler_call(w);
		emit_lit(&w->out, " ||\n    ");
		emit_sampler_call(w);
		emit_lit(&w->out, " --degraded\n} &\n");
	} else {
		emit_sampler_call(w);
		emit_lit(&w->out, " &\n");
	}
	emit_lit(&w->out, "sampler=$!\n");
}

void emit_sampler_end(struct writer *w)
{
	const struct bash_fill fills[] = {{"nodes", .is_on = has_several_nodes(w)}, {0}};
	if (w->plan->metrics)
		emit_bash(w, bash_sampler_end, fills);
}

/* "  [ "$status" = 0 ] && " in front of what happens after a success alone. */
static void emit_condition(struct writer *w, enum stage_out_when when)
{
	switch (when) {
	case STAGE_OUT_WHEN_ON_SUCCESS:
		emit_lit(&w->out, "  [ \"$status\" != 0 ] || ");
		break;
	case STAGE_OUT_WHEN_ON_FAILURE:
		emit_lit(&w->out, "  [ \"$status\" = 0 ] || ");
		break;
	case STAGE_OUT_WHEN_ALWAYS:
	case STAGE_OUT_WHEN_N:
		emit_lit(&w->out, "  ");
		break;
	}
}

/* A job that ends before its values are known has nothing to copy. */
static void emit_known(struct writer *w, const struct plan_stage *s)
{
	const struct str texts[] = {s->from->text.v, s->to->text.v};
	for (size_t i = 0; i < 2; i++)
		for (struct str rest = texts[i], before, code; rest.len;) {
			rest = run_split(rest, &before, &code);
			if (!code.len)
				continue;
			emit_lit(&w->out, "[ -z \"${" RUN_VARIABLE);
			emit_verbatim(&w->out, code);
			emit_lit(&w->out, "+set}\" ] || ");
		}
}

static void emit_removal(struct writer *w)
{
	const struct plan *p = w->plan;
	const struct container_emitter *cleaner = NULL;

	for (enum runtime_backend i = 0; i < RUNTIME_BACKEND_N; i++) {
		const struct container_emitter *emitter = plan_emitter(p, i);
		if (emitter && emitter->clean_up)
			cleaner = emitter;
		if (emitter && emitter->end)
			emitter->end(w);
	}
	bool removes_cache = IS_SET(p->cache_cleanup) && cleaner;

	if (p->scratch && p->scratch->cleanup.v != SCRATCH_CLEANUP_NEVER) {
		emit_verbatim(&w->out, p->stage_out.n ? STR("  [ -n \"$kept\" ] ||") : STR(" "));
		if (p->scratch->cleanup.v == SCRATCH_CLEANUP_ON_SUCCESS)
			emit_lit(&w->out, " [ \"$status\" != 0 ] ||");
		emit_verbatim(&w->out, is_on_all_nodes(w) ? STR(" ask_helpers") : STR(""));
		emit_lit(&w->out, " rm -rf -- \"$SCRATCH_DIR\" || :\n");
	}
	if (!removes_cache || p->cache_cleanup.v == CLEANUP_RUNTIME_CACHE_NEVER)
		return;
	emit_condition(w, p->cache_cleanup.v == CLEANUP_RUNTIME_CACHE_ALWAYS
				  ? STAGE_OUT_WHEN_ALWAYS
				  : STAGE_OUT_WHEN_ON_SUCCESS);
	cleaner->clean_up(w);
}

/* Each copy goes by the status of the services; a failed one replaces 0 and keeps scratch. */
void emit_stage_out(struct writer *w)
{
	const struct plan *p = w->plan;

	if (p->stage_out.n)
		emit_lit(&w->out, "  kept=''\n");
	for (uint32_t i = 0; i < p->stage_out.n; i++) {
		emit_condition(w, (enum stage_out_when)p->stage_out.items[i].when.v);
		emit_known(w, &p->stage_out.items[i]);
		emit_copy(w, &p->stage_out.items[i]);
		emit_lit(&w->out, " || kept=yes\n");
	}
	const struct bash_fill fills[] = {
		{"SCRATCH", .text = p->scratch ? STR("; scratch stays: $SCRATCH_DIR") : STR("")},
		{0},
	};
	if (p->stage_out.n)
		emit_bash(w, bash_copy_failed, fills);
	emit_removal(w);
}
