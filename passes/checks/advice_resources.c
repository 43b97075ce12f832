/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Advice on amounts and versions: memory (A02, A09), tasks (A08), images that change under their
 * name (A07), MPI types (A13), the site's ports and variables (A15), an option that sbatch does not
 * have (A19), servers that are started once for each task of the job (A40).
 */
#include "passes/checks/check.h"

enum {
	MIB = 1 << 20
};

/* Bytes as Slurm reads them: a bare number is megabytes. False for no amount, or all there is. */
static bool read_memory(const struct subject *s, const struct v_str *mem, uint64_t *bytes,
			bool *has_unit)
{
	struct problem p;
	bool is_known;
	if (!IS_SET(*mem) || !grammar_memory(s->d->arena, mem->v, bytes, &is_known, has_unit, &p) ||
	    !is_known)
		return false;
	if (!*has_unit)
		*bytes = *bytes > UINT64_MAX / MIB ? UINT64_MAX : *bytes * MIB;
	return *bytes > 0;
}

static void advise_unit(const struct subject *s, const struct v_str *mem, const char *key)
{
	uint64_t bytes;
	bool has_unit;
	if (!read_memory(s, mem, &bytes, &has_unit) || has_unit)
		return;
	struct str v = str_trim(mem->v);
	struct diag *d = subject_warning(
		s, &mem->from, RULE_A09, str_fmt(s->d->arena, "x-slurm.%s", key).ptr,
		"Slurm reads %.*s as %.*s megabytes", STR_ARG(v), STR_ARG(v));
	if (bytes < (uint64_t)1024 * MIB)
		diag_help(s->d, d, "did you mean %.*sG? for megabytes, write %.*sM", STR_ARG(v),
			  STR_ARG(v));
	else
		diag_help(s->d, d, "write %.*sM to say so", STR_ARG(v));
	/* The same amount, said aloud; of fewer nobody knows what was meant. */
	if (bytes >= (uint64_t)1024 * MIB && mem->from.kind == ORIGIN_WRITTEN &&
	    !origin_trail(mem->from))
		diag_fix(s->d, d, mem->from.at, str_fmt(s->d->arena, "%.*sM", STR_ARG(v)));
}

static void advise_units(const struct subject *s)
{
	for (size_t i = 0; i < n_memory_options; i++) {
		const struct slurm_option *o = &slurm_options[memory_options[i]];
		const struct option_field *f = s->service ? &o->step : &o->root;
		if (!f->is_field)
			continue;
		const void *record = s->service ? (const void *)s->step : s->slurm;
		advise_unit(s, (const struct v_str *)option_origin(record, f), o->key);
	}
}

static uint64_t count_of(const struct v_uint *value)
{
	return IS_SET(*value) && value->v ? value->v : 1;
}

/* CPUs that the job asks for on each node. */
static uint64_t cpus_per_node(const struct slurm *slurm)
{
	uint64_t nodes = count_of(&slurm->nodes), tasks = 1;
	if (IS_SET(slurm->ntasks_per_node))
		tasks = count_of(&slurm->ntasks_per_node);
	else if (IS_SET(slurm->ntasks))
		tasks = (count_of(&slurm->ntasks) + nodes - 1) / nodes;
	return tasks * count_of(&slurm->cpus_per_task); /* 32 bits each */
}

static void advise_memory(const struct subject *s)
{
	uint64_t bytes, cpus = cpus_per_node(s->slurm);
	bool has_unit;
	if (!read_memory(s, &s->slurm->mem, &bytes, &has_unit) || !has_unit ||
	    unit_nodes_are_auto(s->u))
		return;
	uint64_t share = bytes / cpus / MIB;
	if (share >= 512 && share <= 512 * 1024)
		return;
	struct diag *d = subject_warning(s, &s->slurm->mem.from, RULE_A02, "x-slurm.mem",
					 "%.*s for %llu %s on a node is %llu %s for each",
					 STR_ARG(s->slurm->mem.v), (unsigned long long)cpus,
					 cpus == 1 ? "CPU" : "CPUs",
					 (unsigned long long)(share < 512 ? share : share / 1024),
					 share < 512 ? "MiB" : "GiB");
	if (IS_GIVEN(s->slurm->cpus_per_task))
		diag_note(s->d, d, s->slurm->cpus_per_task.from.at, "'cpus_per_task' is here");
	diag_help(s->d, d,
		  share < 512 ? "few programs get by with less than 512 MiB"
			      : "nodes seldom have more than 512 GiB for a CPU: are more "
				"CPUs meant?");
}

