/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names by which containers find services, as a spec gives them beside the services' own (E13). Who is where,
 * and what is wrong with a name, passes/ports/names.h knows.
 */
#ifndef HPCC_IR_HOST_NAMES_H
#define HPCC_IR_HOST_NAMES_H

#include "ir/job.h"
#include "ir/support/arena.h"

struct given_name {
	const struct v_str *value; /* what stands there: the name, or SERVICE:NAME of a link */
	struct str name;
	bool is_link;
	struct str target; /* of a link: the service that it leads to */
	struct str field;  /* "networks.back.aliases[0]" */
};
typedef LIST(struct given_name) given_names;

/* Those that a service gives itself and, by links, to others: in the order of the language. */
given_names names_given(struct arena *a, const struct service *s);

/* "web-12": "web" and 12, as nodes and copies of a service are called; false for other names. */
bool name_is_numbered(struct str name, struct str *service, uint64_t *number);

#endif
