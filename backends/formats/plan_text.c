/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plan for people, a block per service in launch order:
 *
 *	job demo: 2 nodes, 00:10:00, slurm with pyxis
 *
 *	1  redis: node 0, starts at once
 *	   image        docker://redis:7
 *	   command      redis-server --save ''
 *	   ready        when 127.0.0.1:6379 accepts a connection, within 30s
 */
#include "backends/formats/plan_text.h"

#include "ir/support/visible.h"

/* The three policies that go by how the job ends have the same words in the same order. */
static const char *moment(uint32_t when)
{
	static const char *const moments[STAGE_OUT_WHEN_N] = {
		[STAGE_OUT_WHEN_ALWAYS] = "always",
		[STAGE_OUT_WHEN_ON_SUCCESS] = "on success",
		[STAGE_OUT_WHEN_ON_FAILURE] = "on failure",
	};
	return moments[when];
}

/* "/data to <scratch>/data, by copy" */
static struct str stage_text(struct report *r, const struct plan_stage *s)
{
	struct buf out;

	buf_init(&out, r->arena);
	if (s->from)
		buf_add(&out, path_text(r->arena, s->from));
	else
		buf_add_fmt(&out, "%s %.*s at %.*s",
			    s->kind.v == HF_KIND_DATASET ? "dataset" : "model",
			    STR_ARG(value_shown(s->repo)), STR_ARG(value_shown(s->revision)));
	buf_add_c(&out, " to ");
	buf_add(&out, path_text(r->arena, s->to));
	if (s->mode.v == STAGE_IN_MODE_COPY)
		buf_add_c(&out, ", by copy");
	if (IS_SET(s->when) && s->when.v != STAGE_OUT_WHEN_ALWAYS)
		buf_add_fmt(&out, ", %s", moment(s->when.v));
	return buf_str(&out);
}

static void write_stages(struct report *r, const char *key, const struct plan_stage *items,
			 uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		row(r, i ? "" : key, stage_text(r, &items[i]));
}

static void write_scratch(struct report *r, const struct plan_scratch *s)
{
	static const char *const removals[SCRATCH_CLEANUP_N] = {
		[SCRATCH_CLEANUP_ALWAYS] = "removed at the end",
		[SCRATCH_CLEANUP_ON_SUCCESS] = "removed on success",
		[SCRATCH_CLEANUP_NEVER] = "never removed",
	};
	const char *scope = "";

	if (r->plan->nodes.v > 1)
		scope = s->scope.v == SCRATCH_SCOPE_SHARED ? ", shared by all nodes"
							   : ", one on each node";
	row(r, "scratch",
	    str_fmt(r->arena, "%.*s/<job id> at %.*s%s, %s", STR_ARG(value_shown(s->base)),
		    STR_ARG(value_shown(s->mount)), scope, removals[s->cleanup.v]));
}

static void write_artifacts(struct report *r, const struct plan_artifacts *artifacts)
{
	for (uint32_t i = 0; i < artifacts->bundles.n; i++) {
		const struct plan_bundle *b = &artifacts->bundles.items[i];
		row(r, i ? "" : "artifacts",
		    str_fmt(r->arena, "%.*s: %.*s", STR_ARG(b->head.name),
			    STR_ARG(words_text(r, &b->paths))));
	}
	row(r, "",
	    str_fmt(r->arena, "collected %s, exported to %.*s", moment(artifacts->collect.v),
		    STR_ARG(value_shown(artifacts->export_dir))));
}

/* What the job does with files before and after its services. */
static void write_data(struct report *r)
{
	const struct plan *p = r->plan;

	for (uint32_t i = 0; i < p->burst_buffer.n; i++)
		row(r, i ? "" : "burst buffer", value_shown(p->burst_buffer.items[i]));
	if (p->scratch)
		write_scratch(r, p->scratch);
	write_stages(r, "stage in", p->stage_in.items, p->stage_in.n);
	write_stages(r, "stage out", p->stage_out.items, p->stage_out.n);
	if (IS_SET(p->resume_path))
		row(r, "resume", value_shown(p->resume_path));
	if (p->artifacts)
		write_artifacts(r, p->artifacts);
	if (p->lookup)
		row(r, "looks up",
		    str_fmt(r->arena, "%.*s, for %llus, %s",
			    STR_ARG(words_text(r, &p->lookup->names)),
			    (unsigned long long)p->lookup->timeout_s.v,
			    p->lookup->require.v ? "else it fails" : "else it goes on without"));
}

