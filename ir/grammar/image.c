/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Image references: what a text means depends on the container runtime.
 *
 *	redis:7      remote, docker://redis:7, registry registry-1.docker.io, tag 7
 *	base.sqsh    a local file
 */
#include "ir/grammar/image.h"

#include <string.h>

#include "ir/grammar/scan.h"

static const char *const runtime_names[] = {
	[RUNTIME_BACKEND_PYXIS] = "pyxis",
	[RUNTIME_BACKEND_APPTAINER] = "apptainer",
	[RUNTIME_BACKEND_SINGULARITY] = "singularity",
	[RUNTIME_BACKEND_CHARLIECLOUD] = "charliecloud",
	[RUNTIME_BACKEND_HOST] = "host",
};

static bool takes_sif(enum runtime_backend backend)
{
	return backend == RUNTIME_BACKEND_APPTAINER || backend == RUNTIME_BACKEND_SINGULARITY;
}

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

/* Points at the ending that this runtime has no use for. */
static bool refuse_file(struct arena *a, struct str text, bool is_sif, enum runtime_backend backend,
			struct problem *p)
{
	const char *const endings[] = {is_sif ? ".sif" : ".squashfs", is_sif ? ".sif" : ".sqsh"};
	const char *at = NULL, *ending = NULL;
	for (int i = 0; i < 2 && !at; i++) {
		ending = endings[i];
		at = memmem(text.ptr, text.len, ending, str_c(ending).len);
	}
	size_t begin = (size_t)(at - text.ptr);
	const char *runtime = runtime_names[backend];
	problem_set(p, is_sif ? RULE_R122 : RULE_R123, begin, begin + str_c(ending).len,
		    str_fmt(a, "%s can't start a %s file", runtime, is_sif ? "SIF" : "squashfs"));
	p->help =
		is_sif ? STR("name a .sqsh file or a registry image, or set runtime.backend: apptainer")
		       : STR("name a .sif file or a registry image, or set runtime.backend: pyxis");
	return false;
}

static bool refuse_path(struct arena *a, struct str text, enum runtime_backend backend,
			struct problem *p)
{
	problem_set(p, RULE_R124, 0, text.len,
		    str_fmt(a, "the path %.*s is no image file", STR_ARG(problem_quote(a, text))));
	p->help = str_fmt(a,
			  "images aren't built from a folder: name a registry image or a %s file, "
			  "and put build steps under x-runtime.prepare",
			  takes_sif(backend) ? ".sif" : ".sqsh");
	return false;
}

bool grammar_image(struct arena *a, struct str text, enum runtime_backend backend,
		   struct image_ref *image, struct problem *p)
{
	*image = (struct image_ref){0};
	if (problem_nul(text, p))
		return false;
	enum image_look look = image_look(a, text);
	bool is_squash = look == IMAGE_LOOK_SQUASH || look == IMAGE_LOOK_BOTH;
	bool is_sif = look == IMAGE_LOOK_SIF || look == IMAGE_LOOK_BOTH;
	if (look == IMAGE_LOOK_EMPTY || str_is_blank(text)) {
		problem_set(p, RULE_R120, 0, text.len, STR("no image is named"));
		return false;
	}
	if (look == IMAGE_LOOK_SCHEME)
		return refuse_scheme(a, text, p);
	if (is_sif && !takes_sif(backend))
		return refuse_file(a, text, true, backend, p);
	if (is_squash && takes_sif(backend))
		return refuse_file(a, text, false, backend, p);
	if (is_sif || is_squash)
		return local(text, image);
	if (look == IMAGE_LOOK_PATH && backend == RUNTIME_BACKEND_CHARLIECLOUD)
		return local(text, image); /* an unpacked image */
	if (look == IMAGE_LOOK_PATH)
		return refuse_path(a, text, backend, p);
	return remote(a, text, look == IMAGE_LOOK_REMOTE, image);
}
