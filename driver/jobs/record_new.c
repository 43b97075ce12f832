/* SPDX-License-Identifier: Apache-2.0 */
/* What the record of a job holds of its plan. */
#include "driver/jobs/jobs.h"

#include <string.h>
#include <time.h>

#include "driver/system.h"
#include "ir/grammar/grammar.h"
#include "ir/support/run_text.h"
#include "ir/text/print.h"

enum {
	RECORD_VERSION = 1
};

struct str plan_path_here(struct arena *a, const struct compilation *c,
			  const struct plan_path *path)
{
	struct str text = path->text.v, base = STR("");

	switch ((enum path_base)path->base.v) {
	case PATH_BASE_ABSOLUTE:
	case PATH_BASE_JOB_DIR:
	case PATH_BASE_SCRATCH:
	case PATH_BASE_N:
		return str_dup(a, text); /* it may be a piece of "/data:/in:ro" */
	case PATH_BASE_HOME:
		base = str_c(env_or("HOME", "/"));
		break;
	case PATH_BASE_SPEC_DIR:
		base = c->unit.spec_dir;
		break;
	case PATH_BASE_SUBMIT_DIR:
		base = working_folder(a);
		break;
	case PATH_BASE_CACHE_DIR:
		base = plan_path_here(a, c, c->unit.plan->cache_dir);
		break;
	}
	while (str_has_prefix(text, "/"))
		text = str_from(text, 1);
	return path_absolute(a, path_join(a, base, text));
}

struct str plan_path_shown(struct arena *a, const struct compilation *c,
			   const struct plan_path *path)
{
	bool is_below_cache = path->base.v == PATH_BASE_CACHE_DIR;

	if (path->text.is_secret || (is_below_cache && c->unit.plan->cache_dir->text.is_secret))
		return STR("<redacted>");
	return plan_path_here(a, c, path);
}

static struct str port_text(struct arena *a, const struct v_uint *port, const struct v_str *value)
{
	if (!IS_SET(*value))
		return str_fmt(a, "%llu", (unsigned long long)port->v);
	struct str before, code;
	run_split(value->v, &before, &code);
	struct str words = run_words(a, code); /* "server.port.http" */
	ptrdiff_t dot = str_find_last(words, '.');
	return dot == STR_NONE ? words : str_from(words, (size_t)dot + 1);
}

/* "tcp 8080", "http 127.0.0.1:8080/health": what makes a service ready, for people. */
static struct str ready_text(struct arena *a, const struct plan_readiness *ready)
{
	if (!ready)
		return STR("");
	switch ((enum readiness_type)ready->type.v) {
	case READINESS_TYPE_SLEEP:
		return str_fmt(a, "%llus alive", (unsigned long long)ready->seconds.v);
	case READINESS_TYPE_TCP:
		return str_cat(a, STR("tcp "), port_text(a, &ready->port, &ready->port_value));
	case READINESS_TYPE_LOG:
		return str_cat(a, STR("log "), value_shown(ready->pattern));
	case READINESS_TYPE_HTTP: {
		struct str url = run_shown(a, value_shown(ready->url));
		const char *scheme = strstr(str_to_c(a, url), "://");
		return str_cat(a, STR("http "), scheme ? str_c(scheme + 3) : url);
	}
	case READINESS_TYPE_EXEC:
		return ready->argv.n > 0
			       ? str_cat(a, STR("exec "), value_shown(ready->argv.items[0]))
			       : STR("exec");
	case READINESS_TYPE_N:
		break;
	}
	return STR("");
}

/* A port of the service's own that its probe looks at, by number; 0: none. */
static uint64_t looked_at_port(const struct plan_readiness *ready)
{
	if (!ready || (ready->owner.v == READINESS_OWNER_ANY && IS_SET(ready->owner)))
		return 0;
	struct str host = ready->host.v, port = STR("");
	uint64_t number = IS_SET(ready->port) ? ready->port.v : 0;
	if (ready->type.v == READINESS_TYPE_HTTP &&
	    (!grammar_url_host(ready->url.v, &host, &port) || !str_to_u64(port, &number)))
		return 0;
	bool is_own = host.len == 0 || str_eq_nocase(host, STR("localhost")) ||
		      str_eq_c(host, "127.0.0.1") || str_eq_c(host, "::1");
	return is_own ? number : 0;
}

