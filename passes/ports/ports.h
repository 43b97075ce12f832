/* SPDX-License-Identifier: Apache-2.0 */
/* Ports of the plan's services, by what a spec calls them. */
#ifndef HPCC_PASSES_PORTS_PORTS_H
#define HPCC_PASSES_PORTS_PORTS_H

#include "passes/lower.h"

/* "HPC_COMPOSE_PORT_HTTP": what the service itself finds it in. */
struct str port_variable(struct arena *a, struct str name);

/* NULL without one. */
const struct plan_port *port_of_name(const struct plan_service *s, struct str name);
/* The service's port when it has no other; else NULL. */
const struct plan_port *port_alone(const struct plan_service *s);

#endif
