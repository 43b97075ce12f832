/* SPDX-License-Identifier: Apache-2.0 */
/* The plan for people: a block for one service. What stands at its default has no row. */
#include "backends/formats/plan_text.h"

/* A script that a shell is given. */
static bool is_script(const struct v_list *argv)
{
	return argv->n == 3 && str_eq_c(argv->items[0].v, "/bin/sh") &&
	       str_eq_c(argv->items[1].v, "-c") && !argv->items[2].is_secret;
}

/* A command; what a shell is given as its script stands for itself. */
static struct str command_shown(struct report *r, const struct v_list *argv)
{
	if (!is_script(argv))
		return argv->n ? words_text(r, argv) : STR("the image's own");
	struct str script = argv->items[2].v;
	while (str_has_suffix(script, "\n"))
		script.len--;
	return script;
}

static void write_command(struct report *r, const struct v_list *argv)
{
	row(r, is_script(argv) ? "shell" : "command", command_shown(r, argv));
}

/* "after redis is healthy and init has completed" */
static struct str start_text(struct report *r, const struct plan_service *s)
{
	static const char *const conditions[] = {
		[DEPENDENCY_CONDITION_SERVICE_STARTED] = "has started",
		[DEPENDENCY_CONDITION_SERVICE_HEALTHY] = "is healthy",
		[DEPENDENCY_CONDITION_SERVICE_COMPLETED_SUCCESSFULLY] = "has completed",
	};

	if (!s->dependencies.n)
		return STR("starts at once");
	struct buf out;
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
	if (!IS_SET(s->nodes) && s->nodes.v)
		buf_add_c(&r->out, "all nodes");
	else if (s->node_set.n && s->node_set.n == r->plan->nodes.v && s->node_set.n > 1)
		buf_add_fmt(&r->out, "all %u nodes", s->node_set.n);
	else
		buf_add_fmt(&r->out, "node%s %.*s", plural(s->node_set.n),
			    STR_ARG(node_set_text(r->arena, &s->node_set)));
	const struct plan_component *c = plan_component_of(r->plan, s);
	if (c)
		buf_add_fmt(&r->out, " of %.*s", STR_ARG(value_shown(c->name)));
	if (s->ranks.v > 1)
		buf_add_fmt(&r->out, ", %llu tasks", (unsigned long long)s->ranks.v);
}

/* "8000, http 8080, 6000-6010/udp, peer: chosen in the job" */
static void write_ports(struct report *r, const struct plan_service *s)
{
	static const char *const behind[] = {"", "/udp", "/sctp"};
	struct buf out;
	buf_init(&out, r->arena);
	for (uint32_t i = 0; i < s->ports.n; i++) {
		const struct plan_port *p = &s->ports.items[i];
		buf_add_c(&out, i ? ", " : "");
		if (IS_SET(p->chosen)) {
			buf_add_fmt(&out, "%.*s: chosen in the job", STR_ARG(p->name.v));
			continue;
		}
		if (IS_SET(p->name))
			buf_add_fmt(&out, "%.*s ", STR_ARG(value_shown(p->name)));
		buf_add_fmt(&out, "%llu", (unsigned long long)p->first.v);
		if (IS_SET(p->last))
			buf_add_fmt(&out, "-%llu", (unsigned long long)p->last.v);
		buf_add_c(&out, behind[p->protocol.v]);
	}
	if (s->ports.n)
		row(r, "listens", str_cat(r->arena, STR("on "), buf_str(&out)));
}

/* Names beside its own. */
static void write_names(struct report *r, const struct plan_service *s)
{
	struct buf out;

	buf_init(&out, r->arena);
	for (uint32_t i = 0; i < s->host_names.n; i++)
		if (!str_eq(s->host_names.items[i].v, s->name.v)) {
			buf_add_c(&out, out.len ? ", " : "");
			buf_add(&out, value_shown(s->host_names.items[i]));
		}
	if (out.len)
		row(r, "found as", buf_str(&out));
}

/* Its number, or what the job fills in. */
static struct str port_text(struct report *r, const struct v_uint *number,
			    const struct v_str *value)
{
	return IS_SET(*value) ? value->v : str_fmt(r->arena, "%llu", (unsigned long long)number->v);
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
		text = str_fmt(r->arena, "when %.*s:%.*s accepts a connection",
			       STR_ARG(value_shown(ready->host)),
			       STR_ARG(port_text(r, &ready->port, &ready->port_value)));
		break;
	case READINESS_TYPE_LOG:
		text = str_fmt(r->arena, "when its log matches '%.*s'",
			       STR_ARG(value_shown(ready->pattern)));
		break;
	case READINESS_TYPE_HTTP:
		text = str_fmt(r->arena, "when %.*s answers %llu", STR_ARG(value_shown(ready->url)),
			       (unsigned long long)ready->status.v);
		break;
	case READINESS_TYPE_EXEC:
		text = str_cat(r->arena, STR("when this ends with 0: "),
			       words_text(r, &ready->argv));
		break;
	case READINESS_TYPE_N:
		break;
	}
	if (IS_SET(ready->tasks) && ready->tasks.v == READINESS_TASKS_ALL)
		text = str_cat(r->arena, text, STR(", for every task"));
	if (IS_SET(ready->interval_s))
		text = str_fmt(r->arena, "%.*s, looked at every %llus", STR_ARG(text),
			       (unsigned long long)ready->interval_s.v);
	if (IS_GIVEN(ready->attempt_s))
		text = str_fmt(r->arena, "%.*s, %llus for each look", STR_ARG(text),
			       (unsigned long long)ready->attempt_s.v);
	if (IS_SET(ready->owner) && ready->owner.v == READINESS_OWNER_ANY)
		text = str_cat(r->arena, text, STR(", whoever listens"));
	if (ready->type.v != READINESS_TYPE_SLEEP)
		text = str_fmt(r->arena, "%.*s, within %llus", STR_ARG(text),
			       (unsigned long long)ready->timeout_s.v);
	row(r, "ready", text);
}

