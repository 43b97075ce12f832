/* SPDX-License-Identifier: Apache-2.0 */
/* What a text takes from the job. */
#ifndef HPCC_PASSES_PORTS_VALUES_H
#define HPCC_PASSES_PORTS_VALUES_H

#include "passes/ports/ports.h"

/* `${run:…}` taken apart, and what it leads to. */
struct value_text {
	enum value_source source;
	struct str name;     /* variable: that of the batch job; else the service's */
	struct str port;     /* empty: the service's only one */
	struct str fallback; /* behind ":-" */
	bool has_fallback;
	uint32_t number; /* of the service; MAP_NONE: there is none */
	const struct plan_port *known_port;
};

/* Taken apart alone. Names may have dots: which of them are a service's, is_service says. */
typedef bool is_service_fn(const struct unit *u, struct str name);
struct value_text value_split(const struct unit *u, struct str words, is_service_fn *is_service);
struct value_text value_read(const struct unit *u, struct str words);
/* "web.port.http" of a port that is chosen in the job, as a text with a mark. */
struct str value_of_port(struct arena *a, const struct plan_service *s,
			 const struct plan_port *port);

#endif
