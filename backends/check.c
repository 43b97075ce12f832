/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the plan needs and the target can't carry: mounts that the tool's syntax has no way to
 * write, versions without a feature, containers without one. Each is an error at its place.
 */
#include <string.h>

#include "backends/writer.h"
#include "ir/support/bug.h"

struct check {
	struct unit *u;
	const struct plan *plan;
	const struct container *container; /* of the service that is looked at */
	const struct backend_options *options;
	bool is_fine; /* else what is only doubtful can wait */
};

static struct str service_of(const struct plan_service *s)
{
	return s ? s->name.v : STR("");
}

static struct span origin_of(const struct record_head *head, const struct plan_service *s)
{
	return span_is_none(head->from.at) ? s->head.from.at : head->from.at;
}

/* What a path holds, and why that doesn't work. */
static const char *byte_problem(char byte)
{
	switch (byte) {
	case ',':
		return "a comma, which ends a mount";
	case ':':
		return "a colon, which ends a path of a mount";
	case '\n':
		return "a line break";
	case '\\':
		return "a backslash, which its syntax takes for an escape";
	case '$':
		return "a dollar sign, which its shell evaluates";
	case '"':
		return "a quote, which its shell evaluates";
	case '`':
		return "a backquote, which its shell evaluates";
	default:
		BUG("a byte without words");
	}
}

static void check_mount_text(struct check *c, const struct plan_service *s,
			     const struct plan_mount *m, struct str text, bool is_prepare)
{
	bool by_maker = is_prepare || (c->options->is_local && c->container->maker_runs_local);
	const char *bytes = by_maker ? c->container->prepare_bytes : c->container->mount_bytes;
	ptrdiff_t at = str_find_any(text, bytes);

	if (at == STR_NONE)
		return;
	struct str maker;
	str_split(str_c(c->container->makers), ' ', &maker);
	struct diag *d =
		diag_error(&c->u->diags, origin_of(&m->head, s), RULE_B01,
			   "%.*s can't mount '%.*s' in service '%.*s': the path holds %s",
			   STR_ARG(by_maker ? maker : str_c(c->container->tool)), STR_ARG(text),
			   STR_ARG(service_of(s)), byte_problem(text.ptr[at]));
	diag_help(&c->u->diags, d, "a symbolic link with a plain name can stand for it");
}

static void check_mount_mode(struct check *c, const struct plan_service *s,
			     const struct plan_mount *m)
{
	if (!c->container->has_read_only && IS_SET(m->mode) && str_eq_c(m->mode.v, "ro"))
		diag_help(&c->u->diags,
			  diag_error(&c->u->diags, origin_of(&m->head, s), RULE_B02,
				     "%s has no read-only mounts, '%.*s' asks for one",
				     c->container->name, STR_ARG(m->container.v)),
			  "without ':ro' the service runs, and may write there");
}

static void check_mounts(struct check *c, const struct plan_service *s)
{
	for (uint32_t i = 0; i < s->mounts.n; i++) {
		const struct plan_mount *m = &s->mounts.items[i];
		check_mount_text(c, s, m, m->host->text.v, false);
		check_mount_text(c, s, m, m->container.v, false);
		check_mount_mode(c, s, m);
	}
	for (uint32_t i = 0; s->image && s->image->prepare && i < s->image->prepare->mounts.n;
	     i++) {
		const struct plan_mount *m = &s->image->prepare->mounts.items[i];
		check_mount_text(c, s, m, m->host->text.v, true);
		check_mount_text(c, s, m, m->container.v, true);
		check_mount_mode(c, s, m);
	}
}

static void check_command(struct check *c, const struct plan_service *s)
{
	if (service_has_words(s) || IS_POISON(s->argv))
		return;
	if (c->container->is_contained && !c->container->own_command)
		diag_error(&c->u->diags, s->head.from.at, RULE_B02,
			   "%s can't run an image's own command: service '%.*s' needs 'command'",
			   c->container->name, STR_ARG(s->name.v));
}

/* What `key` asks of the container's start has a row's option, or is what the tool does anyway. */
static void check_start_option(struct check *c, const char *key, const struct v_bool *value,
			       bool has_option)
{
	if (!IS_SET(*value) || has_option)
		return;
	struct diag *d =
		diag_error(&c->u->diags, value->from.at, RULE_B02,
			   "%s has nothing that '%s' could change", c->container->name, key);
	diag_help(&c->u->diags, d, "leave it out, or choose another runtime.backend");
}

