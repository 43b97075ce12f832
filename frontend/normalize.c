/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Normal forms: several ways to write one thing become one, so that passes see one.
 *
 *	script: s                  command: [/bin/sh, -c, s]
 *	command with a line break  command: [/bin/sh, -c, "entrypoint command"]
 *	modules: [m]               x-env.modules.load: [m]
 *	env_file: f                its pairs under `environment`
 *	x-enroot.prepare           x-runtime.prepare
 *	healthcheck                readiness
 *
 * The fields they come from stay, so that checks can still speak of what was written.
 */
#include "frontend/bind/bind.h"

#include "frontend/variables/dotenv.h"
#include "frontend/probe.h"
#include "frontend/variables/variables.h"
#include "ir/host_names.h"

/* What is worked out from the field `name` keeps the field's place. */
static struct origin derived(struct arena *a, struct origin from, struct str name)
{
	struct trail *trail = ARENA_NEW(a, struct trail);
	*trail = (struct trail){
		.kind = TRAIL_DERIVED, .at = from.at, .name = name, .next = origin_trail(from)};
	return origin_new(from.at, trail, ORIGIN_DERIVED);
}

static struct v_str derived_text(struct origin from, struct str text)
{
	return (struct v_str){.from = from, .v = text};
}

static void run_in_shell(struct arena *a, struct v_command *command, struct origin from,
			 struct str script, bool is_secret)
{
	command->from = from;
	command->form = COMMAND_LIST;
	command->is_secret = is_secret;
	command->n = 3;
	command->items = ARENA_ARRAY(a, 3, struct v_str);
	command->items[0] = derived_text(from, STR("/bin/sh"));
	command->items[1] = derived_text(from, STR("-c"));
	command->items[2] = derived_text(from, script);
	command->items[2].is_secret = is_secret;
	command->text = STR("");
}

static void normalize_command(struct arena *a, struct service *s)
{
	struct v_command *command = &s->command, *entrypoint = &s->entrypoint;
	if (IS_SET(s->script) && !IS_SET(*command) && !IS_SET(*entrypoint)) {
		run_in_shell(a, command, derived(a, s->script.from, STR("script")), s->script.v,
			     s->script.is_secret);
		return;
	}
	if (!IS_SET(*command) || command->form != COMMAND_STRING ||
	    str_find(command->text, '\n') == STR_NONE)
		return;
	if (IS_POISON(*entrypoint) || (IS_SET(*entrypoint) && entrypoint->form != COMMAND_STRING))
		return; /* one string and one list: R088 */
	struct str script = command->text;
	bool is_secret = command->is_secret || entrypoint->is_secret;
	if (IS_SET(*entrypoint))
		script = str_fmt(a, "%.*s %.*s", STR_ARG(entrypoint->text), STR_ARG(script));
	run_in_shell(a, command, derived(a, command->from, STR("command")), script, is_secret);
	*entrypoint = (struct v_command){.from.kind = ORIGIN_ABSENT};
}

/* `modules` beside `x-env` is short for `x-env.modules.load`. */
static void normalize_modules(struct arena *a, const struct v_list *modules,
			      struct env_setup **setup)
{
	if (!IS_GIVEN(*modules))
		return;
	struct origin from = derived(a, modules->from, STR("modules"));
	if (!*setup) {
		*setup = ARENA_NEW(a, struct env_setup);
		(*setup)->head.from = from;
	}
	if (IS_POISON((*setup)->head) || (*setup)->modules)
		return;
	struct modules *load = ARENA_NEW(a, struct modules);
	load->head.from = from;
	load->purge.from = (struct origin){.at = from.at, .kind = ORIGIN_DEFAULT};
	load->load = *modules;
	load->load.from = from;
	(*setup)->modules = load;
}

static struct diag_subject about(const struct unit *u, const struct service *s, const char *field)
{
	return (struct diag_subject){
		.path = str_fmt(u->arena, "services.%.*s%s", STR_ARG(s->head.name), field),
		.service = s->head.name};
}

