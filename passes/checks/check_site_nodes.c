/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What each node is to have, before the nodes of the partition (B13): CPUs, memory, GPUs and their kind,
 * features. Numbers are lower bounds, so that what is refused can't run.
 */
#include "passes/checks/site_facts.h"

typedef unsigned long long ull;

/* Of one kind of resource: how many a node is to have, and the field that says so. */
struct want {
	uint64_t n; /* 0: nothing is said */
	const struct origin *from;
	const char *field;
	enum slurm_refusal words; /* where no node has so many */
};

struct gpu_want {
	struct want want;
	struct str type; /* empty: of any kind */
};

struct node_want {
	uint64_t nodes;
	struct want cpus, memory;
	LIST(struct gpu_want) gpus; /* one a kind */
	struct str
		features; /* that all of them are to have, "a&b"; empty: none, or it isn't plain */
};

static uint64_t at_least(uint64_t n, uint64_t parts)
{
	return (n + parts - 1) / parts;
}

/* Tasks that some node has at least. */
static uint64_t tasks_per_node(const struct slurm *slurm, uint64_t nodes)
{
	if (IS_SET(slurm->ntasks_per_node))
		return slurm->ntasks_per_node.v;
	return IS_SET(slurm->ntasks) ? at_least(slurm->ntasks.v, nodes) : 1;
}

static void add_gpus(struct arena *a, struct node_want *w, const struct origin *from,
		     const char *field, struct str type, uint64_t n)
{
	if (n)
		*LIST_PUSH(a, &w->gpus) =
			(struct gpu_want){{n, from, field, REFUSED_NODE_CONFIG}, type};
}

static uint64_t all_gpus(const struct node_want *w)
{
	uint64_t n = 0;
	for (uint32_t i = 0; i < w->gpus.n; i++)
		n += w->gpus.items[i].want.n;
	return n;
}

static void want_gpus(struct arena *a, const struct slurm *slurm, struct node_want *w)
{
	const struct v_gpus *each = &slurm->gpus_per_node, *all = &slurm->gpus;
	const struct v_gpus *task = &slurm->gpus_per_task;
	if (IS_SET(*each))
		add_gpus(a, w, &each->from, "x-slurm.gpus_per_node", each->type, each->v);
	bool is_other = IS_SET(*each) && all->type.len && !str_eq_nocase(all->type, each->type);
	if (IS_SET(*all) && (!IS_SET(*each) || is_other))
		add_gpus(a, w, &all->from, "x-slurm.gpus", all->type, at_least(all->v, w->nodes));
	if (IS_SET(*task) && !IS_SET(*each) && !IS_SET(*all))
		add_gpus(a, w, &task->from, "x-slurm.gpus_per_task", task->type,
			 task->v * tasks_per_node(slurm, w->nodes)); /* 32 bits each */
	/* Beside one of these, GPUs of gres are the same GPUs. */
	struct gres_entry entry;
	bool is_told = w->gpus.n > 0;
	for (struct str rest = IS_SET(slurm->gres) && !is_told ? slurm->gres.v : STR("");
	     rest.len;) {
		if (gres_next(&rest, &entry) && str_eq_c(entry.name, "gpu"))
			add_gpus(a, w, &slurm->gres.from, "x-slurm.gres", entry.type, entry.count);
	}
}

static void want_cpus(const struct slurm *slurm, struct node_want *w)
{
	uint64_t tasks = tasks_per_node(slurm, w->nodes);
	/* Slurm counts what tasks of a node have in sum before it looks at nodes. */
	if (IS_SET(slurm->cpus_per_task))
		w->cpus = (struct want){tasks * slurm->cpus_per_task.v, &slurm->cpus_per_task.from,
					"x-slurm.cpus_per_task", REFUSED_CPU_COUNT};
	else if (IS_SET(slurm->cpus_per_gpu) && w->gpus.n)
		w->cpus = (struct want){all_gpus(w) * slurm->cpus_per_gpu.v,
					&slurm->cpus_per_gpu.from, "x-slurm.cpus_per_gpu",
					REFUSED_NODE_CONFIG};
	else if (IS_SET(slurm->ntasks_per_node))
		w->cpus = (struct want){tasks, &slurm->ntasks_per_node.from,
					"x-slurm.ntasks_per_node", REFUSED_CPU_COUNT};
	else if (IS_SET(slurm->ntasks))
		w->cpus = (struct want){tasks, &slurm->ntasks.from, "x-slurm.ntasks",
					REFUSED_NODE_CONFIG};
}