static void write_live(struct report *r, const struct plan_liveness *l)
{
	struct str text = {0};

	if (!l)
		return;
	switch ((enum liveness_type)l->type.v) {
	case LIVENESS_TYPE_TCP:
		text = str_fmt(r->arena, "while %.*s:%.*s accepts a connection",
			       STR_ARG(value_shown(l->host)),
			       STR_ARG(port_text(r, &l->port, &l->port_value)));
		break;
	case LIVENESS_TYPE_HTTP:
		text = str_fmt(r->arena, "while %.*s answers %llu", STR_ARG(value_shown(l->url)),
			       (unsigned long long)l->status.v);
		break;
	case LIVENESS_TYPE_EXEC:
		text = str_fmt(r->arena, "while '%.*s' ends with 0",
			       STR_ARG(command_shown(r, &l->argv)));
		break;
	case LIVENESS_TYPE_N:
		break;
	}
	if (IS_SET(l->tasks) && l->tasks.v == READINESS_TASKS_ALL)
		text = str_cat(r->arena, text, STR(", for every task"));
	if (IS_SET(l->owner) && l->owner.v == READINESS_OWNER_ANY)
		text = str_cat(r->arena, text, STR(", whoever listens"));
	row(r, "healthy",
	    str_fmt(r->arena,
		    "%.*s, looked at every %llus for at most %llus, until %llu fail in a row",
		    STR_ARG(text), (unsigned long long)l->interval_s.v,
		    (unsigned long long)l->attempt_s.v, (unsigned long long)l->failures.v));
}

static void write_policy(struct report *r, const struct plan_policy *p)
{
	if (!p || p->mode.v == FAILURE_POLICY_MODE_FAIL_JOB)
		return;
	if (p->mode.v == FAILURE_POLICY_MODE_IGNORE) {
		row(r, "on failure", STR("the job goes on"));
		return;
	}
	struct str text =
		str_fmt(r->arena, "restart after %llus, at most %llu time%s, %llu within %llus",
			(unsigned long long)p->backoff_s.v, (unsigned long long)p->max_restarts.v,
			plural(p->max_restarts.v), (unsigned long long)p->max_in_window.v,
			(unsigned long long)p->window_s.v);
	if (IS_SET(p->reset_after_s))
		text = str_fmt(r->arena, "%.*s, all given back after %llus without a failure",
			       STR_ARG(text), (unsigned long long)p->reset_after_s.v);
	row(r, "on failure", text);
}

static void write_resources(struct report *r, const struct plan_service *s)
{
	if (!s->options.n)
		return;
	struct buf out;
	buf_init(&out, r->arena);
	for (uint32_t i = 0; i < s->options.n; i++) {
		buf_add_c(&out, i ? ", " : "");
		buf_add(&out, option_text(r, &s->options.items[i]));
	}
	if (IS_SET(s->is_exact) && s->is_exact.v)
		buf_add_c(&out, ", of its own");
	row(r, "resources", buf_str(&out));
}

static void write_prepare(struct report *r, const struct plan_prepare *p)
{
	for (uint32_t i = 0; i < p->commands.n; i++)
		row(r, i ? "" : "prepared by", value_shown(p->commands.items[i]));
	if (IS_SET(p->root) && !p->root.v)
		row(r, "", STR("not as root"));
	write_mounts(r, "  mounts", p->mounts.items, p->mounts.n);
	write_variables(r, "  variables", &p->env);
}

static void write_image(struct report *r, const struct plan_image *image)
{
	if (!image || image->form.v == IMAGE_FORM_NONE || !image->file)
		return;
	row(r, "image",
	    image->form.v == IMAGE_FORM_REMOTE
		    ? str_fmt(r->arena, "%.*s as %.*s", STR_ARG(value_shown(image->reference)),
			      STR_ARG(path_text(r->arena, image->file)))
		    : path_text(r->arena, image->file));
	if (image->prepare)
		write_prepare(r, image->prepare);
}