static void normalize_prepare(struct unit *u, struct service *s)
{
	struct prepare *enroot = s->enroot ? s->enroot->prepare : NULL;
	if (!enroot)
		return;
	struct str name = STR("x-enroot.prepare");
	if (s->runtime && s->runtime->prepare) {
		struct diag *d = diag_error_about(
			&u->diags, enroot->head.from.at, RULE_R112, about(u, s, ""),
			"'x-enroot.prepare' and 'x-runtime.prepare' can't stand "
			"together");
		diag_note(&u->diags, d, s->runtime->prepare->head.from.at,
			  "'x-runtime.prepare' is here");
		diag_help(&u->diags, d, "keep 'x-runtime.prepare'");
		return;
	}
	if (!s->runtime) {
		s->runtime = ARENA_NEW(u->arena, struct service_runtime);
		s->runtime->head.from = derived(u->arena, s->enroot->head.from, name);
	}
	s->runtime->prepare = ARENA_NEW(u->arena, struct prepare);
	*s->runtime->prepare = *enroot;
	if (!IS_POISON(enroot->head))
		s->runtime->prepare->head.from = derived(u->arena, enroot->head.from, name);
}

static void add_env_file(struct unit *u, const struct service *s, const struct v_str *file,
			 struct env_builder *b)
{
	struct dotenv dotenv = {0};
	struct str why = {0};
	bool is_absolute = str_has_prefix(file->v, "/");
	struct str path =
		is_absolute || str_eq_c(u->spec_dir, ".") || !u->spec_dir.len
			? file->v
			: str_fmt(u->arena, "%.*s/%.*s", STR_ARG(u->spec_dir), STR_ARG(file->v));
	switch (dotenv_read(u, path, false, &dotenv, &why)) {
	case DOTENV_MISSING: {
		struct diag *d = diag_error_about(
			&u->diags, file->from.at, RULE_R030, about(u, s, ".env_file"),
			"can't read '%.*s': %.*s", STR_ARG(path), STR_ARG(why));
		diag_help(&u->diags, d, "the path goes by the folder of the spec");
		return;
	}
	case DOTENV_BROKEN:
	case DOTENV_READ:
		break;
	}
	for (uint32_t i = 0; i < dotenv.entries.n; i++) {
		struct dotenv_entry *entry = &dotenv.entries.items[i];
		struct v_pair pair = {.key = entry->name, .key_at = entry->name_at};
		pair.value.from = derived(u->arena, file->from, STR("env_file"));
		pair.value.from.at = entry->value_at;
		pair.value.v = entry->value;
		pair.value.is_secret = variable_is_secret_name(entry->name) ||
				       variable_is_secret_text(u, entry->value);
		if (name_is_of_environment(entry->name)) {
			env_put(b, pair);
			continue;
		}
		struct diag *d =
			diag_error(&u->diags, entry->name_at, RULE_R032,
				   "'%.*s' is no name for a variable", STR_ARG(entry->name));
		diag_note(&u->diags, d, file->from.at, "the file is named here");
	}
}

/* The pairs of the files, then those written in the spec. */
static void normalize_environment(struct unit *u, struct service *s)
{
	if (!IS_GIVEN(s->env_file))
		return;
	struct env_builder b = {.arena = u->arena};
	for (uint32_t i = 0; i < s->env_file.n; i++)
		if (IS_SET(s->env_file.items[i]))
			add_env_file(u, s, &s->env_file.items[i], &b);
	for (uint32_t i = 0; i < s->environment.n; i++)
		env_put(&b, s->environment.items[i]);
	if (!IS_POISON(s->environment))
		s->environment.from = derived(u->arena, s->env_file.from, STR("env_file"));
	s->environment.items = b.pairs.items;
	s->environment.n = b.pairs.n;
}

/* What the probe's kind has beside what the healthcheck says. */
static void fill_defaults(struct unit *u, struct readiness *r, struct span at)
{
	for (size_t i = 0; i < record_readiness.n_fields; i++) {
		const struct field *f = &record_readiness.fields[i];
		const struct origin *from = (void *)((char *)r + f->offset);
		if (from->kind == ORIGIN_ABSENT &&
		    field_is_for(f, record_readiness.fields[0].words[r->type.v]))
			fill_default(u->arena, f, (char *)r + f->offset, at);
	}
}