static uint64_t mib_of(struct arena *a, const struct v_str *text)
{
	uint64_t mib = 0;
	return IS_SET(*text) && grammar_mib(a, text->v, &mib) && mib < UINT32_MAX ? mib : 0;
}

static void want_memory(struct arena *a, const struct slurm *slurm, struct node_want *w)
{
	uint64_t node = mib_of(a, &slurm->mem), cpu = mib_of(a, &slurm->mem_per_cpu);
	uint64_t gpu = mib_of(a, &slurm->mem_per_gpu);
	if (node)
		w->memory = (struct want){node, &slurm->mem.from, "x-slurm.mem", REFUSED_MEMORY};
	else if (cpu && w->cpus.n <= UINT32_MAX)
		w->memory =
			(struct want){cpu * (w->cpus.n ? w->cpus.n : 1), &slurm->mem_per_cpu.from,
				      "x-slurm.mem_per_cpu", REFUSED_NODE_CONFIG};
	else if (gpu && all_gpus(w) <= UINT32_MAX)
		w->memory = (struct want){gpu * all_gpus(w), &slurm->mem_per_gpu.from,
					  "x-slurm.mem_per_gpu", REFUSED_NODE_CONFIG};
}

static bool is_poisoned(const struct slurm *slurm)
{
	return IS_POISON(slurm->nodes) || IS_POISON(slurm->ntasks) ||
	       IS_POISON(slurm->ntasks_per_node) || IS_POISON(slurm->submit_args);
}

/* Names alone, with nothing but & between. */
static bool is_conjunction(struct str text)
{
	struct str name;
	while (text.len) {
		text = str_split(text, '&', &name);
		if (!name_is_port(name))
			return false;
	}
	return true;
}

static void find_wants(const struct site_job *job, struct node_want *w)
{
	struct arena *a = job->root.d->arena;
	const struct slurm *slurm = job->root.slurm;
	/* Where Slurm chooses their number, as many as may be: what is counted stays a lower bound. */
	*w = (struct node_want){.nodes = unit_nodes_are_auto(job->root.u)
						 ? UINT32_MAX
						 : slurm_nodes(job->root.slurm)};
	want_gpus(a, slurm, w);
	want_cpus(slurm, w);
	want_memory(a, slurm, w);
	if (IS_SET(slurm->constraint) && is_conjunction(slurm->constraint.v))
		w->features = slurm->constraint.v;
}

/* GPUs of a kind that a node has; false when that isn't known. */
static bool gpus_of(const struct node *kind, struct str type, uint64_t *n)
{
	const struct node *gres = cluster_get(kind, CLUSTER_kinds_gres);
	*n = 0;
	if (!gres)
		return false;
	struct gres_entry entry;
	for (struct str rest = gres->text; gres_next(&rest, &entry);)
		if (str_eq_c(entry.name, "gpu") && (!type.len || str_eq_nocase(entry.type, type)))
			*n += entry.count;
	return true;
}

static bool has_features(const struct node *kind, struct str wanted)
{
	const struct node *features = cluster_get(kind, CLUSTER_kinds_features);
	struct str name;
	while (features && wanted.len) {
		wanted = str_split(wanted, '&', &name);
		if (!site_list_find(features, name))
			return false;
	}
	return true;
}

/* Nodes of this kind have all of it, as far as is known. */
static bool has_all(const struct site_job *job, const struct node_want *w, const struct node *kind)
{
	uint64_t n;
	if (site_count(kind, CLUSTER_kinds_cpus_per_node, &n) && w->cpus.n > n)
		return false;
	if (site_mib(job->root.d->arena, kind, CLUSTER_kinds_mem_per_node, &n) && w->memory.n > n)
		return false;
	for (uint32_t i = 0; i < w->gpus.n; i++)
		if (gpus_of(kind, w->gpus.items[i].type, &n) && w->gpus.items[i].want.n > n)
			return false;
	return has_features(kind, w->features);
}

/* The most that a node of the partition has of something, and where the file says so; false when it isn't
   known of all. */
struct most {
	uint64_t n;
	const struct node *fact;
};