static void write_end(struct report *r, const struct plan_service *s)
{
	if (IS_SET(s->stop_signal) &&
	    (!str_eq_c(s->stop_signal.v, "TERM") || s->stop_grace_s.v != 10))
		row(r, "stop",
		    str_fmt(r->arena, "%.*s, then KILL after %llus", STR_ARG(s->stop_signal.v),
			    (unsigned long long)s->stop_grace_s.v));
	if (IS_SET(s->time_limit_s))
		row(r, "takes",
		    str_fmt(r->arena, "%llus at most, it says; nothing ends it then",
			    (unsigned long long)s->time_limit_s.v));
	if (IS_SET(s->until_dependents_end) && s->until_dependents_end.v)
		row(r, "ends", STR("when all services that depend on it have ended"));
}

static void write_hook(struct report *r, const char *key, const struct plan_hook *hook)
{
	bool is_inside = hook->context.v == HOOK_CONTEXT_CONTAINER;

	if (is_inside)
		row(r, key, STR("in the container:"));
	row(r, is_inside ? "" : key, str_trim(value_shown(hook->script)));
}

static void write_hooks(struct report *r, const struct plan_service *s)
{
	if (s->prologue)
		write_hook(r, "prologue", s->prologue);
	if (s->epilogue)
		write_hook(r, "epilogue", s->epilogue);
	for (uint32_t i = 0; i < s->hooks.n; i++)
		write_hook(r,
			   str_eq_c(s->hooks.items[i].on.v, "restart") ? "on restart" : "on window",
			   &s->hooks.items[i]);
}

static void write_asserts(struct report *r, const struct plan_assert *a)
{
	if (!a)
		return;
	if (IS_SET(a->exit_code))
		row(r, "assert",
		    str_fmt(r->arena, "it ends with %llu", (unsigned long long)a->exit_code.v));
	if (IS_SET(a->artifact))
		row(r, "assert",
		    str_fmt(r->arena, "%.*s exists", STR_ARG(value_shown(a->artifact))));
	if (IS_SET(a->max_duration_s))
		row(r, "assert",
		    str_fmt(r->arena, "it takes %llus at most",
			    (unsigned long long)a->max_duration_s.v));
}

static void write_registration(struct report *r, const struct plan_register *p)
{
	if (!p)
		return;
	row(r, "published",
	    str_fmt(r->arena, "as %.*s, %.*s://<node>:%llu%.*s, for %llus",
		    STR_ARG(value_shown(p->name)), STR_ARG(value_shown(p->protocol)),
		    (unsigned long long)p->port.v, STR_ARG(value_shown(p->path)),
		    (unsigned long long)p->ttl_s.v));
	write_variables(r, "", &p->metadata);
}

void write_service(struct report *r, const struct plan_service *s)
{
	buf_add_fmt(&r->out, "\n%-*llu%.*s: ", (int)r->margin, (unsigned long long)s->number.v + 1,
		    STR_ARG(s->name.v));
	write_place(r, s);
	buf_add_c(&r->out, ", ");
	buf_add(&r->out, start_text(r, s));
	buf_add_byte(&r->out, '\n');
	write_image(r, s->image);
	const struct container *c = container_of(r->plan, s);
	if (*c->gpu && IS_SET(s->use_gpu_flag) && s->use_gpu_flag.v)
		row(r, "GPUs",
		    str_fmt(r->arena, "let in by %s", s->is_amd.v ? c->gpu_amd : c->gpu));
	if (IS_SET(s->writable))
		row(r, "root", STR("writable for the life of the step"));
	if (IS_SET(s->home))
		row(r, "home", s->home.v ? STR("mounted") : STR("not mounted"));
	if (IS_SET(s->remap_root))
		row(r, "user", s->remap_root.v ? STR("root inside") : STR("itself inside"));
	if (IS_SET(s->container))
		row(r, "runs in", str_c(c->name));
	if (s->container_options.n)
		row(r, "options", words_text(r, &s->container_options));
	if (s->runs_entrypoint.v)
		row(r, "entrypoint", STR("the image's, ahead of the command"));
	write_command(r, &s->argv);
	if (IS_SET(s->working_dir))
		row(r, "in", value_shown(s->working_dir));
	write_resources(r, s);
	if (IS_SET(s->mpi_type))
		row(r, "mpi", value_shown(s->mpi_type));
	if (s->extra_args.n)
		row(r, "srun", words_text(r, &s->extra_args));
	write_mounts(r, "mounts", s->mounts.items, s->mounts.n);
	write_env_setup(r, s->env_setup);
	write_variables(r, "environment", &s->environment);
	if (IS_SET(s->start_timeout_s))
		row(r, "start",
		    str_fmt(r->arena, "has failed if it takes more than %llus",
			    (unsigned long long)s->start_timeout_s.v));
	write_names(r, s);
	write_ports(r, s);
	write_ready(r, s->readiness);
	write_live(r, s->liveness);
	write_registration(r, s->registration);
	write_policy(r, s->policy);
	write_hooks(r, s);
	write_asserts(r, s->asserts);
	write_end(r, s);
}
