/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Containers: what steps run in, and which steps get the container tool's GPU switch: all with
 * `runtime.gpu: nvidia`, none with `none`, else those for which the job or the service asks for
 * GPUs in any way.
 */
#include "passes/lower.h"

static bool gres_has_gpu(const struct v_str *gres)
{
	bool has_gpu = false;
	uint64_t count;
	if (IS_SET(*gres))
		grammar_gres_gpus(gres->v, &has_gpu, &count);
	return has_gpu;
}

static bool does_ask(const struct slurm_option *o, const struct option_field *field,
		     const void *record)
{
	const struct origin *from = option_origin(record, field);
	if (!field->is_field || from->kind <= ORIGIN_POISON)
		return false;
	return o->classes & OPTION_CLASS_GPU ||
	       (o->classes & OPTION_CLASS_GRES && gres_has_gpu((const struct v_str *)from));
}

static bool job_asks_for_gpus(const struct slurm *slurm)
{
	for (size_t i = 0; i < N_SLURM_OPTS; i++)
		if (does_ask(&slurm_options[i], &slurm_options[i].root, slurm))
			return true;
	return false;
}

static bool step_asks_for_gpus(const struct step *step)
{
	for (size_t i = 0; i < n_step_options; i++)
		if (does_ask(&slurm_options[step_options[i]], &slurm_options[step_options[i]].step,
			     step))
			return true;
	return false;
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

	bool job_asks = job_asks_for_gpus(unit_slurm(u));
	for (uint32_t i = 0; i < u->plan->services.n; i++) {
		const struct service *s = u->pass_state->services[i];
		bool use = gpu == RUNTIME_GPU_NVIDIA ||
			   (gpu == RUNTIME_GPU_AUTO &&
			    (job_asks || step_asks_for_gpus(service_step(s))));
		u->plan->services.items[i].use_gpu_flag = plan_bool(s->head.from, use);
	}
}
