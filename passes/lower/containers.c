/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Containers: what steps run in, how it starts, and which steps get the container tool's GPU switch:
 * all with `runtime.gpu: nvidia` or `amd`, none with `none`, else those for which the job or the service asks for
 * GPUs in any way.
 */
#include "passes/lower/components.h"
#include "passes/lower/site.h"

static bool gres_has_gpu(const struct v_str *gres)
{
	bool has_gpu = false;
	uint64_t count;
	if (IS_SET(*gres))
		grammar_gres_gpus(gres->v, &has_gpu, &count);
	return has_gpu;
}

/* `record` is a struct step or a struct slurm. */
static bool asks_for_gpus(const void *record, bool is_step)
{
	for (size_t i = 0; i < n_gpu_options; i++) {
		const struct slurm_option *o = &slurm_options[gpu_options[i]];
		const struct option_field *field = is_step ? &o->step : &o->root;
		if (!field->is_field)
			continue;
		const struct origin *from = option_origin(record, field);
		if (from->kind > ORIGIN_POISON &&
		    (o->classes & OPTION_CLASS_GPU || gres_has_gpu((const struct v_str *)from)))
			return true;
	}
	return false;
}

/* What the service says, else the job. */
static void choose(struct v_bool *chosen, const struct v_bool *own, const struct v_bool *all)
{
	if (own && IS_SET(*own))
		*chosen = *own;
	else if (all && IS_SET(*all))
		*chosen = *all;
}

/* What the site says of all containers, as far as this one's tool can do it. */
static void give_start(const struct unit *u, const struct container *row, struct plan_service *p)
{
	if (*row->writable)
		site_give_bool(u, &p->writable, CLUSTER_root_containers,
			       CLUSTER_containers_writable);
	if (row->is_contained)
		site_give_bool(u, &p->home, CLUSTER_root_containers, CLUSTER_containers_home);
	if (*row->remap_root)
		site_give_bool(u, &p->remap_root, CLUSTER_root_containers,
			       CLUSTER_containers_remap_root);
}

static void lower_start(const struct unit *u, const struct container *row,
			const struct runtime *all, const struct service_runtime *own,
			struct plan_service *p)
{
	if (!HAS_RECORD(all))
		all = NULL;
	if (!HAS_RECORD(own))
		own = NULL;
	choose(&p->writable, own ? &own->writable : NULL, all ? &all->writable : NULL);
	choose(&p->home, own ? &own->home : NULL, all ? &all->home : NULL);
	choose(&p->remap_root, own ? &own->remap_root : NULL, all ? &all->remap_root : NULL);
	give_start(u, row, p);
	if (!p->writable.v)
		p->writable = (struct v_bool){0};
}

/* Words for all services in the job's container tool, then the service's own. */
static struct v_list options_of(struct unit *u, const struct runtime *all, const struct service *s)
{
	static const struct v_list none;
	const struct service_runtime *own = HAS_RECORD(s->runtime) ? s->runtime : NULL;
	const struct v_list *x =
		HAS_RECORD(all) && service_backend(u, s) == unit_backend(u) ? &all->options : &none;
	const struct v_list *y = own ? &own->options : &none;
	struct v_list words = {.from = IS_SET(*y) ? y->from : x->from, .n = x->n + y->n};

	if (!x->n || !y->n)
		return x->n ? *x : *y;
	words.items = ARENA_ARRAY(u->arena, words.n, struct v_str);
	for (uint32_t i = 0; i < words.n; i++)
		words.items[i] = i < x->n ? x->items[i] : y->items[i - x->n];
	return words;
}

static struct v_list with_site_options(const struct unit *u, const struct service *s,
				       struct v_list own)
{
	const struct container *row = service_container(u, s);
	const struct node *lists =
		site_value(u, CLUSTER_root_containers, CLUSTER_containers_options);
	return row->is_contained ? site_list_before(u, node_get(lists, row->name), own) : own;
}

/* Whose GPUs nodes have, where the spec leaves it to hpcc. */
static bool site_has_gpus(const struct unit *u, const struct runtime *runtime, const char *maker)
{
	const struct node *gpu = site_value(u, CLUSTER_root_containers, CLUSTER_containers_gpu);
	bool is_said = HAS_RECORD(runtime) && IS_GIVEN(runtime->gpu);
	return gpu && !is_said && str_eq_c(gpu->text, maker);
}

static void lower_backend(struct unit *u, const struct service *s, struct plan_service *p)
{
	struct origin from = service_backend_origin(u, s);

	if (service_backend(u, s) != unit_backend(u))
		p->container = plan_enum(from, service_backend(u, s));
	if (from.kind == ORIGIN_POISON)
		p->container.from.kind = ORIGIN_POISON;
}

void lower_containers(struct unit *u)
{
	const struct runtime *runtime = u->job->runtime;
	struct origin from = u->job->head.from;
	enum runtime_gpu gpu = RUNTIME_GPU_AUTO;
	if (HAS_RECORD(runtime)) {
		if (IS_SET(runtime->backend))
			from = runtime->backend.from;
		if (IS_SET(runtime->gpu))
			gpu = (enum runtime_gpu)runtime->gpu.v;
	}
	u->plan->container = plan_enum(from, unit_backend(u));
	if (runtime && (IS_POISON(runtime->head) || IS_POISON(runtime->backend)))
		u->plan->container.from.kind = ORIGIN_POISON;

	for (uint32_t i = 0; i < u->plan->services.n; i++) {
		const struct service *s = u->pass_state->services[i];
		bool use = gpu == RUNTIME_GPU_NVIDIA || gpu == RUNTIME_GPU_AMD ||
			   (gpu == RUNTIME_GPU_AUTO && (asks_for_gpus(service_slurm(u, s), false) ||
							asks_for_gpus(service_step(s), true)));
		struct plan_service *p = &u->plan->services.items[i];
		use = use && !site_has_gpus(u, runtime, "none");
		p->use_gpu_flag = plan_bool(s->head.from, use);
		if (gpu == RUNTIME_GPU_AMD)
			p->is_amd = plan_bool(runtime->gpu.from, true);
		else if (site_has_gpus(u, runtime, "amd") && use)
			p->is_amd = plan_bool(s->head.from, true);
		lower_backend(u, s, p);
		p->container_options = with_site_options(u, s, options_of(u, runtime, s));
		lower_start(u, service_container(u, s), runtime, s->runtime, p);
	}
}