typedef bool amount_fn(const struct site_job *job, const struct node *kind, struct str type,
		       struct most *amount);

static bool cpus_amount(const struct site_job *job, const struct node *kind, struct str type,
			struct most *amount)
{
	(void)job, (void)type;
	amount->fact = cluster_get(kind, CLUSTER_kinds_cpus_per_node);
	return site_count(kind, CLUSTER_kinds_cpus_per_node, &amount->n);
}

static bool memory_amount(const struct site_job *job, const struct node *kind, struct str type,
			  struct most *amount)
{
	(void)type;
	amount->fact = cluster_get(kind, CLUSTER_kinds_mem_per_node);
	return site_mib(job->root.d->arena, kind, CLUSTER_kinds_mem_per_node, &amount->n);
}

static bool gpus_amount(const struct site_job *job, const struct node *kind, struct str type,
			struct most *amount)
{
	(void)job;
	amount->fact = cluster_get(kind, CLUSTER_kinds_gres);
	return gpus_of(kind, type, &amount->n);
}

static bool find_most(const struct site_job *job, const struct node *p, amount_fn *amount_of,
		      struct str type, struct most *most)
{
	struct site_kinds kinds = {0};
	*most = (struct most){0};
	site_kinds_of(job, p, &kinds);
	for (uint32_t i = 0; i < kinds.list.n; i++) {
		struct most one;
		if (!amount_of(job, kinds.list.items[i], type, &one))
			return false;
		if (!most->fact || one.n > most->n)
			*most = one;
	}
	return true;
}

/* The same, or what the partition grants a job of one node, where that is less or all that is known. A
   limit of 0 is none. */
static bool find_granted(const struct site_job *job, const struct node *p, amount_fn *amount_of,
			 const struct most *limit, struct most *most)
{
	bool is_known = find_most(job, p, amount_of, STR(""), most);
	if (!limit->n || (is_known && most->n <= limit->n))
		return is_known;
	*most = *limit;
	return true;
}

static bool fits_cpus(const struct site_job *job, const struct node *p, bool tells)
{
	const struct want *cpus = &job->want->cpus;
	const enum cluster_key key = CLUSTER_partitions_max_cpus_per_node;
	struct most limit = {.fact = cluster_get(p, key)};
	site_count(p, key, &limit.n);
	struct most most;
	if (!cpus->n || !find_granted(job, p, cpus_amount, &limit, &most) || cpus->n <= most.n)
		return true;
	bool is_limit = most.fact == limit.fact;
	if (tells)
		site_refuses(job, RULE_B13, cpus->from, cpus->field, most.fact,
			     is_limit ? REFUSED_NODE_CONFIG : cpus->words,
			     "%llu CPUs on a node, but %s of %.*s %s %llu", (ull)cpus->n,
			     is_limit ? "a job" : "no node", STR_ARG(job->named),
			     is_limit ? "gets at most" : "has more than", (ull)most.n);
	return false;
}

static bool fits_memory(const struct site_job *job, const struct node *p, bool tells)
{
	const struct want *memory = &job->want->memory;
	struct most most;
	if (!memory->n || !find_most(job, p, memory_amount, STR(""), &most) || memory->n <= most.n)
		return true;
	if (tells)
		site_refuses(job, RULE_B13, memory->from, memory->field, most.fact, memory->words,
			     "%llu MiB on a node, but no node of %.*s has more than %llu",
			     (ull)memory->n, STR_ARG(job->named), (ull)most.n);
	return false;
}

static bool fits_memory_limit(const struct site_job *job, const struct node *p, bool tells)
{
	const struct want *memory = &job->want->memory;
	const enum cluster_key key = CLUSTER_partitions_max_mem_per_node;
	uint64_t limit;
	if (!site_mib(job->root.d->arena, p, key, &limit) || !limit || memory->n <= limit ||
	    !fits_memory(job, p, false))
		return true;
	if (tells)
		site_refuses(job, RULE_B13, memory->from, memory->field, cluster_get(p, key),
			     REFUSED_MEMORY_LIMIT,
			     "%llu MiB on a node, but a job of %.*s gets at most %llu",
			     (ull)memory->n, STR_ARG(job->named), (ull)limit);
	return false;
}

