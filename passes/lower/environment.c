/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Environment: host-side set-up of job and steps, variables of each step whose value the plan
 * knows, and the names of all others that a container must let in. Later groups win: built-in,
 * cluster profile, scratch, MPI, resume, `environment`, `host_mpi.env`, root x-env, service x-env.
 * What depends on the allocation is set when the job runs, before these, and so loses to them.
 */
#include <stdlib.h>

#include "passes/lower/site.h"
#include "passes/ports/values.h"
#include "ir/files.gen.h"

/* Beyond this many variables of one step, earlier ones are found by a table. */
enum {
	FEW_VARIABLES = 16
};

/* Groups of names that are let into containers though their values come from elsewhere. */
enum name_group {
	NAMES_JOB,
	NAMES_DISTRIBUTED,
	NAMES_RANKS,
	NAMES_MPI,
	NAMES_ARRAY,
	NAMES_RESUME,
	NAMES_N,
};

/* Words of each combination of groups that occurs. */
struct group_words {
	struct v_list of[1 << NAMES_N];
};

struct variables {
	struct arena *arena;
	LIST(struct v_pair) list;
	LIST(struct plan_variable) paths;
	unsigned groups;  /* of names let into the container beyond these, a bit each */
	struct map index; /* name to position in list, once there are many */
	bool is_host;
};

static uint32_t find(const struct variables *v, struct str name)
{
	if (v->list.n > FEW_VARIABLES)
		return map_get(&v->index, name);
	for (uint32_t i = v->list.n; i-- > 0;)
		if (str_eq(v->list.items[i].key, name))
			return i;
	return MAP_NONE;
}

static void set(struct variables *v, struct str name, struct v_str value)
{
	/* A later group takes the place behind all earlier ones. */
	uint32_t before = find(v, name);
	if (before != MAP_NONE)
		v->list.items[before].value.from.kind = ORIGIN_ABSENT;
	*LIST_PUSH(v->arena, &v->list) =
		(struct v_pair){.key = name, .key_at = value.from.at, .value = value};
	if (v->list.n <= FEW_VARIABLES)
		return;
	for (uint32_t i = v->index.n ? v->list.n - 1 : 0; i < v->list.n; i++)
		map_put(&v->index, v->arena, v->list.items[i].key, i);
}

static void set_text(struct variables *v, const char *name, struct origin from, struct str value)
{
	set(v, str_c(name), plan_str(from, value));
}

static void set_path(struct variables *v, const char *name, struct origin from, enum path_base base,
		     struct str text)
{
	struct plan_variable p = {.head.from = origin_derived(from)};
	p.name = plan_str(from, str_c(name));
	p.value = plan_path_new(v->arena, from, base, text);
	*LIST_PUSH(v->arena, &v->paths) = p;
}

/* Bash has no variables with dots in their names: the step shim decodes what goes under another name. */
static struct str carried_name(struct arena *a, struct str name)
{
	if (str_find(name, '.') == STR_NONE)
		return name;
	struct buf b;
	buf_init(&b, a);
	buf_add_c(&b, "HPCC_DOTS_");
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];
		buf_add_c(&b, c == '.' || c == '_' ? "_" : "");
		buf_add_byte(&b, c == '.' ? 'D' : c);
	}
	return buf_str(&b);
}

static void set_map(struct variables *v, const struct v_map *map)
{
	if (!IS_SET(*map))
		return;
	LIST_RESERVE(v->arena, &v->list, v->list.n + map->n);
	for (uint32_t i = 0; i < map->n; i++)
		if (!IS_POISON(map->items[i].value))
			set(v, carried_name(v->arena, map->items[i].key), map->items[i].value);
}

