/* SPDX-License-Identifier: Apache-2.0 */
/* hpcc context: what is in force here, a row each, with where it comes from. */
#include <stdlib.h>

#include "driver/commands/cmd.h"
#include "driver/screen/variable_list.h"
#include "driver/jobs/jobs.h"
#include "driver/jobs/runtime.h"
#include "driver/json.h"
#include "driver/screen/style.h"
#include "driver/system.h"
#include "frontend/frontend.h"
#include "frontend/settings.h"
#include "frontend/variables/variables.h"

struct row {
	struct str what, value, from;
};

struct context {
	struct compilation c;
	struct arena *arena;
	LIST(struct row) rows;
};

static void add(struct context *x, const char *what, struct str value, struct str from)
{
	*LIST_PUSH(x->arena, &x->rows) = (struct row){str_c(what), value, from};
}

static struct str at_or(struct context *x, struct span at, const char *otherwise)
{
	struct str place = place_text(&x->c, at);

	return place.len > 0 ? place : str_c(otherwise);
}

static void add_spec(struct context *x, const char *path)
{
	const struct invocation *inv = x->c.inv;
	const struct settings *settings = x->c.unit.settings;
	bool is_of_settings = settings && settings->compose_file.len > 0;

	if (!path)
		add(x, "spec", STR("none"),
		    STR("no compose.yaml, compose.yml or docker-compose.yml here"));
	else if (inv->words.n > 0 || FIRST_TEXT(inv->options.files))
		add(x, "spec", str_c(path), STR("the command line"));
	else if (is_of_settings)
		add(x, "spec", str_c(path), at_or(x, settings->compose_at, ""));
	else
		add(x, "spec", str_c(path), STR("found here"));
}

/* Files that were read beside the spec: bases, layers, settings, env files. */
static void add_files(struct context *x)
{
	const struct unit *u = &x->c.unit;

	for (uint32_t i = 0; i < u->sources.files.n; i++) {
		struct str name = u->sources.files.items[i].name;

		if (!str_eq(name, u->path))
			add(x, "reads", name, STR(""));
	}
	if (!u->settings || u->settings->path.len == 0)
		add(x, "settings", STR("none"),
		    STR("no .hpc-compose/settings.toml from here upward"));
	if (!u->site)
		add(x, "site", STR("none"), STR("no cluster.toml: 'hpcc site probe' writes one"));
}

static void add_profiles(struct context *x)
{
	const struct unit *u = &x->c.unit;
	const struct settings *settings = u->settings;
	const char *of_compose = getenv("COMPOSE_PROFILES");

	if (settings && settings->profile.len > 0)
		add(x, "profile", settings->profile, at_or(x, settings->profile_at, "--profile"));
	else
		add(x, "profile", STR("none"), STR(""));
	for (uint32_t i = 0; i < u->profiles.n; i++)
		if (!u->profiles.items[i].is_setting)
			add(x, "service profile", u->profiles.items[i].name, STR("--profile"));
	if (of_compose && *of_compose)
		add(x, "service profile", str_c(of_compose), STR("COMPOSE_PROFILES"));
}

/* A folder: as the spec says, else the settings, else by default. */
static void add_folder(struct context *x, const char *what, const struct v_str *written,
		       struct str of_settings, struct span at, const struct plan_path *path)
{
	struct str from = STR("the default");

	if (!path)
		return;
	if (IS_SET(*written))
		from = place_text(&x->c, written->from.at);
	else if (of_settings.len > 0)
		from = place_text(&x->c, at);
	add(x, what, plan_path_here(x->arena, &x->c, path), from);
}

static void add_folders(struct context *x)
{
	static const struct settings nothing;
	static const struct slurm empty;
	const struct unit *u = &x->c.unit;
	const struct settings *settings = u->settings ? u->settings : &nothing;
	const struct slurm *slurm = u->job && u->job->slurm ? u->job->slurm : &empty;

	if (!u->is_lowered)
		return;
	add_folder(x, "cache_dir", &slurm->cache_dir, settings->cache_dir, settings->cache_at,
		   u->plan->cache_dir);
	add_folder(x, "enroot_temp_dir", &slurm->enroot_temp_dir, settings->unpack_dir,
		   settings->unpack_at, u->plan->unpack_dir);
	add_folder(x, "runtime_root", &slurm->runtime_root, STR(""), SPAN_NONE,
		   u->plan->runtime_root);
}