/* Durations and counts of Compose: 0 means the default. */
static uint64_t or_default(const struct origin *from, uint64_t value, uint64_t otherwise)
{
	return from->kind > ORIGIN_DEFAULT && value ? value : otherwise;
}

/* The command itself, for a while that follows from how often it may fail. */
static void fill_exec(struct unit *u, const struct healthcheck *check, struct origin from,
		      struct readiness *r)
{
	enum {
		INTERVAL_S = 30,
		TIMEOUT_S = 30,
		RETRIES = 3
	};
	const struct v_list *test = &check->test;
	bool is_shell = test->is_lone || str_eq_c(test->items[0].v, "CMD-SHELL");
	const struct v_str *text = &test->items[test->is_lone ? 0 : 1];
	uint64_t timeout = or_default(&check->timeout.from, check->timeout.seconds, TIMEOUT_S);
	uint64_t round =
		timeout + or_default(&check->interval.from, check->interval.seconds, INTERVAL_S);
	uint64_t rounds = or_default(&check->retries.from, check->retries.v, RETRIES);

	r->type.v = READINESS_TYPE_EXEC;
	r->command =
		(struct v_command){.from = from, .form = is_shell ? COMMAND_STRING : COMMAND_LIST};
	if (is_shell)
		r->command.text = text->v;
	for (uint32_t i = 0; i < test->n; i++)
		r->command.is_secret |= test->items[i].is_secret;
	if (!is_shell) {
		r->command.items = test->items + 1;
		r->command.n = test->n - 1;
	}
	r->attempt_timeout_seconds = (struct v_uint){.from = from, .v = timeout};
	r->timeout_seconds = (struct v_uint){
		.from = from,
		.v = or_default(&check->start_period.from, check->start_period.seconds, 0) +
		     rounds * round};
	fill_defaults(u, r, check->head.from.at);
}

static void fill_readiness(struct unit *u, const struct service *s, const struct probe *probe,
			   struct readiness *r)
{
	const struct v_list *test = &s->healthcheck->test;
	struct origin from =
		derived(u->arena, test->items[probe->item].from, STR("healthcheck.test"));
	r->head.from = derived(u->arena, s->healthcheck->head.from, STR("healthcheck"));
	r->type.from = from;
	switch (probe->kind) {
	case PROBE_TCP:
		r->type.v = READINESS_TYPE_TCP;
		r->host = derived_text(from, probe->host);
		r->port = (struct v_port){.from = from, .v = probe->port};
		break;
	case PROBE_HTTP:
		r->type.v = READINESS_TYPE_HTTP;
		r->url = derived_text(from, probe->url);
		r->url.is_secret = test->items[probe->item].is_secret;
		break;
	case PROBE_EXEC:
		fill_exec(u, s->healthcheck, from, r);
		return;
	}
	if (IS_GIVEN(s->healthcheck->timeout))
		r->timeout_seconds =
			(struct v_uint){.from = derived(u->arena, s->healthcheck->timeout.from,
							STR("healthcheck.timeout")),
					.v = s->healthcheck->timeout.seconds};
	fill_defaults(u, r, s->healthcheck->head.from.at);
}

static void complain_probe(struct unit *u, const struct service *s, size_t item,
			   const struct problem *problem)
{
	const struct v_list *test = &s->healthcheck->test;
	struct span at = test->from.at;
	bool is_secret = false;
	for (uint32_t i = 0; i < test->n; i++)
		is_secret |= test->items[i].is_secret;
	struct problem p = problem_shown(u->arena, problem, is_secret);
	if (item < test->n)
		at = source_part(&u->sources, test->items[item].from.at, test->items[item].v,
				 p.begin, p.end);
	struct diag *d = diag_error_about(&u->diags, at, p.rule, about(u, s, ".healthcheck.test"),
					  "%.*s", STR_ARG(p.what));
	if (p.help.len)
		diag_help(&u->diags, d, "%.*s", STR_ARG(p.help));
}

static bool has_poison(const struct v_list *list)
{
	for (uint32_t i = 0; i < list->n; i++)
		if (IS_POISON(list->items[i]))
			return true;
	return IS_POISON(*list);
}

