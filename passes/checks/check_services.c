/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a service runs and how it shows that it is ready: commands (R087 to R089, A22), healthchecks
 * (R090 to R092), readiness (R097 to R100), liveness (E09), asserts (R101 to R104).
 */
#include <string.h>

#include "passes/checks/check.h"
#include "ir/files.gen.h"

static void check_script(const struct subject *s)
{
	const struct v_str *script = &s->service->script;
	if (IS_SET(*script) && str_is_blank(script->v))
		subject_error(s, &script->from, RULE_R087, "script", "nothing is to be run");
}

static void check_forms(const struct subject *s)
{
	const struct v_command *command = &s->service->command, *entry = &s->service->entrypoint;
	static const char *const names[] = {
		[COMMAND_STRING] = "a string", [COMMAND_LIST] = "a list"};
	if (!IS_SET(*command) || !IS_SET(*entry) || command->form == entry->form ||
	    command->from.kind == ORIGIN_DERIVED)
		return;
	struct diag *d = subject_error(s, &command->from, RULE_R088, "command",
				       "is %s, but 'entrypoint' is %s; both are put together into "
				       "one command",
				       names[command->form], names[entry->form]);
	diag_note(s->d, d, entry->from.at, "'entrypoint' is here");
	diag_help(s->d, d, "write both as strings, or both as lists");
}

static void check_folder(const struct subject *s)
{
	const struct v_str *folder = &s->service->working_dir;
	if (!IS_GIVEN(*folder) || service_has_shim(s))
		return;
	struct diag *d = subject_error(s, &folder->from, RULE_R089, "working_dir",
				       "the image's own command runs in the image's own folder");
	diag_help(s->d, d, "set 'command' as well, or drop 'working_dir'");
}

/* A value too short to be told from other text counts if it is all of the word. */
static const struct variable *secret_within(const struct unit *u, struct str word)
{
	enum {
		SHORTEST = 4
	};
	for (uint32_t i = 0; i < u->variables.n; i++) {
		const struct variable *v = &u->variables.items[i];
		if (v->source == VARIABLE_SECRET && v->value.len > 0 &&
		    (v->value.len < SHORTEST
			     ? str_eq(word, v->value)
			     : memmem(word.ptr, word.len, v->value.ptr, v->value.len) != NULL))
			return v;
	}
	return NULL;
}

/* One secret of a list is enough to say so. */
static void warn_of_word(const struct subject *s, const char *field, const struct v_str *words,
			 uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		const struct variable *secret =
			words[i].is_secret ? secret_within(s->u, words[i].v) : NULL;
		if (!secret)
			continue;
		struct diag *d = subject_warning(
			s, &words[i].from, RULE_A22, item_field(s, field, i, ""),
			"everybody on the node can read the secret '%.*s' in this word of a command",
			STR_ARG(secret->name));
		diag_help(s->d, d,
			  "give it by environment: '%.*s: ${%.*s}', and let the program read it "
			  "there",
			  STR_ARG(secret->name), STR_ARG(secret->name));
		return;
	}
}

static void check_secret_words(const struct subject *s)
{
	const struct v_command *command = &s->service->command, *entry = &s->service->entrypoint;
	const struct v_list *srun = &s->step->extra_srun_args;
	if (IS_GIVEN(*entry) && entry->form == COMMAND_LIST)
		warn_of_word(s, "entrypoint", entry->items, entry->n);
	if (IS_GIVEN(*command) && command->form == COMMAND_LIST)
		warn_of_word(s, "command", command->items, command->n);
	const struct readiness *r = s->service->readiness;
	if (HAS_RECORD(r) && IS_GIVEN(r->command) && r->command.form == COMMAND_LIST)
		warn_of_word(s, "readiness.command", r->command.items, r->command.n);
	const struct liveness *l = s->service->liveness;
	if (HAS_RECORD(l) && IS_GIVEN(l->command) && l->command.form == COMMAND_LIST)
		warn_of_word(s, "liveness.command", l->command.items, l->command.n);
	if (IS_GIVEN(*srun))
		warn_of_word(s, "x-slurm.extra_srun_args", srun->items, srun->n);
}

