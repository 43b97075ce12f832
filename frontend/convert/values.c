/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of a service that stay, with their values in the words of a spec. */
#include "frontend/convert/convert_parts.h"
#include "frontend/extends.h"

#include <string.h>

#include "ir/grammar/grammar.h"
#include "ir/text/schema_text.h"

static bool is_scalar(const struct node *node)
{
	return node->kind != NODE_MAP && node->kind != NODE_LIST;
}

void convert_root_version(struct converter *cv, const struct spot *s)
{
	if (is_scalar(s->value) && !str_eq(s->value->text, STR("1")))
		cut(cv, s, STR(""));
}

void convert_root_include(struct converter *cv, const struct spot *s)
{
	if (cv->is_spec)
		return;
	cut(cv, s, STR("the other file isn't there"));
	decide(cv, "include: put the other file beside this one, and convert both again");
}

void convert_service_build(struct converter *cv, const struct spot *s)
{
	const struct node *image = node_get(s->body, "image");
	struct str name = image ? resolved(cv, image) : s->service;
	struct recipe r;
	if (read_recipe(cv, s->body, &r)) {
		cut(cv, s, STR(""));
		return;
	}
	cut(cv, s, STR("images aren't built in a job"));
	decide(cv,
	       "services.%.*s.image: build the image '%.*s' where you can, and name it so that the "
	       "cluster can import it",
	       STR_ARG(s->service), STR_ARG(name));
}

void convert_service_image(struct converter *cv, const struct spot *s)
{
	struct str image = resolved(cv, s->value);
	struct recipe r;
	if (read_recipe(cv, s->body, &r))
		replace(cv, s, quoted(cv->a, r.image));
	else if (image.len && !str_has_suffix(image, ":")) {
		fix_variables(cv, s, "");
	} else if (image.len) {
		fix_variables(cv, s, "latest");
	} else {
		with_defaults(cv, s->value->text, "");
		replace(cv, s, quoted(cv->a, s->service));
		decide(cv, "%.*s: name the image; nothing says which one", STR_ARG(s->path));
	}
}

/* Some service that it extends has the key, too. */
static bool base_has(struct converter *cv, const struct node *body, const char *part,
		     const char *key, int depth)
{
	enum {
		ROW_MAX = 64
	};
	const struct node *extends = node_get(body, "extends");
	if (extends && extends->kind == NODE_MAP)
		extends = node_get(extends, "service");
	if (!extends || extends->kind != NODE_STRING || depth > ROW_MAX)
		return false;
	const struct node *base = node_get(cv->services, str_to_c(cv->a, extends->text));
	return node_get(part ? node_get(base, part) : base, key) ||
	       base_has(cv, base, part, key, depth + 1);
}

/* Lists are laid one behind the other here; in Compose the words of a base are gone. */
static void override_base(struct converter *cv, const struct spot *s, const char *part)
{
	bool is_kept = cv->is_spec || s->value->is_override || s->value->is_reset;
	if (!is_kept && base_has(cv, s->body, part, str_to_c(cv->a, s->entry->key), 0))
		tag(cv, s, "!override");
}

static void convert_words(struct converter *cv, const struct spot *s)
{
	if (s->value->kind == NODE_LIST) {
		override_base(cv, s, NULL);
		fix_variables(cv, s, "");
	} else if (s->value->kind != NODE_NULL && s->value->kind != NODE_MAP) {
		override_base(cv, s, NULL);
		replace(cv, s, split_words(cv, s->value->text));
	}
}

void convert_service_command(struct converter *cv, const struct spot *s)
{
	convert_words(cv, s);
}

void convert_service_entrypoint(struct converter *cv, const struct spot *s)
{
	bool is_empty = s->value->kind == NODE_LIST ? !s->value->n : !s->value->text.len;
	if (is_empty && schema_field(STR("services.<name>.x-runtime.entrypoint")))
		cut(cv, s, STR(""));
	else
		convert_words(cv, s);
}

