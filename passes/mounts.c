/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mounts of containerised steps: job folder, resume folder, scratch, volumes, host MPI; in this
 * order, equal ones once. Steps on the host have none.
 */
#include <string.h>

#include "passes/lower.h"

typedef LIST(struct plan_mount) mount_list;

/* One table of texts for all services, emptied between them. */
static bool is_first(struct arena *a, struct map *seen, const struct plan_mount *m)
{
	struct str text = str_fmt(a, "%u:%.*s:%.*s:%.*s", m->host->base.v, STR_ARG(m->host->text.v),
				  STR_ARG(m->container.v), STR_ARG(m->mode.v));
	return map_put(seen, a, text, 1) == MAP_NONE;
}

static void add(struct unit *u, mount_list *list, struct map *seen, struct plan_mount m)
{
	if (is_first(u->arena, seen, &m))
		*LIST_PUSH(u->arena, list) = m;
}

static void add_all(struct unit *u, mount_list *list, struct map *seen,
		    const struct v_mounts *mounts)
{
	for (uint32_t i = 0; i < mounts->n; i++)
		if (!IS_POISON(mounts->items[i]))
			add(u, list, seen, plan_mount_from(u->arena, &mounts->items[i]));
}

static struct plan_mount of_job(struct unit *u, struct origin from, enum path_base base,
				struct str host, struct str container)
{
	return (struct plan_mount){.head.from = origin_derived(from),
				   .host = plan_path_new(u->arena, from, base, host),
				   .container = plan_str(from, container)};
}

void lower_mounts(struct unit *u)
{
	if (unit_backend(u) == RUNTIME_BACKEND_HOST)
		return;
	const struct resume *resume = unit_slurm(u)->resume;
	mount_list common = {0};
	*LIST_PUSH(u->arena, &common) =
		of_job(u, u->job->head.from, PATH_BASE_JOB_DIR, STR(""), STR("/hpc-compose/job"));
	if (HAS_RECORD(resume) && IS_SET(resume->path)) {
		struct plan_mount m = {.head.from = resume->path.from};
		m.host = plan_path_from(u->arena, resume->path.from, str_trim(resume->path.v),
					PATH_BASE_SPEC_DIR);
		m.container = plan_str(resume->path.from, STR("/hpc-compose/resume"));
		*LIST_PUSH(u->arena, &common) = m;
	}
	struct map seen = {0};
	for (uint32_t i = 0; i < u->plan->services.n; i++) {
		const struct service *s = u->pass_state->services[i];
		const struct step *step = service_step(s);
		struct plan_service *p = &u->plan->services.items[i];
		mount_list list = {0};
		if (seen.n)
			memset(seen.slots, 0, seen.cap * sizeof(*seen.slots));
		seen.n = 0;
		for (uint32_t k = 0; k < common.n; k++)
			add(u, &list, &seen, common.items[k]);
		if (p->has_scratch.v)
			add(u, &list, &seen,
			    of_job(u, u->plan->scratch->mount.from, PATH_BASE_SCRATCH, STR(""),
				   u->plan->scratch->mount.v));
		add_all(u, &list, &seen, &s->volumes);
		if (HAS_RECORD(step->mpi) && HAS_RECORD(step->mpi->host_mpi))
			add_all(u, &list, &seen, &step->mpi->host_mpi->bind_paths);
		p->mounts.from =
			origin_derived(IS_SET(s->volumes) ? s->volumes.from : s->head.from);
		p->mounts.items = list.items;
		p->mounts.n = list.n;
	}
}
