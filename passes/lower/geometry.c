/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Geometry: nodes, tasks and ranks of each step. A step takes the service's own task counts, else
 * the root's; a service that states `ntasks` alone doesn't inherit the root's `ntasks_per_node`.
 * Steps on several nodes also get the number of processes that a launcher would start per node.
 */
#include "passes/lower/components.h"

void step_tasks(const struct unit *u, const struct service *s, struct plan_service *p)
{
	const struct slurm *slurm = service_slurm(u, s);
	const struct step *step = service_step(s);
	p->nodes = plan_uint(p->node_set.from, p->node_set.n);
	if (p->node_set.n > 1 && unit_nodes_are_auto(u))
		p->nodes.from = (struct origin){0};
	if (IS_POISON(step->ntasks) || IS_POISON(step->ntasks_per_node) ||
	    IS_POISON(slurm->ntasks) || IS_POISON(slurm->ntasks_per_node))
		return;
	if (IS_SET(step->ntasks))
		p->ntasks = step->ntasks;
	else if (IS_SET(slurm->ntasks))
		p->ntasks = plan_uint(slurm->ntasks.from, slurm->ntasks.v);
	if (IS_SET(step->ntasks_per_node))
		p->ntasks_per_node = step->ntasks_per_node;
	else if (!IS_SET(step->ntasks) && IS_SET(slurm->ntasks_per_node))
		p->ntasks_per_node =
			plan_uint(slurm->ntasks_per_node.from, slurm->ntasks_per_node.v);
	if (!IS_SET(p->ntasks) && !IS_SET(p->ntasks_per_node)) {
		struct origin from = {.at = p->head.from.at, .kind = ORIGIN_DEFAULT};
		if (p->nodes.v > 1)
			p->ntasks_per_node = plan_uint(from, 1);
		else
			p->ntasks = plan_uint(from, 1);
	}
	if (IS_SET(p->ntasks))
		p->ranks = plan_uint(p->ntasks.from, p->ntasks.v);
	else
		p->ranks = plan_uint(p->ntasks_per_node.from, p->ntasks_per_node.v * p->nodes.v);
}

/* A positive number written for this variable in the service's environment. */
static bool variable_number(const struct v_map *env, const char *name, struct v_uint *value)
{
	for (uint32_t i = env->n; i-- > 0;) {
		if (!str_eq_c(env->items[i].key, name))
			continue;
		uint64_t v;
		if (!str_to_u64(str_trim(env->items[i].value.v), &v) || !v)
			return false;
		*value = plan_uint(env->items[i].value.from, v);
		return true;
	}
	return false;
}

static bool gres_number(const struct v_str *gres, struct v_uint *value)
{
	bool has_gpu = false;
	uint64_t count = 0;
	if (IS_SET(*gres))
		grammar_gres_gpus(gres->v, &has_gpu, &count);
	if (has_gpu && count)
		*value = plan_uint(gres->from, count);
	return has_gpu && count;
}

static bool evenly(const struct v_uint *gpus, const struct v_uint *nodes, struct v_uint *value)
{
	if (!IS_SET(*gpus) || !IS_SET(*nodes) || gpus->v % nodes->v)
		return false;
	*value = plan_uint(gpus->from, gpus->v / nodes->v);
	return true;
}

/* Processes per node, by the first source that applies. */
static struct v_uint processes(const struct unit *u, const struct service *s,
			       const struct plan_service *p)
{
	const struct slurm *slurm = service_slurm(u, s);
	const struct step *step = service_step(s);
	struct v_uint v;
	if (variable_number(&s->environment, "HPC_COMPOSE_DIST_NPROC_PER_NODE", &v) ||
	    variable_number(&s->environment, "NPROC_PER_NODE", &v))
		return v;
	if (IS_SET(step->gpus_per_node))
		return plan_uint(step->gpus_per_node.from, step->gpus_per_node.v);
	if (IS_SET(slurm->gpus_per_node))
		return plan_uint(slurm->gpus_per_node.from, slurm->gpus_per_node.v);
	if (gres_number(&step->gres, &v) || gres_number(&slurm->gres, &v) ||
	    evenly(gpus_count(&step->gpus), &p->nodes, &v) ||
	    evenly(gpus_count(&slurm->gpus), &p->nodes, &v))
		return v;
	if (IS_SET(p->ntasks_per_node))
		return plan_uint(p->ntasks_per_node.from, p->ntasks_per_node.v);
	return plan_uint((struct origin){.at = s->head.from.at, .kind = ORIGIN_DEFAULT}, 1);
}

/* The port rule of steps on several nodes: a fixed port, or one of a range chosen by job id. */
static struct plan_rdzv *rdzv(struct unit *u)
{
	const struct settings *settings = u->settings;
	struct plan_rdzv *r = ARENA_NEW(u->arena, struct plan_rdzv);
	struct origin from = {.at = u->job->head.from.at,
			      .kind = settings ? ORIGIN_PROFILE : ORIGIN_DEFAULT};
	r->head.from = from;
	if (settings && settings->rdzv_port)
		r->port = (struct v_uint){.from = from, .v = settings->rdzv_port};
	uint64_t base =
		settings && settings->rdzv_port_base ? settings->rdzv_port_base : RDZV_PORT_BASE;
	uint64_t span =
		settings && settings->rdzv_port_span ? settings->rdzv_port_span : RDZV_PORT_SPAN;
	r->base = (struct v_uint){.from = from, .v = base};
	r->span = (struct v_uint){.from = from, .v = span};
	if (!settings || !settings->distributed_env.n)
		return r;
	r->env.from = from;
	r->env.n = settings->distributed_env.n;
	r->env.items = ARENA_ARRAY(u->arena, r->env.n, struct v_pair);
	for (uint32_t i = 0; i < r->env.n; i++) {
		const struct assignment *x = &settings->distributed_env.items[i];
		r->env.items[i].key = x->name;
		r->env.items[i].value = (struct v_str){.from = from, .v = x->value};
	}
	return r;
}

void lower_geometry(struct unit *u)
{
	for (uint32_t i = 0; i < u->plan->services.n; i++) {
		struct plan_service *p = &u->plan->services.items[i];
		const struct service *s = u->pass_state->services[i];
		if (IS_POISON(p->node_set))
			continue;
		step_tasks(u, s, p);
		if (p->nodes.v <= 1)
			continue;
		p->nproc = processes(u, s, p);
		if (!u->plan->rdzv)
			u->plan->rdzv = rdzv(u);
	}
}