static const char *const names_job[] = {
	"HPC_COMPOSE_JOB_DIR",
	"HPC_COMPOSE_NODELIST",
	"HPC_COMPOSE_NODELIST_FILE",
	"HPC_COMPOSE_NODE_COUNT",
	"HPC_COMPOSE_PRIMARY_NODE",
	"HPC_COMPOSE_SERVICE_LOG",
	"HPC_COMPOSE_SERVICE_NAME",
	"HPC_COMPOSE_SERVICE_NODELIST",
	"HPC_COMPOSE_SERVICE_NODELIST_FILE",
	"HPC_COMPOSE_SERVICE_NODE_COUNT",
	"HPC_COMPOSE_SERVICE_PRIMARY_NODE",
	NULL,
};
static const char *const names_distributed[] = {
	"HPC_COMPOSE_DIST_HOSTFILE",       "HPC_COMPOSE_DIST_MASTER_ADDR",
	"HPC_COMPOSE_DIST_MASTER_PORT",    "HPC_COMPOSE_DIST_NNODES",
	"HPC_COMPOSE_DIST_NPROC_PER_NODE", "HPC_COMPOSE_DIST_RDZV_ENDPOINT",
	"HPC_COMPOSE_DIST_WORLD_SIZE",     NULL,
};
/* The scheduler's rank variables, for MPI and for steps on several nodes. */
static const char *const names_ranks[] = {
	"SLURM_JOB_ID",
	"SLURM_JOB_NODELIST",
	"SLURM_JOB_NUM_NODES",
	"SLURM_LOCALID",
	"SLURM_NNODES",
	"SLURM_NODEID",
	"SLURM_NODELIST",
	"SLURM_NPROCS",
	"SLURM_NTASKS",
	"SLURM_PROCID",
	"SLURM_STEP_ID",
	"SLURM_STEP_NODELIST",
	"SLURM_STEP_NUM_NODES",
	"SLURM_STEP_NUM_TASKS",
	"SLURM_STEP_TASKS_PER_NODE",
	"SLURM_TASKS_PER_NODE",
	NULL,
};
static const char *const names_mpi[] = {
	"PMI_FD",
	"PMI_JOBID",
	"PMI_RANK",
	"PMI_SIZE",
	"PMI_SPAWNED",
	"PMI2_PMKV_FD",
	"PMI2_RANK",
	"PMI2_SIZE",
	"PMIX_GDS_MODULE",
	"PMIX_HOSTNAME",
	"PMIX_NAMESPACE",
	"PMIX_RANK",
	"PMIX_SECURITY_MODE",
	"PMIX_SERVER_TMPDIR",
	"PMIX_SERVER_URI2",
	"PMIX_SERVER_URI21",
	"PMIX_SERVER_URI3",
	"PMIX_SERVER_URI4",
	"PMIX_SYSTEM_TMPDIR",
	"PMIX_VERSION",
	"SLURM_PMIXP_ABORT_AGENT_PORT",
	"SLURM_PMIX_MAPPING_SERV",
	NULL,
};
static const char *const names_array[] = {
	"SLURM_ARRAY_JOB_ID",
	"SLURM_ARRAY_TASK_COUNT",
	"SLURM_ARRAY_TASK_ID",
	"SLURM_ARRAY_TASK_MAX",
	"SLURM_ARRAY_TASK_MIN",
	"SLURM_ARRAY_TASK_STEP",
	NULL,
};
static const char *const names_resume[] = {"HPC_COMPOSE_ATTEMPT", "HPC_COMPOSE_IS_RESUME", NULL};

static void add_parallelism(struct variables *v, const struct parallelism *p)
{
	if (!HAS_RECORD(p) || !IS_SET(p->tensor) || !IS_SET(p->pipeline))
		return;
	set_text(v, "HPC_COMPOSE_TP_SIZE", p->tensor.from,
		 str_fmt(v->arena, "%llu", (unsigned long long)p->tensor.v));
	set_text(v, "HPC_COMPOSE_PP_SIZE", p->pipeline.from,
		 str_fmt(v->arena, "%llu", (unsigned long long)p->pipeline.v));
}

static void add_ports(struct variables *v, const struct plan_service *s)
{
	for (uint32_t i = 0; i < s->ports.n; i++) {
		const struct plan_port *port = &s->ports.items[i];
		if (!IS_SET(port->name))
			continue;
		struct str text = IS_SET(port->chosen) ? value_of_port(v->arena, s, port)
						       : str_fmt(v->arena, "%llu",
								 (unsigned long long)port->first.v);
		set(v, port_variable(v->arena, port->name.v), plan_str(port->head.from, text));
	}
}

