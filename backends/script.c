/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The batch script: a plan as text for bash. One function per section, in the order in which
 * people read them. A section with nothing to say isn't there.
 */
#include "backends/writer.h"
#include "ir/support/base64.h"

#include <string.h>

#define WRITTEN_BY "Written by hpcc "
#define FROM       " from "

bool script_is_from(struct str head, struct str *files)
{
	struct str line;
	bool is_first = true;
	while (head.len) {
		head = str_split(head, '\n', &line);
		if (is_first ? !str_has_prefix(line, "#!") : line.len && line.ptr[0] != '#')
			return false;
		is_first = false;
		if (!str_has_prefix(line, "# " WRITTEN_BY) || !str_has_suffix(line, "."))
			continue;
		const char *from = memmem(line.ptr, line.len, FROM, sizeof(FROM) - 1);
		if (!from)
			return false;
		*files = str_from(line, (size_t)(from - line.ptr) + sizeof(FROM) - 1);
		files->len -= files->len > 0;
		return files->len > 0;
	}
	return false;
}

static void emit_head(struct writer *w)
{
	emit_verbatim(&w->out,
		      w->plan->is_login_shell.v ? STR("#!/bin/bash -l\n") : STR("#!/bin/bash\n"));
	if (w->scheduler->head)
		w->scheduler->head(w);
	emit_lit(&w->out, "\n");
	emit_comment(&w->out, str_fmt(w->arena, WRITTEN_BY "%s" FROM "%.*s.", HPCC_VERSION,
				      STR_ARG(w->plan->spec_file.v)));
	for (uint32_t i = 0; i < w->plan->site.n; i++)
		emit_comment(&w->out, str_fmt(w->arena, "Of the site: %.*s",
					      STR_ARG(w->plan->site.items[i].v)));
	emit_lit(&w->out,
		 "# shellcheck disable=SC2016,SC2317,SC2329 # commands and functions are for "
		 "other shells\nset -euo pipefail\n");
}

/* Where the job's files are: absolute once submitted, relative to the submit folder before. */
static void emit_job_root(struct writer *w)
{
	struct word word;

	word_init(&word, w->arena);
	if (w->options->job_root.len)
		word_text(&word, w->options->job_root);
	else
		word_path(&word, w->plan->runtime_root);
	word_text(&word, STR("/"));
	word_constant(&word, str_c(w->scheduler->job_id));
	emit_lit(&w->out, "JOB_ROOT=");
	emit_parts(&w->out, &word);
	emit_lit(&w->out, "\n");
}

static void emit_spec_dir(struct writer *w)
{
	struct str dir = w->options->spec_dir.len ? w->options->spec_dir : w->plan->spec_dir.v;

	if (!plan_uses_base(w->plan, PATH_BASE_SPEC_DIR))
		return;
	struct word word;
	word_init(&word, w->arena);
	if (!str_has_prefix(dir, "/"))
		word_expansion(&word, "${SLURM_SUBMIT_DIR:-$PWD}");
	if (dir.len && !str_eq_c(dir, ".")) {
		if (!str_has_prefix(dir, "/"))
			word_text(&word, STR("/"));
		word_text(&word, dir);
	}
	emit_lit(&w->out, "SPEC_DIR=");
	emit_parts(&w->out, &word);
	emit_lit(&w->out, "\n");
}

/* Whoever owns a folder above the job's, or makes it before the job comes, can put other programs
   in place of ours. What hpcc submits it has judged before. */
static void emit_owners(struct writer *w)
{
	if (w->options->job_root.len > 0)
		return;
	emit_bash(w, bash_owners, NULL);
}

/* Preflight says so before, to those who don't leave it out. */
static void emit_carried(struct writer *w)
{
	const char *odd = mounted_odd_bytes(w);
	if (!*odd)
		return;
	const struct bash_fill fills[] = {{"BYTES", .text = odd_bytes_text(w, str_c(odd))}, {0}};
	emit_bash(w, bash_carried, fills);
}

