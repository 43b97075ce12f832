/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Staging: what is copied before services start and during teardown. A path at or below the
 * scratch mount means the host side of scratch, one at or below /hpc-compose/job the job folder;
 * both exist under these names in containers alone.
 *
 *	to: /scratch/data		{scratch} data
 */
#include "passes/lower.h"
#include "ir/files.gen.h"

static struct plan_path *stage_path(struct unit *u, const struct v_str *path, bool is_mapped)
{
	struct plan_path *p = plan_path_of(u->arena, path, PATH_BASE_SPEC_DIR);
	struct str text = str_trim(path->v), folded;
	if (!is_mapped || p->base.v != PATH_BASE_ABSOLUTE || !path_fold(u->arena, text, &folded))
		return p;
	const struct plan_scratch *scratch = u->plan->scratch;
	struct str job_dir = STR(JOB_VIEW);
	if (scratch && path_is_below(folded, scratch->mount.v)) {
		p->base.v = PATH_BASE_SCRATCH;
		p->text.v = str_from(folded, scratch->mount.v.len + 1);
	} else if (path_is_below(folded, job_dir)) {
		p->base.v = PATH_BASE_JOB_DIR;
		p->text.v = str_from(folded, job_dir.len + 1);
	}
	return p;
}

static struct plan_stage stage_in(struct unit *u, const struct stage_in *s)
{
	struct plan_stage p = {.head.from = s->head.from};
	if (IS_SET(s->from))
		p.from = stage_path(u, &s->from, false);
	if (IS_SET(s->to))
		p.to = stage_path(u, &s->to, true);
	p.mode = s->mode;
	if (HAS_RECORD(s->hf)) {
		p.repo = s->hf->repo;
		p.revision = s->hf->revision;
		p.kind = s->hf->kind;
	}
	return p;
}

static struct plan_stage stage_out(struct unit *u, const struct stage_out *s)
{
	struct plan_stage p = {.head.from = s->head.from};
	if (IS_SET(s->from))
		p.from = stage_path(u, &s->from, true);
	if (IS_SET(s->to))
		p.to = stage_path(u, &s->to, false);
	p.mode = s->mode;
	p.when = s->when;
	return p;
}

void lower_staging(struct unit *u)
{
	const struct slurm *slurm = unit_slurm(u);
	struct plan *plan = u->plan;
	plan->stage_in.from = slurm->stage_in.from;
	plan->stage_in.n = slurm->stage_in.n;
	plan->stage_in.items = ARENA_ARRAY(u->arena, slurm->stage_in.n, struct plan_stage);
	for (uint32_t i = 0; i < slurm->stage_in.n; i++)
		plan->stage_in.items[i] = stage_in(u, &slurm->stage_in.items[i]);
	plan->stage_out.from = slurm->stage_out.from;
	plan->stage_out.n = slurm->stage_out.n;
	plan->stage_out.items = ARENA_ARRAY(u->arena, slurm->stage_out.n, struct plan_stage);
	for (uint32_t i = 0; i < slurm->stage_out.n; i++)
		plan->stage_out.items[i] = stage_out(u, &slurm->stage_out.items[i]);
}
