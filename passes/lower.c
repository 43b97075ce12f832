/* SPDX-License-Identifier: Apache-2.0 */
/* Constructors of plan values, and look-ups in the job that several passes need. */
#include "passes/lower/components.h"

#include "ir/support/run_text.h"

struct origin origin_derived(struct origin from)
{
	if (from.kind > ORIGIN_DEFAULT)
		from.kind = ORIGIN_DERIVED;
	else if (from.kind != ORIGIN_POISON)
		from.kind = ORIGIN_DEFAULT;
	return from;
}

struct v_uint plan_uint(struct origin from, uint64_t v)
{
	return (struct v_uint){.from = origin_derived(from), .v = v};
}

struct v_bool plan_bool(struct origin from, bool v)
{
	return (struct v_bool){.from = origin_derived(from), .v = v};
}

struct v_enum plan_enum(struct origin from, uint32_t v)
{
	return (struct v_enum){.from = origin_derived(from), .v = v};
}

struct v_str plan_str(struct origin from, struct str v)
{
	return (struct v_str){.from = origin_derived(from), .v = v};
}

bool plan_option_of(struct arena *a, const struct slurm_option *o, const struct option_field *field,
		    const void *record, struct plan_option *option)
{
	const struct origin *from = option_origin(record, field);
	if (!field->is_field || from->kind <= ORIGIN_POISON)
		return false;
	*option = (struct plan_option){.head.from = *from};
	option->name = plan_str(*from, str_c(o->key));
	option->value.from = *from;
	if (field->kind == KIND_UINT) {
		uint64_t n = ((const struct v_uint *)from)->v;
		option->value.v = str_fmt(a, "%llu", (unsigned long long)n);
	} else if (field->kind == KIND_GPUS) {
		const struct v_gpus *gpus = (const struct v_gpus *)from;
		option->value.v = str_fmt(a, "%.*s%s%llu", STR_ARG(gpus->type),
					  gpus->type.len ? ":" : "", (unsigned long long)gpus->v);
	} else if (field->kind == KIND_WALLTIME) {
		option->value.v = str_trim(((const struct v_time *)from)->text);
		option->value.is_secret = ((const struct v_time *)from)->is_secret;
	} else if (field->kind == KIND_BOOL) {
		option->value = (struct v_str){0};
		return ((const struct v_bool *)from)->v;
	} else {
		option->value = *(const struct v_str *)from;
	}
	if (o->value != OPTION_VALUE_EXCLUSIVE)
		return true;
	/* A word, or a switch: `true` is written without a value. */
	bool is_off = str_eq_nocase(option->value.v, STR("false"));
	if (str_eq_nocase(option->value.v, STR("true")))
		option->value = (struct v_str){0};
	return !is_off;
}

struct plan_path *plan_path_new(struct arena *a, struct origin from, enum path_base base,
				struct str text)
{
	struct plan_path *path = ARENA_NEW(a, struct plan_path);
	path->head.from = origin_derived(from);
	path->base = plan_enum(from, base);
	path->text = plan_str(from, text);
	return path;
}

/* No empty, `.` or `..` part, no slash at the end: folding would change nothing. */
static bool is_folded(struct str path)
{
	size_t part = 0;
	for (size_t i = str_has_prefix(path, "/"); i <= path.len; i++) {
		if (i < path.len && path.ptr[i] != '/') {
			part++;
			continue;
		}
		if (!part)
			return false;
		struct str last = str_slice(path, i - part, i);
		if (str_eq_c(last, ".") || str_eq_c(last, ".."))
			return false;
		part = 0;
	}
	return true;
}

struct plan_path *plan_path_from(struct arena *a, struct origin from, struct str text,
				 enum path_base relative_to)
{
	enum path_base base = relative_to;
	if (run_begins_with_mark(text))
		return plan_path_new(a, from, PATH_BASE_ABSOLUTE,
				     text); /* the job knows the rest */
	if (str_eq_c(text, "~") || str_has_prefix(text, "~/")) {
		base = PATH_BASE_HOME;
		text = str_from(text, 2);
	} else if (str_has_prefix(text, "/")) {
		base = PATH_BASE_ABSOLUTE;
	}
	struct str folded = text;
	if (!is_folded(text) && !path_fold(a, text, &folded))
		folded = text;
	if (str_eq_c(folded, "."))
		folded = STR("");
	return plan_path_new(a, from, base, folded);
}

struct plan_path *plan_path_of(struct arena *a, const struct v_str *path,
			       enum path_base relative_to)
{
	struct plan_path *p = plan_path_from(a, path->from, str_trim(path->v), relative_to);
	p->text.is_secret = path->is_secret;
	return p;
}

struct plan_mount plan_mount_from(struct arena *a, const struct v_mount *mount)
{
	struct plan_mount m = {.head.from = mount->from};
	m.host = plan_path_from(a, mount->from, mount->host, PATH_BASE_SPEC_DIR);
	m.host->text.is_secret = mount->is_secret;
	m.container = plan_str(mount->from, mount->container);
	m.container.is_secret = mount->is_secret;
	if (mount->mode != MOUNT_DEFAULT)
		m.mode = plan_str(mount->from, mount->mode == MOUNT_RO ? STR("ro") : STR("rw"));
	return m;
}

const struct slurm *unit_slurm(const struct unit *u)
{
	static const struct slurm none;
	return HAS_RECORD(u->job->slurm) ? u->job->slurm : &none;
}