/* One side of the idle watch. */
static void add_idle(struct buf *out, const char *what, struct v_uint busy_pct,
		     struct v_uint window_s, struct v_uint memory_pct)
{
	buf_add_fmt(out, ", %s below %llu%% for %llus with over %llu%% of their memory", what,
		    (unsigned long long)busy_pct.v, (unsigned long long)window_s.v,
		    (unsigned long long)memory_pct.v);
}

static void write_watch(struct report *r)
{
	const struct plan *p = r->plan;
	const struct plan_watchdog *w = p->watchdog;

	if (p->metrics)
		row(r, "samples",
		    str_fmt(r->arena, "%.*s, every %llus",
			    STR_ARG(words_text(r, &p->metrics->collectors)),
			    (unsigned long long)p->metrics->interval_s.v));
	struct buf out;
	if (w) {
		buf_init(&out, r->arena);
		buf_add_fmt(&out, "after %llus", (unsigned long long)w->grace_s.v);
		add_idle(&out, "GPUs", w->gpu_busy_pct, w->gpu_window_s, w->gpu_memory_pct);
		add_idle(&out, "CPUs", w->cpu_busy_pct, w->cpu_window_s, w->cpu_memory_pct);
		row(r, "idle watch", buf_str(&out));
	}
	if (IS_SET(p->cache_cleanup) && p->cache_cleanup.v != CLEANUP_RUNTIME_CACHE_NEVER)
		row(r, "clean-up",
		    str_fmt(r->arena, "unpacked images, %s",
			    p->cache_cleanup.v == CLEANUP_RUNTIME_CACHE_ALWAYS ? "always"
									       : "on success"));
}

/* "4 combinations of lr, layers; 3 drawn by 'seed'; 2 trials each" */
static void write_sweep_size(struct report *r, const struct plan_sweep *s)
{
	struct buf out;

	buf_init(&out, r->arena);
	if (IS_SET(s->drawn))
		buf_add_fmt(&out, "%llu of ", (unsigned long long)s->drawn.v);
	buf_add_fmt(&out, "%llu combination%s", (unsigned long long)s->combinations.v,
		    plural(s->combinations.v));
	if (IS_SET(s->seed))
		buf_add_fmt(&out, ", drawn by seed '%.*s'", STR_ARG(value_shown(s->seed)));
	if (s->replicates.v > 1)
		buf_add_fmt(&out, ", %llu trials each", (unsigned long long)s->replicates.v);
	row(r, "sweep", buf_str(&out));
}

static void write_sweep(struct report *r, const struct plan_sweep *s)
{
	write_sweep_size(r, s);
	for (uint32_t i = 0; i < s->parameters.n; i++)
		row(r, "",
		    str_fmt(r->arena, "%.*s: %.*s", STR_ARG(s->parameters.items[i].head.name),
			    STR_ARG(words_text(r, &s->parameters.items[i].values))));
	if (!IS_SET(s->direction))
		return;
	const char *better =
		s->direction.v == SWEEP_OBJECTIVE_DIRECTION_MINIMIZE ? "minimize" : "maximize";
	if (IS_SET(s->log_pattern))
		row(r, "",
		    str_fmt(r->arena, "%s group %llu of '%.*s' in the log", better,
			    (unsigned long long)s->group.v, STR_ARG(value_shown(s->log_pattern))));
	else
		row(r, "",
		    str_fmt(r->arena, "%s '%.*s' in %.*s", better,
			    STR_ARG(value_shown(s->json_field)),
			    STR_ARG(value_shown(s->json_path))));
	if (IS_SET(s->scaling_axis))
		row(r, "",
		    str_fmt(r->arena, "scaling along %.*s", STR_ARG(value_shown(s->scaling_axis))));
}