static void emit_places(struct writer *w)
{
	emit_lit(&w->out, "\n# Folders.\n");
	emit_spec_dir(w);
	emit_job_root(w);
	emit_owners(w);
	emit_carried(w);
	if (plan_uses_base(w->plan, PATH_BASE_CACHE_DIR)) {
		emit_lit(&w->out, "CACHE_ROOT=");
		emit_path(w, w->plan->cache_dir);
		emit_lit(&w->out, "\n");
	}
	if (!scratch_is_of_the_job(w->plan))
		emit_scratch_variable(w);
	for (enum runtime_backend i = 0; i < RUNTIME_BACKEND_N; i++) {
		const struct container_emitter *emitter = plan_emitter(w->plan, i);
		if (emitter && emitter->folders)
			emitter->folders(w);
	}
}

static void emit_finder(struct writer *w)
{
	const struct bash_fill fills[] = {{"payload", .is_on = w->options->runtime.len > 0}, {0}};
	emit_lit(&w->out, "\n");
	emit_bash(w, bash_finder, fills);
}

/* From here on the script waits for nothing that it doesn't leave at once when it is told to. */
static void emit_set_up_over(struct writer *w)
{
	emit_lit(&w->out, "kill -s URG \"$PPID\" 2>/dev/null || : # set-up is over\n");
}

static void allocation_text(struct writer *w, const void *plan)
{
	emit_allocation(&w->out, plan);
}

static void emit_begin(struct writer *w)
{
	emit_lit(&w->out, "facts=$(\"$HPCC_RT\" begin --root \"$JOB_ROOT\" ");
	emit_here_document(w, "HPCC_ALLOCATION", allocation_text, w->plan, STR(""));
	emit_lit(&w->out, ")\n");
	emit_bash(w, bash_begun, NULL);
	for (enum runtime_backend i = 0; i < RUNTIME_BACKEND_N; i++) {
		const struct container_emitter *emitter = plan_emitter(w->plan, i);
		if (emitter && emitter->set_up)
			emitter->set_up(w);
	}
}

static void artifacts_text(struct writer *w, const void *plan)
{
	emit_artifacts(&w->out, plan);
}

/* After the services, before copies out. */
static void emit_collection(struct writer *w)
{
	if (!w->plan->artifacts)
		return;
	emit_lit(&w->out, "  \"$HPCC_RT\" collect --dir \"$JOB_DIR\" --job \"${JOB_ROOT##*/}\" "
			  "--status \"$status\" ");
	emit_here_document(w, "HPCC_ARTIFACTS", artifacts_text, w->plan, STR(" || :"));
}

static void emit_end(struct writer *w)
{
	const struct bash_fill fills[] = {
		{"sampler", .is_on = w->plan->metrics},
		{"stoppable", .is_on = is_stoppable(w->plan)},
		{"setup", .is_on = w->plan->setup.n},
		{"lookup", .is_on = w->plan->lookup},
		{"sampler_end", .write = emit_sampler_end},
		{"withdrawal", .write = emit_withdrawal},
		{"collection", .write = emit_collection},
		{"stage_out", .write = emit_stage_out},
		{0},
	};
	emit_lit(&w->out, "\n");
	emit_bash(w, bash_finish, fills);
	if (IS_SET(w->plan->relay_signal)) {
		emit_lit(&w->out, "trap : "); /* too early for it to mean anything */
		emit_word(&w->out, w->plan->relay_signal.v);
		emit_lit(&w->out, "\n");
	}
}

/* Functions that the rest of the script and the services call. */
static void emit_helpers(struct writer *w)
{
	if (w->scheduler == &scheduler_slurm || plan_uses_views(w->plan) || is_stoppable(w->plan) ||
	    w->plan->stage_out.n || w->plan->setup.n || plan_uses_modules(w->plan))
		emit_lit(&w->out, "\n");
	if (w->scheduler == &scheduler_slurm)
		emit_inheritance_scrub(w);
	emit_setup_helpers(w);
	emit_data_helpers(w);
}

