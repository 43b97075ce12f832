/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ports: what each service says that it listens on. Of a mapped port it is the container's, since
 * there is no network but the node's.
 *
 *	ports: ["8080:80", "6000-6010/udp"]  ->  tcp 80, udp 6000 to 6010
 */
#include "passes/lower.h"

typedef LIST(struct plan_port) port_list;

static void add(struct arena *a, port_list *list, struct origin from, const struct port_text *text,
		const struct v_enum *protocol)
{
	struct plan_port *p = LIST_PUSH(a, list);
	*p = (struct plan_port){.head.from = from};
	p->first = plan_uint(from, text->port.first);
	if (text->port.last != text->port.first)
		p->last = plan_uint(from, text->port.last);
	bool is_said = protocol && IS_SET(*protocol) && !text->has_protocol;
	p->protocol = is_said ? *protocol : plan_enum(from, text->protocol);
}

/* Wrong texts are left out: check_ports.c reports them. */
static void lower_service(struct unit *u, const struct service *s, struct plan_service *plan)
{
	port_list list = {0};
	for (uint32_t i = 0; i < s->ports.n; i++) {
		const struct port *port = &s->ports.items[i];
		struct port_text text;
		struct problem p;
		if (IS_SET(port->target) && grammar_ports(u->arena, port->target.v, &text, &p))
			add(u->arena, &list, port->target.from, &text, &port->protocol);
	}
	for (uint32_t i = 0; i < s->expose.n; i++) {
		const struct v_str *port = &s->expose.items[i];
		struct port_text text;
		struct problem p;
		if (IS_SET(*port) && grammar_ports(u->arena, port->v, &text, &p))
			add(u->arena, &list, port->from, &text, NULL);
	}
	if (!list.n)
		return;
	plan->ports.from = origin_derived(IS_SET(s->ports) ? s->ports.from : s->expose.from);
	plan->ports.items = list.items;
	plan->ports.n = list.n;
}

void lower_ports(struct unit *u)
{
	for (uint32_t i = 0; i < u->plan->services.n; i++)
		lower_service(u, u->pass_state->services[i], &u->plan->services.items[i]);
}
