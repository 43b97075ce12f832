/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Services before the site's file: what runs them, and types of MPI (B15); mounts of folders that each node
 * has for itself (A45); ports that may not be used (A46).
 */
#include "passes/checks/site_facts.h"
#include "passes/lower/components.h"

typedef unsigned long long ull;

struct services_look {
	struct site_job job;
	struct subject s;
	const struct plan_service *p;
	unsigned told; /* container runtimes, a bit each */
};

static void check_runtime(struct services_look *l)
{
	enum runtime_backend backend = service_backend(l->s.u, l->s.service);
	const struct node *runtimes = cluster_get(l->job.site, CLUSTER_root_runtimes);
	const struct node *is_there = node_get(runtimes, containers[backend].name);
	if (!is_there || !str_eq_c(is_there->text, "false") || l->told >> backend & 1)
		return;
	l->told |= 1u << backend;
	struct origin from = service_backend_origin(l->s.u, l->s.service);
	if (from.kind <= ORIGIN_DEFAULT)
		from.at = service_at(l->s.service);
	struct diag *d =
		site_refuses(&l->job, RULE_B15, &from, "runtime.backend", is_there, REFUSED_OPTION,
			     "the site has no %s", containers[backend].title);
	diag_help(l->s.d, d, "choose another runtime.backend; docs/no-pyxis-here.md has the ways");
}

/* "pmix_v4" is that version alone, "pmix" the newest of them. */
static bool is_pmix_version(struct str type)
{
	return str_has_prefix(type, "pmix_v");
}

/* As srun takes it: none, also called openmpi, needs no plugin; the names of others are those of their
   files. A list that has pmix and none of its versions leaves open which there are. */
static bool has_mpi_type(const struct node *types, struct str type)
{
	bool has_version = false;
	for (uint32_t i = 0; i < types->n; i++)
		has_version = has_version || is_pmix_version(types->items[i]->text);
	return str_eq_c(type, "none") || str_eq_c(type, "openmpi") || site_list_find(types, type) ||
	       (str_eq_c(type, "pmix") && has_version) ||
	       (is_pmix_version(type) && !has_version && site_list_find(types, STR("pmix")));
}

static void check_mpi_type(struct services_look *l)
{
	const struct mpi *mpi = l->s.step->mpi;
	const struct node *types = cluster_get(l->job.site, CLUSTER_root_mpi_types);
	if (!HAS_RECORD(mpi) || !IS_SET(mpi->type) || !types || !types->n ||
	    has_mpi_type(types, mpi->type.v))
		return;
	struct buf b;
	buf_init(&b, l->s.d->arena);
	for (uint32_t i = 0; i < types->n; i++)
		buf_add_fmt(&b, "%s%.*s", i ? ", " : "", STR_ARG(types->items[i]->text));
	const char *field = str_fmt(l->s.d->arena, "services.%.*s.x-slurm.mpi.type",
				    STR_ARG(l->s.service->head.name))
				    .ptr;
	struct diag *d = site_refuses(&l->job, RULE_B15, &mpi->type.from, field, types->items[0],
				      REFUSED_MPI, "the site's srun has no MPI type '%.*s'",
				      STR_ARG(mpi->type.v));
	diag_help(l->s.d, d, "it has %.*s", STR_ARG(buf_str(&b)));
}

static const struct node *folder_of(const struct node *list, struct str path)
{
	for (uint32_t i = 0; list && i < list->n; i++)
		if (path_is_below(path, list->items[i]->text))
			return list->items[i];
	return NULL;
}

/* Several nodes see several folders under one name. */
static void advise_mounts(struct services_look *l)
{
	const struct node *folders = cluster_get(l->job.site, CLUSTER_root_folders);
	const struct node *locals = cluster_get(folders, CLUSTER_folders_local);
	const struct node *shared = cluster_get(folders, CLUSTER_folders_shared);
	const struct v_mounts *volumes = &l->s.service->volumes;
	if (!IS_SET(l->p->nodes) || l->p->nodes.v < 2)
		return;
	for (uint32_t i = 0; i < volumes->n; i++) {
		struct str path;
		if (IS_POISON(volumes->items[i]) ||
		    !path_fold(l->s.d->arena, volumes->items[i].host, &path))
			continue;
		const struct node *local = folder_of(locals, path);
		if (!local || folder_of(shared, path))
			continue;
		struct diag *d = subject_warning(
			&l->s, &volumes->items[i].from, RULE_A45,
			item_field(&l->s, "volumes", i, ""),
			"each node has a '%.*s' of its own: what one of the %llu nodes writes there, "
			"others don't see",
			STR_ARG(local->text), (ull)l->p->nodes.v);
		diag_note(l->s.d, d, local->at, "the site says so here");
	}
}

static void advise_ports(struct services_look *l)
{
	const struct node *ports = cluster_get(l->job.site, CLUSTER_root_ports);
	uint64_t first = 1, last = UINT16_MAX;
	site_count(ports, CLUSTER_ports_first, &first);
	site_count(ports, CLUSTER_ports_last, &last);
	for (uint32_t i = 0; ports && ports->n && i < l->p->ports.n; i++) {
		const struct plan_port *port = &l->p->ports.items[i];
		if (!IS_SET(port->first))
			continue;
		uint64_t end = IS_SET(port->last) ? port->last.v : port->first.v;
		if (port->first.v >= first && end <= last)
			continue;
		struct diag *d = subject_warning(
			&l->s, &port->first.from, RULE_A46, "ports",
			"the site lets services listen on ports %llu to %llu, not on %llu",
			(ull)first, (ull)last, (ull)(port->first.v < first ? port->first.v : end));
		diag_note(l->s.d, d, ports->entries[0].value->at, "the site says so here");
	}
}

/* Ports that the job chooses are in the site's range, too, which may have too few. */
static void check_auto_ports(const struct unit *u, struct diags *d, const struct site_job *job)
{
	const struct v_uint *wanted = &u->plan->auto_ports, *first = &u->plan->auto_ports_first;
	if (!IS_SET(*wanted) || !IS_SET(*first) ||
	    wanted->v <= u->plan->auto_ports_last.v - first->v + 1)
		return;
	const struct node *ports = cluster_get(job->site, CLUSTER_root_ports);
	struct diag *x =
		diag_error(d, wanted->from.at, RULE_B16,
			   "the job chooses %llu ports, and the site leaves it %llu: %llu to %llu",
			   (ull)wanted->v, (ull)(u->plan->auto_ports_last.v - first->v + 1),
			   (ull)first->v, (ull)u->plan->auto_ports_last.v);
	diag_note(d, x, ports->entries[0].value->at, "the site says so here");
}

void check_site_services(const struct unit *u, struct diags *d)
{
	struct services_look l = {0};
	const struct subject root = subject_of_part(u, d, 0);
	if (!site_job_begin(&root, &l.job))
		return;
	check_auto_ports(u, d, &l.job);
	for (uint32_t i = 0; i < u->plan->services.n; i++) {
		const struct service *s = u->pass_state->services[i];
		l.p = &u->plan->services.items[i];
		l.s = (struct subject){.u = u,
				       .d = d,
				       .slurm = service_slurm(u, s),
				       .service = s,
				       .step = service_step(s)};
		check_runtime(&l);
		check_mpi_type(&l);
		advise_mounts(&l);
		advise_ports(&l);
	}
}