static void add_scratch(struct variables *v, const struct plan_scratch *scratch)
{
	if (v->is_host)
		set_path(v, "HPC_COMPOSE_SCRATCH_DIR", scratch->base.from, PATH_BASE_SCRATCH,
			 STR(""));
	else
		set(v, STR("HPC_COMPOSE_SCRATCH_DIR"), scratch->mount);
	set_path(v, "HPC_COMPOSE_SCRATCH_HOST_PATH", scratch->base.from, PATH_BASE_SCRATCH,
		 STR(""));
}

static void add_mpi(struct variables *v, const struct mpi *mpi, struct str token)
{
	static const char *const words[] = {"openmpi",  "mpich",   "intel_mpi", "mvapich2",
					    "cray_mpi", "hpe_mpi", "unknown"};
	v->groups |= 1u << NAMES_MPI | 1u << NAMES_RANKS;
	if (!IS_SET(mpi->type))
		return;
	set(v, STR("HPC_COMPOSE_MPI_TYPE"), mpi->type);
	struct str file = str_fmt(v->arena, JOB_FILE_MPI_HOSTS("%.*s"), STR_ARG(token));
	if (v->is_host)
		set_path(v, "HPC_COMPOSE_MPI_HOSTFILE", mpi->head.from, PATH_BASE_JOB_DIR, file);
	else
		set_text(v, "HPC_COMPOSE_MPI_HOSTFILE", mpi->head.from,
			 str_fmt(v->arena, JOB_VIEW "/%.*s", STR_ARG(file)));
	if (IS_SET(mpi->profile))
		set_text(v, "HPC_COMPOSE_MPI_PROFILE", mpi->profile.from,
			 str_c(words[mpi->profile.v]));
	/* The first words of both enumerations are the same. */
	const struct v_enum *known =
		IS_SET(mpi->implementation) ? &mpi->implementation : &mpi->profile;
	if (IS_SET(*known))
		set_text(v, "HPC_COMPOSE_MPI_IMPLEMENTATION", known->from, str_c(words[known->v]));
}

static void add_resume(struct variables *v, const struct plan *plan)
{
	v->groups |= 1u << NAMES_RESUME;
	if (v->is_host)
		set(v, STR("HPC_COMPOSE_RESUME_DIR"), plan->resume_path);
	else
		set_text(v, "HPC_COMPOSE_RESUME_DIR", plan->resume_path.from, STR(RESUME_VIEW));
}

struct name_list {
	struct arena *arena;
	LIST(struct v_str) names;
	bool has_component;
};

static void let_in(struct name_list *list, const char *const *names)
{
	for (; *names; names++)
		*LIST_PUSH(list->arena, &list->names) = (struct v_str){.v = str_c(*names)};
}

static void let_in_component(struct name_list *list, struct str name)
{
	static const char *const ends[] = {"NODELIST", "NODE_COUNT", "PRIMARY_NODE"};
	struct str token = name_rendezvous_token(list->arena, name);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		*LIST_PUSH(list->arena, &list->names) =
			(struct v_str){.v = str_fmt(list->arena, "HPC_COMPOSE_COMPONENT_%.*s_%s",
						    STR_ARG(token), ends[i])};
	if (!list->has_component)
		*LIST_PUSH(list->arena, &list->names) =
			(struct v_str){.v = STR("HPC_COMPOSE_SERVICE_COMPONENT")};
	list->has_component = true;
}

static void let_in_records(struct name_list *list, const struct plan_lookup *lookup)
{
	static const char *const facts[] = {"NAME",     "URL",  "HOST",   "PORT",
					    "PROTOCOL", "PATH", "JOB_ID", "SERVICE"};
	for (uint32_t k = 0; k < 8; k++) {
		struct str name = str_fmt(list->arena, "HPC_COMPOSE_RDZV_%s", facts[k]);
		*LIST_PUSH(list->arena, &list->names) = (struct v_str){.v = name};
		for (uint32_t i = 0; i < lookup->names.n; i++) {
			struct str token =
				name_rendezvous_token(list->arena, lookup->names.items[i].v);
			name = str_fmt(list->arena, "HPC_COMPOSE_RDZV_%.*s_%s", STR_ARG(token),
				       facts[k]);
			*LIST_PUSH(list->arena, &list->names) = (struct v_str){
				.v = name, .is_secret = lookup->names.items[i].is_secret};
		}
	}
}

