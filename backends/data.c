/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of the job around its services: scratch folders, copies in and out, what is removed at
 * the end. Real commands; those that concern every node run as a step of their own:
 *
 *	on_nodes mkdir -p "$SCRATCH_DIR"
 *	copy rsync "$SPEC_DIR/data" "$SCRATCH_DIR/data"
 */
#include "backends/writer.h"

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

/* A folder's contents go into the target, a file becomes the target or goes into it. */
static void emit_copy_helper(struct writer *w)
{
	emit_lit(
		&w->out,
		"# copy rsync|copy FROM TO: the contents of a folder go into TO, a file becomes TO.\n"
		"copy() {\n"
		"  local from=$2 to=$3\n"
		"  if [ -d \"$from\" ]; then\n"
		"    from+=/. to+=/\n"
		"  fi\n"
		"  mkdir -p \"${to%/*}\" || return\n"
		"  if [ \"$1\" = rsync ] && command -v rsync >/dev/null; then\n"
		"    rsync -a \"$from\" \"$to\"\n"
		"  else\n");
	/* cp finds no file, another node makes it, cp may not make it; then all are there. */
	if (is_on_all_nodes(w))
		emit_lit(&w->out,
			 "    # Nodes that copy the same names trip over each other: again.\n"
			 "    cp -R \"$from\" \"$to\" 2>/dev/null ||\n"
			 "      cp -R \"$from\" \"$to\" 2>/dev/null ||\n"
			 "      cp -R \"$from\" \"$to\"\n");
	else
		emit_lit(&w->out, "    cp -R \"$from\" \"$to\"\n");
	emit_lit(&w->out, "  fi\n"
			  "}\n");
}

/* What fails on one node, or ends early there, leaves the others alone: a copy of results that is
   cut off is lost, and its TERM would look as if somebody had cancelled the job. */
static void emit_nodes_helper(struct writer *w)
{
	emit_lit(&w->out, "# The same command once on every node.\n"
			  "on_nodes() {\n"
			  "  (\n"
			  "    own_options\n"
			  "    exec srun --nodes=");
	emit_int(&w->out, w->plan->nodes.v);
	emit_lit(&w->out, " --ntasks-per-node=1 ");
	emit_verbatim(&w->out, str_c(w->slurm->share));
	emit_verbatim(&w->out, w->slurm->has_mem_zero ? STR(" --mem=0") : STR(""));
	emit_lit(&w->out, " --job-name=hpc-compose:on-nodes \\\n"
			  "      --export=ALL --input=none --kill-on-bad-exit=0 --wait=0 \"$@\"\n"
			  "  )\n"
			  "}\n");
}

/* Scratch of nodes has to be copied from and removed at the end, too. */
static bool has_helpers(const struct writer *w)
{
	const struct plan *p = w->plan;

	return is_on_all_nodes(w) && (p->scratch->cleanup.v != SCRATCH_CLEANUP_NEVER || copies(p));
}

/* A job that is cancelled, preempted or out of time is given no step any more, so what happens on
   the nodes at its end needs processes that are there already. */
static void emit_helpers_helper(struct writer *w)
{
	emit_lit(
		&w->out,
		"# A job that is cancelled or out of time gets no new steps. So one is there from the "
		"start, and\n"
		"# waits on every node for commands; it answers with their numbers and statuses.\n"
		"start_helpers() {\n"
		"  asked=0\n"
		"  coproc HELPERS { on_nodes --input=all bash -c '\n"
		"    trap \"\" TERM INT\n"
		"    while read -r number command; do\n"
		"      status=0\n"
		"      eval \"$command\" </dev/null >&2 || status=$?\n"
		"      echo \"$number $status\"\n"
		"    done'; }\n"
		"}\n"
		"# The same command by every helper; the worst of their statuses.\n"
		"ask_helpers() {\n"
		"  local number status worst=0 left=");
	emit_int(&w->out, w->plan->nodes.v);
	emit_lit(&w->out, "\n"
			  "  if [ -z \"${HELPERS[1]-}\" ]; then\n"
			  "    on_nodes \"$@\"\n"
			  "    return\n"
			  "  fi\n"
			  "  asked=$((asked + 1))\n"
			  "  trap '' PIPE\n"
			  "  printf '%s %s\\n' \"$asked\" \"$(printf '%q ' \"$@\")\" "
			  ">&\"${HELPERS[1]}\" || left=0 worst=1\n"
			  "  trap - PIPE\n"
			  "  while [ \"$left\" -gt 0 ]; do\n"
			  "    read -r number status <&\"${HELPERS[0]-}\" || return 1\n"
			  "    [ \"$number\" = \"$asked\" ] || continue\n"
			  "    left=$((left - 1))\n"
			  "    [ \"$status\" -le \"$worst\" ] || worst=$status\n"
			  "  done\n"
			  "  return \"$worst\"\n"
			  "}\n");
}

