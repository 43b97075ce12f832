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
#include "backends/formats.h"

struct report {
	struct arena *arena;
	struct buf out;
	const struct plan *plan;
	unsigned margin; /* columns of the service numbers */
};

static struct str shown(struct v_str value)
{
	return value.is_secret ? STR("<redacted>") : value.v;
}

static void row(struct report *r, const char *key, struct str text)
{
	buf_add_repeat(&r->out, ' ', r->margin);
	buf_add_fmt(&r->out, "%-12s ", key);
	for (size_t i = 0; i < text.len; i++) {
		buf_add_byte(&r->out, text.ptr[i]);
		if (text.ptr[i] == '\n')
			buf_add_repeat(&r->out, ' ', r->margin + 13);
	}
	buf_add_byte(&r->out, '\n');
}

static struct str words_text(struct report *r, const struct v_list *list)
{
	struct emitter e;

	emit_init(&e, r->arena);
	for (uint32_t i = 0; i < list->n; i++) {
		if (i)
			emit_lit(&e, " ");
		if (list->items[i].is_secret)
			emit_lit(&e, "<redacted>");
		else
			emit_word(&e, list->items[i].v);
	}
	return buf_str(&e.text);
}

/* A command; what a shell is given as its script stands for itself. */
static void write_command(struct report *r, const struct v_list *argv)
{
	if (argv->n == 3 && str_eq_c(argv->items[0].v, "/bin/sh") &&
	    str_eq_c(argv->items[1].v, "-c") && !argv->items[2].is_secret) {
		struct str script = argv->items[2].v;
		while (str_has_suffix(script, "\n"))
			script.len--;
		row(r, "shell", script);
	} else {
		row(r, "command", argv->n ? words_text(r, argv) : STR("the image's own"));
	}
}

static struct str option_text(struct report *r, const struct plan_option *o)
{
	if (!o->value.v.len)
		return o->name.v;
	return str_fmt(r->arena, "%.*s %.*s", STR_ARG(o->name.v), STR_ARG(shown(o->value)));
}

static void write_env_setup(struct report *r, const struct plan_env_setup *setup)
{
	if (!setup)
		return;
	if (IS_SET(setup->purge) && setup->purge.v)
		row(r, "modules", STR("unload all"));
	if (setup->load.n)
		row(r, "modules", words_text(r, &setup->load));
	if (IS_SET(setup->spack_view))
		row(r, "spack view", shown(setup->spack_view));
}

static void write_stages(struct report *r, const char *key, const struct plan_stage *items,
			 uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		row(r, i ? "" : key,
		    str_fmt(r->arena, "%.*s to %.*s",
			    STR_ARG(items[i].from ? path_text(r->arena, items[i].from)
						  : items[i].repo.v),
			    STR_ARG(path_text(r->arena, items[i].to))));
}

/* What the job does with files before and after its services. */
static void write_data(struct report *r)
{
	const struct plan *p = r->plan;

	if (p->scratch)
		row(r, "scratch",
		    str_fmt(r->arena, "%.*s/<job id> at %.*s", STR_ARG(p->scratch->base.v),
			    STR_ARG(p->scratch->mount.v)));
	write_stages(r, "stage in", p->stage_in.items, p->stage_in.n);
	write_stages(r, "stage out", p->stage_out.items, p->stage_out.n);
	if (IS_SET(p->resume_path))
		row(r, "resume", shown(p->resume_path));
	for (uint32_t i = 0; p->artifacts && i < p->artifacts->bundles.n; i++) {
		const struct plan_bundle *b = &p->artifacts->bundles.items[i];
		row(r, i ? "" : "artifacts",
		    str_fmt(r->arena, "%.*s: %.*s", STR_ARG(b->head.name),
			    STR_ARG(words_text(r, &b->paths))));
	}
	if (p->lookup)
		row(r, "looks up", words_text(r, &p->lookup->names));
}

static void write_job(struct report *r, const struct backend_options *options)
{
	const struct plan *p = r->plan;

	buf_add_fmt(&r->out, "job %.*s: %llu node%s", STR_ARG(p->name.v),
		    (unsigned long long)p->nodes.v, p->nodes.v == 1 ? "" : "s");
	for (uint32_t i = 0; i < p->options.n; i++)
		if (!str_eq_c(p->options.items[i].name.v, "job_name") &&
		    !str_eq_c(p->options.items[i].name.v, "nodes"))
			buf_add_fmt(&r->out, ", %.*s",
				    STR_ARG(option_text(r, &p->options.items[i])));
	buf_add_fmt(&r->out, ", %s with %s\n", options->is_local ? "this machine" : "slurm",
		    container_of(p)->name);
	r->margin = 0;
	for (uint32_t i = 0; i < p->submit_args.n; i++)
		row(r, "submit", shown(p->submit_args.items[i]));
	if (IS_SET(p->dependency))
		row(r, "waits for", p->dependency.v);
	write_env_setup(r, p->env_setup);
	for (uint32_t i = 0; i < p->setup.n; i++)
		row(r, "setup", p->setup.items[i].v);
	write_data(r);
}