/* The kinds of GPUs in a gres text, for help. */
static struct str gpu_kinds(struct arena *a, const struct node *gres)
{
	struct buf b;
	buf_init(&b, a);
	struct gres_entry entry;
	for (struct str rest = gres->text; gres_next(&rest, &entry);)
		if (str_eq_c(entry.name, "gpu") && entry.type.len)
			buf_add_fmt(&b, "%s'%.*s'", b.len ? ", " : "", STR_ARG(entry.type));
	return str_dup(a, buf_str(&b));
}

static void refuse_gpus(const struct site_job *job, const struct node *p,
			const struct gpu_want *gpus, const struct most *most)
{
	struct arena *a = job->root.d->arena;
	struct str kind =
		gpus->type.len ? str_fmt(a, " of kind '%.*s'", STR_ARG(gpus->type)) : STR("");
	struct diag *d;
	struct most any;
	if (most->n) {
		site_refuses(job, RULE_B13, gpus->want.from, gpus->want.field, most->fact,
			     REFUSED_NODE_CONFIG,
			     "%llu GPUs%.*s on a node, but no node of %.*s has more than %llu",
			     (ull)gpus->want.n, STR_ARG(kind), STR_ARG(job->named), (ull)most->n);
		return;
	}
	d = site_refuses(job, RULE_B13, gpus->want.from, gpus->want.field, most->fact,
			 REFUSED_NODE_CONFIG, "no node of %.*s has GPUs%.*s", STR_ARG(job->named),
			 STR_ARG(kind));
	if (find_most(job, p, gpus_amount, STR(""), &any) && any.n) {
		struct str kinds = gpu_kinds(a, any.fact);
		if (kinds.len)
			diag_help(job->root.d, d, "there is %.*s", STR_ARG(kinds));
	}
}

static bool fits_gpus(const struct site_job *job, const struct node *p, bool tells)
{
	const struct node_want *w = job->want;
	for (uint32_t i = 0; i < w->gpus.n; i++) {
		struct most most;
		if (!find_most(job, p, gpus_amount, w->gpus.items[i].type, &most) ||
		    w->gpus.items[i].want.n <= most.n)
			continue;
		if (tells)
			refuse_gpus(job, p, &w->gpus.items[i], &most);
		return false;
	}
	return true;
}

/* Any partition's nodes have it; true where that isn't known. */
static bool is_anywhere(const struct site_job *job, struct str name, bool is_feature)
{
	const struct node *all = cluster_get(job->site, CLUSTER_root_partitions);
	for (uint32_t i = 0; all && i < all->n; i++) {
		struct site_kinds kinds = {0};
		site_kinds_of(job, all->items[i], &kinds);
		for (uint32_t k = 0; k < kinds.list.n; k++) {
			const struct node *of = kinds.list.items[k];
			const struct node *value = cluster_get(
				of, is_feature ? CLUSTER_kinds_features : CLUSTER_kinds_gres);
			if (!value || (is_feature && site_list_find(value, name)))
				return true;
			struct gres_entry entry;
			for (struct str rest = is_feature ? STR("") : value->text;
			     gres_next(&rest, &entry);)
				if (str_eq(entry.name, name))
					return true;
		}
	}
	return !all || !all->n;
}

/* Everything one by one, but not together, or not on so many nodes. */
static bool fits_together(const struct site_job *job, const struct node *p, bool tells)
{
	const struct node_want *w = job->want;
	struct site_kinds kinds = {0};
	site_kinds_of(job, p, &kinds);
	if (!fits_cpus(job, p, false) || !fits_memory(job, p, false) || !fits_gpus(job, p, false))
		return true; /* has been told */
	uint64_t all = 0, having = 0;
	for (uint32_t i = 0; i < kinds.list.n; i++) {
		uint64_t n;
		if (!site_count(kinds.list.items[i], CLUSTER_kinds_nodes, &n))
			return true;
		all += n;
		having += has_all(job, w, kinds.list.items[i]) ? n : 0;
	}
	struct str rest = w->features, name;
	while (rest.len) {
		rest = str_split(rest, '&', &name);
		if (!is_anywhere(job, name, true))
			return true; /* the same */
	}
	/* Where Slurm chooses their number, one node has to have it. */
	uint64_t least = w->nodes == UINT32_MAX ? 1 : w->nodes;
	if (least <= having || least > all)
		return true;
	const struct slurm *slurm = job->root.slurm;
	bool is_feature = w->features.len && !w->cpus.n && !w->memory.n && !w->gpus.n;
	const struct origin *from = is_feature ? &slurm->constraint.from : &slurm->nodes.from;
	if (tells)
		site_refuses(
			job, RULE_B13, from, is_feature ? "x-slurm.constraint" : "x-slurm.nodes",
			cluster_get(kinds.list.items[0], CLUSTER_kinds_nodes), REFUSED_NODE_CONFIG,
			"%llu node%s of %.*s %s all that each is to have, not %llu", (ull)having,
			plural(having), STR_ARG(job->named), having == 1 ? "has" : "have",
			(ull)least);
	return false;
}