/* Where everything lies. */
static void write_folders(struct report *r)
{
	const struct plan *p = r->plan;

	row(r, "job folder",
	    str_fmt(r->arena, "%.*s/<job id>", STR_ARG(path_text(r->arena, p->runtime_root))));
	if (plan_uses_containers(p))
		row(r, "cache",
		    str_fmt(r->arena, "%.*s, unpacks in %.*s",
			    STR_ARG(path_text(r->arena, p->cache_dir)),
			    STR_ARG(path_text(r->arena, p->unpack_dir))));
}

enum {
	WIDTH = 100 /* columns of the line of options */
};

/* ", partition gpu", on a new line where this one is full. *begin is where the line begins. */
static void add_option(struct report *r, size_t *begin, struct str text)
{
	bool is_full = r->out.len - *begin + 2 + text.len > WIDTH;

	buf_add_c(&r->out, is_full ? ",\n" : ", ");
	if (is_full) {
		*begin = r->out.len;
		buf_add_repeat(&r->out, ' ', 4);
	}
	buf_add(&r->out, text);
}

/* Those that say more than the line has said already. */
static void add_options(struct report *r, size_t *begin, const struct plan_option *items,
			uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (!str_eq_c(items[i].name.v, "job_name") && !str_eq_c(items[i].name.v, "nodes"))
			add_option(r, begin, option_text(r, &items[i]));
}

/* "component workers: nodes 1-4, partition gpu" */
static void write_component(struct report *r, const struct plan_component *c)
{
	size_t begin = r->out.len;
	unsigned long long first = c->first.v, last = first + c->nodes.v - 1;

	buf_add_fmt(&r->out, "component %.*s: node%s %llu", STR_ARG(value_shown(c->name)),
		    plural(c->nodes.v), first);
	if (last > first)
		buf_add_fmt(&r->out, "-%llu", last);
	add_options(r, &begin, c->options.items, c->options.n);
	buf_add_byte(&r->out, '\n');
	for (uint32_t i = 0; i < c->submit_args.n; i++)
		row(r, "submit", value_shown(c->submit_args.items[i]));
}

static void write_job(struct report *r, const struct backend_options *options)
{
	const struct plan *p = r->plan;
	size_t begin = r->out.len;

	buf_add_fmt(&r->out, "job %.*s: ", STR_ARG(value_shown(p->name)));
	if (IS_SET(p->nodes))
		buf_add_fmt(&r->out, "%llu node%s", (unsigned long long)p->nodes.v,
			    plural(p->nodes.v));
	else
		buf_add_c(&r->out, "as many nodes as Slurm chooses");
	if (p->components.n)
		buf_add_fmt(&r->out, " in %u component%s", (unsigned)p->components.n,
			    plural(p->components.n));
	else
		add_options(r, &begin, p->options.items, p->options.n);
	add_option(r, &begin,
		   str_fmt(r->arena, "%s with %s", options->is_local ? "this machine" : "slurm",
			   containers[p->container.v].name));
	buf_add_byte(&r->out, '\n');
	r->margin = 0;
	for (uint32_t i = 0; i < p->components.n; i++)
		write_component(r, &p->components.items[i]);
	for (uint32_t i = 0; !p->components.n && i < p->submit_args.n; i++)
		row(r, "submit", value_shown(p->submit_args.items[i]));
	if (IS_SET(p->dependency))
		row(r, "waits for", value_shown(p->dependency));
	write_folders(r);
	if (plan_uses_containers(p) && !IS_SET(p->hosts_files))
		row(r, "names", STR("containers don't find services by name"));
	write_env_setup(r, p->env_setup);
	if (p->is_login_shell.v)
		row(r, "shell", STR("login: the site's profile is read first"));
	for (uint32_t i = 0; i < p->setup.n; i++)
		row(r, "setup", value_shown(p->setup.items[i]));
	for (uint32_t i = 0; i < p->site.n; i++)
		row(r, "of the site", value_shown(p->site.items[i]));
	write_data(r);
	write_watch(r);
	if (p->sweep)
		write_sweep(r, p->sweep);
}

