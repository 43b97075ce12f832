/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CPUs for a task of a service that states GPUs and no CPUs: the part of its nodes' CPUs that its GPUs
 * are of theirs, after what others state.
 *
 *	SLURM_JOB_CPUS_PER_NODE=64(x2),32  SLURM_GPUS_ON_NODE=4
 *	gpus 2 beside 4, one task on the first node: (64 - 4) x 2 / 4 = 30
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/data/alloc.h"
#include "runtime/files.h"

static uint64_t digits(const char **text)
{
	uint64_t n = 0;

	for (; **text >= '0' && **text <= '9'; (*text)++)
		n = n < UINT32_MAX ? n * 10 + (uint64_t)(**text - '0') : n;
	return n;
}

/* CPUs of the node with that number; 0: the list doesn't say. */
static uint64_t cpus_of_node(const char *list, uint32_t node)
{
	uint64_t last = 0;

	while (*list >= '0' && *list <= '9') {
		uint64_t cpus = digits(&list), times = 1;

		if (list[0] == '(' && list[1] == 'x') {
			list += 2;
			times = digits(&list);
			list += *list == ')';
		}
		last += times;
		if (node < last)
			return cpus;
		list += *list == ',';
	}
	return 0;
}

/* The component that a node is in, and the first node of it. */
static uint32_t part_of(const struct rt_alloc *a, uint32_t node, uint32_t *first)
{
	uint32_t part = 0;

	*first = 0;
	while (part + 1 < a->part_count && node >= *first + a->part[part].nodes)
		*first += a->part[part++].nodes;
	return part;
}

/* On the node that has the fewest. */
static uint64_t cpus_of_service(const struct rt_alloc *a, const struct rt_alloc_service *s)
{
	char name[64] = "SLURM_JOB_CPUS_PER_NODE";
	uint32_t first, part = part_of(a, s->node_count ? s->number[0] : 0, &first);

	if (a->part_count)
		snprintf(name, sizeof(name), "SLURM_JOB_CPUS_PER_NODE_HET_GROUP_%u", part);
	const char *list = getenv(name), *here = getenv("SLURM_CPUS_ON_NODE");
	uint64_t least = 0;

	for (uint32_t i = 0; list && i < s->node_count; i++) {
		uint64_t cpus = cpus_of_node(list, s->number[i] - first);

		least = cpus && (!least || cpus < least) ? cpus : least;
	}
	if (!least && here)
		least = digits(&here);
	return least ? least : (uint64_t)sysconf(_SC_NPROCESSORS_ONLN);
}

/* On each node of the service; of other components the batch node knows what the job asked for. 0: not known. */
static uint64_t gpus_of_service(const struct rt_alloc *a, const struct rt_alloc_service *s)
{
	const char *here = getenv("SLURM_GPUS_ON_NODE");
	uint32_t first, part = part_of(a, s->node_count ? s->number[0] : 0, &first);

	if (part > 0)
		return a->part[part].gpus;
	return here ? digits(&here) : 0;
}

/* Where a core has several, a step gets whole cores: an odd share would take from the next one. */
static uint64_t cpus_of_core(struct rt_pool *pool)
{
	size_t len;
	const char *list = rt_read_file(
		pool, "/sys/devices/system/cpu/cpu0/topology/thread_siblings_list", &len);
	uint64_t n = 0;

	while (list && *list >= '0' && *list <= '9') {
		uint64_t first = digits(&list), last = first;

		if (*list == '-') {
			list++;
			last = digits(&list);
		}
		n += last >= first ? last - first + 1 : 1;
		list += *list == ',';
	}
	return n ? n : 1;
}

uint64_t rt_alloc_cpus(const struct rt_alloc *a, const struct rt_alloc_service *s,
		       struct rt_pool *pool)
{
	uint64_t all = cpus_of_service(a, s), gpus = gpus_of_service(a, s);
	uint64_t tasks = s->ntasks_per_node, core = cpus_of_core(pool);

	if (!tasks && s->ntasks)
		tasks = ((uint64_t)s->ntasks + s->node_count - 1) / s->node_count;
	if (gpus < s->gpus)
		gpus = s->gpus;
	uint64_t share = all > s->beside ? (all - s->beside) * s->gpus / gpus : 0;
	share /= tasks ? tasks : 1;
	if (share > core && share < all)
		share -= share % core;
	return share ? share : 1;
}