static int by_name(const void *x, const void *y)
{
	return str_cmp(((const struct v_str *)x)->v, ((const struct v_str *)y)->v);
}

/* Sorts, and drops what stands twice. */
static struct v_list sorted(struct v_str *names, uint32_t n, struct origin from)
{
	qsort(names, n, sizeof(*names), by_name);
	struct v_list list = {.from = origin_derived(from), .items = names};
	for (uint32_t i = 0; i < n; i++) {
		if (list.n && str_eq(names[list.n - 1].v, names[i].v))
			continue;
		names[list.n] = names[i];
		names[list.n++].from = list.from;
	}
	return list;
}

static const struct {
	const char *word;
	const char *const *names;
} name_groups[NAMES_N] = {
	[NAMES_JOB] = {"job", names_job},
	[NAMES_DISTRIBUTED] = {"distributed", names_distributed},
	[NAMES_RANKS] = {"ranks", names_ranks},
	[NAMES_MPI] = {"mpi", names_mpi},
	[NAMES_ARRAY] = {"array", names_array},
	[NAMES_RESUME] = {"resume", names_resume},
};

/* Those that the job has by what it looks up and where its services find each other, too. */
static struct plan_names lower_name_group(const struct unit *u, enum name_group group)
{
	struct name_list list = {.arena = u->arena};
	let_in(&list, name_groups[group].names);
	if (group == NAMES_JOB && u->plan->lookup)
		let_in_records(&list, u->plan->lookup);
	for (uint32_t i = 0; group == NAMES_JOB && i < u->plan->components.n; i++)
		let_in_component(&list, u->plan->components.items[i].name.v);
	for (uint32_t i = 0; group == NAMES_JOB && i < u->plan->addresses.n; i++)
		*LIST_PUSH(u->arena, &list.names) =
			(struct v_str){.v = u->plan->addresses.items[i].variable.v};
	struct origin from = u->job->head.from;
	return (struct plan_names){
		.head.from = origin_derived(from),
		.group = plan_str(from, str_c(name_groups[group].word)),
		.names = sorted(list.names.items, list.names.n, from),
	};
}

/* Words of the groups, which services share. */
static struct v_list words_of_groups(struct unit *u, struct group_words *words, unsigned groups)
{
	struct v_list *list = &words->of[groups];
	if (list->items)
		return *list;
	struct origin from = u->job->head.from;
	list->from = origin_derived(from);
	list->items = ARENA_ARRAY(u->arena, NAMES_N, struct v_str);
	for (unsigned i = 0; i < NAMES_N; i++)
		if (groups & 1u << i)
			list->items[list->n++] = plan_str(from, str_c(name_groups[i].word));
	return *list;
}

static void lower_name_groups(struct unit *u, unsigned groups)
{
	LIST(struct plan_names) list = {0};
	for (unsigned i = 0; i < NAMES_N; i++)
		if (groups & 1u << i)
			*LIST_PUSH(u->arena, &list) = lower_name_group(u, i);
	u->plan->env_groups.from = origin_derived(u->job->head.from);
	u->plan->env_groups.items = list.items;
	u->plan->env_groups.n = list.n;
}

static struct v_map winners(struct variables *v, struct origin from)
{
	struct v_map map = {.from = origin_derived(from), .items = v->list.items};
	for (uint32_t i = 0; i < v->list.n; i++)
		if (v->list.items[i].value.from.kind != ORIGIN_ABSENT)
			map.items[map.n++] = v->list.items[i];
	return map;
}

static void add_copy(struct variables *v, const struct plan_service *p)
{
	if (!IS_SET(p->copy_of))
		return;
	set_text(v, "HPC_COMPOSE_COPY_INDEX", p->copy_index.from,
		 str_fmt(v->arena, "%llu", (unsigned long long)p->copy_index.v));
	set_text(v, "HPC_COMPOSE_COPY_COUNT", p->copy_count.from,
		 str_fmt(v->arena, "%llu", (unsigned long long)p->copy_count.v));
}