/* "after redis is healthy and init has completed" */
static struct str start_text(struct report *r, const struct plan_service *s)
{
	static const char *const conditions[] = {
		[DEPENDENCY_CONDITION_SERVICE_STARTED] = "has started",
		[DEPENDENCY_CONDITION_SERVICE_HEALTHY] = "is healthy",
		[DEPENDENCY_CONDITION_SERVICE_COMPLETED_SUCCESSFULLY] = "has completed",
	};
	struct buf out;

	if (!s->dependencies.n)
		return STR("starts at once");
	buf_init(&out, r->arena);
	buf_add_c(&out, "after ");
	for (uint32_t i = 0; i < s->dependencies.n; i++)
		buf_add_fmt(&out, "%s%.*s %s", i ? " and " : "",
			    STR_ARG(s->dependencies.items[i].name.v),
			    conditions[s->dependencies.items[i].condition.v]);
	return buf_str(&out);
}

static void write_place(struct report *r, const struct plan_service *s)
{
	if (s->node_set.n && s->node_set.n == r->plan->nodes.v && s->node_set.n > 1)
		buf_add_fmt(&r->out, "all %u nodes", s->node_set.n);
	else
		buf_add_fmt(&r->out, "node%s %.*s", s->node_set.n == 1 ? "" : "s",
			    STR_ARG(node_set_text(r->arena, &s->node_set)));
	if (s->ranks.v > 1)
		buf_add_fmt(&r->out, ", %llu tasks", (unsigned long long)s->ranks.v);
}

static void write_ready(struct report *r, const struct plan_readiness *ready)
{
	struct str text = {0};

	if (!ready)
		return;
	switch ((enum readiness_type)ready->type.v) {
	case READINESS_TYPE_SLEEP:
		text = str_fmt(r->arena, "when it has lived for %llus",
			       (unsigned long long)ready->seconds.v);
		break;
	case READINESS_TYPE_TCP:
		text = str_fmt(r->arena, "when %.*s:%llu accepts a connection",
			       STR_ARG(shown(ready->host)), (unsigned long long)ready->port.v);
		break;
	case READINESS_TYPE_LOG:
		text = str_fmt(r->arena, "when its log matches '%.*s'", STR_ARG(ready->pattern.v));
		break;
	case READINESS_TYPE_HTTP:
		text = str_fmt(r->arena, "when %.*s answers %llu", STR_ARG(shown(ready->url)),
			       (unsigned long long)ready->status.v);
		break;
	case READINESS_TYPE_N:
		break;
	}
	if (ready->type.v != READINESS_TYPE_SLEEP)
		text = str_fmt(r->arena, "%.*s, within %llus", STR_ARG(text),
			       (unsigned long long)ready->timeout_s.v);
	row(r, "ready", text);
}

static void write_policy(struct report *r, const struct plan_policy *p)
{
	if (!p || p->mode.v == FAILURE_POLICY_MODE_FAIL_JOB)
		return;
	if (p->mode.v == FAILURE_POLICY_MODE_IGNORE) {
		row(r, "on failure", STR("the job goes on"));
		return;
	}
	row(r, "on failure",
	    str_fmt(r->arena, "restart after %llus, at most %llu times, %llu within %llus",
		    (unsigned long long)p->backoff_s.v, (unsigned long long)p->max_restarts.v,
		    (unsigned long long)p->max_in_window.v, (unsigned long long)p->window_s.v));
}

static void write_resources(struct report *r, const struct plan_service *s)
{
	struct buf out;

	if (!s->options.n)
		return;
	buf_init(&out, r->arena);
	for (uint32_t i = 0; i < s->options.n; i++) {
		buf_add_c(&out, i ? ", " : "");
		buf_add(&out, option_text(r, &s->options.items[i]));
	}
	if (IS_SET(s->is_exact) && s->is_exact.v)
		buf_add_c(&out, ", of its own");
	row(r, "resources", buf_str(&out));
}

static void write_image(struct report *r, const struct plan_image *image)
{
	if (!image || image->form.v == IMAGE_FORM_NONE || !image->file)
		return;
	row(r, "image",
	    image->form.v == IMAGE_FORM_REMOTE
		    ? str_fmt(r->arena, "%.*s as %.*s", STR_ARG(shown(image->reference)),
			      STR_ARG(path_text(r->arena, image->file)))
		    : path_text(r->arena, image->file));
	for (uint32_t i = 0; image->prepare && i < image->prepare->commands.n; i++)
		row(r, i ? "" : "prepared by", image->prepare->commands.items[i].v);
}