/* bash takes a signal only when the command in front has ended, which may be hours after Slurm's
 * KILL. */
static void emit_stoppable_helper(struct writer *w)
{
	emit_lit(&w->out, "# A command that ends when this script is told to.\n"
			  "stoppable() {\n"
			  "  set -m # a process group of its own\n"
			  "  \"$@\" &\n"
			  "  set +m\n"
			  "  local status=0\n"
			  "  busy=$!\n"
			  "  wait \"$busy\" || status=$?\n"
			  "  busy=''\n"
			  "  return \"$status\"\n"
			  "}\n");
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

/* Whoever is first puts the whole folder in place; a job that was slower drops its own. */
static void emit_fetch_helper(struct writer *w)
{
	emit_lit(
		&w->out,
		"# fetch FOLDER REPO REVISION…: a download that jobs share, in place once it is whole.\n"
		"fetch() {\n"
		"  local folder=$1 part=\"$1.${JOB_ROOT##*/}\"\n"
		"  [ ! -e \"$folder/.complete\" ] || return 0\n"
		"  mkdir -p \"$part\"\n"
		"  huggingface-cli download \"$2\" --revision \"$3\" \"${@:4}\" --local-dir \"$part\"\n"
		"  touch \"$part/.complete\"\n"
		"  mv -T \"$part\" \"$folder\" || rm -rf -- \"$part\"\n"
		"}\n");
}

void emit_data_helpers(struct writer *w)
{
	if (downloads(w->plan))
		emit_fetch_helper(w);
	if (is_on_all_nodes(w) || (w->plan->metrics && has_several_nodes(w)))
		emit_nodes_helper(w);
	if (has_helpers(w))
		emit_helpers_helper(w);
	if (copies(w->plan))
		emit_copy_helper(w);
	if (is_stoppable(w->plan))
		emit_stoppable_helper(w);
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

/* A last sample, 10 s at most. srun would turn a signal into the end of its tasks. */
void emit_sampler_end(struct writer *w)
{
	if (!w->plan->metrics)
		return;
	emit_lit(&w->out, "  if [ -n \"$sampler\" ]; then\n");
	emit_verbatim(&w->out, has_several_nodes(w)
				       ? STR("    touch \"$JOB_DIR/metrics/stop\" || :\n")
				       : STR("    kill \"$sampler\" 2>/dev/null || :\n"));
	emit_lit(&w->out, "    timeout 10 tail --pid=\"$sampler\" -s 0.1 -f /dev/null || :\n");
	if (has_several_nodes(w))
		emit_lit(&w->out, "    kill \"$sampler\" 2>/dev/null || :\n");
	emit_lit(&w->out, "    rm -f \"$JOB_DIR/metrics/stop\"\n  fi\n");
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

static void emit_removal(struct writer *w)
{
	const struct plan *p = w->plan;
	bool removes_cache = IS_SET(p->cache_cleanup) && w->container == &container_pyxis;

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
	emit_lit(&w->out, "rm -rf -- \"${ENROOT_CACHE_PATH%/cache}\" || :\n");
}

/* Each copy goes by the status of the services; a failed one replaces 0 and keeps scratch. */
void emit_stage_out(struct writer *w)
{
	const struct plan *p = w->plan;

	if (p->stage_out.n)
		emit_lit(&w->out, "  kept=''\n");
	for (uint32_t i = 0; i < p->stage_out.n; i++) {
		emit_condition(w, (enum stage_out_when)p->stage_out.items[i].when.v);
		emit_copy(w, &p->stage_out.items[i]);
		emit_lit(&w->out, " || kept=yes\n");
	}
	if (p->stage_out.n) {
		emit_lit(&w->out, "  if [ -n \"$kept\" ]; then\n"
				  "    [ \"$status\" != 0 ] || status=1\n"
				  "    echo \"hpcc: copying results out failed");
		emit_verbatim(&w->out, p->scratch ? STR("; scratch stays: $SCRATCH_DIR") : STR(""));
		emit_lit(&w->out,
			 "\" >&2\n"
			 "    \"$HPCC_RT\" end --dir \"$JOB_DIR\" --status \"$status\" || :\n"
			 "  fi\n");
	}
	emit_removal(w);
}
