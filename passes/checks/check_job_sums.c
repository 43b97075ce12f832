/* SPDX-License-Identifier: Apache-2.0 */
/*
 * E18: what two directives of the job make together, and sbatch refuses (more nodes by name than by number,
 * memory by GPU without a GPU, a shortest time above the time, tasks by node and by GPU, GPUs with and without
 * their kind, GPUs by task without a number of tasks), or changes with a warning that nobody
 * reads (fewer tasks than nodes).
 */
#include "ir/support/map.h"
#include "passes/checks/check.h"

enum {
	DIGITS_MAX = 20 /* of a number in a node's name */
};

/* With fewer tasks than nodes sbatch lowers the number of nodes, and the script finds too few. */
static void check_tasks(const struct subject *s)
{
	const struct v_uint *nodes = &s->slurm->nodes, *tasks = &s->slurm->ntasks;
	if (!IS_GIVEN(*nodes) || !IS_GIVEN(*tasks) || !tasks->v || tasks->v >= nodes->v)
		return;
	struct diag *d = subject_error(
		s, &tasks->from, RULE_E18, "x-slurm.ntasks",
		"%llu task%s for %llu nodes: Slurm would give the job %llu node%s",
		(unsigned long long)tasks->v, plural(tasks->v), (unsigned long long)nodes->v,
		(unsigned long long)tasks->v, plural(tasks->v));
	diag_note(s->d, d, nodes->from.at, "'nodes' is here");
	diag_help(s->d, d,
		  "leave it out, or write the tasks of all nodes together; a service "
		  "states its own");
}

/* Names of a range, "08-10" behind "n", until there are more than `most`. False for what is no range. */
static bool add_range(struct map *names, struct arena *a, struct str prefix, struct str range,
		      uint64_t most)
{
	struct str first, last = str_split(range, '-', &first);
	uint64_t from, to;
	if (first.len > DIGITS_MAX || !str_to_u64(first, &from) ||
	    !str_to_u64(last.len ? last : first, &to))
		return false;
	for (uint64_t i = from; i <= to && names->n <= most; i++)
		map_put(names, a,
			str_fmt(a, "%.*s%0*llu", STR_ARG(prefix), (int)first.len,
				(unsigned long long)i),
			0);
	return true;
}

/* "n1", or "n[1-3,08]" with nothing behind it; false for lists that only Slurm can read. */
static bool add_names(struct map *names, struct arena *a, struct str item, uint64_t most)
{
	ptrdiff_t open = str_find(item, '[');
	if (str_find_any(item, "/*%:{") != STR_NONE)
		return false;
	if (open == STR_NONE) {
		if (item.len)
			map_put(names, a, item, 0);
		return true;
	}
	if (str_find(item, ']') != (ptrdiff_t)item.len - 1)
		return false;
	struct str prefix = {item.ptr, (size_t)open}, range;
	struct str ranges = {item.ptr + open + 1, item.len - (size_t)open - 2};
	while (ranges.len) {
		ranges = str_split(ranges, ',', &range);
		if (!add_range(names, a, prefix, range, most))
			return false;
	}
	return true;
}

/* The length of the list's first item: commas between brackets are part of it. */
static size_t item_length(struct str list)
{
	bool is_inside = false;
	size_t i = 0;
	for (; i < list.len && (is_inside || list.ptr[i] != ','); i++)
		if (list.ptr[i] == '[' || list.ptr[i] == ']')
			is_inside = list.ptr[i] == '[';
	return i;
}

/* sbatch refuses it: invalid number of nodes (-N 3-2). */
static void check_node_names(const struct subject *s)
{
	const struct v_str *list = &s->slurm->nodelist;
	if (!IS_SET(*list) || s->slurm->nodes.v == NODES_AUTO || IS_POISON(s->slurm->nodes))
		return;
	uint64_t nodes = slurm_nodes(s->slurm);
	struct map names = {0};
	struct str rest = list->v;
	while (rest.len) {
		size_t n = item_length(rest);
		if (!add_names(&names, s->d->arena, str_trim((struct str){rest.ptr, n}), nodes))
			return;
		n += n < rest.len;
		rest = (struct str){rest.ptr + n, rest.len - n};
	}
	if (names.n <= nodes)
		return;
	struct diag *d = subject_error(
		s, &list->from, RULE_E18, "x-slurm.nodelist",
		"names more than the job's %llu node%s, and Slurm gives a job all that it names",
		(unsigned long long)nodes, plural(nodes));
	if (IS_GIVEN(s->slurm->nodes))
		diag_note(s->d, d, s->slurm->nodes.from.at, "'nodes' is here");
	diag_help(s->d, d,
		  "state x-slurm.nodes, or name fewer; 'exclude' names those it must not get");
}

