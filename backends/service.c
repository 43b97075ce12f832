/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One function per service, which turns into its process:
 *
 *	service_redis() {
 *	  own_options
 *	  export PORT=6379
 *	  exec srun --nodes=1 --overlap --mem=0 --job-name=hpc-compose:redis --ntasks=1 \
 *	    --export=ALL --input=none \
 *	    "$JOB_DIR/bin/hpcc-rt" step -- redis-server --save ''
 *	}
 */
#include "backends/formats/formats.h"
#include "backends/writer.h"
#include "ir/files.gen.h"

bool service_has_words(const struct plan_service *s)
{
	return s->argv.n || s->runs_entrypoint.v;
}

bool service_counts_all(const struct plan_service *s, const struct v_enum *tasks)
{
	return IS_SET(*tasks) && tasks->v == READINESS_TASKS_ALL && s->ranks.v > 1;
}

/* The command that the shim starts inside the container, rather than the tool by itself. */
static bool has_inner_command(const struct writer *w, const struct plan_service *s)
{
	return service_has_words(s) || *w->container->own_argv;
}

static void emit_container_hook(struct writer *w, const struct plan_hook *hook, struct str option)
{
	if (!hook || hook->context.v != HOOK_CONTEXT_CONTAINER)
		return;
	emit_lit(&w->out, " ");
	emit_verbatim(&w->out, option);
	emit_lit(&w->out, " ");
	emit_word(&w->out, hook->file.v);
}

/* The image's variables count where the service doesn't set them itself. */
static void emit_image_env(struct writer *w, const struct plan_service *s)
{
	if (!*w->container->image_env)
		return;
	emit_lit(&w->out, " ");
	emit_verbatim(&w->out, str_c(w->container->image_env));
	struct buf names;
	buf_init(&names, w->arena);
	for (uint32_t i = 0; i < s->environment.n; i++) {
		if (str_has_prefix(s->environment.items[i].key, "HPC_COMPOSE_"))
			continue;
		if (names.len)
			buf_add_byte(&names, ',');
		buf_add(&names, s->environment.items[i].key);
	}
	if (!names.len)
		return;
	emit_lit(&w->out, " --keep ");
	emit_word(&w->out, buf_str(&names));
}

/* The command of looks, ahead of all other words. */
static void emit_look(struct writer *w, const char *use, const struct v_list *argv)
{
	if (!argv->n)
		return;
	emit_lit(&w->out, " --look ");
	emit_verbatim(&w->out, str_c(use));
	emit_lit(&w->out, " ");
	emit_int(&w->out, argv->n);
	for (uint32_t i = 0; i < argv->n; i++) {
		emit_lit(&w->out, " ");
		emit_word(&w->out, argv->items[i].v);
	}
}

/* What a line of each task has to match. */
static void emit_lines(struct writer *w, const struct plan_service *s)
{
	const struct plan_readiness *r = s->readiness;

	if (!r || r->type.v != READINESS_TYPE_LOG || !service_counts_all(s, &r->tasks))
		return;
	emit_lit(&w->out, " --lines ");
	emit_word(&w->out, r->pattern.v);
}

/* The step shim, the first process of each task. */
static void emit_shim(struct writer *w, const struct plan_service *s)
{
	bool is_inside = w->container->is_contained && has_inner_command(w, s);

	if (is_inside)
		emit_lit(&w->out, " \\\n    ");
	else
		emit_break(w);
	/* Some sites let srun look for the command on the host first, where /bin/sh is, too. */
	if (is_inside && w->container->is_srun_option && w->scheduler == &scheduler_slurm)
		emit_lit(&w->out, "/bin/sh -c 'exec \"$0\" \"$@\"' ");
	if (is_inside)
		emit_lit(&w->out, JOB_VIEW "/" JOB_FILE_PROGRAM " step");
	else
		emit_lit(&w->out, "\"$JOB_DIR/" JOB_FILE_PROGRAM "\" step");
	if (s->readiness)
		emit_look(w, "ready", &s->readiness->argv);
	if (s->liveness)
		emit_look(w, "live", &s->liveness->argv);
	emit_lines(w, s);
	/* Outside of the container the job folder isn't where the command will see it. */
	if (w->container->is_contained && !is_inside)
		emit_lit(&w->out, " --dir \"$JOB_DIR\"");
	if (s->runs_entrypoint.v) {
		emit_lit(&w->out, " ");
		emit_verbatim(&w->out, str_c(w->container->entrypoint));
	}
	if (IS_SET(s->working_dir)) {
		emit_lit(&w->out, " --chdir ");
		emit_word(&w->out, s->working_dir.v);
	}
	if (is_inside)
		emit_image_env(w, s);
	if (s->nodes.v > 1)
		emit_lit(&w->out, " --dist");
	emit_container_hook(w, s->prologue, STR("--prologue"));
	emit_container_hook(w, s->epilogue, STR("--epilogue"));
	emit_lit(&w->out, " --");
}

static void emit_argv(struct writer *w, const struct plan_service *s)
{
	if (!service_has_words(s) && has_inner_command(w, s)) {
		emit_lit(&w->out, " ");
		emit_verbatim(&w->out, str_c(w->container->own_argv));
	}
	emit_field_origin(w, s, s->argv.from.at, STR("command"));
	for (uint32_t i = 0; i < s->argv.n; i++) {
		emit_lit(&w->out, " ");
		emit_word(&w->out, s->argv.items[i].v);
	}
}