/* Those that the job chooses by their place among them. */
static json_t *record_ports(const struct plan_service *s)
{
	static const char *const protocols[] = {[PORT_PROTOCOL_TCP] = "tcp",
						[PORT_PROTOCOL_UDP] = "udp",
						[PORT_PROTOCOL_SCTP] = "sctp"};
	uint64_t looked_at = looked_at_port(s->readiness);
	json_t *ports = json_array();

	for (uint32_t i = 0; i < s->ports.n; i++) {
		const struct plan_port *p = &s->ports.items[i];
		json_t *one = json_object();

		if (IS_SET(p->name))
			json_object_set_new(one, "name", json_from(value_shown(p->name)));
		if (IS_SET(p->chosen))
			json_object_set_new(one, "chosen", json_integer((json_int_t)p->chosen.v));
		else
			json_object_set_new(one, "number", json_integer((json_int_t)p->first.v));
		if (IS_SET(p->last))
			json_object_set_new(one, "last", json_integer((json_int_t)p->last.v));
		json_object_set_new(one, "protocol", json_string(protocols[p->protocol.v]));
		json_array_append_new(ports, one);
		if (IS_SET(p->first) && looked_at >= p->first.v &&
		    looked_at <= (IS_SET(p->last) ? p->last.v : p->first.v))
			looked_at = 0;
	}
	if (looked_at > 0)
		json_array_append_new(ports, json_pack("{s:I, s:s}", "number",
						       (json_int_t)looked_at, "protocol", "tcp"));
	return ports;
}

/* Names alone: what they are set to is for the service. */
static json_t *record_variables(struct arena *a, const struct plan_service *s)
{
	json_t *names = json_array();

	for (uint32_t i = 0; i < s->environment.n; i++)
		json_array_append_new(names, json_visible(a, s->environment.items[i].key));
	return names;
}

static json_t *record_services(struct arena *a, const struct plan *plan)
{
	json_t *services = json_array();

	for (uint32_t i = 0; i < plan->services.n; i++) {
		const struct plan_service *s = &plan->services.items[i];
		struct str ready = ready_text(a, s->readiness);
		json_t *one = json_object();

		json_object_set_new(one, "name", json_from(s->name.v));
		json_object_set_new(one, "token", json_from(s->token.v));
		if (IS_SET(s->copy_of))
			json_object_set_new(one, "copy_of", json_from(s->copy_of.v));
		if (ready.len > 0)
			json_object_set_new(one, "ready", json_visible(a, ready));
		json_t *ports = record_ports(s);
		if (json_array_size(ports) > 0)
			json_object_set(one, "ports", ports);
		json_decref(ports);
		if (s->environment.n > 0)
			json_object_set_new(one, "variables", record_variables(a, s));
		json_array_append_new(services, one);
	}
	return services;
}

/* Files that the job starts containers from: pruning a cache leaves them. */
static json_t *record_images(const struct compilation *c)
{
	const struct plan *plan = c->unit.plan;
	json_t *images = json_array();

	for (uint32_t i = 0; i < plan->services.n; i++) {
		const struct plan_image *image = plan->services.items[i].image;

		if (image && image->file)
			json_array_append_new(
				images, json_from(plan_path_here(c->inv->arena, c, image->file)));
	}
	return images;
}

static json_t *record_watchdog(const struct plan_watchdog *w)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "grace_s", (json_int_t)w->grace_s.v,
			 "gpu_window_s", (json_int_t)w->gpu_window_s.v, "gpu_below",
			 (json_int_t)w->gpu_busy_pct.v, "gpu_memory_above",
			 (json_int_t)w->gpu_memory_pct.v, "cpu_window_s",
			 (json_int_t)w->cpu_window_s.v, "cpu_below", (json_int_t)w->cpu_busy_pct.v,
			 "cpu_memory_above", (json_int_t)w->cpu_memory_pct.v);
}

