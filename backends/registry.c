/* SPDX-License-Identifier: Apache-2.0 */
/* Which containers there are. */
#include "backends/writer.h"

#define EMITTER_ROW(number, name) [RUNTIME_BACKEND_##number] = &emitter_##name,
static const struct container_emitter *const emitters[RUNTIME_BACKEND_N] = {
	CONTAINER_EMITTERS(EMITTER_ROW)};

static enum runtime_backend backend_of(const struct plan *plan, const struct plan_service *s)
{
	return (enum runtime_backend)(IS_SET(s->container) ? s->container.v : plan->container.v);
}

const struct plan_component *plan_component_of(const struct plan *plan,
					       const struct plan_service *s)
{
	return IS_SET(s->component) ? &plan->components.items[s->component.v] : NULL;
}

const struct container *container_of(const struct plan *plan, const struct plan_service *s)
{
	return &containers[backend_of(plan, s)];
}

const struct container_emitter *emitter_of(const struct plan *plan, const struct plan_service *s)
{
	return emitters[backend_of(plan, s)];
}

bool mount_is_hosts(const struct plan_service *s, const struct plan_mount *m)
{
	return IS_SET(s->hosts_file) && m->host->base.v == PATH_BASE_JOB_DIR &&
	       str_eq_c(m->container.v, "/etc/hosts");
}

bool plan_uses_container(const struct plan *plan, enum runtime_backend backend)
{
	for (uint32_t i = 0; i < plan->services.n; i++)
		if (backend_of(plan, &plan->services.items[i]) == backend)
			return true;
	return false;
}

const struct container_emitter *plan_emitter(const struct plan *plan, enum runtime_backend backend)
{
	if (!plan_uses_container(plan, backend))
		return NULL;
	for (enum runtime_backend i = 0; i < backend; i++)
		if (emitters[i] == emitters[backend] && plan_uses_container(plan, i))
			return NULL;
	return emitters[backend];
}

bool plan_uses_containers(const struct plan *plan)
{
	for (enum runtime_backend i = 0; i < RUNTIME_BACKEND_N; i++)
		if (containers[i].is_contained && plan_uses_container(plan, i))
			return true;
	return false;
}

const char *mount_odd_bytes(const struct container *c, bool is_local)
{
	return is_local && c->maker_runs_local ? c->prepare_bytes : c->mount_bytes;
}
