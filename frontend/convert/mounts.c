/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Volumes, and what is mounted like them: files of secrets and configs.
 *
 *	dbdata:/var/lib/data:z			->	./volumes/dbdata:/var/lib/data
 *	{type: bind, source: ./a, target: /b}	->	./a:/b
 */
#include "frontend/convert/convert_parts.h"
#include "frontend/extends.h"

uint32_t part_mount(struct str text, struct str parts[3])
{
	uint32_t n = 0;
	size_t begin = 0;
	unsigned depth = 0;
	for (size_t i = 0; i <= text.len; i++) {
		bool is_end = i == text.len;
		if (!is_end && text.ptr[i] == '$' && i + 1 < text.len && text.ptr[i + 1] == '{')
			depth++;
		else if (!is_end && text.ptr[i] == '}' && depth)
			depth--;
		if (!is_end && (text.ptr[i] != ':' || depth || n == 2))
			continue;
		parts[n++] = str_slice(text, begin, i);
		begin = i + 1;
	}
	return n;
}

static struct str text_of(const struct node *map, const char *key)
{
	const struct node *node = node_get(map, key);
	bool is_text = node && node->kind != NODE_MAP && node->kind != NODE_LIST &&
		       node->kind != NODE_NULL;
	return is_text ? node->text : STR("");
}

/* Nothing is made elsewhere than beside the spec. */
static bool is_beside(struct converter *cv, struct str path)
{
	struct str tidy = path_tidy(cv->a, path);
	return tidy.len && tidy.ptr[0] != '/' && !str_has_prefix(tidy, "..");
}

static void add_folder(struct converter *cv, struct str path)
{
	struct str folder = path;
	if (!resolve(cv, path, &folder) || !is_beside(cv, folder))
		return;
	for (uint32_t i = 0; i < cv->out->folders.n; i++)
		if (str_eq(cv->out->folders.items[i], folder))
			return;
	*LIST_PUSH(cv->a, &cv->out->folders) = folder;
}

/* Docker makes the folder of a mount that isn't there. */
static void add_source(struct converter *cv, struct str source)
{
	struct str path;
	if (!resolve(cv, source, &path) || !is_beside(cv, path))
		return;
	path = path_tidy(cv->a, path);
	for (uint32_t i = 0; i < cv->out->sources.n; i++)
		if (str_eq(cv->out->sources.items[i], path))
			return;
	*LIST_PUSH(cv->a, &cv->out->sources) = path;
}

/* Where a named volume is: the folder that it is bound to, or one beside the spec. */
static struct str volume_folder(struct converter *cv, struct str name)
{
	const struct node *volume = node_get(node_get(cv->root, "volumes"), str_to_c(cv->a, name));
	const struct node *options = node_get(volume, "driver_opts");
	struct str path = resolved(cv, node_get(options, "device"));
	struct str type = resolved(cv, node_get(options, "type"));
	const struct node *external = node_get(volume, "external");
	bool is_bound = !type.len || str_eq(type, STR("none")) || str_eq(type, STR("bind"));
	struct str device = text_of(options, "device");
	if (is_bound && (str_has_prefix(path, "/") || str_has_prefix(path, ".")))
		return with_defaults(cv, device, "");
	if (!is_bound)
		decide(cv, "volumes.%.*s: it is of type %.*s; put its data into volumes/%.*s",
		       STR_ARG(name), STR_ARG(type), STR_ARG(name));
	if (external && !str_eq_nocase(resolved(cv, external), STR("false")))
		decide(cv,
		       "volumes.%.*s: it was made outside of the Compose file; put its data into "
		       "volumes/%.*s",
		       STR_ARG(name), STR_ARG(name));
	return str_fmt(cv->a, "./volumes/%.*s", STR_ARG(name));
}

static struct str host_of(struct converter *cv, struct str source)
{
	if (byte_is_in(source.ptr[0], "./~$")) {
		add_source(cv, source);
		return with_defaults(cv, source, "");
	}
	struct str folder = volume_folder(cv, source);
	add_folder(cv, folder);
	return folder;
}

