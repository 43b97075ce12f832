/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Components: the parts of a heterogeneous job. In: x-slurm and its `components`; out: for each of them
 * an x-slurm of its own, in which it has what it states and else what the job states. Nodes of all
 * components are numbered through, those of the first first:
 *
 *	{nodes: 1, time: 30, components: {server: {partition: cpu}, workers: {nodes: 4}}}
 *	server		nodes 1, time 30, partition cpu		node 0
 *	workers		nodes 4, time 30			nodes 1 to 4
 */
#include <string.h>

#include "ir/support/bug.h"
#include "passes/lower/components.h"

/* Of the kinds that options of Slurm have. */
static const size_t sizes[KIND_VALUES + 1] = {
	[KIND_STR] = sizeof(struct v_str),   [KIND_BOOL] = sizeof(struct v_bool),
	[KIND_UINT] = sizeof(struct v_uint), [KIND_GPUS] = sizeof(struct v_gpus),
	[KIND_LIST] = sizeof(struct v_list), [KIND_WALLTIME] = sizeof(struct v_time),
	[KIND_RECORD] = sizeof(void *),
};

static bool is_given(const struct field *f, const void *value)
{
	if (f->kind == KIND_RECORD)
		return *(void *const *)value != NULL;
	unsigned kind = ((const struct origin *)value)->kind;
	return kind > ORIGIN_DEFAULT || kind == ORIGIN_POISON;
}

/* The job's x-slurm with what the component states laid over it. */
static struct slurm *laid_over(struct unit *u, const struct component *c)
{
	struct slurm *slurm = ARENA_NEW(u->arena, struct slurm);
	*slurm = *unit_slurm(u);
	for (size_t i = 0; i < record_component.n_fields; i++) {
		const struct field *own = &record_component.fields[i];
		const struct field *all = record_field(&record_slurm, str_c(own->key));
		const void *value = (const char *)c + own->offset;
		if (!all || all->kind != own->kind || !sizes[own->kind])
			BUG("a component has a field that x-slurm hasn't");
		if (is_given(own, value))
			memcpy((char *)slurm + all->offset, value, sizes[own->kind]);
	}
	return slurm;
}

void lower_components(struct unit *u)
{
	const struct slurm *slurm = unit_slurm(u);
	if (!slurm->components.n)
		return;
	struct components *all = ARENA_NEW(u->arena, struct components);
	all->n = slurm->components.n;
	all->items = ARENA_ARRAY(u->arena, all->n, struct part);
	for (uint32_t i = 0; i < all->n; i++) {
		const struct component *c = &slurm->components.items[i];
		struct part *part = &all->items[i];
		part->written = c;
		part->slurm = laid_over(u, c);
		part->nodes = slurm_nodes(part->slurm);
		part->first = all->nodes;
		all->nodes += part->nodes;
	}
	u->components = all;
}

uint32_t unit_parts(const struct unit *u)
{
	return u->components ? u->components->n : 1;
}

const struct slurm *part_slurm(const struct unit *u, uint32_t part)
{
	return u->components ? u->components->items[part].slurm : unit_slurm(u);
}

uint64_t part_nodes(const struct unit *u, uint32_t part)
{
	return u->components ? u->components->items[part].nodes : slurm_nodes(unit_slurm(u));
}

uint64_t part_first(const struct unit *u, uint32_t part)
{
	return u->components ? u->components->items[part].first : 0;
}

struct str part_name(const struct unit *u, uint32_t part)
{
	return u->components ? u->components->items[part].written->head.name : STR("");
}

uint32_t service_part(const struct unit *u, const struct service *s)
{
	const struct v_str *name = &service_step(s)->component;
	for (uint32_t i = 0; u->components && IS_SET(*name) && i < u->components->n; i++)
		if (str_eq(part_name(u, i), name->v))
			return i;
	return 0;
}

const struct slurm *service_slurm(const struct unit *u, const struct service *s)
{
	return part_slurm(u, service_part(u, s));
}

uint64_t service_nodes(const struct unit *u, const struct service *s)
{
	return part_nodes(u, service_part(u, s));
}
