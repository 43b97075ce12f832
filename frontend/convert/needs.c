/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What services ask for, from keys all over a Compose file: x-slurm and x-runtime of a service, and what
 * the job has to ask for so that all of them get it.
 *
 *	cpus: 1.5, restart: always	->	x-slurm: {cpus_per_task: 2, failure_policy: {...}}
 */
#include "frontend/convert/convert_parts.h"

#include <string.h>

#include "frontend/yaml/text_lines.h"
#include "ir/text/schema_text.h"

enum {
	RESTARTS = 100,  /* what "always" becomes: a job's time ends some day */
	SHARED_CPUS = 2, /* at most, for all services that state none: they share the job's */
};

static const struct node *node_down(const struct node *node, const char *const *path)
{
	for (; node && *path; path++)
		node = node_get(node, *path);
	return node;
}

/* "0.5" is one CPU, "1.5" are two; 0 for what is no number. */
static uint64_t whole_cpus(struct str text)
{
	struct str whole, rest = str_split(text, '.', &whole);
	uint64_t n = 0, part = 0;
	if (!text.len || (whole.len && !str_to_u64(whole, &n)) || n > 100000)
		return 0;
	return n + (rest.len && str_to_u64(rest, &part) && part > 0);
}

/* The GPUs that a list of devices asks for. */
static uint64_t count_devices(struct converter *cv, const struct spot *s,
			      const struct node *devices)
{
	uint64_t n = 0;
	for (uint32_t i = 0; devices && devices->kind == NODE_LIST && i < devices->n; i++) {
		const struct node *device = devices->items[i];
		const struct node *kinds = node_get(device, "capabilities");
		const struct node *ids = node_get(device, "device_ids");
		bool is_gpu = !kinds;
		for (uint32_t k = 0; kinds && kinds->kind == NODE_LIST && k < kinds->n; k++)
			is_gpu |= str_eq(kinds->items[k]->text, STR("gpu"));
		uint64_t count = 0;
		if (!is_gpu || device->kind != NODE_MAP)
			continue;
		if (ids && ids->kind == NODE_LIST && ids->n)
			count = ids->n;
		else if (!str_to_u64(resolved(cv, node_get(device, "count")), &count) ||
			 count > 100000)
			count = 0;
		if (!count) {
			count = 1;
			decide(cv,
			       "services.%.*s.x-slurm.gpus: it wants all GPUs; say how many, 1 is "
			       "written",
			       STR_ARG(s->service));
		}
		n += count;
	}
	return n;
}

static uint64_t count_gpus(struct converter *cv, const struct spot *s)
{
	static const char *const reserved[] = {"deploy", "resources", "reservations", "devices",
					       NULL};
	const struct node *gpus = node_get(s->value, "gpus");
	uint64_t n = count_devices(cv, s, node_down(s->value, reserved)), own = 0;
	if (gpus && gpus->kind == NODE_LIST)
		own = count_devices(cv, s, gpus);
	else if (gpus && !str_to_u64(resolved(cv, gpus), &own) && gpus->kind != NODE_NULL)
		own = 1;
	n = own > n ? own : n;
	bool is_nvidia = str_eq(resolved(cv, node_get(s->value, "runtime")), STR("nvidia"));
	bool is_all = gpus && str_eq(resolved(cv, gpus), STR("all"));
	if ((!n && is_nvidia) || is_all) {
		n = n ? n : 1;
		decide(cv, "services.%.*s.x-slurm.gpus: it wants GPUs; say how many, 1 is written",
		       STR_ARG(s->service));
	}
	return n;
}

static struct str policy_of(struct converter *cv, uint64_t restarts, struct str delay,
			    struct str window)
{
	uint64_t seconds, limit = 0;
	bool has_window = seconds_of(cv->a, window, &seconds) && seconds;
	/* A service that has run for so long begins to count anew. */
	if (has_window && restarts < RESTARTS) {
		limit = restarts;
		restarts = RESTARTS;
	}
	struct buf b;
	buf_init(&b, cv->a);
	buf_add_fmt(&b, "{mode: restart_on_failure, max_restarts: %llu",
		    (unsigned long long)restarts);
	if (limit)
		buf_add_fmt(&b, ", max_restarts_in_window: %llu", (unsigned long long)limit);
	uint64_t pause;
	if (seconds_of(cv->a, delay, &pause) && pause)
		buf_add_fmt(&b, ", backoff_seconds: %llu", (unsigned long long)pause);
	if (has_window)
		buf_add_fmt(&b, ", window_seconds: %llu", (unsigned long long)seconds);
	buf_add_byte(&b, '}');
	return buf_str(&b);
}