static void convert_variable(struct converter *cv, const struct spot *s, struct str name)
{
	bool has_value =
		s->entry ? s->value->kind != NODE_NULL : str_find(s->value->text, '=') != STR_NONE;
	if (has_value ? !name_is_of_environment(name) : !name_is_variable(name)) {
		cut(cv, s, STR("no program has a variable of such a name"));
		decide(cv,
		       "services.%.*s.environment: '%.*s' is no name of a variable; give it to "
		       "the program in another way",
		       STR_ARG(s->service), STR_ARG(name));
	} else if (s->entry && s->value->kind == NODE_NULL) {
		replace(cv, s, str_fmt(cv->a, "\"${%.*s:-}\"", STR_ARG(name)));
	} else if (!s->entry && str_find(s->value->text, '=') == STR_NONE) {
		replace(cv, s, str_fmt(cv->a, "\"%.*s=${%.*s:-}\"", STR_ARG(name), STR_ARG(name)));
	} else {
		fix_variables(cv, s, "");
	}
}

void convert_service_environment(struct converter *cv, const struct spot *s)
{
	bool is_map = s->value->kind == NODE_MAP;
	for (uint32_t i = 0; !is_scalar(s->value) && i < s->value->n; i++) {
		struct spot below = part_spot(cv, s, i);
		struct str name = is_map ? below.entry->key : below.value->text;
		if (!is_map && !is_scalar(below.value))
			continue;
		if (!is_map)
			str_split(below.value->text, '=', &name);
		if (take_place(cv, is_map ? below.entry->key_at.begin : written_at(&below).begin,
			       PLACE_TAKEN))
			convert_variable(cv, &below, name);
	}
}

/* A file beside the spec that can be read. */
static bool is_there(struct converter *cv, struct str path)
{
	struct str full = path_beside(cv->a, cv->u->path, path);
	struct str bytes, why;
	return path.len && cv->u->reader.read(cv->u->reader.context, cv->a, full, &bytes, &why);
}

static void convert_env_path(struct converter *cv, const struct spot *s)
{
	const struct node *path =
		s->value->kind == NODE_MAP ? node_get(s->value, "path") : s->value;
	bool is_needed = s->value->kind != NODE_MAP ||
			 !str_eq_nocase(resolved(cv, node_get(s->value, "required")), STR("false"));
	struct str name = resolved(cv, path);
	if (!path || path->kind != NODE_STRING)
		return;
	if (!is_there(cv, name)) {
		cut(cv, s, STR("the file isn't there"));
		if (is_needed)
			decide(cv, "%.*s: make the file '%.*s', and name it with env_file",
			       STR_ARG(s->path), STR_ARG(name));
	} else if (s->value->kind == NODE_MAP) {
		replace(cv, s, quoted(cv->a, with_defaults(cv, path->text, "")));
	} else {
		fix_variables(cv, s, "");
	}
}

void convert_service_env_file(struct converter *cv, const struct spot *s)
{
	if (s->value->kind != NODE_LIST) {
		if (s->value->kind == NODE_STRING)
			convert_env_path(cv, s);
		return;
	}
	for (uint32_t i = 0; i < s->value->n; i++) {
		struct spot item = item_spot(cv, s, i);
		if (take_place(cv, written_at(&item).begin, PLACE_TAKEN))
			convert_env_path(cv, &item);
	}
}

static void convert_dependency(struct converter *cv, const struct spot *s, struct str name)
{
	if (!node_get(cv->services, str_to_c(cv->a, name)))
		cut(cv, s, STR("there is no such service"));
	else if (s->entry && s->value->kind == NODE_NULL)
		replace(cv, s, STR("{condition: service_started}"));
	else if (s->entry)
		walk_map(cv, s, "dependency");
}

void convert_service_depends_on(struct converter *cv, const struct spot *s)
{
	bool is_map = s->value->kind == NODE_MAP;
	for (uint32_t i = 0; !is_scalar(s->value) && i < s->value->n; i++) {
		struct spot below = part_spot(cv, s, i);
		struct str name = is_map ? below.entry->key : below.value->text;
		if ((is_map || is_scalar(below.value)) &&
		    take_place(cv, is_map ? below.entry->key_at.begin : written_at(&below).begin,
			       PLACE_TAKEN))
			convert_dependency(cv, &below, name);
	}
}

