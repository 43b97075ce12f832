/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ports as they are written (R097), and advice on ports that aren't what their author knows from
 * Compose: a published port that differs from the container's (A23), one that only root may listen
 * on (A24).
 */
#include "passes/checks/check.h"
#include "passes/ports/ports.h"

static void advise_root(const struct subject *s, const struct origin *from, const char *field,
			uint32_t port)
{
	if (!port || port >= 1024)
		return;
	struct diag *d = subject_warning(
		s, from, RULE_A24, field,
		"only root may listen on port %u, and services run as who submits", (unsigned)port);
	diag_help(s->d, d, "let the program listen on a port from 1024 on, and state that one");
}

static void advise_published(const struct subject *s, const struct origin *from, const char *field,
			     const struct port_range *published, const struct port_range *port)
{
	if (!published->first || (published->first == port->first && published->last == port->last))
		return;
	struct diag *d =
		subject_warning(s, from, RULE_A23, field,
				"clients reach the service at port %u: no port is published, since "
				"containers share their node's network",
				(unsigned)port->first);
	diag_help(s->d, d, "let the program listen on %u if clients need that number",
		  (unsigned)published->first);
}

/* In the short form one text is the whole item: both have one place, which an IR text keeps in words. */
static bool is_long_form(const struct port *port)
{
	const struct trail *own = origin_trail(port->head.from);
	const struct trail *target = origin_trail(port->target.from);
	if (own && target && own->kind == TRAIL_PLACE && target->kind == TRAIL_PLACE)
		return !str_eq(own->name, target->name);
	return port->head.from.at.begin != port->target.from.at.begin;
}

/* The long form holds the port alone. */
static bool is_long_form_mapped(const struct subject *s, const struct port *port, uint32_t i,
				const struct port_text *text)
{
	if (!is_long_form(port) || (!text->is_mapped && text->port.first == text->port.last &&
				    str_find(port->target.v, '/') == STR_NONE))
		return false;
	struct diag *d =
		subject_error(s, &port->target.from, RULE_R097, item_field(s, "ports", i, "target"),
			      "this is one port in the long form");
	diag_help(s->d, d,
		  "put the rest into 'published' and 'protocol', or write the item as a text");
	return true;
}

static void check_port(const struct subject *s, uint32_t i)
{
	const struct port *port = &s->service->ports.items[i];
	struct port_text text = {0};
	struct problem p = {0};
	const char *field = item_field(s, "ports", i, "");
	if (!HAS_RECORD(port) || !IS_SET(port->target))
		return;
	if (!grammar_ports(s->d->arena, port->target.v, &text, &p)) {
		subject_problem(s, &port->target, field, &p);
		return;
	}
	if (is_long_form_mapped(s, port, i, &text))
		return;
	const struct v_str *published = &port->published;
	const struct origin *from = &port->target.from;
	if (IS_GIVEN(*published)) {
		from = &published->from;
		if (!grammar_port_range(s->d->arena, published->v, &text.published, &p))
			subject_problem(s, published, item_field(s, "ports", i, "published"), &p);
	}
	if (IS_GIVEN(port->name) && port->name.is_secret)
		subject_error(
			s, &port->name.from, RULE_R097, item_field(s, "ports", i, "name"),
			"a secret can't be the name of a port, which is part of variables' names");
	advise_published(s, from, field, &text.published, &text.port);
	advise_root(s, &port->target.from, field, text.port.first);
}

static void check_service_ports(const struct subject *s)
{
	for (uint32_t i = 0; i < s->service->ports.n; i++)
		check_port(s, i);
}

static void check_expose(const struct subject *s)
{
	for (uint32_t i = 0; i < s->service->expose.n; i++) {
		const struct v_str *port = &s->service->expose.items[i];
		const char *field = item_field(s, "expose", i, "");
		struct port_text text;
		struct problem p = {0};
		if (!IS_SET(*port))
			continue;
		if (!grammar_ports(s->d->arena, port->v, &text, &p)) {
			subject_problem(s, port, field, &p);
		} else if (text.is_mapped) {
			struct diag *d = subject_error(s, &port->from, RULE_R097, field,
						       "nothing is published of an exposed port");
			diag_help(s->d, d, "write it under 'ports', or the container's port alone");
		} else {
			advise_root(s, &port->from, field, text.port.first);
		}
	}
}