static void check_healthcheck(const struct subject *s)
{
	const struct healthcheck *h = s->service->healthcheck;
	const struct readiness *r = s->service->readiness;
	if (!HAS_RECORD(h))
		return;
	if (HAS_RECORD(r) && !is_from_healthcheck(r)) {
		struct diag *d = subject_error(s, &h->head.from, RULE_R090, "healthcheck",
					       "can't stand beside 'readiness'");
		diag_note(s->d, d, r->head.from.at, "'readiness' is here");
		diag_help(s->d, d, "keep 'readiness': it can say more");
	}
	if (IS_POISON(h->disable) || (IS_SET(h->disable) && h->disable.v))
		return;
	if (h->test.from.kind != ORIGIN_ABSENT)
		return;
	struct diag *d =
		subject_error(s, &h->head.from, RULE_R092, "healthcheck", "nothing is tested");
	diag_help(s->d, d, "set 'test', or disable: true");
}

static void check_not_blank(const struct subject *s, const struct v_str *value, const char *field)
{
	if (IS_SET(*value) && str_is_blank(value->v))
		subject_error(s, &value->from, RULE_R098, field, "can't be blank");
}

static void check_pattern(const struct subject *s, const struct v_str *pattern)
{
	check_not_blank(s, pattern, "readiness.pattern");
	if (!IS_SET(*pattern) || str_is_blank(pattern->v))
		return;
	size_t groups;
	struct str fault = regex_fault(s->d->arena, pattern->v, &groups);
	if (!fault.len)
		return;
	struct diag *d =
		subject_error(s, &pattern->from, RULE_R098, "readiness.pattern",
			      "is no POSIX extended regular expression: %.*s", STR_ARG(fault));
	diag_help(s->d, d, "put a backslash before characters that stand for themselves");
}

static void check_status_code(const struct subject *s, const struct v_uint *code, const char *field)
{
	if (IS_GIVEN(*code) && (code->v < 100 || code->v > 599))
		subject_error(s, &code->from, RULE_R099, field,
			      "a status is from 100 to 599, not %llu", (unsigned long long)code->v);
}

static void check_has_words(const struct subject *s, const struct v_command *command,
			    const char *field)
{
	if (IS_SET(*command) &&
	    (command->form == COMMAND_STRING ? str_is_blank(command->text) : !command->n))
		subject_error(s, &command->from, RULE_R098, field, "can't be blank");
}

/* What exec runs, and how often what is looked at how long. */
static void check_look(const struct subject *s, const struct readiness *r)
{
	const struct {
		const struct v_uint *seconds;
		const char *field, *what;
	} times[] = {
		{&r->interval_seconds, "readiness.interval_seconds",
		 "looks without a pause; leave it out for the shortest that makes sense"},
		{&r->attempt_timeout_seconds, "readiness.attempt_timeout_seconds",
		 "no look ends in 0 seconds"},
	};
	check_has_words(s, &r->command, "readiness.command");
	for (size_t i = 0; i < N_CHECKS(times); i++)
		if (IS_SET(*times[i].seconds) && !times[i].seconds->v)
			subject_error(s, &times[i].seconds->from, RULE_R100, times[i].field, "%s",
				      times[i].what);
}

static void check_readiness(const struct subject *s)
{
	const struct readiness *r = s->service->readiness;
	if (!HAS_RECORD(r))
		return;
	bool is_probe = is_from_healthcheck(r);
	if (IS_SET(r->port) && !r->port.v && !r->port.name.len)
		subject_error(s, &r->port.from, RULE_R097,
			      is_probe ? "healthcheck.test" : "readiness.port", "ports begin at 1");
	check_not_blank(s, &r->host, "readiness.host");
	check_not_blank(s, &r->url, "readiness.url");
	check_look(s, r);
	check_pattern(s, &r->pattern);
	check_status_code(s, &r->status_code, "readiness.status_code");
	if (IS_SET(r->timeout_seconds) && !r->timeout_seconds.v)
		subject_error(s, &r->timeout_seconds.from, RULE_R100,
			      is_probe ? "healthcheck.timeout" : "readiness.timeout_seconds",
			      "no probe passes in 0 seconds");
}

