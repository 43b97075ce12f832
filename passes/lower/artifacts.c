/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Artifacts: globs to collect, relative to the job folder, by bundle; where a later export puts
 * them; and the shared folder of all attempts.
 */
#include "passes/lower.h"
#include "ir/files.gen.h"

/* "/hpc-compose/job/out/x*" is "out/x*" in the job folder. */
static struct v_list relative_paths(struct unit *u, const struct v_list *paths)
{
	struct v_list list = {.from = paths->from};
	list.items = ARENA_ARRAY(u->arena, paths->n, struct v_str);
	struct str job_dir = STR(JOB_VIEW);
	for (uint32_t i = 0; i < paths->n; i++) {
		struct str folded;
		if (IS_POISON(paths->items[i]) ||
		    !path_fold(u->arena, str_trim(paths->items[i].v), &folded) ||
		    !path_is_below(folded, job_dir))
			continue;
		struct v_str *item = &list.items[list.n++];
		*item = paths->items[i];
		item->v = folded.len == job_dir.len ? STR(".") : str_from(folded, job_dir.len + 1);
	}
	return list;
}

static void lower_bundles(struct unit *u, const struct artifacts *a, struct plan_artifacts *p)
{
	p->bundles.from = a->head.from;
	p->bundles.items = ARENA_ARRAY(u->arena, a->bundles.n + 1, struct plan_bundle);
	if (a->paths.n) {
		struct plan_bundle *b = &p->bundles.items[p->bundles.n++];
		b->head.from = a->paths.from;
		b->head.name = STR("default");
		b->paths = relative_paths(u, &a->paths);
	}
	for (uint32_t i = 0; i < a->bundles.n; i++) {
		struct plan_bundle *b = &p->bundles.items[p->bundles.n++];
		b->head = a->bundles.items[i].head;
		b->paths = relative_paths(u, &a->bundles.items[i].paths);
	}
}

void lower_artifacts(struct unit *u)
{
	const struct artifacts *a = unit_slurm(u)->artifacts;
	const struct resume *resume = unit_slurm(u)->resume;
	if (HAS_RECORD(resume) && IS_SET(resume->path)) {
		u->plan->resume_path = resume->path;
		struct str folded;
		if (path_fold(u->arena, str_trim(resume->path.v), &folded))
			u->plan->resume_path.v = folded;
	}
	if (!HAS_RECORD(a))
		return;
	struct plan_artifacts *p = ARENA_NEW(u->arena, struct plan_artifacts);
	p->head.from = a->head.from;
	p->collect =
		IS_SET(a->collect) ? a->collect : plan_enum(a->head.from, ARTIFACTS_COLLECT_ALWAYS);
	p->export_dir = a->export_dir;
	lower_bundles(u, a, p);
	u->plan->artifacts = p;
}
