/* SPDX-License-Identifier: Apache-2.0 */
/* From the command line to a plan: sets up the unit, runs the layers, reports. */
#include "driver/compile.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "driver/enter/one_off.h"
#include "driver/images/digest.h"
#include "driver/report.h"
#include "driver/jobs/runtime.h"
#include "driver/system.h"
#include "driver/trust.h"
#include "frontend/convert.h"
#include "frontend/frontend.h"
#include "frontend/settings.h"
#include "frontend/toml/site_file.h"
#include "ir/grammar/grammar.h"
#include "passes/pass.h"

extern char **environ;

static const char *const spec_names[] = {"compose.yaml", "compose.yml", "docker-compose.yml",
					 "docker-compose.yaml"};

bool spec_is_known(const struct invocation *inv, const char *word)
{
	size_t n = 0;

	if (inv->command != &command_compile || strpbrk(word, "./") || strcmp(word, "-") == 0 ||
	    path_exists(word))
		return true;
	complain("'%s' is neither a command nor a file", word);
	if (command_from_elsewhere(str_c(word))) {
		advise("'hpcc %s' does that", command_from_elsewhere(str_c(word))->name);
		return false;
	}
	const char *names[2 * 64];
	for (size_t i = 0; i < n_commands && n + 2 < sizeof(names) / sizeof(*names); i++) {
		if (commands[i].deletes)
			continue;
		names[n++] = commands[i].name;
		if (commands[i].alias)
			names[n++] = commands[i].alias;
	}
	const char *near = suggest_word(word, names, n);
	if (near)
		advise("did you mean 'hpcc %s'?", near);
	else
		advise("'hpcc --help' lists the commands");
	return false;
}

static bool read_source(void *context, struct arena *a, struct str path, struct str *bytes,
			struct str *why)
{
	(void)context;
	if (str_eq_c(path, "-"))
		return stream_read(a, "-", FRONTEND_MAX_FILE, bytes, why);
	return file_read(a, str_to_c(a, path), FRONTEND_MAX_FILE, bytes, why);
}

static bool read_given(void *context, struct arena *a, struct str path, struct str *bytes,
		       struct str *why)
{
	(void)context;
	return stream_read(a, str_dup(a, path).ptr, FRONTEND_MAX_FILE, bytes, why);
}

static enum found_file find_source(void *context, struct arena *a, struct str folder,
				   struct str below, struct str *bytes, struct str *why)
{
	(void)context;
	return trust_read(a, folder, str_dup(a, below).ptr, FRONTEND_MAX_FILE, bytes, why);
}

static void take_environment(struct unit *u)
{
	for (char **e = environ; *e; e++) {
		struct str name, value = str_split(str_c(*e), '=', &name);

		if (name.len == 0)
			continue;
		struct assignment *v = LIST_PUSH(u->arena, &u->process_env);
		v->name = name;
		v->value = value;
	}
}

static bool take_assignments(struct unit *u, const struct options *o)
{
	for (uint32_t i = 0; i < o->env.list.n; i++) {
		struct str name, value = str_split(str_c(o->env.list.items[i]), '=', &name);

		if (name.len == 0 || !strchr(o->env.list.items[i], '=')) {
			complain("--env wants NAME=VALUE, not '%s'", o->env.list.items[i]);
			return false;
		}
		if (!name_is_variable(name)) {
			complain("--env: '%.*s' is no name of a variable", STR_ARG(name));
			return false;
		}
		*LIST_PUSH(u->arena, &u->command_line_env) = (struct assignment){name, value};
	}
	for (uint32_t i = 0; i < o->env_files.list.n; i++)
		*LIST_PUSH(u->arena, &u->command_line_env_files) =
			str_c(o->env_files.list.items[i]);
	return true;
}

/* What versions can be named of; NULL for anything else. */
static uint32_t *target_place(struct target *t, struct str name)
{
	if (str_eq_c(name, "slurm"))
		return &t->slurm;
	if (str_eq_c(name, "bash"))
		return &t->bash;
	for (size_t i = 0; i < RUNTIME_BACKEND_N; i++)
		if (containers[i].oldest && str_eq_c(name, containers[i].name))
			return &t->containers[i];
	return NULL;
}

