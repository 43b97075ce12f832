/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Resources: options of each step in the order of the language; what each step demands of each of
 * its nodes; and what a node of the allocation has, as far as the spec states it. A step that
 * states CPUs, memory or GPUs gets exactly those; one that states none shares what is there.
 */
#include "passes/checks/site_facts.h"
#include "passes/lower/components.h"

static void lower_options(struct unit *u, const struct step *step, struct plan_service *p)
{
	const unsigned resources =
		OPTION_CLASS_CPU | OPTION_CLASS_GPU | OPTION_CLASS_MEMORY | OPTION_CLASS_GRES;
	uint32_t n = 0;
	for (size_t i = 0; i < n_step_options; i++)
		n += option_origin(step, &slurm_options[step_options[i]].step)->kind >
		     ORIGIN_POISON;
	p->options.from = origin_derived(p->head.from);
	p->options.items = ARENA_ARRAY(u->arena, n, struct plan_option);
	p->is_exact = plan_bool(p->head.from, false);
	for (size_t i = 0; n && i < n_step_options; i++) {
		const struct slurm_option *o = &slurm_options[step_options[i]];
		struct plan_option *option = &p->options.items[p->options.n];
		/* Tasks are the geometry's; who shares is said in other words. */
		if (o->classes & OPTION_CLASS_TASKS || o == &slurm_options[SLURM_OPT_EXCLUSIVE] ||
		    !plan_option_of(u->arena, o, &o->step, step, option))
			continue;
		p->options.n++;
		if (o->classes & resources && !p->is_exact.v)
			p->is_exact = plan_bool(option->head.from, true);
	}
	if (IS_SET(step->exclusive))
		p->is_exact = plan_bool(step->exclusive.from, step->exclusive.v);
}

/* Amounts stay far from the limits of 64 bits, so that sums over all services do too. */
static uint64_t bounded_product(uint64_t x, uint64_t y)
{
	const uint64_t most = UINT64_C(1) << 40;
	uint64_t product;
	if (__builtin_mul_overflow(x, y, &product) || product > most)
		return most;
	return product;
}

/* Of nodes that Slurm chooses each has a task, and more isn't known. */
static bool has_some_nodes(const struct plan_service *p)
{
	return p->nodes.v && !IS_SET(p->nodes);
}

/* Tasks on the node that has the fewest: a lower bound, so that sums never claim too much. */
static uint64_t tasks_on_node(const struct plan_service *p)
{
	if (has_some_nodes(p))
		return 1;
	if (IS_SET(p->ntasks) && p->nodes.v)
		return p->ntasks.v / p->nodes.v ? p->ntasks.v / p->nodes.v : 1;
	return IS_SET(p->ntasks_per_node) ? p->ntasks_per_node.v : 1;
}

/* Tasks that some node must have at least. */
static uint64_t most_tasks_on_node(const struct plan_service *p)
{
	if (IS_SET(p->ntasks) && IS_SET(p->nodes) && p->nodes.v)
		return (p->ntasks.v + p->nodes.v - 1) / p->nodes.v; /* 32 bits each */
	return tasks_on_node(p);
}

static uint64_t gres_gpus(const struct v_str *gres)
{
	bool has_gpu = false;
	uint64_t count = 0;
	if (IS_SET(*gres))
		grammar_gres_gpus(gres->v, &has_gpu, &count);
	return has_gpu ? count : 0;
}

/* Memory in MiB; 0 when not stated, or "all of the node". A bare number is megabytes to Slurm. */
static uint64_t memory_mib(struct arena *a, const struct v_str *text)
{
	uint64_t bytes = 0;
	bool is_known = false, has_unit = false;
	struct problem problem;
	if (!IS_SET(*text) || !grammar_memory(a, text->v, &bytes, &is_known, &has_unit, &problem) ||
	    !is_known)
		return 0;
	return has_unit ? bytes >> 20 : bytes;
}