static void check_name(const struct subject *s, const struct v_pair *pair, const char *field)
{
	const struct origin from = {.at = pair->key_at};
	uint64_t ignored;
	if (name_is_port(pair->key) && !str_to_u64(pair->key, &ignored))
		return;
	struct diag *d = subject_error(s, &from, RULE_R097, field, "'%.*s' is no name for a port",
				       STR_ARG(pair->key));
	diag_help(s->d, d, "a name is letters, digits, '.', '_' and '-', and no number");
}

/* Names end up in variables, where other characters are '_'. */
static void check_same_variable(const struct subject *s, const struct v_map *ports, uint32_t i,
				const char *field)
{
	struct str variable = port_variable(s->d->arena, ports->items[i].key);
	const struct origin from = {.at = ports->items[i].key_at};
	for (uint32_t k = 0; k < i; k++) {
		if (!str_eq(port_variable(s->d->arena, ports->items[k].key), variable))
			continue;
		struct diag *d = subject_error(s, &from, RULE_E12, field,
					       "'%.*s' and '%.*s' would both be in %.*s",
					       STR_ARG(ports->items[k].key),
					       STR_ARG(ports->items[i].key), STR_ARG(variable));
		diag_note(s->d, d, ports->items[k].key_at, "'%.*s' is here",
			  STR_ARG(ports->items[k].key));
		return;
	}
}

static void check_named(const struct subject *s)
{
	enum {
		MOST_COMPARED = 256
	};
	const struct v_map *ports = &s->step->ports;
	for (uint32_t i = 0; i < ports->n; i++) {
		const struct v_pair *pair = &ports->items[i];
		const char *field =
			str_fmt(s->d->arena, "x-slurm.ports.%.*s", STR_ARG(pair->key)).ptr;
		struct port_range range;
		struct problem p = {0};
		check_name(s, pair, field);
		if (i < MOST_COMPARED)
			check_same_variable(s, ports, i, field);
		if (!IS_SET(pair->value) || str_eq_c(pair->value.v, "auto"))
			continue;
		if (!grammar_port_range(s->d->arena, pair->value.v, &range, &p)) {
			p.help = STR("a named port is a number from 1 to 65535, or auto");
			subject_problem(s, &pair->value, field, &p);
		} else if (range.first != range.last) {
			subject_error(s, &pair->value.from, RULE_R097, field,
				      "a name stands for one port");
		} else {
			advise_root(s, &pair->value.from, field, range.first);
		}
	}
}

/* A probe may speak of a port by its name. */
static void check_port_name(const struct subject *s, const struct v_port *port, const char *field)
{
	struct str name = port->name;
	if (!IS_SET(*port) || !name.len)
		return;
	for (uint32_t i = 0; i < s->step->ports.n; i++)
		if (str_eq(s->step->ports.items[i].key, name))
			return;
	for (uint32_t i = 0; i < s->service->ports.n; i++)
		if (IS_SET(s->service->ports.items[i].name) &&
		    str_eq(s->service->ports.items[i].name.v, name))
			return;
	struct diag *d = subject_error(s, &port->from, RULE_R097, field,
				       "'%.*s' names no port of the service", STR_ARG(name));
	diag_help(s->d, d, "name it: x-slurm: {ports: {%.*s: 8000}}, or write its number",
		  STR_ARG(name));
}

static void check_probe_ports(const struct subject *s)
{
	if (HAS_RECORD(s->service->readiness))
		check_port_name(s, &s->service->readiness->port, "readiness.port");
	if (HAS_RECORD(s->service->liveness))
		check_port_name(s, &s->service->liveness->port, "liveness.port");
}

static check_fn *const port_checks[] = {
	check_service_ports,
	check_expose,
	check_named,
	check_probe_ports,
};

void check_ports(const struct unit *u, struct diags *d)
{
	run_service_checks(u, d, port_checks, N_CHECKS(port_checks));
}