static void add_programs(struct context *x)
{
	const struct settings *settings = x->c.unit.settings;

	for (uint32_t i = 0; settings && i < settings->binaries.n; i++) {
		const struct settings_value *v = &settings->binaries.items[i];
		add(x, "program",
		    str_fmt(x->arena, "%.*s=%.*s", STR_ARG(v->name), STR_ARG(v->value)),
		    place_text(&x->c, v->at));
	}
	struct str why, path = runtime_source(x->arena, &why);
	const char *trusted = getenv("HPCC_TRUSTED_FOLDERS");

	add(x, "hpcc-rt", path.len > 0 ? path : STR("none"),
	    path.len == 0       ? why
	    : getenv("HPCC_RT") ? STR("HPCC_RT")
				: STR("hpcc carries it"));
	if (trusted && *trusted)
		add(x, "trusted folders", str_c(trusted), STR("HPCC_TRUSTED_FOLDERS"));
}

/* Those of files and of the command line; the environment has too many. */
static void add_variables(struct context *x)
{
	const struct unit *u = &x->c.unit;
	unsigned of_environment = 0;

	for (uint32_t i = 0; i < u->variables.n; i++) {
		const struct variable *v = &u->variables.items[i];

		of_environment += v->source == VARIABLE_PROCESS;
		if (v->source != VARIABLE_PROCESS)
			add(x, "variable",
			    str_fmt(x->arena, "%.*s=%.*s", STR_ARG(v->name),
				    STR_ARG(variable_shown(&x->c, v))),
			    variable_origin(&x->c, v));
	}
	add(x, "variables", str_fmt(x->arena, "%u more", of_environment), STR("the environment"));
}

static void print_rows(struct context *x)
{
	struct style style = style_for(x->c.inv, stdout);
	json_t *list = json_array();

	for (uint32_t i = 0; i < x->rows.n; i++) {
		const struct row *row = &x->rows.items[i];

		if (x->c.inv->options.format == FORMAT_JSON)
			json_array_append_new(list,
					      json_pack("{s:o, s:o, s:o}", "what",
							json_visible(x->arena, row->what), "value",
							json_visible(x->arena, row->value), "from",
							json_visible(x->arena, row->from)));
		else
			printf("%.*s  %.*s  %s%.*s%s\n", STR_ARG(padded(x->arena, row->what, 15)),
			       STR_ARG(padded(x->arena, row->value, 32)), style.dim,
			       STR_ARG(str_visible(x->arena, row->from, VISIBLE_LINE)), style.off);
	}
	if (x->c.inv->options.format == FORMAT_JSON)
		json_print(list);
	else
		json_decref(list);
}

/* What is wrong with a spec doesn't keep what is in force from being shown. */
int cmd_context(struct invocation *inv)
{
	struct context x = {.arena = inv->arena};
	bool is_named = inv->words.n > 0 || FIRST_TEXT(inv->options.files);
	const char *path = is_named ? spec_find(inv) : spec_here(inv);
	int status = EXIT_OK;

	if (is_named && !path)
		return EXIT_USAGE;
	if (path ? !compilation_open(&x.c, inv, path) : !compilation_set_up(&x.c, inv, "-"))
		return EXIT_USAGE;
	if (path) {
		compilation_plan(&x.c);
	} else {
		settings_load(&x.c.unit, STR("."));
		variables_build(&x.c.unit);
	}
	status = compilation_report(&x.c, stderr);
	add_spec(&x, path);
	add_files(&x);
	add_profiles(&x);
	add_folders(&x);
	add_programs(&x);
	add_variables(&x);
	print_rows(&x);
	return status;
}