/* "8 CPUs, 2 GPUs"; with totals "8 of 8 CPUs, 2 of 4 GPUs". */
static struct str amount_text(struct report *r, const struct v_uint amounts[3],
			      const struct v_uint totals[3])
{
	static const char *const units[] = {"CPU", "GPU", "MiB"};
	struct buf out;

	buf_init(&out, r->arena);
	for (unsigned i = 0; i < 3; i++) {
		if (!IS_SET(amounts[i]))
			continue;
		uint64_t counted = amounts[i].v;
		buf_add_fmt(&out, "%s%llu ", out.len ? ", " : "", (unsigned long long)counted);
		if (totals && IS_SET(totals[i])) {
			counted = totals[i].v;
			buf_add_fmt(&out, "of %llu ", (unsigned long long)counted);
		}
		buf_add_fmt(&out, "%s%s", units[i], i < 2 && counted != 1 ? "s" : "");
	}
	return buf_str(&out);
}

enum {
	MAX_LISTED = 100 /* services of a group of nodes */
};

/* What each node of the group has: all of them are of one component. */
static void totals_of(const struct plan *p, const struct plan_node_group *g,
		      struct v_uint totals[3])
{
	const struct plan_component *c =
		g->services.n ? plan_component_of(p, &p->services.items[g->services.items[0]])
			      : NULL;

	totals[0] = c ? c->cpus_per_node : p->cpus_per_node;
	totals[1] = c ? c->gpus_per_node : p->gpus_per_node;
	totals[2] = c ? c->memory_mib_per_node : p->memory_mib_per_node;
}

/* Who gets what on which nodes. */
static void write_node_group(struct report *r, const struct plan_node_group *g)
{
	const struct plan *p = r->plan;

	buf_add_fmt(&r->out, "\nnode%s %.*s\n", str_find(g->nodes.v, '-') == STR_NONE ? "" : "s",
		    STR_ARG(g->nodes.v));
	for (uint32_t i = 0; i < g->services.n && i < MAX_LISTED; i++) {
		const struct plan_service *s = &p->services.items[g->services.items[i]];
		const struct v_uint own[] = {s->cpus_per_node, s->gpus_per_node,
					     s->memory_mib_per_node};
		struct str text = amount_text(r, own, NULL);
		row(r, str_fmt(r->arena, "%.*s", STR_ARG(s->name.v)).ptr,
		    text.len ? text : STR("shares what is there"));
	}
	if (g->services.n > MAX_LISTED)
		row(r, "",
		    str_fmt(r->arena, "and %u more", (unsigned)(g->services.n - MAX_LISTED)));
	const struct v_uint most[] = {g->cpus, g->gpus, g->memory_mib};
	struct v_uint all[3];
	totals_of(p, g, all);
	struct str text = amount_text(r, most, all);
	if (text.len)
		row(r, "at once", str_fmt(r->arena, "%.*s at most", STR_ARG(text)));
}

/* Only where there is something to tell: several nodes, or resources of one's own. */
static void write_node_groups(struct report *r)
{
	const struct plan *p = r->plan;
	bool is_worth_it = p->node_groups.n > 1;

	for (uint32_t i = 0; i < p->node_groups.n; i++)
		is_worth_it |= IS_SET(p->node_groups.items[i].cpus) ||
			       IS_SET(p->node_groups.items[i].gpus) ||
			       IS_SET(p->node_groups.items[i].memory_mib);
	for (uint32_t i = 0; is_worth_it && i < p->node_groups.n; i++)
		write_node_group(r, &p->node_groups.items[i]);
}

struct str write_plan(struct unit *u, const struct backend_options *options)
{
	struct report r = {.arena = u->arena, .plan = u->plan, .hide = &u->diags.secrets};

	buf_init(&r.out, u->arena);
	write_job(&r, options);
	r.margin = (unsigned)str_fmt(u->arena, "%u", u->plan->services.n).len + 2;
	for (uint32_t i = 0; i < u->plan->services.n; i++)
		write_service(&r, &u->plan->services.items[i]);
	write_node_groups(&r);
	return str_visible(u->arena, buf_str(&r.out), VISIBLE_TEXT);
}