static void find_gpu_demand(const struct step *step, const struct plan_service *p, uint64_t tasks,
			    struct demand *d)
{
	uint64_t per_gres = gres_gpus(&step->gres);
	if (IS_SET(step->gpus_per_node)) {
		d->gpus = step->gpus_per_node.v;
		d->gpus_at = step->gpus_per_node.from.at;
	} else if (per_gres) {
		d->gpus = bounded_product(per_gres, 1);
		d->gpus_at = step->gres.from.at;
	} else if (IS_SET(step->gpus) && p->nodes.v) {
		d->gpus = has_some_nodes(p) ? 0 : step->gpus.v / p->nodes.v;
		d->gpus_total = step->gpus.v;
		d->gpus_at = step->gpus.from.at;
	} else if (IS_SET(step->gpus_per_task)) {
		d->gpus = bounded_product(step->gpus_per_task.v, tasks);
		d->gpus_total = bounded_product(step->gpus_per_task.v, p->ranks.v);
		d->gpus_at = step->gpus_per_task.from.at;
	}
	if (!d->gpus_total)
		d->gpus_total = bounded_product(d->gpus, has_some_nodes(p) ? 1 : p->nodes.v);
}

static void find_memory_demand(struct arena *a, const struct step *step, struct demand *d)
{
	uint64_t per_gpu = memory_mib(a, &step->mem_per_gpu);
	uint64_t per_cpu = memory_mib(a, &step->mem_per_cpu);
	uint64_t per_node = memory_mib(a, &step->mem);
	if (per_gpu && d->gpus) {
		d->memory_mib = bounded_product(per_gpu, d->gpus);
		d->memory_at = step->mem_per_gpu.from.at;
	} else if (per_cpu && d->cpus) {
		d->memory_mib = bounded_product(per_cpu, d->cpus);
		d->memory_at = step->mem_per_cpu.from.at;
	} else if (per_node) {
		d->memory_mib = bounded_product(per_node, 1);
		d->memory_at = step->mem.from.at;
	}
}

/* What a step that shares is given may be given to others, too. */
static bool does_share(const struct step *step)
{
	return IS_SET(step->exclusive) && !step->exclusive.v;
}

static void find_demand(struct arena *a, const struct step *step, const struct plan_service *p,
			struct demand *d)
{
	uint64_t tasks = tasks_on_node(p);
	find_gpu_demand(step, p, tasks, d);
	if (IS_SET(step->cpus_per_task)) {
		d->cpus = bounded_product(step->cpus_per_task.v, tasks);
		d->cpus_total = bounded_product(step->cpus_per_task.v, p->ranks.v);
		d->cpus_at = step->cpus_per_task.from.at;
	} else if (IS_SET(step->cpus_per_gpu)) {
		d->cpus = bounded_product(step->cpus_per_gpu.v, d->gpus);
		d->cpus_total = bounded_product(step->cpus_per_gpu.v, d->gpus_total);
		d->cpus_at = step->cpus_per_gpu.from.at;
	} else if (p->is_exact.v) {
		d->cpus = tasks;
		d->cpus_total = p->ranks.v;
		d->cpus_at = p->is_exact.from.at;
		d->is_cpu_per_task = true;
	}
	d->tasks = IS_SET(p->ranks) ? most_tasks_on_node(p) : 0;
	find_memory_demand(a, step, d);
}

static void find_gpu_capacity(const struct slurm *slurm, struct capacity *c)
{
	uint64_t per_gres = gres_gpus(&slurm->gres);
	if (IS_SET(slurm->gpus_per_node)) {
		c->gpus = slurm->gpus_per_node.v;
		c->gpus_at = slurm->gpus_per_node.from.at;
		c->gpus_how = STR("gpus_per_node");
	} else if (per_gres) {
		c->gpus = bounded_product(per_gres, 1);
		c->gpus_at = slurm->gres.from.at;
		c->gpus_how = STR("gres");
	} else if (IS_SET(slurm->gpus) && slurm_nodes(slurm) == 1) {
		c->gpus = slurm->gpus.v;
		c->gpus_at = slurm->gpus.from.at;
		c->gpus_how = STR("gpus");
	} else if (IS_SET(slurm->gpus)) {
		c->gpus_total = slurm->gpus.v;
		c->gpus_at = slurm->gpus.from.at;
		c->gpus_how = STR("gpus");
	} else {
		c->lacks_gpus = !IS_SET(slurm->gpus_per_task) && !IS_SET(slurm->submit_args);
	}
}

