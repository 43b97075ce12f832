/* SPDX-License-Identifier: Apache-2.0 */
/* Names by which containers reach services (E13). */
#ifndef HPCC_PASSES_PORTS_NAMES_H
#define HPCC_PASSES_PORTS_NAMES_H

#include "ir/host_names.h"
#include "passes/lower.h"

/* Another name of a service. */
struct host_alias {
	struct given_name given;
	uint32_t service; /* launch number of the service it leads to; MAP_NONE: there is none */
	uint32_t said_by; /* launch number of the service that says so */
};
typedef LIST(struct host_alias) alias_list;

/* All of them, in the order of services and of the language. */
alias_list host_aliases(const struct unit *u, struct arena *a);

/* "web-3": the number of the service whose third node or copy that would be, if it has so many; else MAP_NONE. */
uint32_t host_numbered(const struct unit *u, struct str name);

/* Containers of the job have hosts files with names of services. */
bool names_are_on(const struct unit *u);

#endif
