/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of a heterogeneous job. A job that is none has one part, its x-slurm. */
#ifndef HPCC_PASSES_LOWER_COMPONENTS_H
#define HPCC_PASSES_LOWER_COMPONENTS_H

#include "passes/lower.h"

struct part {
	const struct component *written;
	const struct slurm *slurm; /* the job's, with what the component states laid over it */
	uint64_t first, nodes;     /* its nodes, among those of the job */
	uint32_t services;         /* that run in it, copies too; placement counts them */
};

struct components {
	struct part *items;
	uint32_t n;
	uint64_t nodes; /* of all of them */
};

uint32_t unit_parts(const struct unit *u);
const struct slurm *part_slurm(const struct unit *u, uint32_t part); /* never NULL */
uint64_t part_nodes(const struct unit *u, uint32_t part);
uint64_t part_first(const struct unit *u, uint32_t part);
/* Empty where the job is no heterogeneous one. */
struct str part_name(const struct unit *u, uint32_t part);

/* The part that a service runs in; the first one for a name that isn't known. */
uint32_t service_part(const struct unit *u, const struct service *s);
/* What its part asks for, and how many nodes that has. */
const struct slurm *service_slurm(const struct unit *u, const struct service *s);
uint64_t service_nodes(const struct unit *u, const struct service *s);

#endif
