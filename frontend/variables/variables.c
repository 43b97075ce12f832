/* SPDX-License-Identifier: Apache-2.0 */
/* The map of variables: each source in turn, later ones over earlier ones. */
#include "frontend/variables/variables.h"

#include "frontend/variables/dotenv.h"
#include "ir/grammar/grammar.h"
#include "ir/diag/diag_render.h"

static void set_variable(struct unit *u, struct variable variable)
{
	variable.is_secret |= variable_is_secret_name(variable.name);
	uint32_t i = map_get(&u->variable_index, variable.name);
	if (i != MAP_NONE) {
		u->variables.items[i] = variable;
		return;
	}
	map_put(&u->variable_index, u->arena, variable.name, u->variables.n);
	*LIST_PUSH(u->arena, &u->variables) = variable;
}

static void set_entries(struct unit *u, const struct dotenv *file, enum variable_source source)
{
	for (uint32_t i = 0; i < file->entries.n; i++) {
		const struct dotenv_entry *entry = &file->entries.items[i];
		set_variable(u, (struct variable){.name = entry->name,
						  .value = entry->value,
						  .source = source,
						  .at = entry->value_at});
	}
}

static struct str join_path(struct unit *u, struct str folder, struct str path)
{
	if (str_has_prefix(path, "/") || !folder.len || str_eq_c(folder, "."))
		return path;
	return str_fmt(u->arena, "%.*s/%.*s", STR_ARG(folder), STR_ARG(path));
}

/* An env file that somebody named must be there. */
static void read_named_file(struct unit *u, struct str path, struct span at,
			    enum variable_source source, const char *namer)
{
	struct dotenv file;
	struct str why;
	enum dotenv_outcome result =
		dotenv_read(u, path, source == VARIABLE_COMMAND_LINE, &file, &why);
	u->has_lost_variables |= result != DOTENV_READ;
	if (result == DOTENV_MISSING)
		diag_error(&u->diags, at, RULE_R030, "env file '%.*s' %s can't be read: %.*s",
			   STR_ARG(path), namer, STR_ARG(why));
	set_entries(u, &file, source);
}

static void set_settings(struct unit *u, const struct settings *settings)
{
	for (uint32_t i = 0; i < settings->layers.n; i++) {
		const struct settings_layer *layer = &settings->layers.items[i];
		for (uint32_t k = 0; k < layer->env_files.n; k++)
			read_named_file(
				u, join_path(u, settings->base, layer->env_files.items[k].value),
				layer->env_files.items[k].at, VARIABLE_SETTINGS, "of the settings");
		for (uint32_t k = 0; k < layer->env.n; k++)
			set_variable(u, (struct variable){.name = layer->env.items[k].name,
							  .value = layer->env.items[k].value,
							  .at = layer->env.items[k].at,
							  .source = VARIABLE_SETTINGS});
	}
}

/* The text of a secret's file or variable. */
static bool read_secret(struct unit *u, const struct entry *entry, const struct node *file,
			const struct node *env, struct str *value)
{
	if (str_find((file ? file : env)->text, '\0') != STR_NONE)
		return false; /* R038 */
	if (file) {
		struct str path = join_path(u, u->spec_dir, file->text);
		struct str why;
		if (u->reader.read(u->reader.context, u->arena, path, value, &why)) {
			*value = str_trim(*value);
			return true;
		}
		struct diag *d = diag_error(&u->diags, file->at, RULE_R035,
					    "secrets.%.*s.file: '%.*s' can't be read: %.*s",
					    STR_ARG(entry->key), STR_ARG(path), STR_ARG(why));
		diag_help(&u->diags, d, "the path goes by the folder of the spec");
		return false;
	}
	const struct variable *variable = variable_find(u, env->text);
	if (variable) {
		*value = variable->value;
		return true;
	}
	struct diag *d = diag_error(&u->diags, env->at, RULE_R036,
				    "secrets.%.*s.env: variable '%.*s' is not set",
				    STR_ARG(entry->key), STR_ARG(env->text));
	struct str meant = variable_suggest(u, env->text);
	if (meant.len)
		diag_help(&u->diags, d, "did you mean '%.*s'?", STR_ARG(meant));
	else
		diag_help(&u->diags, d, "set it in .env or the environment");
	return false;
}

/* Scalars other than null; kinds are the binder's to complain about. */
static const struct node *scalar(const struct node *secret, const char *key)
{
	const struct node *node = node_get(secret, key);
	return node && node->kind != NODE_NULL && node->kind != NODE_LIST && node->kind != NODE_MAP
		       ? node
		       : NULL;
}

/* Something else stands where the source should: the binder speaks of it. */
static bool has_wrong_shape(const struct node *secret)
{
	for (uint32_t i = 0; secret->kind == NODE_MAP && i < secret->n; i++)
		if (secret->entries[i].value->kind != NODE_NULL)
			return true;
	return secret->kind != NODE_MAP;
}