static void check_gpu_memory(const struct subject *s)
{
	const struct slurm *slurm = s->slurm;
	const struct v_str *memory = &slurm->mem_per_gpu;
	if (!IS_GIVEN(*memory) || slurm->submit_args.n || slurm->gpus.from.kind != ORIGIN_ABSENT ||
	    slurm->gpus_per_node.from.kind != ORIGIN_ABSENT ||
	    slurm->gpus_per_task.from.kind != ORIGIN_ABSENT ||
	    slurm->gres.from.kind != ORIGIN_ABSENT)
		return;
	struct diag *d = subject_error(s, &memory->from, RULE_E18, "x-slurm.mem_per_gpu",
				       "the job asks for no GPU, and Slurm refuses it then");
	diag_help(s->d, d, "write mem, or ask for GPUs with gpus_per_node");
}

static uint64_t whole_minutes(uint64_t seconds)
{
	return seconds / 60 + (seconds % 60 > 0);
}

static void check_time_min(const struct subject *s)
{
	const struct v_time *least = &s->slurm->time_min, *time = &s->slurm->time;
	/* Slurm counts whole minutes, and no minutes are no limit. */
	if (!IS_GIVEN(*least) || !IS_GIVEN(*time) || !time->seconds ||
	    whole_minutes(least->seconds) <= whole_minutes(time->seconds))
		return;
	struct diag *d = subject_error(s, &least->from, RULE_E18, "x-slurm.time_min",
				       "is more than the job's time, and Slurm refuses it then");
	diag_note(s->d, d, time->from.at, "'time' is here");
}

static void check_task_ways(const struct subject *s)
{
	const struct v_uint *node = &s->slurm->ntasks_per_node, *gpu = &s->slurm->ntasks_per_gpu;
	if (!IS_GIVEN(*node) || !IS_GIVEN(*gpu))
		return;
	struct diag *d = subject_error(s, &gpu->from, RULE_E18, "x-slurm.ntasks_per_gpu",
				       "can't stand beside 'ntasks_per_node': tasks are counted by "
				       "node or by GPU");
	diag_note(s->d, d, node->from.at, "'ntasks_per_node' is here");
	diag_help(s->d, d, "keep one of the two");
}

/* Slurm says: invalid GRES specification (with and without type identification). */
static void check_gpu_kinds(const struct subject *s)
{
	const struct v_gpus *all = &s->slurm->gpus, *each = &s->slurm->gpus_per_node;
	if (!IS_GIVEN(*all) || !IS_GIVEN(*each) || !all->type.len == !each->type.len)
		return;
	struct diag *d =
		subject_error(s, &each->from, RULE_E18, "x-slurm.gpus_per_node",
			      "of it and 'gpus' one names a kind of GPU, and the other doesn't");
	diag_note(s->d, d, all->from.at, "'gpus' is here");
	diag_help(s->d, d, "name the kind in both, or keep one of them");
}

static void check_gpus_per_task(const struct subject *s)
{
	const struct slurm *slurm = s->slurm;
	if (!IS_GIVEN(slurm->gpus_per_task) || slurm->submit_args.n ||
	    slurm->gpus.from.kind != ORIGIN_ABSENT || slurm->ntasks.from.kind != ORIGIN_ABSENT ||
	    slurm->ntasks_per_node.from.kind != ORIGIN_ABSENT)
		return;
	struct diag *d =
		subject_error(s, &slurm->gpus_per_task.from, RULE_E18, "x-slurm.gpus_per_task",
			      "the job says neither how many tasks nor how many GPUs it "
			      "has, and Slurm refuses it then");
	diag_help(s->d, d, "state ntasks, or write gpus_per_node");
}

static check_fn *const root_checks[] = {
	check_tasks,     check_node_names, check_gpu_memory,    check_time_min,
	check_task_ways, check_gpu_kinds,  check_gpus_per_task,
};

void check_job_sums(const struct unit *u, struct diags *d)
{
	run_root_checks(u, d, root_checks, N_CHECKS(root_checks));
}