static void emit_service(struct writer *w, const struct plan_service *s)
{
	w->container = container_of(w->plan, s);
	w->emitter = emitter_of(w->plan, s);
	bool is_shim_outside = w->container->is_contained && !has_inner_command(w, s);

	if (s->number.v)
		emit_lit(&w->out, "\n");
	emit_note(w, s->head.from.at, s->name.v);
	emit_field_origin(w, s, s->head.from.at, STR(""));
	emit_lit(&w->out, "service_");
	emit_verbatim(&w->out, s->function.v);
	emit_lit(&w->out, "() {\n");
	if (w->scheduler->prepare)
		w->scheduler->prepare(w, s);
	emit_env_setup(w, s->env_setup, "  ");
	emit_environment(w, s);
	w->scheduler->launch(w, s);
	if (is_shim_outside)
		emit_shim(w, s);
	if (w->emitter->words)
		w->emitter->words(w, s);
	if (!is_shim_outside)
		emit_shim(w, s);
	emit_argv(w, s);
	emit_lit(&w->out, "\n}\n");
}

static bool has_secrets(const struct v_map *map)
{
	for (uint32_t i = 0; i < map->n; i++)
		if (is_hidden(map->items[i].key, &map->items[i].value))
			return true;
	return false;
}

static void emit_publisher(struct writer *w, const struct plan_service *s)
{
	const struct plan_register *r = s->registration;

	emit_lit(&w->out, "\npublish_");
	emit_verbatim(&w->out, s->function.v);
	emit_lit(&w->out, "() {\n");
	/* Not as arguments, which anybody on the node can read. */
	for (uint32_t i = 0; i < r->metadata.n; i++) {
		emit_lit(&w->out, "  export HPCC_METADATA_");
		emit_int(&w->out, i);
		emit_lit(&w->out, "=");
		emit_word(&w->out, str_fmt(w->arena, "%.*s=%.*s", STR_ARG(r->metadata.items[i].key),
					   STR_ARG(r->metadata.items[i].value.v)));
		emit_lit(&w->out, "\n");
	}
	emit_lit(&w->out,
		 "  exec \"$JOB_DIR/" JOB_FILE_PROGRAM "\" publish --cache \"$CACHE_ROOT\" "
		 "--job \"${JOB_ROOT##*/}\" \\\n    --service ");
	emit_word(&w->out, s->name.v);
	emit_lit(&w->out, " --name ");
	emit_word(&w->out, r->name.v);
	emit_lit(&w->out, " --port ");
	emit_int(&w->out, r->port.v);
	emit_lit(&w->out, " --protocol ");
	emit_word(&w->out, r->protocol.v);
	emit_lit(&w->out, " --path ");
	emit_word(&w->out, r->path.v);
	emit_lit(&w->out, " --ttl ");
	emit_int(&w->out, r->ttl_s.v);
	if (has_secrets(&r->metadata))
		emit_lit(&w->out, " --access private");
	emit_lit(&w->out, "\n}\n");
}

/* Variables of the script that service functions expand. */
static void emit_variables(struct writer *w)
{
	emit_lit(&w->out, "declare -p JOB_DIR NODES");
	if (w->scheduler == &scheduler_slurm && plan_shares_cpus(w->plan))
		emit_lit(&w->out, " CPUS");
	if (plan_uses_base(w->plan, PATH_BASE_SPEC_DIR))
		emit_lit(&w->out, " SPEC_DIR");
	if (plan_uses_base(w->plan, PATH_BASE_CACHE_DIR))
		emit_lit(&w->out, " CACHE_ROOT");
	if (w->plan->scratch)
		emit_lit(&w->out, " SCRATCH_DIR");
	if (plan_publishes(w->plan))
		emit_lit(&w->out, " JOB_ROOT");
	emit_value_names(w);
	emit_name_group_variables(w);
}

/* Functions of the script that service functions call. */
static void emit_helper_records(struct writer *w)
{
	if (w->scheduler == &scheduler_slurm)
		emit_lit(&w->out, "; declare -f own_options");
	for (enum runtime_backend i = 0; i < RUNTIME_BACKEND_N; i++) {
		const struct container_emitter *emitter = plan_emitter(w->plan, i);
		if (emitter && emitter->records)
			emitter->records(w);
	}
	if (plan_uses_views(w->plan))
		emit_lit(&w->out, "; declare -f use_view");
	if (plan_uses_modules(w->plan))
		emit_lit(&w->out, "; declare -f use_module; declare -f module _module_raw ml || :");
}

void emit_setup_helpers(struct writer *w)
{
	if (plan_uses_views(w->plan))
		emit_bash(w, bash_use_view, NULL);
	if (plan_uses_modules(w->plan)) {
		emit_bash(w, bash_knows_modules, NULL);
		emit_bash(w, bash_use_module, NULL);
	}
	if (w->plan->setup.n)
		emit_bash(w, bash_setup_told, NULL);
}

void emit_services(struct writer *w)
{
	emit_lit(&w->out, "\n# Services: each function turns into the service's process.\n");
	emit_name_groups(w);
	for (uint32_t i = 0; i < w->plan->services.n; i++) {
		emit_service(w, &w->plan->services.items[i]);
		if (w->plan->services.items[i].registration)
			emit_publisher(w, &w->plan->services.items[i]);
		arena_reset(w->arena);
	}
	emit_lit(&w->out, "\n# The shell of a service: these variables, and its function.\n"
			  "records() {\n  ");
	emit_variables(w);
	emit_helper_records(w);
	emit_lit(
		&w->out,
		"; printf '\\0'\n"
		"  for name in $(compgen -A function service_) $(compgen -A function publish_); do\n"
		"    declare -f \"$name\"; printf '\\0'\n"
		"  done\n"
		"}\n");
}
