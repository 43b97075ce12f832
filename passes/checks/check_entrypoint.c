/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands against who reads them: the image's ENTRYPOINT (E11), nobody but the kernel (A30), or a shell that
 * doesn't know what interpolation knows (A31). And options for the container tool that hpcc writes itself (R058).
 */
#include "passes/checks/check.h"

static void check_entrypoint(const struct subject *s)
{
	const struct v_command *own = &s->service->entrypoint, *command = &s->service->command;
	if (!service_runs_entrypoint(s->u, s->service))
		return;
	if (own->from.kind != ORIGIN_ABSENT) {
		const struct origin *from = &s->service->runtime->entrypoint.from;
		struct diag *d = subject_error(s, from, RULE_E11, "x-runtime.entrypoint",
					       "the service says itself what stands ahead of its "
					       "command");
		diag_note(s->d, d, own->from.at, "'entrypoint' is here");
		diag_help(s->d, d, "keep one of the two");
		return;
	}
	if (!IS_SET(*command) || command->form != COMMAND_STRING)
		return;
	struct str rest = command->text, word;
	struct problem p;
	while (grammar_word(s->d->arena, &rest, &word, &p))
		;
	if (!p.what.len)
		return;
	struct diag *d =
		subject_error(s, &command->from, RULE_E11, "command",
			      "with 'entrypoint: image' this text is words: %.*s", STR_ARG(p.what));
	diag_help(s->d, d, "%.*s", STR_ARG(p.help));
}

/* Nothing that can be started is called so: in an image with an ENTRYPOINT these are its options. */
static void advise_options(const struct subject *s)
{
	const struct v_command *command = &s->service->command;
	struct str first = {0};
	if (!IS_SET(*command) || IS_SET(s->service->entrypoint) ||
	    !service_container(s->u, s->service)->is_contained ||
	    service_runs_entrypoint(s->u, s->service))
		return;
	if (command->form == COMMAND_STRING)
		first = str_trim(command->text);
	else if (command->n)
		first = command->items[0].v;
	if (!str_has_prefix(first, "-"))
		return;
	struct diag *d = subject_warning(s, &command->from, RULE_A30, "command",
					 "begins with an option, and the image's ENTRYPOINT, which "
					 "would take it, isn't run");
	diag_help(s->d, d, "x-runtime: {entrypoint: image} runs it ahead of the command");
}