static void find_cpu_capacity(struct arena *a, const struct slurm *slurm, struct capacity *c)
{
	bool one_node = slurm_nodes(slurm) == 1;
	if (IS_SET(slurm->cpus_per_task)) {
		/* How tasks fall on several nodes is the scheduler's choice when only their total
		   is stated. */
		const struct v_uint *tasks = one_node && IS_SET(slurm->ntasks)
						     ? &slurm->ntasks
						     : &slurm->ntasks_per_node;
		if (!one_node && IS_SET(slurm->ntasks) && !IS_SET(slurm->ntasks_per_node)) {
			c->cpus_total = bounded_product(slurm->ntasks.v, slurm->cpus_per_task.v);
			c->cpus_at = slurm->cpus_per_task.from.at;
			c->cpus_how = str_fmt(a, "ntasks %llu x cpus_per_task %llu",
					      (unsigned long long)slurm->ntasks.v,
					      (unsigned long long)slurm->cpus_per_task.v);
			return;
		}
		uint64_t n = IS_SET(*tasks) ? tasks->v : 1;
		c->cpus = bounded_product(n, slurm->cpus_per_task.v);
		c->cpus_at = slurm->cpus_per_task.from.at;
		c->cpus_how =
			n == 1 ? STR("cpus_per_task")
			       : str_fmt(a, "%s %llu x cpus_per_task %llu",
					 tasks == &slurm->ntasks ? "ntasks" : "ntasks_per_node",
					 (unsigned long long)n,
					 (unsigned long long)slurm->cpus_per_task.v);
	} else if (IS_SET(slurm->cpus_per_gpu) && c->gpus) {
		c->cpus = bounded_product(slurm->cpus_per_gpu.v, c->gpus);
		c->cpus_at = slurm->cpus_per_gpu.from.at;
		c->cpus_how =
			str_fmt(a, "%llu GPU%s x cpus_per_gpu %llu", (unsigned long long)c->gpus,
				plural(c->gpus), (unsigned long long)slurm->cpus_per_gpu.v);
	}
}

/* A task without stated CPUs is given one. How tasks fall on nodes is the scheduler's choice when
   only their total is stated, and how many there are when that follows from GPUs. */
static void find_implied_cpus(const struct slurm *slurm, struct capacity *c)
{
	bool one_node = slurm_nodes(slurm) == 1;
	if (IS_SET(slurm->cpus_per_task) || IS_SET(slurm->cpus_per_gpu) ||
	    IS_SET(slurm->gpus_per_task) ||
	    (!one_node && IS_SET(slurm->ntasks) && !IS_SET(slurm->ntasks_per_node)))
		return;
	if (one_node && IS_SET(slurm->ntasks))
		c->implied_cpus = slurm->ntasks.v;
	else
		c->implied_cpus = IS_SET(slurm->ntasks_per_node) ? slurm->ntasks_per_node.v : 1;
}

static void find_memory_capacity(struct arena *a, const struct slurm *slurm, struct capacity *c)
{
	uint64_t per_gpu = memory_mib(a, &slurm->mem_per_gpu);
	c->memory_mib = bounded_product(memory_mib(a, &slurm->mem), 1);
	c->memory_at = slurm->mem.from.at;
	c->memory_how = STR("mem");
	if (!c->memory_mib && per_gpu && c->gpus) {
		c->memory_mib = bounded_product(per_gpu, c->gpus);
		c->memory_at = slurm->mem_per_gpu.from.at;
		c->memory_how =
			str_fmt(a, "%llu GPU%s x mem_per_gpu %.*s", (unsigned long long)c->gpus,
				plural(c->gpus), STR_ARG(slurm->mem_per_gpu.v));
	}
}

