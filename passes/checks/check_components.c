/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Heterogeneous jobs (E20): components have names that files can have, state nothing that is the whole
 * job's, and are what services name; and what Slurm does with such jobs that people don't expect.
 */
#include "passes/checks/check.h"
#include "passes/lower/components.h"

enum {
	MOST_COMPONENTS = 128 /* MAX_HET_JOB_COMPS of Slurm */
};

typedef unsigned long long ull;

static struct diag *refuse(const struct subject *s, const struct origin *from, const char *field,
			   struct str text)
{
	return subject_error(s, from, RULE_E20, field, "%.*s", STR_ARG(text));
}

static void check_array(const struct subject *s)
{
	const struct v_str *array = &unit_slurm(s->u)->array;
	if (!s->part || !IS_GIVEN(*array))
		return;
	struct diag *d =
		refuse(&(struct subject){.u = s->u, .d = s->d}, &array->from, "x-slurm.array",
		       STR("Slurm makes no array of a job with components"));
	diag_help(s->d, d, "submit the job once for each element, with a variable in the spec");
}

static void check_nodes(const struct subject *s)
{
	const struct v_uint *nodes = &s->slurm->nodes;
	if (!s->part || !IS_GIVEN(*nodes) || nodes->v != NODES_AUTO)
		return;
	struct diag *d = refuse(s, &nodes->from, "x-slurm.nodes",
				STR("a component has a number of nodes, and 'auto' is none"));
	diag_help(s->d, d, "state how many nodes the component has");
}

static void check_signal(const struct subject *s)
{
	const struct job_signal *signal = s->part ? s->part->signal : NULL;
	if (!HAS_RECORD(signal) || !IS_SET(signal->shell) ||
	    signal->shell.v != JOB_SIGNAL_SHELL_BATCH)
		return;
	struct diag *d = refuse(s, &signal->shell.from, "x-slurm.signal.shell",
				STR("the batch script hears the signal of the whole job alone"));
	diag_help(s->d, d, "write the signal in x-slurm, beside 'components'");
}

/* `#SBATCH hetjob` parts the heads of components, and packjob did before 20.02. */
static void check_submit_args(const struct subject *s)
{
	const struct v_list *args = &s->slurm->submit_args;
	for (uint32_t i = 0; i < args->n; i++) {
		struct str item = str_trim(args->items[i].v);
		if (!IS_SET(args->items[i]) ||
		    (!str_eq_c(item, "hetjob") && !str_eq_c(item, "packjob")))
			continue;
		struct diag *d = subject_error(
			s, &args->items[i].from, RULE_E20,
			item_field(s, "x-slurm.submit_args", i, ""),
			"'%.*s' makes a job of several components, and all services would run in "
			"the first",
			STR_ARG(item));
		diag_help(s->d, d,
			  "x-slurm: {components: {server: {partition: cpu}, workers: {partition: "
			  "gpu}}} names them, and services say x-slurm: {component: workers}");
	}
}

static check_fn *const part_checks[] = {
	check_array,
	check_nodes,
	check_signal,
	check_submit_args,
};

/* The file of a component's nodes has its name. */
static void check_names(const struct unit *u, struct diags *d)
{
	struct map tokens = {0};
	for (uint32_t i = 0; u->components && i < u->components->n; i++) {
		const struct component *c = u->components->items[i].written;
		const struct subject s = {.u = u, .d = d};
		struct origin from = {.at = c->head.name_at, .kind = ORIGIN_WRITTEN};
		const char *field =
			str_fmt(d->arena, "x-slurm.components.%.*s", STR_ARG(c->head.name)).ptr;
		struct str token = name_rendezvous_token(d->arena, c->head.name);
		uint32_t other = map_put(&tokens, d->arena, token, i);
		if (!name_is_bundle(c->head.name))
			refuse(&s, &from, field,
			       STR("a component's name is letters, digits, '_' and '-'"));
		else if (other != MAP_NONE)
			refuse(&s, &from, field,
			       str_fmt(d->arena,
				       "has its variables, HPC_COMPOSE_COMPONENT_%.*s_…, "
				       "in common with component '%.*s'",
				       STR_ARG(token), STR_ARG(part_name(u, other))));
		if (i == MOST_COMPONENTS)
			refuse(&s, &from, field, STR("Slurm takes 128 components, no more"));
	}
}

