/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Step sizes: each step alone fits into the allocation's tasks (R145, R146), GPUs (R147) and
 * per-task shares (R148), and has the ranks that the author expects (R149). GPUs go round all nodes
 * (E18).
 */
#include <stddef.h>

#include "passes/checks/check.h"
#include "passes/lower/components.h"
#include "passes/lower/copies.h"

typedef unsigned long long ull;

/* R145. True when the product fits. */
static bool check_product(struct diags *d, const struct service *s, const struct plan_service *p)
{
	if (!IS_SET(p->ntasks_per_node) || p->nodes.v * p->ntasks_per_node.v <= UINT32_MAX)
		return true;
	const struct subject subject = {.d = d, .service = s};
	struct diag *diag = subject_error(
		&subject, &p->ntasks_per_node.from, RULE_R145, "x-slurm.ntasks_per_node",
		"%llu nodes with %llu tasks each make %llu tasks for '%.*s', more than 4294967295",
		(ull)p->nodes.v, (ull)p->ntasks_per_node.v,
		(ull)(p->nodes.v * p->ntasks_per_node.v), STR_ARG(s->head.name));
	diag_note(d, diag, p->node_set.from.at, "the nodes are chosen here");
	return false;
}

bool step_exceeds_tasks(const struct unit *u, uint32_t number, uint64_t *total)
{
	const struct slurm *slurm = service_slurm(u, u->pass_state->services[number]);
	const struct v_uint *ranks = &u->plan->services.items[number].ranks;
	const struct v_uint *root =
		IS_SET(slurm->ntasks) ? &slurm->ntasks : &slurm->ntasks_per_node;
	*total = IS_SET(slurm->ntasks) ? root->v : root->v * slurm_nodes(slurm);
	return IS_SET(*root) && !IS_POISON(slurm->ntasks) && IS_SET(*ranks) && ranks->v > *total;
}

/* R146. */
static void check_ranks(const struct unit *u, struct diags *d, uint32_t number)
{
	const struct slurm *slurm = service_slurm(u, u->pass_state->services[number]);
	const struct service *s = service_written(u, number);
	const struct plan_service *p = &u->plan->services.items[number];
	const struct v_uint *root =
		IS_SET(slurm->ntasks) ? &slurm->ntasks : &slurm->ntasks_per_node;
	uint64_t tasks;
	if (!step_exceeds_tasks(u, number, &tasks))
		return;
	const struct subject subject = {.d = d, .service = s};
	struct diag *diag =
		subject_error(&subject, &p->ranks.from, RULE_R146,
			      IS_SET(p->ntasks) ? "x-slurm.ntasks" : "x-slurm.ntasks_per_node",
			      "'%.*s' has %llu tasks, the allocation %llu", STR_ARG(s->head.name),
			      (ull)p->ranks.v, (ull)tasks);
	if (root == &slurm->ntasks)
		diag_note(d, diag, root->from.at, "ntasks of the allocation is %llu", (ull)root->v);
	else
		diag_note(d, diag, root->from.at, "%llu task%s on each of %llu node%s",
			  (ull)root->v, plural(root->v), (ull)slurm_nodes(slurm),
			  plural(slurm_nodes(slurm)));
	if (IS_SET(p->ntasks_per_node) && !IS_SET(p->ntasks) && p->nodes.v > 1)
		diag_note(d, diag, p->node_set.from.at, "'%.*s' runs on %llu nodes",
			  STR_ARG(s->head.name), (ull)p->nodes.v);
}

/* R149. */
static void check_expected(struct diags *d, const struct service *s, const struct plan_service *p)
{
	const struct mpi *mpi = service_step(s)->mpi;
	if (!HAS_RECORD(mpi) || !IS_SET(mpi->expected_ranks) || !IS_SET(p->ranks) ||
	    mpi->expected_ranks.v == p->ranks.v)
		return;
	const struct subject subject = {.d = d, .service = s};
	struct diag *diag = subject_error(
		&subject, &mpi->expected_ranks.from, RULE_R149, "x-slurm.mpi.expected_ranks",
		"'%.*s' expects %llu ranks and gets %llu", STR_ARG(s->head.name),
		(ull)mpi->expected_ranks.v, (ull)p->ranks.v);
	struct span at = p->ranks.from.kind > ORIGIN_DEFAULT ? p->ranks.from.at : SPAN_NONE;
	if (IS_SET(p->ntasks))
		diag_note(d, diag, at, "ntasks is %llu%s", (ull)p->ntasks.v,
			  span_is_none(at) ? " by default" : " here");
	else
		diag_note(d, diag, at, "%llu node%s x ntasks_per_node %llu%s", (ull)p->nodes.v,
			  plural(p->nodes.v), (ull)p->ntasks_per_node.v,
			  span_is_none(at) ? " by default" : "");
}

/* Without a number of nodes, what is said of each makes no total. */
static struct gpu_total gpus_of(const struct v_uint *gpus, const struct v_str *gres, uint64_t nodes)
{
	if (IS_SET(*gpus))
		return (struct gpu_total){gpus->v, gpus->from.at, "gpus", true};
	bool has_gpu = false;
	uint64_t count = 0;
	if (IS_SET(*gres))
		grammar_gres_gpus(gres->v, &has_gpu, &count);
	uint64_t total;
	if (__builtin_mul_overflow(count, nodes, &total))
		total = UINT64_MAX;
	return (struct gpu_total){total, gres->from.at, "gres", has_gpu && count && nodes};
}