/* Where Slurm chooses how many nodes there are, all of them have to have the CPUs of all tasks. */
static bool fits_in_all(const struct site_job *job, const struct node *p, bool tells)
{
	const struct slurm *slurm = job->root.slurm;
	uint64_t each = IS_SET(slurm->cpus_per_task) ? slurm->cpus_per_task.v : 1, all = 0;
	if (job->want->nodes != UINT32_MAX || !IS_SET(slurm->ntasks))
		return true;
	struct site_kinds kinds = {0};
	site_kinds_of(job, p, &kinds);
	for (uint32_t i = 0; i < kinds.list.n; i++) {
		uint64_t nodes, cpus;
		if (!site_count(kinds.list.items[i], CLUSTER_kinds_nodes, &nodes) ||
		    !site_count(kinds.list.items[i], CLUSTER_kinds_cpus_per_node, &cpus))
			return true;
		all += nodes * cpus;
	}
	if (!kinds.list.n || slurm->ntasks.v * each <= all)
		return true;
	if (tells)
		site_refuses(job, RULE_B13, &slurm->ntasks.from, "x-slurm.ntasks",
			     cluster_get(kinds.list.items[0], CLUSTER_kinds_nodes),
			     REFUSED_NODE_CONFIG,
			     "the tasks have %llu CPUs in all, and %.*s has %llu",
			     (ull)(slurm->ntasks.v * each), STR_ARG(job->named), (ull)all);
	return false;
}

/* Names of an expression such as "[rack1*2&rack2]|big". */
static void check_features(const struct site_job *job)
{
	const struct v_str *value = &job->root.slurm->constraint;
	struct str text = IS_SET(*value) ? value->v : STR("");
	for (size_t i = 0; i < text.len;) {
		size_t n = 0;
		while (i + n < text.len && !byte_is_in(text.ptr[i + n], "&|,[]()*! "))
			n++;
		struct str name = str_slice(text, i, i + n);
		bool is_number = i > 0 && text.ptr[i - 1] == '*';
		if (n && !is_number && !is_anywhere(job, name, true))
			site_refuses(job, RULE_B15, &value->from, "x-slurm.constraint", NULL,
				     REFUSED_FEATURE, "no node of the site has the feature '%.*s'",
				     STR_ARG(name));
		i += n + 1;
	}
}

static void check_gres(const struct site_job *job)
{
	const struct v_str *value = &job->root.slurm->gres;
	struct gres_entry entry;
	for (struct str rest = IS_SET(*value) ? value->v : STR(""); gres_next(&rest, &entry);) {
		struct str name = entry.name;
		if (str_eq_c(name, "none") || is_anywhere(job, name, false))
			continue;
		site_refuses(job, RULE_B15, &value->from, "x-slurm.gres", NULL, REFUSED_GRES,
			     "no node of the site has '%.*s'", STR_ARG(name));
	}
}

static void check_nodes(const struct subject *root)
{
	static site_fits *const checks[] = {fits_cpus, fits_memory, fits_gpus, fits_together,
					    fits_in_all};
	static site_fits *const limits[] = {fits_memory_limit};
	struct site_job job;
	struct node_want want;
	if (!site_job_begin(root, &job) || is_poisoned(job.root.slurm))
		return;
	find_wants(&job, &want);
	job.want = &want;
	check_features(&job);
	check_gres(&job);
	for (size_t i = 0; i < N_CHECKS(checks); i++)
		site_each_partition(&job, checks[i]);
	site_hold_to_limits(&job, limits, N_CHECKS(limits));
}

void check_site_nodes(const struct unit *u, struct diags *d)
{
	check_fn *const checks[] = {check_nodes};
	run_root_checks(u, d, checks, N_CHECKS(checks));
}