static void check_use(const struct subject *s)
{
	const struct v_str *name = &s->step->component;
	if (!IS_SET(*name))
		return;
	struct nearest near = nearest_to(name->v);
	const struct component *meant = NULL;
	for (uint32_t i = 0; s->u->components && i < s->u->components->n; i++) {
		const struct component *c = s->u->components->items[i].written;
		if (str_eq(c->head.name, name->v))
			return;
		if (is_nearest(&near, c->head.name))
			meant = c;
	}
	struct diag *d =
		subject_error(s, &name->from, RULE_E20, "x-slurm.component",
			      s->u->components ? "there is no component '%.*s'"
					       : "'%.*s' is no component: the job has none",
			      STR_ARG(name->v));
	if (meant)
		diag_help(s->d, d, "did you mean '%.*s'?", STR_ARG(meant->head.name));
	else
		diag_help(s->d, d, "x-slurm: {components: {%.*s: {…}}} makes one",
			  STR_ARG(name->v));
}

static check_fn *const service_checks[] = {check_use};

/* Nodes that nobody uses are paid for all the same. */
static void advise_unused(const struct unit *u, struct diags *d, uint32_t part)
{
	const struct component *c = u->components->items[part].written;
	for (uint32_t i = 0; i < u->job->services.n; i++)
		if (service_part(u, &u->job->services.items[i]) == part)
			return;
	struct diag *diag = diag_warning(
		d, c->head.name_at, RULE_E20,
		"no service runs in component '%.*s', and the job holds its nodes all the same",
		STR_ARG(c->head.name));
	diag_help(d, diag, "a service of it says x-slurm: {component: %.*s}",
		  STR_ARG(c->head.name));
}

static bool wants_gpus(const struct slurm *slurm)
{
	bool has_gpu = false;
	uint64_t count = 0;
	if (IS_SET(slurm->gres))
		grammar_gres_gpus(slurm->gres.v, &has_gpu, &count);
	return has_gpu || IS_SET(slurm->gpus) || IS_SET(slurm->gpus_per_node) ||
	       IS_SET(slurm->gpus_per_task);
}

/* A component of the same partition that comes first may be given the very nodes that a later one needs all
   of, and then the job waits for good. */
static void advise_order(const struct unit *u, struct diags *d, uint32_t part)
{
	const struct slurm *later = part_slurm(u, part);
	for (uint32_t i = 0; wants_gpus(later) && i < part; i++) {
		const struct slurm *slurm = part_slurm(u, i);
		if (wants_gpus(slurm) || !str_eq(slurm->partition.v, later->partition.v))
			continue;
		struct diag *diag = diag_warning(
			d, u->components->items[part].written->head.name_at, RULE_E20,
			"component '%.*s' asks for GPUs behind '%.*s' in the same partition, which "
			"may take nodes with GPUs: then the job can wait for good",
			STR_ARG(part_name(u, part)), STR_ARG(part_name(u, i)));
		diag_help(d, diag,
			  "write the component first whose nodes are scarce, or give them "
			  "partitions of their own");
		return;
	}
}

static uint64_t limit_of(const struct v_time *time)
{
	return time->seconds ? time->seconds : UINT64_MAX;
}

/* With the first component the script ends, and with it the job. */
static void advise_time(const struct unit *u, struct diags *d, uint32_t part)
{
	const struct v_time *first = &part_slurm(u, 0)->time, *own = &part_slurm(u, part)->time;
	if (!part || !IS_SET(*first) || !IS_SET(*own) || limit_of(first) == limit_of(own))
		return;
	bool is_shorter = limit_of(own) < limit_of(first);
	struct diag *diag = diag_warning(
		d, own->from.at, RULE_E20,
		is_shorter ? "component '%.*s' ends before the first, and what runs in it then "
			     "fails the job"
			   : "component '%.*s' ends with the first, whose time is shorter",
		STR_ARG(part_name(u, part)));
	diag_note(d, diag, first->from.at, "the time of the first is here");
	diag_help(d, diag, "one x-slurm.time, beside 'components', is the limit of all");
}

void check_components(const struct unit *u, struct diags *d)
{
	run_root_checks(u, d, part_checks, N_CHECKS(part_checks));
	check_names(u, d);
	run_service_checks(u, d, service_checks, N_CHECKS(service_checks));
	for (uint32_t i = 0; u->components && i < u->components->n; i++) {
		advise_unused(u, d, i);
		advise_order(u, d, i);
		advise_time(u, d, i);
	}
}