/* Of `restart`, or of deploy.restart_policy. */
static struct str failure_policy(struct converter *cv, const struct spot *s)
{
	static const char *const deployed[] = {"deploy", "restart_policy", NULL};
	const struct node *policy = node_down(s->value, deployed);
	struct str restart = resolved(cv, node_get(s->value, "restart")), word;
	struct str times = str_split(restart, ':', &word);
	uint64_t n = 0;
	bool is_number = str_to_u64(times, &n) && n > 0 && n < UINT32_MAX;
	if (str_eq(word, STR("always")) || str_eq(word, STR("unless-stopped")) ||
	    str_eq(word, STR("on-failure")))
		return policy_of(cv, is_number ? n : RESTARTS, STR(""), STR(""));
	if (restart.len || !policy || policy->kind != NODE_MAP ||
	    str_eq(resolved(cv, node_get(policy, "condition")), STR("none")))
		return STR("");
	is_number = str_to_u64(resolved(cv, node_get(policy, "max_attempts")), &n) && n > 0 &&
		    n < UINT32_MAX;
	return policy_of(cv, is_number ? n : RESTARTS, resolved(cv, node_get(policy, "delay")),
			 resolved(cv, node_get(policy, "window")));
}

/* The first of several keys that has a value, deploy's limit before its reservation. */
static struct str first_value(struct converter *cv, const struct node *body, const char *deployed,
			      const char *const *keys)
{
	static const char *const kinds[] = {"limits", "reservations"};
	for (size_t i = 0; keys[i]; i++) {
		struct str value = resolved(cv, node_get(body, keys[i]));
		if (value.len)
			return value;
	}
	for (size_t i = 0; i < 2; i++) {
		const char *const path[] = {"deploy", "resources", kinds[i], deployed, NULL};
		struct str value = resolved(cv, node_down(body, path));
		if (value.len)
			return value;
	}
	return STR("");
}

struct needs service_needs(struct converter *cv, const struct spot *service)
{
	static const char *const cpu_keys[] = {"cpus", "cpu_count", NULL};
	static const char *const memory_keys[] = {"mem_limit", "mem_reservation", NULL};
	static const char *const replicas[] = {"deploy", "replicas", NULL};
	const struct node *body = service->value;
	struct needs n = {.copies = 1};
	n.cpus = whole_cpus(first_value(cv, body, "cpus", cpu_keys));
	if (!mib_of(cv->a, first_value(cv, body, "memory", memory_keys), &n.mem_mib))
		n.mem_mib = 0;
	n.gpus = count_gpus(cv, service);
	n.policy = failure_policy(cv, service);
	struct str scale = resolved(cv, node_get(body, "scale"));
	if (!scale.len)
		scale = resolved(cv, node_down(body, replicas));
	if (!str_to_u64(scale, &n.copies) || n.copies > 100000)
		n.copies = 1;
	struct str user, group = str_split(resolved(cv, node_get(body, "user")), ':', &user);
	(void)group;
	n.is_root = str_eq(user, STR("root")) || str_eq(user, STR("0"));
	struct str is_read_only = resolved(cv, node_get(body, "read_only"));
	if (str_eq_nocase(is_read_only, STR("true")))
		n.writable = STR("false");
	return n;
}

/* "key: value" pairs of a flow mapping. */
static void add_pair(struct buf *b, const char *key, struct str value)
{
	buf_add_fmt(b, "%s%s: %.*s", b->len ? ", " : "", key, STR_ARG(value));
}

static void add_number(struct buf *b, const char *key, uint64_t n, const char *unit)
{
	if (n)
		buf_add_fmt(b, "%s%s: %llu%s", b->len ? ", " : "", key, (unsigned long long)n,
			    unit);
}

/* Puts a block into a service: of its own, or into the one that is there. Some base may bring one
   along: then an empty one says that there is nothing. */