bool step_exceeds_gpus(const struct unit *u, uint32_t number, struct gpu_total *own,
		       struct gpu_total *all)
{
	const struct step *step = service_step(u->pass_state->services[number]);
	const struct slurm *slurm = service_slurm(u, u->pass_state->services[number]);
	const struct v_uint *nodes = &u->plan->services.items[number].nodes;
	struct gpu_total x =
		gpus_of(gpus_count(&step->gpus), &step->gres, IS_SET(*nodes) ? nodes->v : 0);
	struct gpu_total y = gpus_of(gpus_count(&slurm->gpus), &slurm->gres,
				     unit_nodes_are_auto(u) ? 0 : slurm_nodes(slurm));
	if (own)
		*own = x;
	if (all)
		*all = y;
	return x.is_known && y.is_known && x.count > y.count;
}

/* R147. */
static void check_gpus(const struct unit *u, struct diags *d, uint32_t number)
{
	struct gpu_total own, all;
	if (!step_exceeds_gpus(u, number, &own, &all))
		return;
	const struct service *s = service_written(u, number);
	struct str name = s->head.name;
	const struct subject subject = {.d = d, .service = s};
	struct diag *diag =
		subject_error(&subject, &(struct origin){.at = own.at}, RULE_R147,
			      str_fmt(d->arena, "x-slurm.%s", own.key).ptr,
			      "'%.*s' asks for %llu GPU%s, the allocation has %llu", STR_ARG(name),
			      (ull)own.count, plural(own.count), (ull)all.count);
	diag_note(d, diag, all.at, "%s of the allocation: %llu in all", all.key, (ull)all.count);
}

/* E18: of GPUs that are asked for in all Slurm gives each node one at least. True when they do. */
static bool check_spread(const struct subject *s, const struct v_uint *gpus, uint64_t nodes)
{
	if (!IS_SET(*gpus) || gpus->v >= nodes)
		return true;
	struct diag *diag = subject_error(
		s, &gpus->from, RULE_E18, "x-slurm.gpus",
		"is %llu in all for %llu nodes, and Slurm gives each of them one at least",
		(ull)gpus->v, (ull)nodes);
	diag_help(s->d, diag,
		  "gpus_per_node: %llu asks for so many on each node; or ask for fewer nodes",
		  (ull)gpus->v);
	return false;
}

/* E18: sbatch wants what is said of all nodes and of each one to be the same. */
static void check_job_gpus(const struct subject *s)
{
	const struct slurm *slurm = s->slurm;
	const struct v_uint *all = gpus_count(&slurm->gpus);
	const struct v_uint *each = gpus_count(&slurm->gpus_per_node);
	uint64_t nodes = slurm_nodes(slurm);
	if (unit_nodes_are_auto(s->u) || !check_spread(s, all, nodes) || !IS_SET(*all) ||
	    !IS_SET(*each))
		return;
	if (all->v % nodes == 0 && all->v / nodes == each->v)
		return;
	struct diag *diag =
		subject_error(s, &all->from, RULE_E18, "x-slurm.gpus",
			      "is %llu in all, and %llu on each of %llu nodes don't make that",
			      (ull)all->v, (ull)each->v, (ull)nodes);
	diag_note(s->d, diag, each->from.at, "gpus_per_node is here");
	diag_help(s->d, diag, "leave out one of the two");
}

static const struct {
	const char *key, *field;
	size_t step, slurm;
} shares[] = {
	{"gpus_per_node", "x-slurm.gpus_per_node", offsetof(struct step, gpus_per_node),
	 offsetof(struct slurm, gpus_per_node)},
	{"gpus_per_task", "x-slurm.gpus_per_task", offsetof(struct step, gpus_per_task),
	 offsetof(struct slurm, gpus_per_task)},
	{"cpus_per_task", "x-slurm.cpus_per_task", offsetof(struct step, cpus_per_task),
	 offsetof(struct slurm, cpus_per_task)},
	{"cpus_per_gpu", "x-slurm.cpus_per_gpu", offsetof(struct step, cpus_per_gpu),
	 offsetof(struct slurm, cpus_per_gpu)},
};

/* R148. */
static void check_shares(const struct unit *u, struct diags *d, const struct service *s)
{
	for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++) {
		const struct v_uint *own =
			(const void *)((const char *)service_step(s) + shares[i].step);
		const struct v_uint *all =
			(const void *)((const char *)service_slurm(u, s) + shares[i].slurm);
		if (!IS_SET(*own) || !IS_SET(*all) || own->v <= all->v)
			continue;
		struct diag *diag = subject_error(&(struct subject){.d = d, .service = s},
						  &own->from, RULE_R148, shares[i].field,
						  "is %llu, above the allocation's %llu",
						  (ull)own->v, (ull)all->v);
		diag_note(d, diag, all->from.at, "the allocation's %s is here", shares[i].key);
	}
}

void check_geometry(const struct unit *u, struct diags *d)
{
	check_fn *const root_checks[] = {check_job_gpus};
	run_root_checks(u, d, root_checks, N_CHECKS(root_checks));
	for (uint32_t i = 0; i < u->pass_state->n; i++) {
		const struct service *s = service_written(u, i);
		const struct plan_service *p = &u->plan->services.items[i];
		if (is_further_copy(u, i))
			continue;
		check_shares(u, d, s);
		if (!p->nodes.v)
			continue;
		check_gpus(u, d, i);
		check_spread(&(struct subject){.d = d, .service = s},
			     gpus_count(&service_step(s)->gpus), IS_SET(p->nodes) ? p->nodes.v : 0);
		if (!check_product(d, s, p))
			continue;
		check_ranks(u, d, i);
		check_expected(d, s, p);
	}
}