#define VERSION_WORD(name) ", " #name "=VERSION"

/* --target=slurm=22.05,pyxis=0.15 */
static bool take_target(struct unit *u, const char *text)
{
	struct str rest = str_c(text), item, name;

	while (rest.len > 0) {
		rest = str_split(rest, ',', &item);
		struct str version = str_split(item, '=', &name);
		uint32_t *place = target_place(&u->target, name);
		if (!place || !grammar_release(version, place)) {
			complain("--target doesn't understand '%.*s'", STR_ARG(item));
			advise("it takes slurm=VERSION" CONTAINER_VERSIONS(
				VERSION_WORD) " and bash=VERSION, as in "
					      "--target=slurm=22.05,pyxis=0.15");
			return false;
		}
	}
	return true;
}

static bool take_runtime(struct compilation *c)
{
	struct str why;

	if (runtime_load(c->inv->arena, &c->backend.runtime, &why))
		return true;
	complain("--embed-runtime: %.*s", STR_ARG(why));
	return false;
}

static void init_unit(struct compilation *c, const char *path)
{
	struct unit *u = &c->unit;
	struct arena *a = c->inv->arena;

	u->arena = a;
	source_map_init(&u->sources, a);
	diags_init(&u->diags, a);
	u->reader.read = read_source;
	u->reader.read_given = read_given;
	u->reader.find = find_source;
	u->reader.way_out = trust_way_out;
	u->reader.digest = digest_image;
	u->reader.n_folders = working_depth();
	u->path = str_c(path);
	u->spec_dir = strcmp(path, "-") == 0 ? STR(".") : path_folder(a, u->path);
	if (c->inv->options.backend == BACKEND_LOCAL) {
		u->scheduler = PLAN_SCHEDULER_LOCAL;
		c->backend.is_local = true;
	}
	for (uint32_t i = 1; i < c->inv->options.files.list.n; i++)
		*LIST_PUSH(a, &u->overlays) = str_c(c->inv->options.files.list.items[i]);
	for (uint32_t i = 0; i < c->inv->options.profiles.list.n; i++)
		*LIST_PUSH(a, &u->profiles) = (struct profile_name){
			.name = str_c(c->inv->options.profiles.list.items[i])};
	u->is_strict_env = c->inv->options.strict_env;
	u->keeps_variable_uses = c->inv->options.variables;
	u->is_judged = c->inv->command->judges;
	take_environment(u);
}

/* The spec that the settings name for when nobody else does, or NULL. What is wrong with them is
   told when they are read for the spec. */
static const char *spec_of_settings(struct invocation *inv)
{
	struct compilation c = {.inv = inv};

	init_unit(&c, "-");
	settings_load(&c.unit, STR("."));
	const struct settings *settings = c.unit.settings;
	if (!settings || settings->compose_file.len == 0)
		return NULL;
	return path_join(inv->arena, settings->base, settings->compose_file).ptr;
}

const char *spec_here(struct invocation *inv)
{
	const char *given = spec_of_settings(inv);

	if (given)
		return given;
	for (size_t i = 0; i < sizeof(spec_names) / sizeof(*spec_names); i++)
		if (path_exists(spec_names[i]))
			return spec_names[i];
	return NULL;
}

const char *spec_find(struct invocation *inv)
{
	const char *given = FIRST_TEXT(inv->options.files);

	if (inv->words.n > 0 && given) {
		complain("the spec is named twice: '%s' and --file '%s'", inv->words.items[0],
			 given);
		return NULL;
	}
	if (inv->words.n > 0)
		return spec_is_known(inv, inv->words.items[0]) ? inv->words.items[0] : NULL;
	if (given)
		return given;
	given = spec_here(inv);
	if (given)
		return given;
	complain("no spec was named, and there is no compose.yaml, compose.yml or "
		 "docker-compose.yml here");
	advise("'hpcc new' writes a first one; 'hpcc --help' shows what hpcc can do");
	return NULL;
}

