/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mounts of containerised steps: job folder, resume folder, hosts file, scratch, volumes, host MPI; in
 * this order, equal ones once. Steps on the host have none.
 */
#include "passes/lower/site.h"
#include "ir/files.gen.h"

/* Beyond this many mounts of one step, equal ones are found by a table. */
enum {
	FEW_MOUNTS = 16
};

struct mount_list {
	struct arena *arena;
	struct plan_mount *items; /* has room for all */
	uint32_t n;
	bool is_long;
	struct map seen;
};

static bool is_same(const struct plan_mount *x, const struct plan_mount *y)
{
	return x->host->base.v == y->host->base.v && str_eq(x->host->text.v, y->host->text.v) &&
	       str_eq(x->container.v, y->container.v) && str_eq(x->mode.v, y->mode.v);
}

static bool is_new(struct mount_list *list, const struct plan_mount *m)
{
	if (list->is_long) {
		struct str text = str_fmt(list->arena, "%u:%.*s:%.*s:%.*s", m->host->base.v,
					  STR_ARG(m->host->text.v), STR_ARG(m->container.v),
					  STR_ARG(m->mode.v));
		return map_put(&list->seen, list->arena, text, 1) == MAP_NONE;
	}
	for (uint32_t i = 0; i < list->n; i++)
		if (is_same(&list->items[i], m))
			return false;
	return true;
}

static void add(struct mount_list *list, struct plan_mount m)
{
	if (is_new(list, &m))
		list->items[list->n++] = m;
}

static void add_all(struct mount_list *list, const struct v_mounts *mounts)
{
	for (uint32_t i = 0; i < mounts->n; i++)
		if (!IS_POISON(mounts->items[i]))
			add(list, plan_mount_from(list->arena, &mounts->items[i]));
}

static struct plan_mount of_job(struct unit *u, struct origin from, enum path_base base,
				struct str host, struct str container)
{
	return (struct plan_mount){.head.from = origin_derived(from),
				   .host = plan_path_new(u->arena, from, base, host),
				   .container = plan_str(from, container)};
}

/* Names of services; where the tool can, not to be written by a container. */
static struct plan_mount of_hosts(struct unit *u, const struct service *s,
				  const struct plan_service *p)
{
	struct str file =
		str_fmt(u->arena, JOB_FOLDER_HOSTS "/%llu", (unsigned long long)p->hosts_file.v);
	struct plan_mount m =
		of_job(u, p->hosts_file.from, PATH_BASE_JOB_DIR, file, STR("/etc/hosts"));
	if (service_container(u, s)->has_read_only)
		m.mode = plan_str(p->hosts_file.from, STR("ro"));
	return m;
}

/* Those of the site's file, which has been checked. */
static void add_site(struct mount_list *list, const struct node *mounts)
{
	for (uint32_t i = 0; mounts && i < mounts->n; i++) {
		struct problem problem;
		struct v_mount mount = {
			.from = {.at = mounts->items[i]->at, .kind = ORIGIN_PROFILE},
			.text = mounts->items[i]->text};
		if (grammar_mount(list->arena, mount.text, &mount, &problem))
			add(list, plan_mount_from(list->arena, &mount));
	}
}

/* Mounts that all steps share, and those that only steps with scratch have. */
struct common_mounts {
	struct plan_mount items[2];
	uint32_t n;
	struct plan_mount scratch;
};

static void lower_service(struct unit *u, const struct common_mounts *common,
			  const struct service *s, struct plan_service *p)
{
	static const struct v_mounts none;
	const struct mpi *mpi = service_step(s)->mpi;
	const struct v_mounts *binds =
		HAS_RECORD(mpi) && HAS_RECORD(mpi->host_mpi) ? &mpi->host_mpi->bind_paths : &none;
	const struct node *site = site_value(u, CLUSTER_root_containers, CLUSTER_containers_mounts);
	uint32_t most = common->n + 2 + (site ? site->n : 0) + s->volumes.n + binds->n;
	struct mount_list list = {.arena = u->arena, .is_long = most > FEW_MOUNTS};
	list.items = ARENA_ARRAY(u->arena, most, struct plan_mount);
	for (uint32_t k = 0; k < common->n; k++)
		add(&list, common->items[k]);
	if (IS_SET(p->hosts_file))
		add(&list, of_hosts(u, s, p));
	if (p->has_scratch.v)
		add(&list, common->scratch);
	add_site(&list, site);
	add_all(&list, &s->volumes);
	add_all(&list, binds);
	p->mounts.from = origin_derived(IS_SET(s->volumes) ? s->volumes.from : s->head.from);
	p->mounts.items = list.items;
	p->mounts.n = list.n;
}

void lower_mounts(struct unit *u)
{
	const struct resume *resume = unit_slurm(u)->resume;
	struct common_mounts common = {.n = 1};
	common.items[0] = of_job(u, u->job->head.from, PATH_BASE_JOB_DIR, STR(""), STR(JOB_VIEW));
	if (HAS_RECORD(resume) && IS_SET(resume->path)) {
		struct plan_mount *m = &common.items[common.n++];
		*m = (struct plan_mount){.head.from = resume->path.from};
		m->host = plan_path_of(u->arena, &resume->path, PATH_BASE_SPEC_DIR);
		m->container = plan_str(resume->path.from, STR(RESUME_VIEW));
	}
	if (u->plan->scratch) {
		const struct v_str *mount = &u->plan->scratch->mount;
		common.scratch = of_job(u, mount->from, PATH_BASE_SCRATCH, STR(""), mount->v);
		common.scratch.container.is_secret = mount->is_secret;
	}
	for (uint32_t i = 0; i < u->plan->services.n; i++)
		if (service_container(u, u->pass_state->services[i])->is_contained)
			lower_service(u, &common, u->pass_state->services[i],
				      &u->plan->services.items[i]);
}
