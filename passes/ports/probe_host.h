/* SPDX-License-Identifier: Apache-2.0 */
/* Where a probe looks: at the service's own node, or at a host that is named. */
#ifndef HPCC_PASSES_PORTS_PROBE_HOST_H
#define HPCC_PASSES_PORTS_PROBE_HOST_H

#include "passes/lower.h"

/* The probe connects to localhost: what of it says so, and where that is written. */
bool probe_is_local(const struct readiness *r, struct str *what, struct span *at);

/* Looks at a service that is ready, as a probe; without any, one without a type. */
struct readiness probe_of_liveness(const struct liveness *l);

/* The port at localhost that such a probe expects the service itself to listen on, and where it is written;
   0 without one. */
uint32_t probe_port(const struct readiness *r, struct span *at);

#endif
