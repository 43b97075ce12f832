/* SPDX-License-Identifier: Apache-2.0 */
/* The allocation table that `begin` reads, and the node names that go with it. */
#ifndef HPCC_RUNTIME_DATA_ALLOC_H
#define HPCC_RUNTIME_DATA_ALLOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/core/pool.h"

struct rt_alloc_service {
	const char *name, *token, *set;          /* set: node numbers */
	uint32_t ntasks, ntasks_per_node, nproc; /* 0: not stated */
	bool mpi;
	uint32_t node_count;
	const char **node; /* names */
	uint32_t *number;  /* the same in the allocation */
	uint32_t gpus;     /* on each of its nodes; 0: it has no share of CPUs by them */
	uint32_t beside;   /* CPUs that others state there */
};

/* A component of a heterogeneous job. */
struct rt_alloc_part {
	const char *name;
	uint32_t nodes; /* behind those of the components before it */
	uint32_t gpus;  /* on each of them; 0: not stated */
};

struct rt_alloc {
	const char *job_name, *job_id;
	uint32_t nodes; /* as the table says, or 0 until they are found */
	bool is_auto;   /* the table names no number */
	uint32_t node_count;
	const char **node;
	const char *resume; /* path or NULL */
	uint32_t rdzv_port, rdzv_base, rdzv_span;
	uint32_t attempt;
	bool is_resume;
	uint32_t count;
	struct rt_alloc_service *service;
	uint32_t part_count; /* 0: the job has one allocation */
	struct rt_alloc_part *part;
};

/* Reads the table; says what is wrong, line by line, and returns false. */
bool rt_alloc_read(struct rt_alloc *a, struct rt_pool *pool, const char *text, size_t len);
/* Finds the node names and gives every service its own; says what is wrong. */
bool rt_alloc_nodes(struct rt_alloc *a, struct rt_pool *pool);
/* CPUs for each task of a service that has gpus, as its nodes have them in this job; at least 1. */
uint64_t rt_alloc_cpus(const struct rt_alloc *a, const struct rt_alloc_service *s,
		       struct rt_pool *pool);
/* base + ((digits of the job id + number) mod span), or the fixed port. */
uint32_t rt_alloc_port(const struct rt_alloc *a, uint32_t number);

#endif
