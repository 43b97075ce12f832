/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ports: what each service says that it listens on, and the variables in which services find each
 * other. Of a mapped port the container's counts, since there is no network but the node's.
 *
 *	ports: ["8080:80", "6000-6010/udp"]	tcp 80, udp 6000 to 6010
 *	x-slurm: {ports: {http: auto}}		a port that the job chooses: HPC_COMPOSE_PORT_HTTP
 */
#include "passes/ports/ports.h"

typedef LIST(struct plan_port) port_list;
typedef LIST(struct plan_address) address_list;

/* Beyond this many, the lists of variables of all services would make most of the script. */
enum {
	MOST_ADDRESSES = 256
};

struct str port_variable(struct arena *a, struct str name)
{
	return str_cat(a, STR("HPC_COMPOSE_PORT_"), name_rendezvous_token(a, name));
}

static struct plan_port *add(struct arena *a, port_list *list, struct origin from,
			     struct port_range range, struct v_enum protocol)
{
	struct plan_port *p = LIST_PUSH(a, list);
	*p = (struct plan_port){.head.from = from, .protocol = protocol};
	p->first = plan_uint(from, range.first);
	if (range.last != range.first)
		p->last = plan_uint(from, range.last);
	return p;
}

static void add_written(struct unit *u, port_list *list, const struct port *port)
{
	struct port_text text;
	struct problem p;
	if (!IS_SET(port->target) || !grammar_ports(u->arena, port->target.v, &text, &p))
		return;
	bool is_said = IS_SET(port->protocol) && !text.has_protocol;
	struct plan_port *lowered =
		add(u->arena, list, port->target.from, text.port,
		    is_said ? port->protocol : plan_enum(port->target.from, text.protocol));
	if (IS_GIVEN(port->name) && !port->name.is_secret && name_is_port(port->name.v))
		lowered->name = port->name;
}

static void add_named(struct unit *u, port_list *list, const struct v_pair *pair)
{
	struct origin from = pair->value.from;
	if (!IS_SET(pair->value) || !name_is_port(pair->key))
		return;
	if (str_eq_c(pair->value.v, "auto")) {
		struct plan_port *port = LIST_PUSH(u->arena, list);
		*port = (struct plan_port){.head.from = from};
		port->protocol = plan_enum(from, PORT_PROTOCOL_TCP);
		port->chosen = plan_uint(from, u->plan->auto_ports.v++);
		u->plan->auto_ports.from = origin_derived(from);
		port->name = plan_str(from, pair->key);
		return;
	}
	struct port_range range;
	struct problem p;
	if (!grammar_port_range(u->arena, pair->value.v, &range, &p))
		return;
	add(u->arena, list, from, range, plan_enum(from, PORT_PROTOCOL_TCP))->name =
		plan_str(from, pair->key);
}

/* Wrong texts are left out: check_ports.c reports them. */
static void lower_service(struct unit *u, const struct service *s, struct plan_service *plan)
{
	const struct v_map *named = &service_step(s)->ports;
	port_list list = {0};
	for (uint32_t i = 0; i < s->ports.n; i++)
		add_written(u, &list, &s->ports.items[i]);
	for (uint32_t i = 0; i < s->expose.n; i++) {
		const struct v_str *port = &s->expose.items[i];
		struct port_text text;
		struct problem p;
		if (IS_SET(*port) && grammar_ports(u->arena, port->v, &text, &p))
			add(u->arena, &list, port->from, text.port,
			    plan_enum(port->from, text.protocol));
	}
	for (uint32_t i = 0; i < named->n; i++)
		add_named(u, &list, &named->items[i]);
	if (!list.n)
		return;
	plan->ports.from = origin_derived(list.items[0].head.from);
	plan->ports.items = list.items;
	plan->ports.n = list.n;
}

static struct plan_address *add_address(struct unit *u, address_list *list, struct origin from,
					const struct plan_service *s, struct str variable)
{
	struct plan_address *address = LIST_PUSH(u->arena, list);
	*address = (struct plan_address){.head.from = from, .service = s->number};
	address->variable = plan_str(from, variable);
	return address;
}

static void add_addresses(struct unit *u, address_list *list, const struct plan_service *s,
			  struct str called)
{
	struct str token = name_rendezvous_token(u->arena, called);
	struct origin from = s->head.from;
	from.at = service_at(u->pass_state->services[s->number.v]);
	add_address(u, list, from, s,
		    str_fmt(u->arena, "HPC_COMPOSE_ADDR_%.*s_HOST", STR_ARG(token)));
	for (uint32_t k = 0; k < s->ports.n; k++) {
		const struct plan_port *port = &s->ports.items[k];
		if (!IS_SET(port->name))
			continue;
		struct str name = name_rendezvous_token(u->arena, port->name.v);
		add_address(u, list, port->head.from, s,
			    str_fmt(u->arena, "HPC_COMPOSE_ADDR_%.*s_PORT_%.*s", STR_ARG(token),
				    STR_ARG(name)))
			->port = plan_uint(port->head.from, k);
	}
}

/* The first copy is found under the service's name, too. */
static void lower_addresses(struct unit *u)
{
	address_list list = {0};
	for (uint32_t i = 0; i < u->plan->services.n && list.n <= MOST_ADDRESSES; i++) {
		const struct plan_service *s = &u->plan->services.items[i];
		if (s->ports.n && IS_SET(s->copy_of) && !s->copy_index.v)
			add_addresses(u, &list, s, s->copy_of.v);
		if (s->ports.n)
			add_addresses(u, &list, s, s->name.v);
	}
	if (!list.n || list.n > MOST_ADDRESSES)
		return;
	u->plan->addresses.from = origin_derived(u->plan->services.from);
	u->plan->addresses.items = list.items;
	u->plan->addresses.n = list.n;
}

const struct plan_port *port_of_name(const struct plan_service *s, struct str name)
{
	for (uint32_t i = 0; i < s->ports.n; i++)
		if (IS_SET(s->ports.items[i].name) && str_eq(s->ports.items[i].name.v, name))
			return &s->ports.items[i];
	return NULL;
}

const struct plan_port *port_alone(const struct plan_service *s)
{
	for (uint32_t i = 1; i < s->ports.n; i++)
		if (IS_SET(s->ports.items[i].chosen) ||
		    s->ports.items[i].first.v != s->ports.items[0].first.v)
			return NULL;
	return s->ports.n && !IS_SET(s->ports.items[0].last) ? &s->ports.items[0] : NULL;
}

/* The site says which ports jobs may use. */
static void bound_auto_ports(struct unit *u)
{
	const struct settings *s = u->settings;
	if (!IS_SET(u->plan->auto_ports) || !s || !s->auto_port_first ||
	    u->scheduler != PLAN_SCHEDULER_SLURM)
		return;
	struct origin from = {.at = u->plan->auto_ports.from.at, .kind = ORIGIN_PROFILE};
	u->plan->auto_ports_first = plan_uint(from, s->auto_port_first);
	u->plan->auto_ports_last = plan_uint(from, s->auto_port_last);
}

void lower_ports(struct unit *u)
{
	for (uint32_t i = 0; i < u->plan->services.n; i++)
		lower_service(u, u->pass_state->services[i], &u->plan->services.items[i]);
	bound_auto_ports(u);
	lower_addresses(u);
}