static bool is_read_only(struct str mode)
{
	for (struct str rest = mode, word; rest.len;) {
		rest = str_split(rest, ',', &word);
		if (str_eq(word, STR("ro")))
			return true;
	}
	return false;
}

static bool is_docker(struct str path)
{
	return str_has_suffix(path, "docker.sock");
}

/* The mount that takes the volume's place; or it is left out. */
static void put_mount(struct converter *cv, const struct spot *s, struct str source,
		      struct str target, bool read_only)
{
	if (!source.len || !target.len) {
		cut(cv, s,
		    STR("a volume without a name is gone with its container, as all of its root"));
		return;
	}
	struct str host;
	resolve(cv, source, &host);
	if (is_docker(host)) {
		cut(cv, s, STR("there is no Docker on the nodes"));
		decide(cv, "services.%.*s: it talks to Docker, which isn't on the nodes",
		       STR_ARG(s->service));
		return;
	}
	struct str mount = str_fmt(cv->a, "%.*s:%.*s%s", STR_ARG(host_of(cv, source)),
				   STR_ARG(with_defaults(cv, target, "")), read_only ? ":ro" : "");
	if (!str_eq(mount, s->value->text))
		replace(cv, s, quoted(cv->a, mount));
}

static void convert_short(struct converter *cv, const struct spot *s)
{
	struct str parts[3] = {{0}};
	uint32_t n = part_mount(s->value->text, parts);
	bool is_same = n < 3 || str_eq(parts[2], STR("rw")) || str_eq(parts[2], STR("ro"));
	struct str host;
	resolve(cv, parts[0], &host);
	if (n > 1 && parts[0].len && byte_is_in(parts[0].ptr[0], "./~$") && is_same &&
	    !is_docker(host)) {
		add_source(cv, parts[0]);
		fix_variables(cv, s, "");
		return;
	}
	put_mount(cv, s, n > 1 ? parts[0] : STR(""), parts[n > 1 ? 1 : 0],
		  n == 3 && is_read_only(parts[2]));
}

static void convert_long(struct converter *cv, const struct spot *s)
{
	struct str type = text_of(s->value, "type"), source = text_of(s->value, "source");
	struct str subpath = text_of(node_get(s->value, "volume"), "subpath");
	if (type.len && !str_eq(type, STR("bind")) && !str_eq(type, STR("volume"))) {
		cut(cv, s,
		    str_fmt(cv->a, "a mount of type %.*s has no counterpart", STR_ARG(type)));
		return;
	}
	if (subpath.len && source.len && !byte_is_in(source.ptr[0], "./~$")) {
		source = str_fmt(cv->a, "%.*s/%.*s", STR_ARG(volume_folder(cv, source)),
				 STR_ARG(subpath));
		add_folder(cv, source);
	}
	put_mount(cv, s, source, text_of(s->value, "target"),
		  str_eq_nocase(resolved(cv, node_get(s->value, "read_only")), STR("true")));
}

void convert_service_volumes(struct converter *cv, const struct spot *s)
{
	for (uint32_t i = 0; s->value->kind == NODE_LIST && i < s->value->n; i++) {
		struct spot item = item_spot(cv, s, i);
		if (!take_place(cv, written_at(&item).begin, PLACE_TAKEN))
			continue;
		if (item.value->kind == NODE_MAP)
			convert_long(cv, &item);
		else if (item.value->kind == NODE_STRING)
			convert_short(cv, &item);
	}
}

/* Contents that stand in the Compose file, with their variables, as a file. */
static void add_file(struct converter *cv, struct str path, struct str content)
{
	struct convert_file file = {.path = path};
	resolve(cv, content, &file.text);
	for (uint32_t i = 0; i < cv->out->files.n; i++)
		if (str_eq(cv->out->files.items[i].path, path))
			return;
	*LIST_PUSH(cv->a, &cv->out->files) = file;
}

