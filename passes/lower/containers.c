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

/* Root and service spell these fields alike. */
#define ASKS_FOR_GPUS(x)                                                                           \
	(IS_SET((x)->gpus) || IS_SET((x)->gpus_per_node) || IS_SET((x)->gpus_per_task) ||          \
	 IS_SET((x)->cpus_per_gpu) || IS_SET((x)->mem_per_gpu) || gres_has_gpu(&(x)->gres))

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

	bool job_asks = ASKS_FOR_GPUS(unit_slurm(u));
	for (uint32_t i = 0; i < u->plan->services.n; i++) {
		const struct service *s = u->pass_state->services[i];
		bool use =
			gpu == RUNTIME_GPU_NVIDIA ||
			(gpu == RUNTIME_GPU_AUTO && (job_asks || ASKS_FOR_GPUS(service_step(s))));
		u->plan->services.items[i].use_gpu_flag = plan_bool(s->head.from, use);
	}
}