static bool holds_secret(const struct secret_set *set, const json_t *value)
{
	for (size_t i = 0; i < json_array_size(value); i++)
		if (holds_secret(set, json_array_get(value, i)))
			return true;
	return json_is_string(value) &&
	       secrets_hold(set, (struct str){json_string_value(value), json_string_length(value)});
}

/* Names of the members that people aren't to see: the record has real paths, for programs. */
static void note_secrets(const struct secret_set *set, json_t *record)
{
	json_t *names = json_array(), *value;
	const char *name;

	json_object_foreach(record, name, value) if (holds_secret(set, value))
		json_array_append_new(names, json_string(name));
	if (json_array_size(names) > 0)
		json_object_set(record, "secret_members", names);
	json_decref(names);
}

static json_t *record_components(const struct plan *plan)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < plan->components.n; i++)
		json_array_append_new(list, json_from(plan->components.items[i].name.v));
	return list;
}

static json_t *record_overlays(const struct compilation *c)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < c->unit.overlays.n; i++)
		json_array_append_new(
			list, json_from(path_absolute(c->inv->arena, c->unit.overlays.items[i])));
	return list;
}

/* Which trial of which sweep it is. */
static void record_trial(const struct compilation *c, json_t *r)
{
	json_object_set_new(r, "sweep", json_from(c->unit.sweep_id));
	for (uint32_t i = 0; i < c->unit.trial.n; i++)
		if (str_eq_c(c->unit.trial.items[i].name, SWEEP_PREFIX "TRIAL"))
			json_object_set_new(r, "trial", json_from(c->unit.trial.items[i].value));
}

json_t *record_new(const struct compilation *c, struct str id, struct str root, bool is_local)
{
	struct arena *a = c->inv->arena;
	const struct plan *plan = c->unit.plan;
	json_t *r = json_object();

	json_object_set_new(r, "schema_version", json_integer(RECORD_VERSION));
	json_object_set_new(r, "job_id", json_from(id));
	json_object_set_new(r, "scheduler", json_string(is_local ? "local" : "slurm"));
	json_object_set_new(r, "name", json_from(plan->name.v));
	json_object_set_new(r, "spec", json_from(path_absolute(a, c->unit.path)));
	if (c->unit.overlays.n)
		json_object_set_new(r, "overlays", record_overlays(c));
	json_object_set_new(r, "submit_dir", json_from(working_folder(a)));
	json_object_set_new(r, "job_root", json_from(root));
	json_object_set_new(r, "submitted_at", json_integer((json_int_t)time(NULL)));
	json_object_set_new(r, "hpcc_version", json_string(HPCC_VERSION));
	json_object_set_new(r, "is_array", json_boolean(plan->is_array.v));
	json_object_set_new(
		r, "cache_dir",
		json_from(plan->cache_dir ? plan_path_here(a, c, plan->cache_dir) : STR("")));
	if (plan->artifacts)
		json_object_set_new(r, "export_dir", json_from(plan->artifacts->export_dir.v));
	json_object_set_new(r, "spec_dir", json_from(path_absolute(a, c->unit.spec_dir)));
	if (plan->watchdog)
		json_object_set_new(r, "watchdog", record_watchdog(plan->watchdog));
	if (c->inv->one_off.service)
		json_object_set_new(r, "one_off", json_from(str_c(c->inv->one_off.service)));
	if (plan->components.n)
		json_object_set_new(r, "components", record_components(plan));
	if (c->unit.trial.n)
		record_trial(c, r);
	json_object_set_new(r, "services", record_services(a, plan));
	json_object_set_new(r, "images", record_images(c));
	note_secrets(&c->unit.diags.secrets, r);
	return r;
}