static void advise_tasks(const struct subject *s)
{
	const struct v_uint *nodes = s->service ? &s->step->nodes : &s->slurm->nodes;
	const struct v_uint *ntasks = s->service ? &s->step->ntasks : &s->slurm->ntasks;
	const struct v_uint *each =
		s->service ? &s->step->ntasks_per_node : &s->slurm->ntasks_per_node;
	if (!IS_GIVEN(*nodes) || nodes->v == NODES_AUTO || !IS_GIVEN(*ntasks) || !IS_GIVEN(*each) ||
	    nodes->v * each->v == ntasks->v) /* 32 bits each */
		return;
	struct diag *d = subject_warning(
		s, &ntasks->from, RULE_A08, "x-slurm.ntasks",
		"%llu task%s, but nodes %llu x ntasks_per_node %llu makes %llu",
		(unsigned long long)ntasks->v, plural(ntasks->v), (unsigned long long)nodes->v,
		(unsigned long long)each->v, (unsigned long long)(nodes->v * each->v));
	diag_note(s->d, d, nodes->from.at, "'nodes' is here");
	diag_note(s->d, d, each->from.at, "'ntasks_per_node' is here");
}

/* Copies of one server on a node would ask for the same port. */
static void advise_copies(const struct subject *s)
{
	uint32_t number = service_number(s->u, s->service->head.name);
	if (number == MAP_NONE)
		return; /* it takes no part */
	const struct plan_service *p = &s->u->plan->services.items[number];
	const struct v_uint *all = &s->slurm->ntasks, *each = &s->slurm->ntasks_per_node;
	bool serves =
		HAS_RECORD(s->service->readiness) || s->service->ports.n || s->service->expose.n;
	if (!serves || IS_GIVEN(s->step->ntasks) || IS_GIVEN(s->step->ntasks_per_node) ||
	    s->step->mpi || !IS_SET(p->ranks) || !IS_SET(p->nodes) || p->ranks.v <= p->nodes.v)
		return;
	const struct v_uint *from = IS_GIVEN(*all) ? all : each;
	struct origin at = {.at = service_at(s->service), .kind = ORIGIN_WRITTEN};
	struct diag *d = subject_warning(
		s, &at, RULE_A40, "x-slurm",
		"it is started %llu times, since it takes the job's number of tasks",
		(unsigned long long)p->ranks.v);
	diag_note(s->d, d, from->from.at, "'%s' is here",
		  from == all ? "ntasks" : "ntasks_per_node");
	diag_help(s->d, d,
		  "for a server write ntasks: %llu under its x-slurm; a program that wants to be "
		  "several states their number itself, or mpi",
		  (unsigned long long)p->nodes.v);
}

static void advise_image(const struct subject *s)
{
	const struct v_str *image = &s->service->image;
	struct image_ref ref;
	struct problem p;
	if (!IS_SET(*image) || !service_container(s->u, s->service)->is_contained ||
	    !grammar_image(s->d->arena, image->v, service_backend(s->u, s->service), &ref, &p) ||
	    ref.form != IMAGE_FORM_REMOTE || ref.has_digest)
		return;
	if (ref.tag.len && !str_eq_c(ref.tag, "latest"))
		return;
	struct diag *d =
		subject_warning(s, &image->from, RULE_A07, "image",
				ref.tag.len ? "'latest' names another image tomorrow"
					    : "without a tag, 'latest' is meant, which names "
					      "another image tomorrow");
	if (ref.tag.len)
		d->at = source_part(&s->u->sources, image->from.at, image->v,
				    image->v.len - ref.tag.len, image->v.len);
	diag_help(s->d, d, "name a version, or a digest (@sha256:...)");
}

/* srun binds tasks to CPUs; sbatch has had no option for it in any version. */
static void advise_directives(const struct subject *s)
{
	for (size_t i = 0; i < N_SLURM_OPTS; i++) {
		const struct slurm_option *o = &slurm_options[i];
		const struct origin *from = option_origin(s->slurm, &o->root);
		if (s->service || !o->root.is_field || o->is_sbatch ||
		    !(o->classes & OPTION_CLASS_BINDING) || from->kind <= ORIGIN_POISON)
			continue;
		struct diag *d = subject_warning(
			s, from, RULE_A19, str_fmt(s->d->arena, "x-slurm.%s", o->key).ptr,
			"sbatch has no option --%s, and refuses the script", o->name);
		diag_help(s->d, d, "bind the tasks of a service: services.<name>.x-slurm.%s",
			  o->key);
	}
}