/* The job folder is always mounted and not worth a line. */
static void write_mounts(struct report *r, const struct plan_service *s)
{
	bool is_first = true;

	for (uint32_t i = 0; i < s->mounts.n; i++) {
		const struct plan_mount *m = &s->mounts.items[i];
		if (m->host->base.v == PATH_BASE_JOB_DIR)
			continue;
		row(r, is_first ? "mounts" : "",
		    str_fmt(r->arena, "%.*s at %.*s%s%.*s", STR_ARG(path_text(r->arena, m->host)),
			    STR_ARG(shown(m->container)), IS_SET(m->mode) ? ", " : "",
			    STR_ARG(m->mode.v)));
		is_first = false;
	}
}

static void write_environment(struct report *r, const struct plan_service *s)
{
	for (uint32_t i = 0; i < s->environment.n; i++) {
		const struct v_pair *pair = &s->environment.items[i];
		struct emitter e;
		emit_init(&e, r->arena);
		emit_verbatim(&e, pair->key);
		emit_lit(&e, "=");
		if (is_hidden(pair->key, &pair->value))
			emit_lit(&e, "<redacted>");
		else
			emit_word(&e, pair->value.v);
		row(r, i ? "" : "environment", buf_str(&e.text));
	}
}

static void write_end(struct report *r, const struct plan_service *s)
{
	if (IS_SET(s->stop_signal) &&
	    (!str_eq_c(s->stop_signal.v, "TERM") || s->stop_grace_s.v != 10))
		row(r, "stop",
		    str_fmt(r->arena, "%.*s, then KILL after %llus", STR_ARG(s->stop_signal.v),
			    (unsigned long long)s->stop_grace_s.v));
	if (IS_SET(s->until_dependents_end) && s->until_dependents_end.v)
		row(r, "ends", STR("when all services that depend on it have ended"));
}

static void write_hooks(struct report *r, const struct plan_service *s)
{
	if (s->prologue)
		row(r, "prologue", str_trim(s->prologue->script.v));
	if (s->epilogue)
		row(r, "epilogue", str_trim(s->epilogue->script.v));
	for (uint32_t i = 0; i < s->hooks.n; i++)
		row(r, str_eq_c(s->hooks.items[i].on.v, "restart") ? "on restart" : "on window",
		    str_trim(s->hooks.items[i].script.v));
}

static void write_asserts(struct report *r, const struct plan_assert *a)
{
	if (!a)
		return;
	if (IS_SET(a->exit_code))
		row(r, "assert",
		    str_fmt(r->arena, "it ends with %llu", (unsigned long long)a->exit_code.v));
	if (IS_SET(a->artifact))
		row(r, "assert", str_fmt(r->arena, "%.*s exists", STR_ARG(shown(a->artifact))));
	if (IS_SET(a->max_duration_s))
		row(r, "assert",
		    str_fmt(r->arena, "it takes %llus at most",
			    (unsigned long long)a->max_duration_s.v));
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
	const struct v_uint all[] = {p->cpus_per_node, p->gpus_per_node, p->memory_mib_per_node};
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

static void write_service(struct report *r, const struct plan_service *s)
{
	buf_add_fmt(&r->out, "\n%-*llu%.*s: ", (int)r->margin, (unsigned long long)s->number.v + 1,
		    STR_ARG(s->name.v));
	write_place(r, s);
	buf_add_c(&r->out, ", ");
	buf_add(&r->out, start_text(r, s));
	buf_add_byte(&r->out, '\n');
	write_image(r, s->image);
	write_command(r, &s->argv);
	if (IS_SET(s->working_dir))
		row(r, "in", shown(s->working_dir));
	write_resources(r, s);
	if (IS_SET(s->mpi_type))
		row(r, "mpi", s->mpi_type.v);
	if (s->extra_args.n)
		row(r, "srun", words_text(r, &s->extra_args));
	write_mounts(r, s);
	write_env_setup(r, s->env_setup);
	write_environment(r, s);
	write_ready(r, s->readiness);
	write_policy(r, s->policy);
	write_hooks(r, s);
	write_asserts(r, s->asserts);
	write_end(r, s);
}

struct str write_plan(struct unit *u, const struct backend_options *options)
{
	struct report r = {.arena = u->arena, .plan = u->plan};

	buf_init(&r.out, u->arena);
	write_job(&r, options);
	r.margin = (unsigned)str_fmt(u->arena, "%u", u->plan->services.n).len + 2;
	for (uint32_t i = 0; i < u->plan->services.n; i++)
		write_service(&r, &u->plan->services.items[i]);
	write_node_groups(&r);
	return buf_str(&r.out);
}