static void check_start_options(struct check *c, const struct plan_service *s)
{
	if (!s->container_options.n || c->container->is_contained)
		return;
	struct diag *d = diag_error(&c->u->diags, s->container_options.from.at, RULE_B02,
				    "%s has no container whose start options could change",
				    c->container->name);
	diag_help(&c->u->diags, d, "leave them out, or choose another backend");
}

static void check_start(struct check *c, const struct plan_service *s)
{
	const struct container *row = c->container;

	check_start_option(c, "entrypoint", &s->runs_entrypoint, *row->entrypoint);
	check_start_option(c, "writable", &s->writable, *row->writable);
	check_start_options(c, s);
	check_start_option(c, "home", &s->home, row->is_contained);
	check_start_option(c, "remap_root", &s->remap_root,
			   s->remap_root.v ? *row->remap_root : row->is_contained);
}

/* A probe of anything else is tried in vain. */
static void check_url(struct check *c, const struct plan_service *s, const struct v_str *url)
{
	if (!c->is_fine || !IS_SET(*url))
		return;
	bool is_http = str_has_prefix(url->v, "http://");
	struct str rest = str_from(url->v, is_http ? strlen("http://") : strlen("https://"));
	if (is_http || str_has_prefix(url->v, "https://"))
		if (rest.len && !byte_is_in(rest.ptr[0], "/:?#"))
			return;
	struct diag *d = diag_warning(&c->u->diags, url->from.at, RULE_B07,
				      "'%.*s' names no host to ask by http or https: the probe of "
				      "'%.*s' never passes",
				      STR_ARG(url->v), STR_ARG(s->name.v));
	diag_help(&c->u->diags, d, "write http://HOST:PORT/PATH");
}

static void check_probe(struct check *c, const struct plan_service *s)
{
	if (s->readiness)
		check_url(c, s, &s->readiness->url);
	if (s->liveness)
		check_url(c, s, &s->liveness->url);
}

/* Texts that bash, srun or the tables would not carry. */
static void check_nul(struct check *c, const struct v_str *v, const char *what)
{
	if (IS_SET(*v) && memchr(v->v.ptr, 0, v->v.len))
		diag_error(&c->u->diags, v->from.at, RULE_R038, "%s holds a NUL byte", what);
}

static void check_texts(struct check *c, const struct plan_service *s)
{
	for (uint32_t i = 0; i < s->argv.n; i++)
		check_nul(c, &s->argv.items[i], "a word of the command");
	for (uint32_t i = 0; i < s->environment.n; i++)
		check_nul(c, &s->environment.items[i].value, "a variable's value");
	check_nul(c, &s->working_dir, "'working_dir'");
}

/* The script's own variables live in the same shell as the root's x-env. */
static void check_root_env(struct check *c)
{
	const struct plan_env_setup *setup = c->plan->env_setup;

	for (uint32_t i = 0; setup && i < setup->env.n; i++)
		if (is_late(setup->env.items[i].key) && !str_eq_c(setup->env.items[i].key, "PATH"))
			diag_error(&c->u->diags, setup->env.items[i].key_at, RULE_B04,
				   "root x-env can't set '%.*s', the script itself needs it; a "
				   "service's environment can",
				   STR_ARG(setup->env.items[i].key));
}

/* Search paths are lists with colons. */
static void check_view(struct check *c, const struct plan_env_setup *setup)
{
	if (setup && IS_SET(setup->spack_view) &&
	    memchr(setup->spack_view.v.ptr, ':', setup->spack_view.v.len))
		diag_error(&c->u->diags, setup->spack_view.from.at, RULE_B08,
			   "search paths can't carry the colon in '%.*s'",
			   STR_ARG(setup->spack_view.v));
}

/* A backslash tells Slurm to replace nothing in a log's path, and is then dropped. */
static void check_log_paths(struct check *c)
{
	for (uint32_t i = 0; i < c->plan->options.n; i++) {
		const struct plan_option *o = &c->plan->options.items[i];
		if (!str_eq_c(o->name.v, "output") && !str_eq_c(o->name.v, "error"))
			continue;
		if (IS_SET(o->value) && memchr(o->value.v.ptr, '\\', o->value.v.len))
			diag_error(&c->u->diags, o->value.from.at, RULE_B03,
				   "Slurm drops the backslash in '%.*s'", STR_ARG(o->value.v));
	}
}

