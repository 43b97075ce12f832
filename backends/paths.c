/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Paths of the plan as words of the script. Folders that differ from machine to machine stay
 * expansions, so the same spec gives the same bytes everywhere:
 *
 *	{home, "data dir"}	"$HOME/data dir"
 *	{absolute, "/scratch"}	/scratch
 */
#include "backends/writer.h"

static void word_base(struct word *word, enum path_base base)
{
	switch (base) {
	case PATH_BASE_ABSOLUTE:
	case PATH_BASE_N:
		break;
	case PATH_BASE_HOME:
		word_expansion(word, "$HOME");
		break;
	case PATH_BASE_SPEC_DIR:
		word_expansion(word, "$SPEC_DIR");
		break;
	case PATH_BASE_SUBMIT_DIR:
		word_expansion(word, "${SLURM_SUBMIT_DIR:-$PWD}");
		break;
	case PATH_BASE_CACHE_DIR:
		word_expansion(word, "$CACHE_ROOT");
		break;
	case PATH_BASE_JOB_DIR:
		word_expansion(word, "$JOB_DIR");
		break;
	case PATH_BASE_SCRATCH:
		word_expansion(word, "$SCRATCH_DIR");
		break;
	}
}

void word_path(struct word *word, const struct plan_path *path)
{
	enum path_base base = (enum path_base)path->base.v;
	bool is_below =
		base != PATH_BASE_ABSOLUTE && path->text.v.len && path->text.v.ptr[0] != '/';

	word_base(word, base);
	if (is_below && !str_eq_c(path->text.v, "."))
		word_text(word, STR("/"));
	if (!str_eq_c(path->text.v, "."))
		word_text(word, path->text.v);
}

void emit_path(struct writer *w, const struct plan_path *path)
{
	struct word word;

	word_init(&word, w->arena);
	word_path(&word, path);
	emit_parts(&w->out, &word);
}

void word_mount(struct word *word, const struct plan_mount *mount)
{
	word_path(word, mount->host);
	word_text(word, STR(":"));
	word_text(word, mount->container.v);
	if (IS_SET(mount->mode)) {
		word_text(word, STR(":"));
		word_text(word, mount->mode.v);
	}
}

void emit_bindings(struct writer *w, const struct plan_service *s, struct str option)
{
	struct word word;

	word_init(&word, w->arena);
	word_text(&word, option);
	for (uint32_t i = 0; i < s->mounts.n; i++) {
		if (i)
			word_text(&word, STR(","));
		word_mount(&word, &s->mounts.items[i]);
	}
	emit_parts(&w->out, &word);
}

static bool path_has_base(const struct plan_path *path, enum path_base base)
{
	return path && path->base.v == base;
}

static bool stages_use_base(const struct plan_stage *items, uint32_t n, enum path_base base)
{
	for (uint32_t i = 0; i < n; i++)
		if (path_has_base(items[i].from, base) || path_has_base(items[i].to, base) ||
		    (base == PATH_BASE_CACHE_DIR && IS_SET(items[i].repo)))
			return true;
	return false;
}

static bool service_uses_base(const struct plan_service *s, enum path_base base)
{
	if (s->image && path_has_base(s->image->file, base))
		return true;
	for (uint32_t i = 0; i < s->mounts.n; i++)
		if (path_has_base(s->mounts.items[i].host, base))
			return true;
	for (uint32_t i = 0; i < s->path_environment.n; i++)
		if (path_has_base(s->path_environment.items[i].value, base))
			return true;
	return base == PATH_BASE_CACHE_DIR && s->registration;
}

static bool has_job_folders(const struct plan *plan)
{
	for (enum runtime_backend i = 0; i < RUNTIME_BACKEND_N; i++)
		if (containers[i].has_job_folders && plan_uses_container(plan, i))
			return true;
	return false;
}

bool plan_uses_base(const struct plan *plan, enum path_base base)
{
	if (stages_use_base(plan->stage_in.items, plan->stage_in.n, base) ||
	    stages_use_base(plan->stage_out.items, plan->stage_out.n, base))
		return true;
	for (uint32_t i = 0; i < plan->services.n; i++)
		if (service_uses_base(&plan->services.items[i], base))
			return true;
	if (base == PATH_BASE_CACHE_DIR)
		return has_job_folders(plan) || plan->lookup;
	return path_has_base(plan->cache_dir, base) && plan_uses_base(plan, PATH_BASE_CACHE_DIR);
}
