/* SPDX-License-Identifier: Apache-2.0 */
/* Which containers there are. */
#include "backends/writer.h"

static const struct container *const containers[RUNTIME_BACKEND_N] = {
	[RUNTIME_BACKEND_PYXIS] = &container_pyxis,
	[RUNTIME_BACKEND_APPTAINER] = &container_apptainer,
	[RUNTIME_BACKEND_SINGULARITY] = &container_singularity,
	[RUNTIME_BACKEND_CHARLIECLOUD] = &container_charliecloud,
	[RUNTIME_BACKEND_HOST] = &container_host,
};

const struct container *container_of(const struct plan *plan)
{
	return containers[plan->container.v];
}

const char *prepare_odd_bytes(const struct plan *plan)
{
	return container_of(plan)->prepare_bytes;
}

/* Without Slurm the images of Pyxis run under the program that prepares them. */
const char *mount_odd_bytes(const struct plan *plan, bool is_local)
{
	const struct container *c = container_of(plan);

	return is_local && c == &container_pyxis ? c->prepare_bytes : c->mount_bytes;
}
