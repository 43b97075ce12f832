/* SPDX-License-Identifier: Apache-2.0 */
/* Images by Apptainer and Singularity, which are called alike: one file, a SIF image. */
#include "driver/images/image_parts.h"

#include "backends/bash.gen.h"
#include "driver/jobs/jobs.h"
#include "driver/system.h"

static bool sif_run(struct compilation *c, const struct work_place *place, struct words *w,
		    const char *what)
{
	struct arena *a = c->inv->arena;
	const char *const env[] = {
		str_fmt(a, "APPTAINER_TMPDIR=%.*s", STR_ARG(place->temporary)).ptr,
		str_fmt(a, "SINGULARITY_TMPDIR=%.*s", STR_ARG(place->temporary)).ptr, NULL};

	return words_run(c, w, env, STR(""), what);
}

static bool sif_import(struct compilation *c, const struct work_place *place, struct str reference)
{
	struct words w = {0};

	words_put(c->inv->arena, &w,
		  WORDS(place->container->program, "pull", place->image.ptr, reference.ptr));
	return sif_run(c, place, &w, "importing an image");
}

/* What is mounted stays out of the definition, which an image keeps. */
static void add_places(struct compilation *c, const struct plan_prepare *p, struct buf *out)
{
	buf_add_c(out, "%setup\n");
	buf_add_c(out, bash_sif_place);
	buf_add_c(out, "place folder " PREPARE_VIEW "\n");
	for (uint32_t i = 0; i < p->mounts.n; i++) {
		struct str host = plan_path_here(c->inv->arena, c, p->mounts.items[i].host);

		buf_add_c(out, path_is_folder(host.ptr) ? "place folder " : "place file ");
		add_shell_word(out, p->mounts.items[i].container.v);
		buf_add_byte(out, '\n');
	}
	buf_add_byte(out, '\n');
}

static const char *bind_word(struct compilation *c, const struct plan_mount *m)
{
	return str_fmt(c->inv->arena, "%.*s:%.*s%s%.*s",
		       STR_ARG(plan_path_here(c->inv->arena, c, m->host)), STR_ARG(m->container.v),
		       m->mode.v.len > 0 ? ":" : "", STR_ARG(m->mode.v))
		.ptr;
}

/* The definition runs the script by its place: an image keeps its definition. */
static bool write_definition(struct compilation *c, const struct work_place *place,
			     const struct plan_prepare *p, struct str base, struct str *definition)
{
	struct str folder = str_fmt(c->inv->arena, "%.*s/view", STR_ARG(place->folder));
	struct buf text;

	buf_init(&text, c->inv->arena);
	buf_add_fmt(&text, "Bootstrap: localimage\nFrom: %.*s\n\n", STR_ARG(base));
	add_places(c, p, &text);
	buf_add_c(&text, "%post -c /bin/sh\n/bin/sh " PREPARE_VIEW "/prepare\n");
	struct str path, why;
	if (folder_make(c->inv->arena, folder, 0700, &why))
		return work_write(c, place, "definition", buf_str(&text), definition) &&
		       work_write(c, place, "view/prepare", prepare_script(c->inv->arena, p),
				  &path);
	complain("can't make '%.*s': %.*s", STR_ARG(folder), STR_ARG(why));
	return false;
}

/* Binds are given by the command line. */
static bool sif_prepare(struct compilation *c, const struct work_place *place,
			const struct plan_service *s, struct str base)
{
	const struct plan_prepare *p = s->image->prepare;
	struct arena *a = c->inv->arena;
	struct words w = {0};
	struct str definition;

	if (!write_definition(c, place, p, base, &definition))
		return false;
	words_put(a, &w, WORDS(place->container->program, "build"));
	if (p->root.v)
		words_put(a, &w, WORDS("--fakeroot"));
	words_put(a, &w,
		  WORDS("--bind",
			str_fmt(a, "%.*s/view:" PREPARE_VIEW ":ro", STR_ARG(place->folder)).ptr));
	for (uint32_t i = 0; i < p->mounts.n; i++)
		words_put(a, &w, WORDS("--bind", bind_word(c, &p->mounts.items[i])));
	words_put(a, &w, WORDS(place->image.ptr, definition.ptr));
	return sif_run(c, place, &w, "preparing an image");
}

#define sif_forget         NULL
#define sif_look           NULL
#define sif_look_at_images NULL
CONTAINER_IMPORTER(sif);