static void check_limit(const struct subject *s, const struct v_uint *value, const char *field,
			const char *what)
{
	if (IS_SET(*value) && !value->v)
		subject_error(s, &value->from, RULE_E09, field, "%s", what);
}

static void check_liveness(const struct subject *s)
{
	const struct liveness *l = s->service->liveness;
	if (!HAS_RECORD(l))
		return;
	if (IS_SET(l->port) && !l->port.v && !l->port.name.len)
		subject_error(s, &l->port.from, RULE_R097, "liveness.port", "ports begin at 1");
	check_not_blank(s, &l->host, "liveness.host");
	check_not_blank(s, &l->url, "liveness.url");
	check_has_words(s, &l->command, "liveness.command");
	check_status_code(s, &l->status_code, "liveness.status_code");
	check_limit(s, &l->interval_seconds, "liveness.interval_seconds",
		    "looks without a pause leave the service no time");
	check_limit(s, &l->attempt_timeout_seconds, "liveness.attempt_timeout_seconds",
		    "no look ends in 0 seconds");
	check_limit(s, &l->failures, "liveness.failures", "nothing has to fail for that");
}

static void check_start(const struct subject *s)
{
	check_limit(s, &service_step(s->service)->start_timeout_seconds,
		    "x-slurm.start_timeout_seconds", "nothing begins in 0 seconds");
}

/* What is wrong with a glob of artifacts, or NULL. */
static const char *glob_fault(struct str glob)
{
	struct str rest = glob;
	if (str_is_blank(glob))
		return "can't be blank";
	if (str_find(glob, '\n') != STR_NONE || str_find(glob, '\r') != STR_NONE)
		return "must be one line";
	struct str part;
	while (rest.len) {
		rest = str_split(rest, '/', &part);
		if (str_eq_c(part, ".."))
			return "'..' can't be a part of it";
	}
	if (glob.ptr[0] == '/' && !path_is_below(glob, STR(JOB_VIEW)))
		return "an absolute path must lie below " JOB_VIEW;
	return NULL;
}

static void check_asserts(const struct subject *s)
{
	const struct assertion *a = s->service->asserts;
	if (!HAS_RECORD(a))
		return;
	if (a->exit_code.from.kind == ORIGIN_ABSENT &&
	    a->artifacts_contain.from.kind == ORIGIN_ABSENT &&
	    a->max_duration_seconds.from.kind == ORIGIN_ABSENT)
		subject_error(s, &a->head.from, RULE_R101, "assert",
			      "nothing is asserted: set exit_code, artifacts_contain or "
			      "max_duration_seconds");
	if (IS_SET(a->exit_code) && a->exit_code.v > 255)
		subject_error(s, &a->exit_code.from, RULE_R102, "assert.exit_code",
			      "exit codes are from 0 to 255, not %llu",
			      (unsigned long long)a->exit_code.v);
	const char *fault =
		IS_SET(a->artifacts_contain) ? glob_fault(a->artifacts_contain.v) : NULL;
	if (fault)
		subject_error(s, &a->artifacts_contain.from, RULE_R103, "assert.artifacts_contain",
			      "%s", fault);
	if (IS_SET(a->max_duration_seconds) && !a->max_duration_seconds.v)
		subject_error(s, &a->max_duration_seconds.from, RULE_R104,
			      "assert.max_duration_seconds", "must be at least 1, not 0");
}

static check_fn *const service_checks[] = {
	check_script,    check_forms,    check_folder, check_secret_words, check_healthcheck,
	check_readiness, check_liveness, check_start,  check_asserts,
};

void check_services(const struct unit *u, struct diags *d)
{
	run_service_checks(u, d, service_checks, N_CHECKS(service_checks));
}