bool compilation_set_up(struct compilation *c, struct invocation *inv, const char *path)
{
	const struct options *o = &inv->options;

	*c = (struct compilation){.inv = inv};
	init_unit(c, path);
	if (!report_check_names(inv) || !take_assignments(&c->unit, o) ||
	    (o->target && !take_target(&c->unit, o->target)))
		return false;
	c->backend.target = c->unit.target;
	c->backend.annotate = o->annotate;
	c->backend.sources = &c->unit.sources;
	if (o->embed_runtime && !take_runtime(c))
		return false;
	return true;
}

bool compilation_open(struct compilation *c, struct invocation *inv, const char *path)
{
	if (!compilation_set_up(c, inv, path))
		return false;
	struct str why;
	if (!stream_read(inv->arena, path, FRONTEND_MAX_FILE, &c->text, &why)) {
		complain("can't read '%s': %.*s", path, STR_ARG(why));
		return false;
	}
	return true;
}

const struct source *compilation_leaf(const struct compilation *c)
{
	for (uint32_t i = 0; i < c->unit.sources.files.n; i++)
		if (str_eq(c->unit.sources.files.items[i].name, c->unit.path))
			return &c->unit.sources.files.items[i];
	return NULL;
}

bool compilation_bind(struct compilation *c)
{
	struct unit *u = &c->unit;

	settings_load(u, STR("."));
	site_give_target(u);
	c->backend.target = u->target;
	/* The text form of a job, as --emit=ir writes it, so that a pass can be tried alone. */
	if (str_has_suffix(u->path, ".ir")) {
		frontend_read_ir(u, u->path, c->text);
		return u->diags.n_errors == 0;
	}
	frontend_read_text(u, c->text);
	if (u->tree && c->inv->one_off.service && !one_off_cut(c->inv, u)) {
		c->is_refused = true;
		return false;
	}
	if (u->tree)
		frontend_bind(u);
	return u->diags.n_errors == 0;
}

bool compilation_plan(struct compilation *c)
{
	compilation_bind(c);
	if (!c->unit.job)
		return false;
	if (c->unit.is_packed)
		c->unit.job->slurm->nodes = (struct v_uint){0};
	passes_run(&c->unit, NULL, NULL);
	/* What the target can't carry is told together with the rest. */
	if (c->unit.is_lowered)
		backend_check(&c->unit, &c->backend);
	return c->unit.is_lowered && c->unit.diags.n_errors == 0;
}

/* One line instead of a list of errors that all say: this is another tool's file. */
static bool is_compose_file(const struct compilation *c)
{
	const struct unit *u = &c->unit;

	return u->diags.n_errors && u->tree && c->inv->options.diagnostics == REPORT_TEXT &&
	       tree_is_of_compose(u->tree);
}

int compilation_report_later(struct compilation *c, struct report_log *log)
{
	if (is_compose_file(c)) {
		complain(
			"'%.*s' is a Docker Compose file; 'hpcc convert %.*s -o %s' makes a spec of it",
			STR_ARG(c->unit.path), STR_ARG(c->unit.path),
			str_eq_c(c->unit.path, spec_names[0]) ? "spec.yaml" : spec_names[0]);
		return EXIT_USAGE;
	}
	int status = report_take(c->inv, &c->unit, log);
	return status == EXIT_OK && c->is_refused ? EXIT_USAGE : status;
}

int compilation_report(struct compilation *c, FILE *to)
{
	struct report_log log = {0};
	int status = compilation_report_later(c, &log);

	report_end(c->inv, &log, to);
	return status;
}

int compile_spec(struct compilation *c, struct invocation *inv)
{
	const char *path = spec_find(inv);

	if (!path || !compilation_open(c, inv, path))
		return EXIT_USAGE;
	compilation_plan(c);
	int status = compilation_report(c, stderr);
	return status;
}

void compilation_script(struct compilation *c, struct script *script)
{
	enum {
		SCRIPT_MAX =
			4 << 20 /* SchedulerParameters=max_script_size, where nothing is said */
	};

	*script = (struct script){0};
	backend_script(c->inv->arena, c->unit.plan, &c->backend, script);
	if (c->backend.is_local || script->text.len <= SCRIPT_MAX)
		return;
	complain("warning: the script has %zu bytes, and Slurm takes no more than %d, unless "
		 "max_script_size in its SchedulerParameters is another",
		 script->text.len, SCRIPT_MAX);
	advise("move what is long into files that the services read, or make several jobs of it");
}