static void put_block(struct converter *cv, const struct spot *service, const char *key,
		      struct str pairs, bool is_needed)
{
	const struct node *there = node_get(service->value, key);
	if (there && pairs.len)
		add(cv, there, pairs);
	else if (!there && (pairs.len || is_needed))
		add(cv, service->value, str_fmt(cv->a, "%s: {%.*s}", key, STR_ARG(pairs)));
}

static bool asks_for_something(const struct needs *n)
{
	return n->cpus || n->mem_mib || n->gpus || n->policy.len || n->is_root || n->writable.len;
}

/* The service merges another one's keys, which gets a block that isn't meant for it. */
static bool merges_needs(struct converter *cv, const struct spot *service)
{
	const struct node *body = service->value;
	for (uint32_t i = 0; i < body->n; i++) {
		struct span key = body->entries[i].key_at;
		if (key.begin >= body->at.begin && key.end <= body->at.end)
			continue;
		for (uint32_t k = 0; k < cv->services->n; k++) {
			struct spot other = {.value = cv->services->entries[k].value};
			struct span at = other.value->at;
			if (key.begin < at.begin || key.end > at.end)
				continue;
			struct needs n = service_needs(cv, &other);
			if (asks_for_something(&n))
				return true;
		}
	}
	return false;
}

void add_needs(struct converter *cv, const struct spot *service)
{
	struct needs n = service_needs(cv, service);
	bool is_merged = merges_needs(cv, service);
	struct buf step;
	buf_init(&step, cv->a);
	add_number(&step, "cpus_per_task", n.cpus, "");
	add_number(&step, "mem", n.mem_mib, "M");
	add_number(&step, "gpus", n.gpus, "");
	if (n.policy.len)
		add_pair(&step, "failure_policy", n.policy);
	put_block(cv, service, "x-slurm", str_dup(cv->a, buf_str(&step)), is_merged);
	struct buf runtime;
	buf_init(&runtime, cv->a);
	struct recipe recipe;
	bool has_recipe = read_recipe(cv, service->value, &recipe);
	struct str prepare = has_recipe ? recipe_prepare(cv, &recipe) : STR("");
	buf_add(&runtime, prepare);
	if (n.is_root)
		add_pair(&runtime, "remap_root", STR("true"));
	if (n.writable.len)
		add_pair(&runtime, "writable", n.writable);
	const struct node *entrypoint = node_get(service->value, "entrypoint");
	bool is_cleared = entrypoint &&
			  (entrypoint->kind == NODE_LIST ? !entrypoint->n : !entrypoint->text.len);
	if (is_cleared && schema_field(STR("services.<name>.x-runtime.entrypoint")))
		add_pair(&runtime, "entrypoint", STR("none"));
	put_block(cv, service, "x-runtime", str_dup(cv->a, buf_str(&runtime)), is_merged);
	if (has_recipe)
		add_recipe(cv, service, &recipe);
	else if (node_get(service->value, "build") && !node_get(service->value, "image"))
		add(cv, service->value,
		    str_fmt(cv->a, "image: %.*s", STR_ARG(quoted(cv->a, service->service))));
	bool has_scale = node_get(service->value, "scale") != NULL;
	if (n.copies == 1 || has_scale)
		return;
	if (schema_field(STR("services.<name>.scale")))
		add(cv, service->value,
		    str_fmt(cv->a, "scale: %llu", (unsigned long long)n.copies));
	else
		decide(cv, "services.%.*s: it had %llu copies; write as many services",
		       STR_ARG(service->service), (unsigned long long)n.copies);
}

static void note_lost_parts(struct converter *cv, const struct spot *s, const char *part)
{
	static const char mark[] = "left out: ";
	for (uint32_t i = 0; s->value->kind == NODE_MAP && i < s->value->n; i++) {
		const struct compose_key *row = compose_key_find(part, s->value->entries[i].key);
		struct spot below = entry_spot(cv, s, &s->value->entries[i]);
		if (!row || strncmp(row->text, mark, strlen(mark)) != 0 ||
		    !take_place(cv, below.entry->key_at.begin, PLACE_TAKEN))
			continue;
		struct str why = str_c(row->text + strlen(mark));
		lose(cv, &below, why);
		comment_on(cv, s, why,
			   str_slice(cv->text, place_of(cv, below.entry->key_at.begin),
				     place_of(cv, written_at(&below).end)));
	}
}