/* Its groups, a bit each; none without a container. */
static unsigned lower_service(struct unit *u, struct group_words *words, const struct service *s,
			      struct plan_service *p)
{
	const struct step *step = service_step(s);
	const struct plan *plan = u->plan;
	struct variables v = {.arena = u->arena,
			      .is_host = !service_container(u, s)->is_contained,
			      .groups = 1u << NAMES_JOB};
	bool is_distributed = p->nodes.v > 1;
	add_copy(&v, p);
	add_ports(&v, p);
	add_parallelism(&v, step->parallelism);
	if (is_distributed) {
		v.groups |= 1u << NAMES_DISTRIBUTED | 1u << NAMES_RANKS;
		if (plan->rdzv)
			set_map(&v, &plan->rdzv->env);
	}
	if (plan->is_array.v)
		v.groups |= 1u << NAMES_ARRAY;
	if (p->has_scratch.v)
		add_scratch(&v, plan->scratch);
	if (HAS_RECORD(step->mpi))
		add_mpi(&v, step->mpi, p->token.v);
	if (IS_SET(plan->resume_path))
		add_resume(&v, plan);
	for (uint32_t i = 0; i < u->trial.n; i++)
		set_text(&v, u->trial.items[i].name.ptr, u->job->sweep->head.from,
			 u->trial.items[i].value);
	set_map(&v, &s->environment);
	if (HAS_RECORD(step->mpi) && HAS_RECORD(step->mpi->host_mpi))
		set_map(&v, &step->mpi->host_mpi->env);
	if (HAS_RECORD(u->job->env_setup))
		set_map(&v, &u->job->env_setup->env);
	if (HAS_RECORD(s->env_setup))
		set_map(&v, &s->env_setup->env);

	struct origin from = IS_SET(s->environment) ? s->environment.from : s->head.from;
	if (!v.is_host)
		p->env_groups = words_of_groups(u, words, v.groups);
	p->environment = winners(&v, from);
	p->path_environment.from = origin_derived(s->head.from);
	p->path_environment.items = v.paths.items;
	p->path_environment.n = v.paths.n;
	return v.is_host ? 0 : v.groups;
}

static struct plan_env_setup *lower_setup(struct unit *u, const struct env_setup *setup)
{
	if (!HAS_RECORD(setup))
		return NULL;
	struct plan_env_setup *p = ARENA_NEW(u->arena, struct plan_env_setup);
	p->head.from = setup->head.from;
	if (HAS_RECORD(setup->modules)) {
		p->purge = setup->modules->purge;
		p->load = setup->modules->load;
	}
	if (HAS_RECORD(setup->spack))
		p->spack_view = setup->spack->view;
	p->env = setup->env;
	return p;
}

/* The site's modules come before the job's. */
static struct plan_env_setup *lower_site_modules(struct unit *u, struct plan_env_setup *setup)
{
	const struct node *modules = site_value(u, CLUSTER_root_shell, CLUSTER_shell_modules);
	if (!modules || !modules->n)
		return setup;
	if (!setup) {
		setup = ARENA_NEW(u->arena, struct plan_env_setup);
		setup->head.from = (struct origin){.at = modules->at, .kind = ORIGIN_PROFILE};
	}
	setup->load = site_list_before(u, modules, setup->load);
	return setup;
}

void lower_environment(struct unit *u)
{
	struct plan *plan = u->plan;
	plan->env_setup = lower_site_modules(u, lower_setup(u, u->job->env_setup));
	plan->setup = site_list_before(u, site_value(u, CLUSTER_root_shell, CLUSTER_shell_setup),
				       unit_slurm(u)->setup);
	if (IS_SET(unit_slurm(u)->shell))
		plan->is_login_shell = plan_bool(unit_slurm(u)->shell.from, true);
	site_give_bool(u, &plan->is_login_shell, CLUSTER_root_shell, CLUSTER_shell_login);
	plan->has_secrets =
		plan_bool(IS_SET(u->job->secrets) ? u->job->secrets.from : u->job->head.from,
			  u->job->secrets.n > 0 || u->diags.secrets.list.n > 0);
	struct group_words words = {0};
	unsigned groups = 0;
	for (uint32_t i = 0; i < plan->services.n; i++) {
		const struct service *s = u->pass_state->services[i];
		plan->services.items[i].env_setup = lower_setup(u, s->env_setup);
		groups |= lower_service(u, &words, s, &plan->services.items[i]);
	}
	lower_name_groups(u, groups);
}