/* One of these makes the command itself count, as often as they say. */
static bool has_rhythm(const struct healthcheck *check)
{
	const struct origin *const from[] = {&check->interval.from, &check->retries.from,
					     &check->start_period.from,
					     &check->start_interval.from};

	for (size_t i = 0; i < sizeof(from) / sizeof(from[0]); i++)
		if (from[i]->kind > ORIGIN_DEFAULT)
			return true;
	return false;
}

enum {
	HOST_OF_SERVICE, /* its nodes and copies have the name with a number behind it */
	HOST_OTHER_NAME,
};

/* Names by which containers find services, in capitals. */
static struct map names_of_hosts(struct unit *u)
{
	struct map names = {0};
	for (uint32_t i = 0; i < u->job->services.n; i++) {
		given_names given = names_given(u->arena, &u->job->services.items[i]);
		for (uint32_t k = 0; k < given.n; k++)
			map_put(&names, u->arena, str_upper(u->arena, given.items[k].name),
				HOST_OTHER_NAME);
	}
	for (uint32_t i = 0; i < u->job->services.n; i++)
		map_put(&names, u->arena, str_upper(u->arena, u->job->services.items[i].head.name),
			HOST_OF_SERVICE);
	return names;
}

/* Containers know services by their names, and no node does: there the command itself looks. */
static bool asks_by_name(const struct unit *u, const struct map *names, const struct service *s,
			 const struct probe *probe)
{
	struct str host = probe->host, port;
	if (!IS_SET(s->image) ||
	    (probe->kind == PROBE_HTTP && !grammar_url_host(probe->url, &host, &port)))
		return false;
	struct str key = str_upper(u->arena, host), service;
	uint64_t number;
	return map_get(names, key) != MAP_NONE || (name_is_numbered(key, &service, &number) &&
						   map_get(names, service) == HOST_OF_SERVICE);
}

static bool is_switched_off(const struct healthcheck *check)
{
	return IS_POISON(check->disable) || (IS_SET(check->disable) && check->disable.v) ||
	       (IS_SET(check->test) && !check->test.is_lone && check->test.n == 1 &&
		str_eq_c(check->test.items[0].v, "NONE"));
}

static void normalize_healthcheck(struct unit *u, struct service *s, const struct map *names)
{
	const struct healthcheck *check = s->healthcheck;
	if (!check || s->readiness || IS_POISON(check->head))
		return;
	if (is_switched_off(check))
		return;
	struct readiness *r = ARENA_NEW(u->arena, struct readiness);
	poison_value(u->arena, record_field(&record_service, STR("readiness")), &r,
		     check->head.from.at);
	if (!IS_SET(check->test)) {
		/* R092 is a check's to report: nothing was written that could be a probe. */
		s->readiness = r;
		return;
	}
	struct str *words = ARENA_ARRAY(u->arena, check->test.n, struct str);
	for (uint32_t i = 0; i < check->test.n; i++)
		words[i] = check->test.items[i].v;
	struct probe probe = {0};
	struct problem p = {0};
	size_t item = 0;
	if (has_poison(&check->test)) {
		s->readiness = r;
	} else if (!probe_parse(u->arena, check->test.is_lone ? PROBE_STRING : PROBE_LIST, words,
				check->test.n, &probe, &item, &p)) {
		complain_probe(u, s, item, &p);
		s->readiness = r;
	} else {
		*r = (struct readiness){0};
		if (has_rhythm(check) || asks_by_name(u, names, s, &probe))
			probe = (struct probe){.kind = PROBE_EXEC};
		fill_readiness(u, s, &probe, r);
		s->readiness = r;
	}
}

void normalize_job(struct unit *u)
{
	struct job *job = u->job;
	struct map names = {0};
	normalize_modules(u->arena, &job->modules, &job->env_setup);
	for (uint32_t i = 0; i < job->services.n; i++) {
		struct service *s = &job->services.items[i];
		if (IS_POISON(s->head))
			continue;
		normalize_command(u->arena, s);
		normalize_modules(u->arena, &s->modules, &s->env_setup);
		normalize_prepare(u, s);
		normalize_environment(u, s);
		if (s->healthcheck && !names.n)
			names = names_of_hosts(u);
		normalize_healthcheck(u, s, &names);
	}
}
