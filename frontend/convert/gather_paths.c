/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Paths of a Compose file that is taken into another one: they go by a folder of their own there.
 *
 *	db/compose.yml:  volumes: [./data:/d]	->	volumes: [./db/data:/d]
 */
#include "frontend/convert/gather.h"

#include "frontend/extends.h"

struct str gather_path(struct arena *a, struct str folder, struct str path)
{
	if (str_has_prefix(path, "/") || str_eq(folder, STR(".")))
		return path_tidy(a, path);
	return path_tidy(a, str_fmt(a, "%.*s/%.*s", STR_ARG(folder), STR_ARG(path)));
}

bool is_remote(struct str path)
{
	return str_contains(path, "://") || str_has_prefix(path, "oci:") ||
	       str_has_prefix(path, "git@") || str_has_prefix(path, "github.com/");
}

static struct str moved(struct converter *cv, struct str folder, struct str path)
{
	struct str to = gather_path(cv->a, folder, path);
	bool is_plain = str_has_prefix(to, "/") || str_has_prefix(to, "..");
	return is_plain ? to : str_cat(cv->a, STR("./"), to);
}

/* With the values that the file's own folder gives to variables. */
static struct str own_values(struct converter *cv, struct str text)
{
	return cv->own ? with_defaults(cv, text, "") : text;
}

static bool is_text(const struct node *node)
{
	return node && node->kind != NODE_MAP && node->kind != NODE_LIST && node->kind != NODE_NULL;
}

/* A path that goes by the folder; `needs_dot`: others without one in front are names. */
static void move_path(struct converter *cv, const struct spot *s, struct str folder, bool needs_dot)
{
	struct str path = s->value->text;
	if (!is_text(s->value) || !path.len || is_remote(path) || byte_is_in(path.ptr[0], "/~$") ||
	    (needs_dot && path.ptr[0] != '.') || !take_place(cv, written_at(s).begin, PLACE_TAKEN))
		return;
	replace(cv, s, quoted(cv->a, own_values(cv, moved(cv, folder, path))));
}

static void move_key(struct converter *cv, const struct spot *s, const char *key, struct str folder,
		     bool needs_dot)
{
	const struct entry *e =
		s->value->kind == NODE_MAP ? node_entry(s->value, str_c(key)) : NULL;
	if (!e)
		return;
	struct spot below = entry_spot(cv, s, e);
	move_path(cv, &below, folder, needs_dot);
}

/* ${NAME:-./path}: what a path is otherwise; empty when the text isn't of that form. */
static struct str moved_default(struct converter *cv, struct str folder, struct str host)
{
	ptrdiff_t dash = str_find(host, '-');
	struct str otherwise = dash == STR_NONE ? STR("") : str_from(host, (size_t)dash + 1);
	if (!str_has_prefix(host, "${") || !str_has_prefix(otherwise, ".") ||
	    str_find(otherwise, '}') != (ptrdiff_t)otherwise.len - 1)
		return STR("");
	otherwise.len--;
	return str_fmt(cv->a, "%.*s%.*s}", (int)dash + 1, host.ptr,
		       STR_ARG(moved(cv, folder, otherwise)));
}

static void move_mount(struct converter *cv, const struct spot *s, struct str folder)
{
	struct str parts[3] = {{0}};
	if (s->value->kind == NODE_MAP) {
		move_key(cv, s, "source", folder, true);
		return;
	}
	if (!is_text(s->value) || part_mount(s->value->text, parts) < 2 || !parts[0].len)
		return;
	struct str rest = str_from(s->value->text, parts[0].len);
	struct str host = moved_default(cv, folder, parts[0]);
	if (parts[0].ptr[0] == '.')
		host = moved(cv, folder, parts[0]);
	else if (parts[0].ptr[0] == '$' && !host.len)
		decide(cv,
		       "%.*s: where '%.*s' is relative, it goes by the folder '%.*s' in Compose, and by "
		       "the spec's folder here",
		       STR_ARG(s->path), STR_ARG(parts[0]), STR_ARG(folder));
	if (host.len && take_place(cv, written_at(s).begin, PLACE_TAKEN))
		replace(cv, s, quoted(cv->a, own_values(cv, str_cat(cv->a, host, rest))));
}

static void move_env_file(struct converter *cv, const struct spot *s, struct str folder)
{
	if (s->value->kind == NODE_MAP)
		move_key(cv, s, "path", folder, false);
	else
		move_path(cv, s, folder, false);
}

static void move_build(struct converter *cv, const struct spot *s, struct str folder)
{
	if (s->value->kind != NODE_MAP)
		move_path(cv, s, folder, false);
	else if (node_get(s->value, "context"))
		move_key(cv, s, "context", folder, false);
	else if (s->value->n && take_place(cv, s->value->at.begin, PLACE_TAKEN))
		add(cv, s->value,
		    str_fmt(cv->a, "context: %.*s",
			    STR_ARG(quoted(cv->a, moved(cv, folder, STR("."))))));
}

/* Each item of a list, or the value itself. */
static void move_each(struct converter *cv, const struct spot *s, const char *key,
		      struct str folder,
		      void (*move)(struct converter *cv, const struct spot *s, struct str folder))
{
	const struct entry *e = node_entry(s->value, str_c(key));
	if (!e)
		return;
	struct spot below = entry_spot(cv, s, e);
	if (e->value->kind != NODE_LIST)
		move(cv, &below, folder);
	for (uint32_t i = 0; e->value->kind == NODE_LIST && i < e->value->n; i++) {
		struct spot item = item_spot(cv, &below, i);
		move(cv, &item, folder);
	}
}

static void move_definitions(struct converter *cv, const char *section, struct str folder)
{
	struct spot root = {.value = cv->root};
	const struct entry *e = node_entry(cv->root, str_c(section));
	if (!e)
		return;
	struct spot all = entry_spot(cv, &root, e);
	for (uint32_t i = 0; e->value->kind == NODE_MAP && i < e->value->n; i++) {
		struct spot one = entry_spot(cv, &all, &e->value->entries[i]);
		move_key(cv, &one, "file", folder, false);
		const struct entry *options = node_entry(one.value, STR("driver_opts"));
		if (!options)
			continue;
		struct spot below = entry_spot(cv, &one, options);
		move_key(cv, &below, "device", folder, true);
	}
}

static void move_all(struct converter *cv, struct str folder)
{
	struct spot root = {.value = cv->root};
	const struct entry *services = node_entry(cv->root, STR("services"));
	move_definitions(cv, "volumes", folder);
	move_definitions(cv, "secrets", folder);
	move_definitions(cv, "configs", folder);
	if (!services || services->value->kind != NODE_MAP)
		return;
	struct spot all = entry_spot(cv, &root, services);
	for (uint32_t i = 0; i < services->value->n; i++) {
		struct spot one = entry_spot(cv, &all, &services->value->entries[i]);
		if (one.value->kind != NODE_MAP)
			continue;
		move_each(cv, &one, "volumes", folder, move_mount);
		move_each(cv, &one, "env_file", folder, move_env_file);
		move_each(cv, &one, "build", folder, move_build);
	}
}

void move_paths(struct converter *cv, struct str folder)
{
	struct spot root = {.value = cv->root};
	if (!str_eq(folder, STR(".")))
		move_all(cv, folder);
	/* Behind the paths: of two edits at a place the first counts. */
	if (cv->own)
		fix_variables(cv, &root, "");
}
