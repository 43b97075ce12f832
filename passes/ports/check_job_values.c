/* SPDX-License-Identifier: Apache-2.0 */
/* What texts take from the job (E14): a service that is there, a port that it states. */
#include "passes/checks/check.h"
#include "passes/ports/values.h"

#include "ir/support/run_text.h"

static struct diag *complain(struct diags *d, const struct run_value *v, struct str text)
{
	return diag_error_about(d, v->at, RULE_E14, (struct diag_subject){.path = v->path}, "%.*s",
				STR_ARG(text));
}

static void check_port(struct diags *d, const struct run_value *v, const struct value_text *text,
		       const struct plan_service *s)
{
	struct arena *a = d->arena;
	struct diag *diag;
	if (text->port.len)
		diag = complain(d, v,
				str_fmt(a, "'%.*s' has no port named '%.*s'", STR_ARG(text->name),
					STR_ARG(text->port)));
	else if (s->ports.n)
		diag = complain(d, v,
				str_fmt(a, "'%.*s' states several ports", STR_ARG(text->name)));
	else
		diag = complain(d, v, str_fmt(a, "'%.*s' states no port", STR_ARG(text->name)));
	diag_help(d, diag, "name it in the service: x-slurm: {ports: {%.*s: ...}}",
		  STR_ARG(text->port.len ? text->port : STR("NAME")));
}

/* A service that is written, but of which there are no copies, isn't there either. */
static void complain_unknown(const struct unit *u, struct diags *d, const struct run_value *v,
			     struct str name)
{
	struct arena *a = d->arena;
	for (uint32_t i = 0; i < u->job->services.n; i++) {
		const struct service *s = &u->job->services.items[i];
		if (!str_eq(s->head.name, name))
			continue;
		diag_note(d, complain(d, v, str_fmt(a, "'%.*s' has no copies", STR_ARG(name))),
			  s->scale.from.at, "its scale is 0 here");
		return;
	}
	struct diag *diag = complain(d, v, str_fmt(a, "there is no service '%.*s'", STR_ARG(name)));
	suggest_service(u, d, diag, NULL, name, v->at);
}

/* Scratch is made before set-up and before ports are chosen. */
static void check_scratch(const struct unit *u, struct diags *d)
{
	const struct scratch *scratch = unit_slurm(u)->scratch;
	if (!HAS_RECORD(scratch) || !IS_SET(scratch->base))
		return;
	for (struct str rest = scratch->base.v, before, code; rest.len;) {
		rest = run_split(rest, &before, &code);
		struct value_text v = value_read(u, run_words(d->arena, code));
		if (code.len && v.source == VALUE_SOURCE_PORT)
			diag_error(d, scratch->base.from.at, RULE_E14,
				   "x-slurm.scratch.base: scratch is made before ports are chosen");
	}
}

void check_job_values(const struct unit *u, struct diags *d)
{
	for (uint32_t i = 0; i < u->pass_state->n_written_values; i++) {
		const struct run_value *v = &u->run_values.items[i];
		struct value_text text = value_read(u, v->words);
		if (text.source == VALUE_SOURCE_VARIABLE)
			continue;
		if (text.number == MAP_NONE)
			complain_unknown(u, d, v, text.name);
		else if (text.source == VALUE_SOURCE_PORT && !text.known_port)
			check_port(d, v, &text, &u->plan->services.items[text.number]);
	}
	check_scratch(u, d);
}