/* Which line failed is told by `finish`. */
static void emit_setup_lines(struct writer *w)
{
	const struct v_list *setup = &w->plan->setup;

	emit_lit(&w->out, "trap setup_told ERR\nset +eu\n");
	for (uint32_t i = 0; i < setup->n; i++) {
		emit_note(w, setup->items[i].from.at, STR("x-slurm.setup"));
		emit_lit(&w->out, "at='x-slurm.setup[");
		emit_int(&w->out, i);
		emit_lit(&w->out, "]'\n");
		emit_origin(&w->out, setup->items[i].from.at, STR("x-slurm.setup"));
		emit_verbatim(&w->out, setup->items[i].v);
		if (!str_has_suffix(setup->items[i].v, "\n"))
			emit_lit(&w->out, "\n");
	}
	emit_lit(&w->out, "trap - ERR\nset -euo pipefail\nat=''\n");
}

/* Modules come first, unless it is a line of `setup` that makes their command known. */
static void emit_setup(struct writer *w)
{
	const struct plan *plan = w->plan;
	bool has_modules = setup_uses_modules(plan->env_setup);

	if (plan->env_setup || plan->setup.n)
		emit_lit(&w->out, "\n# Set-up.\n");
	if (has_modules && plan->setup.n) {
		emit_lit(&w->out, "job_modules() {\n");
		emit_modules(w, plan->env_setup, STR("  "));
		emit_lit(&w->out, "}\nloaded=no\n"
				  "if knows_modules; then loaded=yes; job_modules; fi\n");
	} else if (plan_uses_modules(plan)) {
		emit_lit(&w->out, "knows_modules || :\n");
		if (has_modules)
			emit_modules(w, plan->env_setup, STR(""));
	}
	emit_view(w, plan->env_setup, "");
	if (plan->env_setup)
		emit_env_exports(w, &plan->env_setup->env);
	if (!plan->setup.n)
		return;
	emit_setup_lines(w);
	if (has_modules)
		emit_lit(&w->out, "[ \"$loaded\" = yes ] || job_modules\n");
}

static void hook_text(struct writer *w, const void *of)
{
	const struct plan_hook *hook = of;

	emit_origin(&w->out, hook->script.from.at, STR("script"));
	emit_verbatim(&w->out, hook->script.v);
	if (!str_has_suffix(hook->script.v, "\n"))
		emit_lit(&w->out, "\n");
}

static void emit_hook_file(struct writer *w, const struct plan_hook *hook)
{
	if (!hook)
		return;
	struct word file;
	word_init(&file, w->arena);
	word_expansion(&file, "$JOB_DIR");
	word_text(&file, STR("/"));
	word_text(&file, hook->file.v);
	emit_lit(&w->out, "cat >");
	emit_parts(&w->out, &file);
	emit_lit(&w->out, " ");
	emit_here_document(w, "HPCC_HOOK", hook_text, hook, STR(""));
}

static bool has_hooks(const struct plan *plan)
{
	for (uint32_t i = 0; i < plan->services.n; i++) {
		const struct plan_service *s = &plan->services.items[i];
		if (s->prologue || s->epilogue || s->hooks.n)
			return true;
	}
	return false;
}

static void emit_hooks(struct writer *w)
{
	if (!has_hooks(w->plan))
		return;
	/* They may hold secrets. */
	emit_lit(&w->out, "\n# Hooks.\n(\numask 077\n");
	for (uint32_t i = 0; i < w->plan->services.n; i++) {
		const struct plan_service *s = &w->plan->services.items[i];
		emit_hook_file(w, s->prologue);
		emit_hook_file(w, s->epilogue);
		for (uint32_t k = 0; k < s->hooks.n; k++)
			emit_hook_file(w, &s->hooks.items[k]);
	}
	emit_lit(&w->out, ")\n");
}

