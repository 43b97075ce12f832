/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values: what texts take from the job, each once, with where the script finds it.
 *
 *	http://${run:etcd.host}:2379	the first node of etcd
 *	${run:TMPDIR:-/tmp}/cache	a variable of the batch job, or /tmp
 */
#include "passes/ports/values.h"

#include <string.h>

#include "ir/support/run_text.h"
#include "passes/lower/node_spans.h"

struct value_list {
	struct unit *u;
	LIST(struct plan_value) list;
	struct map seen; /* words to positions */
};

static bool cut_end(struct str *text, const char *end)
{
	if (!str_has_suffix(*text, end))
		return false;
	text->len -= strlen(end);
	return true;
}

/* "web.port.http": where the name of the port begins; a name may have dots itself, so it is the first
   place that leaves the name of a service in front. */
static bool cut_port(struct value_text *v, is_service_fn *is_service, const struct unit *u)
{
	for (size_t i = 1; i + 6 < v->name.len; i++) {
		if (memcmp(v->name.ptr + i, ".port.", 6) != 0)
			continue;
		struct str service = str_slice(v->name, 0, i);
		bool is_last = !memmem(v->name.ptr + i + 6, v->name.len - i - 6, ".port.", 6);
		if (!is_last && !is_service(u, service))
			continue;
		v->port = str_from(v->name, i + 6);
		v->name = service;
		return true;
	}
	return false;
}

struct value_text value_split(const struct unit *u, struct str words, is_service_fn *is_service)
{
	struct value_text v = {.name = words, .number = MAP_NONE};
	const char *op = words.len ? memmem(words.ptr, words.len, ":-", 2) : NULL;
	if (op) {
		v.has_fallback = true;
		v.name = str_slice(words, 0, (size_t)(op - words.ptr));
		v.fallback = str_from(words, v.name.len + 2);
	}
	if (name_is_variable(v.name))
		return v;
	if (cut_end(&v.name, ".host"))
		v.source = VALUE_SOURCE_HOST;
	else if (cut_end(&v.name, ".nodes"))
		v.source = VALUE_SOURCE_NODES;
	else if (cut_port(&v, is_service, u) || cut_end(&v.name, ".port"))
		v.source = VALUE_SOURCE_PORT;
	return v;
}

static bool is_launched(const struct unit *u, struct str name)
{
	return service_number(u, name) != MAP_NONE;
}

struct value_text value_read(const struct unit *u, struct str words)
{
	struct value_text v = value_split(u, words, is_launched);
	if (v.source == VALUE_SOURCE_VARIABLE)
		return v;
	v.number = service_number(u, v.name);
	if (v.source != VALUE_SOURCE_PORT || v.number == MAP_NONE)
		return v;
	const struct plan_service *s = &u->plan->services.items[v.number];
	v.known_port = v.port.len ? port_of_name(s, v.port) : port_alone(s);
	return v;
}

struct str value_of_port(struct arena *a, const struct plan_service *s,
			 const struct plan_port *port)
{
	return run_mark(a, str_fmt(a, "%.*s.port.%.*s", STR_ARG(s->name.v), STR_ARG(port->name.v)));
}

/* "compose.yaml:12:7: services.web.environment.URL", without folders: a script is the same from
   anywhere. */
static struct str where_written(const struct unit *u, struct span at, struct str path)
{
	if (span_is_none(at) || !source_at(&u->sources, at.begin))
		return path;
	struct place place = source_place(&u->sources, at.begin);
	struct str name = place.source->name;
	ptrdiff_t slash = str_find_last(name, '/');
	return str_fmt(u->arena, "%.*s:%u:%u: %.*s", STR_ARG(str_from(name, (size_t)(slash + 1))),
		       place.line, place.column, STR_ARG(path));
}

/* Under the service's own name: the nodes of all its copies. */
static struct v_str nodes_of_copies(const struct unit *u, uint32_t number, struct origin from)
{
	const struct placement_finding *f = &u->pass_state->placement[number];
	return f->has_set ? plan_str(from, spans_text(u->arena, &f->shared)) : (struct v_str){0};
}