/* A secret or config that a service asks for, as a mount; empty when it has no file. */
static struct str grant_mount(struct converter *cv, const struct spot *service, const char *kind,
			      const struct node *grant)
{
	bool is_secret = kind[0] == 's';
	struct str name = grant->kind == NODE_MAP ? text_of(grant, "source") : grant->text;
	struct str target = grant->kind == NODE_MAP ? text_of(grant, "target") : name;
	const struct node *definition = node_get(node_get(cv->root, kind), str_to_c(cv->a, name));
	struct str file = text_of(definition, "file"), content = text_of(definition, "content");
	if (!is_secret && !file.len && content.len && name.len && !str_contains(name, "/")) {
		file = str_fmt(cv->a, "./%s/%.*s", kind, STR_ARG(name));
		add_file(cv, file, content);
	}
	if (!name.len || !file.len) {
		decide(cv, "%s.%.*s: write it to a file, and mount that in service '%.*s'", kind,
		       STR_ARG(name), STR_ARG(service->service));
		return STR("");
	}
	target = target.len ? target : name;
	if (!str_has_prefix(target, "/"))
		target = str_fmt(cv->a, "%s%.*s", is_secret ? "/run/secrets/" : "/",
				 STR_ARG(target));
	if (!byte_is_in(file.ptr[0], "./~$"))
		file = str_cat(cv->a, STR("./"), file);
	return quoted(cv->a, str_fmt(cv->a, "%.*s:%.*s:ro", STR_ARG(with_defaults(cv, file, "")),
				     STR_ARG(target)));
}

/* The volumes of a service that are written elsewhere, with more behind, as a list of its own. */
static void add_volumes(struct converter *cv, const struct spot *service, struct str more)
{
	const struct entry *e = node_entry(service->value, STR("volumes"));
	bool is_own = e && e->key_at.begin >= service->value->at.begin &&
		      e->key_at.end <= service->value->at.end && !e->value->trail &&
		      e->value->kind == NODE_LIST;
	if (is_own)
		add(cv, e->value, more);
	else if (!e)
		add(cv, service->value, str_fmt(cv->a, "volumes: [%.*s]", STR_ARG(more)));
	else
		decide(cv, "services.%.*s: mount %.*s", STR_ARG(service->service), STR_ARG(more));
}

/* Merged from another service, which has what it asks for in the volumes that are merged, too. */
static bool is_granted_there(struct converter *cv, const struct spot *service, const char *kind)
{
	const struct entry *e = node_entry(service->value, str_c(kind));
	const struct entry *volumes = node_entry(service->value, STR("volumes"));
	struct span own = service->value->at;
	if (!e || span_is_within(e->key_at, own) ||
	    (volumes && span_is_within(volumes->key_at, own)))
		return false;
	for (uint32_t i = 0; i < cv->services->n; i++)
		if (span_is_within(e->key_at, cv->services->entries[i].value->at))
			return true;
	return false;
}

void add_grants(struct converter *cv, const struct spot *service)
{
	static const char *const kinds[] = {"secrets", "configs"};
	struct buf b;
	buf_init(&b, cv->a);
	const struct node *volumes = node_get(service->value, "volumes");
	bool is_block = volumes && volumes->kind == NODE_LIST &&
			volumes->at.begin < volumes->at.end &&
			cv->text.ptr[place_of(cv, volumes->at.begin)] == '-';
	for (size_t k = 0; k < 2; k++) {
		const struct node *grants = node_get(service->value, kinds[k]);
		if (is_granted_there(cv, service, kinds[k]))
			continue;
		for (uint32_t i = 0; grants && grants->kind == NODE_LIST && i < grants->n; i++) {
			struct str mount = grant_mount(cv, service, kinds[k], grants->items[i]);
			if (!mount.len)
				continue;
			if (is_block) {
				add_volumes(cv, service, mount);
				continue;
			}
			buf_add_c(&b, b.len ? ", " : "");
			buf_add(&b, mount);
		}
	}
	if (b.len)
		add_volumes(cv, service, str_dup(cv->a, buf_str(&b)));
}