static void emit_relay_trap(struct writer *w, struct str signal)
{
	emit_lit(&w->out, "trap 'relay ");
	emit_verbatim(&w->out, signal);
	emit_lit(&w->out, "' ");
	emit_verbatim(&w->out, signal);
}

static void table_text(struct writer *w, const void *plan)
{
	emit_table(&w->out, plan,
		   w->options->is_local ? PLAN_SCHEDULER_LOCAL : PLAN_SCHEDULER_SLURM);
}

static void emit_supervise(struct writer *w)
{
	emit_lit(&w->out, "\n");
	emit_bash(w, bash_relay, NULL);
	emit_relay_trap(w, STR("TERM"));
	emit_lit(&w->out, "; ");
	emit_relay_trap(w, STR("INT"));
	if (IS_SET(w->plan->relay_signal)) {
		emit_lit(&w->out, "; ");
		emit_relay_trap(w, w->plan->relay_signal.v);
	}
	emit_lit(&w->out, "\n\n# Supervision: what starts when, and what a failure does.\n");
	emit_probed_values(w);
	emit_lit(&w->out, "\"$HPCC_RT\" supervise --dir \"$JOB_DIR\" --functions <(records) ");
	emit_here_document(w, "HPCC_TABLE", table_text, w->plan, STR(" &"));
	emit_bash(w, bash_wait, NULL);
}

/* Comment lines that bash skips and `sed` finds. */
static void emit_payload(struct writer *w)
{
	struct str bytes = w->options->runtime;

	if (bytes.len)
		emit_lit(&w->out, "\n# hpcc-rt, in base64.");
	for (size_t i = 0; i < bytes.len; i += 3) {
		struct base64_group group = base64_encode(str_from(bytes, i));

		if (i % 72 == 0)
			emit_lit(&w->out, "\n#: ");
		emit_verbatim(&w->out, (struct str){group.letters, sizeof(group.letters)});
	}
	if (bytes.len)
		emit_lit(&w->out, "\n");
}

static bool some_state_gpus(const struct plan *plan)
{
	for (uint32_t i = 0; i < plan->services.n; i++)
		if (service_states_gpus(&plan->services.items[i]))
			return true;
	return false;
}

void backend_script(struct arena *a, const struct plan *plan, const struct backend_options *options,
		    struct script *script)
{
	struct arena scratch;
	struct writer w = {
		.arena = &scratch,
		.plan = plan,
		.options = options,
		.scheduler = options->is_local ? &scheduler_local : &scheduler_slurm,
		.slurm = slurm_version_for(options->target.slurm),
		.some_state_gpus = some_state_gpus(plan),
	};

	arena_init(&scratch);
	emit_init(&w.out, a);
	/* A service takes some 600 bytes of script. */
	buf_reserve(&w.out.text, 8192 + (size_t)plan->services.n * 1024);
	w.out.keeps_origins = options->keeps_lines;
	emit_head(&w);
	emit_places(&w);
	emit_finder(&w);
	emit_bash(&w, bash_parent, NULL);
	emit_begin(&w);
	emit_helpers(&w);
	emit_early_values(&w);
	if (scratch_is_of_the_job(plan))
		emit_scratch_variable(&w);
	emit_end(&w);
	emit_scratch(&w);
	emit_setup(&w);
	emit_values(&w);
	emit_names(&w);
	emit_set_up_over(&w);
	emit_sampler(&w);
	emit_stage_in(&w);
	emit_lookup(&w);
	emit_services(&w);
	emit_hooks(&w);
	emit_supervise(&w);
	emit_payload(&w);
	arena_free(&scratch);
	script->text = buf_str(&w.out.text);
	script->lines.items = w.out.origins.items;
	script->lines.n = w.out.origins.n;
}