/* The step will see this variable, from whichever block. */
static bool sets_variable(const struct subject *s, struct str name)
{
	const struct env_setup *root = s->u->job->env_setup, *own = s->service->env_setup;
	const struct mpi *mpi = s->step->mpi;
	return map_has(&s->service->environment, name) ||
	       (HAS_RECORD(root) && map_has(&root->env, name)) ||
	       (HAS_RECORD(own) && map_has(&own->env, name)) ||
	       (HAS_RECORD(mpi) && HAS_RECORD(mpi->host_mpi) && map_has(&mpi->host_mpi->env, name));
}

static void advise_mpi(const struct subject *s)
{
	const struct mpi *mpi = s->step->mpi;
	if (!HAS_RECORD(mpi) || !IS_GIVEN(mpi->profile) || !IS_SET(mpi->type))
		return;
	bool is_intel = mpi->profile.v == MPI_PROFILE_INTEL_MPI;
	bool is_pmi2 = str_eq_c(mpi->type.v, "pmi2");
	bool is_usual = is_pmi2 || (!is_intel && str_has_prefix(mpi->type.v, "pmix"));
	if (!is_usual) {
		struct diag *d = subject_warning(
			s, &mpi->type.from, RULE_A13, "x-slurm.mpi.type",
			"'%.*s' is unusual for this MPI: %s", STR_ARG(mpi->type.v),
			is_intel ? "it starts through pmi2" : "it starts through pmix or pmi2");
		diag_note(s->d, d, mpi->profile.from.at, "'profile' is here");
	} else if (is_intel && !sets_variable(s, STR("I_MPI_PMI_LIBRARY"))) {
		struct diag *d =
			subject_warning(s, &mpi->profile.from, RULE_A13, "x-slurm.mpi.profile",
					"Intel MPI finds pmi2 through I_MPI_PMI_LIBRARY, "
					"which isn't set");
		diag_help(s->d, d, "set it in the service's environment to Slurm's libpmi2.so");
	}
}

static void advise_site_variables(const struct subject *s, const struct settings *settings)
{
	const struct v_map *own = &s->service->environment;
	for (uint32_t i = 0; i < own->n; i++)
		for (uint32_t k = 0; k < settings->distributed_env.n; k++) {
			const struct assignment *site = &settings->distributed_env.items[k];
			if (!str_eq(site->name, own->items[i].key) ||
			    !IS_SET(own->items[i].value) ||
			    str_eq(site->value, own->items[i].value.v))
				continue;
			subject_warning(
				s, &own->items[i].value.from, RULE_A15,
				str_fmt(s->d->arena, "environment.%.*s", STR_ARG(site->name)).ptr,
				"the site's cluster.toml sets it to '%.*s' for services on "
				"several nodes",
				STR_ARG(site->value));
		}
}

/* Services on several nodes against the site's ports and variables. */
static void advise_site(const struct unit *u, struct diags *d)
{
	const struct settings *settings = u->settings;
	const struct service *first = NULL;
	for (uint32_t i = 0; settings && i < u->plan->services.n; i++) {
		const struct service *service = u->pass_state->services[i];
		const struct subject s = {.u = u, .d = d, .service = service};
		const struct v_uint *nodes = &u->plan->services.items[i].nodes;
		if (!IS_SET(*nodes) || nodes->v < 2)
			continue;
		advise_site_variables(&s, settings);
		if (first && settings->rdzv_port) {
			struct origin from = {.at = service_at(service)};
			struct diag *diag = subject_warning(
				&s, &from, RULE_A15, "x-slurm",
				"the site's cluster.toml gives all services on several nodes one "
				"port, %u; those that run at the same time would meet on it",
				(unsigned)settings->rdzv_port);
			diag_note(d, diag, service_at(first), "'%.*s' has it as well",
				  STR_ARG(first->head.name));
			return;
		}
		first = first ? first : service;
	}
}

static check_fn *const root_checks[] = {
	advise_memory,
	advise_tasks,
	advise_units,
	advise_directives,
};

static check_fn *const service_checks[] = {
	advise_image, advise_copies, advise_tasks, advise_units, advise_mpi,
};

void check_advice_resources(const struct unit *u, struct diags *d)
{
	run_root_checks(u, d, root_checks, N_CHECKS(root_checks));
	run_service_checks(u, d, service_checks, N_CHECKS(service_checks));
	advise_site(u, d);
}