static bool check_secret(struct unit *u, const struct entry *entry, const struct node *file,
			 const struct node *env)
{
	struct diag *d;
	if (!name_is_variable(entry->key)) {
		d = diag_error(&u->diags, entry->key_at, RULE_R034,
			       "secrets.%.*s: a secret's name is the name of a variable",
			       STR_ARG(entry->key));
		diag_help(&u->diags, d, "use letters, digits and '_', not beginning with a digit");
		return false;
	}
	if (file && env) {
		d = diag_error(
			&u->diags, env->at, RULE_R033,
			"secrets.%.*s has both 'file' and 'env': one of them can be the source",
			STR_ARG(entry->key));
		diag_note(&u->diags, d, file->at, "the other one is here");
		return false;
	}
	if (!file && !env && !has_wrong_shape(entry->value))
		diag_error(&u->diags, entry->key_at, RULE_R033,
			   "secrets.%.*s names no source: set 'file' or 'env'",
			   STR_ARG(entry->key));
	return file || env;
}

static void set_secrets(struct unit *u)
{
	const struct node *secrets = node_get(u->tree, "secrets");
	if (!secrets || secrets->kind != NODE_MAP)
		return;
	for (uint32_t i = 0; i < secrets->n; i++) {
		const struct entry *entry = &secrets->entries[i];
		if (entry->value->kind != NODE_MAP && entry->value->kind != NODE_NULL)
			continue;
		const struct node *file = scalar(entry->value, "file");
		const struct node *env = scalar(entry->value, "env");
		struct str value;
		if (!check_secret(u, entry, file, env) || !read_secret(u, entry, file, env, &value))
			continue;
		set_variable(u, (struct variable){.name = entry->key,
						  .value = value,
						  .source = VARIABLE_SECRET,
						  .at = (file ? file : env)->at,
						  .is_secret = true});
		if (value.len)
			diags_hide(&u->diags, value);
	}
}

/* Each parameter as in the first trial of all: so the spec can be read before trials are known. */
static void set_first_values(struct unit *u)
{
	const struct node *parameters = node_get(node_get(u->tree, "sweep"), "parameters");

	if (!parameters || parameters->kind != NODE_MAP)
		return;
	for (uint32_t i = 0; i < parameters->n; i++) {
		const struct entry *e = &parameters->entries[i];
		if (e->value->kind != NODE_LIST || !e->value->n ||
		    e->value->items[0]->kind == NODE_LIST || e->value->items[0]->kind == NODE_MAP)
			continue;
		set_variable(u, (struct variable){.name = e->key,
						  .value = e->value->items[0]->text,
						  .source = VARIABLE_SWEEP,
						  .at = e->value->items[0]->at});
	}
}

static void set_sweep(struct unit *u)
{
	for (uint32_t i = 0; i < u->trial.n; i++)
		set_variable(u, (struct variable){.name = u->trial.items[i].name,
						  .value = u->trial.items[i].value,
						  .source = VARIABLE_SWEEP});
	if (u->is_swept && !u->trial.n)
		set_first_values(u);
}

void variables_build(struct unit *u)
{
	struct str path = join_path(u, u->spec_dir, STR(".env"));
	struct dotenv file;
	struct str why;
	enum dotenv_outcome result = dotenv_read(u, path, false, &file, &why);
	u->has_lost_variables |= result == DOTENV_BROKEN;
	if (result != DOTENV_MISSING)
		set_entries(u, &file, VARIABLE_DOTENV);
	else if (str_contains(why, "ermission")) /* absent, or a folder: there are none */
		diag_warning(&u->diags, SPAN_NONE, RULE_R029, "'%.*s' can't be read: %.*s",
			     STR_ARG(path), STR_ARG(why));
	if (u->settings)
		set_settings(u, u->settings);
	for (uint32_t i = 0; i < u->process_env.n; i++)
		set_variable(u, (struct variable){.name = u->process_env.items[i].name,
						  .value = u->process_env.items[i].value,
						  .source = VARIABLE_PROCESS});
	set_secrets(u);
	for (uint32_t i = 0; i < u->command_line_env_files.n; i++)
		read_named_file(u, u->command_line_env_files.items[i], SPAN_NONE,
				VARIABLE_COMMAND_LINE, "given by --env-file");
	for (uint32_t i = 0; i < u->command_line_env.n; i++)
		set_variable(u, (struct variable){.name = u->command_line_env.items[i].name,
						  .value = u->command_line_env.items[i].value,
						  .source = VARIABLE_COMMAND_LINE});
	set_sweep(u);
}

const struct variable *variable_find(const struct unit *u, struct str name)
{
	uint32_t i = map_get(&u->variable_index, name);
	return i == MAP_NONE ? NULL : &u->variables.items[i];
}

struct str variable_suggest(const struct unit *u, struct str name)
{
	enum {
		LONGEST = 100,
		MOST_ERRORS = 100 /* nobody reads more suggestions than that */
	};
	struct str best = STR("");
	if (name.len > LONGEST || u->diags.n_errors > MOST_ERRORS)
		return best;
	/* Short names are close to each other without being meant. */
	struct nearest near = nearest_within(name, name.len < 3   ? 0
						   : name.len < 6 ? 1
								  : (unsigned)(name.len / 3));
	for (uint32_t i = 0; i < u->variables.n && near.best; i++)
		if (is_nearest(&near, u->variables.items[i].name))
			best = u->variables.items[i].name;
	return best;
}

bool variable_is_secret_text(const struct unit *u, struct str text)
{
	return secrets_hold(&u->diags.secrets, text);
}

bool variable_is_secret_name(struct str name)
{
	return name_is_secret(name);
}
