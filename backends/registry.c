/* SPDX-License-Identifier: Apache-2.0 */
/* Which containers there are. */
#include "backends/writer.h"

#define EMITTER_ROW(number, name) [RUNTIME_BACKEND_##number] = &emitter_##name,
static const struct container_emitter *const emitters[RUNTIME_BACKEND_N] = {
	CONTAINER_EMITTERS(EMITTER_ROW)};

const struct container_emitter *emitter_of(const struct plan *plan)
{
	return emitters[plan->container.v];
}

const struct container *container_of(const struct plan *plan)
{
	return &containers[plan->container.v];
}

const char *prepare_odd_bytes(const struct plan *plan)
{
	return container_of(plan)->prepare_bytes;
}

const char *mount_odd_bytes(const struct plan *plan, bool is_local)
{
	const struct container *c = container_of(plan);

	return is_local && c->maker_runs_local ? c->prepare_bytes : c->mount_bytes;
}