/* Position in the list; MAP_NONE for what leads nowhere, which check_job_values.c reports. */
static uint32_t add(struct value_list *l, struct str words, struct span at, struct str path)
{
	struct unit *u = l->u;
	uint32_t before = map_get(&l->seen, words);
	if (before != MAP_NONE)
		return before;
	struct value_text v = value_read(u, words);
	bool is_of_service = v.source != VALUE_SOURCE_VARIABLE;
	if ((is_of_service && v.number == MAP_NONE) ||
	    (v.source == VALUE_SOURCE_PORT && !v.known_port))
		return MAP_NONE;
	map_put(&l->seen, u->arena, words, l->list.n);
	struct origin from = origin_new(at, NULL, ORIGIN_WRITTEN);
	struct plan_value *p = LIST_PUSH(u->arena, &l->list);
	*p = (struct plan_value){.head.from = from};
	struct str before_mark, code;
	run_split(run_mark(u->arena, words), &before_mark, &code);
	p->words = plan_str(from, words);
	p->variable = plan_str(from, run_variable(u->arena, code));
	p->where = plan_str(from, where_written(u, at, path));
	p->source = plan_enum(from, v.source);
	if (v.has_fallback)
		p->fallback = plan_str(from, v.fallback);
	if (!is_of_service)
		p->name = plan_str(from, v.name);
	else
		p->service = plan_uint(from, v.number);
	if (v.source == VALUE_SOURCE_NODES &&
	    str_eq(v.name, u->plan->services.items[v.number].copy_of.v))
		p->all_nodes = nodes_of_copies(u, v.number, from);
	if (v.known_port && !IS_SET(v.known_port->chosen))
		p->number = v.known_port->first;
	else if (v.known_port)
		p->port = plan_uint(from, v.known_port->chosen.v);
	return l->list.n - 1;
}

/* Notes of each mark in a text what it is needed for. */
static void note_marks(struct value_list *l, const struct v_str *text,
		       struct v_bool *(*flag)(struct plan_value *))
{
	for (struct str rest = text->v, before, code; rest.len;) {
		rest = run_split(rest, &before, &code);
		if (!code.len)
			continue;
		uint32_t i = add(l, run_words(l->u->arena, code), text->from.at, STR(""));
		if (i != MAP_NONE)
			*flag(&l->list.items[i]) = plan_bool(text->from, true);
	}
}

static struct v_bool *early(struct plan_value *v)
{
	return &v->is_early;
}

static struct v_bool *in_path(struct plan_value *v)
{
	return &v->is_path;
}

static struct v_bool *in_probe(struct plan_value *v)
{
	return &v->is_probed;
}

static void note_uses(struct value_list *l, const struct plan_service *s)
{
	for (uint32_t i = 0; i < s->mounts.n; i++)
		note_marks(l, &s->mounts.items[i].host->text, in_path);
	if (s->readiness) {
		note_marks(l, &s->readiness->host, in_probe);
		note_marks(l, &s->readiness->url, in_probe);
		note_marks(l, &s->readiness->port_value, in_probe);
	}
	if (s->liveness) {
		note_marks(l, &s->liveness->host, in_probe);
		note_marks(l, &s->liveness->url, in_probe);
		note_marks(l, &s->liveness->port_value, in_probe);
	}
}

/* The service finds its own ports under names of their own. */
static void add_own_ports(struct value_list *l, const struct plan_service *s)
{
	for (uint32_t i = 0; i < s->ports.n; i++) {
		const struct plan_port *port = &s->ports.items[i];
		struct str words = str_fmt(l->u->arena, "%.*s.port.%.*s", STR_ARG(s->name.v),
					   STR_ARG(port->name.v));
		if (IS_SET(port->chosen))
			add(l, words, port->head.from.at, STR(""));
	}
}

void lower_values(struct unit *u)
{
	struct value_list l = {.u = u};
	for (uint32_t i = 0; i < u->run_values.n; i++) {
		const struct run_value *v = &u->run_values.items[i];
		add(&l, v->words, v->at, v->path);
	}
	for (uint32_t i = 0; i < u->plan->services.n; i++) {
		add_own_ports(&l, &u->plan->services.items[i]);
		note_uses(&l, &u->plan->services.items[i]);
	}
	if (u->plan->scratch) {
		note_marks(&l, &u->plan->scratch->base, early);
		note_marks(&l, &u->plan->scratch->base, in_path);
	}
	if (!l.list.n)
		return;
	u->plan->values.from = origin_derived(u->plan->services.from);
	u->plan->values.items = l.list.items;
	u->plan->values.n = l.list.n;
}