static bool is_name_byte(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

static struct str name_at(struct str text, size_t begin)
{
	size_t end = begin;
	while (end < text.len && is_name_byte(text.ptr[end]))
		end++;
	bool is_name = end > begin && !(text.ptr[begin] >= '0' && text.ptr[begin] <= '9');
	return is_name ? str_slice(text, begin, end) : STR("");
}

/* The name stands there without a `$`: the script may give it a value, or reads one. */
static bool stands_alone(struct str text, struct str name)
{
	for (size_t i = 0; i < text.len; i++) {
		struct str here = name_at(text, i);
		if (!here.len)
			continue;
		size_t before = i && text.ptr[i - 1] == '{' ? i - 1 : i;
		if (str_eq(here, name) && !(before && text.ptr[before - 1] == '$'))
			return true;
		i += here.len - 1;
	}
	return false;
}

static bool setup_has(const struct env_setup *setup, struct str name)
{
	return HAS_RECORD(setup) && map_has(&setup->env, name);
}

/* Of the environment that hpcc was called in, the job may well know. */
static const struct variable *known_here_alone(const struct subject *s, struct str text,
					       struct str name)
{
	uint32_t k = map_get(&s->u->variable_index, name);
	const struct variable *v = k == MAP_NONE ? NULL : &s->u->variables.items[k];
	if (!v || v->source == VARIABLE_PROCESS ||
	    v->source == VARIABLE_SWEEP /* its services have it */ ||
	    map_has(&s->service->environment, name) || setup_has(s->service->env_setup, name) ||
	    setup_has(s->u->job->env_setup, name) || stands_alone(text, name))
		return NULL;
	return v;
}

static void advise_text(const struct subject *s, const struct origin *from, const char *field,
			struct str text)
{
	for (size_t i = 0; i + 1 < text.len; i++) {
		if (text.ptr[i] == '\\') {
			i++;
			continue;
		}
		if (text.ptr[i] != '$')
			continue;
		bool is_twice = text.ptr[i + 1] == '$';
		size_t begin = i + 1 + is_twice;
		begin += begin < text.len && text.ptr[begin] == '{';
		struct str name = name_at(text, begin);
		i = begin - 1;
		if (!name.len)
			continue;
		if (is_twice) {
			struct diag *d = subject_warning(
				s, from, RULE_A31, field,
				"a shell runs this text, where '$$' is its process id: "
				"'$$%.*s' isn't the variable",
				STR_ARG(name));
			diag_help(s->d, d, "write $%.*s", STR_ARG(name));
			return;
		}
		const struct variable *v = known_here_alone(s, text, name);
		if (!v)
			continue;
		struct diag *d = subject_warning(s, from, RULE_A31, field,
						 "a shell runs this text in the job, where '%.*s' "
						 "isn't known",
						 STR_ARG(name));
		if (!span_is_none(v->at))
			diag_note(s->d, d, v->at, "it is known here, while hpcc compiles");
		diag_help(s->d, d, "give it to the service: environment: {%.*s: \"${%.*s}\"}",
			  STR_ARG(name), STR_ARG(name));
		return;
	}
}

static void advise_variables(const struct subject *s)
{
	const struct service *v = s->service;
	if (IS_SET(v->script))
		advise_text(s, &v->script.from, "script", v->script.v);
	if (IS_SET(v->entrypoint) && v->entrypoint.form == COMMAND_STRING)
		advise_text(s, &v->entrypoint.from, "entrypoint", v->entrypoint.text);
	if (!IS_SET(v->command) || IS_SET(v->script) || service_runs_entrypoint(s->u, v))
		return;
	if (v->command.form == COMMAND_STRING)
		advise_text(s, &v->command.from, "command", v->command.text);
	else if (v->command.from.kind == ORIGIN_DERIVED && v->command.n == 3)
		advise_text(s, &v->command.from, "command", v->command.items[2].v);
}

/* "--bind=volumes": the option, and the field that is for it. */
static bool owns(const struct container *c, struct str item, struct str *option, struct str *field)
{
	struct str rest = str_c(c->own_options), one;
	while (rest.len) {
		rest = str_split(rest, ' ', &one);
		*field = str_split(one, '=', option);
		bool is_letter = option->len == 2;
		if (!str_eq(str_slice(item, 0, option->len), *option))
			continue;
		if (item.len == option->len || is_letter || byte_is_in(item.ptr[option->len], "= "))
			return true;
	}
	return false;
}

static bool has_prefix_of(const struct container *c, struct str item)
{
	struct str rest = str_c(c->option_prefix), one;
	while (rest.len) {
		rest = str_split(rest, ' ', &one);
		if (str_eq(str_slice(item, 0, one.len), one))
			return true;
	}
	return !*c->option_prefix;
}

static void check_option(const struct subject *s, const struct container *c,
			 const struct v_str *item, const char *field, bool is_first)
{
	if (!IS_SET(*item) || !c->is_contained)
		return;
	struct str text = str_trim(item->v), option, owner;
	if (owns(c, text, &option, &owner)) {
		struct diag *d = subject_error(s, &item->from, RULE_R058, field,
					       "'%.*s' is written by hpcc itself", STR_ARG(option));
		diag_help(s->d, d, "set '%.*s' instead", STR_ARG(owner));
	} else if (str_eq_c(text, "--") || (is_first && !str_has_prefix(text, "-"))) {
		struct diag *d = subject_error(s, &item->from, RULE_R058, field,
					       "'%.*s' is no option of %s", STR_ARG(text), c->tool);
		diag_help(s->d, d,
			  "what follows the options is hpcc's to write: image and command");
	} else if (str_has_prefix(text, "-") && !has_prefix_of(c, text)) {
		struct diag *d = subject_error(s, &item->from, RULE_R058, field,
					       "'%.*s' is no option of %s", STR_ARG(text), c->tool);
		diag_help(s->d, d, "those of srun stand in x-slurm.extra_srun_args");
	}
}

static void check_all_options(const struct subject *s)
{
	const struct runtime *all = s->u->job->runtime;
	for (uint32_t i = 0; HAS_RECORD(all) && i < all->options.n; i++)
		check_option(s, unit_container(s->u), &all->options.items[i],
			     item_field(s, "runtime.options", i, ""), i == 0);
}

static void check_options(const struct subject *s)
{
	const struct service_runtime *own = s->service->runtime;
	for (uint32_t i = 0; HAS_RECORD(own) && i < own->options.n; i++)
		check_option(s, service_container(s->u, s->service), &own->options.items[i],
			     item_field(s, "x-runtime.options", i, ""), i == 0);
}

static check_fn *const root_checks[] = {check_all_options};
static check_fn *const service_checks[] = {check_options, check_entrypoint, advise_options,
					   advise_variables};

void check_entrypoints(const struct unit *u, struct diags *d)
{
	run_root_checks(u, d, root_checks, N_CHECKS(root_checks));
	run_service_checks(u, d, service_checks, N_CHECKS(service_checks));
}