void convert_dependency_condition(struct converter *cv, const struct spot *s)
{
	/* services.web.depends_on.db.condition */
	struct str steps = str_slice(s->path, 0, s->path.len - strlen(".condition"));
	struct str prefix = str_fmt(cv->a, "services.%.*s.depends_on.", STR_ARG(s->service));
	struct str name = str_from(steps, prefix.len);
	if (!str_eq(s->value->text, STR("service_healthy")) || has_health(cv, name, 0)) {
		fix_variables(cv, s, "");
		return;
	}
	lose(cv, s, STR("the service has no health check; it is waited for until it has started"));
	decide(cv,
	       "services.%.*s: say when it is ready, with readiness or healthcheck; services wait "
	       "for it only until it has started",
	       STR_ARG(name));
	replace(cv, s, STR("service_started"));
}

void convert_service_extends(struct converter *cv, const struct spot *s)
{
	if (cv->is_spec || !node_get(s->value, "file")) {
		fix_variables(cv, s, "");
		return;
	}
	cut(cv, s, STR("the other file isn't there"));
	decide(cv, "%.*s: put '%.*s' beside this file, and convert both again", STR_ARG(s->path),
	       STR_ARG(resolved(cv, node_get(s->value, "file"))));
}

/* The part of a short form that the service listens on: behind the last colon outside of ${...}. */
static struct str listened_part(struct str text)
{
	size_t begin = 0;
	unsigned depth = 0;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '{')
			depth++;
		else if (text.ptr[i] == '}' && depth)
			depth--;
		else if (text.ptr[i] == ':' && !depth)
			begin = i + 1;
	}
	return str_from(text, begin);
}

/* A port whose number hangs on a variable without a value can't be stated; of a published one the
   service's own is enough. */
static void convert_port(struct converter *cv, const struct spot *s)
{
	struct str value, part = listened_part(s->value->text);
	if (s->value->kind == NODE_MAP || resolve(cv, s->value->text, &value)) {
		fix_variables(cv, s, "");
		return;
	}
	with_defaults(cv, s->value->text, "");
	if (resolve(cv, part, &value))
		replace(cv, s, quoted(cv->a, with_defaults(cv, part, "")));
	else
		cut(cv, s, STR("its number is in a variable without a value"));
}

void convert_service_ports(struct converter *cv, const struct spot *s)
{
	for (uint32_t i = 0; s->value->kind == NODE_LIST && i < s->value->n; i++) {
		struct spot item = item_spot(cv, s, i);
		if (item.value->kind != NODE_LIST &&
		    take_place(cv, written_at(&item).begin, PLACE_TAKEN))
			convert_port(cv, &item);
	}
}

void convert_service_expose(struct converter *cv, const struct spot *s)
{
	convert_service_ports(cv, s);
}

void convert_service_stop_signal(struct converter *cv, const struct spot *s)
{
	struct str name = resolved(cv, s->value);
	if (str_has_prefix(name, "SIG"))
		replace(cv, s, quoted(cv->a, str_from(name, 3)));
}

static void convert_time(struct converter *cv, const struct spot *s)
{
	struct str written = resolved(cv, s->value);
	struct str seconds = is_scalar(s->value) ? whole_seconds(cv->a, written) : STR("");
	if (!str_eq(seconds, written) && seconds.len)
		replace(cv, s, seconds);
	else
		fix_variables(cv, s, "");
}

void convert_service_stop_grace_period(struct converter *cv, const struct spot *s)
{
	convert_time(cv, s);
}

void convert_healthcheck_interval(struct converter *cv, const struct spot *s)
{
	convert_time(cv, s);
}

void convert_healthcheck_timeout(struct converter *cv, const struct spot *s)
{
	convert_time(cv, s);
}

void convert_healthcheck_start_period(struct converter *cv, const struct spot *s)
{
	convert_time(cv, s);
}

void convert_healthcheck_start_interval(struct converter *cv, const struct spot *s)
{
	convert_time(cv, s);
}

/* Alone, or with `timeout`, a test that is a known probe means something else in a spec. */
static bool has_rhythm(const struct node *check)
{
	static const char *const keys[] = {"interval", "retries", "start_period", "start_interval"};
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const struct node *value = node_get(check, keys[i]);
		if (value && value->kind != NODE_NULL)
			return true;
	}
	return false;
}

void convert_healthcheck_test(struct converter *cv, const struct spot *s)
{
	bool is_none = s->value->kind == NODE_LIST && s->value->n == 1;
	if (s->value->kind == NODE_LIST)
		override_base(cv, s, "healthcheck");
	fix_variables(cv, s, "");
	if (!is_none && !has_rhythm(s->parent))
		add(cv, s->parent, STR("retries: 3"));
}
