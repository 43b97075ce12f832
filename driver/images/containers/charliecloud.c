/* SPDX-License-Identifier: Apache-2.0 */
/* Images by Charliecloud: ch-image has them in a storage of its own while they are made. */
#include <string.h>
#include <unistd.h>

#include "driver/images/image_parts.h"
#include "driver/jobs/jobs.h"
#include "driver/jobs/remove.h"
#include "driver/system.h"
#include "ir/files.gen.h"

/* Charliecloud's own cache would need git and a name for its commits; hpcc's does without. */
static const char *const environment[] = {"CH_IMAGE_CACHE=disabled", NULL};

static const char *name_of(struct arena *a, struct str name, const char *kind)
{
	return str_fmt(a, "%.*s-%s", STR_ARG(name), kind).ptr;
}

static bool run(struct compilation *c, const char *const *argv, const char *what)
{
	struct words w = {0};

	words_put(c->inv->arena, &w, argv);
	return words_run(c, &w, environment, STR(""), what);
}

/* ch-run makes no mount points, so the image gets those that every service needs. */
static bool make_mount_points(struct compilation *c, struct str folder)
{
	static const char *const points[] = {JOB_VIEW, RESUME_VIEW};
	struct arena *a = c->inv->arena;
	struct str why;

	for (size_t i = 0; i < sizeof(points) / sizeof(*points); i++) {
		struct str point = str_fmt(a, "%.*s%s", STR_ARG(folder), points[i]);

		if (folder_make(a, point, 0755, &why))
			continue;
		complain("can't make a mount point in the image: %.*s", STR_ARG(why));
		return false;
	}
	return true;
}

static bool save(struct compilation *c, const struct work_place *place, const char *name)
{
	struct str folder = str_fmt(c->inv->arena, "%.*s/unpacked", STR_ARG(place->folder));

	return run(c, WORDS("ch-convert", "-i", "ch-image", "-o", "dir", name, folder.ptr),
		   "unpacking an image") &&
	       make_mount_points(c, folder) &&
	       run(c,
		   WORDS("ch-convert", "-i", "dir", "-o", "squash", folder.ptr, place->image.ptr),
		   "saving an image");
}

static bool charliecloud_import(struct compilation *c, const struct work_place *place,
				struct str reference)
{
	const char *name = name_of(c->inv->arena, place->name, "base");
	const char *source = strstr(reference.ptr, "://");

	return run(c, WORDS("ch-image", "pull", source ? source + 3 : reference.ptr, name),
		   "importing an image") &&
	       save(c, place, name);
}

/* A folder with the recipe and the script, which the recipe doesn't hold: its lines are printed,
   and kept in the image. */
static bool write_recipe(struct compilation *c, const struct work_place *place,
			 const struct plan_prepare *p, const char *base, struct str *folder)
{
	struct arena *a = c->inv->arena;
	struct str recipe =
		str_fmt(a, "FROM %s\nRUN [\"/bin/sh\", \"" PREPARE_VIEW "/prepare\"]\n", base);

	*folder = str_fmt(a, "%.*s/build", STR_ARG(place->folder));
	struct str path, why;
	if (folder_make(a, *folder, 0700, &why))
		return work_write(c, place, "build/recipe", recipe, &path) &&
		       work_write(c, place, "build/prepare", prepare_script(a, p), &path);
	complain("can't make '%.*s': %.*s", STR_ARG(*folder), STR_ARG(why));
	return false;
}

static bool build(struct compilation *c, const struct work_place *place,
		  const struct plan_prepare *p, const char *base, const char *name)
{
	struct arena *a = c->inv->arena;
	struct words w = {0};
	struct str folder;

	if (!write_recipe(c, place, p, base, &folder))
		return false;
	words_put(a, &w, WORDS("ch-image", "build", "-t", name));
	if (p->root.v) /* as if root could give files away */
		words_put(a, &w, WORDS("--force"));
	words_put(a, &w, WORDS("--bind", str_fmt(a, "%.*s:" PREPARE_VIEW, STR_ARG(folder)).ptr));
	for (uint32_t i = 0; i < p->mounts.n; i++) {
		const struct plan_mount *m = &p->mounts.items[i];
		struct str host = plan_path_here(a, c, m->host);

		words_put(
			a, &w,
			WORDS("--bind",
			      str_fmt(a, "%.*s:%.*s", STR_ARG(host), STR_ARG(m->container.v)).ptr));
	}
	words_put(a, &w, WORDS("-f", str_cat(a, folder, STR("/recipe")).ptr, folder.ptr));
	return words_run(c, &w, environment, STR(""), "preparing an image");
}

static bool charliecloud_prepare(struct compilation *c, const struct work_place *place,
				 const struct plan_service *s, struct str base)
{
	const char *base_name = name_of(c->inv->arena, place->name, "base");
	const char *name = name_of(c->inv->arena, place->name, "made");
	const char *form = path_is_folder(base.ptr) ? "dir" : "squash";

	return run(c, WORDS("ch-convert", "-i", form, "-o", "ch-image", base.ptr, base_name),
		   "unpacking the base image") &&
	       build(c, place, s->image->prepare, base_name, name) && save(c, place, name);
}

/* One that never got there needs no removal. */
static void charliecloud_forget(struct arena *a, struct str name)
{
	words_clean(a, WORDS("ch-image", "delete", name_of(a, name, "made")), environment);
	words_clean(a, WORDS("ch-image", "delete", name_of(a, name, "base")), environment);
}

/* ch-run makes no mount points. In squashfs images from elsewhere they can't be seen from here. */
static void check_mount_points(struct compilation *c, struct findings *f,
			       const struct plan_service *s)
{
	struct str image = plan_path_here(f->arena, c, s->image->file);

	for (uint32_t i = 0; i < s->mounts.n; i++) {
		struct str point = s->mounts.items[i].container.v;

		if (mount_is_hosts(s, &s->mounts.items[i]) ||
		    path_exists(str_cat(f->arena, image, point).ptr) ||
		    str_has_prefix(point, "/tmp/"))
			continue;
		finding_add(f, FINDING_FAILURE,
			    str_fmt(f->arena, "services.%.*s.image", STR_ARG(s->name.v)),
			    str_fmt(f->arena,
				    "has no '%.*s' for a mount, and ch-run doesn't make it",
				    STR_ARG(point)),
			    "make that folder in the image");
	}
}

static void charliecloud_look_at_images(struct compilation *c, struct findings *f)
{
	bool has_squashfs = false, is_local = c->backend.is_local;

	for (uint32_t i = 0; i < c->unit.plan->services.n; i++) {
		const struct plan_service *s = &c->unit.plan->services.items[i];

		if (!s->image || !s->image->file ||
		    importer_of(container_of(c->unit.plan, s)) != &importer_charliecloud)
			continue;
		if (path_is_folder(plan_path_here(f->arena, c, s->image->file).ptr))
			check_mount_points(c, f, s);
		else
			has_squashfs = true;
	}
	if (has_squashfs && access("/dev/fuse", R_OK | W_OK) != 0)
		finding_add(
			f, is_local ? FINDING_FAILURE : FINDING_WARNING, STR("/dev/fuse"),
			is_local
				? STR("can't be opened, and ch-run needs it for squashfs images")
				: STR("can't be opened here; on the job's nodes ch-run needs it for "
				      "squashfs images"),
			"an image that is a folder needs none: ch-convert -o dir IMAGE FOLDER");
}

#define charliecloud_look NULL
CONTAINER_IMPORTER(charliecloud);