/* Whole nodes come with more than the spec states, and of a poisoned number nothing is known. */
static bool is_capacity_unknown(const struct unit *u, const struct slurm *slurm)
{
	if (IS_POISON(slurm->ntasks) || IS_POISON(slurm->ntasks_per_node) ||
	    IS_POISON(slurm->cpus_per_task) || IS_POISON(slurm->gpus) ||
	    IS_POISON(slurm->gpus_per_node) || IS_POISON(slurm->gres) || IS_POISON(slurm->mem) ||
	    IS_POISON(slurm->submit_args) || IS_POISON(slurm->exclusive) ||
	    IS_POISON(slurm->mem_per_cpu))
		return true;
	if (IS_SET(slurm->exclusive) && str_eq_nocase(slurm->exclusive.v, STR("true")))
		return true;
	if (site_gives_whole_nodes(u, slurm))
		return true;
	for (uint32_t i = 0; i < slurm->submit_args.n; i++) {
		struct str item = str_trim(slurm->submit_args.items[i].v);
		/* --exclusive=user and the like do not give the whole node to one job, yet don't
		   take anything away either: sums are compared as usual. */
		if (str_eq_c(item, "--exclusive"))
			return true;
	}
	return false;
}

static struct v_uint stated(struct span at, uint64_t v)
{
	return v ? (struct v_uint){.from = {.at = at, .kind = ORIGIN_DERIVED}, .v = v}
		 : (struct v_uint){0};
}

static void find_capacity(struct unit *u, const struct slurm *slurm, struct capacity *c)
{
	if (is_capacity_unknown(u, slurm))
		return;
	find_gpu_capacity(slurm, c);
	find_cpu_capacity(u->arena, slurm, c);
	find_implied_cpus(slurm, c);
	find_memory_capacity(u->arena, slurm, c);
}

uint64_t steps_on_node(struct unit *u, const struct service *s)
{
	const struct step *step = service_step(s);
	struct plan_service alone = {.head = s->head, .node_set.n = 1};
	struct capacity c = {0};
	struct demand d = {0};
	step_tasks(u, s, &alone);
	lower_options(u, step, &alone);
	if (does_share(step))
		return UINT64_MAX;
	find_capacity(u, service_slurm(u, s), &c);
	find_demand(u->arena, step, &alone, &d);
	const uint64_t amounts[][2] = {
		{c.cpus, d.cpus}, {c.gpus, d.gpus}, {c.memory_mib, d.memory_mib}};
	uint64_t most = UINT64_MAX;
	for (size_t i = 0; i < sizeof(amounts) / sizeof(amounts[0]); i++)
		if (amounts[i][0] && amounts[i][1] && amounts[i][0] / amounts[i][1] < most)
			most = amounts[i][0] / amounts[i][1];
	return most ? most : 1;
}

void lower_resources(struct unit *u)
{
	struct pass_state *state = u->pass_state;
	state->capacities = ARENA_ARRAY(u->arena, unit_parts(u), struct capacity);
	for (uint32_t i = 0; i < unit_parts(u); i++)
		find_capacity(u, part_slurm(u, i), &state->capacities[i]);
	const struct capacity *c = &state->capacities[0];
	u->plan->cpus_per_node = stated(c->cpus_at, c->cpus);
	u->plan->gpus_per_node = stated(c->gpus_at, c->gpus);
	u->plan->memory_mib_per_node = stated(c->memory_at, c->memory_mib);

	for (uint32_t i = 0; i < u->plan->components.n; i++) {
		struct plan_component *p = &u->plan->components.items[i];
		const struct capacity *own = &state->capacities[i];
		p->cpus_per_node = stated(own->cpus_at, own->cpus);
		p->gpus_per_node = stated(own->gpus_at, own->gpus);
		p->memory_mib_per_node = stated(own->memory_at, own->memory_mib);
	}

	state->demands = ARENA_ARRAY(u->arena, state->n, struct demand);
	for (uint32_t i = 0; i < state->n; i++) {
		const struct step *step = service_step(state->services[i]);
		struct plan_service *p = &u->plan->services.items[i];
		struct demand *d = &state->demands[i];
		lower_options(u, step, p);
		if (p->nodes.v && !does_share(step))
			find_demand(u->arena, step, p, d);
		p->cpus_per_node = stated(d->cpus_at, d->cpus);
		p->gpus_per_node = stated(d->gpus_at, d->gpus);
		p->memory_mib_per_node = stated(d->memory_at, d->memory_mib);
	}
}
