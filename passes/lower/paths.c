/* SPDX-License-Identifier: Apache-2.0 */
/* Folders of the job: cache folder, folder for unpacking images, runtime root. */
#include "passes/lower.h"

/* A folder of the settings: relative ones are below the settings' own folder. */
static struct plan_path *settings_path(struct unit *u, struct str text)
{
	struct origin from = {.kind = ORIGIN_PROFILE};
	struct str base = u->settings->base;
	bool is_relative = !str_has_prefix(text, "/") && !str_has_prefix(text, "~");
	if (is_relative && base.len)
		text = str_fmt(u->arena, "%.*s/%.*s", STR_ARG(base), STR_ARG(text));
	return plan_path_from(u->arena, from, text, PATH_BASE_SUBMIT_DIR);
}

void lower_paths(struct unit *u)
{
	const struct slurm *slurm = unit_slurm(u);
	struct plan *plan = u->plan;
	if (IS_SET(slurm->cache_dir))
		plan->cache_dir = plan_path_of(u->arena, &slurm->cache_dir, PATH_BASE_SPEC_DIR);
	else if (u->settings && u->settings->cache_dir.len)
		plan->cache_dir = settings_path(u, u->settings->cache_dir);
	else
		plan->cache_dir = plan_path_new(u->arena, u->job->head.from, PATH_BASE_HOME,
						STR(".cache/hpc-compose"));

	if (IS_SET(slurm->enroot_temp_dir))
		plan->unpack_dir =
			plan_path_of(u->arena, &slurm->enroot_temp_dir, PATH_BASE_SPEC_DIR);
	else if (u->settings && u->settings->unpack_dir.len)
		plan->unpack_dir = settings_path(u, u->settings->unpack_dir);
	else
		plan->unpack_dir = plan_path_new(u->arena, u->job->head.from, PATH_BASE_CACHE_DIR,
						 STR("enroot/tmp"));

	if (IS_SET(slurm->runtime_root))
		plan->runtime_root =
			plan_path_of(u->arena, &slurm->runtime_root, PATH_BASE_SUBMIT_DIR);
	else
		plan->runtime_root = plan_path_new(u->arena, u->job->head.from,
						   PATH_BASE_SUBMIT_DIR, STR(".hpc-compose"));
}
