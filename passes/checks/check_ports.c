/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ports as they are written (R097), and advice on ports that aren't what their author knows from
 * Compose: a published port that differs from the container's (A23), one that only root may listen
 * on (A24).
 */
#include "passes/checks/check.h"

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

static check_fn *const port_checks[] = {check_service_ports, check_expose};

void check_ports(const struct unit *u, struct diags *d)
{
	run_service_checks(u, d, port_checks, N_CHECKS(port_checks));
}
