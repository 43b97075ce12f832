/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Image references: what a text means depends on the container runtime.
 *
 *	redis:7      remote, docker://redis:7, registry registry-1.docker.io, tag 7
 *	base.sqsh    a local file
 */
#include <string.h>

#include "ir/containers.h"
#include "ir/grammar/grammar.h"
#include "ir/grammar/scan.h"

/* Registry, tag and digest of a remote reference, its scheme left off. */
static void read_reference(struct str name, struct image_ref *image)
{
	image->registry = STR("registry-1.docker.io");
	ptrdiff_t hash = str_find(name, '#');
	ptrdiff_t slash = str_find(name, '/');
	struct str first = slash == STR_NONE ? STR("") : str_slice(name, 0, (size_t)slash);
	if (hash != STR_NONE) {
		struct str before = str_slice(name, 0, (size_t)hash);
		ptrdiff_t user = str_find_last(before, '@');
		image->registry = user == STR_NONE ? before : str_from(before, (size_t)user + 1);
		name = str_from(name, (size_t)hash + 1);
	} else if (str_eq_c(first, "localhost") || str_find(first, '.') != STR_NONE ||
		   str_find(first, ':') != STR_NONE) {
		image->registry = first;
	}
	ptrdiff_t digest = str_find_last(name, '@');
	if (digest != STR_NONE) {
		image->has_digest = true;
		name = str_slice(name, 0, (size_t)digest);
	}
	slash = str_find_last(name, '/');
	struct str last = slash == STR_NONE ? name : str_from(name, (size_t)slash + 1);
	ptrdiff_t colon = str_find_last(last, ':');
	image->tag = colon == STR_NONE ? STR("") : str_from(last, (size_t)colon + 1);
}

static bool remote(struct arena *a, struct str text, bool has_scheme, struct image_ref *image)
{
	size_t name_at = has_scheme ? (size_t)str_find(text, ':') + 3 : 0;
	image->form = IMAGE_FORM_REMOTE;
	image->reference = has_scheme ? text : str_cat(a, STR("docker://"), text);
	read_reference(str_from(text, name_at), image);
	return true;
}

static bool local(struct str text, struct image_ref *image)
{
	image->form = IMAGE_FORM_LOCAL;
	image->reference = text;
	return true;
}

static bool refuse_scheme(struct arena *a, struct str text, struct problem *p)
{
	const char *end = memmem(text.ptr, text.len, "://", 3);
	size_t n = (size_t)(end - text.ptr);
	struct str name = str_from(text, n + 3);
	problem_set(p, RULE_R121, 0, n + 3,
		    str_fmt(a, "images can't be had through %.*s",
			    STR_ARG(problem_quote(a, str_slice(text, 0, n + 3)))));
	bool is_docker_like = str_has_prefix(text, "library://") || str_has_prefix(text, "shub://");
	if (str_has_prefix(text, "http"))
		p->help = str_fmt(a, "leave the scheme off to pull from a registry: '%.*s'",
				  STR_ARG(name));
	else if (is_docker_like)
		p->help = STR("pull it to a .sif file first, and name the file");
	else
		p->help = STR("write docker://, dockerd:// or podman://, or no scheme at all");
	return false;
}

static bool takes(const struct container *c, enum image_file file)
{
	return c->image_files & 1u << file;
}

/* The ending that is offered to people. */
static struct str offered_ending(enum image_file file)
{
	struct str ending;

	str_split(str_c(image_files[file].endings), ' ', &ending);
	return ending;
}

/* The first runtime that starts such files. */
static const char *taker_of(enum image_file file)
{
	int i = 0;

	while (!takes(&containers[i], file))
		i++;
	return containers[i].name;
}

/* What this runtime starts. One without images is never asked for one by the passes. */
static enum image_file file_of(const struct container *c)
{
	enum image_file file = 0;

	while (file + 1 < IMAGE_FILE_N && !takes(c, file))
		file++;
	return file;
}

/* /a, ./a, ../a, ~/a */
static bool is_path(struct str text)
{
	return str_has_prefix(text, "/") || str_has_prefix(text, "./") ||
	       str_has_prefix(text, "../") || str_has_prefix(text, "~/");
}

static bool ends_with(struct str text, struct str ending)
{
	return text.len >= ending.len && str_eq(str_from(text, text.len - ending.len), ending);
}

/* Where an ending of such files stands: at the end of a name, anywhere in a path. */
static bool find_ending(struct str text, enum image_file file, struct loc *at)
{
	struct str ending, rest = str_c(image_files[file].endings);

	while (rest.len) {
		rest = str_split(rest, ' ', &ending);
		if (!is_path(text) && !ends_with(text, ending))
			continue;
		const char *found = memmem(text.ptr, text.len, ending.ptr, ending.len);
		if (!found)
			continue;
		at->begin = (size_t)(found - text.ptr);
		at->end = at->begin + ending.len;
		return true;
	}
	return false;
}

/* Points at the ending that this runtime has no use for. */
static bool refuse_file(struct arena *a, const struct container *c, enum image_file file,
			struct loc at, struct problem *p)
{
	problem_set(p, image_files[file].rule, at.begin, at.end,
		    str_fmt(a, "%s can't start a %s file", c->name, image_files[file].title));
	p->help = str_fmt(a, "name a %.*s file or a registry image, or set runtime.backend: %s",
			  STR_ARG(offered_ending(file_of(c))), taker_of(file));
	return false;
}

static bool refuse_path(struct arena *a, const struct container *c, struct str text,
			struct problem *p)
{
	problem_set(p, RULE_R124, 0, text.len,
		    str_fmt(a, "the path %.*s is no image file", STR_ARG(problem_quote(a, text))));
	p->help =
		str_fmt(a,
			"images aren't built from a folder: name a registry image or a %.*s file, "
			"and put build steps under x-runtime.prepare",
			STR_ARG(offered_ending(file_of(c))));
	return false;
}

static bool has_scheme(struct str text)
{
	return str_has_prefix(text, "docker://") || str_has_prefix(text, "dockerd://") ||
	       str_has_prefix(text, "podman://");
}

bool grammar_image(struct arena *a, struct str text, enum runtime_backend backend,
		   struct image_ref *image, struct problem *p)
{
	const struct container *c = &containers[backend];
	bool is_file = false;

	*image = (struct image_ref){0};
	if (problem_nul(text, p))
		return false;
	if (str_is_blank(text)) {
		problem_set(p, RULE_R120, 0, text.len, STR("no image is named"));
		return false;
	}
	if (has_scheme(text))
		return remote(a, text, true, image);
	if (str_contains(text, "://"))
		return refuse_scheme(a, text, p);
	for (enum image_file file = 0; file < IMAGE_FILE_N; file++) {
		struct loc at;
		if (!find_ending(text, file, &at))
			continue;
		if (!takes(c, file))
			return refuse_file(a, c, file, at, p);
		is_file = true;
	}
	if (is_file)
		return local(text, image);
	if (is_path(text))
		return c->image_folders ? local(text, image) : refuse_path(a, c, text, p);
	return remote(a, text, false, image);
}