/* Options that came with a later version than the script is written for, or went with an earlier one. */
static void check_option_age(struct check *c, const struct slurm_option *o,
			     const struct option_age *age, struct span at)
{
	uint32_t version = c->options->target.slurm;
	bool is_gone = age->gone && age->gone <= version;
	if (!version || (age->since <= version && !is_gone))
		return;
	unsigned turn = is_gone ? age->gone : age->since;
	struct diag *d = diag_error(
		&c->u->diags, at, RULE_B05, "Slurm %02u.%02u has no option --%s: it %s %u.%02u",
		version / 100, version % 100, o->name, is_gone ? "is gone since" : "came with",
		turn / 100u, turn % 100u);
	if (!span_is_none(c->options->target.slurm_at))
		diag_note(&c->u->diags, d, c->options->target.slurm_at,
			  "the site's version is here");
}

static const struct option_age *age_of(const struct slurm_option *o, bool is_step)
{
	return is_step ? &o->srun : &o->sbatch;
}

static void check_arguments(struct check *c, const struct v_list *arguments, bool is_step)
{
	for (uint32_t i = 0; i < arguments->n; i++) {
		const struct slurm_option *o = option_of_argument(arguments->items[i].v);
		if (o)
			check_option_age(c, o, age_of(o, is_step), arguments->items[i].from.at);
	}
}

static void check_options(struct check *c, const struct plan_option *options, uint32_t n,
			  bool is_step)
{
	for (uint32_t i = 0; i < n; i++) {
		const struct slurm_option *o = option_of_key(options[i].name.v);
		check_option_age(c, o, age_of(o, is_step), options[i].head.from.at);
	}
}

static void check_option_ages(struct check *c)
{
	check_options(c, c->plan->options.items, c->plan->options.n, false);
	check_arguments(c, &c->plan->submit_args, false);
	for (uint32_t i = 0; i < c->plan->services.n; i++) {
		const struct plan_service *s = &c->plan->services.items[i];
		check_options(c, s->options.items, s->options.n, true);
		check_arguments(c, &s->extra_args, true);
	}
}

static void check_versions(struct check *c)
{
	if (!slurm_version_for(c->options->target.slurm))
		diag_error(&c->u->diags, SPAN_NONE, RULE_B05,
			   "--target=slurm=%02u.%02u is older than anything hpcc knows: %02u.%02u",
			   c->options->target.slurm / 100, c->options->target.slurm % 100,
			   slurm_oldest() / 100, slurm_oldest() % 100);
	else if (c->options->target.slurm && !c->options->is_local)
		check_option_ages(c);
	if (c->options->target.bash && c->options->target.bash < BASH_OLDEST)
		diag_error(&c->u->diags, SPAN_NONE, RULE_B05,
			   "--target=bash=%u.%u is older than 4.2, which scripts are written for",
			   c->options->target.bash / 100, c->options->target.bash % 100);
	for (enum runtime_backend i = 0; i < RUNTIME_BACKEND_N && !c->options->is_local; i++) {
		const struct container *row = &containers[i];
		uint32_t version = c->options->target.containers[i];
		if (version && version < row->oldest && plan_uses_container(c->plan, i))
			diag_error(&c->u->diags, SPAN_NONE, RULE_B05, "%s before %u.%02u %s",
				   row->title, row->oldest / 100, row->oldest % 100, row->too_old);
	}
}

/* Nobody is to wait for trials that nobody starts. A trial is what is compiled on behalf of a sweep. */
static void check_sweep(struct check *c)
{
	if (!c->is_fine || !c->plan->sweep || c->u->is_swept)
		return;
	struct diag *d = diag_warning(&c->u->diags, c->plan->sweep->head.from.at, RULE_B06,
				      "this makes one job, with the parameters that --env gives, "
				      "and no trials of the sweep");
	diag_help(&c->u->diags, d, "'hpcc sweep submit' runs them, 'hpcc sweep plan' shows them");
}

bool backend_check(struct unit *u, const struct backend_options *options)
{
	uint32_t n_errors = u->diags.n_errors;
	struct check c = {
		.u = u,
		.plan = u->plan,
		.options = options,
		.is_fine = n_errors == 0,
	};

	bool is_known = !IS_POISON(u->plan->container);

	if (is_known)
		check_versions(&c);
	check_root_env(&c);
	check_view(&c, c.plan->env_setup);
	check_log_paths(&c);
	check_sweep(&c);
	for (uint32_t i = 0; i < u->plan->services.n; i++) {
		const struct plan_service *s = &u->plan->services.items[i];
		c.container = container_of(u->plan, s);
		if (is_known && !IS_POISON(s->container)) {
			check_mounts(&c, s);
			check_command(&c, s);
			check_start(&c, s);
		}
		check_probe(&c, s);
		check_view(&c, s->env_setup);
		check_texts(&c, s);
	}
	return u->diags.n_errors == n_errors;
}