void gather(struct converter *cv, const struct spot *s)
{
	struct spot service = *s;
	service.value = s->body;
	bool is_user = s->body && str_eq(s->entry->key, STR("user"));
	if (is_user && s->value->kind != NODE_NULL && !service_needs(cv, &service).is_root) {
		cut(cv, s, STR("services run as the user who submits"));
		return;
	}
	note_lost_parts(cv, s, str_to_c(cv->a, s->entry->key));
	cut(cv, s, STR(""));
}

/* Without profiles in the language, a service that needs one takes no part. */
bool takes_no_part(const struct node *body)
{
	const struct node *profiles = node_get(body, "profiles");
	return profiles && profiles->n &&
	       !compose_key_stays(compose_key_find("service", STR("profiles")));
}

/* The sums over all services, which may run at the same time. */
static struct needs job_needs(struct converter *cv, uint64_t *n_silent)
{
	struct needs sum = {0};
	uint64_t n_idle = 0;
	struct spot root = {.value = cv->services};
	*n_silent = 0;
	for (uint32_t i = 0; i < cv->services->n; i++) {
		struct spot service = entry_spot(cv, &root, &cv->services->entries[i]);
		service.service = service.entry->key;
		if (service.value->kind != NODE_MAP || takes_no_part(service.value))
			continue;
		struct needs n = service_needs(cv, &service);
		sum.cpus += n.cpus * n.copies;
		n_idle += n.cpus ? 0 : n.copies;
		sum.mem_mib += n.mem_mib * n.copies;
		sum.gpus += n.gpus * n.copies;
		*n_silent += n.mem_mib ? 0 : n.copies;
	}
	sum.cpus += n_idle < SHARED_CPUS ? n_idle : SHARED_CPUS;
	return sum;
}

static void decide_first(struct converter *cv, const struct needs *sum)
{
	decide(cv, "x-slurm.time: how long the job may run; 8 hours are written");
	decide(cv, "x-slurm.cpus_per_task: CPUs of the whole job; %llu are written%s",
	       (unsigned long long)sum->cpus,
	       sum->mem_mib
		       ? ", and x-slurm.mem, memory for all services together"
		       : "; x-slurm.mem gives it memory, where the site's default is too little");
	decide(cv, "x-slurm.partition, account: where your site wants them named");
}

void add_root(struct converter *cv)
{
	enum {
		SILENT_MIB = 2048 /* for a service that says nothing, where others state memory */
	};
	if (cv->is_spec || !cv->services || cv->services->kind != NODE_MAP)
		return;
	uint64_t n_silent;
	struct needs sum = job_needs(cv, &n_silent);
	if (sum.mem_mib)
		sum.mem_mib += n_silent * SILENT_MIB;
	struct buf job, runtime;
	buf_init(&job, cv->a);
	buf_init(&runtime, cv->a);
	buf_add_c(&job, "time: \"8:00:00\"");
	add_number(&job, "cpus_per_task", sum.cpus, "");
	add_number(&job, "mem", sum.mem_mib, "M");
	add_number(&job, "gpus", sum.gpus, "");
	if (schema_field(STR("runtime.entrypoint")))
		add_pair(&runtime, "entrypoint", STR("image"));
	add_pair(&runtime, "writable", STR("true"));
	struct str job_text = str_fmt(cv->a, "x-slurm: {%.*s}", STR_ARG(buf_str(&job)));
	struct str runtime_text = str_fmt(cv->a, "runtime: {%.*s}", STR_ARG(buf_str(&runtime)));
	/* What services leave open is said when it is their turn. */
	cv->out->decisions.n = 0;
	decide_first(cv, &sum);
	size_t begin = place_of(cv, cv->root->at.begin);
	if (begin < cv->text.len && cv->text.ptr[begin] == '{') {
		add(cv, cv->root, runtime_text);
		add(cv, cv->root, job_text);
		return;
	}
	const struct entry *e = node_entry(cv->root, STR("services"));
	size_t at = place_of(cv, e->key_at.begin), column = at - line_begin(cv->text, at);
	edit_text(cv, at, at,
		  str_fmt(cv->a, "%.*s\n%*s%.*s\n%*s", STR_ARG(job_text), (int)column, "",
			  STR_ARG(runtime_text), (int)column, ""));
}