const struct step *service_step(const struct service *s)
{
	static const struct step none;
	return HAS_RECORD(s->step) ? s->step : &none;
}

static bool is_auto(const struct slurm *slurm)
{
	return IS_SET(slurm->nodes) && slurm->nodes.v == NODES_AUTO;
}

bool unit_nodes_are_auto(const struct unit *u)
{
	return !u->components && is_auto(unit_slurm(u));
}

uint64_t slurm_nodes(const struct slurm *slurm)
{
	if (is_auto(slurm))
		return NODES_SOME;
	return IS_SET(slurm->nodes) && slurm->nodes.v ? slurm->nodes.v : 1;
}

uint64_t unit_nodes(const struct unit *u)
{
	return u->components ? u->components->nodes : slurm_nodes(unit_slurm(u));
}

enum runtime_backend unit_backend(const struct unit *u)
{
	const struct runtime *runtime = u->job->runtime;
	return HAS_RECORD(runtime) && IS_SET(runtime->backend)
		       ? (enum runtime_backend)runtime->backend.v
		       : (enum runtime_backend)0;
}

const struct container *unit_container(const struct unit *u)
{
	return &containers[unit_backend(u)];
}

static bool has_own_backend(const struct service *s)
{
	return HAS_RECORD(s->runtime) && s->runtime->backend.from.kind != ORIGIN_ABSENT;
}

enum runtime_backend service_backend(const struct unit *u, const struct service *s)
{
	if (has_own_backend(s) && IS_SET(s->runtime->backend))
		return (enum runtime_backend)s->runtime->backend.v;
	return unit_backend(u);
}

const struct container *service_container(const struct unit *u, const struct service *s)
{
	return &containers[service_backend(u, s)];
}

struct origin service_backend_origin(const struct unit *u, const struct service *s)
{
	const struct runtime *all = u->job->runtime;

	if (has_own_backend(s))
		return s->runtime->backend.from;
	if (s->runtime && IS_POISON(s->runtime->head))
		return s->runtime->head.from;
	if (all && IS_POISON(all->head))
		return all->head.from;
	return all ? all->backend.from : (struct origin){0};
}

bool service_runs_entrypoint(const struct unit *u, const struct service *s)
{
	const struct runtime *all = u->job->runtime;
	const struct v_enum *chosen = NULL;

	if (HAS_RECORD(s->runtime) && IS_GIVEN(s->runtime->entrypoint))
		chosen = &s->runtime->entrypoint;
	else if (HAS_RECORD(all) && s->entrypoint.from.kind == ORIGIN_ABSENT)
		chosen = &all->entrypoint;
	return chosen && IS_SET(*chosen) && chosen->v == IMAGE_ENTRYPOINT_IMAGE;
}

const struct prepare *service_prepare(const struct service *s)
{
	if (HAS_RECORD(s->runtime) && HAS_RECORD(s->runtime->prepare))
		return s->runtime->prepare;
	if (HAS_RECORD(s->enroot) && HAS_RECORD(s->enroot->prepare))
		return s->enroot->prepare;
	return NULL;
}

enum {
	MAX_SUGGESTIONS = 50
};

static bool depends_on(const struct service *s, struct str name)
{
	for (uint32_t i = 0; i < s->depends_on.n; i++)
		if (str_eq(s->depends_on.items[i].head.name, name))
			return true;
	return false;
}

/* The nearest service by name; *is_alone is false when others are as near. */
static const struct service *nearest_service(const struct unit *u, const struct service *self,
					     struct str name, unsigned *distance, bool *is_alone)
{
	const struct service *nearest = NULL;
	*distance = slips_allowed(name);
	for (uint32_t i = 0; i < u->job->services.n; i++) {
		const struct service *s = &u->job->services.items[i];
		unsigned x = str_distance(s->head.name, name, *distance);
		if (s == self || x > *distance || (self && depends_on(self, s->head.name)))
			continue;
		*is_alone = !nearest || x < *distance;
		if (*is_alone)
			nearest = s;
		*distance = x;
	}
	return nearest;
}

static bool is_plain(struct str name)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];
		bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		if (!is_letter && !(i && ((c >= '0' && c <= '9') || c == '-' || c == '_')))
			return false;
	}
	return name.len > 0;
}

const struct service *suggest_service(const struct unit *u, struct diags *d, struct diag *diag,
				      const struct service *self, struct str name, struct span at)
{
	bool is_alone = false;
	if (d->n_errors > MAX_SUGGESTIONS)
		return NULL;
	unsigned distance;
	const struct service *near = nearest_service(u, self, name, &distance, &is_alone);
	if (!near)
		return NULL;
	diag_help(d, diag, "did you mean '%.*s'?", STR_ARG(near->head.name));
	if (is_alone && distance <= 2 && name.len > 3 && is_plain(near->head.name) &&
	    str_eq(source_text(&u->sources, at), name))
		diag_fix(d, diag, at, near->head.name);
	return near;
}

uint32_t service_position(const struct unit *u, struct str name)
{
	return map_get(&u->pass_state->names, name);
}

uint32_t service_number(const struct unit *u, struct str name)
{
	uint32_t position = service_position(u, name);
	return position == MAP_NONE ? MAP_NONE : u->pass_state->numbers[position];
}

struct span service_at(const struct service *s)
{
	return span_is_none(s->head.name_at) ? s->head.from.at : s->head.name_at;
}
